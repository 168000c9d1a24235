/* A radix sort of two passes: into buckets of neighbouring ranks, chunk by chunk; then
 * each bucket by rank into a flat array. */
#include "indexer/invert/occurrences.h"

#include "common/pages.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_MAX = 1024 };

struct slab {
    struct slab *next;
    struct chunk chunks[];
};

enum { SLAB_BYTES = 2 << 20 };

enum { SLAB_CHUNKS = (SLAB_BYTES - sizeof(struct slab)) / sizeof(struct chunk) };

void occurrences_free(struct occurrences *o)
{
    while (o->slabs) {
        struct slab *next = o->slabs->next;
        pages_free(o->slabs, SLAB_BYTES);
        o->slabs = next;
    }
    *o = (struct occurrences){0};
}

static void put_back(struct occurrences *o, struct chunk *c)
{
    c->next = o->spare;
    o->spare = c;
    o->used--;
}

static void put_list_back(struct occurrences *o, struct chunk_list *l)
{
    for (struct chunk *c = l->first; c;) {
        struct chunk *next = c->next;
        put_back(o, c);
        c = next;
    }
    *l = (struct chunk_list){0};
}

void occurrences_clear(struct occurrences *o)
{
    put_list_back(o, &o->list);
}

/* All chunks of the slab become spare. */
static void cut_slab(struct occurrences *o, struct slab *slab)
{
    slab->next = o->slabs;
    o->slabs = slab;
    o->slab_count++;
    o->used += SLAB_CHUNKS; /* until they are put back */
    for (int i = SLAB_CHUNKS; i-- > 0;)
        put_back(o, &slab->chunks[i]);
}

static bool add_slab(struct occurrences *o)
{
    struct slab *slab = pages_alloc(SLAB_BYTES);
    if (slab)
        cut_slab(o, slab);
    return slab != NULL;
}

void occurrences_trim(struct occurrences *o, size_t bytes)
{
    struct slab *slabs = o->slabs;
    *o = (struct occurrences){0};
    while (slabs) {
        struct slab *next = slabs->next;
        if ((o->slab_count + 1) * (size_t)SLAB_BYTES <= bytes)
            cut_slab(o, slabs);
        else
            pages_free(slabs, SLAB_BYTES);
        slabs = next;
    }
}

static struct chunk *take_chunk(struct occurrences *o)
{
    if (!o->spare && !add_slab(o))
        return NULL;
    struct chunk *c = o->spare;
    o->spare = c->next;
    o->used++;
    c->next = NULL;
    return c;
}

static inline enum status append(struct occurrences *o, struct chunk_list *l,
                                 occurrence item)
{
    if (!l->last || l->in_last == CHUNK_ITEMS) {
        struct chunk *c = take_chunk(o);
        if (!c)
            return STATUS_NO_MEMORY;
        if (l->last)
            l->last->next = c;
        else
            l->first = c;
        l->last = c;
        l->in_last = 0;
    }
    l->last->items[l->in_last++] = item;
    l->count++;
    return STATUS_OK;
}

enum status occurrences_add_slow(struct occurrences *o, occurrence item)
{
    return append(o, &o->list, item);
}

static inline size_t items_of(const struct chunk_list *l, const struct chunk *c)
{
    return c == l->last ? l->in_last : CHUNK_ITEMS;
}

void occurrences_count(const struct occurrences *o, uint32_t *by_key)
{
    for (const struct chunk *c = o->list.first; c; c = c->next)
        for (size_t i = 0, n = items_of(&o->list, c); i < n; i++)
            by_key[occurrence_key(c->items[i])]++;
}

/* First pass: every chunk goes back before the next one is read. */
static enum status spread(struct occurrences *o, const uint32_t *ranks, unsigned shift,
                          struct chunk_list *buckets)
{
    enum status status = STATUS_OK;
    struct chunk_list source = o->list;
    o->list = (struct chunk_list){0};
    for (struct chunk *c = source.first; c;) {
        struct chunk *next = c->next;
        for (size_t i = 0, n = items_of(&source, c); i < n && !status; i++) {
            occurrence item = c->items[i];
            status = append(o, &buckets[ranks[occurrence_key(item)] >> shift], item);
        }
        put_back(o, c);
        c = next;
    }
    return status;
}

/* Second pass, over the ranks from first on. ends is room for one offset a rank. */
static enum status take_bucket(struct occurrences *o, struct chunk_list *bucket,
                               const uint32_t *ranks, const uint32_t *counts,
                               uint32_t first, uint32_t count, size_t *ends,
                               occurrence *flat,
                               enum status run(void *context, uint32_t rank,
                                               occurrence *items, size_t count),
                               void *context)
{
    size_t total = 0;
    for (uint32_t r = 0; r < count; r++) {
        ends[r] = total;
        total += counts[first + r];
    }
    for (const struct chunk *c = bucket->first; c; c = c->next)
        for (size_t i = 0, n = items_of(bucket, c); i < n; i++)
            flat[ends[ranks[occurrence_key(c->items[i])] - first]++] = c->items[i];
    put_list_back(o, bucket);
    enum status status = STATUS_OK;
    for (uint32_t r = 0; r < count && !status; r++)
        if (counts[first + r] > 0)
            status = run(context, first + r, flat + ends[r] - counts[first + r],
                         counts[first + r]);
    return status;
}

enum status occurrences_take(struct occurrences *o, const uint32_t *ranks,
                             const uint32_t *counts, uint32_t rank_count,
                             enum status run(void *context, uint32_t rank,
                                             occurrence *items, size_t count),
                             void *context)
{
    unsigned shift = 0;
    while ((rank_count >> shift) >= BUCKETS_MAX)
        shift++;
    uint32_t width = UINT32_C(1) << shift;
    struct chunk_list *buckets = calloc(BUCKETS_MAX, sizeof *buckets);
    size_t *ends = malloc(width * sizeof *ends), most = 1;
    enum status status =
        buckets && ends ? spread(o, ranks, shift, buckets) : STATUS_NO_MEMORY;
    for (unsigned b = 0; !status && b < BUCKETS_MAX; b++)
        most = buckets[b].count > most ? buckets[b].count : most;
    occurrence *flat = status ? NULL : malloc(most * sizeof *flat);
    if (!status && !flat)
        status = STATUS_NO_MEMORY;
    for (uint32_t first = 0; first < rank_count && !status; first += width) {
        uint32_t left = rank_count - first;
        status = take_bucket(o, &buckets[first >> shift], ranks, counts, first,
                             left < width ? left : width, ends, flat, run, context);
    }
    for (unsigned b = 0; buckets && b < BUCKETS_MAX; b++)
        put_list_back(o, &buckets[b]);
    free(buckets);
    free(ends);
    free(flat);
    return status;
}
