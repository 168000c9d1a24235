/* Dumps of MediaWiki. Of a page with several revisions the last counts; redirects and
 * what is not in the main namespace (talk, users, templates) are passed over. The parser
 * (libxml2) reads as the dump is unpacked: its size does not matter. */
#include "indexer/html/sgml.h"
#include "indexer/input/reader.h"
#include "indexer/input/wikitext.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { DEPTH_MAX = 20, NAMESPACES_MAX = 200 };

/* Elements whose text is wanted. */
enum element {
    NONE,
    SITENAME,
    BASE,
    NAMESPACE,
    TITLE,
    NS,
    TIMESTAMP,
    TEXT,
    ELEMENT_COUNT
};

static const struct {
    const char *name, *parent;
} elements[ELEMENT_COUNT] = {[SITENAME] = {"sitename", "siteinfo"},
                             [BASE] = {"base", "siteinfo"},
                             [NAMESPACE] = {"namespace", "namespaces"},
                             [TITLE] = {"title", "page"},
                             [NS] = {"ns", "page"},
                             [TIMESTAMP] = {"timestamp", "revision"},
                             [TEXT] = {"text", "revision"}};

struct wiki_namespace {
    char *name;
    long key;
};

struct dump {
    struct reader *reader;
    xmlParserCtxt *parser;
    struct status_error *err;
    enum status status;
    const xmlChar *open[DEPTH_MAX];
    unsigned depth;
    enum element element;
    unsigned element_depth;
    struct buffer texts[ELEMENT_COUNT];
    struct buffer body;
    uint64_t text_size;
    struct wiki_namespace namespaces[NAMESPACES_MAX];
    size_t namespace_count;
    long namespace_key;
    bool is_redirect, in_page;
    char problem[200];
};

static struct slice text_of(const struct dump *d, enum element e)
{
    return (struct slice){buffer_text(&d->texts[e]), d->texts[e].size};
}

static void fail(struct dump *d, enum status status)
{
    if (!d->status)
        d->status = status;
}

/* --- namespaces and links --- */

enum { KEY_MAIN = 0, KEY_FILE = 6, KEY_CATEGORY = 14, KEY_NONE = -100 };

static long key_of(const struct dump *d, struct slice name)
{
    for (size_t i = 0; i < d->namespace_count; i++)
        if (strlen(d->namespaces[i].name) == name.size &&
            strncasecmp(d->namespaces[i].name, name.data, name.size) == 0)
            return d->namespaces[i].key;
    static const struct {
        const char *name;
        long key;
    } canonical[] = {{"File", KEY_FILE},
                     {"Image", KEY_FILE},
                     {"Media", KEY_FILE},
                     {"Category", KEY_CATEGORY}};
    for (size_t i = 0; i < sizeof canonical / sizeof *canonical; i++)
        if (strlen(canonical[i].name) == name.size &&
            strncasecmp(canonical[i].name, name.data, name.size) == 0)
            return canonical[i].key;
    return KEY_NONE;
}

/* Codes of languages have two or three letters, or a hyphen (`zh-min-nan`). */
static bool is_language(struct slice name)
{
    size_t letters = 0;
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] != '-' && !islower((unsigned char)name.data[i]))
            return false;
        letters += name.data[i] != '-' && letters == i;
    }
    return letters >= 2 && (letters <= 3 || letters < name.size);
}

static enum wikitext_link link_of(void *context, struct slice name)
{
    long key = key_of(context, name);
    return key == KEY_FILE       ? WIKITEXT_FILE
           : key == KEY_CATEGORY ? WIKITEXT_CATEGORY
           : is_language(name)   ? WIKITEXT_ELSEWHERE
                                 : WIKITEXT_PAGE;
}

static enum status add_category(void *context, struct slice name)
{
    struct dump *d = context;
    return name.size > 0 ? article_add(&d->reader->article, ARTICLE_TAGS, name)
                         : STATUS_OK;
}

static void add_namespace(struct dump *d)
{
    struct slice name = slice_trim(text_of(d, NAMESPACE));
    if (name.size == 0 || d->namespace_count == NAMESPACES_MAX)
        return;
    char *copy = strndup(name.data, name.size);
    if (copy)
        d->namespaces[d->namespace_count++] =
            (struct wiki_namespace){copy, d->namespace_key};
    else
        fail(d, STATUS_NO_MEMORY);
}

/* --- pages --- */

/* Old dumps do not number the namespace of a page. */
static bool is_wanted(const struct dump *d)
{
    struct slice ns = slice_trim(text_of(d, NS)), title = text_of(d, TITLE);
    const char *colon = memchr(title.data, ':', title.size);
    if (d->is_redirect || strncasecmp(buffer_text(&d->texts[TEXT]), "#REDIRECT", 9) == 0)
        return false;
    if (ns.size > 0)
        return ns.size == 1 && *ns.data == '0';
    if (!colon)
        return true;
    long key = key_of(d, (struct slice){title.data, (size_t)(colon - title.data)});
    return key == KEY_NONE || key == KEY_MAIN;
}

/* The address of a page: that of the main page with another title. */
static enum status add_address(struct dump *d)
{
    struct slice base = slice_trim(text_of(d, BASE)),
                 title = slice_trim(text_of(d, TITLE));
    struct article *a = &d->reader->article;
    struct buffer address = BUFFER_INIT(1 << 16);
    const char *slash = memrchr(base.data, '/', base.size);
    if (!slash)
        return article_add(a, ARTICLE_ID, title);
    buffer_append(&address, base.data, (size_t)(slash + 1 - base.data));
    for (size_t i = 0; i < title.size; i++) {
        unsigned char c = (unsigned char)title.data[i];
        char escaped[4] = {c == ' ' ? '_' : (char)c};
        if (c > ' ' && !isalnum(c) && !strchr("-._~:/()',!*;@$", c))
            snprintf(escaped, sizeof escaped, "%%%02X", c);
        buffer_append_text(&address, escaped);
    }
    struct slice url = {buffer_text(&address), address.size};
    enum status status =
        address.failed ? address.failed : article_add(a, ARTICLE_URL, url);
    buffer_free(&address);
    return status;
}

static enum status fill(struct dump *d)
{
    struct article *a = &d->reader->article;
    struct wikitext_site site = {link_of, add_category, d};
    struct slice source = slice_trim(text_of(d, SITENAME));
    struct slice date = slice_trim(text_of(d, TIMESTAMP));
    enum status status = article_add(a, ARTICLE_TITLE, slice_trim(text_of(d, TITLE)));
    if (!status)
        status = add_address(d);
    if (!status && source.size > 0)
        status = article_add(a, ARTICLE_SOURCE, source);
    if (!status && date.size > 0)
        status = article_add(a, ARTICLE_DATE, date);
    buffer_clear(&d->body);
    if (!status)
        status = wikitext_append(&d->body, text_of(d, TEXT), &site);
    if (!status && d->body.size > 0)
        status = article_add_borrowed(
            a, ARTICLE_BODY, (struct slice){buffer_text(&d->body), d->body.size});
    return status;
}

static void end_page(struct dump *d)
{
    struct reader *r = d->reader;
    d->in_page = false;
    article_reset(&r->article);
    if (d->status || !is_wanted(d))
        return;
    r->place.ordinal++;
    if (d->text_size > r->options->limits.article_bytes) {
        fail(d, article_add(&r->article, ARTICLE_ID, slice_trim(text_of(d, TITLE))));
        reader_reject_size(r, d->text_size);
        return;
    }
    enum status status = fill(d);
    if (status == STATUS_LIMIT)
        reader_reject(r, "a list in it has more than 10,000 values");
    else
        fail(d, status ? status : reader_emit(r, 0, d->err));
}

/* --- what the parser finds --- */

static void begin_page(struct dump *d)
{
    static const enum element of_page[] = {TITLE, NS, TIMESTAMP, TEXT};
    for (size_t i = 0; i < sizeof of_page / sizeof *of_page; i++)
        buffer_clear(&d->texts[of_page[i]]);
    d->is_redirect = false;
    d->in_page = true;
    d->text_size = 0;
    d->reader->place.line = (uint64_t)xmlSAX2GetLineNumber(d->parser);
    d->reader->place.offset = (uint64_t)xmlByteConsumed(d->parser);
}

static enum element element_of(const struct dump *d, const xmlChar *name)
{
    const xmlChar *parent = d->depth > 1 && d->depth <= DEPTH_MAX ? d->open[d->depth - 2]
                                                                  : (const xmlChar *)"";
    for (int e = NONE + 1; e < ELEMENT_COUNT; e++)
        if (strcmp((const char *)name, elements[e].name) == 0 &&
            strcmp((const char *)parent, elements[e].parent) == 0)
            return (enum element)e;
    return NONE;
}

static long key_attribute(const xmlChar **attributes, int count)
{
    for (int i = 0; i < count; i++, attributes += 5)
        if (strcmp((const char *)attributes[0], "key") == 0)
            return strtol((const char *)attributes[3], NULL, 10);
    return KEY_NONE;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
                     int attribute_count, int default_count, const xmlChar **attributes)
{
    struct dump *d = context;
    (void)prefix, (void)uri, (void)namespace_count, (void)namespaces, (void)default_count;
    if (d->depth < DEPTH_MAX)
        d->open[d->depth] = name;
    if (++d->depth > DEPTH_MAX || d->element != NONE) {
        if (d->depth > DEPTH_MAX) {
            snprintf(d->problem, sizeof d->problem, "elements in elements, %d deep",
                     DEPTH_MAX);
            xmlStopParser(d->parser);
        }
        return;
    }
    d->element = element_of(d, name);
    d->element_depth = d->depth;
    if (d->element != NONE)
        buffer_clear(&d->texts[d->element]);
    if (d->element == TEXT)
        d->text_size = 0;
    if (d->element == NAMESPACE)
        d->namespace_key = key_attribute(attributes, attribute_count);
    if (strcmp((const char *)name, "page") == 0)
        begin_page(d);
    if (strcmp((const char *)name, "redirect") == 0)
        d->is_redirect = true;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct dump *d = context;
    (void)prefix, (void)uri;
    if (d->element != NONE && d->depth == d->element_depth) {
        if (d->element == NAMESPACE)
            add_namespace(d);
        d->element = NONE;
    }
    d->depth--;
    if (strcmp((const char *)name, "page") == 0 && !d->reader->stopped)
        end_page(d);
}

static void on_text(void *context, const xmlChar *text, int size)
{
    struct dump *d = context;
    if (d->element == NONE || d->status)
        return;
    if (d->element == TEXT)
        d->text_size += (uint64_t)size;
    uint64_t limit = d->reader->options->limits.article_bytes;
    if (d->texts[d->element].size + (size_t)size <= limit)
        fail(d, buffer_append(&d->texts[d->element], text, (size_t)size));
}

static void on_problem(void *context, xmlErrorPtr problem)
{
    struct dump *d = context;
    if (d->problem[0] || problem->level < XML_ERR_ERROR || !problem->message)
        return;
    snprintf(d->problem, sizeof d->problem, "ill-formed from line %d on: %.*s",
             problem->line, (int)strcspn(problem->message, "\n"), problem->message);
}

static enum status parse(struct dump *d)
{
    struct reader *r = d->reader;
    enum status status = STATUS_OK;
    bool at_end = false;
    while (!d->status && !r->stopped && !at_end && !d->parser->disableSAX) {
        struct slice bytes;
        status = source_peek(r->source, &bytes, d->err);
        if (status)
            break;
        at_end = bytes.size == 0;
        int size = (int)(bytes.size < 65536 ? bytes.size : 65536);
        xmlParseChunk(d->parser, bytes.data, size, at_end);
        source_skip(r->source, (size_t)size);
    }
    if (d->problem[0] && !d->status && !r->stopped) {
        article_reset(&r->article);
        r->place.ordinal = 0;
        reader_reject_rest(r, d->problem);
    }
    r->found = true; /* a dump of redirects is none the worse */
    if (d->status == STATUS_NO_MEMORY)
        return status_no_memory(d->err);
    return d->status ? d->status : status;
}

enum status reader_mediawiki(struct reader *r, struct status_error *err)
{
    struct dump *d = calloc(1, sizeof *d);
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .cdataBlock = on_text,
                         .ignorableWhitespace = on_text,
                         .serror = on_problem};
    if (!d)
        return status_no_memory(err);
    d->reader = r;
    d->err = err;
    for (int e = 0; e < ELEMENT_COUNT; e++)
        buffer_init(&d->texts[e], (size_t)1 << 40);
    buffer_init(&d->body, (size_t)1 << 40);
    d->parser = xmlCreatePushParserCtxt(&sax, d, NULL, 0, NULL);
    enum status status = d->parser ? STATUS_OK : status_no_memory(err);
    if (d->parser) {
        xmlCtxtUseOptions(d->parser,
                          XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE);
        status = parse(d);
        xmlFreeDoc(d->parser->myDoc); /* of entities that are declared */
        xmlFreeParserCtxt(d->parser);
    }
    for (int e = 0; e < ELEMENT_COUNT; e++)
        buffer_free(&d->texts[e]);
    for (size_t i = 0; i < d->namespace_count; i++)
        free(d->namespaces[i].name);
    buffer_free(&d->body);
    free(d);
    return status;
}
