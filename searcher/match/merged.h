/* merged.h - the postings of several words in a segment as those of one. */
#ifndef SEARCHER_MATCH_MERGED_H
#define SEARCHER_MATCH_MERGED_H

#include "searcher/match/plan.h"

struct merged;

/* The stems of a term as one, as far as the budget goes: an article's wdf is their sum.
 * NULL when there is no memory or the segment fails. */
struct merged *merged_open(struct segment *s, const struct plan_term *term,
                           struct budget *budget);
void merged_close(struct merged *m);

/* A cursor on the first posting, in the arena; of no use without m. NULL: no memory. */
struct segment_cursor *merged_cursor(struct merged *m, struct arena *arena);

/* Appends where the words stand in an article: only their forms that count. */
void merged_positions(struct merged *m, uint32_t docid, struct segment_positions *out);

#endif
