#include "searcher/match/window_state.h"

#include <math.h>
#include <stdlib.h>

/* A look-up costs as much as adding so many postings. */
enum { SEEK_COST = 16 };

uint32_t windows_count(const struct windows *w)
{
    return w->window_count;
}

double windows_bound(const struct windows *w, uint32_t i)
{
    return w->bounds[i];
}

/* --- adding scores --- */

/* A block, or the part of it that lies in the window. */
struct piece {
    const uint32_t *docids, *wdfs;
    uint32_t from, to;
};

/* The number of docids below target; without branches, which would be guesses. */
static inline uint32_t first_at(const uint32_t *docids, uint32_t count, uint32_t target)
{
    const uint32_t *base = docids;
    if (count == 0)
        return 0;
    while (count > 1) {
        uint32_t half = count / 2;
        base += base[half - 1] < target ? half : 0;
        count -= half;
    }
    return (uint32_t)(base - docids) + (*base < target);
}

static void clip(const struct windows *w, struct piece *p, uint32_t count)
{
    uint32_t start = w->window * WINDOW_SIZE, end = start + WINDOW_SIZE;
    p->from = count > 0 && p->docids[0] < start ? first_at(p->docids, count, start) : 0;
    p->to = count > 0 && p->docids[count - 1] >= end ? first_at(p->docids, count, end)
                                                     : count;
}

static inline void read_block(const struct windows *w, struct lane *l, uint32_t block)
{
    if (l->block == block)
        return;
    l->count =
        w->segment->ops->cursor_read_block(l->in.cursor, block, l->docids, l->wdfs);
    l->block = block;
}

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
        clip(w, &p, c->count);
        visit(w, l, &p);
        return;
    }
    for (uint32_t b = l->firsts[w->window]; b < c->block_count; b++) {
        if (least < 0 || (double)window_block_weight(w, l, b) > least) {
            read_block(w, l, b);
            clip(w, &p, l->count);
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

/* The same for ALL, where an article that lacks a term is out. */
static void add_to_all(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    uint8_t before = l->before;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t d = p->docids[i];
        t->scores[d - start] += l->weight * norms_share(n, d, p->wdfs[i]);
        t->seen[d - start] =
            (uint8_t)(t->seen[d - start] + (t->seen[d - start] == before));
    }
}

/* --- candidates --- */

typedef float float4 __attribute__((vector_size(16)));

/* Some of the sixteen scores from `from` on is greater. */
static inline bool any_above(const float *from, float least)
{
    float4 limit = {least, least, least, least}, v[4];
    uint64_t halves[2];
    memcpy(v, from, sizeof v);
    float4 above =
        (float4)((v[0] > limit) | (v[1] > limit) | (v[2] > limit) | (v[3] > limit));
    memcpy(halves, &above, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* What an article may score: with all terms so far it may get the bonus. */
static inline float bound_at(const struct windows *w, uint32_t at, size_t all)
{
    const struct table *t = w->table;
    bool bonus = w->may_be_complete && t->seen[at] == all;
    return t->scores[at] + (bonus ? (float)w->bonus : 0);
}

typedef uint8_t byte16 __attribute__((vector_size(16)));

/* One of sixteen articles has all terms so far. */
static inline bool any_complete(const uint8_t *seen, uint8_t all)
{
    byte16 v;
    uint64_t halves[2];
    memcpy(&v, seen, sizeof v);
    v = (byte16)(v == all);
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Most runs of sixteen articles have none that may score more than low. */
static inline bool run_promises(const struct windows *w, uint32_t from, float low,
                                size_t all)
{
    const struct table *t = w->table;
    return any_above(t->scores + from, low) ||
           (w->may_be_complete && any_complete(t->seen + from, (uint8_t)all) &&
            any_above(t->scores + from, low - (float)w->bonus));
}

/* Candidates are what is above low and not above high. */
static void select_candidates(struct windows *w, float low, float high, size_t all)
{
    enum { RUN = 16 };
    struct table *t = w->table;
    size_t count = 0;
    w->in_order = !w->listed;
    for (size_t i = 0; w->listed && i < w->touched_count; i++) {
        float bound = bound_at(w, t->touched[i], all);
        t->found[count] = t->touched[i];
        count += bound > low && bound <= high && t->scores[t->touched[i]] > 0;
    }
    for (uint32_t from = 0; !w->listed && from < WINDOW_SIZE; from += RUN) {
        if (!run_promises(w, from, low, all))
            continue;
        for (uint32_t i = from; i < from + RUN; i++) {
            float bound = bound_at(w, i, all);
            t->found[count] = i;
            count += bound > low && bound <= high && t->scores[i] > 0;
        }
    }
    w->found_count = count;
}

/* The bound that `wanted` articles reach; 0 when there are not so many. */
static float wanted_bound(const struct windows *w, size_t wanted)
{
    enum { RUN = 16, WANTED_MAX = 64 };
    const struct table *t = w->table;
    float best[WANTED_MAX];
    size_t kept = 0;
    if (wanted > WANTED_MAX || wanted == 0)
        return 0;
    uint32_t end = w->listed ? (uint32_t)w->touched_count : WINDOW_SIZE;
    for (uint32_t i = 0; i < end; i++) {
        if (!w->listed && i % RUN == 0 &&
            !run_promises(w, i, kept == wanted ? best[kept - 1] : 0, w->active_count)) {
            i += RUN - 1;
            continue;
        }
        float bound = bound_at(w, w->listed ? t->touched[i] : i, w->active_count);
        if (bound <= (kept == wanted ? best[kept - 1] : 0))
            continue;
        size_t at = kept < wanted ? kept++ : kept - 1;
        for (; at > 0 && best[at - 1] < bound; at--)
            best[at] = best[at - 1];
        best[at] = bound;
    }
    return kept == wanted ? best[kept - 1] : 0;
}

/* Keeps the candidates that can still score enough with `rest` on top, after `terms`
 * terms. */
static void filter(struct windows *w, double minimum, double rest, size_t terms)
{
    struct table *t = w->table;
    float least = (float)(minimum - rest);
    size_t kept = 0;
    for (size_t i = 0; i < w->found_count; i++) {
        uint32_t at = t->found[i];
        bool complete = w->kind == WINDOW_ANY || t->seen[at] == terms;
        t->found[kept] = at;
        kept += (minimum < 0 || bound_at(w, at, terms) > least) && complete;
    }
    w->found_count = kept;
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

static uint32_t find_block(const struct lane *l, uint32_t docid)
{
    const struct segment_cursor *c = l->in.cursor;
    uint32_t window = docid / WINDOW_SIZE;
    uint32_t low = l->firsts[window], high = l->firsts[window + 1] + 1;
    if (high > c->block_count)
        high = c->block_count;
    return low + first_at(c->lasts + low, high - low, docid);
}

bool windows_seek(struct windows *w, size_t term, uint32_t docid)
{
    const struct lane *l = &w->lanes[w->lane_of[term]];
    struct segment_cursor *c = l->in.cursor;
    if (l->bounds[docid / WINDOW_SIZE] == 0 && l->weight > 0)
        return false;
    if (c->block_count != 1) {
        uint32_t block = find_block(l, docid);
        if (block >= c->block_count)
            return false;
        w->segment->ops->cursor_load_block(c, block);
    }
    c->at = first_at(c->docids, c->count, docid);
    return c->at < c->count && c->docids[c->at] == docid;
}

/* Looks a term up for each candidate. */
static void probe(struct windows *w, struct lane *l)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    struct segment_cursor *c = l->in.cursor;
    uint32_t start = w->window * WINDOW_SIZE;
    const uint32_t *docids = l->docids, *wdfs = l->wdfs;
    if (c->block_count == 1) {
        docids = c->docids;
        wdfs = c->wdfs;
    }
    for (size_t i = 0; i < w->found_count; i++) {
        uint32_t place = t->found[i], docid = start + place, count = c->count;
        if (c->block_count != 1) {
            uint32_t block = find_block(l, docid);
            if (block >= c->block_count)
                continue;
            read_block(w, l, block);
            count = l->count;
        }
        uint32_t at = first_at(docids, count, docid);
        if (at == count || docids[at] != docid)
            continue;
        t->scores[place] += l->weight * norms_share(n, docid, wdfs[at]);
        t->seen[place]++;
    }
}

static bool probing_pays(const struct windows *w, const struct lane *l)
{
    return w->found_count * SEEK_COST < postings_in(w, l);
}

/* --- a window --- */

static void find_active(struct windows *w)
{
    w->active_count = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct lane *l = &w->lanes[i];
        if (l->bounds[w->window] == 0 && w->kind == WINDOW_ANY)
            continue;
        l->before = (uint8_t)w->active_count;
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
    for (uint32_t i = 0; !w->listed && i < WINDOW_SIZE; i++)
        count += t->scores[i] > low;
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
    enum { LIST_MAX = 1024 }; /* more postings than that: looking through all is faster */
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

/* While candidates are so many that looking the next lane up for each costs more than
 * adding all of it, it is added. Returns how many lanes are. */
static size_t add_cheap(struct windows *w, size_t added, double minimum)
{
    for (; added < w->active_count && !w->listed; added++) {
        struct lane *l = w->active[added];
        float low = least_score(minimum, bounds_from(w, added));
        if (count_above(w, low) * (uint64_t)SEEK_COST < postings_in(w, l))
            break;
        each_piece(w, l, -1, adder(w));
    }
    return added;
}

/* Adds the other lanes for the candidates alone. */
static void add_others(struct windows *w, size_t essential, double minimum)
{
    for (size_t i = essential; i < w->active_count && w->found_count > 0; i++) {
        struct lane *l = w->active[i];
        if (probing_pays(w, l)) {
            probe(w, l);
        } else {
            w->listed = false;
            each_piece(w, l, -1, adder(w));
        }
        filter(w, minimum, bounds_from(w, i + 1), i + 1);
    }
}

/* The articles of a lane that have more than w->taken are candidates at once. */
static void begin_one(struct windows *w, const struct lane *l, const struct piece *p)
{
    struct norms *n = w->norms;
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    float low = w->taken;
    size_t count = w->found_count;
    for (uint32_t i = p->from; i < p->to; i++) {
        uint32_t place = p->docids[i] - start;
        float score = l->weight * norms_share(n, p->docids[i], p->wdfs[i]);
        t->found[count] = place;
        t->bounds[count] = score;
        count += score > low;
    }
    w->found_count = count;
}

/* Begins with the articles of the first lane, those that may score more than minimum. */
static void begin(struct windows *w, double minimum)
{
    struct table *t = w->table;
    double rest = bounds_from(w, 1) + (w->may_be_complete ? w->bonus : 0);
    w->taken = minimum < rest ? -1 : (float)(minimum - rest); /* filters score 0 */
    each_piece(w, w->active[0], minimum < 0 ? -1 : minimum - rest, begin_one);
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
    w->in_order = true;
}

static void find_any(struct windows *w, double minimum, size_t wanted, bool all,
                     uint64_t *matches)
{
    size_t essential = all ? w->active_count : essential_lanes(w, minimum);
    if (essential == 0)
        return;
    if (essential == 1 && !all && minimum >= 0) {
        begin(w, minimum);
        filter(w, minimum, bounds_from(w, 1), 1);
        add_others(w, 1, minimum);
        *matches += w->found_count;
        return;
    }
    add_lanes(w, essential, minimum, all);
    if (all || minimum < 0)
        *matches += count_above(w, 0);
    if (minimum < 0) {
        float bound = wanted_bound(w, wanted);
        w->taken = nextafterf(bound, -1);
        w->left_out = bound > 0;
        select_candidates(w, w->taken, INFINITY, w->active_count);
        return;
    }
    size_t added = add_cheap(w, essential, minimum);
    if (added > essential)
        bury(w);
    select_candidates(w, least_score(minimum, bounds_from(w, added)), INFINITY, added);
    add_others(w, added, minimum);
    if (!all)
        *matches += w->found_count;
}

static void find_all(struct windows *w, double minimum)
{
    begin(w, minimum);
    for (size_t i = 1; i < w->active_count && w->found_count > 0; i++) {
        struct lane *l = w->active[i];
        if (probing_pays(w, l)) {
            probe(w, l);
        } else {
            w->listed = false;
            each_piece(w, l, -1, add_to_all);
        }
        filter(w, minimum, bounds_from(w, i + 1), i + 1);
    }
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
        memset(t->seen, 0, sizeof t->seen);
    }
    w->found_count = w->touched_count = 0;
}

/* Places become docids, with their bounds. */
static void finish(struct windows *w)
{
    struct table *t = w->table;
    for (size_t k = 0; k < w->found_count; k++) {
        t->bounds[k] = bound_at(w, t->found[k], w->active_count);
        t->found[k] += w->window * WINDOW_SIZE;
    }
}

void windows_find(struct windows *w, uint32_t i, double minimum, size_t wanted, bool all,
                  uint64_t *matches)
{
    clear(w);
    w->window = i;
    w->left_out = false;
    find_active(w);
    if (w->kind == WINDOW_ALL) {
        find_all(w, all ? -1 : minimum);
        *matches += w->found_count;
    } else {
        find_any(w, minimum, wanted, all, matches);
    }
    finish(w);
}

bool windows_more(struct windows *w, double minimum)
{
    if (!w->left_out)
        return false;
    w->left_out = false;
    select_candidates(w, minimum > 0 ? (float)minimum : 0, w->taken, w->active_count);
    finish(w);
    return true;
}

struct window_found windows_found(const struct windows *w)
{
    return (struct window_found){w->table->found, w->table->bounds, w->found_count};
}

static int compare_docids(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* Lists are few articles, lane by lane; all others are in order. */
void windows_sort(struct windows *w)
{
    struct table *t = w->table;
    if (w->in_order || w->found_count < 2)
        return;
    qsort(t->found, w->found_count, sizeof *t->found, compare_docids);
    for (size_t k = 0; k < w->found_count; k++)
        t->bounds[k] =
            bound_at(w, t->found[k] - w->window * WINDOW_SIZE, w->active_count);
}
