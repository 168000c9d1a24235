#include "common/sealed/block.h"

#include <string.h>

/* Four lanes; a compiler without such vectors in hardware makes four numbers of them. */
typedef uint32_t lanes __attribute__((vector_size(16)));

enum {
    LANES = 4,
    ROWS = BLOCK_COUNT / LANES,
    WIDTH_MAX = 32,
    WIDTH_MASK = 31, /* gaps are below 2^29 */
    WDF_SHIFT = 5,
    WDF_WIDTH_MAX = 31,
    WIDE = 7,
    MORE = 128
};

static inline lanes load(const uint8_t *from)
{
    lanes v;
    memcpy(&v, from, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int i = 0; i < LANES; i++)
        v[i] = __builtin_bswap32(v[i]);
#endif
    return v;
}

/* --- writing --- */

static unsigned width_of(uint32_t value)
{
    return value ? 32 - (unsigned)__builtin_clz(value) : 0;
}

/* Bytes of an exception with v bits at width w. */
static unsigned exception_bytes(unsigned v, unsigned w)
{
    return v == w + 1 ? 1 : 1 + (v - w + 6) / 7;
}

/* The width with the fewest bytes, exceptions included. Begins with the greatest width;
 * narrower ones are no gain once a third of the numbers are exceptions. */
static unsigned best_width(const uint32_t values[BLOCK_COUNT], unsigned *exceptions)
{
    unsigned counts[WIDTH_MAX + 1] = {0}, most = WIDTH_MAX;
    for (int i = 0; i < BLOCK_COUNT; i++)
        counts[width_of(values[i])]++;
    while (most > 0 && counts[most] == 0)
        most--;
    unsigned best = most, least = most * (BLOCK_COUNT / 8), above = 0;
    *exceptions = 0;
    for (unsigned w = most; w-- > 0;) {
        unsigned bytes = w * (BLOCK_COUNT / 8);
        above += counts[w + 1];
        for (unsigned v = w + 1; v <= most; v++)
            bytes += counts[v] * exception_bytes(v, w);
        if (bytes < least) {
            least = bytes;
            best = w;
            *exceptions = above;
        }
        if (above > BLOCK_COUNT / 3)
            break;
    }
    return best;
}

static void pack(uint8_t *out, const uint32_t values[BLOCK_COUNT], unsigned width)
{
    uint32_t mask = width < 32 ? (UINT32_C(1) << width) - 1 : UINT32_MAX;
    for (unsigned lane = 0; lane < LANES; lane++) {
        uint64_t pending = 0;
        unsigned bits = 0, word = 0;
        for (unsigned row = 0; row < ROWS; row++) {
            pending |= (uint64_t)(values[row * LANES + lane] & mask) << bits;
            bits += width;
            if (bits < 32)
                continue;
            for (unsigned k = 0; k < 4; k++)
                out[(word * LANES + lane) * 4 + k] = (uint8_t)(pending >> (8 * k));
            word++;
            pending >>= 32;
            bits -= 32;
        }
    }
}

static void put_packed(struct buffer *out, const uint32_t values[BLOCK_COUNT],
                       unsigned width)
{
    char *to = buffer_reserve(out, width * (BLOCK_COUNT / 8));
    if (!to)
        return;
    pack((uint8_t *)to, values, width);
    out->size += width * (BLOCK_COUNT / 8);
}

static void put_exceptions(struct buffer *out, const uint32_t values[BLOCK_COUNT],
                           unsigned width)
{
    for (unsigned i = 0; i < BLOCK_COUNT; i++) {
        uint32_t high = width < 32 ? values[i] >> width : 0;
        if (high == 0)
            continue;
        buffer_append_byte(out, (char)(i | (high > 1 ? MORE : 0)));
        if (high > 1)
            buffer_append_varint(out, high - 2);
    }
}

void block_put(struct buffer *out, const uint32_t gaps[BLOCK_COUNT], const uint32_t *wdfs)
{
    unsigned exceptions, others;
    unsigned width = best_width(gaps, &exceptions);
    unsigned wdf_width = wdfs ? best_width(wdfs, &others) : 0;
    bool wide = wdf_width >= WIDE;
    buffer_append_byte(out, (char)(width | (wide ? WIDE : wdf_width) << WDF_SHIFT));
    buffer_append_byte(out, (char)exceptions);
    if (wide)
        buffer_append_byte(out, (char)wdf_width);
    put_packed(out, gaps, width);
    if (wdfs)
        put_packed(out, wdfs, wdf_width);
    put_exceptions(out, gaps, width);
    if (wdfs)
        put_exceptions(out, wdfs, wdf_width);
}

/* --- reading --- */

/* With a constant width the loop is unrolled and every shift is a constant. */
static inline __attribute__((always_inline)) void unpack(const uint8_t *in,
                                                         uint32_t values[BLOCK_COUNT],
                                                         const unsigned width)
{
    const uint32_t mask = width < 32 ? (UINT32_C(1) << width) - 1 : UINT32_MAX;
#pragma GCC unroll 32
    for (unsigned row = 0; row < ROWS; row++) {
        unsigned word = row * width / 32, shift = row * width % 32;
        lanes v = load(in + word * sizeof v) >> shift;
        if (shift + width > 32)
            v |= load(in + (word + 1) * sizeof v) << (32 - shift);
        v &= mask;
        memcpy(values + row * LANES, &v, sizeof v);
    }
}

#define UNPACK_CASE(w)         \
    case w:                    \
        unpack(in, values, w); \
        break;

static void unpack_any(const uint8_t *in, uint32_t values[BLOCK_COUNT], unsigned width)
{
    switch (width) {
    case 0:
        memset(values, 0, BLOCK_COUNT * sizeof *values);
        break;
        UNPACK_CASE(1)
        UNPACK_CASE(2)
        UNPACK_CASE(3)
        UNPACK_CASE(4)
        UNPACK_CASE(5)
        UNPACK_CASE(6)
        UNPACK_CASE(7)
        UNPACK_CASE(8)
        UNPACK_CASE(9)
        UNPACK_CASE(10)
        UNPACK_CASE(11)
        UNPACK_CASE(12)
        UNPACK_CASE(13)
        UNPACK_CASE(14)
        UNPACK_CASE(15)
        UNPACK_CASE(16)
    default: /* rare: gaps of more than 65,535 */
        unpack(in, values, width);
    }
}

/* Adds one exception to the values. */
static inline bool patch(const uint8_t **at, const uint8_t *end,
                         uint32_t values[BLOCK_COUNT], unsigned width)
{
    uint64_t high = 1;
    uint8_t head = *(*at)++;
    if (head & MORE) {
        uint8_t byte;
        unsigned shift = 0;
        high = 2;
        do {
            if (*at == end || shift > 28)
                return false;
            byte = *(*at)++;
            high += (uint64_t)(byte & 127) << shift;
            shift += 7;
        } while (byte & 128);
    }
    values[head & (MORE - 1)] |= (uint32_t)(high << width);
    return true;
}

bool block_get(const uint8_t *block, size_t size, uint32_t gaps[BLOCK_COUNT],
               uint32_t *wdfs)
{
    const uint8_t *at = block, *end = block + size;
    if (size < 2 || (*at >> WDF_SHIFT == WIDE && size < 3))
        return false;
    unsigned width = *at & WIDTH_MASK, wdf_width = *at >> WDF_SHIFT;
    unsigned exceptions = at[1];
    at += 2;
    if (wdf_width == WIDE)
        wdf_width = *at++;
    size_t bytes = (width + wdf_width) * (BLOCK_COUNT / 8);
    if (wdf_width > WDF_WIDTH_MAX || bytes > (size_t)(end - at) ||
        (!wdfs && wdf_width > 0))
        return false;
    unpack_any(at, gaps, width);
    if (wdfs)
        unpack_any(at + width * (BLOCK_COUNT / 8), wdfs, wdf_width);
    at += bytes;
    for (unsigned i = 0; i < exceptions; i++)
        if (at == end || !patch(&at, end, gaps, width))
            return false;
    while (at < end)
        if (!wdfs || !patch(&at, end, wdfs, wdf_width))
            return false;
    return true;
}

/* Sums within a row of four by two shifted additions, then adds what came before. With
 * last below 2^29 the first number that is too great is seen before sums can wrap. */
bool block_sum_gaps(uint32_t values[BLOCK_COUNT], uint32_t before, uint32_t last)
{
    const lanes zero = {0}, limit = {last, last, last, last};
    lanes base = {before, before, before, before}, bad = {0};
    for (unsigned row = 0; row < ROWS; row++) {
        lanes v;
        memcpy(&v, values + row * LANES, sizeof v);
        bad |= (lanes)(v >= limit);
        v += 1;
        v += __builtin_shuffle(zero, v, (lanes){0, 4, 5, 6});
        v += __builtin_shuffle(zero, v, (lanes){0, 1, 4, 5});
        v += base;
        bad |= (lanes)(v > limit);
        memcpy(values + row * LANES, &v, sizeof v);
        base = __builtin_shuffle(v, (lanes){3, 3, 3, 3});
    }
    return values[BLOCK_COUNT - 1] == last && !(bad[0] | bad[1] | bad[2] | bad[3]);
}

void block_add_one(uint32_t values[BLOCK_COUNT])
{
    for (unsigned i = 0; i < BLOCK_COUNT; i++)
        values[i]++;
}
