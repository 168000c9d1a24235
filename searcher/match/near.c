/* Parts of a query near each other in an article, and parts that are there often enough.
 */
#include "searcher/match/node.h"

#include <stdlib.h>

static bool add(struct match_node *n, struct match_spans *to, struct match_span span)
{
    struct match_span *items =
        buffer_grow_array(to->items, &to->capacity, to->count + 1, sizeof *items);
    if (!items) {
        segment_fail(n->context->segment, STATUS_NO_MEMORY, NULL);
        return false;
    }
    to->items = items;
    to->items[to->count++] = span;
    return true;
}

static int compare(const void *x, const void *y)
{
    const struct match_span *a = x, *b = y;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static void sort(struct match_spans *s)
{
    size_t kept = 0;
    if (s->count == 0)
        return;
    qsort(s->items, s->count, sizeof *s->items, compare);
    for (size_t i = 0; i < s->count; i++)
        if (kept == 0 || compare(&s->items[kept - 1], &s->items[i]) != 0)
            s->items[kept++] = s->items[i];
    s->count = kept;
}

/* --- whether two spans are as a link says --- */

/* What tells parts of the article apart, beside the end of the headline. */
struct parts {
    const struct segment_positions *starts; /* NULL: distances do */
    uint32_t title_end;
};

static struct parts parts_of(struct match_node *n, struct query_link link)
{
    struct parts p = {0};
    struct match_context *c = n->context;
    if (link.kind == LINK_SENTENCE)
        p.starts = match_boundaries(c, MATCH_SENTENCES, n->docid);
    else if (link.kind == LINK_PARAGRAPH)
        p.starts = match_boundaries(c, MATCH_PARAGRAPHS, n->docid);
    if (p.starts)
        p.title_end = (uint32_t)segment_column(c->segment, SEGMENT_TITLE_END, n->docid);
    return p;
}

/* Where the part that holds a position begins, and where the next one does. */
static struct match_span part_at(const struct parts *p, uint32_t position)
{
    size_t next = match_first_at(p->starts, position + 1);
    struct match_span part = {next > 0 ? p->starts->items[next - 1] : 0,
                              next < p->starts->count ? p->starts->items[next]
                                                      : UINT32_MAX};
    if (position < p->title_end && part.end > p->title_end)
        part.end = p->title_end;
    if (position >= p->title_end && part.start < p->title_end)
        part.start = p->title_end;
    return part;
}

static bool are_linked(struct query_link link, struct match_span x, struct match_span y)
{
    if (x.end < y.start)
        return link.distance == 0 || y.start - x.end <= link.distance;
    return y.end < x.start && link.kind != LINK_BEFORE &&
           (link.distance == 0 || x.start - y.end <= link.distance);
}

static uint32_t longest(const struct match_spans *s)
{
    uint32_t most = 0;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t length = s->items[i].end - s->items[i].start;
        most = length > most ? length : most;
    }
    return most;
}

static size_t first_start_at(const struct match_spans *s, uint32_t position)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->items[middle].start < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The spans of a list that one may be linked with: those that begin in `reach`, and end
 * before its end when they must lie in a part. */
static struct match_span reach_of(struct query_link link, const struct parts *parts,
                                  struct match_span y, uint32_t length)
{
    if (parts->starts) {
        struct match_span part = part_at(parts, y.start);
        return y.end < part.end ? part : (struct match_span){1, 0};
    }
    uint64_t back = (uint64_t)link.distance + length;
    uint64_t to = (uint64_t)y.end + link.distance + 1;
    return (struct match_span){y.start > back ? (uint32_t)(y.start - back) : 0,
                               to < UINT32_MAX ? (uint32_t)to : UINT32_MAX};
}

/* The next span of `list` from i on that is linked with y (as the one before it, when
 * `before`); list.count when there is none. */
static size_t next_linked(struct query_link link, const struct parts *parts,
                          const struct match_spans *list, size_t i,
                          struct match_span reach, struct match_span y, bool before)
{
    for (; i < list->count && list->items[i].start < reach.end; i++) {
        struct match_span x = list->items[i];
        bool inside = !parts->starts || x.end < reach.end;
        if (inside && (before ? are_linked(link, x, y) : are_linked(link, y, x)))
            return i;
    }
    return list->count;
}

static bool has_linked(struct query_link link, const struct parts *parts,
                       const struct match_spans *list, uint32_t length,
                       struct match_span y, bool before)
{
    struct match_span reach = reach_of(link, parts, y, length);
    size_t first = first_start_at(list, reach.start);
    return next_linked(link, parts, list, first, reach, y, before) < list->count;
}

/* --- chains --- */

/* `chain` are the spans that the parts so far can end in: it becomes those that the next
 * part can. */
static bool link_next(struct match_node *n, size_t i, struct match_spans *chain)
{
    struct query_link link = n->plan->links[i];
    const struct match_spans *next = match_spans(n->children[i], n->docid);
    struct parts parts = parts_of(n, link);
    size_t kept = 0;
    if (link.negative) {
        uint32_t length = longest(next);
        for (size_t k = 0; k < chain->count; k++)
            if (!has_linked(link, &parts, next, length, chain->items[k], false))
                chain->items[kept++] = chain->items[k];
        chain->count = kept;
        return kept > 0;
    }
    struct match_spans *linked = &n->linked;
    uint32_t length = longest(chain);
    linked->count = 0;
    for (size_t k = 0; k < next->count; k++)
        if (has_linked(link, &parts, chain, length, next->items[k], true) &&
            !add(n, linked, next->items[k]))
            return false;
    struct match_spans swap = *chain;
    *chain = *linked;
    *linked = swap;
    return chain->count > 0;
}

static bool copy_spans(struct match_node *n, const struct match_spans *from,
                       struct match_spans *to)
{
    to->count = 0;
    for (size_t k = 0; k < from->count; k++)
        if (!add(n, to, from->items[k]))
            return false;
    return true;
}

/* --- chains as spans of their own --- */

/* A way to place the parts so far: all that they cover, and the last of them. */
struct way {
    struct match_span whole, last;
};

struct ways {
    struct way *items;
    size_t count, capacity;
};

/* Places of one article that are looked at. */
enum { WAYS_MAX = 1 << 16 };

static bool add_way(struct match_node *n, struct ways *to, struct way way)
{
    if (to->count == WAYS_MAX) {
        n->context->cut = true;
        return false;
    }
    struct way *items =
        buffer_grow_array(to->items, &to->capacity, to->count + 1, sizeof *items);
    if (!items) {
        segment_fail(n->context->segment, STATUS_NO_MEMORY, NULL);
        return false;
    }
    to->items = items;
    to->items[to->count++] = way;
    return true;
}

static int compare_ways(const void *x, const void *y)
{
    const struct way *a = x, *b = y;
    int order = compare(&a->whole, &b->whole);
    return order ? order : compare(&a->last, &b->last);
}

static void sort_ways(struct ways *w)
{
    size_t kept = 0;
    if (w->count == 0)
        return;
    qsort(w->items, w->count, sizeof *w->items, compare_ways);
    for (size_t i = 0; i < w->count; i++)
        if (kept == 0 || compare_ways(&w->items[kept - 1], &w->items[i]) != 0)
            w->items[kept++] = w->items[i];
    w->count = kept;
}

static struct match_span cover(struct match_span a, struct match_span b)
{
    return (struct match_span){a.start < b.start ? a.start : b.start,
                               a.end > b.end ? a.end : b.end};
}

/* What the next part of a chain is tied by. */
struct step {
    struct query_link link;
    struct parts parts;
    const struct match_spans *next;
    uint32_t length; /* of the longest of them */
};

static void extend_way(struct match_node *n, const struct step *s, struct way way,
                       struct ways *out)
{
    if (s->link.negative) {
        if (!has_linked(s->link, &s->parts, s->next, s->length, way.last, false))
            add_way(n, out, way);
        return;
    }
    struct match_span reach = reach_of(s->link, &s->parts, way.last, s->length);
    size_t k = first_start_at(s->next, reach.start);
    for (;; k++) {
        k = next_linked(s->link, &s->parts, s->next, k, reach, way.last, false);
        if (k == s->next->count)
            return;
        struct match_span last = s->next->items[k];
        if (!add_way(n, out, (struct way){cover(way.whole, last), last}))
            return;
    }
}

/* All ways to place the first part, then the first two, and so on. */
static void find_ways(struct match_node *n, struct ways *ways)
{
    struct ways longer = {0};
    const struct match_spans *first = match_spans(n->children[0], n->docid);
    for (size_t k = 0; k < first->count; k++)
        if (!add_way(n, ways, (struct way){first->items[k], first->items[k]}))
            break;
    for (size_t i = 1; i < n->child_count && ways->count > 0; i++) {
        struct step s = {.link = n->plan->links[i],
                         .next = match_spans(n->children[i], n->docid)};
        s.parts = parts_of(n, s.link);
        s.length = longest(s.next);
        longer.count = 0;
        for (size_t k = 0; k < ways->count; k++)
            extend_way(n, &s, ways->items[k], &longer);
        struct ways swap = *ways;
        *ways = longer;
        longer = swap;
        sort_ways(ways);
    }
    free(longer.items);
}

static void find_wholes(struct match_node *n)
{
    struct ways ways = {0};
    find_ways(n, &ways);
    n->spans.count = 0;
    for (size_t k = 0; k < ways.count; k++) {
        struct match_span s = ways.items[k].whole;
        bool good = !n->plan->one_quote ||
                    match_in_one_quote(n->context, n->docid, s.start, s.end);
        if (good && !add(n, &n->spans, s))
            break;
    }
    sort(&n->spans);
    free(ways.items);
}

bool match_near(struct match_node *n)
{
    if (n->plan->one_quote) {
        find_wholes(n);
        return n->spans.count > 0;
    }
    struct match_spans *chain = &n->spans;
    if (!copy_spans(n, match_spans(n->children[0], n->docid), chain))
        return false;
    for (size_t i = 1; i < n->child_count && chain->count > 0; i++)
        if (!link_next(n, i, chain))
            return false;
    return chain->count > 0;
}

/* Spans that share no word, as many as there can be: of two that do the one that ends
 * first stays. They are in order of their starts. */
bool match_at_least(struct match_node *n)
{
    const struct match_spans *s = match_spans(n->children[0], n->docid);
    uint32_t count = 0, end = 0; /* positions begin with 1 */
    for (size_t i = 0; i < s->count; i++) {
        bool apart = s->items[i].start > end;
        count += apart;
        if (apart || s->items[i].end < end)
            end = s->items[i].end;
    }
    return count >= n->plan->count;
}

/* --- spans --- */

static void add_phrases(struct match_node *n)
{
    uint32_t length = n->plan->elements[n->child_count - 1].offset;
    for (size_t k = 0; k < n->positions.count; k++) {
        uint32_t start = n->positions.items[k];
        uint32_t end = n->plan->slop > 0 ? match_phrase_end(n, start) : start + length;
        if (!add(n, &n->spans, (struct match_span){start, end}))
            return;
    }
}

static void add_words(struct match_node *n)
{
    const struct segment_positions *p = match_positions(n);
    for (size_t k = 0; k < p->count; k++)
        if (!add(n, &n->spans, (struct match_span){p->items[k], p->items[k]}))
            return;
}

static void add_alternatives(struct match_node *n, uint32_t docid)
{
    for (size_t i = 0; i < n->child_count; i++) {
        const struct match_spans *s = match_spans(n->children[i], docid);
        for (size_t k = 0; k < s->count; k++)
            if (!add(n, &n->spans, s->items[k]))
                return;
    }
    sort(&n->spans);
}

const struct match_spans *match_spans(struct match_node *n, uint32_t docid)
{
    bool here = n->docid == docid || match_move_to(n, docid) == docid;
    n->spans.count = 0; /* to find the next article may have left its spans there */
    if (!here)
        return &n->spans;
    switch (n->plan->kind) {
    case PLAN_PHRASE:
        add_phrases(n);
        break;
    case PLAN_TERM:
        add_words(n);
        break;
    case PLAN_OR:
        add_alternatives(n, docid);
        break;
    case PLAN_NEAR:
        find_wholes(n);
        break;
    case PLAN_AT_LEAST:
        copy_spans(n, match_spans(n->children[0], docid), &n->spans);
        break;
    default:
        break;
    }
    return &n->spans;
}
