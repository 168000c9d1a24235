#include "searcher/match/window_state.h"

/* The blocks of a list that is longer than one. */
static void place_blocks(struct windows *w, struct lane *l)
{
    const struct segment_cursor *c = l->in.cursor;
    uint32_t window = 0, before = 0;
    for (uint32_t b = 0; b < c->block_count; b++) {
        uint32_t first = (before + 1) / WINDOW_SIZE, last = c->lasts[b] / WINDOW_SIZE;
        float bound = window_block_weight(w, l, b);
        for (; window <= last; window++) {
            l->firsts[window] = b;
            l->bounds[window] = 0;
        }
        for (uint32_t k = first; k <= last; k++)
            l->bounds[k] = bound > l->bounds[k] ? bound : l->bounds[k];
        before = c->lasts[b];
    }
    for (; window <= w->window_count; window++)
        l->firsts[window] = c->block_count;
}

/* A list of one block is loaded already: its bounds are exact. */
static void place_postings(struct windows *w, struct lane *l)
{
    const struct segment_cursor *c = l->in.cursor;
    for (uint32_t i = 0; i < c->count; i++) {
        float *bound = &l->bounds[c->docids[i] / WINDOW_SIZE];
        float score = l->weight * norms_share(w->norms, c->docids[i], c->wdfs[i]);
        *bound = score > *bound ? score : *bound;
    }
}

static bool open_lane(struct windows *w, struct lane *l, struct arena *arena)
{
    l->weight = (float)(l->in.weight * WINDOW_SLACK);
    l->block = UINT32_MAX;
    l->firsts = arena_alloc(arena, (w->window_count + 1) * sizeof *l->firsts);
    l->bounds = arena_alloc(arena, (w->window_count + 1) * sizeof *l->bounds);
    if (!l->firsts || !l->bounds)
        return false;
    memset(l->firsts, 0, (w->window_count + 1) * sizeof *l->firsts);
    memset(l->bounds, 0, (w->window_count + 1) * sizeof *l->bounds);
    if (l->in.cursor->block_count > 1)
        place_blocks(w, l);
    else
        place_postings(w, l);
    for (uint32_t i = 0; i < w->window_count; i++)
        l->bound = l->bounds[i] > l->bound ? l->bounds[i] : l->bound;
    return true;
}

static bool comes_before(const struct windows *w, const struct lane *a,
                         const struct lane *b)
{
    if (w->kind == WINDOW_ALL)
        return a->in.cursor->doc_freq < b->in.cursor->doc_freq;
    return a->bound > b->bound;
}

static void sort_lanes(struct windows *w)
{
    for (size_t i = 1; i < w->count; i++) {
        struct lane l = w->lanes[i];
        size_t at = i;
        for (; at > 0 && comes_before(w, &l, &w->lanes[at - 1]); at--)
            w->lanes[at] = w->lanes[at - 1];
        w->lanes[at] = l;
    }
    for (size_t i = 0; i < w->count; i++)
        w->lane_of[w->lanes[i].index] = i;
}

static double window_bound(const struct windows *w, uint32_t i)
{
    double sum = w->kind == WINDOW_ANY ? w->bonus : 0;
    for (size_t k = 0; k < w->count; k++) {
        const struct lane *l = &w->lanes[k];
        bool absent = l->in.cursor->block_count > 1
                          ? l->firsts[i] == l->in.cursor->block_count
                          : l->bounds[i] == 0 && l->weight > 0;
        if (absent && w->kind == WINDOW_ALL)
            return 0;
        sum += (double)l->bounds[i];
    }
    return sum;
}

struct windows *windows_open(struct segment *s, const struct plan *plan,
                             const struct window_term *terms, size_t count,
                             enum window_kind kind, double bonus, struct arena *arena)
{
    struct windows *w = arena_alloc(arena, sizeof *w);
    if (!w)
        return NULL;
    *w = (struct windows){.segment = s,
                          .count = count,
                          .kind = kind,
                          .bonus = bonus * WINDOW_SLACK,
                          .factor = norms_bounds_factor(s, plan),
                          .counts_seen = kind == WINDOW_ALL || (bonus > 0 && count > 1),
                          .window_count = s->docid_end / WINDOW_SIZE + 1,
                          .window = UINT32_MAX,
                          .lanes = arena_alloc(arena, count * sizeof *w->lanes),
                          .lane_of = arena_alloc(arena, count * sizeof *w->lane_of),
                          .active = arena_alloc(arena, count * sizeof *w->active),
                          .table = arena_alloc(arena, sizeof *w->table)};
    w->bounds = arena_alloc(arena, w->window_count * sizeof *w->bounds);
    if (!w->lanes || !w->lane_of || !w->active || !w->table || !w->bounds ||
        !(w->norms = norms_of(s, plan)))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        w->lanes[i] = (struct lane){.in = terms[i], .index = i};
        if (!open_lane(w, &w->lanes[i], arena))
            return NULL;
    }
    sort_lanes(w);
    for (uint32_t i = 0; i < w->window_count; i++)
        w->bounds[i] = window_bound(w, i);
    return w;
}
