/* each.h - every match of a plan in a segment. */
#ifndef SEARCHER_MATCH_EACH_H
#define SEARCHER_MATCH_EACH_H

#include "searcher/match/plan.h"

/* Sets the bits (by docid, to the segment's docid_end) of the articles that match; others
 * are left as they are. *count grows by their number. NO_MEMORY, or the segment's
 * failure.
 */
enum status match_each(const struct plan *plan, struct segment *s, uint64_t *bits,
                       uint64_t *count);

#endif
