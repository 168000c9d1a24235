/* norms.h - upper bounds of what a term scores, from a table: lengths as codes, and the
 * share of the weight that a wdf gives with such a length. */
#ifndef SEARCHER_MATCH_NORMS_H
#define SEARCHER_MATCH_NORMS_H

#include "searcher/match/plan.h"

enum { NORMS = 2048, NORMS_WDFS = 16 };

/* What is kept from one query to the next, in the segment. */
struct norms {
    double k1, b, min_length, average_length; /* of the shares */
    float shares[NORMS_WDFS][NORMS];          /* the last row for all greater wdfs */
    uint32_t base;                            /* of the codes */
    uint32_t least;                           /* length */
    uint16_t codes[];                         /* by docid */
};

/* The norms of a segment whose lengths are loaded, for the parameters and statistics of a
 * plan. They belong to the segment. NULL: no memory. */
struct norms *norms_of(struct segment *s, const struct plan *plan);

/* No less than the share, but for what single precision loses. */
static inline float norms_share(const struct norms *n, uint32_t docid, uint32_t wdf)
{
    return n->shares[wdf < NORMS_WDFS ? wdf : NORMS_WDFS - 1][n->codes[docid]];
}

/* Only articles whose codes are below limits[wdf] (the last row as above) may have a
 * greater share. */
void norms_limits(const struct norms *n, double share, uint16_t limits[NORMS_WDFS]);

/* The bounds of a segment's blocks are for its own mean length. Where the mean of all is
 * greater, scores can be greater, by the ratio of the two at most: this factor. Infinite
 * when the plan has other parameters than those that the bounds were made for. */
double norms_bounds_factor(const struct segment *s, const struct plan *plan);

/* Each block has an article that scores as much as its bound (segment_block_reach). */
bool norms_bounds_are_reached(const struct segment *s, const struct plan *plan);

#endif
