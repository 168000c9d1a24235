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

/* Every run of the phrase that begins with a token. */
static enum status find_phrases(const struct plan_node *n,
                                const struct token_list *tokens, struct highlights *out)
{
    const struct plan_element *e = n->elements;
    for (size_t i = 0; i < tokens->count; i++) {
        size_t k = 0;
        if (!is_word(e[0].term, &tokens->items[i]))
            continue;
        uint32_t start = tokens->items[i].position - e[0].offset;
        while (k < n->element_count &&
               (k == 0 || find_element(tokens, i, start + e[k].offset, e[k].term)))
            k++;
        const struct token *last = NULL;
        for (size_t j = 0; k == n->element_count && j < k; j++) {
            last = j == 0 ? &tokens->items[i]
                          : find_element(tokens, i, start + e[j].offset, e[j].term);
            if (add(out, last, e[j].term))
                return STATUS_NO_MEMORY;
        }
        if (last) /* runs do not overlap */
            i = (size_t)(last - tokens->items);
    }
    return STATUS_OK;
}

static enum status find_words(const struct plan_term *term,
                              const struct token_list *tokens, struct highlights *out)
{
    if (term->filter || term->hidden)
        return STATUS_OK;
    for (size_t i = 0; i < tokens->count; i++)
        if (is_word(term, &tokens->items[i]) && add(out, &tokens->items[i], term))
            return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status find(const struct plan_node *n, const struct token_list *tokens,
                        struct highlights *out)
{
    enum status status = STATUS_OK;
    if (n->kind == PLAN_TERM)
        return find_words(n->term, tokens, out);
    if (n->kind == PLAN_PHRASE)
        return find_phrases(n, tokens, out);
    size_t i = 0;
    for (const struct plan_node *c = n->child; c && !status; c = c->next, i++)
        if (!plan_is_without(n, i))
            status = find(c, tokens, out);
    return status;
}

static int compare(const void *x, const void *y)
{
    const struct highlight *a = x, *b = y;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end < b->end) - (a->end > b->end); /* the longer first */
}

enum status highlight_find(const struct plan *plan, struct tokeniser *tokeniser,
                           struct slice text, struct token_list *tokens,
                           struct highlights *out)
{
    tokens->count = tokens->next_position = tokens->next_group = 0;
    out->count = 0;
    enum status status = tokeniser_run(tokeniser, text, tokens);
    if (!status)
        status = find(plan->root, tokens, out);
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
