/* brute_spans.h - where an article has what a tree asks for; for brute_match.c. */
#ifndef TESTS_DIFFERENTIAL_BRUTE_SPANS_H
#define TESTS_DIFFERENTIAL_BRUTE_SPANS_H

#include "tests/differential/brute_match.h"

/* Positions of the first and the last word. */
struct brute_span {
    uint32_t first, last;
};

struct brute_spans {
    struct brute_span *items;
    size_t count, capacity;
};

struct brute_reader {
    struct tokeniser *tokeniser;
    const struct brute_article *article;
};

/* All spans of words, phrases, alternatives, chains and ATLEAST, without repeats. The
 * caller frees the items. */
struct brute_spans brute_find(const struct brute_reader *r, const struct tree *t);

/* The tokens of a query's text. The caller frees the items. */
struct token_list brute_tokens(struct tokeniser *t, const char *text);

#endif
