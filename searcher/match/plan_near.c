/* Parts that stand near each other. Only words have places: what else is between the
 * brackets beside `w/5` is lifted out of it, `(a AND b) w/5 c` as `a w/5 c AND b w/5 c`.
 */
#include "searcher/match/plan_build.h"

#include <string.h>

/* So many parts near each other come from one written `w/5` at most. */
enum { LIFTED_MAX = 256 };

struct lifting {
    struct builder *builder;
    unsigned made;
    bool failed; /* no memory */
};

static bool has_places(const struct query_node *q)
{
    switch (q->kind) {
    case QUERY_WORD:
    case QUERY_PHRASE:
        return q->zone != QUERY_IN_LINKS;
    case QUERY_OR:
    case QUERY_BAG:
    case QUERY_NEAR:
    case QUERY_AT_LEAST:
        for (const struct query_node *c = q->child; c; c = c->next)
            if (!has_places(c) || (q->kind == QUERY_BAG && c->occur != QUERY_SHOULD))
                return false;
        return true;
    default:
        return false;
    }
}

static struct query_node *new_node(struct lifting *l, struct query_node like)
{
    struct query_node *n = arena_alloc(&l->builder->query->arena, sizeof *n);
    static struct query_node nothing;
    if (!n) {
        l->failed = true;
        return &nothing;
    }
    *n = like;
    n->next = NULL;
    return n;
}

static void append(struct query_node *parent, struct query_node *child)
{
    struct query_node **end = &parent->child;
    while (*end)
        end = &(*end)->next;
    *end = child;
}

/* Appends a copy of each child of `from`, but `instead` (or nothing) of one. What must
 * not be near something is left out with it: it may be anywhere else. */
static void append_children(struct lifting *l, struct query_node *to,
                            const struct query_node *from, const struct query_node *old,
                            const struct query_node *instead)
{
    for (const struct query_node *c = from->child; c; c = c->next) {
        bool lost = !to->child && c != from->child && c->link.negative;
        if ((c == old && !instead) || lost)
            continue;
        struct query_node *copy = new_node(l, c == old ? *instead : *c);
        copy->occur = QUERY_SHOULD;
        copy->link = c->link;
        append(to, copy);
    }
}

static struct query_node *lift(struct lifting *l, const struct query_node *q);

/* The node with `instead` in the place of a child. */
static struct query_node *with(struct lifting *l, const struct query_node *q,
                               const struct query_node *old,
                               const struct query_node *instead)
{
    struct query_node *n = new_node(l, *q);
    n->child = NULL;
    append_children(l, n, q, old, instead);
    return lift(l, n);
}

/* The node without a child; NULL when nothing is left. */
static struct query_node *without(struct lifting *l, const struct query_node *q,
                                  const struct query_node *old)
{
    struct query_node *n = new_node(l, *q);
    n->child = NULL;
    append_children(l, n, q, old, NULL);
    if (!n->child || q->kind == QUERY_AT_LEAST)
        return NULL;
    return n->child->next ? lift(l, n) : n->child;
}

/* All that has places below q, as alternatives. */
static void append_places(struct lifting *l, struct query_node *to,
                          const struct query_node *q)
{
    if (has_places(q)) {
        append(to, new_node(l, *q));
        return;
    }
    for (const struct query_node *c = q->child; c && q->kind != QUERY_NOT; c = c->next)
        if (q->kind != QUERY_BAG || c->occur != QUERY_MUST_NOT)
            append_places(l, to, c);
}

static struct query_node *places_only(struct lifting *l, const struct query_node *q)
{
    struct query_node *n = new_node(l, (struct query_node){.kind = QUERY_OR});
    append_places(l, n, q);
    return n;
}

static struct query_node *negated(struct lifting *l, struct query_node *n)
{
    struct query_node *not = new_node(l, (struct query_node){.kind = QUERY_NOT});
    append(not, n);
    return not ;
}

/* A bag as AND, OR and NOT: what may be there counts only when no word must. */
static struct query_node *as_boolean(struct lifting *l, const struct query_node *bag)
{
    struct query_node *all = new_node(l, (struct query_node){.kind = QUERY_AND});
    struct query_node *any = new_node(l, (struct query_node){.kind = QUERY_OR});
    bool must = false;
    for (const struct query_node *c = bag->child; c; c = c->next) {
        struct query_node *copy = new_node(l, *c);
        copy->occur = QUERY_SHOULD;
        must |= c->occur == QUERY_MUST && !build_is_filter(c);
        if (c->occur == QUERY_SHOULD)
            append(any, copy);
        else
            append(all, c->occur == QUERY_MUST ? copy : negated(l, copy));
    }
    if (!must && any->child)
        append(all, any);
    return all;
}

/* Child c of q, which has no places, is taken out of it. */
static struct query_node *lift_out(struct lifting *l, const struct query_node *q,
                                   const struct query_node *c)
{
    if (c->kind == QUERY_BAG)
        return with(l, q, c, as_boolean(l, c));
    if (c->kind == QUERY_OR || c->kind == QUERY_AND) {
        struct query_node *n = new_node(l, (struct query_node){.kind = c->kind});
        for (const struct query_node *k = c->child; k; k = k->next)
            append(n, new_node(l, *with(l, q, c, k)));
        return n;
    }
    struct query_node *n = new_node(l, (struct query_node){.kind = QUERY_AND});
    struct query_node *rest = without(l, q, c);
    if (rest)
        append(n, new_node(l, *rest));
    if (c->kind == QUERY_NOT)
        append(n, negated(l, new_node(l, *with(l, q, c, c->child))));
    else
        append(n, new_node(l, *c));
    return n;
}

/* The query, in which only what has places is near something. */
static struct query_node *lift(struct lifting *l, const struct query_node *q)
{
    struct query_node *n = new_node(l, *q);
    if (q->kind != QUERY_NEAR && q->kind != QUERY_AT_LEAST)
        return n;
    n->child = NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        struct query_node *copy = new_node(l, *lift(l, c));
        copy->link = c->link;
        append(n, copy);
    }
    for (struct query_node *c = n->child, *next; c && !l->failed; c = next) {
        next = c->next;
        if (has_places(c))
            continue;
        if (!c->link.negative && l->made++ < LIFTED_MAX)
            return lift_out(l, n, c);
        if (l->made == LIFTED_MAX + 1)
            query_warn(
                l->builder->query,
                "more than %d ways to stand near each other; groups were read as OR",
                LIFTED_MAX);
        struct query_node *places = places_only(l, c);
        places->link = c->link;
        places->next = next;
        for (struct query_node **at = &n->child; *at; at = &(*at)->next)
            if (*at == c) {
                *at = places;
                break;
            }
    }
    return n;
}

/* --- the plan of what has places --- */

static struct plan_node *placed_node(struct builder *b, const struct query_node *q);

static bool is_in_quotes(const struct query_node *q)
{
    if (!q->child)
        return q->zone == QUERY_IN_QUOTE;
    for (const struct query_node *c = q->child; c; c = c->next)
        if (!is_in_quotes(c))
            return false;
    return true;
}

static struct plan_node *near_node(struct builder *b, const struct query_node *q)
{
    size_t count = 0;
    for (const struct query_node *c = q->child; c; c = c->next)
        count++;
    struct plan_node *n = build_node(b->plan, PLAN_NEAR);
    if (n)
        n->links = arena_alloc(&b->plan->arena, (count + 1) * sizeof *n->links);
    if (!n || !n->links)
        return NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        struct plan_node *part = placed_node(b, c);
        if (!part)
            return NULL;
        bool lost = n->child_count == 0 && c != q->child && c->link.negative;
        if (part->kind == PLAN_NOTHING || lost) /* signs without a word */
            continue;
        n->links[n->child_count] = c->link;
        build_child(n, part);
    }
    n->one_quote = is_in_quotes(q);
    return build_collapsed(n);
}

static struct plan_node *at_least_node(struct builder *b, const struct query_node *q)
{
    struct plan_node *n = build_node(b->plan, PLAN_AT_LEAST);
    struct plan_node *part = n ? placed_node(b, q->child) : NULL;
    if (!part || part->kind == PLAN_NOTHING)
        return part;
    n->count = q->count;
    build_child(n, part);
    return n;
}

static struct plan_node *any_of(struct builder *b, const struct query_node *q)
{
    struct plan_node *n = build_node(b->plan, PLAN_OR);
    for (const struct query_node *c = q->child; n && c; c = c->next) {
        struct plan_node *part = placed_node(b, c);
        if (!part)
            return NULL;
        if (part->kind != PLAN_NOTHING)
            build_child(n, part);
    }
    return n ? build_collapsed(n) : NULL;
}

static struct plan_node *placed_node(struct builder *b, const struct query_node *q)
{
    switch (q->kind) {
    case QUERY_WORD:
        return build_placed_word(b, q);
    case QUERY_PHRASE:
        return build_quoted(b, q);
    case QUERY_NEAR:
        return near_node(b, q);
    case QUERY_AT_LEAST:
        return at_least_node(b, q);
    default:
        return any_of(b, q);
    }
}

struct plan_node *build_near(struct builder *b, const struct query_node *q)
{
    struct lifting l = {.builder = b};
    struct query_node *lifted = lift(&l, q);
    if (l.failed)
        return NULL;
    bool placed = lifted->kind == QUERY_NEAR || lifted->kind == QUERY_AT_LEAST;
    return placed ? placed_node(b, lifted) : build_any(b, lifted);
}
