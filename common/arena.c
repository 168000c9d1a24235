#include "common/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    max_align_t data[];
};

static void *take_block(struct arena *a, size_t size)
{
    if (size > (size_t)-1 - sizeof(struct arena_block))
        return NULL;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->next = a->blocks;
    a->blocks = block;
    a->used_bytes += sizeof *block + size;
    return block->data;
}

static void *take(struct arena *a, size_t size)
{
    if (size > a->left) {
        if (size > BLOCK_SIZE / 4)
            return take_block(a, size);
        char *fresh = take_block(a, BLOCK_SIZE);
        if (!fresh)
            return NULL;
        a->next = fresh;
        a->left = BLOCK_SIZE;
    }
    char *got = a->next;
    a->next += size;
    a->left -= size;
    return got;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = alignof(max_align_t);
    size_t pad = a->next ? (size_t)(-(uintptr_t)a->next % align) : 0;
    if (pad <= a->left) {
        a->next += pad;
        a->left -= pad;
    }
    if (size > (size_t)-1 - align)
        return NULL;
    return take(a, size);
}

char *arena_copy(struct arena *a, const void *bytes, size_t size)
{
    char *copy = size < (size_t)-1 ? take(a, size + 1) : NULL;
    if (copy) {
        if (size > 0)
            memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}

void arena_clear(struct arena *a)
{
    struct arena_block *block = a->blocks, *kept = NULL;
    while (block) {
        struct arena_block *next = block->next;
        char *data = (char *)block->data;
        if (a->next >= data && a->next <= data + BLOCK_SIZE)
            kept = block; /* the one that is being filled */
        else
            free(block);
        block = next;
    }
    *a = (struct arena){0};
    if (!kept)
        return;
    kept->next = NULL;
    *a = (struct arena){.blocks = kept,
                        .next = (char *)kept->data,
                        .left = BLOCK_SIZE,
                        .used_bytes = sizeof *kept + BLOCK_SIZE};
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    struct arena_block *block = a->blocks;
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *a = (struct arena){0};
}
