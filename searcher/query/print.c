#include "searcher/query/lexer.h"

#include <stdio.h>

static const char *const zone_names[] = {
    [QUERY_ANYWHERE] = "",       [QUERY_TITLE] = "title:",
    [QUERY_LEAD] = "lead:",      [QUERY_HEADLINE_LEAD] = "hlead:",
    [QUERY_IN_BODY] = "body:",   [QUERY_IN_QUOTE] = "quote:",
    [QUERY_IN_LINKS] = "links:",
};

static const char *const filter_names[SCHEMA_FILTER_COUNT] = {
    [SCHEMA_SOURCE] = "source:",   [SCHEMA_AUTHOR] = "author:",
    [SCHEMA_SECTION] = "section:", [SCHEMA_PLACE] = "place:",
    [SCHEMA_PERSON] = "person:",   [SCHEMA_TAG] = "tag:",
    [SCHEMA_LANGUAGE] = "lang:",   [SCHEMA_SITE] = "site:",
    [SCHEMA_ID] = "id:",           [SCHEMA_URL] = "url:",
};

static void print_quoted(struct slice text, struct buffer *out)
{
    buffer_append_byte(out, '"');
    buffer_append(out, text.data, text.size);
    buffer_append_byte(out, '"');
}

/* A value with a quotation mark in it was read without any around it. */
static void print_value(struct slice text, struct buffer *out)
{
    const char *end = text.data + text.size;
    for (const char *at = text.data; at < end; at++) {
        if (lexer_quote_size(at, end) > 0) {
            buffer_append(out, text.data, text.size);
            return;
        }
    }
    print_quoted(text, out);
}

static void print_date(const struct query_node *n, struct buffer *out)
{
    char text[DATE_TEXT_SIZE];
    const struct date_range *r = &n->range;
    bool since = !n->alternative && r->before == INT64_MAX;
    bool until = !n->alternative && !since;
    buffer_append_text(out, since ? "since:" : until ? "until:" : "date:");
    if (r->from != INT64_MIN + 1)
        buffer_append_text(out, date_format(r->from, text));
    if (n->alternative)
        buffer_append_text(out, "..");
    if (r->before != INT64_MAX) {
        bool days = r->before % 86400 == 0;
        buffer_append_text(out,
                           date_format(days ? r->before - 86400 : r->before - 1, text));
    }
}

static void print_number(const char *before, unsigned number, struct buffer *out)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    buffer_append_text(out, before);
    buffer_append_text(out, text);
}

static void print_lengths(struct query_lengths l, struct buffer *out)
{
    buffer_append_text(out, "words:");
    if (l.from > 0 || l.to == UINT32_MAX)
        print_number("", l.from, out);
    if (l.from == l.to)
        return;
    buffer_append_text(out, "..");
    if (l.to != UINT32_MAX)
        print_number("", l.to, out);
}

static void print_link(struct query_link link, struct buffer *out)
{
    buffer_append_text(out, link.negative ? " NOT " : " ");
    switch (link.kind) {
    case LINK_NEAR:
        print_number("w/", link.distance, out);
        buffer_append_byte(out, ' ');
        break;
    case LINK_BEFORE:
        print_number("pre/", link.distance, out);
        buffer_append_byte(out, ' ');
        break;
    case LINK_SENTENCE:
        buffer_append_text(out, "SENT ");
        break;
    case LINK_PARAGRAPH:
        buffer_append_text(out, "PARA ");
        break;
    }
}

/* What would be read as an operator stands in quotation marks. */
static bool is_operator(struct slice text)
{
    struct lexeme l = {.kind = LEXEME_WORD, .text = text};
    lexer_read_operator(&l, DIALECT_NEXIS);
    return l.kind != LEXEME_WORD;
}

static void print_word(const struct query_node *n, struct buffer *out)
{
    if (n->exact)
        buffer_append_byte(out, '=');
    if (!n->exact && is_operator(n->text))
        print_quoted(n->text, out);
    else
        buffer_append(out, n->text.data, n->text.size);
    if (n->width.edits > 0)
        print_number("~", n->width.edits, out);
}

/* What stands before a word or phrase. */
static void print_place(const struct query_node *n, struct buffer *out)
{
    if (n->first > 0) {
        print_number("FIRST/", n->first, out);
        buffer_append_byte(out, ' ');
    }
    buffer_append_text(out, zone_names[n->zone]);
}

static bool is_group(const struct query_node *n)
{
    return n->kind == QUERY_AND || n->kind == QUERY_OR || n->kind == QUERY_BAG;
}

static void print(const struct query_node *n, struct buffer *out);

static void print_children(const struct query_node *n, const char *between, bool signs,
                           struct buffer *out)
{
    for (const struct query_node *c = n->child; c; c = c->next) {
        const struct query_node *first = c->kind == QUERY_OR ? c->child : c;
        bool filter = first->kind == QUERY_FILTER || first->kind == QUERY_DATE ||
                      first->kind == QUERY_LENGTH;
        if (c != n->child && n->kind == QUERY_NEAR)
            print_link(c->link, out);
        else if (c != n->child)
            buffer_append_text(out, between);
        if (signs && c->occur == QUERY_MUST && !filter)
            buffer_append_byte(out, '+');
        if (signs && c->occur == QUERY_MUST_NOT)
            buffer_append_byte(out, '-');
        bool near =
            c->kind == QUERY_NEAR && (n->kind == QUERY_NEAR || n->kind == QUERY_AT_LEAST);
        bool brackets = is_group(c) || (signs && c->kind == QUERY_NOT) || near ||
                        (n->kind == QUERY_NEAR && c->kind == QUERY_NOT);
        if (brackets)
            buffer_append_byte(out, '(');
        print(c, out);
        if (brackets)
            buffer_append_byte(out, ')');
    }
}

static void print(const struct query_node *n, struct buffer *out)
{
    switch (n->kind) {
    case QUERY_NOTHING:
        break;
    case QUERY_WORD:
        print_place(n, out);
        print_word(n, out);
        break;
    case QUERY_PHRASE:
        print_place(n, out);
        if (n->exact)
            buffer_append_byte(out, '=');
        print_quoted(n->text, out);
        if (n->slop > 0)
            print_number("~", n->slop, out);
        break;
    case QUERY_FILTER:
        buffer_append_text(out, filter_names[n->filter]);
        print_value(n->text, out);
        break;
    case QUERY_DATE:
        print_date(n, out);
        break;
    case QUERY_LENGTH:
        print_lengths(n->lengths, out);
        break;
    case QUERY_NEAR:
        print_children(n, "", false, out);
        break;
    case QUERY_AT_LEAST:
        print_number("ATLEAST/", n->count, out);
        buffer_append_byte(out, ' ');
        print_children(n, "", false, out);
        break;
    case QUERY_NOT:
        buffer_append_text(out, "NOT ");
        print_children(n, "", false, out);
        break;
    case QUERY_AND:
        print_children(n, " AND ", false, out);
        break;
    case QUERY_OR:
        print_children(n, " OR ", false, out);
        break;
    case QUERY_BAG:
        print_children(n, " ", true, out);
        break;
    }
}

void query_print(const struct query_node *root, struct buffer *out)
{
    print(root, out);
}
