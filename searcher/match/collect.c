#include "searcher/match/collect.h"

#include "searcher/match/node.h"

#include <stdlib.h>

struct collector {
    const struct plan *plan;
    const struct collect_options *options;
    struct matches *out; /* a heap with the worst match on top while collecting */
    uint64_t order;
};

void matches_free(struct matches *m)
{
    if (m)
        free(m->items);
}

static int64_t date_key(const struct match *m, enum collect_order order)
{
    if (m->published_s == DATE_NONE)
        return INT64_MIN;
    return order == COLLECT_NEWEST ? m->published_s : -m->published_s;
}

/* a comes before b. */
static bool is_better(const struct match *a, const struct match *b,
                      enum collect_order order)
{
    if (order != COLLECT_BY_SCORE) {
        int64_t x = date_key(a, order), y = date_key(b, order);
        if (x != y)
            return x > y;
    }
    if (a->score != b->score)
        return a->score > b->score;
    return a->order < b->order;
}

static void sift_up(struct match *heap, size_t i, enum collect_order order)
{
    while (i > 0) {
        size_t parent = (i - 1) / 2;
        if (!is_better(&heap[parent], &heap[i], order))
            return;
        struct match swap = heap[parent];
        heap[parent] = heap[i];
        heap[i] = swap;
        i = parent;
    }
}

static void sift_down(struct match *heap, size_t count, enum collect_order order)
{
    for (size_t i = 0;;) {
        size_t worst = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
            if (is_better(&heap[worst], &heap[child], order))
                worst = child;
        if (worst == i)
            return;
        struct match swap = heap[worst];
        heap[worst] = heap[i];
        heap[i] = swap;
        i = worst;
    }
}

static bool offer(struct collector *c, const struct match *m)
{
    struct matches *out = c->out;
    enum collect_order order = c->options->order;
    if (out->count < c->options->limit) {
        struct match *items =
            buffer_grow_array(out->items, &out->capacity, out->count + 1, sizeof *items);
        if (!items)
            return false;
        out->items = items;
        out->items[out->count] = *m;
        sift_up(out->items, out->count++, order);
    } else if (out->count > 0 && is_better(m, &out->items[0], order)) {
        out->items[0] = *m;
        sift_down(out->items, out->count, order);
    }
    return true;
}

/* What a match must score more than to be of interest. */
static double minimum(const struct collector *c)
{
    bool full = c->out->count == c->options->limit && c->out->count > 0;
    if (!full || c->options->exact_count || c->options->order != COLLECT_BY_SCORE)
        return -1;
    return c->out->items[0].score;
}

static enum status collect_segment(struct collector *c, struct segment *s)
{
    struct match_context context;
    struct match_node *root;
    enum status status = match_open(&context, c->plan, s, &root);
    uint32_t d = 0;
    while (!status && (d = match_advance(root, d + 1, minimum(c))) != SEGMENT_END) {
        struct match m = {.score = match_score(root),
                          .published_s = s->columns.published_s[d],
                          .order = c->order++,
                          .segment = s,
                          .docid = d};
        c->out->total++;
        if (!offer(c, &m))
            status = segment_fail(s, STATUS_NO_MEMORY, NULL);
    }
    if (minimum(c) >= 0)
        c->out->total_is_exact = false;
    match_close(&context);
    return status ? status : s->failed;
}

static void sort(struct matches *m, enum collect_order order)
{
    size_t count = m->count;
    while (m->count > 1) {
        struct match worst = m->items[0];
        m->items[0] = m->items[--m->count];
        m->items[m->count] = worst;
        sift_down(m->items, m->count, order);
    }
    m->count = count;
}

enum status match_collect(const struct plan *plan, const struct snapshot_list *snapshots,
                          const struct collect_options *options, struct matches *out,
                          struct status_error *err)
{
    *out = (struct matches){.total_is_exact = true};
    struct collector c = {.plan = plan, .options = options, .out = out};
    for (size_t i = 0; i < snapshots->count; i++) {
        const struct snapshot *s = snapshots->items[i];
        for (size_t k = 0; k < s->segment_count; k++)
            if (collect_segment(&c, s->segments[k]))
                return segment_failed(s->segments[k], err);
    }
    sort(out, options->order);
    return STATUS_OK;
}
