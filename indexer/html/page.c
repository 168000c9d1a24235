#include "indexer/html/page.h"

#include "indexer/html/attributes.h"
#include "indexer/html/element.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <strings.h>

/* An element that is open. */
struct open_element {
    const xmlChar *name; /* the parser's */
    uint32_t element;    /* the one whose text is set apart, itself or around it */
    bool is_link, is_left_out, is_own;
};

struct parse {
    struct page *page;
    xmlParserCtxt *parser;
    struct open_element *open;
    size_t open_count;
    unsigned nesting_max;
    unsigned left_out, links; /* how many of the open elements are */
    uint32_t link;            /* the innermost */
    bool in_block, blank;     /* blank: one comes before the next character */
    unsigned breaks;          /* <br> since the last character */
    struct page_block block;
    struct buffer captured; /* the text of <title>, <time> or JSON-LD */
    bool capturing;
    enum page_fact_kind capture_kind;
    size_t capture_depth;
    enum status status;
};

static void fail(struct parse *s, enum status status)
{
    if (!s->status && status) {
        s->status = status;
        xmlStopParser(s->parser);
    }
}

static bool grow(struct parse *s, void **items, size_t *capacity, size_t need,
                 size_t item_size)
{
    void *grown =
        need > *capacity ? buffer_grow_array(*items, capacity, need, item_size) : *items;
    if (grown)
        *items = grown;
    else
        fail(s, STATUS_NO_MEMORY);
    return grown != NULL;
}

static void add_fact(struct parse *s, enum page_fact_kind kind, const char *name,
                     const char *value)
{
    struct page *p = s->page;
    void *facts = p->facts;
    if (!value || *value == '\0' ||
        !grow(s, &facts, &p->fact_capacity, p->fact_count + 1, sizeof *p->facts))
        return;
    p->facts = facts;
    struct page_fact *f = &p->facts[p->fact_count];
    *f = (struct page_fact){kind, slice_of(name ? name : ""), slice_of(value)};
    f->name.data = arena_copy(&p->arena, f->name.data, f->name.size);
    f->value.data = arena_copy(&p->arena, f->value.data, f->value.size);
    if (f->name.data && f->value.data)
        p->fact_count++;
    else
        fail(s, STATUS_NO_MEMORY);
}

/* --- blocks --- */

static bool ends_sentence(struct slice text)
{
    static const char *const ends[] = {".",      "!",      "?",      "\u2026", "\u3002",
                                       "\uFF01", "\uFF1F", "\u061F", "\u06D4", "\u0964"};
    static const char *const after[] = {"\"",     "'",      ")",      "]",     "\u201D",
                                        "\u2019", "\u00BB", "\u300D", "\u201C"};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        size_t n = strlen(after[i]);
        if (text.size > n && memcmp(text.data + text.size - n, after[i], n) == 0) {
            text.size -= n;
            i = (size_t)-1; /* there may be several */
        }
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (text.size >= n && memcmp(text.data + text.size - n, ends[i], n) == 0)
            return true;
    }
    return false;
}

static void end_block(struct parse *s)
{
    struct page *p = s->page;
    void *blocks = p->blocks;
    s->blank = false;
    s->breaks = 0;
    if (!s->in_block)
        return;
    s->in_block = false;
    if (!grow(s, &blocks, &p->block_capacity, p->block_count + 1, sizeof *p->blocks))
        return;
    p->blocks = blocks;
    s->block.size = p->text.size - s->block.at;
    s->block.sentence = ends_sentence(page_block_text(p, &s->block));
    p->blocks[p->block_count++] = s->block;
}

static void begin_block(struct parse *s)
{
    s->in_block = true;
    s->block = (struct page_block){
        .element = s->open_count > 0 ? s->open[s->open_count - 1].element : PAGE_NONE,
        .link = PAGE_NONE,
        .at = s->page->text.size};
}

/* How much a character is beside a letter of an alphabet: those from U+3000 on stand for
 * words or syllables; a blank, and a byte that goes on, is nothing. */
static uint32_t letters_of(unsigned char c)
{
    return c <= ' ' || (c & 0xC0) == 0x80 ? 0 : c < 0xE3 || c > 0xEF ? 1 : 3;
}

static bool is_comma(const char *at, size_t left)
{
    static const char *const commas[] = {",", "\u3001", "\uFF0C", "\u060C"};
    for (size_t i = 0; i < sizeof commas / sizeof *commas; i++)
        if (left >= strlen(commas[i]) && memcmp(at, commas[i], strlen(commas[i])) == 0)
            return true;
    return false;
}

/* The size of a blank, of more than one byte too, else 0. */
static size_t blank_size(const char *at, size_t left)
{
    if (slice_is_blank(*at))
        return 1;
    bool wide = left > 1 && memcmp(at, "\u00A0", 2) == 0;
    return wide ? 2 : 0;
}

static void append_character(struct parse *s, const char *at, size_t left)
{
    struct buffer *text = &s->page->text;
    if (s->breaks > 1)
        end_block(s);
    if (!s->in_block)
        begin_block(s);
    else if (s->breaks == 1)
        buffer_append_byte(text, '\n');
    else if (s->blank)
        buffer_append_byte(text, ' ');
    s->breaks = 0;
    s->blank = false;
    uint32_t letters = letters_of((unsigned char)*at);
    s->block.letters += letters;
    s->block.commas += is_comma(at, left);
    if (s->links > 0) {
        s->block.link_letters += letters;
        if (s->block.link == PAGE_NONE)
            s->block.link = s->link;
    }
    buffer_append_byte(text, *at);
}

static void on_text(void *context, const xmlChar *bytes, int size)
{
    struct parse *s = context;
    const char *text = (const char *)bytes;
    if (s->capturing)
        buffer_append(&s->captured, text, (size_t)size);
    if (s->left_out > 0 || s->status)
        return;
    for (size_t i = 0; i < (size_t)size;) {
        size_t blank = blank_size(text + i, (size_t)size - i);
        if (blank > 0)
            s->blank = true;
        else if ((unsigned char)text[i] > ' ' && text[i] != 127)
            append_character(s, text + i, (size_t)size - i);
        i += blank > 0 ? blank : 1;
    }
    fail(s, s->page->text.failed ? s->page->text.failed : s->captured.failed);
}

/* --- elements --- */

static const char *attribute(const xmlChar **attributes, const char *name)
{
    for (size_t i = 0; attributes && attributes[i]; i += 2)
        if (strcmp((const char *)attributes[i], name) == 0)
            return attributes[i + 1] ? (const char *)attributes[i + 1] : "";
    return NULL;
}

static bool has_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = text; at && (at = strcasestr(at, word)); at += size)
        if ((at == text || isspace((unsigned char)at[-1])) &&
            (at[size] == '\0' || isspace((unsigned char)at[size])))
            return true;
    return false;
}

static bool is_hidden(const xmlChar **attributes)
{
    const char *style = attribute(attributes, "style");
    if (attribute(attributes, "hidden"))
        return true;
    return style &&
           (strcasestr(style, "display:none") || strcasestr(style, "display: none"));
}

static uint32_t kind_of(const char *name, const xmlChar **attributes)
{
    uint32_t kind = element_kind(name);
    const char *class = attribute(attributes, "class");
    const char *id = attribute(attributes, "id");
    const char *property = attribute(attributes, "itemprop");
    const char *role = attribute(attributes, "role");
    if (kind & PAGE_BLOCK) {
        bool is_text = kind & PAGE_ARTICLE && !(class && strcasestr(class, "comment"));
        kind |= class && !is_text ? element_hint(class) : 0;
        kind |= id && !is_text ? element_hint(id) : 0;
        kind |= role ? element_hint(role) : 0;
        kind |= has_word(property, "articleBody") ? PAGE_BODY : 0;
    }
    if (is_hidden(attributes))
        kind |= PAGE_LEFT_OUT;
    return kind;
}

static void capture(struct parse *s, enum page_fact_kind kind)
{
    if (s->capturing)
        return;
    s->capturing = true;
    s->capture_kind = kind;
    s->capture_depth = s->open_count;
    buffer_clear(&s->captured);
}

static void take_facts(struct parse *s, const char *name, const xmlChar **attributes)
{
    const char *content = attribute(attributes, "content");
    const char *type = attribute(attributes, "type");
    const char *href = attribute(attributes, "href");
    if (strcmp(name, "meta") == 0) {
        static const char *const keys[] = {"property", "name", "itemprop", "http-equiv"};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (attribute(attributes, keys[i]))
                add_fact(s, PAGE_META, attribute(attributes, keys[i]), content);
    } else if (strcmp(name, "link") == 0) {
        if (has_word(attribute(attributes, "rel"), "canonical"))
            add_fact(s, PAGE_CANONICAL, NULL, href);
    } else if (strcmp(name, "base") == 0) {
        add_fact(s, PAGE_BASE, NULL, href);
    } else if (strcmp(name, "html") == 0) {
        add_fact(s, PAGE_LANGUAGE, NULL, attribute(attributes, "lang"));
    } else if (strcmp(name, "title") == 0) {
        capture(s, PAGE_TITLE);
    } else if (strcmp(name, "time") == 0) {
        if (attribute(attributes, "datetime"))
            add_fact(s, PAGE_TIME, NULL, attribute(attributes, "datetime"));
        else
            capture(s, PAGE_TIME);
    } else if (strcmp(name, "script") == 0 && type && strcasestr(type, "ld+json")) {
        capture(s, PAGE_LD_JSON);
    }
}

static void begin_element(struct parse *s, struct open_element *o, uint32_t kind)
{
    struct page *p = s->page;
    void *elements = p->elements;
    end_block(s);
    if (!grow(s, &elements, &p->element_capacity, p->element_count + 1,
              sizeof *p->elements))
        return;
    p->elements = elements;
    p->elements[p->element_count] = (struct page_element){
        .parent = o->element, .kind = kind, .first_block = (uint32_t)p->block_count};
    o->element = (uint32_t)p->element_count++;
    o->is_own = true;
}

static void begin_link(struct parse *s, const xmlChar **attributes)
{
    struct page *p = s->page;
    void *links = p->links;
    const char *href = attribute(attributes, "href");
    struct slice address = slice_of(href ? href : "");
    if (!grow(s, &links, &p->link_capacity, p->link_count + 1, sizeof *p->links))
        return;
    p->links = links;
    address.data = arena_copy(&p->arena, address.data, address.size);
    if (!address.data)
        fail(s, STATUS_NO_MEMORY);
    p->links[p->link_count] = address;
    s->link = (uint32_t)p->link_count++;
    s->links++;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct parse *s = context;
    if (s->status)
        return;
    if (s->open_count == s->nesting_max) {
        fail(s, STATUS_LIMIT);
        return;
    }
    if (strcmp((const char *)name, "br") == 0)
        s->breaks++;
    take_facts(s, (const char *)name, attributes);
    uint32_t kind = kind_of((const char *)name, attributes);
    struct open_element o = {
        .name = name,
        .element = s->open_count > 0 ? s->open[s->open_count - 1].element : PAGE_NONE,
        .is_left_out = kind & PAGE_LEFT_OUT,
        .is_link = kind & PAGE_LINK};
    s->left_out += o.is_left_out;
    if (s->left_out == 0 && (kind & PAGE_BLOCK))
        begin_element(s, &o, kind);
    if (o.is_link)
        begin_link(s, attributes);
    s->open[s->open_count++] = o;
}

static void end_capture(struct parse *s)
{
    struct slice text = {buffer_text(&s->captured), s->captured.size};
    s->capturing = false;
    if (s->capture_kind != PAGE_TIME || text.size < 100)
        add_fact(s, s->capture_kind, NULL, text.data);
}

static void pop(struct parse *s)
{
    struct open_element *o = &s->open[--s->open_count];
    if (s->capturing && s->open_count == s->capture_depth)
        end_capture(s);
    s->left_out -= o->is_left_out;
    s->links -= o->is_link;
    if (o->is_own) {
        end_block(s);
        s->page->elements[o->element].end_block = (uint32_t)s->page->block_count;
        s->page->elements[o->element].end_element = (uint32_t)s->page->element_count;
    }
}

static void on_end(void *context, const xmlChar *name)
{
    struct parse *s = context;
    size_t depth = s->open_count;
    while (depth > 0 && strcmp((const char *)s->open[depth - 1].name, (const char *)name))
        depth--;
    while (depth > 0 && s->open_count >= depth)
        pop(s);
}

/* --- the page --- */

static void clear(struct page *p)
{
    p->element_count = p->block_count = p->fact_count = p->link_count = 0;
    buffer_clear(&p->text);
    arena_free(&p->arena);
}

void page_free(struct page *p)
{
    free(p->elements);
    free(p->blocks);
    free(p->facts);
    free(p->links);
    buffer_free(&p->text);
    arena_free(&p->arena);
    *p = (struct page){0};
}

static enum status run_parser(struct parse *s, struct slice html)
{
    static const xmlChar utf8[] = "UTF-8";
    htmlSAXHandler handler = {.startElement = on_start,
                              .endElement = on_end,
                              .characters = on_text,
                              .ignorableWhitespace = on_text,
                              .cdataBlock = on_text};
    s->parser = htmlCreateMemoryParserCtxt(html.data, (int)html.size);
    if (!s->parser)
        return STATUS_NO_MEMORY;
    xmlSAXHandler *own = s->parser->sax;
    s->parser->sax = &handler;
    s->parser->userData = s;
    htmlCtxtUseOptions(s->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                      HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                      HTML_PARSE_NOIMPLIED);
    s->parser->sax = &handler;
    xmlSwitchToEncoding(s->parser, xmlFindCharEncodingHandler((const char *)utf8));
    htmlParseDocument(s->parser);
    s->parser->sax = own;
    xmlFreeDoc(s->parser->myDoc);
    htmlFreeParserCtxt(s->parser);
    return s->status;
}

enum status page_parse(struct page *p, struct slice html,
                       const struct page_limits *limits)
{
    struct parse s = {.page = p,
                      .nesting_max = limits->nesting,
                      .link = PAGE_NONE,
                      .captured = BUFFER_INIT((size_t)1 << 30)};
    clear(p);
    p->text.max_size = (size_t)1 << 30;
    if (html.size == 0)
        return STATUS_OK;
    if (attributes_are_too_many(html))
        return STATUS_LIMIT;
    s.open = calloc((size_t)limits->nesting + 1, sizeof *s.open);
    enum status status = s.open ? run_parser(&s, html) : STATUS_NO_MEMORY;
    while (s.open_count > 0)
        pop(&s);
    end_block(&s);
    free(s.open);
    buffer_free(&s.captured);
    return status;
}

struct slice page_block_text(const struct page *p, const struct page_block *b)
{
    return (struct slice){buffer_text(&p->text) + b->at, b->size};
}

bool page_is_in(const struct page *p, uint32_t element, uint32_t kinds)
{
    for (; element != PAGE_NONE; element = p->elements[element].parent)
        if (p->elements[element].kind & kinds)
            return true;
    return false;
}
