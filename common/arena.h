/* arena.h - many small allocations that are freed together. */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stddef.h>

struct arena_block;

/* {0} is an empty arena. Use one per thread. */
struct arena {
    struct arena_block *blocks;
    char *next;
    size_t left;
    size_t used_bytes; /* taken from malloc, all blocks together */
};

/* size bytes aligned for any object; NULL when there is no memory. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of size bytes with a NUL after them; NULL when there is no memory. */
char *arena_copy(struct arena *a, const void *bytes, size_t size);

/* Frees everything; the arena may be used again. */
void arena_free(struct arena *a);

/* Takes back all that was allocated; keeps a block for what comes next. */
void arena_clear(struct arena *a);

#endif
