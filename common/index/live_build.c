#include "common/index/live.h"

#include "common/deflate.h"

#include <stdlib.h>

/* One word of the article under one of its stems. */
struct live_occurrence {
    const struct text_stem *stem;
    const struct text_word *word;
    uint32_t position;
    uint32_t weight;
};

enum status live_builder_init(struct live_builder *b, struct status_error *err)
{
    enum { LEVEL = 6 };
    *b = (struct live_builder){.document = xap_document_new(),
                               .packer = deflate_packer_new(LEVEL)};
    buffer_init(&b->packed, ARTICLE_RECORD_MAX);
    return b->document && b->packer ? STATUS_OK : status_no_memory(err);
}

void live_builder_free(struct live_builder *b)
{
    if (!b)
        return;
    xap_document_free(b->document);
    free(b->occurrences);
    buffer_free(&b->packed);
    deflate_packer_free(b->packer);
    *b = (struct live_builder){0};
}

static int compare_occurrences(const void *x, const void *y)
{
    const struct live_occurrence *a = x;
    const struct live_occurrence *b = y;
    if (a->stem->id != b->stem->id)
        return a->stem->id < b->stem->id ? -1 : 1;
    if (a->word->id != b->word->id)
        return a->word->id < b->word->id ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

static uint32_t weight_at(const struct live_article *in, uint32_t position)
{
    if (position < in->analysis->title_end)
        return in->title_weight;
    return position < in->analysis->lead_end ? in->lead_weight : 1;
}

/* Fills b->occurrences, sorted; *count of them. */
static enum status collect(struct live_builder *b, const struct live_article *in,
                           size_t *count, struct status_error *err)
{
    const struct token_list *tokens = &in->analysis->tokens;
    struct live_occurrence *items = buffer_grow_array(
        b->occurrences, &b->capacity, tokens->count * 2 + 1, sizeof *items);
    if (!items)
        return status_no_memory(err);
    b->occurrences = items;
    size_t n = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *t = &tokens->items[i];
        uint32_t weight = weight_at(in, t->position);
        if (!text_stem_repeats(tokens, i, t->word->stem))
            items[n++] =
                (struct live_occurrence){t->word->stem, t->word, t->position, weight};
        if (t->word->other_stem && !text_stem_repeats(tokens, i, t->word->other_stem))
            items[n++] = (struct live_occurrence){t->word->other_stem, t->word,
                                                  t->position, weight};
    }
    qsort(items, n, sizeof *items, compare_occurrences);
    *count = n;
    return STATUS_OK;
}

/* Adds every stem with its wdf and every form with its positions; sums the length. */
static enum status add_words(struct live_builder *b, const struct live_article *in,
                             uint32_t *length, struct status_error *err)
{
    size_t count = 0;
    enum status status = collect(b, in, &count, err);
    const struct live_occurrence *items = b->occurrences;
    struct schema_term form;
    *length = 0;
    for (size_t i = 0; i < count && !status;) {
        size_t stem_end = i;
        uint32_t wdf = 0;
        for (; stem_end < count && items[stem_end].stem == items[i].stem; stem_end++)
            wdf += items[stem_end].weight;
        status = xap_document_add_term(b->document, items[i].stem->text, wdf, err);
        *length += wdf;
        const struct text_word *word = NULL;
        for (; i < stem_end && !status; i++) {
            if (items[i].word != word) {
                word = items[i].word;
                schema_form_term(items[i].stem->text, word->form, &form);
            }
            status = xap_document_add_position(b->document, schema_slice(&form),
                                               items[i].position, err);
        }
    }
    return status;
}

static enum status add_boundary(struct live_builder *b, const char *term,
                                const struct text_positions *p, size_t first, size_t step,
                                struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = first; i < p->count && !status; i += step)
        status = xap_document_add_position(b->document, slice_of(term), p->items[i], err);
    return status;
}

static enum status add_boundaries(struct live_builder *b, const struct text_analysis *a,
                                  struct status_error *err)
{
    enum status status = add_boundary(b, SCHEMA_SENTENCE, &a->sentences, 0, 1, err);
    if (!status)
        status = add_boundary(b, SCHEMA_PARAGRAPH, &a->paragraphs, 0, 1, err);
    if (!status)
        status = add_boundary(b, SCHEMA_QUOTE, &a->quotes, 0, 2, err);
    return status ? status : add_boundary(b, SCHEMA_QUOTE_END, &a->quotes, 1, 2, err);
}

struct filter_context {
    struct xap_document *document;
    struct status_error *err;
};

static enum status add_filter(void *context, struct slice term)
{
    struct filter_context *c = context;
    return xap_document_add_term(c->document, term, 0, c->err);
}

static uint32_t count_words(const struct token_list *tokens)
{
    uint32_t words = 0;
    for (size_t i = 0; i < tokens->count; i++)
        words += tokens->items[i].kind == TOKEN_UNIT;
    return words;
}

static enum status set_columns(struct live_builder *b, const struct live_article *in,
                               uint32_t length, struct status_error *err)
{
    char bytes[SCHEMA_COLUMNS_SIZE];
    struct schema_columns columns = {.published_s = in->article->published_s,
                                     .length = length,
                                     .title_end = in->analysis->title_end,
                                     .lead_end = in->analysis->lead_end,
                                     .words = count_words(&in->analysis->tokens)};
    schema_columns_encode(&columns, bytes);
    enum status status = xap_document_set_value(b->document, LIVE_SLOT_COLUMNS,
                                                (struct slice){bytes, sizeof bytes}, err);
    struct slice hash = {(const char *)in->hash.bytes, sizeof in->hash.bytes};
    return status ? status
                  : xap_document_set_value(b->document, LIVE_SLOT_HASH, hash, err);
}

enum status live_build(struct live_builder *b, const struct live_article *in,
                       struct status_error *err)
{
    uint32_t length;
    struct filter_context context = {b->document, err};
    enum status status = xap_document_clear(b->document, err);
    if (!status)
        status = add_words(b, in, &length, err);
    if (!status)
        status = add_boundaries(b, in->analysis, err);
    if (!status)
        status =
            schema_each_filter(in->article, &in->analysis->links, add_filter, &context);
    if (!status)
        status = set_columns(b, in, length, err);
    if (status)
        return status;
    buffer_clear(&b->packed);
    status = deflate_pack(b->packer, in->record, &b->packed, err);
    struct slice data = {b->packed.data, b->packed.size};
    return status ? status : xap_document_set_data(b->document, data, err);
}
