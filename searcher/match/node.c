#include "searcher/match/node.h"

#include "searcher/match/merged.h"
#include "searcher/match/norms.h"

#include <math.h>
#include <stdlib.h>

/* --- opening --- */

static struct match_node *new_node(struct match_context *c, const struct plan_node *plan)
{
    struct match_node **nodes =
        buffer_grow_array(c->nodes, &c->node_capacity, c->node_count + 1, sizeof *nodes);
    struct match_node *n = nodes ? arena_alloc(&c->arena, sizeof *n) : NULL;
    if (nodes)
        c->nodes = nodes;
    if (!n)
        return NULL;
    *n = (struct match_node){.plan = plan, .context = c};
    c->nodes[c->node_count++] = n;
    return n;
}

/* No article of the segment gets a higher score from the term. The bounds of its blocks
 * hold for the parameters that the segment was sealed with. */
static double term_bound(struct match_context *c, const struct segment_cursor *cursor,
                         const struct plan_term *term)
{
    uint16_t most = 0;
    if (!cursor->bounds)
        return term->weight;
    for (uint32_t i = 0; i < cursor->block_count; i++)
        most = cursor->bounds[i] > most ? cursor->bounds[i] : most;
    double bound = (most + 1) / 65536.0 * c->bounds_factor;
    return term->weight * (bound < 1 ? bound : 1);
}

static struct match_node *open_term(struct match_context *c, const struct plan_node *plan,
                                    const struct plan_term *term)
{
    struct match_node *n = new_node(c, plan);
    if (!n)
        return NULL;
    n->term = term;
    if (term->stem_count > 0)
        n->merged = merged_open(c->segment, term, c->plan->budget);
    n->cursor = n->merged ? merged_cursor(n->merged, &c->arena)
                          : segment_cursor_open(c->segment, term->term);
    n->needs_positions = (term->forms != FORMS_ANY && !n->merged) ||
                         term->zone != QUERY_ANYWHERE || term->first > 0;
    if (!n->cursor || (term->stem_count > 0 && !n->merged))
        return NULL;
    n->bound = term_bound(c, n->cursor, term);
    return n;
}

static struct match_node *open_node(struct match_context *c,
                                    const struct plan_node *plan);

/* Children of OR and BAG in order of their bounds, for MaxScore. */
static bool order_children(struct match_node *n)
{
    n->order = arena_alloc(&n->context->arena, n->child_count * sizeof *n->order);
    n->bounds_behind =
        arena_alloc(&n->context->arena, (n->child_count + 1) * sizeof *n->bounds_behind);
    if (!n->order || !n->bounds_behind)
        return false;
    for (size_t i = 0; i < n->child_count; i++) {
        size_t at = i;
        while (at > 0 && n->children[n->order[at - 1]]->bound < n->children[i]->bound) {
            n->order[at] = n->order[at - 1];
            at--;
        }
        n->order[at] = i;
    }
    n->bounds_behind[n->child_count] = 0;
    for (size_t i = n->child_count; i-- > 0;)
        n->bounds_behind[i] = n->bounds_behind[i + 1] + n->children[n->order[i]]->bound;
    return true;
}

static bool open_children(struct match_node *n)
{
    const struct plan_node *plan = n->plan;
    size_t count = plan->kind == PLAN_PHRASE ? plan->element_count : plan->child_count;
    n->children = arena_alloc(&n->context->arena, (count + 1) * sizeof *n->children);
    if (!n->children)
        return false;
    for (size_t i = 0; plan->kind == PLAN_PHRASE && i < count; i++)
        n->children[n->child_count++] =
            open_term(n->context, plan, plan->elements[i].term);
    for (const struct plan_node *c = plan->child; c; c = c->next)
        n->children[n->child_count++] = open_node(n->context, c);
    for (size_t i = 0; i < n->child_count; i++) {
        if (!n->children[i])
            return false;
        if (!plan_is_without(plan, i))
            n->bound += n->children[i]->bound;
    }
    return true;
}

static struct match_node *open_node(struct match_context *c, const struct plan_node *plan)
{
    if (plan->kind == PLAN_TERM)
        return open_term(c, plan, plan->term);
    struct match_node *n = new_node(c, plan);
    if (!n || !open_children(n))
        return NULL;
    if (plan->kind == PLAN_ALL) {
        n->cursor = segment_cursor_open(c->segment, (struct slice){0});
        return n->cursor ? n : NULL;
    }
    if (plan->kind == PLAN_RECENCY)
        n->bound = n->bonus_bound = plan->recency.weight;
    if (plan->kind == PLAN_BAG) {
        const struct score_parameters *p = &c->plan->parameters;
        n->bonus_bound = (p->all_words + p->proximity) * plan->words_weight;
        n->bound += n->bonus_bound;
    }
    if (plan->kind == PLAN_PHRASE) {
        n->order = arena_alloc(&c->arena, n->child_count * sizeof *n->order);
        return n->order ? n : NULL;
    }
    bool ordered = plan->kind == PLAN_OR || plan->kind == PLAN_BAG;
    return !ordered || order_children(n) ? n : NULL;
}

enum status match_open(struct match_context *c, const struct plan *plan,
                       struct segment *segment, struct match_node **root)
{
    *c = (struct match_context){.plan = plan, .segment = segment};
    if (!segment_load_lengths(segment))
        return segment->failed;
    c->bounds_factor = norms_bounds_factor(segment, plan);
    *root = open_node(c, plan->root);
    if (!*root && !segment->failed)
        segment_fail(segment, STATUS_NO_MEMORY, NULL);
    return segment->failed;
}

void match_close(struct match_context *c)
{
    for (size_t i = 0; i < c->node_count; i++) {
        struct match_node *n = c->nodes[i];
        if (n->merged)
            merged_close(n->merged);
        else
            segment_cursor_close(n->cursor);
        segment_forms_free(&n->forms);
        free(n->positions.items);
        free(n->spans.items);
        free(n->linked.items);
    }
    for (size_t i = 0; i < MATCH_BOUNDARY_COUNT; i++)
        free(c->boundaries[i].positions.items);
    free(c->nodes);
    arena_free(&c->arena);
    *c = (struct match_context){0};
}

/* --- moving --- */

static bool is_out_of_time(const struct match_node *n)
{
    return budget_is_spent(n->context->plan->budget);
}

static double term_score(const struct match_node *n)
{
    const struct plan *plan = n->context->plan;
    if (n->term->weight == 0)
        return 0;
    uint32_t length = n->context->segment->lengths[n->docid];
    return score_term(&plan->parameters, &plan->collection, n->term->weight, n->wdf,
                      length);
}

/* Positions are read only where the article may score enough with the whole wdf. */
static uint32_t advance_term(struct match_node *n, uint32_t target, double minimum)
{
    for (;;) {
        n->docid = segment_cursor_advance(n->cursor, target);
        if (n->docid == SEGMENT_END || is_out_of_time(n))
            return n->docid = SEGMENT_END;
        n->wdf = segment_cursor_wdf(n->cursor);
        if (!n->needs_positions)
            return n->docid;
        if (minimum >= 0 && term_score(n) <= minimum) {
            target = n->docid + 1;
            continue;
        }
        uint32_t occurrences = (uint32_t)match_positions(n)->count;
        if (occurrences > 0) {
            n->wdf = occurrences < n->wdf ? occurrences : n->wdf;
            return n->docid;
        }
        target = n->docid + 1;
    }
}

/* An unknown date is before any range. */
static uint32_t advance_range(struct match_node *n, uint32_t target)
{
    struct segment *s = n->context->segment;
    const struct date_range *r = &n->plan->range;
    for (uint32_t d = target; d < s->docid_end && !is_out_of_time(n); d++) {
        int64_t number = segment_column(s, n->plan->column, d);
        if (number >= r->from && number < r->before)
            return n->docid = d;
    }
    return n->docid = SEGMENT_END;
}

static uint32_t advance_to(struct match_node *n, uint32_t target, double minimum)
{
    return n->docid >= target && n->docid != 0 ? n->docid
                                               : match_advance(n, target, minimum);
}

uint32_t match_move_to(struct match_node *n, uint32_t docid)
{
    return advance_to(n, docid, -1);
}

/* All children on one article; each must bring what the others cannot. */
static uint32_t align(struct match_node *n, uint32_t target, double minimum)
{
    for (size_t i = 0; i < n->child_count;) {
        struct match_node *c = n->children[i];
        if (plan_is_without(n->plan, i)) {
            i++;
            continue;
        }
        uint32_t d = advance_to(c, target, minimum - (n->bound - c->bound) * BOUND_SLACK);
        if (d == SEGMENT_END || is_out_of_time(n))
            return SEGMENT_END;
        if (d > target) {
            target = d;
            i = 0;
        } else {
            i++;
        }
    }
    return target;
}

static double sum_children(struct match_node *n);

static double phrase_score(const struct match_node *n)
{
    double sum = 0;
    for (size_t i = 0; i < n->child_count; i++)
        sum += term_score(n->children[i]);
    return sum;
}

bool match_verify(struct match_node *n, double minimum)
{
    if (minimum >= 0 && match_score(n) <= minimum)
        return false;
    switch (n->plan->kind) {
    case PLAN_PHRASE:
        return match_phrase(n);
    case PLAN_NEAR:
        return match_near(n);
    case PLAN_AT_LEAST:
        return match_at_least(n);
    default:
        return true;
    }
}

/* The words of a phrase need their positions only once all of them are there, and only
 * when the article would score enough. */
static uint32_t advance_phrase(struct match_node *n, uint32_t target, double minimum)
{
    for (;; target = n->docid + 1) {
        for (size_t i = 0; i < n->child_count;) {
            struct match_node *c = n->children[i];
            c->docid = segment_cursor_advance(c->cursor, target);
            if (c->docid == SEGMENT_END || is_out_of_time(n))
                return n->docid = SEGMENT_END;
            c->wdf = segment_cursor_wdf(c->cursor);
            if (c->docid > target) {
                target = c->docid;
                i = 0;
            } else {
                i++;
            }
        }
        n->docid = target;
        if (match_verify(n, minimum))
            return n->docid;
    }
}

/* Where the parts are looked for as those of AND are, and then where they stand. */
static uint32_t advance_placed(struct match_node *n, uint32_t target, double minimum)
{
    for (;; target = n->docid + 1) {
        n->docid = n->plan->kind == PLAN_NEAR
                       ? align(n, target, minimum)
                       : match_advance(n->children[0], target, minimum);
        if (n->docid == SEGMENT_END || is_out_of_time(n))
            return n->docid = SEGMENT_END;
        if (match_verify(n, minimum))
            return n->docid;
    }
}

/* MaxScore (Turtle and Flood 1995): children whose bounds together cannot lift an article
 * above the minimum do not bring up candidates. */
static uint32_t advance_or(struct match_node *n, uint32_t target, double minimum)
{
    size_t essential = n->child_count;
    while (essential > 0 &&
           (n->bounds_behind[essential - 1] + n->bonus_bound) * BOUND_SLACK <= minimum)
        essential--;
    uint32_t best = SEGMENT_END;
    for (size_t i = 0; i < essential; i++) {
        uint32_t d = advance_to(n->children[n->order[i]], target, -1);
        best = d < best ? d : best;
    }
    return n->docid = best;
}

static uint32_t advance_and_not(struct match_node *n, uint32_t target, double minimum)
{
    for (;; target = n->docid + 1) {
        n->docid = match_advance(n->children[0], target, minimum);
        if (n->docid == SEGMENT_END || is_out_of_time(n))
            return n->docid = SEGMENT_END;
        if (advance_to(n->children[1], n->docid, -1) != n->docid)
            return n->docid;
    }
}

uint32_t match_advance(struct match_node *n, uint32_t target, double minimum)
{
    if (n->docid == SEGMENT_END || n->bound * BOUND_SLACK <= minimum)
        return n->docid = SEGMENT_END;
    target = target > 0 ? target : 1;
    switch (n->plan->kind) {
    case PLAN_NOTHING:
        break;
    case PLAN_ALL:
        return n->docid = segment_cursor_advance(n->cursor, target);
    case PLAN_TERM:
        return advance_term(n, target, minimum);
    case PLAN_PHRASE:
        return advance_phrase(n, target, minimum);
    case PLAN_RANGE:
        return advance_range(n, target);
    case PLAN_RECENCY:
        if (target >= n->context->segment->docid_end)
            break;
        return n->docid = target;
    case PLAN_NEAR:
    case PLAN_AT_LEAST:
        return advance_placed(n, target, minimum);
    case PLAN_AND:
        return n->docid = align(n, target, minimum);
    case PLAN_OR:
    case PLAN_BAG:
        return advance_or(n, target, minimum);
    case PLAN_AND_NOT:
        return advance_and_not(n, target, minimum);
    case PLAN_MAYBE:
        return n->docid = match_advance(n->children[0], target,
                                        minimum - n->children[1]->bound * BOUND_SLACK);
    }
    return n->docid = SEGMENT_END;
}

/* --- scoring --- */

/* A child of OR, BAG or MAYBE may lag behind; those of a flat node stand where it does.
 */
static bool child_matches(struct match_node *n, size_t i)
{
    struct match_node *child = n->children[i];
    return n->windows ? child->docid == n->docid
                      : advance_to(child, n->docid, -1) == n->docid;
}

/* An article of tomorrow is as good as one of today. */
static double recency_score(const struct match_node *n)
{
    const struct plan_recency *r = &n->plan->recency;
    int64_t published = segment_column(n->context->segment, SEGMENT_PUBLISHED, n->docid);
    double age = (double)r->now_s - (double)published;
    return published == DATE_NONE ? 0
                                  : r->weight * exp2(age > 0 ? -age / r->half_life_s : 0);
}

static double sum_children(struct match_node *n)
{
    double sum = 0;
    for (size_t i = 0; i < n->child_count; i++)
        if (!plan_is_without(n->plan, i) && child_matches(n, i))
            sum += match_score(n->children[i]);
    return sum;
}

double match_score(struct match_node *n)
{
    double all_words, proximity, sum = 0;
    switch (n->plan->kind) {
    case PLAN_TERM:
        return term_score(n);
    case PLAN_PHRASE:
        return phrase_score(n);
    case PLAN_RECENCY:
        return recency_score(n);
    case PLAN_AND:
    case PLAN_OR:
    case PLAN_MAYBE:
    case PLAN_NEAR:
    case PLAN_AT_LEAST:
    case PLAN_AND_NOT:
        return sum_children(n);
    case PLAN_BAG:
        sum = sum_children(n);
        return sum + match_bag_bonus(n, sum, &all_words, &proximity);
    default:
        return 0;
    }
}

void match_explain(struct match_node *n,
                   void part(void *context, const struct plan_term *term,
                             const char *name, double value),
                   void *context)
{
    double all_words, proximity;
    bool is_phrase = n->plan->kind == PLAN_PHRASE;
    if (n->plan->kind == PLAN_TERM && n->term->weight > 0)
        part(context, n->term, NULL, term_score(n));
    if (n->plan->kind == PLAN_RECENCY)
        part(context, NULL, "recency", recency_score(n));
    if (n->plan->kind == PLAN_BAG)
        match_bag_bonus(n, INFINITY, &all_words, &proximity);
    for (size_t i = 0; i < n->child_count; i++) {
        if (is_phrase)
            part(context, n->children[i]->term, NULL, term_score(n->children[i]));
        else if (!plan_is_without(n->plan, i) && child_matches(n, i))
            match_explain(n->children[i], part, context);
    }
    if (n->plan->kind != PLAN_BAG)
        return;
    if (all_words > 0)
        part(context, NULL, "all words", all_words);
    if (proximity > 0)
        part(context, NULL, "proximity", proximity);
}
