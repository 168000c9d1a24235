/* node.h - a plan at work on one segment: articles by docid, scored. */
#ifndef SEARCHER_MATCH_NODE_H
#define SEARCHER_MATCH_NODE_H

#include "searcher/match/plan.h"

/* Positions of an article, both included. */
struct match_span {
    uint32_t start, end;
};

struct match_spans {
    struct match_span *items; /* in order of start, then end */
    size_t count, capacity;
};

enum match_boundary {
    MATCH_SENTENCES,
    MATCH_PARAGRAPHS,
    MATCH_QUOTES,
    MATCH_QUOTE_ENDS,
    MATCH_BOUNDARY_COUNT
};

/* The boundaries of the last article that was asked for. */
struct match_boundaries {
    uint32_t docid;
    struct segment_positions positions;
};

/* A place in the matches of a part of the query. `docid` is the article it stands on, or
 * SEGMENT_END. Use only through the functions. */
struct match_node {
    const struct plan_node *plan;
    const struct plan_term *term; /* of a term */
    struct match_context *context;
    uint32_t docid;
    uint32_t wdf; /* of a term in the article */
    double bound; /* no article scores more */
    double bonus_bound;
    double floor; /* of a bag: articles that score no more than this do not matter */
    struct segment_cursor *cursor;
    struct segment_forms forms;
    bool *wanted; /* parallel to forms */
    bool needs_positions;
    struct segment_positions positions; /* of a phrase: of its first word */
    struct merged *merged;              /* of a term that stands for several */
    struct match_spans spans, linked;   /* of what has a place; see near.c */
    struct match_node **children;
    size_t child_count;
    struct windows
        *windows;          /* of a flat root: its children stand where they are sought */
    size_t *order;         /* of children: in OR and BAG the greatest bound first, in a
                              phrase the rarest in the article */
    double *bounds_behind; /* sum of the bounds from that one on */
};

/* What the nodes of one segment share. */
struct match_context {
    const struct plan *plan;
    struct segment *segment;
    double bounds_factor; /* see norms_bounds_factor */
    struct match_boundaries boundaries[MATCH_BOUNDARY_COUNT];
    bool cut; /* an article has more places than are looked at */
    struct arena arena;
    struct match_node **nodes;
    size_t node_count, node_capacity;
};

/* Opens the plan on a segment; the nodes stand before the first article. NO_MEMORY or the
 * segment's failure. */
enum status match_open(struct match_context *c, const struct plan *plan,
                       struct segment *segment, struct match_node **root);
void match_close(struct match_context *c);

/* Moves to the first article at or after target that matches and may score more than
 * minimum (less than 0: any); returns its docid, or SEGMENT_END. Targets must not
 * decrease. */
uint32_t match_advance(struct match_node *n, uint32_t target, double minimum);

/* The score of the article that the node stands on. */
double match_score(struct match_node *n);

/* Calls part with what makes up the score of the article that the node stands on: terms,
 * then the bonuses (term NULL, with a name). */
void match_explain(struct match_node *n,
                   void part(void *context, const struct plan_term *term,
                             const char *name, double value),
                   void *context);

/* Bounds are sums in another order than scores: this much may be lost by rounding. */
#define BOUND_SLACK (1 + 1e-12)

/* A plain term, of a segment that knows its blocks. */
bool flat_is_single(const struct match_node *n);

/* A flat root whose matches are looked at once all its words are there. */
bool flat_is_verified(const struct match_node *n);

/* A root whose children are plain terms is flat (flat.c): opens its windows, if it is.
 * False when there is no memory. */
bool flat_open(struct match_node *root);

/* Moves to an article that was found in the last window; false when it is none after all,
 * or does not score more than minimum. */
bool flat_stand(struct match_node *n, uint32_t docid, double minimum);

/* What may be a match of any other root, by the terms that score. NULL: every article may
 * be one. It lives in the root's arena. */
struct screen;
struct screen *screen_open(struct match_node *root);
void screen_close(struct screen *s);

/* The first article at or after target that may score more than minimum, or SEGMENT_END.
 * Targets must not decrease. */
uint32_t screen_next(struct screen *s, uint32_t target, double minimum);

/* Two words of a phrase, which stand on the article, follow each other there as they do
 * in the phrase; their forms are not looked at. */
bool match_pair(struct match_node *n, size_t a, size_t b);

/* The article that the node and its parts stand on scores more than minimum, and has them
 * as the node wants: the words of a phrase one behind the other, parts near each other,
 * a part often enough. */
bool match_verify(struct match_node *n, double minimum);

/* For match_verify: of the kind of node that each is named after. */
bool match_phrase(struct match_node *n);
bool match_near(struct match_node *n);
bool match_at_least(struct match_node *n);

/* Where a part with places stands in an article; none when it does not match. Valid until
 * the next call for the same node. */
const struct match_spans *match_spans(struct match_node *n, uint32_t docid);

/* The last position of a phrase with slop that begins there; UINT32_MAX: there is none.
 */
uint32_t match_phrase_end(const struct match_node *n, uint32_t start);

/* Moves to the first match at or after docid, as match_advance does, unless it stands
 * there or behind. */
uint32_t match_move_to(struct match_node *n, uint32_t docid);

/* The boundaries of an article, valid until those of another are asked for. */
const struct segment_positions *match_boundaries(struct match_context *c,
                                                 enum match_boundary kind,
                                                 uint32_t docid);

/* The index of the first at or after a position. */
size_t match_first_at(const struct segment_positions *p, uint32_t position);

/* Both positions lie in one quotation. */
bool match_in_one_quote(struct match_context *c, uint32_t docid, uint32_t from,
                        uint32_t to);

/* The bonuses of a bag for the article that it stands on; see bag.c. Positions are not
 * read when `score` with the whole bonus would not be above the bag's floor. */
double match_bag_bonus(struct match_node *bag, double score, double *all_words,
                       double *proximity);

/* The positions of a term's node in the article that it stands on, in its zone. */
const struct segment_positions *match_positions(struct match_node *n);

#endif
