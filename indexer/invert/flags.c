#include "indexer/invert/flags.h"

#include "common/buffer.h"
#include "common/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024 };

void flags_free(struct flags *f)
{
    free(f->items);
    free(f->slots);
    free(f->entries);
    free(f->docids);
    arena_free(&f->arena);
    *f = (struct flags){0};
}

size_t flags_bytes(const struct flags *f)
{
    return f->capacity * sizeof *f->items + f->slot_count * sizeof *f->slots +
           f->entry_capacity * sizeof *f->entries + f->arena.used_bytes;
}

static uint32_t *find_slot(const struct flags *f, struct slice text)
{
    size_t mask = f->slot_count - 1;
    for (size_t i = hash_bytes(text.data, text.size) & mask;; i = (i + 1) & mask)
        if (f->slots[i] == 0 || slice_equal(f->items[f->slots[i] - 1].text, text))
            return &f->slots[i];
}

static enum status make_room(struct flags *f)
{
    if (f->count * 2 < f->slot_count)
        return STATUS_OK;
    size_t count = f->slot_count ? f->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return STATUS_NO_MEMORY;
    free(f->slots);
    f->slots = slots;
    f->slot_count = count;
    for (size_t i = 0; i < f->count; i++)
        *find_slot(f, f->items[i].text) = (uint32_t)i + 1;
    return STATUS_OK;
}

static enum status add_flag(struct flags *f, struct slice text)
{
    struct flag *items =
        buffer_grow_array(f->items, &f->capacity, f->count + 1, sizeof *items);
    char *copy = arena_copy(&f->arena, text.data, text.size);
    if (items)
        f->items = items;
    if (!items || !copy)
        return STATUS_NO_MEMORY;
    f->items[f->count++] = (struct flag){.text = {copy, text.size}};
    return STATUS_OK;
}

enum status flags_add(struct flags *f, struct slice text, uint32_t docid)
{
    enum status status = make_room(f);
    if (status)
        return status;
    uint32_t *slot = find_slot(f, text);
    if (*slot == 0) {
        status = add_flag(f, text);
        if (status)
            return status;
        *slot = (uint32_t)f->count;
    }
    struct entry *entries = buffer_grow_array(f->entries, &f->entry_capacity,
                                              f->entry_count + 1, sizeof *entries);
    if (!entries)
        return STATUS_NO_MEMORY;
    f->entries = entries;
    f->items[*slot - 1].last = docid;
    f->entries[f->entry_count++] = (struct entry){*slot - 1, docid};
    return STATUS_OK;
}

uint32_t flags_find(const struct flags *f, struct slice text)
{
    uint32_t slot = f->slot_count > 0 ? *find_slot(f, text) : 0;
    return slot > 0 ? f->items[slot - 1].last : 0;
}

static int compare(const void *x, const void *y)
{
    const struct flag *a = x;
    const struct flag *b = y;
    return slice_compare(a->text, b->text);
}

/* A flag may be named twice by one document. */
enum status flags_sort(struct flags *f)
{
    size_t total = 0;
    f->docids = malloc((f->entry_count + 1) * sizeof *f->docids);
    if (!f->docids)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < f->entry_count; i++)
        f->items[f->entries[i].flag].count++;
    for (size_t i = 0; i < f->count; i++) {
        f->items[i].docids = f->docids + total;
        total += f->items[i].count;
        f->items[i].count = 0;
    }
    for (size_t i = 0; i < f->entry_count; i++) {
        struct flag *flag = &f->items[f->entries[i].flag];
        uint32_t docid = f->entries[i].docid;
        if (flag->count == 0 || flag->docids[flag->count - 1] != docid)
            flag->docids[flag->count++] = docid;
    }
    if (f->count > 1)
        qsort(f->items, f->count, sizeof *f->items, compare);
    return STATUS_OK;
}
