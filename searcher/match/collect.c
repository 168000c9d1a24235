#include "searcher/match/collect.h"

#include "searcher/match/node.h"

#include <math.h>
#include <stdlib.h>

struct collector {
    const struct plan *plan;
    const struct collect_options *options;
    struct matches *out; /* a heap with the worst match on top while collecting */
};

void matches_free(struct matches *m)
{
    if (m)
        free(m->items);
}

static int64_t date_of(const struct match *m)
{
    return segment_column(m->segment, SEGMENT_PUBLISHED, m->docid);
}

/* An unknown date comes last in either order. */
static int64_t date_key(const struct match *m, enum collect_order order)
{
    int64_t date = date_of(m);
    return date == DATE_NONE ? INT64_MIN : order == COLLECT_OLDEST ? -date : date;
}

/* a comes before b. Where the score is the same, the newer article does; then the order
 * is that of a hash of the articles, which is the same however the index was built. */
static bool is_better(const struct match *a, const struct match *b,
                      enum collect_order order)
{
    int64_t x, y;
    if (order != COLLECT_BY_SCORE) {
        x = date_key(a, order), y = date_key(b, order);
        if (x != y)
            return x > y;
    }
    if (a->score != b->score)
        return a->score > b->score;
    x = date_key(a, COLLECT_NEWEST), y = date_key(b, COLLECT_NEWEST);
    if (x != y)
        return x > y;
    return (uint64_t)segment_column(a->segment, SEGMENT_HASH, a->docid) <
           (uint64_t)segment_column(b->segment, SEGMENT_HASH, b->docid);
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

/* What a match must score more than to be of interest: as much as the worst that is kept
 * is enough, because a newer article comes first then. */
static double minimum(const struct collector *c)
{
    bool full = c->out->count == c->options->limit && c->out->count > 0;
    if (!full || c->options->exact_count || c->options->order != COLLECT_BY_SCORE)
        return -1;
    return nextafter(c->out->items[0].score, -1);
}

static enum status collect_segment(struct collector *c, struct segment *s)
{
    struct match_context context;
    struct match_node *root;
    enum status status = match_open(&context, c->plan, s, &root);
    uint32_t d = 0;
    while (!status && (d = match_advance(root, d + 1, minimum(c))) != SEGMENT_END) {
        if (segment_is_dead(s, d))
            continue;
        struct match m = {.score = match_score(root), .segment = s, .docid = d};
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
