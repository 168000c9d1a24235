/* Feeds: RSS of every version, RDF, and Atom. The parser (libxml2) goes on behind what is
 * ill-formed as far as it can; entities of a feed's own are not expanded, nothing is
 * fetched. */
#include "common/date.h"
#include "common/text/utf8.h"
#include "indexer/html/sgml.h"
#include "indexer/input/reader.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>

/* How the content of an element is written. */
enum writing { PLAIN, HTML, XHTML };

/* An element of an item, and what it is of an article. Of several for a field the one
 * with the least rank counts. */
struct element {
    const char *name;
    enum article_field field;
    unsigned rank;
    enum writing writing;
};

static const struct element elements[] = {{"title", ARTICLE_TITLE, 1, HTML},
                                          {"link", ARTICLE_URL, 1, PLAIN},
                                          {"guid", ARTICLE_ID, 1, PLAIN},
                                          {"id", ARTICLE_ID, 1, PLAIN},
                                          {"encoded", ARTICLE_BODY, 1, HTML},
                                          {"content", ARTICLE_BODY, 1, HTML},
                                          {"description", ARTICLE_SUMMARY, 1, HTML},
                                          {"summary", ARTICLE_SUMMARY, 2, HTML},
                                          {"pubDate", ARTICLE_DATE, 1, PLAIN},
                                          {"published", ARTICLE_DATE, 1, PLAIN},
                                          {"issued", ARTICLE_DATE, 2, PLAIN},
                                          {"date", ARTICLE_DATE, 3, PLAIN},
                                          {"created", ARTICLE_DATE, 4, PLAIN},
                                          {"updated", ARTICLE_UPDATED, 1, PLAIN},
                                          {"modified", ARTICLE_UPDATED, 2, PLAIN},
                                          {"author", ARTICLE_AUTHOR, 1, PLAIN},
                                          {"creator", ARTICLE_AUTHOR, 1, PLAIN},
                                          {"category", ARTICLE_TAGS, 1, PLAIN},
                                          {"subject", ARTICLE_TAGS, 1, PLAIN}};

enum { DEPTH_MAX = 1000 };

struct feed {
    struct reader *reader;
    xmlParserCtxtPtr parser;
    struct status_error *err;
    enum status status;
    unsigned depth, channel_depth, item_depth; /* of elements; 0: not inside */
    unsigned ranks[ARTICLE_FIELD_COUNT];
    /* the element whose text is collected, when field_depth is not 0 */
    const struct element *element;
    enum writing writing;
    unsigned field_depth;
    unsigned left_out; /* depth of an element in it whose text does not count */
    struct buffer text, plain, source;
    bool is_source;  /* it is the title of the feed */
    uint64_t size;   /* bytes of the item's text */
    uint64_t bad;    /* bytes that were repaired in it */
    xmlEntity named; /* the entity that was looked up last */
    xmlChar named_text[8];
    char problem[200]; /* the first that the parser saw */
};

/* --- names --- */

static bool is_namespace(const xmlChar *uri, const char *const *known)
{
    for (; *known; known++)
        if (uri && strcmp((const char *)uri, *known) == 0)
            return true;
    return false;
}

/* Elements of a feed have no prefix; of the modules some are known. */
static const struct element *find_element(const xmlChar *name, const xmlChar *prefix,
                                          const xmlChar *uri)
{
    static const char *const modules[] = {"http://purl.org/dc/elements/1.1/",
                                          "http://purl.org/dc/terms/",
                                          "http://purl.org/rss/1.0/modules/content/",
                                          "http://www.w3.org/2005/Atom",
                                          "http://purl.org/rss/1.0/",
                                          NULL};
    if (prefix && !is_namespace(uri, modules))
        return NULL;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strcmp((const char *)name, elements[i].name) == 0)
            return &elements[i];
    return NULL;
}

static bool is_item(const xmlChar *name)
{
    return strcmp((const char *)name, "item") == 0 ||
           strcmp((const char *)name, "entry") == 0;
}

static bool is_channel(const xmlChar *name)
{
    return strcmp((const char *)name, "channel") == 0 ||
           strcmp((const char *)name, "feed") == 0;
}

/* The parser gives five pointers for each: name, prefix, URI, value, its end. */
static struct slice attribute(const xmlChar **attributes, int count, const char *name)
{
    for (int i = 0; i < count; i++, attributes += 5)
        if (strcmp((const char *)attributes[0], name) == 0)
            return (struct slice){(const char *)attributes[3],
                                  (size_t)(attributes[4] - attributes[3])};
    return (struct slice){0};
}

/* --- values --- */

static void fail(struct feed *f, enum status status)
{
    if (status && !f->status)
        f->status = status;
}

/* The name in `lawyer@example.org (A. Lund)`. */
static struct slice name_of_author(struct slice text)
{
    const char *open = memchr(text.data, '(', text.size);
    const char *close = memchr(text.data, ')', text.size);
    bool mail = memchr(text.data, '@', text.size) != NULL;
    if (!mail || !open || !close || close < open)
        return text;
    return slice_trim((struct slice){open + 1, (size_t)(close - open - 1)});
}

static void add_value(struct feed *f, enum article_field field, unsigned rank,
                      struct slice text)
{
    struct article *a = &f->reader->article;
    unsigned *best = &f->ranks[field];
    text = slice_trim(text);
    if (field == ARTICLE_AUTHOR)
        text = name_of_author(text);
    if (text.size == 0 || (*best > 0 && *best < rank))
        return;
    if (rank < *best)
        a->fields[field].count = 0;
    if (a->fields[field].count > 0 && !article_field_is_list(field))
        return;
    *best = rank;
    fail(f, article_add(a, field, text));
}

/* Atom has some values in attributes. */
static void take_attributes(struct feed *f, const struct element *e,
                            const xmlChar **attributes, int count)
{
    struct slice rel = attribute(attributes, count, "rel");
    struct slice type = attribute(attributes, count, "type");
    f->writing = e->writing;
    if (e->field == ARTICLE_URL &&
        (rel.size == 0 || slice_equal(rel, slice_of("alternate"))))
        add_value(f, ARTICLE_URL, 1, attribute(attributes, count, "href"));
    if (e->field == ARTICLE_TAGS) {
        struct slice label = attribute(attributes, count, "label");
        struct slice term = attribute(attributes, count, "term");
        add_value(f, ARTICLE_TAGS, 1, label.size > 0 ? label : term);
    }
    if (e->writing == HTML && slice_equal(type, slice_of("xhtml")))
        f->writing = XHTML;
    if (e->writing == HTML && (slice_equal(type, slice_of("text")) ||
                               slice_equal(type, slice_of("text/plain"))))
        f->writing = PLAIN;
}

/* The collected text, valid and without markup; good until the next call. */
static struct slice plain_text(struct feed *f)
{
    struct slice text = {buffer_text(&f->text), f->text.size};
    struct buffer *repaired = &f->reader->repaired;
    if (utf8_valid_prefix(text.data, text.size) < text.size) {
        buffer_clear(repaired);
        fail(f, utf8_append_repaired(repaired, text, &f->bad));
        text = (struct slice){buffer_text(repaired), repaired->size};
    }
    if (f->writing == PLAIN)
        return text;
    buffer_clear(&f->plain);
    sgml_append_text(&f->plain, text);
    fail(f, f->plain.failed);
    return (struct slice){buffer_text(&f->plain), f->plain.size};
}

/* --- items --- */

static void begin_item(struct feed *f)
{
    struct reader *r = f->reader;
    article_reset(&r->article);
    memset(f->ranks, 0, sizeof f->ranks);
    f->item_depth = f->depth;
    f->size = f->bad = 0;
    r->place.ordinal++;
    r->place.line = (uint64_t)xmlSAX2GetLineNumber(f->parser);
    r->place.offset = (uint64_t)xmlByteConsumed(f->parser);
}

static bool is_address(struct slice text)
{
    return (text.size > 7 && memcmp(text.data, "http://", 7) == 0) ||
           (text.size > 8 && memcmp(text.data, "https://", 8) == 0);
}

/* An item that has no content of its own has its summary as the text, and one that has no
 * link often the address as its id. */
static void end_item(struct feed *f)
{
    struct reader *r = f->reader;
    struct article *a = &r->article;
    f->item_depth = 0;
    if (f->size > r->options->limits.article_bytes) {
        reader_reject_size(r, f->size);
        return;
    }
    if (a->fields[ARTICLE_BODY].count == 0 && a->fields[ARTICLE_SUMMARY].count > 0) {
        fail(f, article_add(a, ARTICLE_BODY, article_text(a, ARTICLE_SUMMARY)));
        a->fields[ARTICLE_SUMMARY].count = 0;
    }
    if (a->fields[ARTICLE_URL].count == 0 && is_address(article_text(a, ARTICLE_ID)))
        fail(f, article_add(a, ARTICLE_URL, article_text(a, ARTICLE_ID)));
    if (a->fields[ARTICLE_DATE].count == 0 && a->fields[ARTICLE_UPDATED].count > 0)
        fail(f, article_add(a, ARTICLE_DATE, article_text(a, ARTICLE_UPDATED)));
    if (f->source.size > 0)
        fail(f, article_add(a, ARTICLE_SOURCE,
                            (struct slice){f->source.data, f->source.size}));
    if (f->status == STATUS_LIMIT) {
        f->status = STATUS_OK;
        reader_reject(r, "a list in it has more than 10,000 values");
    } else if (!f->status) {
        f->status = reader_emit(r, f->bad, f->err);
    }
}

static void end_field(struct feed *f)
{
    struct slice text = plain_text(f);
    f->field_depth = f->left_out = 0;
    if (f->is_source) {
        text = slice_trim(text);
        buffer_clear(&f->source);
        buffer_append(&f->source, text.data, text.size);
        f->is_source = false;
    } else {
        add_value(f, f->element->field, f->element->rank, text);
    }
}

/* --- what the parser finds --- */

static void begin_field(struct feed *f, const struct element *e,
                        const xmlChar **attributes, int count)
{
    take_attributes(f, e, attributes, count);
    f->element = e;
    f->field_depth = f->depth;
    buffer_clear(&f->text);
}

/* An element in one whose text is collected: markup, or a part of an Atom author, of whom
 * the name counts. */
static void begin_inside(struct feed *f, const xmlChar *name)
{
    bool is_small = f->size <= f->reader->options->limits.article_bytes;
    f->size += strlen((const char *)name) + 2;
    if ((f->element->field != ARTICLE_AUTHOR || f->is_source) && is_small) {
        buffer_append_text(&f->text, f->writing == PLAIN ? " " : "<");
        buffer_append_text(&f->text, f->writing == PLAIN ? "" : (const char *)name);
        buffer_append_text(&f->text, f->writing == PLAIN ? "" : ">");
    } else if (strcmp((const char *)name, "name") == 0) {
        buffer_clear(&f->text);
    } else if (f->left_out == 0 && f->element->field == ARTICLE_AUTHOR) {
        f->left_out = f->depth;
    }
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                     int attribute_count, int default_count, const xmlChar **attributes)
{
    struct feed *f = context;
    (void)namespace_count, (void)namespaces, (void)default_count;
    if (++f->depth > DEPTH_MAX) {
        snprintf(f->problem, sizeof f->problem, "elements in elements, %d deep",
                 DEPTH_MAX);
        xmlStopParser(f->parser);
        return;
    }
    if (f->status || f->reader->stopped)
        return;
    if (f->field_depth > 0) {
        begin_inside(f, name);
        return;
    }
    bool of_item = f->item_depth > 0 && f->depth == f->item_depth + 1;
    bool of_channel =
        f->item_depth == 0 && f->channel_depth > 0 && f->depth == f->channel_depth + 1;
    const struct element *e =
        of_item || of_channel ? find_element(name, prefix, uri) : NULL;
    if (f->item_depth == 0 && is_item(name)) {
        begin_item(f);
    } else if (f->item_depth == 0 && is_channel(name)) {
        f->channel_depth = f->depth;
    } else if (e && of_item) {
        begin_field(f, e, attributes, attribute_count);
    } else if (e && e->field == ARTICLE_TITLE) {
        begin_field(f, e, attributes, attribute_count);
        f->is_source = true;
    }
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct feed *f = context;
    (void)prefix, (void)uri;
    if (!f->status && !f->reader->stopped) {
        if (f->field_depth > 0 && f->depth == f->field_depth) {
            end_field(f);
        } else if (f->field_depth > 0 && f->left_out == f->depth) {
            f->left_out = 0;
        } else if (f->field_depth > 0 && f->writing != PLAIN) {
            buffer_append_text(&f->text, "</");
            buffer_append_text(&f->text, (const char *)name);
            buffer_append_text(&f->text, ">");
        } else if (f->item_depth > 0 && f->depth == f->item_depth) {
            end_item(f);
        }
    }
    if (f->depth == f->channel_depth)
        f->channel_depth = 0;
    f->depth--;
}

/* In XHTML a sign is itself; it must not become markup. */
static void on_text(void *context, const xmlChar *text, int size)
{
    struct feed *f = context;
    if (f->field_depth == 0 || f->left_out > 0)
        return;
    f->size += (uint64_t)size;
    if (f->size > f->reader->options->limits.article_bytes)
        return;
    for (int i = 0; i < size && f->writing == XHTML; i++) {
        if (text[i] == '<')
            buffer_append_text(&f->text, "&lt;");
        else if (text[i] == '&')
            buffer_append_text(&f->text, "&amp;");
        else
            buffer_append_byte(&f->text, (char)text[i]);
    }
    if (f->writing != XHTML)
        buffer_append(&f->text, text, (size_t)size);
    fail(f, f->text.failed);
}

/* Feeds use the entities of HTML without declaring them. */
static xmlEntityPtr on_entity(void *context, const xmlChar *name)
{
    struct feed *f = context;
    xmlEntityPtr known = xmlGetPredefinedEntity(name);
    const htmlEntityDesc *html = known ? NULL : htmlEntityLookup(name);
    struct buffer text = BUFFER_INIT(sizeof f->named_text);
    if (!html)
        return known;
    sgml_append_character(&text, html->value);
    memset(f->named_text, 0, sizeof f->named_text);
    if (text.size < sizeof f->named_text)
        memcpy(f->named_text, buffer_text(&text), text.size);
    buffer_free(&text);
    f->named = (xmlEntity){.type = XML_ENTITY_DECL,
                           .name = (const xmlChar *)html->name,
                           .orig = f->named_text,
                           .content = f->named_text,
                           .length = (int)strlen((const char *)f->named_text),
                           .etype = XML_INTERNAL_PREDEFINED_ENTITY};
    return &f->named;
}

static void on_problem(void *context, xmlErrorPtr problem)
{
    struct feed *f = context;
    if (f->problem[0] || problem->level < XML_ERR_ERROR || !problem->message)
        return;
    snprintf(f->problem, sizeof f->problem, "ill-formed from line %d on: %.*s",
             problem->line, (int)strcspn(problem->message, "\n"), problem->message);
}

/* --- the feed --- */

static enum status parse(struct feed *f)
{
    struct reader *r = f->reader;
    enum status status = STATUS_OK;
    bool halted = false;
    while (!f->status && !r->stopped && !halted) {
        struct slice bytes;
        status = source_peek(r->source, &bytes, f->err);
        if (status || bytes.size == 0)
            break;
        int size = (int)(bytes.size < 65536 ? bytes.size : 65536);
        xmlParseChunk(f->parser, bytes.data, size, 0);
        halted = f->parser->disableSAX;
        source_skip(r->source, (size_t)size);
    }
    if (!status && !f->status && !r->stopped && !halted)
        xmlParseChunk(f->parser, NULL, 0, 1);
    if (f->problem[0] && !f->status) {
        bool cut = halted || f->item_depth > 0;
        article_reset(&r->article);
        r->place.line = r->place.ordinal = 0;
        if (cut)
            reader_reject_rest(r, f->problem);
        else
            r->sink->warn(r->sink->context, &r->place, f->problem);
    }
    if (f->status == STATUS_NO_MEMORY)
        return status_no_memory(f->err);
    return f->status ? f->status : status;
}

enum status reader_feed(struct reader *r, struct status_error *err)
{
    struct feed f = {.reader = r, .err = err};
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .cdataBlock = on_text,
                         .ignorableWhitespace = on_text,
                         .getEntity = on_entity,
                         .serror = on_problem};
    buffer_init(&f.text, (size_t)1 << 40);
    buffer_init(&f.plain, (size_t)1 << 40);
    buffer_init(&f.source, 1 << 16);
    f.parser = xmlCreatePushParserCtxt(&sax, &f, NULL, 0, NULL);
    enum status status = f.parser ? STATUS_OK : status_no_memory(err);
    if (f.parser) {
        xmlCtxtUseOptions(f.parser, XML_PARSE_RECOVER | XML_PARSE_NONET);
        status = parse(&f);
        xmlFreeDoc(f.parser->myDoc); /* of entities that are declared */
        xmlFreeParserCtxt(f.parser);
    }
    buffer_free(&f.text);
    buffer_free(&f.plain);
    buffer_free(&f.source);
    return status;
}
