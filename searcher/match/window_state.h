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

#endif
