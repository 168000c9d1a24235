/* collect_state.h - a collection at work; for this folder only. */
#ifndef SEARCHER_MATCH_COLLECT_STATE_H
#define SEARCHER_MATCH_COLLECT_STATE_H

#include "searcher/match/collect.h"
#include "searcher/match/node.h"

struct collector {
    const struct plan *plan;
    const struct collect_options *options;
    double minimum;      /* what a match must score more than to be of interest */
    struct matches *out; /* a heap with the worst match on top while collecting */
};

/* Keeps a match that is good enough, and raises the minimum. False: no memory. */
bool collect_offer(struct collector *c, const struct match *m);

/* So many articles as are wanted score `reach` or more (less than 0: nothing is known).
 */
void collect_foresee(struct collector *c, double reach);

/* Collects the articles of a single plain term. */
enum status collect_single(struct collector *c, struct match_node *n);

#endif
