#include "indexer/invert/sink.h"

#include <string.h>

static enum status begin_term(struct term_sink *sink, struct slice text,
                              uint32_t doc_freq, const struct sealed_form *forms,
                              size_t form_count, struct status_error *err)
{
    struct sealed_sink *s = (struct sealed_sink *)sink;
    s->left = doc_freq;
    return sealed_writer_term(s->writer, text, doc_freq, forms, form_count, err);
}

static enum status add_posting(struct term_sink *sink, uint32_t docid,
                               const uint32_t *positions, const uint32_t *forms,
                               size_t count, struct status_error *err)
{
    struct sealed_sink *s = (struct sealed_sink *)sink;
    struct sealed_postings *p = &s->staged;
    if (sealed_positions_reserve(&p->positions, count) ||
        sealed_positions_reserve(&p->forms, count))
        return status_no_memory(err);
    p->docids[p->count] = docid;
    p->occurrences[p->count++] = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        p->positions.items[p->positions.count++] = positions[i];
        p->forms.items[p->forms.count++] = forms[i];
    }
    s->left--;
    if (p->count < SEALED_BLOCK && s->left > 0)
        return STATUS_OK;
    enum status status = sealed_writer_postings(s->writer, p, err);
    p->count = p->positions.count = p->forms.count = 0;
    return status;
}

void sealed_sink_init(struct sealed_sink *s, struct sealed_writer *writer)
{
    *s = (struct sealed_sink){.head = {begin_term, add_posting}, .writer = writer};
}

void sealed_sink_free(struct sealed_sink *s)
{
    sealed_postings_free(&s->staged);
}
