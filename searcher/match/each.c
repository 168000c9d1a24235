#include "searcher/match/each.h"

#include "searcher/match/node.h"

enum status match_each(const struct plan *plan, struct segment *s, uint64_t *bits,
                       uint64_t *count)
{
    struct match_context context;
    struct match_node *root;
    enum status status = match_open(&context, plan, s, &root);
    for (uint32_t d = 1; !status; d++) {
        d = match_advance(root, d, -1);
        if (d == SEGMENT_END || budget_is_spent(plan->budget))
            break;
        if (segment_is_dead(s, d))
            continue;
        bits[d / 64] |= (uint64_t)1 << (d % 64);
        ++*count;
    }
    match_close(&context);
    return status ? status : s->failed;
}
