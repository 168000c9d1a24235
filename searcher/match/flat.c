/* Nodes whose children are all plain terms are worked through window by window, where
 * the segment knows its blocks. */
#include "searcher/match/node.h"
#include "searcher/match/window.h"

/* With more terms, sums in single precision might lose too much. */
enum { TERMS_MAX = 64 };

/* A phrase looks at positions when its words are there. */
static bool is_plain(const struct match_node *n, const struct match_node *term)
{
    bool phrase = n->plan->kind == PLAN_PHRASE;
    bool any = n->plan->kind == PLAN_OR || n->plan->kind == PLAN_BAG;
    return term->term && term->cursor && (phrase || !term->needs_positions) &&
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
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_plain(n, n->children[i]))
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
    bool all = n->plan->kind == PLAN_AND || n->plan->kind == PLAN_PHRASE;
    n->windows =
        windows_open(n->context->segment, n->context->plan, terms, count,
                     all ? WINDOW_ALL : WINDOW_ANY, n->bonus_bound, &n->context->arena);
    n->window = UINT32_MAX;
    return n->windows != NULL;
}

static void seek_term(struct match_node *n, size_t i)
{
    struct match_node *term = n->children[i];
    bool there = windows_seek(n->windows, i, n->docid);
    term->wdf = there ? segment_cursor_wdf(term->cursor) : 0;
    term->docid = there ? n->docid : 0;
}

bool flat_stand(struct match_node *n, uint32_t docid, double minimum)
{
    n->docid = docid;
    for (size_t i = 0; i < n->child_count; i++)
        seek_term(n, i);
    return n->plan->kind != PLAN_PHRASE || match_phrase(n, minimum);
}

/* The first article at or after target among those that were found in the window. */
static uint32_t next_found(struct match_node *n, uint32_t target, double minimum)
{
    struct window_found f = windows_found(n->windows);
    for (; n->found_at < f.count; n->found_at++) {
        uint32_t docid = f.docids[n->found_at];
        if (docid >= target && (double)f.bounds[n->found_at] > minimum &&
            flat_stand(n, docid, minimum))
            return docid;
    }
    return SEGMENT_END;
}

uint32_t flat_advance(struct match_node *n, uint32_t target, double minimum)
{
    uint64_t matches = 0;
    for (uint32_t i = target / WINDOW_SIZE; i < windows_count(n->windows); i++) {
        if (windows_bound(n->windows, i) <= minimum)
            continue;
        if (n->window != i) {
            windows_find(n->windows, i, minimum, 0, false, &matches);
            windows_sort(n->windows);
            n->window = i;
            n->found_at = 0;
        }
        uint32_t docid = next_found(n, target, minimum);
        if (docid != SEGMENT_END)
            return n->docid = docid;
    }
    return n->docid = SEGMENT_END;
}
