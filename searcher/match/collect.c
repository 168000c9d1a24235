#include "searcher/match/collect.h"

#include "searcher/match/collect_state.h"
#include "searcher/match/reach.h"
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

void collect_foresee(struct collector *c, double reach)
{
    double minimum = nextafter(reach, -1);
    if (c->options->order == COLLECT_BY_SCORE && reach > 0 && minimum > c->minimum)
        c->minimum = minimum;
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
        if ((d = match_advance(root, d, least)) == SEGMENT_END ||
            budget_is_spent(c->plan->budget))
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

struct candidate {
    float bound;
    uint32_t docid;
};

struct window_search {
    struct collector *c;
    struct segment *segment;
    struct match_node *root;
    struct candidate
        *candidates; /* in the order of their docids, but for first windows */
    size_t count, capacity;
    float *bounds; /* in settle: a copy of theirs */
    size_t bounds_capacity;
    uint32_t done, next_settling; /* windows */
    uint64_t matches, verified;
    bool exact;
};

/* The nth greatest (from 1); their order changes (Hoare, Algorithm 65: Find, 1961). */
static float select_greatest(float *numbers, size_t count, size_t n)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)n - 1;
    while (low < high) {
        float pivot = numbers[wanted];
        ptrdiff_t i = low, k = high;
        while (i <= k) {
            while (numbers[i] > pivot)
                i++;
            while (numbers[k] < pivot)
                k--;
            if (i > k)
                break;
            float swap = numbers[i];
            numbers[i++] = numbers[k];
            numbers[k--] = swap;
        }
        if (k < wanted)
            low = i;
        if (wanted < i)
            high = k;
    }
    return numbers[wanted];
}

static enum status take_candidate(struct window_search *w, uint32_t docid)
{
    bool verify_all = w->exact && flat_is_verified(w->root);
    if (!flat_stand(w->root, docid, verify_all ? -1 : w->c->minimum))
        return STATUS_OK;
    w->verified++;
    return take(w->c, w->segment, w->root);
}

/* The bound that `wanted` candidates have, or more. */
static bool find_bound(struct window_search *w, size_t wanted, float *bound)
{
    float *bounds =
        buffer_grow_array(w->bounds, &w->bounds_capacity, w->count + 1, sizeof *bounds);
    if (!bounds)
        return false;
    w->bounds = bounds;
    for (size_t i = 0; i < w->count; i++)
        bounds[i] = w->candidates[i].bound;
    *bound = select_greatest(bounds, w->count, wanted);
    return true;
}

/* Looks at those of the candidates whose bounds are `least` or more; the others stay, as
 * long as they may be good enough. */
static enum status take_best(struct window_search *w, float least)
{
    enum status status = STATUS_OK;
    size_t kept = 0;
    for (size_t i = 0; i < w->count && !status; i++) {
        struct candidate c = w->candidates[i];
        if (budget_look(w->c->plan->budget))
            break;
        if ((double)c.bound <= w->c->minimum)
            continue;
        if (c.bound < least)
            w->candidates[kept++] = c;
        else
            status = take_candidate(w, c.docid);
    }
    w->count = kept;
    return status;
}

/* Looks at the candidates that may be good enough, the best by their bounds first: what
 * they score lets most others be passed over. Each time in the order of their docids,
 * which is that of what is read of them; as long as too few match, more at a time. */
static enum status settle(struct window_search *w)
{
    size_t wanted = w->c->options->limit + 8;
    enum status status = STATUS_OK;
    while (w->count > 0 && !status && !w->c->plan->budget->is_spent) {
        float least = 0;
        if (w->count > wanted && !find_bound(w, wanted, &least))
            return segment_fail(w->segment, STATUS_NO_MEMORY, NULL);
        status = take_best(w, least);
        wanted *= w->c->minimum < 0 ? 8 : 2;
    }
    return status;
}

/* All are looked at: they are to be counted, or the order is not that of scores. */
static enum status take_all(struct window_search *w, struct window_found f)
{
    bool enough = flat_is_verified(w->root) || w->c->options->order != COLLECT_BY_SCORE;
    enum status status = STATUS_OK;
    for (size_t k = 0; k < f.count && !status; k++)
        if (budget_look(w->c->plan->budget))
            break;
        else if (enough || (double)f.bounds[k] > w->c->minimum)
            status = take_candidate(w, f.docids[k]);
    return status;
}

static enum status find_in_window(struct window_search *w, uint32_t i)
{
    struct collector *c = w->c;
    if (budget_look(c->plan->budget))
        return STATUS_OK;
    if (!w->exact && windows_bound(w->root->windows, i) <= c->minimum)
        return STATUS_OK;
    windows_find(w->root->windows, i, c->minimum, w->exact, &w->matches);
    struct window_found f = windows_found(w->root->windows);
    if (w->exact)
        return take_all(w, f);
    struct candidate *items = buffer_grow_array(w->candidates, &w->capacity,
                                                w->count + f.count + 1, sizeof *items);
    if (!items)
        return segment_fail(w->segment, STATUS_NO_MEMORY, NULL);
    w->candidates = items;
    for (size_t k = 0; k < f.count; k++) {
        items[w->count] = (struct candidate){f.bounds[k], f.docids[k]};
        w->count += (double)f.bounds[k] > c->minimum;
    }
    return STATUS_OK;
}

enum { FIRST_WINDOWS = 4 };

/* The windows with the greatest bounds; how many. */
static uint32_t find_first(const struct windows *windows, uint32_t first[FIRST_WINDOWS])
{
    uint32_t count = windows_count(windows), taken = 0;
    for (uint32_t i = 0; i < count; i++) {
        double bound = windows_bound(windows, i);
        uint32_t at = taken;
        for (; at > 0 && windows_bound(windows, first[at - 1]) < bound; at--)
            if (at < FIRST_WINDOWS)
                first[at] = first[at - 1];
        if (at < FIRST_WINDOWS)
            first[at] = i;
        taken += taken < FIRST_WINDOWS;
    }
    return taken;
}

/* Reading positions is dear: candidates wait for better ones from other windows, longer
 * in a phrase, most of which come to nothing. */
static bool must_settle(struct window_search *w)
{
    enum { CANDIDATES_MAX = 1 << 16 };
    bool phrase = flat_is_verified(w->root);
    bool dear = phrase || w->root->bonus_bound > 0;
    w->done++;
    if (dear && w->done < w->next_settling && w->count < CANDIDATES_MAX)
        return false;
    w->next_settling = w->done * (phrase ? 5 : 2) + 1;
    return true;
}

/* The windows that promise most come first: what they give lets most others be passed
 * over. */
static enum status search_windows(struct window_search *w)
{
    uint32_t first[FIRST_WINDOWS], count = windows_count(w->root->windows);
    uint32_t taken = find_first(w->root->windows, first);
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < taken && !status; k++) {
        status = find_in_window(w, first[k]);
        if (!status && must_settle(w))
            status = settle(w);
    }
    for (uint32_t i = 0; i < count && !status; i++) {
        bool is_done = false;
        for (uint32_t k = 0; k < taken; k++)
            is_done |= first[k] == i;
        if (is_done)
            continue;
        status = find_in_window(w, i);
        if (!status && must_settle(w))
            status = settle(w);
    }
    return status ? status : settle(w);
}

/* An article scores what any of its words brings, or more. */
static void foresee(struct collector *c, const struct match_node *root)
{
    bool any = root->plan->kind == PLAN_OR || root->plan->kind == PLAN_BAG;
    for (size_t i = 0; any && i < root->child_count; i++)
        collect_foresee(c, reach_of_term(root->children[i], c->options->limit));
}

static enum status collect_windows(struct collector *c, struct segment *s,
                                   struct match_node *root)
{
    struct window_search w = {.c = c, .segment = s, .root = root};
    w.exact = c->options->exact_count || c->options->order != COLLECT_BY_SCORE;
    if (!w.exact)
        foresee(c, root);
    enum status status = search_windows(&w);
    free(w.candidates);
    free(w.bounds);
    c->out->total += flat_is_verified(root) ? w.verified : w.matches;
    if (!w.exact && c->minimum >= 0)
        c->out->total_is_exact = false;
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
    c->out->cut |= context.cut;
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
        for (size_t k = 0; k < s->segment_count && !budget_look(plan->budget); k++)
            if (collect_segment(&c, s->segments[k]))
                return segment_failed(s->segments[k], err);
    }
    if (plan->budget->is_spent)
        out->total_is_exact = false;
    sort(out, options->order);
    return STATUS_OK;
}
