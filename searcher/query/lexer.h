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
    LEXEME_FIELD /* `title:` before what it applies to */
};

enum lexeme_field {
    LEXEME_ZONE,   /* zone */
    LEXEME_FILTER, /* filter */
    LEXEME_DATE,
    LEXEME_SINCE,
    LEXEME_UNTIL
};

struct lexeme {
    enum lexeme_kind kind;
    struct slice text; /* of a word or phrase, without marks; of an operator as typed */
    char sign;         /* + or - before it, or 0 */
    bool exact;        /* = before it */
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
enum status lexer_run(struct slice text, struct arena *arena, struct lexemes *out);

#endif
