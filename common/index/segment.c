#include "common/index/segment.h"

#include <stdlib.h>

enum status segment_failed(const struct segment *s, struct status_error *err)
{
    if (s->failed && err)
        *err = s->error;
    return s->failed;
}

enum status segment_fail(struct segment *s, enum status code,
                         const struct status_error *err)
{
    if (code && !s->failed) {
        s->failed = code;
        if (err)
            s->error = *err;
        else
            status_set(&s->error, code, "%s", status_text(code));
    }
    return code;
}

void segment_close(struct segment *s)
{
    if (s)
        s->ops->close(s);
}

struct segment_cursor *segment_cursor_open(struct segment *s, struct slice term)
{
    struct segment_cursor *c = s->ops->cursor_open(s, term);
    if (c)
        s->ops->cursor_load(c, 0);
    return c;
}

void segment_cursor_close(struct segment_cursor *c)
{
    if (c)
        c->segment->ops->cursor_close(c);
}

uint32_t segment_cursor_advance(struct segment_cursor *c, uint32_t target)
{
    if (c->count == 0)
        return SEGMENT_END;
    if (c->docids[c->count - 1] < target) {
        c->segment->ops->cursor_load(c, target);
        if (c->count == 0)
            return SEGMENT_END;
    }
    /* gallop, then halve: targets are near as a rule */
    uint32_t low = c->at, step = 1;
    while (low + step < c->count && c->docids[low + step] < target) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < c->count ? low + step : c->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->docids[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    c->at = low;
    return c->docids[low];
}

void segment_forms_free(struct segment_forms *f)
{
    if (!f)
        return;
    free(f->items);
    arena_free(&f->arena);
    *f = (struct segment_forms){0};
}

bool segment_forms_add(struct segment_forms *f, struct slice form, uint32_t doc_freq)
{
    char *copy = arena_copy(&f->arena, form.data, form.size);
    struct segment_form *items =
        copy ? buffer_grow_array(f->items, &f->capacity, f->count + 1, sizeof *items)
             : NULL;
    if (!items)
        return false;
    f->items = items;
    f->items[f->count++] = (struct segment_form){{copy, form.size}, doc_freq};
    return true;
}
