/* window_state.h - windows at work; for this folder only. */
#ifndef SEARCHER_MATCH_WINDOW_STATE_H
#define SEARCHER_MATCH_WINDOW_STATE_H

#include "searcher/match/norms.h"
#include "searcher/match/window.h"

/* Single precision and sums in another order lose less than this. */
#define WINDOW_SLACK (1 + 1e-5)

/* The articles of a window, by their places in it. */
struct table {
    float scores[WINDOW_SIZE];
    uint8_t seen[WINDOW_SIZE]; /* how many terms */
    uint16_t touched[WINDOW_SIZE];
    uint16_t promising[WINDOW_SIZE]; /* candidates at work */
    uint32_t found[WINDOW_SIZE];     /* places at first, docids in the end */
    float bounds[WINDOW_SIZE];       /* of what was found */
};

/* One term, and its blocks by window. */
struct lane {
    struct window_term in;
    size_t index;     /* in the caller's order */
    float weight;     /* a little more than the term's */
    double bound;     /* over the segment */
    uint32_t *firsts; /* of each window: the first block that reaches into it */
    float *bounds;    /* of each window */
    /* the block that was read last: neighbouring windows share one */
    uint32_t block, count;
    bool has_wdfs;
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK];
};

struct windows {
    struct segment *segment;
    struct norms *norms;
    struct table *table;
    double *bounds;     /* of each window */
    struct lane *lanes; /* greatest bound first (ANY), rarest first (ALL) */
    size_t *lane_of;    /* by the caller's index */
    size_t count;
    enum window_kind kind;
    double bonus;
    double factor; /* of the bounds of blocks */
    bool counts_seen;
    uint32_t window_count, window;
    /* of the window at hand */
    struct lane **active; /* the lanes that it has postings of */
    size_t active_count;
    bool may_be_complete; /* all lanes are active */
    size_t found_count;
    size_t touched_count;
    bool listed; /* what has scores is in `touched` */
    /* of the lane that begins */
    float low;
    uint16_t limits[NORMS_WDFS];
};

/* No posting of the block scores more. */
static inline float window_block_weight(const struct windows *w, const struct lane *l,
                                        uint32_t block)
{
    double bound = segment_block_bound(l->in.cursor, block) * w->factor;
    return l->weight * (float)(bound < 1 ? bound : 1);
}

/* A block, or the part of it that lies in the window. */
struct piece {
    const uint32_t *docids, *wdfs;
    uint32_t from, to;
};

/* The number of docids below target; without branches, which would be guesses. */
static inline uint32_t window_first_at(const uint32_t *docids, uint32_t count,
                                       uint32_t target)
{
    const uint32_t *base = docids;
    if (count == 0)
        return 0;
    while (count > 1) {
        uint32_t half = count / 2;
        base += half & -(uint32_t)(base[half - 1] < target);
        count -= half;
    }
    return (uint32_t)(base - docids) + (*base < target);
}

static inline void window_clip(const struct windows *w, struct piece *p, uint32_t count)
{
    uint32_t start = w->window * WINDOW_SIZE, end = start + WINDOW_SIZE;
    p->from =
        count > 0 && p->docids[0] < start ? window_first_at(p->docids, count, start) : 0;
    p->to = count > 0 && p->docids[count - 1] >= end
                ? window_first_at(p->docids, count, end)
                : count;
}

static inline void window_read_docids(struct lane *l, uint32_t block)
{
    if (l->block == block)
        return;
    l->count = l->in.cursor->segment->ops->cursor_read_block(l->in.cursor, block,
                                                             l->docids, NULL);
    l->block = block;
    l->has_wdfs = false;
}

static inline void window_read_wdfs(struct lane *l)
{
    if (!l->has_wdfs)
        l->in.cursor->segment->ops->cursor_read_wdfs(l->in.cursor, l->block, l->wdfs);
    l->has_wdfs = true;
}

/* What an article with all terms so far may get. */
static inline float window_bonus(const struct windows *w)
{
    return w->may_be_complete ? (float)w->bonus : 0;
}

/* What an article may score. */
static inline float window_bound_at(const struct table *t, float bonus, uint32_t at,
                                    size_t all)
{
    return t->scores[at] + (t->seen[at] == all ? bonus : 0);
}

/* Adds a lane, the one after `terms` others, for the candidates alone; those remain that
 * have more than least then. A block is read when one of them may have so much with its
 * bound. */
void window_add_to_candidates(struct windows *w, struct lane *l, float least,
                              size_t terms);

#endif
