/* reach.h - what the best articles of a term score at least, known before most of them
 * are looked at: the search begins with that as its minimum. */
#ifndef SEARCHER_MATCH_REACH_H
#define SEARCHER_MATCH_REACH_H

#include "searcher/match/node.h"

enum { REACH_MAX = 32 }; /* articles */

/* The blocks with the greatest bounds, the best first; how many, up to `wanted`. None
 * when blocks have no bounds. */
uint32_t reach_blocks(const struct segment_cursor *c, uint32_t wanted, uint32_t *blocks);

/* So much, or more, `limit` articles of the segment score by the term alone; -1 when that
 * is not known. blocks: count of the best, in order. Does not move the term. */
double reach_of_blocks(const struct match_node *term, const uint32_t *blocks,
                       uint32_t count, size_t limit);

/* The same; where blocks are fewer than articles wanted they are read. */
double reach_of_term(const struct match_node *term, size_t limit);

#endif
