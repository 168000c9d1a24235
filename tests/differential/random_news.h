/* random_news.h - articles and queries made up from a seed: few words, many forms. */
#ifndef TESTS_DIFFERENTIAL_RANDOM_NEWS_H
#define TESTS_DIFFERENTIAL_RANDOM_NEWS_H

#include "common/buffer.h"

struct news {
    uint64_t seed; /* of the articles */
    uint64_t state;
    unsigned articles; /* numbers 0 to articles - 1; the id of number 7 is a7 */
};

/* A number below limit (at least 1). */
unsigned news_random(struct news *n, unsigned limit);

static inline bool news_one_in(struct news *n, unsigned times)
{
    return news_random(n, times) == 0;
}

/* Appends a line of JSON, the same for the same seed, number and version. */
void news_add_article(const struct news *n, unsigned number, unsigned version,
                      struct buffer *out);

/* Appends a query of any kind. */
void news_add_query(struct news *n, struct buffer *out);

/* A date as the options since and until take it. */
const char *news_date(struct news *n);

#endif
