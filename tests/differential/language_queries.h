/* language_queries.h - trees at random, and the many ways to write one down. */
#ifndef TESTS_DIFFERENTIAL_LANGUAGE_QUERIES_H
#define TESTS_DIFFERENTIAL_LANGUAGE_QUERIES_H

#include "tests/differential/language_news.h"
#include "tests/differential/language_tree.h"

struct question_maker {
    struct news *news;
    const struct story *stories; /* phrases are taken from them */
    unsigned story_count;
    struct arena *arena;
    bool in_zone; /* a zone in a zone means nothing that is promised */
};

/* A tree of at most so many operators one in the other. */
struct tree *question_make(struct question_maker *q, unsigned depth);

/* Appends the tree as a query in a dialect, with brackets where they are needed and where
 * they do no harm. */
void question_print(struct news *n, const struct tree *t, bool factiva,
                    struct buffer *out);

#endif
