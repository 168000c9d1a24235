#include "searcher/match/plan_text.h"

#include "searcher/match/plan_build.h"

#include <stdlib.h>

void plan_text_free(struct plan_text *t)
{
    free(t->items);
    *t = (struct plan_text){0};
}

static enum status add_word(struct plan_text *t, const struct text_stem *stem,
                            double amount)
{
    struct plan_text_word *items =
        buffer_grow_array(t->items, &t->capacity, t->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    t->items = items;
    t->items[t->count++] = (struct plan_text_word){stem, amount};
    return STATUS_OK;
}

enum status plan_text_add(struct plan_text *t, const struct text_analysis *analysis,
                          const struct analyser_fingerprint *weights, double amount,
                          bool numbers)
{
    const struct token_list *tokens = &analysis->tokens;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < tokens->count && !status; i++) {
        const struct token *token = &tokens->items[i];
        struct slice folded = token->word->folded;
        double weight = token->position < analysis->title_end  ? weights->title_weight
                        : token->position < analysis->lead_end ? weights->lead_weight
                                                               : 1;
        bool is_left_out = score_is_stop_word(folded.data, (unsigned)folded.size) ||
                           (!numbers && (token->word->flags & WORD_NUMBER));
        if (!is_left_out && folded.size > 0 &&
            !text_stem_repeats(tokens, i, token->word->stem))
            status = add_word(t, token->word->stem, weight * amount);
    }
    return status;
}

static int by_stem(const void *x, const void *y)
{
    const struct plan_text_word *a = x, *b = y;
    return slice_compare(a->stem->text, b->stem->text);
}

void plan_text_join(struct plan_text *t)
{
    size_t kept = 0;
    if (t->count == 0)
        return;
    qsort(t->items, t->count, sizeof *t->items, by_stem);
    for (size_t i = 1; i < t->count; i++) {
        if (slice_equal(t->items[kept].stem->text, t->items[i].stem->text))
            t->items[kept].amount += t->items[i].amount;
        else
            t->items[++kept] = t->items[i];
    }
    t->count = kept + 1;
}

static int by_amount(const void *x, const void *y)
{
    const struct plan_text_word *a = x, *b = y;
    if (a->amount != b->amount)
        return a->amount < b->amount ? 1 : -1;
    return by_stem(x, y);
}

void plan_text_cut(struct plan_text *t, size_t count)
{
    if (t->count > 1)
        qsort(t->items, t->count, sizeof *t->items, by_amount);
    t->count = t->count < count ? t->count : count;
}

static int by_weight(const void *x, const void *y)
{
    const struct plan_term *a = *(struct plan_term *const *)x;
    const struct plan_term *b = *(struct plan_term *const *)y;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return slice_compare(a->term, b->term);
}

enum status plan_text_node(struct plan *plan, const struct plan_text *text,
                           const struct score_parameters *parameters, uint64_t common,
                           const struct snapshot_list *snapshots, size_t limit,
                           struct plan_node **out, struct status_error *err)
{
    size_t first = plan->term_count;
    struct plan_node *any = build_node(plan, PLAN_OR);
    for (size_t i = 0; any && i < text->count; i++) {
        struct plan_term like = {.term = text->items[i].stem->text,
                                 .share = text->items[i].amount,
                                 .hidden = true};
        if (!build_term(plan, like))
            return status_no_memory(err);
    }
    enum status status = plan_weigh_terms(plan, first, parameters, snapshots, err);
    if (status)
        return status;
    struct plan_term **terms = plan->terms + first;
    size_t count = plan->term_count - first;
    for (size_t i = 0; i < count; i++)
        if (terms[i]->doc_freq > common)
            terms[i]->weight = 0;
    if (count > 1)
        qsort(terms, count, sizeof(struct plan_term *), by_weight);
    count = count > limit ? limit : count;
    while (count > 0 && terms[count - 1]->weight == 0)
        count--;
    plan->term_count = first + count;
    for (size_t i = first; any && i < plan->term_count; i++) {
        struct plan_node *n = build_node(plan, PLAN_TERM);
        if (!n)
            return status_no_memory(err);
        n->term = plan->terms[i];
        build_child(any, n);
    }
    *out = any ? build_collapsed(any) : NULL;
    return any ? STATUS_OK : status_no_memory(err);
}
