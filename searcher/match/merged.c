/* The postings of all stems are added up by article once, when the term is opened; then
 * they are blocks in memory, with bounds like those of a sealed segment. */
#include "searcher/match/merged.h"

#include <stdlib.h>
#include <string.h>

struct part {
    struct segment_cursor *cursor;
    struct segment_forms forms;
    bool *wanted; /* parallel to forms; both only when not all forms count */
};

struct merged {
    struct segment own; /* gives cursors their operations */
    struct segment *segment;
    const struct plan_term *term;
    struct part *parts; /* parallel to the term's stems */
    uint32_t *docids, *wdfs, *lasts;
    uint16_t *bounds;
    uint32_t count;
    uint32_t block_count;
    struct segment_positions scratch;
};

/* --- its cursors --- */

struct merged_cursor {
    struct segment_cursor head;
    const struct merged *merged;
};

static const struct merged *merged_of(const struct segment_cursor *c)
{
    return ((const struct merged_cursor *)c)->merged;
}

static void load_known(struct segment_cursor *c, uint32_t block)
{
    const struct merged *m = merged_of(c);
    uint32_t start = block * SEGMENT_BLOCK;
    c->at = 0;
    c->count = 0;
    if (start >= m->count)
        return;
    c->docids = m->docids + start;
    c->wdfs = m->wdfs + start;
    c->count = m->count - start < SEGMENT_BLOCK ? m->count - start : SEGMENT_BLOCK;
}

static void load(struct segment_cursor *c, uint32_t target)
{
    uint32_t low = 0, high = c->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->lasts[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    load_known(c, low);
}

static uint32_t read_known(struct segment_cursor *c, uint32_t block, uint32_t *docids,
                           uint32_t *wdfs)
{
    const struct merged *m = merged_of(c);
    uint32_t start = block * SEGMENT_BLOCK;
    uint32_t left = start < m->count ? m->count - start : 0;
    uint32_t count = left < SEGMENT_BLOCK ? left : SEGMENT_BLOCK;
    memcpy(docids, m->docids + start, count * sizeof *docids);
    if (wdfs)
        memcpy(wdfs, m->wdfs + start, count * sizeof *wdfs);
    return count;
}

static void read_known_wdfs(struct segment_cursor *c, uint32_t block, uint32_t *wdfs)
{
    uint32_t docids[SEGMENT_BLOCK];
    read_known(c, block, docids, wdfs);
}

/* They live in arenas. */
static void close_cursor(struct segment_cursor *c)
{
    (void)c;
}

static const struct segment_ops merged_ops = {
    .cursor_close = close_cursor,
    .cursor_load = load,
    .cursor_load_block = load_known,
    .cursor_read_block = read_known,
    .cursor_read_wdfs = read_known_wdfs,
};

struct segment_cursor *merged_cursor(struct merged *m, struct arena *arena)
{
    struct merged_cursor *c = arena_alloc(arena, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct merged_cursor){.head = {.segment = &m->own,
                                         .doc_freq = m->count,
                                         .lasts = m->lasts,
                                         .bounds = m->bounds,
                                         .block_count = m->block_count},
                                .merged = m};
    load_known(&c->head, 0);
    return &c->head;
}

/* --- adding up --- */

static bool open_part(struct merged *m, size_t i)
{
    struct part *p = &m->parts[i];
    struct slice stem = m->term->stems[i].text;
    p->cursor = segment_cursor_open(m->segment, stem);
    if (!p->cursor || m->term->stems[i].any_form)
        return p->cursor != NULL;
    m->segment->ops->forms(m->segment, stem, &p->forms);
    p->wanted = calloc(p->forms.count + 1, sizeof *p->wanted);
    for (size_t k = 0; p->wanted && k < p->forms.count; k++)
        p->wanted[k] = plan_form_counts(m->term, p->forms.items[k].text);
    return p->wanted != NULL;
}

/* Of an occurrence that counts twice in the title once is enough. */
static void add_forms(struct merged *m, struct part *p, uint32_t *sums,
                      struct budget *budget)
{
    struct segment *s = m->segment;
    for (uint32_t d = segment_cursor_docid(p->cursor);
         d != SEGMENT_END && !s->failed && !budget_is_spent(budget);
         d = segment_cursor_next(p->cursor)) {
        uint32_t wdf = segment_cursor_wdf(p->cursor);
        s->ops->positions(p->cursor, &p->forms, p->wanted, &m->scratch);
        sums[d] += m->scratch.count < wdf ? (uint32_t)m->scratch.count : wdf;
    }
}

static void add_stem(struct merged *m, struct segment_cursor *c, uint32_t *sums)
{
    for (; c->count > 0 && !m->segment->failed;
         segment_cursor_advance(c, c->docids[c->count - 1] + 1))
        for (uint32_t k = 0; k < c->count; k++)
            sums[c->docids[k]] += c->wdfs[k];
}

static bool add_postings(struct merged *m, uint32_t *sums, struct budget *budget)
{
    for (size_t i = 0; i < m->term->stem_count; i++) {
        if (!open_part(m, i))
            return false;
        if (budget_look(budget))
            continue;
        if (m->term->stems[i].any_form)
            add_stem(m, m->parts[i].cursor, sums);
        else
            add_forms(m, &m->parts[i], sums, budget);
    }
    return !m->segment->failed;
}

/* As in sealed segments: see segment_block_bound. */
static uint16_t bound_of(const struct merged *m, uint32_t from, uint32_t to)
{
    const struct segment *s = m->segment;
    double mean = s->documents > 0 ? (double)s->total_length / s->documents : 1, most = 0;
    for (uint32_t i = from; i < to; i++) {
        double length = mean > 0 ? s->lengths[m->docids[i]] / mean : 1;
        double k = SEGMENT_BOUND_K1 * (1 - SEGMENT_BOUND_B + SEGMENT_BOUND_B * length);
        double share = m->wdfs[i] / (k + m->wdfs[i]);
        most = share > most ? share : most;
    }
    double bound = most + 1e-6;
    return bound >= 65535.0 / 65536 ? 65535 : (uint16_t)(bound * 65536);
}

static bool make_blocks(struct merged *m, const uint32_t *sums)
{
    uint32_t end = m->segment->docid_end;
    for (uint32_t d = 0; d < end; d++)
        m->count += sums[d] > 0;
    uint32_t blocks = m->block_count = (m->count + SEGMENT_BLOCK - 1) / SEGMENT_BLOCK;
    m->docids = malloc((m->count + 1) * sizeof *m->docids);
    m->wdfs = malloc((m->count + 1) * sizeof *m->wdfs);
    m->lasts = malloc((blocks + 1) * sizeof *m->lasts);
    m->bounds = malloc((blocks + 1) * sizeof *m->bounds);
    if (!m->docids || !m->wdfs || !m->lasts || !m->bounds)
        return false;
    uint32_t at = 0;
    for (uint32_t d = 0; d < end; d++) {
        m->docids[at] = d;
        m->wdfs[at] = sums[d];
        at += sums[d] > 0;
    }
    for (uint32_t b = 0; b < blocks; b++) {
        uint32_t from = b * SEGMENT_BLOCK;
        uint32_t to = m->count - from < SEGMENT_BLOCK ? m->count : from + SEGMENT_BLOCK;
        m->lasts[b] = m->docids[to - 1];
        m->bounds[b] = bound_of(m, from, to);
    }
    return true;
}

struct merged *merged_open(struct segment *s, const struct plan_term *term,
                           struct budget *budget)
{
    struct merged *m = calloc(1, sizeof *m);
    uint32_t *sums = calloc((size_t)s->docid_end + 1, sizeof *sums);
    if (m) {
        m->own.ops = &merged_ops;
        m->segment = s;
        m->term = term;
        m->parts = calloc(term->stem_count, sizeof *m->parts);
    }
    bool good =
        m && m->parts && sums && add_postings(m, sums, budget) && make_blocks(m, sums);
    free(sums);
    if (good)
        return m;
    merged_close(m);
    return NULL;
}

void merged_close(struct merged *m)
{
    if (!m)
        return;
    for (size_t i = 0; m->parts && i < m->term->stem_count; i++) {
        segment_cursor_close(m->parts[i].cursor);
        segment_forms_free(&m->parts[i].forms);
        free(m->parts[i].wanted);
    }
    free(m->parts);
    free(m->docids);
    free(m->wdfs);
    free(m->lasts);
    free(m->bounds);
    free(m->scratch.items);
    free(m);
}

/* --- positions --- */

static int compare(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static bool append(struct segment_positions *out, const struct segment_positions *more)
{
    uint32_t *items = buffer_grow_array(out->items, &out->capacity,
                                        out->count + more->count + 1, sizeof *items);
    if (!items)
        return false;
    out->items = items;
    for (size_t i = 0; i < more->count; i++)
        out->items[out->count++] = more->items[i];
    return true;
}

static void sort(struct segment_positions *p)
{
    size_t kept = 0;
    if (p->count == 0)
        return;
    qsort(p->items, p->count, sizeof *p->items, compare);
    for (size_t i = 0; i < p->count; i++)
        if (kept == 0 || p->items[kept - 1] != p->items[i])
            p->items[kept++] = p->items[i];
    p->count = kept;
}

/* A cursor only moves on; articles may be asked for in any order. */
static bool stand(struct merged *m, struct part *p, size_t i, uint32_t docid)
{
    uint32_t at = segment_cursor_docid(p->cursor);
    if (at > docid) {
        segment_cursor_close(p->cursor);
        p->cursor = segment_cursor_open(m->segment, m->term->stems[i].text);
        if (!p->cursor)
            return false;
    }
    return segment_cursor_advance(p->cursor, docid) == docid;
}

void merged_positions(struct merged *m, uint32_t docid, struct segment_positions *out)
{
    struct segment *s = m->segment;
    out->count = 0;
    for (size_t i = 0; i < m->term->stem_count && !s->failed; i++) {
        struct part *p = &m->parts[i];
        if (!stand(m, p, i, docid))
            continue;
        if (p->forms.count == 0)
            s->ops->forms(s, m->term->stems[i].text, &p->forms);
        s->ops->positions(p->cursor, &p->forms,
                          m->term->stems[i].any_form ? NULL : p->wanted, &m->scratch);
        if (!append(out, &m->scratch))
            segment_fail(s, STATUS_NO_MEMORY, NULL);
    }
    sort(out);
}
