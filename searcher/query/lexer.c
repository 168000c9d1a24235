#include "searcher/query/lexer.h"

#include <string.h>

static const struct {
    const char *name;
    enum lexeme_field field;
    enum query_zone zone;
    enum schema_filter filter;
} fields[] = {
    {"title", LEXEME_ZONE, QUERY_TITLE, 0},
    {"headline", LEXEME_ZONE, QUERY_TITLE, 0},
    {"lead", LEXEME_ZONE, QUERY_LEAD, 0},
    {"hlead", LEXEME_ZONE, QUERY_HEADLINE_LEAD, 0},
    {"body", LEXEME_ZONE, QUERY_IN_BODY, 0},
    {"quote", LEXEME_ZONE, QUERY_IN_QUOTE, 0},
    {"links", LEXEME_ZONE, QUERY_IN_LINKS, 0},
    {"source", LEXEME_FILTER, 0, SCHEMA_SOURCE},
    {"author", LEXEME_FILTER, 0, SCHEMA_AUTHOR},
    {"section", LEXEME_FILTER, 0, SCHEMA_SECTION},
    {"place", LEXEME_FILTER, 0, SCHEMA_PLACE},
    {"person", LEXEME_FILTER, 0, SCHEMA_PERSON},
    {"tag", LEXEME_FILTER, 0, SCHEMA_TAG},
    {"lang", LEXEME_FILTER, 0, SCHEMA_LANGUAGE},
    {"language", LEXEME_FILTER, 0, SCHEMA_LANGUAGE},
    {"site", LEXEME_FILTER, 0, SCHEMA_SITE},
    {"id", LEXEME_FILTER, 0, SCHEMA_ID},
    {"url", LEXEME_FILTER, 0, SCHEMA_URL},
    {"date", LEXEME_DATE, 0, 0},
    {"since", LEXEME_SINCE, 0, 0},
    {"until", LEXEME_UNTIL, 0, 0},
    {"words", LEXEME_LENGTH, 0, 0},
};

struct lexer {
    const char *at, *end;
    enum query_dialect dialect;
    struct lexemes *out;
};

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

size_t lexer_quote_size(const char *p, const char *end)
{
    static const char *const marks[] = {"\"",           "\xE2\x80\x9C", "\xE2\x80\x9D",
                                        "\xE2\x80\x9E", "\xE2\x80\x9F", "\xC2\xAB",
                                        "\xC2\xBB",     "\xEF\xBC\x82"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t size = strlen(marks[i]);
        if ((size_t)(end - p) >= size && memcmp(p, marks[i], size) == 0)
            return size;
    }
    return 0;
}

/* Where the next quotation mark is, or NULL. */
static const char *find_quote(const char *p, const char *end)
{
    for (; p < end; p++)
        if (lexer_quote_size(p, end))
            return p;
    return NULL;
}

/* Whether p ends a bare word: a blank, a bracket, a quotation mark. */
static bool ends_word(const char *p, const char *end)
{
    return is_blank(*p) || *p == '(' || *p == ')' || lexer_quote_size(p, end) > 0;
}

static struct lexeme *push(struct lexer *x, enum lexeme_kind kind)
{
    if (x->out->count == QUERY_TERMS_MAX) {
        x->out->cut = true;
        x->at = x->end;
        return NULL;
    }
    struct lexeme *l = &x->out->items[x->out->count++];
    *l = (struct lexeme){.kind = kind};
    return l;
}

/* A known field's name and its colon begin the word: pushes it and moves behind. */
static bool read_field(struct lexer *x, char sign)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t size = strlen(fields[i].name);
        if ((size_t)(x->end - x->at) <= size + 1 || x->at[size] != ':' ||
            strncasecmp(x->at, fields[i].name, size) != 0 || is_blank(x->at[size + 1]) ||
            x->at[size + 1] == ')')
            continue;
        struct lexeme *l = push(x, LEXEME_FIELD);
        if (l) {
            l->text = (struct slice){x->at, size};
            l->sign = sign;
            l->field = fields[i].field;
            l->zone = fields[i].zone;
            l->filter = fields[i].filter;
            x->at += size + 1;
        }
        return true;
    }
    return false;
}

/* After a filter's colon a bare value runs to the next blank, whatever is in it. */
static bool in_filter_value(const struct lexer *x)
{
    size_t n = x->out->count;
    const struct lexeme *last = n ? &x->out->items[n - 1] : NULL;
    return last && last->kind == LEXEME_FIELD && last->field != LEXEME_ZONE &&
           x->at == last->text.data + last->text.size + 1;
}

static void read_word(struct lexer *x, char sign, bool exact)
{
    const char *start = x->at;
    bool value = in_filter_value(x);
    while (x->at < x->end &&
           (value ? !is_blank(*x->at) && *x->at != ')' : !ends_word(x->at, x->end)))
        x->at++;
    struct slice text = {start, (size_t)(x->at - start)};
    struct lexeme *l = push(x, LEXEME_WORD);
    if (!l)
        return;
    l->text = text;
    l->sign = sign;
    l->exact = exact;
    if (value)
        return;
    if (!exact)
        lexer_read_operator(l, x->dialect);
    if (l->kind == LEXEME_WORD)
        lexer_read_width(l);
}

/* `~5` behind a phrase. */
static void read_slop(struct lexer *x, struct lexeme *phrase)
{
    if (x->at == x->end || *x->at != '~')
        return;
    struct slice rest = {x->at + 1, (size_t)(x->end - x->at - 1)};
    size_t digits = lexer_read_number(rest, &phrase->slop);
    if (digits > 0)
        x->at += digits + 1;
}

static void read_phrase(struct lexer *x, char sign, bool exact)
{
    size_t size = lexer_quote_size(x->at, x->end);
    const char *start = x->at + size;
    const char *close = find_quote(start, x->end);
    if (!close) { /* an inch sign or a slip: go on with words */
        x->out->unbalanced_quote = true;
        x->at = start;
        return;
    }
    struct lexeme *l = push(x, LEXEME_PHRASE);
    if (l) {
        l->text = (struct slice){start, (size_t)(close - start)};
        l->sign = sign;
        l->exact = exact;
        x->at = close + lexer_quote_size(close, x->end);
        read_slop(x, l);
    }
}

/* Plus and minus before something, at the start of a word; of several the last counts,
 * but a doubled one (`--`) is punctuation. */
static char read_sign(struct lexer *x)
{
    char sign = 0;
    while (x->at + 1 < x->end && (*x->at == '+' || *x->at == '-') &&
           !is_blank(x->at[1]) && x->at[1] != *x->at && x->at[1] != ')')
        sign = *x->at++;
    return sign;
}

static void read_next(struct lexer *x)
{
    struct lexeme *l;
    if (*x->at == ')') {
        push(x, LEXEME_CLOSE);
        x->at += x->at < x->end;
        return;
    }
    bool value = in_filter_value(x);
    char sign = value ? 0 : read_sign(x);
    if (*x->at == '(') {
        l = push(x, LEXEME_OPEN);
        if (l)
            l->sign = sign;
        x->at += x->at < x->end;
        return;
    }
    if (!value && read_field(x, sign))
        return;
    bool exact = !value && *x->at == '=' && x->at + 1 < x->end &&
                 (!ends_word(x->at + 1, x->end) || lexer_quote_size(x->at + 1, x->end));
    x->at += exact;
    if (lexer_quote_size(x->at, x->end))
        read_phrase(x, sign, exact);
    else if (!ends_word(x->at, x->end))
        read_word(x, sign, exact);
}

/* Three plain words in a row and not one small letter: an old headline, or a teletype. In
 * it capitals say nothing. */
static bool is_loud(struct slice text, const struct lexemes *l)
{
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] >= 'a' && text.data[i] <= 'z') ||
            (unsigned char)text.data[i] >= 0xC3)
            return false;
    for (size_t i = 0; i < l->count; i++) {
        run = l->items[i].kind == LEXEME_WORD && !l->items[i].sign ? run + 1 : 0;
        longest = run > longest ? run : longest;
        if (l->items[i].kind == LEXEME_OPEN || l->items[i].kind == LEXEME_PHRASE)
            return false;
    }
    return longest >= 3;
}

enum status lexer_run(struct slice text, enum query_dialect dialect, struct arena *arena,
                      struct lexemes *out)
{
    size_t capacity = text.size + 1 < QUERY_TERMS_MAX ? text.size + 1 : QUERY_TERMS_MAX;
    *out = (struct lexemes){.items =
                                arena_alloc(arena, (capacity + 1) * sizeof *out->items)};
    if (!out->items)
        return STATUS_NO_MEMORY;
    struct lexer x = {text.data, text.data + text.size, dialect, out};
    while (x.at < x.end) {
        if (is_blank(*x.at))
            x.at++;
        else
            read_next(&x);
    }
    out->items[out->count] = (struct lexeme){.kind = LEXEME_END};
    out->loud = is_loud(text, out);
    return STATUS_OK;
}
