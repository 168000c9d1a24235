/* collect.h - the best matches of a plan over all segments. */
#ifndef SEARCHER_MATCH_COLLECT_H
#define SEARCHER_MATCH_COLLECT_H

#include "searcher/match/plan.h"

enum collect_order { COLLECT_BY_SCORE, COLLECT_NEWEST, COLLECT_OLDEST };

struct match_place {
    struct segment *segment;
    uint32_t docid;
};

/* Of reprints: the one that stands for them, and the others. */
struct match_copies {
    struct match_place shown;
    struct match_place *items;
    size_t count;
};

/* Where a match lies, and what it is ordered by. */
struct match {
    double score;
    struct segment *segment;
    uint32_t docid;
    struct match_copies *copies; /* reprints that are one hit with it; NULL: none */
    bool is_linked;              /* by the editor of the article that it is related to */
};

struct collect_options {
    size_t limit;
    enum collect_order order;
    bool exact_count; /* look at every match: nothing is pruned */
};

struct matches {
    struct match *items; /* best first */
    size_t count, capacity;
    uint64_t total;
    bool total_is_exact;
    bool cut; /* some article had more places near each other than are looked at */
};

/* Finds the limit best; the same as scoring every match and sorting. NO_MEMORY or the
 * failure of a segment. */
enum status match_collect(const struct plan *plan, const struct snapshot_list *snapshots,
                          const struct collect_options *options, struct matches *out,
                          struct status_error *err);
void matches_free(struct matches *m);

#endif
