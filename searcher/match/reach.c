#include "searcher/match/reach.h"

#include "searcher/match/norms.h"

uint32_t reach_blocks(const struct segment_cursor *c, uint32_t wanted, uint32_t *blocks)
{
    const uint16_t *bounds = c->bounds;
    uint32_t taken = 0, block_count = bounds && wanted > 0 ? c->block_count : 0;
    int least = -1; /* of those taken, once they are enough */
    for (uint32_t b = 0; b < block_count; b++) {
        if (bounds[b] <= least)
            continue;
        uint32_t at = taken < wanted ? taken++ : taken - 1;
        for (; at > 0 && bounds[blocks[at - 1]] < bounds[b]; at--)
            blocks[at] = blocks[at - 1];
        blocks[at] = b;
        if (taken == wanted)
            least = bounds[blocks[taken - 1]];
    }
    return taken;
}

/* The best article of a block scores what its bound says, or so little less. */
double reach_of_blocks(const struct match_node *term, const uint32_t *blocks,
                       uint32_t count, size_t limit)
{
    const struct segment *s = term->context->segment;
    if (limit == 0 || limit > count || s->dead ||
        !norms_bounds_are_reached(s, term->context->plan))
        return -1;
    return term->term->weight * segment_block_reach(term->cursor, blocks[limit - 1]);
}

/* Keeps the greatest scores, in order; returns how many. */
static size_t keep_best(double *best, size_t count, size_t limit, double score)
{
    if (count == limit && score <= best[count - 1])
        return count;
    size_t at = count < limit ? count++ : count - 1;
    for (; at > 0 && best[at - 1] < score; at--)
        best[at] = best[at - 1];
    best[at] = score;
    return count;
}

static double reach_of_postings(const struct match_node *term, size_t limit)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK];
    double best[REACH_MAX];
    const struct plan *plan = term->context->plan;
    struct segment *s = term->context->segment;
    size_t kept = 0;
    for (uint32_t b = 0; b < term->cursor->block_count; b++) {
        uint32_t count =
            term->cursor->segment->ops->cursor_read_block(term->cursor, b, docids, wdfs);
        for (uint32_t i = 0; i < count; i++)
            if (!segment_is_dead(s, docids[i]))
                kept = keep_best(best, kept, limit,
                                 score_term(&plan->parameters, &plan->collection,
                                            term->term->weight, wdfs[i],
                                            s->lengths[docids[i]]));
    }
    return kept == limit ? best[limit - 1] / BOUND_SLACK : -1;
}

double reach_of_term(const struct match_node *term, size_t limit)
{
    uint32_t blocks[REACH_MAX];
    if (limit == 0 || limit > REACH_MAX || term->cursor->doc_freq < limit)
        return -1;
    if (term->cursor->block_count < limit)
        return reach_of_postings(term, limit);
    uint32_t count = reach_blocks(term->cursor, (uint32_t)limit, blocks);
    return reach_of_blocks(term, blocks, count, limit);
}
