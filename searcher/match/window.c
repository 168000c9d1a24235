#include "searcher/match/run.h"
#include "searcher/match/window_state.h"

#include <float.h>
#include <stdlib.h>

enum {
    CANDIDATE_COST = 16, /* what is done for a candidate: so many additions */
    LIST_MAX = 256       /* with more postings, looking through a window is faster */
};

uint32_t windows_count(const struct windows *w)
{
    return w->window_count;
}

double windows_bound(const struct windows *w, uint32_t i)
{
    return w->bounds[i];
}

/* --- adding scores --- */

/* Works through the blocks of a lane in the window that may bring more than least. */
typedef void piece_visitor(struct windows *w, const struct lane *l,
                           const struct piece *piece);

static inline __attribute__((always_inline)) void each_piece(struct windows *w,
                                                             struct lane *l, double least,
                                                             piece_visitor *visit)
{
    struct segment_cursor *c = l->in.cursor;
    uint32_t end = (w->window + 1) * WINDOW_SIZE;
    struct piece p = {.docids = l->docids, .wdfs = l->wdfs};
    if (c->block_count == 1) {
        p.docids = c->docids;
        p.wdfs = c->wdfs;
        window_clip(w, &p, c->count);
        visit(w, l, &p);
        return;
    }
    for (uint32_t b = l->firsts[w->window]; b < c->block_count; b++) {
        if (least < 0 || (double)window_block_weight(w, l, b) > least) {
            window_read_docids(l, b);
            window_read_wdfs(l);
            window_clip(w, &p, l->count);
            visit(w, l, &p);
        }
        if (c->lasts[b] + 1 >= end)
            break;
    }
}

static void add_scores(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t d = p->docids[i];
        t->scores[d - start] += l->weight * norms_share(n, d, p->wdfs[i]);
    }
}

/* The same, and lists the articles. */
static void add_and_list(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t d = p->docids[i];
        t->touched[w->touched_count] = (uint16_t)(d - start);
        w->touched_count += t->scores[d - start] == 0;
        t->scores[d - start] += l->weight * norms_share(n, d, p->wdfs[i]);
        t->seen[d - start]++;
    }
}

/* The same, and counts the terms that an article has. */
static void add_and_count(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t d = p->docids[i];
        t->scores[d - start] += l->weight * norms_share(n, d, p->wdfs[i]);
        t->seen[d - start]++;
    }
}

/* --- candidates --- */

/* The articles of a run that may score more than low. */
static inline uint32_t run_promising(const struct windows *w, uint32_t from, float low,
                                     size_t all)
{
    const struct table *t = w->table;
    uint32_t promising = run_above(t->scores + from, low);
    if (!w->may_be_complete)
        return promising;
    float lower = low > (float)w->bonus ? low - (float)w->bonus : 0;
    uint32_t complete = run_equal(t->seen + from, (uint8_t)all);
    return complete ? promising | (complete & run_above(t->scores + from, lower))
                    : promising;
}

static int compare_places(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* Candidates are what is above low, in order. */
static void select_candidates(struct windows *w, float low, size_t all)
{
    struct table *t = w->table;
    float bonus = window_bonus(w);
    size_t count = 0;
    for (size_t i = 0; w->listed && i < w->touched_count; i++) {
        uint32_t at = t->touched[i];
        t->found[count] = at;
        count += window_bound_at(t, bonus, at, all) > low && t->scores[at] > 0;
    }
    if (w->listed && count > 1)
        qsort(t->found, count, sizeof *t->found, compare_places);
    for (uint32_t from = 0; !w->listed && from < WINDOW_SIZE; from += RUN)
        for (uint32_t bits = run_promising(w, from, low, all); bits != 0;
             bits &= bits - 1)
            t->found[count++] = from + (uint32_t)__builtin_ctz(bits);
    w->found_count = count;
}

static void filter_dead(struct windows *w)
{
    struct table *t = w->table;
    size_t kept = 0;
    for (size_t i = 0; i < w->found_count; i++) {
        t->found[kept] = t->found[i];
        t->bounds[kept] = t->bounds[i];
        kept += !segment_is_dead(w->segment, w->window * WINDOW_SIZE + t->found[i]);
    }
    w->found_count = kept;
}

/* The postings of the lane in the window, as its blocks tell. */
static uint32_t postings_in(const struct windows *w, const struct lane *l)
{
    uint32_t blocks = l->firsts[w->window + 1] - l->firsts[w->window] + 1;
    return l->in.cursor->block_count == 1 ? l->in.cursor->count : blocks * SEGMENT_BLOCK;
}

/* --- a window --- */

static void find_active(struct windows *w)
{
    w->active_count = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct lane *l = &w->lanes[i];
        if (l->bounds[w->window] == 0 && w->kind == WINDOW_ANY)
            continue;
        w->active[w->active_count++] = l;
    }
    w->may_be_complete =
        w->kind == WINDOW_ANY && w->counts_seen && w->active_count == w->count;
}

/* Sums of the bounds from an active lane on. */
static double bounds_from(const struct windows *w, size_t i)
{
    double sum = 0;
    for (; i < w->active_count; i++)
        sum += (double)w->active[i]->bounds[w->window];
    return sum;
}

/* The lanes that bring up candidates: the others together are not enough, and an article
 * with the bonus has the first as well. */
static size_t essential_lanes(const struct windows *w, double minimum)
{
    size_t count = w->active_count;
    while (count > 1 && bounds_from(w, count - 1) <= minimum)
        count--;
    return count;
}

/* Dead articles have no scores. */
static void bury(struct windows *w)
{
    const uint64_t *dead = w->segment->dead;
    uint32_t start = w->window * WINDOW_SIZE, end = start + WINDOW_SIZE;
    if (end > w->segment->docid_end)
        end = w->segment->docid_end;
    for (uint32_t d = start; dead && d < end; d += 64)
        for (uint64_t bits = dead[d / 64]; bits != 0; bits &= bits - 1)
            w->table->scores[d - start + (uint32_t)__builtin_ctzll(bits)] = 0;
}

/* How many articles have more than low. */
static uint32_t count_above(const struct windows *w, float low)
{
    const struct table *t = w->table;
    uint32_t count = 0;
    for (uint32_t from = 0; !w->listed && from < WINDOW_SIZE; from += RUN)
        count += run_count_above(t->scores + from, low);
    for (size_t i = 0; w->listed && i < w->touched_count; i++)
        count += t->scores[t->touched[i]] > low;
    return count;
}

static piece_visitor *adder(const struct windows *w)
{
    return w->listed ? add_and_list : w->counts_seen ? add_and_count : add_scores;
}

/* Adds the scores of the essential lanes. */
static void add_lanes(struct windows *w, size_t essential, double minimum, bool all)
{
    double total = bounds_from(w, 0) + (w->may_be_complete ? w->bonus : 0);
    uint32_t postings = 0;
    for (size_t i = 0; i < essential; i++)
        postings += postings_in(w, w->active[i]);
    w->listed = postings <= LIST_MAX;
    for (size_t i = 0; i < essential; i++) {
        struct lane *l = w->active[i];
        double others = total - (double)l->bounds[w->window];
        each_piece(w, l, all || minimum < 0 ? -1 : minimum - others, adder(w));
    }
    bury(w);
}

static float least_score(double minimum, double rest)
{
    return minimum < rest ? 0 : (float)(minimum - rest);
}

/* While candidates are so many that looking at each costs more than adding all of the
 * next lane, it is added. Returns how many lanes are. */
static size_t add_cheap(struct windows *w, size_t added, double minimum)
{
    for (; added < w->active_count && !w->listed; added++) {
        struct lane *l = w->active[added];
        float low = least_score(minimum, bounds_from(w, added));
        if (count_above(w, low) * CANDIDATE_COST < postings_in(w, l))
            break;
        each_piece(w, l, -1, adder(w));
    }
    return added;
}

/* The other lanes, for the candidates alone. */
static void add_others(struct windows *w, size_t added, double minimum)
{
    for (size_t i = added; i < w->active_count && w->found_count > 0; i++) {
        double least = minimum < 0 ? -1 : minimum - bounds_from(w, i + 1);
        window_add_to_candidates(w, w->active[i], (float)least, i);
    }
}

/* The articles of a lane that have more than w->low are candidates at once. */
static void begin_piece(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE, *found = t->found + w->found_count;
    size_t count = 0, kept = 0;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t wdf = p->wdfs[i] < NORMS_WDFS ? p->wdfs[i] : NORMS_WDFS - 1;
        found[count] = i;
        count += n->codes[p->docids[i]] < w->limits[wdf];
    }
    for (size_t k = 0; k < count; k++) {
        uint32_t docid = p->docids[found[k]];
        float score = l->weight * norms_share(n, docid, p->wdfs[found[k]]);
        found[kept] = docid - start;
        t->bounds[w->found_count + kept] = score;
        kept += score > w->low;
    }
    w->found_count += kept;
}

/* A filter has no wdfs. */
static void begin_filter(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct table *t = w->table;
    (void)l;
    for (uint32_t i = p->from; i < p->to; i++) {
        t->found[w->found_count] = p->docids[i] - w->window * WINDOW_SIZE;
        t->bounds[w->found_count++] = FLT_MIN;
    }
}

/* Begins with the articles of the first lane, those that may score more than minimum. */
static void begin(struct windows *w, double minimum)
{
    struct table *t = w->table;
    struct lane *l = w->active[0];
    double rest = bounds_from(w, 1) + (w->may_be_complete ? w->bonus : 0);
    double least = minimum < rest ? -1 : minimum - rest;
    w->low = (float)least;
    if (l->weight > 0) {
        norms_limits(w->norms, least / (double)l->weight, w->limits);
        each_piece(w, l, least, begin_piece);
    } else {
        each_piece(w, l, -1, begin_filter);
    }
    if (w->segment->dead)
        filter_dead(w);
    for (size_t k = 0; k < w->found_count; k++) {
        uint32_t place = t->found[k];
        t->scores[place] = t->bounds[k];
        t->seen[place] = 1;
        t->touched[k] = (uint16_t)place;
    }
    w->touched_count = w->found_count;
    w->listed = true;
}

static void find_any(struct windows *w, double minimum, bool all, uint64_t *matches)
{
    bool every = all || minimum < 0;
    size_t essential = every ? w->active_count : essential_lanes(w, minimum);
    if (essential == 0)
        return;
    if (essential == 1 && !every) {
        begin(w, minimum);
    } else {
        add_lanes(w, essential, minimum, all);
        if (every)
            *matches += count_above(w, 0);
        size_t added = add_cheap(w, essential, minimum);
        if (added > essential)
            bury(w);
        essential = added;
        select_candidates(w, least_score(minimum, bounds_from(w, essential)), essential);
    }
    add_others(w, essential, minimum);
    if (!every)
        *matches += w->found_count;
}

static void find_all(struct windows *w, double minimum)
{
    begin(w, minimum);
    add_others(w, 1, minimum);
}

/* Empties what the last window has left. */
static void clear(struct windows *w)
{
    struct table *t = w->table;
    if (w->listed) {
        for (size_t i = 0; i < w->touched_count; i++)
            t->scores[t->touched[i]] = t->seen[t->touched[i]] = 0;
    } else {
        memset(t->scores, 0, sizeof t->scores);
        if (w->counts_seen)
            memset(t->seen, 0, sizeof t->seen);
    }
    w->found_count = w->touched_count = 0;
}

/* Places become docids, with their bounds. */
static void finish(struct windows *w)
{
    struct table *t = w->table;
    float bonus = window_bonus(w);
    for (size_t k = 0; k < w->found_count; k++) {
        t->bounds[k] = window_bound_at(t, bonus, t->found[k], w->active_count);
        t->found[k] += w->window * WINDOW_SIZE;
    }
}

void windows_find(struct windows *w, uint32_t i, double minimum, bool all,
                  uint64_t *matches)
{
    clear(w);
    w->window = i;
    find_active(w);
    if (w->kind == WINDOW_ALL) {
        find_all(w, all ? -1 : minimum);
        *matches += w->found_count;
    } else {
        find_any(w, minimum, all, matches);
    }
    finish(w);
}

struct window_found windows_found(const struct windows *w)
{
    return (struct window_found){w->table->found, w->table->bounds, w->found_count};
}
