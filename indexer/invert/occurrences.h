/* occurrences.h - millions of occurrences of words, sorted by word; for this folder only.
 *
 * They lie in small chunks. Sorting hands each chunk back as soon as it is read, so that
 * it needs hardly more memory than the occurrences themselves. */
#ifndef INDEXER_INVERT_OCCURRENCES_H
#define INDEXER_INVERT_OCCURRENCES_H

#include "common/status.h"
#include "common/text/analysis.h"

#include <stddef.h>
#include <stdint.h>

enum {
    OCCURRENCE_KEY_BITS = 24,
    OCCURRENCE_DOCUMENT_BITS = 18,
    OCCURRENCE_POSITION_BITS = 22,
    OCCURRENCE_KEYS = 1 << OCCURRENCE_KEY_BITS,
    OCCURRENCE_DOCUMENTS = 1 << OCCURRENCE_DOCUMENT_BITS,
    OCCURRENCE_POSITIONS = 1 << OCCURRENCE_POSITION_BITS
};

_Static_assert((int)TEXT_POSITIONS_MAX < (int)OCCURRENCE_POSITIONS, "positions fit");

/* From the high bits: key, document, position. */
typedef uint64_t occurrence;

static inline occurrence occurrence_make(uint32_t key, uint32_t document,
                                         uint32_t position)
{
    return (uint64_t)key << (OCCURRENCE_DOCUMENT_BITS + OCCURRENCE_POSITION_BITS) |
           (uint64_t)document << OCCURRENCE_POSITION_BITS | position;
}

static inline uint32_t occurrence_key(occurrence o)
{
    return (uint32_t)(o >> (OCCURRENCE_DOCUMENT_BITS + OCCURRENCE_POSITION_BITS));
}

static inline uint32_t occurrence_document(occurrence o)
{
    return (uint32_t)(o >> OCCURRENCE_POSITION_BITS) & (OCCURRENCE_DOCUMENTS - 1);
}

static inline uint32_t occurrence_position(occurrence o)
{
    return (uint32_t)o & (OCCURRENCE_POSITIONS - 1);
}

enum { CHUNK_ITEMS = 511 };

struct chunk {
    struct chunk *next;
    occurrence items[CHUNK_ITEMS];
};

/* A list of chunks; all but the last are full. */
struct chunk_list {
    struct chunk *first, *last;
    size_t in_last;
    size_t count; /* of occurrences */
};

/* Chunks are cut from slabs. */
struct slab;

struct occurrences {
    struct chunk_list list;
    struct chunk *spare;
    struct slab *slabs;
    size_t slab_count;
    size_t used; /* chunks that are not spare */
};

void occurrences_free(struct occurrences *o);

/* Memory in use; what is spare comes to use again before there is more. */
static inline size_t occurrences_bytes(const struct occurrences *o)
{
    return o->used * sizeof(struct chunk);
}

/* Forgets all; keeps the memory. */
void occurrences_clear(struct occurrences *o);

/* Gives memory back until no more than so many bytes are held. It must be empty. */
void occurrences_trim(struct occurrences *o, size_t bytes);

enum status occurrences_add_slow(struct occurrences *o, occurrence item);

static inline enum status occurrences_add(struct occurrences *o, occurrence item)
{
    struct chunk_list *l = &o->list;
    if (!l->last || l->in_last == CHUNK_ITEMS)
        return occurrences_add_slow(o, item);
    l->last->items[l->in_last++] = item;
    l->count++;
    return STATUS_OK;
}

/* Counts the occurrences of each key. */
void occurrences_count(const struct occurrences *o, uint32_t *by_key);

/* Takes the occurrences in the order of ranks[key], and for one rank in the order in
 * which they were added: calls run with all of each rank that has some, in a flat array
 * that is good for the call. counts[rank] tells how many there are. What was taken is
 * gone. Stops at the first failure. */
enum status occurrences_take(struct occurrences *o, const uint32_t *ranks,
                             const uint32_t *counts, uint32_t rank_count,
                             enum status run(void *context, uint32_t rank,
                                             occurrence *items, size_t count),
                             void *context);

#endif
