/* bits.h - numbers as bits, low bits first: fixed widths, unary, gamma, Rice, a number
 * below a limit, ascending numbers within bounds. */
#ifndef COMMON_SEALED_BITS_H
#define COMMON_SEALED_BITS_H

#include "common/buffer.h"

#include <assert.h>
#include <string.h>

/* Widest number that one put or get takes. */
enum { BITS_MAX = 56 };

/* Writes behind a buffer's bytes, for which room was made. */
struct bits_writer {
    struct buffer *out;
    uint8_t *at;
    uint64_t pending;
    unsigned count; /* of pending bits; below 8 between calls */
};

/* Reads size bytes, behind which BITS_PADDING more can be read. Past the end all numbers
 * are 0 and `overrun` is set. */
struct bits_reader {
    const uint8_t *data;
    size_t at, end; /* in bits */
    bool overrun;
};

enum { BITS_PADDING = 8 };

/* Number of bits that hold x; 0 for 0. */
static inline unsigned bits_width(uint64_t x)
{
    return x ? 64 - (unsigned)__builtin_clzll(x) : 0;
}

/* Makes room for so many bits behind the buffer's bytes, and for what was pending. False:
 * no memory, which the buffer remembers. */
static inline bool bits_open(struct bits_writer *w, struct buffer *out, size_t bits)
{
    w->out = out;
    w->at = (uint8_t *)buffer_reserve(out, bits / 8 + 2 * sizeof w->pending);
    return w->at != NULL;
}

/* The whole bytes become part of the buffer; the rest waits for the next bits_open. */
static inline void bits_close(struct bits_writer *w)
{
    w->out->size = (size_t)((char *)w->at - w->out->data);
}

/* Bits from some fixed place to where the next one goes. */
static inline uint64_t bits_written(const struct bits_writer *w)
{
    return (uint64_t)(uintptr_t)w->at * 8 + w->count;
}

static inline void bits_put(struct bits_writer *w, uint64_t value, unsigned width)
{
    assert(width <= BITS_MAX && bits_width(value) <= width);
    uint64_t pending = w->pending | value << w->count;
    unsigned count = w->count + width, bytes = count / 8;
    for (unsigned i = 0; i < sizeof pending; i++)
        w->at[i] = (uint8_t)(pending >> (8 * i));
    w->at += bytes;
    w->pending = pending >> (8 * bytes);
    w->count = count - 8 * bytes;
}

/* Fills the last byte with zeros. */
static inline void bits_flush(struct bits_writer *w)
{
    if (w->count > 0)
        bits_put(w, 0, 8 - w->count);
}

static inline uint64_t bits_load64(const uint8_t *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline struct bits_reader bits_read(const uint8_t *data, size_t size)
{
    return (struct bits_reader){.data = data, .end = size * 8};
}

/* At least BITS_MAX bits from here on; those past the end mean nothing. */
static inline uint64_t bits_peek(const struct bits_reader *r)
{
    return bits_load64(r->data + r->at / 8) >> (r->at % 8);
}

static inline void bits_skip(struct bits_reader *r, size_t width)
{
    if (width > r->end - r->at) {
        r->overrun = true;
        r->at = r->end;
    } else {
        r->at += width;
    }
}

static inline uint64_t bits_get(struct bits_reader *r, unsigned width)
{
    uint64_t value = bits_peek(r) & ((UINT64_C(1) << width) - 1);
    bits_skip(r, width);
    return r->overrun ? 0 : value;
}

/* 0 is `0`, 1 is `10`, ... */
static inline void bits_put_unary(struct bits_writer *w, uint64_t value)
{
    for (; value >= 32; value -= 32)
        bits_put(w, 0xFFFFFFFF, 32);
    bits_put(w, (UINT64_C(1) << value) - 1, (unsigned)value + 1);
}

static inline uint64_t bits_get_unary(struct bits_reader *r)
{
    for (uint64_t value = 0;; value += 32) {
        unsigned ones = (unsigned)__builtin_ctzll(~bits_peek(r) | UINT64_C(1) << 32);
        bits_skip(r, ones < 32 ? ones + 1 : 32);
        if (ones < 32 || r->overrun)
            return r->overrun ? 0 : value + ones;
    }
}

/* Elias gamma of value + 1. */
static inline void bits_put_gamma(struct bits_writer *w, uint64_t value)
{
    unsigned width = bits_width(value + 1) - 1;
    bits_put_unary(w, width);
    bits_put(w, (value + 1) & ((UINT64_C(1) << width) - 1), width);
}

static inline uint64_t bits_get_gamma(struct bits_reader *r)
{
    uint64_t width = bits_get_unary(r);
    if (width > BITS_MAX) {
        r->overrun = true;
        return 0;
    }
    return (UINT64_C(1) << width) + bits_get(r, (unsigned)width) - 1;
}

/* Rice: the part above k bits in unary. */
static inline void bits_put_rice(struct bits_writer *w, uint64_t value, unsigned k)
{
    bits_put_unary(w, value >> k);
    bits_put(w, value & ((UINT64_C(1) << k) - 1), k);
}

static inline uint64_t bits_get_rice(struct bits_reader *r, unsigned k)
{
    uint64_t high = bits_get_unary(r);
    return high << k | bits_get(r, k);
}

/* A number below limit (1 or more; below 2^55) in the least bits: truncated binary. */
static inline void bits_put_below(struct bits_writer *w, uint64_t value, uint64_t limit)
{
    unsigned width = bits_width(limit) - 1;
    uint64_t spare = (UINT64_C(2) << width) - limit;
    uint64_t shifted = value + spare;
    if (value < spare)
        bits_put(w, value, width);
    else
        bits_put(w, shifted >> 1 | (shifted & 1) << width, width + 1);
}

static inline uint64_t bits_get_below(struct bits_reader *r, uint64_t limit)
{
    unsigned width = bits_width(limit) - 1;
    uint64_t spare = (UINT64_C(2) << width) - limit;
    uint64_t bits = bits_peek(r);
    uint64_t value = bits & ((UINT64_C(1) << width) - 1);
    bool longer = value >= spare;
    uint64_t low = bits >> width & 1;
    bits_skip(r, width + longer);
    if (r->overrun)
        return 0;
    return longer ? (value << 1 | low) - spare : value;
}

/* count different numbers from low to high (both included), ascending: the middle one
 * first, then both halves within the bounds that it sets (Moffat and Stuiver, Binary
 * interpolative coding, 2000); up to four as one number, that of their set among all.
 * high - low
 * + 1 is count or more. Values mean nothing when there was an overrun. */
void bits_put_ascending(struct bits_writer *w, const uint32_t *values, size_t count,
                        uint32_t low, uint32_t high);
void bits_get_ascending(struct bits_reader *r, uint32_t *values, size_t count,
                        uint32_t low, uint32_t high);

/* Passes over them: as few are decoded as their width depends on. */
void bits_skip_ascending(struct bits_reader *r, size_t count, uint32_t low,
                         uint32_t high);

#endif
