#include "common/sealed/columns.h"

#include "common/sealed/bits.h"

enum { FRAME_BYTES = 16 };

static size_t frame_count(size_t count)
{
    return (count + COLUMN_FRAME - 1) / COLUMN_FRAME;
}

struct frame {
    int64_t least;
    uint64_t offset;
    unsigned width;
};

static struct frame measure(const int64_t *numbers, size_t count)
{
    int64_t least = numbers[0], most = numbers[0];
    for (size_t i = 1; i < count; i++) {
        least = numbers[i] < least ? numbers[i] : least;
        most = numbers[i] > most ? numbers[i] : most;
    }
    return (struct frame){.least = least,
                          .width = bits_width((uint64_t)most - (uint64_t)least)};
}

static size_t frame_bytes(size_t count, unsigned width)
{
    return (count * width + 7) / 8;
}

/* In halves, because a number may be wider than what bits_put takes. */
static void put_number(struct bits_writer *w, uint64_t number, unsigned width)
{
    unsigned low = width < 32 ? width : 32;
    bits_put(w, number & ((UINT64_C(1) << low) - 1), low);
    if (width > 32)
        bits_put(w, number >> 32, width - 32);
}

void column_builder_init(struct column_builder *b)
{
    buffer_init(&b->heads, SIZE_MAX / 2);
    buffer_init(&b->packed, SIZE_MAX / 2);
    b->count = 0;
}

void column_builder_free(struct column_builder *b)
{
    buffer_free(&b->heads);
    buffer_free(&b->packed);
}

static void pack_frame(struct column_builder *b)
{
    struct bits_writer bits = {0};
    struct frame f = measure(b->frame, b->count);
    uint8_t head[FRAME_BYTES];
    store_le(head, (uint64_t)f.least, 8);
    store_le(head + 8, b->packed.size, 7);
    head[15] = (uint8_t)f.width;
    buffer_append(&b->heads, head, sizeof head);
    if (bits_open(&bits, &b->packed, b->count * f.width)) {
        for (size_t i = 0; i < b->count; i++)
            put_number(&bits, (uint64_t)b->frame[i] - (uint64_t)f.least, f.width);
        bits_flush(&bits);
        bits_close(&bits);
    }
    b->count = 0;
}

void column_builder_add(struct column_builder *b, int64_t number)
{
    b->frame[b->count++] = number;
    if (b->count == COLUMN_FRAME)
        pack_frame(b);
}

void column_builder_write(struct column_builder *b, struct sections_writer *w)
{
    if (b->count > 0)
        pack_frame(b);
    sections_write(w, b->heads.data, b->heads.size);
    sections_write(w, b->packed.data, b->packed.size);
    sections_fail(w, b->heads.failed ? b->heads.failed : b->packed.failed);
}

static struct frame read_frame(struct slice column, size_t i)
{
    const uint8_t *head = (const uint8_t *)column.data + i * FRAME_BYTES;
    return (struct frame){.least = (int64_t)load_le64(head),
                          .offset = load_le64(head + 8) & UINT64_C(0xFFFFFFFFFFFFFF),
                          .width = head[15]};
}

int64_t columns_get(struct slice column, size_t count, size_t i)
{
    size_t heads = frame_count(count) * FRAME_BYTES;
    if (i >= count || heads > column.size)
        return 0;
    struct frame f = read_frame(column, i / COLUMN_FRAME);
    uint64_t bit = (uint64_t)(i % COLUMN_FRAME) * f.width;
    uint64_t byte = f.offset + bit / 8;
    if (f.width > 64 || byte > column.size - heads)
        return 0;
    const uint8_t *from = (const uint8_t *)column.data + heads + byte;
    uint64_t low = bits_load64(from) >> (bit % 8);
    if (f.width + bit % 8 > 64)
        low |= (uint64_t)from[8] << (64 - bit % 8);
    uint64_t mask = f.width < 64 ? (UINT64_C(1) << f.width) - 1 : UINT64_MAX;
    return (int64_t)((uint64_t)f.least + (low & mask));
}

/* A frame's numbers follow each other: no place is computed anew. */
static void load_frame(struct frame f, const uint8_t *from, size_t count,
                       uint32_t *numbers)
{
    uint64_t mask = (UINT64_C(1) << f.width) - 1;
    size_t bit = 0;
    for (size_t i = 0; i < count; i++, bit += f.width)
        numbers[i] = (uint32_t)((uint64_t)f.least +
                                (bits_load64(from + bit / 8) >> (bit % 8) & mask));
}

void columns_load(struct slice column, size_t count, uint32_t *numbers)
{
    size_t heads = frame_count(count) * FRAME_BYTES;
    for (size_t at = 0; at < count; at += COLUMN_FRAME) {
        size_t n = count - at < COLUMN_FRAME ? count - at : COLUMN_FRAME;
        struct frame f = {0};
        if (heads <= column.size)
            f = read_frame(column, at / COLUMN_FRAME);
        bool inside = heads <= column.size && f.width <= BITS_MAX &&
                      f.offset <= column.size - heads &&
                      frame_bytes(n, f.width) <= column.size - heads - f.offset;
        if (inside)
            load_frame(f, (const uint8_t *)column.data + heads + f.offset, n,
                       numbers + at);
        else
            for (size_t i = at; i < at + n; i++)
                numbers[i] = (uint32_t)columns_get(column, count, i);
    }
}

size_t columns_size(struct slice bytes, size_t count)
{
    size_t frames = frame_count(count), heads = frames * FRAME_BYTES;
    if (frames == 0 || heads > bytes.size)
        return 0;
    struct frame last = read_frame(bytes, frames - 1);
    size_t left = count - (frames - 1) * COLUMN_FRAME;
    uint64_t end = last.offset + frame_bytes(left, last.width);
    return end <= bytes.size - heads ? heads + (size_t)end : 0;
}
