#include "searcher/match/word_set.h"

#include "common/hash.h"

enum { CAPACITY_MIN = 64 }; /* a power of two, as all are; at most half is used */

static size_t start_of(const struct word_set *s, struct slice text)
{
    return (size_t)hash_bytes(text.data, text.size) & (s->capacity - 1);
}

static void put(struct word_set *s, struct plan_term *term)
{
    size_t i = start_of(s, term->term);
    while (s->slots[i])
        i = (i + 1) & (s->capacity - 1);
    s->slots[i] = term;
    s->count++;
}

enum status word_set_add(struct word_set *s, struct plan_term *term, struct arena *arena)
{
    if (2 * s->count >= s->capacity) {
        struct word_set old = *s;
        s->capacity = old.capacity ? 2 * old.capacity : CAPACITY_MIN;
        s->slots = arena_alloc(arena, s->capacity * sizeof *s->slots);
        s->count = 0;
        if (!s->slots)
            return STATUS_NO_MEMORY;
        memset(s->slots, 0, s->capacity * sizeof *s->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i])
                put(s, old.slots[i]);
    }
    put(s, term);
    return STATUS_OK;
}

struct plan_term *word_set_find(const struct word_set *s, struct slice text,
                                bool visit(const struct plan_term *term,
                                           const struct plan_term *like),
                                const struct plan_term *like)
{
    if (s->capacity == 0)
        return NULL;
    for (size_t i = start_of(s, text); s->slots[i]; i = (i + 1) & (s->capacity - 1))
        if (slice_equal(s->slots[i]->term, text) && visit(s->slots[i], like))
            return s->slots[i];
    return NULL;
}
