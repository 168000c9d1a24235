/* Words that are operators, and words that stand for many. */
#include "searcher/query/lexer.h"

#include <string.h>
#include <strings.h>

/* Distances of NEAR and ADJ without a number. */
enum { NEAR_DISTANCE = 10, ADJ_DISTANCE = 1 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A letter or digit, of any script. */
static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || is_digit(c) ||
           ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

size_t lexer_read_number(struct slice text, unsigned *number)
{
    size_t digits = 0;
    *number = 0;
    for (; digits < text.size && is_digit(text.data[digits]); digits++) {
        *number = *number * 10 + (unsigned)(text.data[digits] - '0');
        if (*number > QUERY_DISTANCE_MAX)
            *number = QUERY_DISTANCE_MAX;
    }
    return digits;
}

/* All of text is name and a number, which is not 0. */
static bool is_counted(struct slice text, const char *name, bool any_case,
                       unsigned *number)
{
    size_t size = strlen(name);
    if (text.size <= size || (any_case ? strncasecmp(text.data, name, size)
                                       : memcmp(text.data, name, size)) != 0)
        return false;
    struct slice rest = {text.data + size, text.size - size};
    return lexer_read_number(rest, number) == rest.size && *number > 0;
}

static bool read_distance(struct lexeme *l, enum query_dialect dialect)
{
    static const struct {
        const char *name;
        enum query_link_kind kind;
        bool any_case, factiva;
    } names[] = {
        {"w/", LINK_NEAR, true, false},      {"/", LINK_NEAR, true, false},
        {"NEAR/", LINK_NEAR, false, false},  {"pre/", LINK_BEFORE, true, false},
        {"ADJ/", LINK_BEFORE, false, false}, {"near", LINK_NEAR, true, true},
        {"adj", LINK_BEFORE, true, true},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((names[i].factiva && dialect != DIALECT_FACTIVA) ||
            !is_counted(l->text, names[i].name, names[i].any_case, &l->link.distance))
            continue;
        bool is_within = names[i].name[0] == 'w' || names[i].name[0] == '/';
        l->link.kind =
            dialect == DIALECT_FACTIVA && is_within ? LINK_BEFORE : names[i].kind;
        l->kind = LEXEME_LINK;
        return true;
    }
    return false;
}

static bool read_name(struct lexeme *l, enum query_dialect dialect)
{
    static const struct {
        const char *name;
        enum lexeme_kind kind;
        struct query_link link;
        bool any_case, factiva;
    } names[] = {
        {"AND", LEXEME_AND, {0}, false, false},
        {"OR", LEXEME_OR, {0}, false, false},
        {"NOT", LEXEME_NOT, {0}, false, false},
        {"NEAR", LEXEME_LINK, {LINK_NEAR, NEAR_DISTANCE, false}, false, false},
        {"ADJ", LEXEME_LINK, {LINK_BEFORE, ADJ_DISTANCE, false}, false, false},
        {"SENT", LEXEME_LINK, {LINK_SENTENCE, 0, false}, false, false},
        {"PARA", LEXEME_LINK, {LINK_PARAGRAPH, 0, false}, false, false},
        {"w/s", LEXEME_LINK, {LINK_SENTENCE, 0, false}, true, false},
        {"w/sent", LEXEME_LINK, {LINK_SENTENCE, 0, false}, true, false},
        {"w/p", LEXEME_LINK, {LINK_PARAGRAPH, 0, false}, true, false},
        {"w/para", LEXEME_LINK, {LINK_PARAGRAPH, 0, false}, true, false},
        {"same", LEXEME_LINK, {LINK_PARAGRAPH, 0, false}, true, true},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct slice name = slice_of(names[i].name);
        if ((names[i].factiva && dialect != DIALECT_FACTIVA) ||
            name.size != l->text.size ||
            (names[i].any_case ? strncasecmp(name.data, l->text.data, name.size)
                               : memcmp(name.data, l->text.data, name.size)) != 0)
            continue;
        l->kind = names[i].kind;
        l->link = names[i].link;
        return true;
    }
    return false;
}

void lexer_read_operator(struct lexeme *l, enum query_dialect dialect)
{
    if (is_counted(l->text, "ATLEAST/", true, &l->count) ||
        is_counted(l->text, "ATLEAST", true, &l->count))
        l->kind = LEXEME_AT_LEAST;
    else if (is_counted(l->text, "FIRST/", false, &l->count))
        l->kind = LEXEME_FIRST;
    else if (!l->sign && !read_distance(l, dialect))
        read_name(l, dialect);
}

/* `~`, `~1`, `~2` behind letters. */
static void read_edits(struct lexeme *l)
{
    size_t size = l->text.size;
    bool counted =
        size >= 2 && l->text.data[size - 2] == '~' && is_digit(l->text.data[size - 1]);
    size_t mark = counted ? 2 : 1;
    if (size <= mark || l->text.data[size - mark] != '~')
        return;
    for (size_t i = 0; i < size - mark; i++)
        if (!is_letter(l->text.data[i]) || is_digit(l->text.data[i]))
            return;
    unsigned edits = counted ? (unsigned)(l->text.data[size - 1] - '0') : 1;
    l->width.edits = edits < 1 ? 0 : edits > 2 ? 2 : edits;
    l->text.size -= mark;
}

/* A star beside a letter, and a question mark between letters, are wildcards; at the end
 * a question mark ends a question, and at the beginning it is one that OCR made of a
 * quotation mark. All else must be letters: a pattern is one word. */
static bool has_wildcards(struct slice text)
{
    bool found = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool before = i > 0 && is_letter(text.data[i - 1]);
        bool after = i + 1 < text.size && is_letter(text.data[i + 1]);
        if (c == '*')
            found |= before || after;
        else if (c == '?')
            found |= i > 0 && after;
        else if (!is_letter(c) && c != '\'')
            return false;
    }
    return found;
}

void lexer_read_width(struct lexeme *l)
{
    read_edits(l);
    l->width.pattern = l->width.edits == 0 && has_wildcards(l->text);
    while (l->width.pattern && l->text.data[l->text.size - 1] == '?')
        l->text.size--;
}
