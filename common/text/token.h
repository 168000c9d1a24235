/* token.h - text to tokens: the one place that says what a word is.
 *
 * A written word may be several words at once: `COVID-19` is `covid` and `19` at two
 * positions, and `covid19` over both. Such tokens form a group. */
#ifndef COMMON_TEXT_TOKEN_H
#define COMMON_TEXT_TOKEN_H

#include "common/text/words.h"

enum token_kind {
    TOKEN_UNIT, /* a word, or one part of a compound; parts have consecutive positions */
    TOKEN_ALIAS, /* another reading of the unit at its position: `études` of `d'études` */
    TOKEN_JOINED,     /* the whole of the group, at the position of its first unit */
    TOKEN_DICTIONARY, /* as TOKEN_JOINED, of a script without spaces: its units are
                         characters */
    TOKEN_WHOLE /* as TOKEN_JOINED, and the only thing that a query for it means: `C++` */
};

struct token {
    const struct text_word *word;
    uint32_t start, end; /* bytes of the text, exact */
    uint32_t position;
    uint32_t group; /* equal for the tokens of one written word */
    uint8_t kind;   /* enum token_kind */
};

struct token_list {
    struct token *items;
    size_t count;
    size_t capacity;
    uint32_t next_position;
    uint32_t next_group;
};

/* Reads text in one language. Use one per thread. */
struct tokeniser;

/* NULL when there is no memory. The stemmer's context must outlive the tokeniser. */
struct tokeniser *tokeniser_new(struct text_stemmer stemmer);
void tokeniser_free(struct tokeniser *t);

/* The words seen so far; clearing them invalidates the tokens made before. */
struct text_words *tokeniser_words(struct tokeniser *t);

/* Appends the tokens of text (below 4 GiB) in order of position, offsets counted from
 * text.data. Any bytes are text. NO_MEMORY is the only failure. */
enum status tokeniser_run(struct tokeniser *t, struct slice text,
                          struct token_list *tokens);

#endif
