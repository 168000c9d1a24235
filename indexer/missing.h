/* missing.h - articles that came from an input once and are there no more. */
#ifndef INDEXER_MISSING_H
#define INDEXER_MISSING_H

#include "common/index/writer.h"

/* The ids that a run has met, as hashes of 64 bits. {0} is empty. */
struct missing {
    uint64_t *slots; /* 0: free */
    size_t slot_count, count;
};

void missing_free(struct missing *m);

/* Notes an id that is there. NO_MEMORY. */
enum status missing_note(struct missing *m, struct slice id);

/* Removes the articles of the index as of its last commit that came from an origin and
 * were not noted; *removed grows by their number. */
enum status missing_remove(const struct missing *m, struct index_writer *writer,
                           struct slice origin, uint64_t *removed,
                           struct status_error *err);

#endif
