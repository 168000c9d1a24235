/* lexer.h - a query as tokens; for this folder only. */
#ifndef SEARCHER_QUERY_LEXER_H
#define SEARCHER_QUERY_LEXER_H

#include "searcher/query/query.h"

enum lexeme_kind {
    LEXEME_END,
    LEXEME_WORD,
    LEXEME_PHRASE,
    LEXEME_OPEN,
    LEXEME_CLOSE,
    LEXEME_AND,
    LEXEME_OR,
    LEXEME_NOT,
    LEXEME_LINK,     /* link */
    LEXEME_AT_LEAST, /* count */
    LEXEME_FIRST,    /* count */
    LEXEME_FIELD     /* `title:` before what it applies to */
};

enum lexeme_field {
    LEXEME_ZONE,   /* zone */
    LEXEME_FILTER, /* filter */
    LEXEME_DATE,
    LEXEME_SINCE,
    LEXEME_UNTIL,
    LEXEME_LENGTH
};

struct lexeme {
    enum lexeme_kind kind;
    struct slice text; /* of a word or phrase, without marks; of an operator as typed */
    char sign;         /* + or - before it, or 0 */
    bool exact;        /* = before it */
    struct query_width width;
    unsigned slop, count;
    struct query_link link;
    enum lexeme_field field;
    enum query_zone zone;
    enum schema_filter filter;
};

struct lexemes {
    struct lexeme *items; /* ends with LEXEME_END */
    size_t count;
    bool unbalanced_quote;
    bool cut;  /* there were more than QUERY_TERMS_MAX */
    bool loud; /* capitals throughout: AND, OR and NOT in it are words */
};

/* The size of a double quotation mark of any style at p, or 0. */
size_t lexer_quote_size(const char *p, const char *end);

/* Cuts the text; items come from the arena. */
enum status lexer_run(struct slice text, enum query_dialect dialect, struct arena *arena,
                      struct lexemes *out);

/* Makes the lexeme an operator when its text is one (operators.c). */
void lexer_read_operator(struct lexeme *l, enum query_dialect dialect);

/* Takes the edits (`~2`) off a word's text, and sees whether it has wildcards. */
void lexer_read_width(struct lexeme *l);

/* The number that text begins with, at most QUERY_DISTANCE_MAX, and how many digits it
 * has (0: none). */
size_t lexer_read_number(struct slice text, unsigned *number);

#endif
