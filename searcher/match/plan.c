#include "searcher/match/plan_build.h"
#include "searcher/match/wide.h"

#include <stdlib.h>

struct plan_node *build_node(struct plan *plan, enum plan_kind kind)
{
    struct plan_node *n = arena_alloc(&plan->arena, sizeof *n);
    if (n)
        *n = (struct plan_node){.kind = kind};
    return n;
}

void build_child(struct plan_node *parent, struct plan_node *child)
{
    if (parent->child)
        parent->last->next = child;
    else
        parent->child = child;
    parent->last = child;
    parent->child_count++;
}

static struct plan_node *node_of_two(struct plan *plan, enum plan_kind kind,
                                     struct plan_node *a, struct plan_node *b)
{
    struct plan_node *n = a && b ? build_node(plan, kind) : NULL;
    if (n) {
        build_child(n, a);
        build_child(n, b);
    }
    return n;
}

struct plan_node *plan_and(struct plan *plan, struct plan_node *a, struct plan_node *b)
{
    return node_of_two(plan, PLAN_AND, a, b);
}

struct plan_node *plan_or(struct plan *plan, struct plan_node *a, struct plan_node *b)
{
    return node_of_two(plan, PLAN_OR, a, b);
}

struct plan_node *plan_maybe(struct plan *plan, struct plan_node *a, struct plan_node *b)
{
    return node_of_two(plan, PLAN_MAYBE, a, b);
}

struct plan_node *plan_without(struct plan *plan, struct plan_node *a,
                               enum schema_filter filter, struct slice value)
{
    struct schema_term term;
    schema_filter_term(filter, value, &term);
    return node_of_two(plan, PLAN_AND_NOT, a,
                       build_term(plan, (struct plan_term){.term = schema_slice(&term),
                                                           .filter = true}));
}

struct plan_node *plan_all(struct plan *plan)
{
    return build_node(plan, PLAN_ALL);
}

struct plan_node *plan_range(struct plan *plan, enum segment_column column,
                             struct date_range range)
{
    struct plan_node *n = build_node(plan, PLAN_RANGE);
    if (n) {
        n->column = column;
        n->range = range;
    }
    return n;
}

struct plan_node *plan_recent(struct plan *plan, struct plan_node *n, double share,
                              double half_life_s, int64_t now_s)
{
    struct plan_node *recent = build_node(plan, PLAN_RECENCY);
    double weight = 0;
    for (size_t i = 0; i < plan->term_count; i++)
        weight += plan->terms[i]->weight;
    if (recent) /* where no word scores, the date alone tells */
        recent->recency =
            (struct plan_recency){weight > 0 ? share * weight : 1, half_life_s, now_s};
    return plan_maybe(plan, n, recent);
}

bool plan_form_counts(const struct plan_term *term, struct slice form)
{
    char folded[TEXT_WORD_MAX];
    if (term->forms == FORMS_ANY)
        return true;
    if (term->forms == FORMS_EXACT)
        return slice_equal(form, term->form);
    if (term->forms == FORMS_WIDE)
        return wide_matches(term->wide, form);
    return slice_equal((struct slice){folded, text_fold(form, folded)}, term->form);
}

bool build_expansion(struct builder *b, struct slice of, struct slice word)
{
    struct plan *plan = b->plan;
    for (size_t i = 0; i < plan->expansion_count; i++)
        if (slice_equal(plan->expansions[i].of, of) &&
            slice_equal(plan->expansions[i].word, word))
            return true;
    struct plan_expansion *items =
        buffer_grow_array(plan->expansions, &plan->expansion_capacity,
                          plan->expansion_count + 1, sizeof *items);
    char *copies[] = {arena_copy(&plan->arena, of.data, of.size),
                      arena_copy(&plan->arena, word.data, word.size)};
    if (items)
        plan->expansions = items;
    if (!items || !copies[0] || !copies[1])
        return false;
    items[plan->expansion_count++] =
        (struct plan_expansion){{copies[0], of.size}, {copies[1], word.size}};
    return true;
}

struct plan_node *build_collapsed(struct plan_node *n)
{
    if (!n->child)
        n->kind = PLAN_NOTHING;
    return n->child && !n->child->next ? n->child : n;
}

static struct plan_node *filter_node(struct builder *b, const struct query_node *q)
{
    struct schema_term term;
    schema_filter_term(q->filter, q->text, &term);
    return build_term(b->plan,
                      (struct plan_term){.term = schema_slice(&term), .filter = true});
}

static struct plan_node *not_node(struct builder *b, const struct query_node *child)
{
    return node_of_two(b->plan, PLAN_AND_NOT, build_node(b->plan, PLAN_ALL),
                       build_any(b, child));
}

/* An AND's NOTs are taken from the others, so that no list of all articles is needed. */
static struct plan_node *and_node(struct builder *b, const struct query_node *q)
{
    struct plan_node *must = build_node(b->plan, PLAN_AND);
    struct plan_node *without = build_node(b->plan, PLAN_OR);
    if (!must || !without)
        return NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        bool negative = c->kind == QUERY_NOT;
        struct plan_node *n = build_any(b, negative ? c->child : c);
        if (!n)
            return NULL;
        if (n->kind == PLAN_NOTHING) /* signs without a word */
            continue;
        build_child(negative ? without : must, n);
    }
    if (without->child_count == 0)
        return build_collapsed(must);
    if (must->child_count == 0)
        must->kind = PLAN_ALL;
    struct plan_node *n = build_node(b->plan, PLAN_AND_NOT);
    if (!n)
        return NULL;
    build_child(n, must->kind == PLAN_ALL ? must : build_collapsed(must));
    build_child(n, build_collapsed(without));
    return n;
}

static struct plan_node *or_node(struct builder *b, const struct query_node *q)
{
    struct plan_node *n = build_node(b->plan, PLAN_OR);
    for (const struct query_node *c = q->child; n && c; c = c->next) {
        struct plan_node *child = build_any(b, c);
        if (!child)
            return NULL;
        build_child(n, child);
    }
    return n ? build_collapsed(n) : NULL;
}

/* The words that may be there; stop words only when there are no others. */
static struct plan_node *should_node(struct builder *b, const struct query_node *q,
                                     bool stops)
{
    struct plan_node *bag = build_node(b->plan, PLAN_BAG);
    struct plan_node *outer_parts = b->parts;
    b->parts = build_node(b->plan, PLAN_OR);
    for (const struct query_node *c = q->child; bag && b->parts && c; c = c->next) {
        if (c->occur != QUERY_SHOULD)
            continue;
        if (c->kind == QUERY_WORD && !query_is_wide(c) && c->zone != QUERY_IN_LINKS) {
            if (build_words(b, c, bag, stops) < 0)
                return NULL;
            continue;
        }
        struct plan_node *n = build_any(b, c);
        if (!n)
            return NULL;
        if (n->kind != PLAN_NOTHING)
            build_child(bag, n);
    }
    struct plan_node *parts = b->parts;
    b->parts = outer_parts;
    if (!bag || !parts || !bag->child || !parts->child)
        return parts ? bag : NULL;
    return plan_maybe(b->plan, build_collapsed(bag), build_collapsed(parts));
}

bool build_is_filter(const struct query_node *q)
{
    if (q->kind != QUERY_OR)
        return q->kind == QUERY_FILTER || q->kind == QUERY_DATE ||
               q->kind == QUERY_LENGTH;
    for (const struct query_node *c = q->child; c; c = c->next)
        if (!build_is_filter(c))
            return false;
    return true;
}

static struct plan_node *bag_node(struct builder *b, const struct query_node *q)
{
    struct plan_node *must = build_node(b->plan, PLAN_AND);
    struct plan_node *without = build_node(b->plan, PLAN_OR);
    struct plan_node *should = should_node(b, q, false);
    bool words = false, any_must = false;
    if (!must || !without || !should)
        return NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        words |= c->occur == QUERY_SHOULD;
        if (c->occur == QUERY_SHOULD)
            continue;
        struct plan_node *n = build_any(b, c);
        if (!n)
            return NULL;
        if (n->kind == PLAN_NOTHING)
            continue;
        any_must |= c->occur == QUERY_MUST && !build_is_filter(c);
        build_child(c->occur == QUERY_MUST ? must : without, n);
    }
    if (words && should->child_count == 0)
        should = should_node(b, q, true);
    if (!should)
        return NULL;
    struct plan_node *n = should->child ? build_collapsed(should) : NULL;
    if (must->child_count > 0) {
        struct plan_node *all = build_collapsed(must);
        if (n && any_must) { /* the words only add to the score */
            n = plan_maybe(b->plan, all, n);
        } else {
            n = n ? plan_and(b->plan, n, all) : all;
        }
    }
    if (!n)
        n = build_node(b->plan, words ? PLAN_NOTHING : PLAN_ALL);
    if (!n || without->child_count == 0)
        return n;
    struct plan_node *rest = build_node(b->plan, PLAN_AND_NOT);
    if (!rest)
        return NULL;
    build_child(rest, n);
    build_child(rest, build_collapsed(without));
    return rest;
}

struct plan_node *build_any(struct builder *b, const struct query_node *q)
{
    switch (q->kind) {
    case QUERY_NOTHING:
        break;
    case QUERY_WORD:
        return build_word(b, q);
    case QUERY_PHRASE:
        return build_quoted(b, q);
    case QUERY_FILTER:
        return filter_node(b, q);
    case QUERY_DATE:
        return plan_range(b->plan, SEGMENT_PUBLISHED, q->range);
    case QUERY_LENGTH:
        return plan_range(
            b->plan, SEGMENT_WORDS,
            (struct date_range){q->lengths.from, (int64_t)q->lengths.to + 1});
    case QUERY_NEAR:
    case QUERY_AT_LEAST:
        return build_near(b, q);
    case QUERY_AND:
        return and_node(b, q);
    case QUERY_OR:
        return or_node(b, q);
    case QUERY_NOT:
        return not_node(b, q->child);
    case QUERY_BAG:
        return bag_node(b, q);
    }
    return build_node(b->plan, PLAN_NOTHING);
}

enum status plan_make(struct plan *plan, struct query *query,
                      const struct plan_reading *reading,
                      const struct snapshot_list *snapshots,
                      const struct score_parameters *parameters, struct status_error *err)
{
    *plan = (struct plan){.parameters = *parameters, .budget = reading->budget};
    if (!plan->budget)
        plan->budget = &plan->endless;
    struct builder b = {
        .plan = plan, .query = query, .reading = reading, .snapshots = snapshots};
    plan->root = build_any(&b, query->root);
    for (size_t l = 0; l < ANALYSER_LANGUAGES_MAX; l++)
        free(b.tokens[l].items);
    if (!plan->root)
        return status_no_memory(err);
    return plan_weigh(plan, snapshots, err);
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->terms);
    free(plan->expansions);
    arena_free(&plan->arena);
    *plan = (struct plan){0};
}
