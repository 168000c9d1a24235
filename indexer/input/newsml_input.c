/* News in XML: NITF documents, and the news items of NewsML-G2, alone, in messages, and
 * with NITF or HTML inside. The parser (libxml2) goes on behind what is ill-formed;
 * nothing is fetched, and no entity of a document is expanded. */
#include "indexer/input/reader.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A document at work. */
struct news {
    struct reader *reader;
    struct buffer text;
    enum status status;
};

/* --- the tree: no deeper than the parser allows (256) --- */

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The next element of a name in document order behind `from` within root; NULL first. */
static xmlNode *next_element(xmlNode *root, xmlNode *from, const char *name)
{
    xmlNode *n = from ? from : root;
    while (n) {
        if (n->children && n->type == XML_ELEMENT_NODE) {
            n = n->children;
        } else {
            while (n && n != root && !n->next)
                n = n->parent;
            n = n && n != root ? n->next : NULL;
        }
        if (n && is_named(n, name))
            return n;
    }
    return NULL;
}

static xmlNode *first_element(xmlNode *root, const char *name)
{
    return root ? next_element(root, NULL, name) : NULL;
}

static bool has_attribute(xmlNode *node, const char *name, const char *value)
{
    xmlChar *found = xmlGetProp(node, (const xmlChar *)name);
    bool same = found && strcmp((const char *)found, value) == 0;
    xmlFree(found);
    return same;
}

/* --- text --- */

/* Elements whose text is none of the article's. */
static bool is_left_out(const xmlNode *n)
{
    static const char *const names[] = {"media", "script", "style", "head"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_named(n, names[i]))
            return true;
    return false;
}

static const char *break_of(const xmlNode *n)
{
    static const char *const paragraphs[] = {"p",  "block", "div", "hl1", "hl2",  "h1",
                                             "h2", "h3",    "ul",  "ol",  "table"};
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        if (is_named(n, paragraphs[i]))
            return "\n\n";
    return is_named(n, "br") || is_named(n, "li") || is_named(n, "tr") ? "\n" : "";
}

/* Blanks count as one; a break takes the place of those before it. */
static void append_words(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        bool blank = isspace((unsigned char)*text);
        bool after = out->size == 0 || isspace((unsigned char)out->data[out->size - 1]);
        if (!blank)
            buffer_append_byte(out, *text);
        else if (!after)
            buffer_append_byte(out, ' ');
    }
}

static void append_break(struct buffer *out, const char *newlines)
{
    if (*newlines == '\0' || out->size == 0)
        return;
    unsigned lines = 0;
    while (out->size > 0 && isspace((unsigned char)out->data[out->size - 1]))
        lines += out->data[--out->size] == '\n';
    buffer_append_text(out, lines > 1 ? "\n\n" : newlines);
}

static void append_text(struct buffer *out, const xmlNode *node)
{
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
            append_words(out, (const char *)n->content);
        } else if (n->type == XML_ELEMENT_NODE && !is_left_out(n)) {
            append_break(out, break_of(n));
            append_text(out, n);
            append_break(out, break_of(n));
        }
    }
}

/* --- fields --- */

static void add_string(struct news *w, enum article_field field, const char *text)
{
    struct slice value = slice_trim(slice_of(text ? text : ""));
    struct article *a = &w->reader->article;
    bool taken = a->fields[field].count > 0 && !article_field_is_list(field);
    if (value.size > 0 && !taken && !w->status)
        w->status = article_add(a, field, value);
}

static void add_attribute(struct news *w, enum article_field field, xmlNode *node,
                          const char *name)
{
    xmlChar *value = node ? xmlGetProp(node, (const xmlChar *)name) : NULL;
    add_string(w, field, (const char *)value);
    xmlFree(value);
}

static void add_element(struct news *w, enum article_field field, xmlNode *node)
{
    buffer_clear(&w->text);
    if (node)
        append_text(&w->text, node);
    if (w->text.failed && !w->status)
        w->status = w->text.failed;
    add_string(w, field, buffer_text(&w->text));
}

static void add_all(struct news *w, enum article_field field, xmlNode *root,
                    const char *name)
{
    for (xmlNode *n = first_element(root, name); n; n = next_element(root, n, name))
        add_element(w, field, n);
}

/* --- NITF --- */

/* The New York Times has the date in three of these. */
static void add_meta_date(struct news *w, xmlNode *head)
{
    static const char *const names[] = {"publication_year", "publication_month",
                                        "publication_day_of_month"};
    long numbers[3] = {0};
    char text[32];
    for (xmlNode *n = first_element(head, "meta"); n; n = next_element(head, n, "meta"))
        for (size_t i = 0; i < 3; i++)
            if (has_attribute(n, "name", names[i])) {
                xmlChar *value = xmlGetProp(n, (const xmlChar *)"content");
                numbers[i] = value ? strtol((const char *)value, NULL, 10) : 0;
                xmlFree(value);
            }
    if (numbers[0] < 1000 || numbers[0] > 9999 || numbers[1] < 1 || numbers[1] > 12 ||
        numbers[2] < 1 || numbers[2] > 31)
        return;
    snprintf(text, sizeof text, "%04ld-%02ld-%02ld", numbers[0], numbers[1], numbers[2]);
    add_string(w, ARTICLE_DATE, text);
}

static void add_byline(struct news *w, xmlNode *byline)
{
    buffer_clear(&w->text);
    if (byline)
        append_text(&w->text, byline);
    add_string(w, ARTICLE_AUTHOR, buffer_text(&w->text));
}

/* The whole text may stand beside its first paragraph. */
static xmlNode *find_content(xmlNode *nitf)
{
    xmlNode *content = first_element(nitf, "body.content");
    for (xmlNode *n = first_element(content, "block"); n;
         n = next_element(content, n, "block"))
        if (has_attribute(n, "class", "full_text"))
            return n;
    return content;
}

static void fill_nitf(struct news *w, xmlNode *nitf)
{
    xmlNode *data = first_element(nitf, "docdata"), *head = first_element(nitf, "head");
    xmlNode *published = first_element(nitf, "pubdata");
    xmlNode *about = first_element(nitf, "identified-content");
    add_attribute(w, ARTICLE_ID, first_element(data, "doc-id"), "id-string");
    add_element(w, ARTICLE_TITLE, first_element(nitf, "hl1"));
    add_element(w, ARTICLE_TITLE, first_element(head, "title"));
    add_element(w, ARTICLE_SUMMARY, first_element(nitf, "abstract"));
    add_byline(w, first_element(nitf, "byline"));
    add_attribute(w, ARTICLE_DATE, first_element(data, "date.issue"), "norm");
    add_attribute(w, ARTICLE_DATE, first_element(data, "date.release"), "norm");
    add_attribute(w, ARTICLE_DATE, published, "date.publication");
    add_meta_date(w, head);
    add_attribute(w, ARTICLE_SOURCE, published, "name");
    add_attribute(w, ARTICLE_SOURCE, first_element(data, "doc.copyright"), "holder");
    add_attribute(w, ARTICLE_SECTION, published, "position.section");
    add_all(w, ARTICLE_PLACES, about, "location");
    add_all(w, ARTICLE_PEOPLE, about, "person");
    add_all(w, ARTICLE_TOPICS, about, "classifier");
    add_element(w, ARTICLE_BODY, find_content(nitf));
}

/* --- NewsML-G2 --- */

static void fill_item(struct news *w, xmlNode *item)
{
    xmlNode *meta = first_element(item, "itemMeta");
    xmlNode *about = first_element(item, "contentMeta");
    xmlNode *set = first_element(item, "contentSet");
    xmlNode *nitf = first_element(set, "nitf"), *html = first_element(set, "body");
    add_attribute(w, ARTICLE_ID, item, "guid");
    add_element(w, ARTICLE_TITLE, first_element(about, "headline"));
    add_element(w, ARTICLE_TITLE, first_element(meta, "title"));
    add_element(w, ARTICLE_SUMMARY, first_element(about, "description"));
    add_element(w, ARTICLE_DATE, first_element(meta, "firstCreated"));
    add_element(w, ARTICLE_DATE, first_element(meta, "versionCreated"));
    add_element(w, ARTICLE_UPDATED, first_element(meta, "versionCreated"));
    add_attribute(w, ARTICLE_LANGUAGE, first_element(about, "language"), "tag");
    xmlNode *creator = first_element(about, "creator");
    add_element(w, ARTICLE_AUTHOR, first_element(creator, "name"));
    add_element(w, ARTICLE_SOURCE,
                first_element(first_element(meta, "provider"), "name"));
    for (xmlNode *n = first_element(about, "subject"); n;
         n = next_element(about, n, "subject"))
        add_element(w, ARTICLE_TOPICS, first_element(n, "name"));
    if (nitf)
        fill_nitf(w, nitf);
    else
        add_element(w, ARTICLE_BODY, html ? html : first_element(set, "inlineData"));
}

/* --- documents --- */

static enum status emit(struct news *w, xmlNode *node, struct status_error *err)
{
    struct reader *r = w->reader;
    article_reset(&r->article);
    w->status = STATUS_OK;
    r->place.ordinal++;
    r->place.line = (uint64_t)xmlGetLineNo(node);
    if (is_named(node, "nitf"))
        fill_nitf(w, node);
    else
        fill_item(w, node);
    if (w->status == STATUS_LIMIT) {
        reader_reject(r, "a list in it has more than 10,000 values");
        return STATUS_OK;
    }
    return w->status ? status_no_memory(err) : reader_emit(r, 0, err);
}

static enum status read_document(struct news *w, xmlDoc *document,
                                 struct status_error *err)
{
    xmlNode *root = xmlDocGetRootElement(document);
    enum status status = STATUS_OK;
    if (root && (is_named(root, "nitf") || is_named(root, "newsItem")))
        return emit(w, root, err);
    const char *name = first_element(root, "newsItem") ? "newsItem" : "nitf";
    for (xmlNode *n = first_element(root, name); n && !status && !w->reader->stopped;
         n = next_element(root, n, name))
        status = emit(w, n, err);
    return status;
}

static enum status read_text(struct news *w, struct status_error *err)
{
    enum {
        OPTIONS =
            XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
    };
    struct reader *r = w->reader;
    char problem[200];
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (!parser)
        return status_no_memory(err);
    xmlDoc *document = xmlCtxtReadMemory(parser, buffer_text(&r->text), (int)r->text.size,
                                         NULL, NULL, OPTIONS);
    enum status status = document ? read_document(w, document, err) : STATUS_OK;
    const xmlError *last = xmlCtxtGetLastError(parser);
    if (!status && !parser->wellFormed && last && last->message) {
        snprintf(problem, sizeof problem, "ill-formed at line %d: %.*s", last->line,
                 (int)strcspn(last->message, "\n"), last->message);
        r->place.line = 0;
        article_reset(&r->article);
        if (r->found)
            r->sink->warn(r->sink->context, &r->place, problem);
        else
            reader_reject_rest(r, problem);
    }
    xmlFreeDoc(document);
    xmlFreeParserCtxt(parser);
    return status;
}

enum status reader_newsml(struct reader *r, struct status_error *err)
{
    bool taken;
    struct news w = {.reader = r};
    enum status status = reader_take_rest(r, &taken, err);
    if (!taken)
        return status;
    buffer_init(&w.text, (size_t)1 << 40);
    status = read_text(&w, err);
    buffer_free(&w.text);
    return status;
}
