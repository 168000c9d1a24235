/* tally.h - counts over all matches: of the values of a field, and over time. */
#ifndef SEARCHER_TALLY_H
#define SEARCHER_TALLY_H

#include "searcher/internal.h"

/* Fields that can be counted, as bits of pressmark_search_options.facets. */
#define TALLY_FIELDS                                                             \
    (1u << PRESSMARK_SOURCE | 1u << PRESSMARK_AUTHOR | 1u << PRESSMARK_SECTION | \
     1u << PRESSMARK_LANGUAGE | 1u << PRESSMARK_TAGS | 1u << PRESSMARK_PLACES |  \
     1u << PRESSMARK_PEOPLE)

/* Counts what the options ask for into the results, whose total becomes exact. NO_MEMORY,
 * or the failure of a segment. */
enum status tally_count(struct pressmark_searcher *s, const struct plan *plan,
                        const struct pressmark_search_options *options,
                        struct pressmark_results *results, struct status_error *err);

#endif
