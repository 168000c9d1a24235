/* searchers.h - some searchers on the same indexes, for threads that take one each. */
#ifndef SEARCHER_SERVE_SEARCHERS_H
#define SEARCHER_SERVE_SEARCHERS_H

#include <pressmark.h>

struct searchers;

/* Opens one for each processor, 64 at most; NULL, with a message, when the indexes cannot
 * be opened. */
struct searchers *searchers_open(const char *const *indexes, size_t index_count);

/* Every one must have been given back. */
void searchers_close(struct searchers *s);

/* Now, as of the deadline below. */
int64_t searchers_clock_ns(void);

/* Waits for a free one; NULL when there is none until the deadline. */
struct pressmark_searcher *searchers_take(struct searchers *s, int64_t deadline_ns);
void searchers_give(struct searchers *s, struct pressmark_searcher *searcher);

#endif
