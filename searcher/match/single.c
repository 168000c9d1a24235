/* One plain term of a sealed segment: its best blocks first, then those of the others
 * that may still bring something. Scores are computed from the blocks as they are read.
 */
#include "searcher/match/collect_state.h"
#include "searcher/match/node.h"
#include "searcher/match/norms.h"

#include <math.h>

enum { FIRST_BLOCKS = 12 };

static double block_bound(const struct match_node *n, uint32_t block)
{
    const struct match_context *c = n->context;
    double bound = segment_block_bound(n->cursor, block) * c->bounds_factor;
    return n->term->weight * (bound < 1 ? bound : 1) * BOUND_SLACK;
}

/* Which postings may be enough, as long as the minimum stays what it is. */
struct sieve {
    const struct norms *norms;
    double minimum;
    uint16_t limits[NORMS_WDFS];
};

static void set_sieve(struct sieve *s, const struct collector *c,
                      const struct match_node *n)
{
    if (s->minimum == c->minimum)
        return;
    s->minimum = c->minimum;
    norms_limits(s->norms, c->minimum / (n->term->weight * BOUND_SLACK), s->limits);
}

static bool passes(const struct sieve *s, uint32_t docid, uint32_t wdf)
{
    return s->norms->codes[docid] < s->limits[wdf < NORMS_WDFS ? wdf : NORMS_WDFS - 1];
}

/* A filter, or a word that is in every article, has no weight: its score of 0 is as good
 * as others. */
static enum status take_block(struct collector *c, struct match_node *n, uint32_t block,
                              struct sieve *sieve)
{
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK] = {0}; /* a filter has none */
    uint8_t passed[SEGMENT_BLOCK];
    struct segment *s = n->context->segment;
    const struct plan *plan = n->context->plan;
    uint32_t count = s->ops->cursor_read_block(n->cursor, block, docids, wdfs), kept = 0;
    bool weighs = n->term->weight > 0;
    if (weighs)
        set_sieve(sieve, c, n);
    for (uint32_t i = 0; i < count; i++) {
        passed[kept] = (uint8_t)i;
        kept += !weighs || passes(sieve, docids[i], wdfs[i]);
    }
    for (uint32_t k = 0; k < kept; k++) {
        uint32_t docid = docids[passed[k]], wdf = wdfs[passed[k]];
        struct match m = {.score = score_term(&plan->parameters, &plan->collection,
                                              n->term->weight, wdf, s->lengths[docid]),
                          .segment = s,
                          .docid = docid};
        if (m.score > c->minimum && !segment_is_dead(s, docid) && !collect_offer(c, &m))
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
    struct sieve sieve = {.norms = norms_of(n->context->segment, n->context->plan),
                          .minimum = NAN};
    if (!sieve.norms)
        return segment_fail(n->context->segment, STATUS_NO_MEMORY, NULL);
    for (uint32_t k = 0; k < taken && !status; k++)
        if (block_bound(n, first[k]) > c->minimum)
            status = take_block(c, n, first[k], &sieve);
    for (uint32_t b = 0; b < n->cursor->block_count && !status; b++) {
        bool done = c->options->limit == 0 || block_bound(n, b) <= c->minimum;
        for (uint32_t k = 0; k < taken && !done; k++)
            done = first[k] == b;
        if (!done)
            status = take_block(c, n, b, &sieve);
    }
    c->out->total += count_living(n);
    return status;
}
