/* Candidates of a window against the postings of one more term; and any article against
 * all of them. */
#include "searcher/match/window_state.h"

/* A look-up in a block costs as much as looking at so many postings. */
enum { SEEK_COST = 8 };

static uint32_t find_block(const struct lane *l, uint32_t docid)
{
    const struct segment_cursor *c = l->in.cursor;
    uint32_t window = docid / WINDOW_SIZE;
    uint32_t low = l->firsts[window], high = l->firsts[window + 1] + 1;
    if (high > c->block_count)
        high = c->block_count;
    return low + window_first_at(c->lasts + low, high - low, docid);
}

size_t windows_rarest(const struct windows *w, size_t i)
{
    return w->lanes[i].index;
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
        c->segment->ops->cursor_load_block(c, block);
    }
    c->at = window_first_at(c->docids, c->count, docid);
    return c->at < c->count && c->docids[c->at] == docid;
}

/* Adds the term's score to an article that is a candidate, or was one. */
static inline void add_posting(struct windows *w, const struct lane *l,
                               const struct piece *p, uint32_t i)
{
    uint32_t docid = p->docids[i], place = docid - w->window * WINDOW_SIZE;
    w->table->scores[place] += l->weight * norms_share(w->norms, docid, p->wdfs[i]);
    w->table->seen[place]++;
}

/* Lists the postings of a piece that candidates may have: their articles have scores
 * already, above least. */
static size_t match_scores(const struct windows *w, const struct piece *p, float least,
                           uint8_t *matches)
{
    const struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    size_t count = 0;
    for (uint32_t i = p->from; i < p->to; i++) {
        matches[count] = (uint8_t)i;
        count += t->scores[p->docids[i] - start] > least;
    }
    return count;
}

/* Looks up the first `count` of those that promise something. */
static size_t match_promising(const struct windows *w, const struct piece *p,
                              size_t count, uint8_t *matches)
{
    uint32_t start = w->window * WINDOW_SIZE;
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        uint32_t docid = start + w->table->promising[k];
        uint32_t at = window_first_at(p->docids, p->to, docid);
        matches[n] = (uint8_t)at;
        n += at < p->to && p->docids[at] == docid;
    }
    return n;
}

/* Lists the postings of a block that the first `count` of those that promise something
 * have; reads their wdfs. */
static size_t match_block(struct windows *w, struct lane *l, struct piece *p,
                          uint32_t postings, size_t count, float least, uint8_t *matches)
{
    size_t n;
    if (count * SEEK_COST < postings) {
        p->to = postings;
        n = match_promising(w, p, count, matches);
    } else {
        window_clip(w, p, postings);
        n = match_scores(w, p, least > 0 ? least : 0, matches);
    }
    if (n > 0 && l->in.cursor->block_count > 1)
        window_read_wdfs(l);
    return n;
}

/* Adds the scores of a block, and keeps those of the first `count` of those that promise
 * something that have more than least then. */
static size_t add_to_any(struct windows *w, const struct lane *l, const struct piece *p,
                         const uint8_t *matches, size_t match_count, size_t count,
                         float least, size_t terms, size_t kept)
{
    struct table *t = w->table;
    float bonus = window_bonus(w);
    for (size_t i = 0; i < match_count; i++)
        add_posting(w, l, p, matches[i]);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = t->promising[i];
        t->found[kept] = at;
        kept += window_bound_at(t, bonus, at, terms + 1) > least;
    }
    return kept;
}

/* The same, of those alone that are in the block. Postings of articles that are
 * candidates no more must not be written: behind those kept may stand one of the next
 * block. */
static size_t add_to_all(struct windows *w, const struct lane *l, const struct piece *p,
                         const uint8_t *matches, size_t match_count, float least,
                         size_t terms, size_t kept)
{
    struct table *t = w->table;
    uint32_t start = w->window * WINDOW_SIZE;
    for (size_t i = 0; i < match_count; i++) {
        uint32_t at = p->docids[matches[i]] - start;
        add_posting(w, l, p, matches[i]);
        bool is_kept = t->seen[at] == terms + 1 && t->scores[at] > least;
        t->found[kept] = is_kept ? at : t->found[kept]; /* no branch to guess */
        kept += is_kept;
    }
    return kept;
}

void window_add_to_candidates(struct windows *w, struct lane *l, float least,
                              size_t terms)
{
    struct table *t = w->table;
    struct segment_cursor *c = l->in.cursor;
    bool any = w->kind == WINDOW_ANY, single = c->block_count == 1;
    float bonus = window_bonus(w);
    uint8_t matches[SEGMENT_BLOCK];
    uint32_t start = w->window * WINDOW_SIZE, b = l->firsts[w->window];
    struct piece p = {.docids = single ? c->docids : l->docids,
                      .wdfs = single ? c->wdfs : l->wdfs};
    size_t kept = 0;
    for (size_t k = 0, n, m; k < w->found_count; b++) {
        while (!single && b < c->block_count && c->lasts[b] < start + t->found[k])
            b++;
        bool behind = !single && b == c->block_count;
        float bound = behind   ? 0
                      : single ? l->bounds[w->window]
                               : window_block_weight(w, l, b);
        uint32_t last = single || behind ? UINT32_MAX : c->lasts[b] - start;
        for (n = m = 0; k < w->found_count && t->found[k] <= last; k++) {
            t->promising[n] = (uint16_t)t->found[k];
            n += window_bound_at(t, bonus, t->found[k], terms) + bound > least;
        }
        if (n > 0 && !behind) {
            if (!single)
                window_read_docids(l, b);
            m = match_block(w, l, &p, single ? c->count : l->count, n,
                            least - bound - bonus, matches);
        }
        kept = any ? add_to_any(w, l, &p, matches, m, n, least, terms, kept)
                   : add_to_all(w, l, &p, matches, m, least, terms, kept);
    }
    w->found_count = kept;
}
