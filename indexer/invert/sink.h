/* sink.h - where sorted terms go: into a sealed segment, or into a run on the disk; for
 * this folder only. */
#ifndef INDEXER_INVERT_SINK_H
#define INDEXER_INVERT_SINK_H

#include "common/sealed/sealed.h"

/* Terms come in order, the postings of each by docid. A word has forms (at least one); a
 * flag has none, and its postings have no occurrences. */
struct term_sink {
    enum status (*term)(struct term_sink *sink, struct slice text, uint32_t doc_freq,
                        const struct sealed_form *forms, size_t form_count,
                        struct status_error *err);
    /* One document of the term: positions, and for each the index of its form. */
    enum status (*posting)(struct term_sink *sink, uint32_t docid,
                           const uint32_t *positions, const uint32_t *forms, size_t count,
                           struct status_error *err);
};

/* Into a sealed segment, block by block. */
struct sealed_sink {
    struct term_sink head;
    struct sealed_writer *writer;
    struct sealed_postings staged;
    uint32_t left; /* postings of the term that are to come */
};

void sealed_sink_init(struct sealed_sink *s, struct sealed_writer *writer);
void sealed_sink_free(struct sealed_sink *s);

#endif
