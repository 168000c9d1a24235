#include "searcher/present/highlight.h"

#include <stdlib.h>

static enum status add(struct highlights *out, const struct token *t,
                       const struct plan_term *term)
{
    struct highlight *items =
        buffer_grow_array(out->items, &out->capacity, out->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    out->items = items;
    out->items[out->count++] = (struct highlight){t->start, t->end, term};
    return STATUS_OK;
}

static bool is_stem(const struct plan_term *term, struct slice stem)
{
    for (size_t i = 0; i < term->stem_count; i++)
        if (slice_equal(term->stems[i].text, stem))
            return true;
    return slice_equal(term->term, stem);
}

static bool is_word(const struct plan_term *term, const struct token *t)
{
    const struct text_word *w = t->word;
    bool stem = term->forms == FORMS_WIDE || is_stem(term, w->stem->text) ||
                (w->other_stem && is_stem(term, w->other_stem->text));
    return stem && plan_form_counts(term, w->form);
}

/* Tokens lie in order of their positions: the one of a phrase's element, or NULL. */
static const struct token *find_element(const struct token_list *tokens, size_t from,
                                        uint32_t position, const struct plan_term *term)
{
    for (size_t i = from; i < tokens->count && tokens->items[i].position <= position; i++)
        if (tokens->items[i].position == position && is_word(term, &tokens->items[i]))
            return &tokens->items[i];
    return NULL;
}

/* --- the tokens of a term --- */

/* A token of the text that is being looked at, by one of its stems. */
struct stem_entry {
    struct slice stem;
    uint32_t token;
};

/* The text, and what was found in it. The index is there when terms are many. */
struct finding {
    const struct token_list *tokens;
    struct budget *budget;
    struct highlights *out;
    struct stem_entry *index;
    size_t index_count;
    uint32_t *places; /* tokens of a term, in order */
    size_t place_count, place_capacity;
};

static int by_stem(const void *x, const void *y)
{
    const struct stem_entry *a = x, *b = y;
    int order = slice_compare(a->stem, b->stem);
    return order ? order : (a->token > b->token) - (a->token < b->token);
}

static bool make_index(struct finding *f)
{
    f->index = calloc(2 * f->tokens->count + 1, sizeof *f->index);
    if (!f->index)
        return false;
    for (uint32_t i = 0; i < f->tokens->count; i++) {
        const struct text_word *w = f->tokens->items[i].word;
        f->index[f->index_count++] = (struct stem_entry){w->stem->text, i};
        if (w->other_stem)
            f->index[f->index_count++] = (struct stem_entry){w->other_stem->text, i};
    }
    qsort(f->index, f->index_count, sizeof *f->index, by_stem);
    return true;
}

static bool add_place(struct finding *f, const struct plan_term *term, uint32_t token)
{
    if (!is_word(term, &f->tokens->items[token]))
        return true;
    uint32_t *places = buffer_grow_array(f->places, &f->place_capacity,
                                         f->place_count + 1, sizeof *places);
    if (!places)
        return false;
    f->places = places;
    f->places[f->place_count++] = token;
    return true;
}

/* Adds those that have the stem. */
static bool look_up(struct finding *f, const struct plan_term *term, struct slice stem)
{
    size_t low = 0, high = f->index_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(f->index[middle].stem, stem) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < f->index_count && slice_equal(f->index[low].stem, stem); low++)
        if (!add_place(f, term, f->index[low].token))
            return false;
    return true;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static bool find_places(struct finding *f, const struct plan_term *term)
{
    bool good = true;
    f->place_count = 0;
    if (!f->index || term->forms == FORMS_WIDE) {
        for (uint32_t i = 0; good && i < f->tokens->count && !budget_is_spent(f->budget);
             i++)
            good = add_place(f, term, i);
        return good;
    }
    good = look_up(f, term, term->term);
    for (size_t i = 0; good && i < term->stem_count; i++)
        good = look_up(f, term, term->stems[i].text);
    if (f->place_count > 1)
        qsort(f->places, f->place_count, sizeof *f->places, by_number);
    return good;
}

/* --- parts of a plan --- */

/* Every run of the phrase that begins with a token. */
static enum status find_phrases(const struct plan_node *n, struct finding *f)
{
    const struct plan_element *e = n->elements;
    size_t free_from = 0;
    if (!find_places(f, e[0].term))
        return STATUS_NO_MEMORY;
    for (size_t p = 0; p < f->place_count && !budget_is_spent(f->budget); p++) {
        size_t i = f->places[p], k = 0;
        if (i < free_from) /* runs do not overlap */
            continue;
        uint32_t start = f->tokens->items[i].position - e[0].offset;
        while (k < n->element_count &&
               (k == 0 || find_element(f->tokens, i, start + e[k].offset, e[k].term)))
            k++;
        const struct token *last = NULL;
        for (size_t j = 0; k == n->element_count && j < k; j++) {
            last = j == 0 ? &f->tokens->items[i]
                          : find_element(f->tokens, i, start + e[j].offset, e[j].term);
            if (add(f->out, last, e[j].term))
                return STATUS_NO_MEMORY;
        }
        if (last)
            free_from = (size_t)(last - f->tokens->items) + 1;
    }
    return STATUS_OK;
}

static enum status find_words(const struct plan_term *term, struct finding *f)
{
    if (term->filter || term->hidden)
        return STATUS_OK;
    if (!find_places(f, term))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < f->place_count; i++)
        if (add(f->out, &f->tokens->items[f->places[i]], term))
            return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status find(const struct plan_node *n, struct finding *f)
{
    enum status status = STATUS_OK;
    if (n->kind == PLAN_TERM)
        return find_words(n->term, f);
    if (n->kind == PLAN_PHRASE)
        return find_phrases(n, f);
    size_t i = 0;
    for (const struct plan_node *c = n->child;
         c && !status && !budget_is_spent(f->budget); c = c->next, i++)
        if (!plan_is_without(n, i))
            status = find(c, f);
    return status;
}

static int compare(const void *x, const void *y)
{
    const struct highlight *a = x, *b = y;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end); /* the longer first */
}

static enum status find_all(const struct plan *plan, const struct token_list *tokens,
                            struct budget *budget, struct highlights *out)
{
    enum { MANY_TERMS = 32 };
    struct finding f = {.tokens = tokens, .budget = budget, .out = out};
    enum status status = STATUS_NO_MEMORY;
    if (plan->term_count < MANY_TERMS || make_index(&f))
        status = find(plan->root, &f);
    free(f.index);
    free(f.places);
    return status;
}

enum status highlight_find(const struct plan *plan, struct tokeniser *tokeniser,
                           struct slice text, struct budget *budget,
                           struct token_list *tokens, struct highlights *out)
{
    tokens->count = tokens->next_position = tokens->next_group = 0;
    out->count = 0;
    enum status status = tokeniser_run(tokeniser, text, tokens);
    if (!status)
        status = find_all(plan, tokens, budget, out);
    if (status || out->count == 0)
        return status;
    qsort(out->items, out->count, sizeof *out->items, compare);
    size_t kept = 1;
    for (size_t i = 1; i < out->count; i++)
        if (out->items[i].start >= out->items[kept - 1].end)
            out->items[kept++] = out->items[i];
    out->count = kept;
    return STATUS_OK;
}
