#include "tests/differential/language_tree.h"

#include <stdio.h>
#include <stdlib.h>

struct tree *tree_new(struct arena *arena, enum tree_kind kind)
{
    struct tree *t = arena_alloc(arena, sizeof *t);
    if (!t) {
        puts("no memory");
        exit(2);
    }
    *t = (struct tree){.kind = kind};
    return t;
}

void tree_append(struct tree *parent, struct tree *child)
{
    struct tree **end = &parent->child;
    while (*end)
        end = &(*end)->next;
    *end = child;
}

bool tree_is_filter(const struct tree *t)
{
    return t->kind == TREE_SOURCE || t->kind == TREE_SECTION || t->kind == TREE_DATE ||
           t->kind == TREE_LENGTH;
}

static bool is_word(const struct tree *t)
{
    return t->kind == TREE_WORD || t->kind == TREE_PHRASE;
}

bool tree_is_quoted(const struct tree *t)
{
    if (!t->child)
        return is_word(t) && t->zone == ZONE_QUOTE;
    for (const struct tree *c = t->child; c; c = c->next)
        if (!tree_is_quoted(c))
            return false;
    return true;
}

/* --- zones and FIRST --- */

static struct tree *settle(struct tree *t, enum tree_zone zone, unsigned first)
{
    if (t->kind == TREE_ZONE)
        return settle(t->child, t->zone, first);
    if (t->kind == TREE_FIRST)
        return settle(t->child, zone, first && first < t->number ? first : t->number);
    if (is_word(t)) {
        t->zone = zone;
        t->first = first;
        if (zone == ZONE_LINKS)
            t->kind = TREE_LINKED;
    }
    struct tree *rest = t->child;
    t->child = NULL;
    while (rest) {
        struct tree old = *rest, *c = settle(rest, zone, first);
        c->sign = old.sign;
        c->link = old.link;
        c->distance = old.distance;
        c->negative = old.negative;
        c->next = NULL;
        if (t->kind == TREE_BAG && c->sign != '-' && tree_is_filter(c))
            c->sign = SIGN_FILTER;
        tree_append(t, c);
        rest = old.next;
    }
    return t;
}

struct tree *tree_settle(struct tree *t)
{
    return settle(t, ZONE_ANYWHERE, 0);
}

/* --- what has no places is taken out --- */

static bool has_places(const struct tree *t)
{
    if (is_word(t))
        return true;
    if (t->kind != TREE_OR && t->kind != TREE_BAG && t->kind != TREE_NEAR &&
        t->kind != TREE_AT_LEAST)
        return false;
    for (const struct tree *c = t->child; c; c = c->next)
        if (!has_places(c) || (t->kind == TREE_BAG && c->sign))
            return false;
    return true;
}

static struct tree *copy(struct arena *arena, const struct tree *t)
{
    struct tree *n = tree_new(arena, t->kind);
    *n = *t;
    n->next = NULL;
    return n;
}

static struct tree *join(struct arena *arena, enum tree_kind kind, struct tree *a,
                         struct tree *b)
{
    struct tree *n = tree_new(arena, kind);
    if (a)
        tree_append(n, a);
    if (b)
        tree_append(n, b);
    return n;
}

/* The chain with another part in the place of one; without it when that is NULL, and then
 * what it must not be near is nothing to look for either when it was the first. */
static struct tree *with(struct arena *arena, const struct tree *t,
                         const struct tree *part, const struct tree *instead)
{
    struct tree *n = copy(arena, t);
    n->child = NULL;
    for (const struct tree *c = t->child; c; c = c->next) {
        if (c == part && !instead)
            continue;
        if (!n->child && c->negative && c != t->child)
            continue;
        struct tree *k = copy(arena, c == part ? instead : c);
        k->link = c->link;
        k->distance = c->distance;
        k->negative = c->negative && n->child;
        tree_append(n, k);
    }
    return n;
}

/* A bag as AND, OR and NOT. Filters of one field are alternatives. */
static struct tree *bag_as_boolean(struct arena *arena, const struct tree *bag)
{
    struct tree *all = tree_new(arena, TREE_AND), *any = tree_new(arena, TREE_OR);
    struct tree *filters = tree_new(arena, TREE_BAG);
    bool must = false;
    for (const struct tree *c = bag->child; c; c = c->next) {
        struct tree *k = copy(arena, c);
        must |= c->sign == '+';
        if (c->sign == SIGN_FILTER)
            tree_append(filters, k);
        else if (c->sign == '-')
            tree_append(all, join(arena, TREE_NOT, k, NULL));
        else
            tree_append(c->sign ? all : any, k);
    }
    if (!must && any->child)
        tree_append(all, any);
    /* A bag of filters alone has no places, so it goes on as one filter. */
    if (filters->child)
        tree_append(all, filters);
    return all;
}

static bool is_bag_of_filters(const struct tree *t)
{
    for (const struct tree *c = t->child; c; c = c->next)
        if (c->sign != SIGN_FILTER)
            return false;
    return t->kind == TREE_BAG;
}

/* The chain (or ATLEAST) without the part; NULL when nothing is left. */
static struct tree *without(struct arena *arena, const struct tree *t,
                            const struct tree *part)
{
    struct tree *n = with(arena, t, part, NULL);
    if (t->kind == TREE_AT_LEAST || !n->child)
        return NULL;
    return tree_spread(arena, n->child->next ? n : n->child);
}

static struct tree *take_out(struct arena *arena, const struct tree *t,
                             const struct tree *part)
{
    if (part->kind == TREE_BAG && !is_bag_of_filters(part)) {
        struct tree *boolean = bag_as_boolean(arena, part);
        return tree_spread(arena, with(arena, t, part, boolean));
    }
    struct tree *n = tree_new(arena, part->kind == TREE_OR ? TREE_OR : TREE_AND);
    if (part->kind == TREE_OR || part->kind == TREE_AND) {
        for (const struct tree *k = part->child; k; k = k->next)
            tree_append(n, tree_spread(arena, with(arena, t, part, k)));
        return n;
    }
    struct tree *rest = without(arena, t, part);
    struct tree *own = copy(arena, part);
    if (part->kind == TREE_NOT) {
        struct tree *near = tree_spread(arena, with(arena, t, part, part->child));
        own = join(arena, TREE_NOT, near, NULL);
    }
    return join(arena, TREE_AND, rest, own);
}

/* Of what must not be near any place counts. */
static void append_places(struct arena *arena, struct tree *to, const struct tree *t)
{
    if (has_places(t)) {
        tree_append(to, copy(arena, t));
        return;
    }
    for (const struct tree *c = t->child; c && t->kind != TREE_NOT; c = c->next)
        if (t->kind != TREE_BAG || c->sign != '-')
            append_places(arena, to, c);
}

struct tree *tree_spread(struct arena *arena, const struct tree *t)
{
    struct tree *n = copy(arena, t);
    n->child = NULL;
    for (const struct tree *c = t->child; c; c = c->next) {
        struct tree *k = tree_spread(arena, c);
        k->sign = c->sign;
        k->link = c->link;
        k->distance = c->distance;
        k->negative = c->negative;
        tree_append(n, k);
    }
    if (t->kind != TREE_NEAR && t->kind != TREE_AT_LEAST)
        return n;
    for (struct tree *c = n->child; c; c = c->next) {
        if (has_places(c))
            continue;
        if (!c->negative)
            return take_out(arena, n, c);
        struct tree like = *c;
        struct tree places = {.kind = TREE_OR};
        append_places(arena, &places, c);
        *c = places;
        c->next = like.next;
        c->link = like.link;
        c->distance = like.distance;
        c->negative = true;
    }
    return n;
}
