/* window.h - plain terms of a sealed segment, together and window by window.
 *
 * A window is a range of docids. Within it terms add their scores to an array, first
 * those without which no article can score enough (MaxScore: Turtle and Flood, Query
 * evaluation: strategies and optimizations, 1995; with bounds of blocks: Ding and Suel,
 * Faster top-k document retrieval using block-max indexes, 2011). What is found are
 * articles whose score may be enough: the array holds upper bounds in single precision.
 */
#ifndef SEARCHER_MATCH_WINDOW_H
#define SEARCHER_MATCH_WINDOW_H

#include "searcher/match/plan.h"

enum { WINDOW_SIZE = 8192 };

struct window_term {
    struct segment_cursor *cursor; /* is not moved; but see windows_open */
    double weight;                 /* 0: it only matches */
};

enum window_kind { WINDOW_ANY, WINDOW_ALL };

/* Use one per thread. */
struct windows;

/* Opens the terms (at least one) in a segment whose blocks are known and whose lengths
 * are loaded; cursors must stand in their first block. bonus: what an article with all
 * terms may get on top (of WINDOW_ANY). Lives in arena. NULL: no memory, or the
 * segment's failure. */
struct windows *windows_open(struct segment *s, const struct plan *plan,
                             const struct window_term *terms, size_t count,
                             enum window_kind kind, double bonus, struct arena *arena);

/* Number of windows; window i has the docids from i * WINDOW_SIZE on. */
uint32_t windows_count(const struct windows *w);

/* No article in window i scores more. */
double windows_bound(const struct windows *w, uint32_t i);

/* Finds the articles in window i that may score more than minimum. *matches grows by how
 * many articles of the window are known to match: all, when `all` or minimum is below 0.
 */
void windows_find(struct windows *w, uint32_t i, double minimum, bool all,
                  uint64_t *matches);

/* What was found, in ascending order, and upper bounds of the scores, bonuses included.
 */
struct window_found {
    const uint32_t *docids;
    const float *bounds;
    size_t count;
};

struct window_found windows_found(const struct windows *w);

/* The term with the fewest articles (i: 0), or with the next more (of WINDOW_ALL). */
size_t windows_rarest(const struct windows *w, size_t i);

/* Moves a term's cursor to any article; false when it is not there. */
bool windows_seek(struct windows *w, size_t term, uint32_t docid);

#endif
