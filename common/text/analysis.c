#include "common/text/analysis.h"

#include "common/buffer.h"

#include <stdlib.h>

void text_analysis_free(struct text_analysis *a)
{
    if (!a)
        return;
    free(a->tokens.items);
    free(a->links.items);
    free(a->sentences.items);
    free(a->paragraphs.items);
    free(a->quotes.items);
    text_zones_free(&a->zones);
    *a = (struct text_analysis){0};
}

static enum status add_position(struct text_positions *p, uint32_t position)
{
    uint32_t *items =
        buffer_grow_array(p->items, &p->capacity, p->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    p->items = items;
    p->items[p->count++] = position;
    return STATUS_OK;
}

/* Walks over the body's tokens in order of their offsets. */
struct walk {
    const struct token *tokens;
    size_t count, at;
    uint32_t end_position; /* after the last token */
};

/* The position of the first word at or after the offset. Offsets must not decrease. */
static uint32_t position_at(struct walk *w, uint32_t offset)
{
    while (w->at < w->count && w->tokens[w->at].start < offset)
        w->at++;
    return w->at < w->count ? w->tokens[w->at].position : w->end_position;
}

/* The first position of every span that holds a word. */
static enum status add_starts(struct text_positions *out, const struct text_spans *spans,
                              struct walk w)
{
    for (size_t i = 0; i < spans->count; i++) {
        uint32_t first = position_at(&w, spans->items[i].start);
        bool repeats = out->count > 0 && out->items[out->count - 1] == first;
        if (first < w.end_position && !repeats && add_position(out, first))
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status add_quotes(struct text_analysis *a, struct walk w)
{
    const struct text_spans *quotes = &a->zones.quotes;
    for (size_t i = 0; i < quotes->count; i++) {
        uint32_t first = position_at(&w, quotes->items[i].start);
        uint32_t last = position_at(&w, quotes->items[i].end);
        if (last <= first || last - first > TEXT_QUOTE_WORDS_MAX)
            continue;
        if (add_position(&a->quotes, first) || add_position(&a->quotes, last))
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* One past the last position of the lead. */
static uint32_t find_lead_end(const struct text_analysis *a, struct walk w)
{
    const struct text_spans *paragraphs = &a->zones.paragraphs;
    uint32_t first = position_at(&w, 0);
    for (size_t i = 0; i < paragraphs->count; i++) {
        uint32_t end = position_at(&w, paragraphs->items[i].end);
        if (end - first >= TEXT_LEAD_WORDS)
            return end;
    }
    return w.end_position;
}

static enum status find_boundaries(struct text_analysis *a, struct slice body)
{
    size_t first = a->field_tokens[TEXT_BODY];
    struct walk w = {.tokens = a->tokens.items ? a->tokens.items + first : NULL,
                     .count = a->tokens.count - first,
                     .end_position = a->tokens.next_position};
    enum status status = text_zones_find(&a->zones, body);
    if (!status)
        status = add_starts(&a->paragraphs, &a->zones.paragraphs, w);
    if (!status)
        status = add_starts(&a->sentences, &a->zones.sentences, w);
    if (!status)
        status = add_quotes(a, w);
    if (!status)
        a->lead_end = find_lead_end(a, w);
    return status;
}

enum status text_analyse(struct text_analysis *a, struct tokeniser *t,
                         const struct text_parts *parts)
{
    enum status status = STATUS_OK;
    a->tokens.count = a->links.count = 0;
    a->tokens.next_position = TEXT_FIRST_POSITION;
    a->tokens.next_group = 0;
    a->sentences.count = a->paragraphs.count = a->quotes.count = 0;
    for (int f = 0; f < TEXT_FIELD_COUNT; f++) {
        a->field_tokens[f] = a->tokens.count;
        status = tokeniser_run(t, parts->fields[f], &a->tokens);
        if (status)
            return status;
        if (f == TEXT_TITLE)
            a->title_end = a->tokens.next_position;
        if (f != TEXT_BODY && a->tokens.count > a->field_tokens[f])
            a->tokens.next_position += TEXT_FIELD_GAP;
    }
    a->field_tokens[TEXT_FIELD_COUNT] = a->tokens.count;
    for (size_t i = 0; i < parts->link_count && !status; i++)
        status = tokeniser_run(t, parts->links[i], &a->links);
    return status ? status : find_boundaries(a, parts->fields[TEXT_BODY]);
}

bool text_stem_repeats(const struct token_list *tokens, size_t i,
                       const struct text_stem *stem)
{
    const struct token *items = tokens->items;
    for (size_t k = i; k > 0 && items[k - 1].position == items[i].position; k--)
        if (items[k - 1].word->stem == stem || items[k - 1].word->other_stem == stem)
            return true;
    return false;
}
