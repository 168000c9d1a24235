#include "searcher/match/collect.h"

#include "searcher/match/collect_state.h"
#include "searcher/match/window.h"

#include <math.h>
#include <stdlib.h>

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

/* As much as the worst that is kept is enough, because a newer article comes first then.
 */
static void raise_minimum(struct collector *c)
{
    const struct matches *out = c->out;
    if (out->count == c->options->limit && out->count > 0 &&
        c->options->order == COLLECT_BY_SCORE)
        c->minimum = nextafter(out->items[0].score, -1);
}

bool collect_offer(struct collector *c, const struct match *m)
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
    } else {
        return true;
    }
    raise_minimum(c);
    return true;
}

/* Scores the article that root stands on, and keeps it when it is good enough. */
static enum status take(struct collector *c, struct segment *s, struct match_node *root)
{
    root->floor = c->minimum;
    struct match m = {.score = match_score(root), .segment = s, .docid = root->docid};
    return collect_offer(c, &m) ? STATUS_OK : segment_fail(s, STATUS_NO_MEMORY, NULL);
}

/* Article by article: those that pass the screen, once there is a minimum. */
static enum status collect_articles(struct collector *c, struct segment *s,
                                    struct match_node *root)
{
    bool exact = c->options->exact_count || c->options->order != COLLECT_BY_SCORE;
    struct screen *screen = exact ? NULL : screen_open(root);
    enum status status = STATUS_OK;
    for (uint32_t d = 1; !status; d++) {
        double least = exact ? -1 : c->minimum;
        if (screen && (d = screen_next(screen, d, least)) == SEGMENT_END)
            break;
        if ((d = match_advance(root, d, least)) == SEGMENT_END)
            break;
        if (segment_is_dead(s, d))
            continue;
        c->out->total++;
        status = take(c, s, root);
    }
    screen_close(screen);
    if (!exact && c->minimum >= 0)
        c->out->total_is_exact = false;
    return status;
}

/* --- window by window --- */

/* Takes what was found in a window and may be good enough. A phrase that is to be counted
 * is verified anyway. */
static enum status take_found(struct collector *c, struct segment *s,
                              struct match_node *root, uint64_t *verified)
{
    bool verify_all = c->options->exact_count && root->plan->kind == PLAN_PHRASE;
    bool by_score = c->options->order == COLLECT_BY_SCORE;
    struct window_found f = windows_found(root->windows);
    for (size_t k = 0; k < f.count; k++) {
        bool enough = !by_score || (double)f.bounds[k] > c->minimum;
        if ((!enough && !verify_all) ||
            !flat_stand(root, f.docids[k], verify_all ? -1 : c->minimum))
            continue;
        ++*verified;
        if (enough && take(c, s, root))
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* The best by their bounds come first: what they score lets most others be passed over.
 */
static enum status collect_window(struct collector *c, struct segment *s,
                                  struct match_node *root, uint32_t i)
{
    bool exact = c->options->exact_count || c->options->order != COLLECT_BY_SCORE;
    uint64_t matches = 0, verified = 0;
    if (!exact && windows_bound(root->windows, i) <= c->minimum) {
        c->out->total_is_exact = false;
        return STATUS_OK;
    }
    windows_find(root->windows, i, c->minimum, c->options->limit, exact, &matches);
    enum status status = take_found(c, s, root, &verified);
    if (!status && windows_more(root->windows, c->minimum))
        status = take_found(c, s, root, &verified);
    c->out->total += root->plan->kind == PLAN_PHRASE ? verified : matches;
    if (!exact && c->minimum >= 0)
        c->out->total_is_exact = false;
    return status;
}

/* The windows that promise most come first: what they give lets most others be passed
 * over. */
static enum status collect_windows(struct collector *c, struct segment *s,
                                   struct match_node *root)
{
    enum { FIRST = 4 };
    uint32_t first[FIRST], count = windows_count(root->windows), taken = 0;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && count > FIRST; i++) {
        double bound = windows_bound(root->windows, i);
        uint32_t at = taken;
        for (; at > 0 && windows_bound(root->windows, first[at - 1]) < bound; at--)
            if (at < FIRST)
                first[at] = first[at - 1];
        if (at < FIRST)
            first[at] = i;
        taken += taken < FIRST;
    }
    for (uint32_t k = 0; k < taken && !status; k++)
        status = collect_window(c, s, root, first[k]);
    for (uint32_t i = 0; i < count && !status; i++) {
        bool done = false;
        for (uint32_t k = 0; k < taken; k++)
            done |= first[k] == i;
        if (!done)
            status = collect_window(c, s, root, i);
    }
    return status;
}

static enum status collect_segment(struct collector *c, struct segment *s)
{
    struct match_context context;
    struct match_node *root;
    enum status status = match_open(&context, c->plan, s, &root);
    if (!status && !flat_open(root))
        status = segment_fail(s, STATUS_NO_MEMORY, NULL);
    if (!status && flat_is_single(root))
        status = collect_single(c, root);
    else if (!status)
        status =
            root->windows ? collect_windows(c, s, root) : collect_articles(c, s, root);
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
    struct collector c = {.plan = plan, .options = options, .minimum = -1, .out = out};
    for (size_t i = 0; i < snapshots->count; i++) {
        const struct snapshot *s = snapshots->items[i];
        for (size_t k = 0; k < s->segment_count; k++)
            if (collect_segment(&c, s->segments[k]))
                return segment_failed(s->segments[k], err);
    }
    sort(out, options->order);
    return STATUS_OK;
}
