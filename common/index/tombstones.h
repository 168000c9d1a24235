/* tombstones.h - the articles of a sealed segment that were removed or replaced. */
#ifndef COMMON_INDEX_TOMBSTONES_H
#define COMMON_INDEX_TOMBSTONES_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

/* {0} with the number of documents is an empty set. */
struct tombstones {
    uint64_t *bits; /* bit docid; NULL while there is none */
    uint32_t documents;
    uint32_t count;
};

void tombstones_free(struct tombstones *t);

static inline bool tombstones_has(const struct tombstones *t, uint32_t docid)
{
    return t->bits && t->bits[docid / 64] >> (docid % 64) & 1;
}

/* Adds a document; one that is there or that cannot be is left alone. NO_MEMORY. */
enum status tombstones_add(struct tombstones *t, uint32_t docid);

/* Appends the set: how many there are, and the gaps between docids, as varints. */
enum status tombstones_encode(const struct tombstones *t, struct buffer *out);

/* Adds what was encoded. CORRUPT, NO_MEMORY. */
enum status tombstones_decode(struct tombstones *t, struct slice bytes);

/* A file of them: as encoded, and a checksum (8 bytes). It is flushed to the disk. */
enum status tombstones_write(const struct tombstones *t, const char *path,
                             struct status_error *err);
enum status tombstones_read(struct tombstones *t, const char *path,
                            struct status_error *err);

#endif
