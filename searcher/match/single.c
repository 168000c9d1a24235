/* One plain term of a sealed segment: its best blocks first, then those of the others
 * that may still bring something. Scores are computed from the blocks as they are read.
 */
#include "searcher/match/collect_state.h"
#include "searcher/match/node.h"

#include <math.h>

enum { FIRST_BLOCKS = 12 };

static double block_bound(const struct match_node *n, uint32_t block)
{
    const struct match_context *c = n->context;
    double bound = segment_block_bound(n->cursor, block) * c->bounds_factor;
    return n->term->weight * (bound < 1 ? bound : 1) * BOUND_SLACK;
}

/* weight * wdf / (k + wdf) > minimum, without the division and a little too often: least
 * of all may it miss a filter, whose score of 0 is as good as others. */
static inline bool may_be_enough(const struct collector *c, const struct plan *plan,
                                 double inverse_average, double weight, uint32_t wdf,
                                 uint32_t length)
{
    const struct score_parameters *p = &plan->parameters;
    double normalised = (double)length * inverse_average;
    if (normalised < p->min_length)
        normalised = p->min_length;
    double k = p->k1 * (normalised * p->b + (1 - p->b));
    return weight * (double)wdf * BOUND_SLACK >= c->minimum * (k + (double)wdf);
}

static enum status take_block(struct collector *c, struct match_node *n, uint32_t block)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK] = {0}; /* a filter has none */
    struct segment *s = n->context->segment;
    const struct plan *plan = n->context->plan;
    double inverse_average = 1 / plan->collection.average_length;
    uint32_t count = s->ops->cursor_read_block(n->cursor, block, docids, wdfs);
    for (uint32_t i = 0; i < count; i++) {
        if (!may_be_enough(c, plan, inverse_average, n->term->weight, wdfs[i],
                           s->lengths[docids[i]]))
            continue;
        struct match m = {.score =
                              score_term(&plan->parameters, &plan->collection,
                                         n->term->weight, wdfs[i], s->lengths[docids[i]]),
                          .segment = s,
                          .docid = docids[i]};
        if (m.score > c->minimum && !segment_is_dead(s, docids[i]) &&
            !collect_offer(c, &m))
            return segment_fail(s, STATUS_NO_MEMORY, NULL);
    }
    return STATUS_OK;
}

/* The blocks with the greatest bounds, in no order; how many. */
static uint32_t find_first(const struct segment_cursor *c, uint32_t *first)
{
    uint32_t count = 0;
    for (uint32_t b = 0; b < c->block_count && c->bounds; b++) {
        if (count == FIRST_BLOCKS && c->bounds[b] <= c->bounds[first[count - 1]])
            continue;
        uint32_t at = count < FIRST_BLOCKS ? count++ : count - 1;
        for (; at > 0 && c->bounds[first[at - 1]] < c->bounds[b]; at--)
            first[at] = first[at - 1];
        first[at] = b;
    }
    return count;
}

static uint64_t count_living(struct match_node *n)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK];
    struct segment *s = n->context->segment;
    uint64_t living = 0;
    if (!s->dead)
        return n->cursor->doc_freq;
    for (uint32_t b = 0; b < n->cursor->block_count; b++) {
        uint32_t count = s->ops->cursor_read_block(n->cursor, b, docids, wdfs);
        for (uint32_t i = 0; i < count; i++)
            living += !segment_is_dead(s, docids[i]);
    }
    return living;
}

enum status collect_single(struct collector *c, struct match_node *n)
{
    uint32_t first[FIRST_BLOCKS];
    uint32_t taken = c->options->limit > 0 ? find_first(n->cursor, first) : 0;
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < taken && !status; k++)
        if (block_bound(n, first[k]) > c->minimum)
            status = take_block(c, n, first[k]);
    for (uint32_t b = 0; b < n->cursor->block_count && !status; b++) {
        bool done = c->options->limit == 0 || block_bound(n, b) <= c->minimum;
        for (uint32_t k = 0; k < taken && !done; k++)
            done = first[k] == b;
        if (!done)
            status = take_block(c, n, b);
    }
    c->out->total += count_living(n);
    return status;
}
