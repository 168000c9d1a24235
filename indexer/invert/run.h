/* run.h - sorted terms that do not fit into memory, on the disk until they are sealed;
 * for this folder only.
 *
 * A run is a file without a name, which goes when it is closed. For each term it has: the
 * size of its text, the text, its document frequency, the number of its forms, for each
 * form its size, text and document frequency; then for each document the gap to its
 * docid, and of a word the number of its occurrences and, for each of them, the gap to
 * its position, in front of as many bits as the greatest form has, which hold its form.
 * All numbers are varints. */
#ifndef INDEXER_INVERT_RUN_H
#define INDEXER_INVERT_RUN_H

#include "indexer/invert/sink.h"

enum { RUN_BUFFER = 1 << 17 };

/* A run while it is written, and while it is read. */
struct run {
    struct term_sink head;
    int fd;
    uint8_t *buffer; /* of RUN_BUFFER bytes */
    size_t at, end;
    uint32_t docid;    /* the last one of the term */
    size_t form_count; /* of the term */
    unsigned form_bits;
    /* the term that is read */
    struct slice text;
    uint32_t doc_freq, left; /* documents in all, and not read yet */
    struct sealed_form *forms;
    struct arena *arena; /* of texts and forms: the caller's */
    struct sealed_positions positions, form_indices; /* of the posting that was read */
};

/* Makes an empty run in a folder. */
enum status run_open(struct run *r, const char *folder, struct status_error *err);
void run_close(struct run *r);

/* Ends the writing and goes to the beginning. */
enum status run_rewind(struct run *r, struct status_error *err);

/* Reads the next term: text, doc_freq, forms; they lie in arena. *found is false at the
 * end. What was not read of the term before must have been read. */
enum status run_next(struct run *r, struct arena *arena, bool *found,
                     struct status_error *err);

/* Reads the next posting of the term into positions and form_indices. */
enum status run_posting(struct run *r, uint32_t *docid, struct status_error *err);

#endif
