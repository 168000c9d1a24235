/* Where a segment knows its blocks, articles are looked for window by window: all of a
 * query whose parts are plain terms, and candidates of any other. */
#include "searcher/match/merged.h"
#include "searcher/match/node.h"
#include "searcher/match/window.h"

/* With more terms, sums in single precision might lose too much. */
enum { TERMS_MAX = 64 };

bool flat_is_verified(const struct match_node *n)
{
    return n->plan->kind == PLAN_PHRASE || n->plan->kind == PLAN_NEAR;
}

/* What is verified looks at positions when its words are there. */
static bool is_plain(const struct match_node *n, const struct match_node *term)
{
    bool verified = flat_is_verified(n);
    bool any = n->plan->kind == PLAN_OR || n->plan->kind == PLAN_BAG;
    return term->term && term->cursor && (verified || !term->needs_positions) &&
           (!any || term->term->weight > 0);
}

static bool is_flat(const struct match_node *n)
{
    const struct segment *s = n->context->segment;
    size_t count = n->child_count;
    if (!s->ops->cursor_read_block || count == 0 || count > TERMS_MAX)
        return false;
    switch (n->plan->kind) {
    case PLAN_OR:
    case PLAN_BAG:
    case PLAN_AND:
    case PLAN_PHRASE:
    case PLAN_NEAR:
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_plain(n, n->children[i]) || plan_is_without(n->plan, i))
            return false;
    return true;
}

bool flat_is_single(const struct match_node *n)
{
    return n->plan->kind == PLAN_TERM && is_plain(n, n) &&
           n->context->segment->ops->cursor_read_block;
}

bool flat_open(struct match_node *n)
{
    struct window_term terms[TERMS_MAX];
    if (!is_flat(n))
        return true;
    size_t count = n->child_count;
    for (size_t i = 0; i < count; i++)
        terms[i] =
            (struct window_term){n->children[i]->cursor, n->children[i]->term->weight};
    bool all = n->plan->kind == PLAN_AND || flat_is_verified(n);
    n->windows =
        windows_open(n->context->segment, n->context->plan, terms, count,
                     all ? WINDOW_ALL : WINDOW_ANY, n->bonus_bound, &n->context->arena);
    return n->windows != NULL;
}

static void seek_term(struct match_node *n, size_t i)
{
    struct match_node *term = n->children[i];
    bool there = windows_seek(n->windows, i, n->docid);
    term->wdf = there ? segment_cursor_wdf(term->cursor) : 0;
    term->docid = there ? n->docid : 0;
}

/* Most articles that have all words of a phrase do not have the two rarest as it wants:
 * the others need not be looked for. */
static bool has_pair(struct match_node *n)
{
    size_t a = windows_rarest(n->windows, 0), b = windows_rarest(n->windows, 1);
    seek_term(n, a);
    seek_term(n, b);
    return match_pair(n, a, b);
}

bool flat_stand(struct match_node *n, uint32_t docid, double minimum)
{
    n->docid = docid;
    if (n->plan->kind == PLAN_PHRASE && n->plan->slop == 0 && n->child_count > 2 &&
        !has_pair(n))
        return false;
    for (size_t i = 0; i < n->child_count; i++)
        seek_term(n, i);
    return !flat_is_verified(n) || match_verify(n, minimum);
}

/* --- screens --- */

struct screen {
    struct windows *windows;
    struct budget *budget;
    struct segment_cursor *cursors[TERMS_MAX]; /* its own: they stay where they are */
    size_t cursor_count;
    double bonuses; /* of all bags */
    uint32_t window;
    size_t found_at;
};

/* Adds the terms that score, but for those of which there must be none. False when there
 * are too many. */
static bool add_terms(struct screen *s, const struct match_node *n,
                      struct window_term *terms)
{
    s->bonuses += n->bonus_bound;
    if (n->term && n->term->weight > 0) {
        if (s->cursor_count == TERMS_MAX)
            return false;
        struct segment_cursor *c =
            n->merged ? merged_cursor(n->merged, &n->context->arena)
                      : segment_cursor_open(n->context->segment, n->term->term);
        if (!c)
            return false;
        s->cursors[s->cursor_count] = c;
        terms[s->cursor_count++] = (struct window_term){c, n->term->weight};
    }
    for (size_t i = 0; i < n->child_count; i++)
        if (!plan_is_without(n->plan, i) && !add_terms(s, n->children[i], terms))
            return false;
    return true;
}

struct screen *screen_open(struct match_node *root)
{
    struct match_context *c = root->context;
    struct window_term terms[TERMS_MAX];
    struct screen *s =
        c->segment->ops->cursor_read_block ? arena_alloc(&c->arena, sizeof *s) : NULL;
    if (!s)
        return NULL;
    *s = (struct screen){.window = UINT32_MAX, .budget = c->plan->budget};
    if (add_terms(s, root, terms) && s->cursor_count > 0)
        s->windows = windows_open(c->segment, c->plan, terms, s->cursor_count, WINDOW_ANY,
                                  0, &c->arena);
    if (s->windows)
        return s;
    screen_close(s);
    return NULL;
}

void screen_close(struct screen *s)
{
    for (size_t i = 0; s && i < s->cursor_count; i++)
        segment_cursor_close(s->cursors[i]);
}

uint32_t screen_next(struct screen *s, uint32_t target, double minimum)
{
    uint64_t matches = 0;
    double least = minimum - s->bonuses * BOUND_SLACK;
    if (least < 0)
        return target;
    for (uint32_t i = target / WINDOW_SIZE; i < windows_count(s->windows); i++) {
        if (budget_look(s->budget))
            return SEGMENT_END;
        if (windows_bound(s->windows, i) <= least)
            continue;
        if (s->window != i) {
            windows_find(s->windows, i, least, false, &matches);
            s->window = i;
            s->found_at = 0;
        }
        struct window_found f = windows_found(s->windows);
        for (; s->found_at < f.count; s->found_at++)
            if (f.docids[s->found_at] >= target && (double)f.bounds[s->found_at] > least)
                return f.docids[s->found_at];
    }
    return SEGMENT_END;
}
