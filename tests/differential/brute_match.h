/* brute_match.h - which articles a tree means, by walking over the words of each. */
#ifndef TESTS_DIFFERENTIAL_BRUTE_MATCH_H
#define TESTS_DIFFERENTIAL_BRUTE_MATCH_H

#include "common/text/analysis.h"
#include "tests/differential/language_news.h"
#include "tests/differential/language_tree.h"

/* An article that was read. Its words belong to the tokeniser. */
struct brute_article {
    const struct story *story; /* borrowed */
    struct text_analysis text;
    unsigned words;
};

void brute_read(struct tokeniser *t, const struct story *story,
                struct brute_article *out);
void brute_free(struct brute_article *a);

/* A tree made ready; the arena owns it. The tree is changed. */
const struct tree *brute_prepare(struct arena *arena, struct tree *t);

/* Whether the article is meant. The tokeniser is the one that read it. */
bool brute_matches(struct tokeniser *t, const struct brute_article *a,
                   const struct tree *prepared);

#endif
