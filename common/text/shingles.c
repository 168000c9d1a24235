#include "common/text/shingles.h"

#include "common/buffer.h"
#include "common/hash.h"

#include <stdlib.h>

enum { SHINGLE_WORDS = 3 };

/* Walks over the shingles of a body: each unit, with the two before it. */
struct walk {
    const struct token *at, *end;
    uint64_t words[SHINGLE_WORDS]; /* hashes of the last ones */
    size_t seen;
};

static struct walk start(const struct text_analysis *a)
{
    const struct token *items = a->tokens.items;
    return (struct walk){.at = items ? items + a->field_tokens[TEXT_BODY] : NULL,
                         .end = items ? items + a->tokens.count : NULL};
}

static uint64_t mix(const uint64_t words[SHINGLE_WORDS])
{
    uint64_t h = words[0] * UINT64_C(0x9E3779B97F4A7C15) +
                 words[1] * UINT64_C(0xC2B2AE3D27D4EB4F) +
                 words[2] * UINT64_C(0x165667B19E3779F9);
    h ^= h >> 31;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    return h ^ h >> 32;
}

static bool next(struct walk *w, uint64_t *shingle)
{
    while (w->at < w->end) {
        const struct token *t = w->at++;
        if (t->kind != TOKEN_UNIT)
            continue;
        w->words[0] = w->words[1];
        w->words[1] = w->words[2];
        w->words[2] = hash_bytes(t->word->folded.data, t->word->folded.size);
        if (++w->seen < SHINGLE_WORDS)
            continue;
        *shingle = mix(w->words);
        return true;
    }
    return false;
}

/* --- sets --- */

void text_shingles_free(struct text_shingles *s)
{
    free(s->items);
    *s = (struct text_shingles){0};
}

static int compare_numbers(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

enum status text_shingles_read(struct text_shingles *s, const struct text_analysis *a)
{
    struct walk w = start(a);
    uint64_t *items =
        buffer_grow_array(s->items, &s->capacity, a->tokens.count + 1, sizeof *items);
    size_t count = 0, kept = 0;
    if (!items)
        return STATUS_NO_MEMORY;
    s->items = items;
    while (next(&w, &items[count]))
        count++;
    if (count > 0)
        qsort(items, count, sizeof *items, compare_numbers);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || items[i] != items[i - 1])
            items[kept++] = items[i];
    s->count = kept;
    return STATUS_OK;
}

double text_shingles_compare(const struct text_shingles *a, const struct text_shingles *b)
{
    size_t i = 0, k = 0, shared = 0;
    if (a->count < TEXT_SHINGLES_MIN || b->count < TEXT_SHINGLES_MIN)
        return 0;
    while (i < a->count && k < b->count) {
        shared += a->items[i] == b->items[k];
        bool first = a->items[i] <= b->items[k], second = b->items[k] <= a->items[i];
        i += first;
        k += second;
    }
    return (double)shared / (double)(a->count + b->count - shared);
}

/* --- sketches --- */

/* A place that no shingle falls into takes what the next one has, and how far it lies. */
static void fill_gaps(uint64_t least[TEXT_SKETCH_SIZE])
{
    uint64_t full[TEXT_SKETCH_SIZE];
    for (size_t i = 0; i < TEXT_SKETCH_SIZE; i++) {
        size_t away = 0;
        while (least[(i + away) % TEXT_SKETCH_SIZE] == UINT64_MAX)
            away++;
        full[i] =
            least[(i + away) % TEXT_SKETCH_SIZE] + away * UINT64_C(0x9E3779B97F4A7C15);
    }
    for (size_t i = 0; i < TEXT_SKETCH_SIZE; i++)
        least[i] = full[i];
}

bool text_sketch_read(struct text_sketch *sketch, const struct text_analysis *a)
{
    enum { PLACE_SHIFT = 64 - 5 };
    struct walk w = start(a);
    uint64_t least[TEXT_SKETCH_SIZE], shingle;
    size_t count = 0;
    for (size_t i = 0; i < TEXT_SKETCH_SIZE; i++)
        least[i] = UINT64_MAX;
    while (next(&w, &shingle)) {
        uint64_t *place = &least[shingle >> PLACE_SHIFT];
        *place = shingle < *place ? shingle : *place;
        count++;
    }
    if (count < TEXT_SHINGLES_MIN)
        return false;
    fill_gaps(least);
    for (size_t i = 0; i < TEXT_SKETCH_SIZE; i++)
        sketch->items[i] = (uint16_t)(least[i] ^ least[i] >> 16);
    return true;
}

double text_sketch_compare(const struct text_sketch *a, const struct text_sketch *b)
{
    unsigned same = 0;
    for (size_t i = 0; i < TEXT_SKETCH_SIZE; i++)
        same += a->items[i] == b->items[i];
    return same / (double)TEXT_SKETCH_SIZE;
}
