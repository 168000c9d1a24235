/* One plain term of a sealed segment: its best blocks first, then those of the others
 * that may still bring something. Scores are computed from the blocks as they are read.
 */
#include "searcher/match/collect_state.h"
#include "searcher/match/node.h"
#include "searcher/match/norms.h"
#include "searcher/match/reach.h"

#include <math.h>

static double block_bound(const struct match_node *n, uint32_t block)
{
    const struct match_context *c = n->context;
    double bound = segment_block_bound(n->cursor, block) * c->bounds_factor;
    return n->term->weight * (bound < 1 ? bound : 1) * BOUND_SLACK;
}

/* The first block from b on that may have more than the minimum. */
static uint32_t next_promising(const struct match_node *n, uint32_t b, double minimum)
{
    const uint16_t *bounds = n->cursor->bounds;
    uint32_t count = n->cursor->block_count;
    double unit = n->term->weight * n->context->bounds_factor * BOUND_SLACK / 65536;
    double least = minimum / unit - 1;
    if (!bounds || !(least > 0))
        return b;
    uint32_t limit = least < UINT16_MAX ? (uint32_t)least : UINT16_MAX;
    while (b < count && bounds[b] <= limit)
        b++;
    return b;
}

/* Which postings may be enough, as long as the minimum stays what it is. */
struct sieve {
    const struct norms *norms;
    double minimum;
    uint32_t least_wdf; /* with less no length is short enough */
    uint16_t limits[NORMS_WDFS];
};

/* A filter, or a word that is in every article, has no weight: its score of 0 is as good
 * as others. */
static void set_sieve(struct sieve *s, const struct collector *c,
                      const struct match_node *n)
{
    if (s->minimum == c->minimum)
        return;
    double weight = n->term->weight * BOUND_SLACK;
    s->minimum = c->minimum;
    norms_limits(s->norms, weight > 0 ? c->minimum / weight : -1, s->limits);
    for (s->least_wdf = 0; s->least_wdf + 1 < NORMS_WDFS; s->least_wdf++)
        if (s->limits[s->least_wdf] > 0)
            break;
}

static inline bool passes(const struct sieve *s, uint32_t docid, uint32_t wdf)
{
    return s->norms->codes[docid] < s->limits[wdf < NORMS_WDFS ? wdf : NORMS_WDFS - 1];
}

static enum status take_block(struct collector *c, struct match_node *n, uint32_t block,
                              struct sieve *sieve)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK] = {0}; /* a filter has none */
    uint8_t passed[SEGMENT_BLOCK];
    struct segment *s = n->context->segment;
    const struct plan *plan = n->context->plan;
    uint32_t count = n->cursor->segment->ops->cursor_read_block(n->cursor, block, docids,
                                                                wdfs),
             kept = 0;
    set_sieve(sieve, c, n);
    for (uint32_t i = 0; i < count; i++) {
        passed[kept] = (uint8_t)i;
        kept += wdfs[i] >= sieve->least_wdf;
    }
    for (uint32_t k = 0; k < kept; k++) {
        uint32_t docid = docids[passed[k]], wdf = wdfs[passed[k]];
        if (!passes(sieve, docid, wdf))
            continue;
        struct match m = {.score = score_term(&plan->parameters, &plan->collection,
                                              n->term->weight, wdf, s->lengths[docid]),
                          .segment = s,
                          .docid = docid};
        if (m.score > c->minimum && !segment_is_dead(s, docid) && !collect_offer(c, &m))
            return segment_fail(s, STATUS_NO_MEMORY, NULL);
    }
    return STATUS_OK;
}

static uint64_t count_living(struct match_node *n)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK];
    struct segment *s = n->context->segment;
    uint64_t living = 0;
    if (!s->dead)
        return n->cursor->doc_freq;
    for (uint32_t b = 0; b < n->cursor->block_count; b++) {
        uint32_t count =
            n->cursor->segment->ops->cursor_read_block(n->cursor, b, docids, wdfs);
        for (uint32_t i = 0; i < count; i++)
            living += !segment_is_dead(s, docids[i]);
    }
    return living;
}

enum status collect_single(struct collector *c, struct match_node *n)
{
    uint32_t first[REACH_MAX];
    size_t limit = c->options->limit;
    uint32_t taken =
        reach_blocks(n->cursor, limit < REACH_MAX ? (uint32_t)limit : REACH_MAX, first);
    enum status status = STATUS_OK;
    struct sieve sieve = {.norms = norms_of(n->context->segment, n->context->plan),
                          .minimum = NAN};
    if (!sieve.norms)
        return segment_fail(n->context->segment, STATUS_NO_MEMORY, NULL);
    collect_foresee(c, reach_of_blocks(n, first, taken, limit));
    for (uint32_t k = 0; k < taken && !status; k++)
        if (block_bound(n, first[k]) > c->minimum)
            status = take_block(c, n, first[k], &sieve);
    uint32_t count = limit > 0 ? n->cursor->block_count : 0;
    for (uint32_t b = 0; !status && (b = next_promising(n, b, c->minimum)) < count; b++) {
        if (budget_is_spent(c->plan->budget))
            break;
        bool done = false;
        for (uint32_t k = 0; k < taken && !done; k++)
            done = first[k] == b;
        if (!done)
            status = take_block(c, n, b, &sieve);
    }
    c->out->total += count_living(n);
    return status;
}
