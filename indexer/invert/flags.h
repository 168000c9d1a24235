/* flags.h - filter terms and the documents that have them, until they are sealed; for
 * this folder only. */
#ifndef INDEXER_INVERT_FLAGS_H
#define INDEXER_INVERT_FLAGS_H

#include "common/arena.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdint.h>

struct flag {
    struct slice text;
    uint32_t count; /* of documents, after flags_sort */
    uint32_t last;  /* docid */
    uint32_t *docids;
};

/* {0} is empty. */
struct flags {
    struct flag *items; /* as they were first seen; sorted by flags_sort */
    size_t count, capacity;
    uint32_t *slots; /* hash table of indices + 1 */
    size_t slot_count;
    struct entry {
        uint32_t flag, docid;
    } * entries;
    size_t entry_count, entry_capacity;
    uint32_t *docids; /* of all flags, after flags_sort */
    struct arena arena;
};

void flags_free(struct flags *f);

/* The document has the flag; docids ascend. NO_MEMORY. */
enum status flags_add(struct flags *f, struct slice text, uint32_t docid);

/* The last docid with the flag; 0 when there is none. */
uint32_t flags_find(const struct flags *f, struct slice text);

/* Sorts the flags bytewise and gives each its docids. Nothing can be added after. */
enum status flags_sort(struct flags *f);

size_t flags_bytes(const struct flags *f);

#endif
