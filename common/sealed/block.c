#include "common/sealed/block.h"

#include <string.h>

/* Four lanes; a compiler without such vectors in hardware makes four numbers of them. */
typedef uint32_t lanes __attribute__((vector_size(16)));

enum {
    LANES = 4,
    ROWS = BLOCK_COUNT / LANES,
    WIDTH_MAX = 32,
    WIDTH_MASK = 31,
    DOCID_BITS = 29, /* of numbers and gaps */
    WDF_SHIFT = 5,
    VALUE_BITS = 31,
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
static unsigned best_width(const uint32_t values[BLOCK_COUNT])
{
    unsigned counts[WIDTH_MAX + 1] = {0}, most = WIDTH_MAX;
    for (int i = 0; i < BLOCK_COUNT; i++)
        counts[width_of(values[i])]++;
    while (most > 0 && counts[most] == 0)
        most--;
    unsigned best = most, least = most * (BLOCK_COUNT / 8), above = 0;
    for (unsigned w = most; w-- > 0;) {
        unsigned bytes = w * (BLOCK_COUNT / 8);
        above += counts[w + 1];
        if (above > BLOCK_COUNT / 3)
            break;
        for (unsigned v = w + 1; v <= most; v++)
            bytes += counts[v] * exception_bytes(v, w);
        if (bytes < least) {
            least = bytes;
            best = w;
        }
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

/* Those of one kind first: a reader guesses right then. */
static void put_exceptions(struct buffer *out, const uint32_t values[BLOCK_COUNT],
                           unsigned width)
{
    for (unsigned i = 0; i < BLOCK_COUNT; i++)
        if (width < 32 && values[i] >> width == 1)
            buffer_append_byte(out, (char)i);
    for (unsigned i = 0; i < BLOCK_COUNT; i++) {
        uint32_t high = width < 32 ? values[i] >> width : 0;
        if (high < 2)
            continue;
        buffer_append_byte(out, (char)(i | MORE));
        buffer_append_varint(out, high - 2);
    }
}

void block_put(struct buffer *out, const uint32_t gaps[BLOCK_COUNT], const uint32_t *wdfs)
{
    size_t start = out->size, before;
    unsigned width = best_width(gaps);
    unsigned wdf_width = wdfs ? best_width(wdfs) : 0;
    bool wide = wdf_width >= WIDE;
    buffer_append_byte(out, (char)(width | (wide ? WIDE : wdf_width) << WDF_SHIFT));
    buffer_append_byte(out, 0);
    if (wide)
        buffer_append_byte(out, (char)wdf_width);
    put_packed(out, gaps, width);
    if (wdfs)
        put_packed(out, wdfs, wdf_width);
    before = out->size;
    put_exceptions(out, gaps, width);
    if (!out->failed)
        out->data[start + 1] = (char)(out->size - before);
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
        v += 1;
        memcpy(values + row * LANES, &v, sizeof v);
    }
}

#define UNPACK_CASE(w)         \
    case w:                    \
        unpack(in, values, w); \
        break;

/* The numbers of a width, each with one added. */
static void unpack_any(const uint8_t *in, uint32_t values[BLOCK_COUNT], unsigned width)
{
    switch (width) {
        UNPACK_CASE(0)
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

/* Puts the exceptions into numbers that have one added. */
static bool patch(const uint8_t *at, const uint8_t *end, uint32_t values[BLOCK_COUNT],
                  unsigned width)
{
    while (at < end) {
        uint64_t high = 1;
        uint8_t head = *at++;
        if (head & MORE) {
            uint8_t byte;
            unsigned shift = 0;
            high = 2;
            do {
                if (at == end || shift > 28)
                    return false;
                byte = *at++;
                high += (uint64_t)(byte & 127) << shift;
                shift += 7;
            } while (byte & 128);
        }
        if (high >> (VALUE_BITS - width) != 0)
            return false;
        uint32_t *value = &values[head & (MORE - 1)];
        *value = ((*value - 1) | (uint32_t)high << width) + 1;
    }
    return true;
}

/* Where the parts of a block are. */
struct layout {
    unsigned width, wdf_width;
    const uint8_t *gaps, *wdfs, *exceptions, *wdf_exceptions, *end;
};

static inline bool lay_out(const uint8_t *block, size_t size, struct layout *out)
{
    if (size < 2 || (block[0] >> WDF_SHIFT == WIDE && size < 3))
        return false;
    out->width = block[0] & WIDTH_MASK;
    out->wdf_width = block[0] >> WDF_SHIFT;
    out->gaps = block + 2;
    if (out->wdf_width == WIDE)
        out->wdf_width = *out->gaps++;
    out->wdfs = out->gaps + out->width * (BLOCK_COUNT / 8);
    out->exceptions = out->wdfs + out->wdf_width * (BLOCK_COUNT / 8);
    out->wdf_exceptions = out->exceptions + block[1];
    out->end = block + size;
    return out->wdf_width <= VALUE_BITS && out->wdf_exceptions <= out->end;
}

/* Sums within a row of four by two shifted additions, then adds what came before. Gaps
 * and sums below 2^29 cannot wrap; the first one that is not shows in `seen`. */
static bool sum_gaps(uint32_t values[BLOCK_COUNT], uint32_t before, uint32_t last)
{
    const lanes zero = {0};
    lanes base = {before, before, before, before}, seen = {0};
    for (unsigned row = 0; row < ROWS; row++) {
        lanes v;
        memcpy(&v, values + row * LANES, sizeof v);
        seen |= v;
        v += __builtin_shufflevector(zero, v, 0, 4, 5, 6);
        v += __builtin_shufflevector(zero, v, 0, 1, 4, 5);
        v += base;
        seen |= v;
        memcpy(values + row * LANES, &v, sizeof v);
        base = __builtin_shufflevector(v, v, 3, 3, 3, 3);
    }
    return values[BLOCK_COUNT - 1] == last &&
           ((seen[0] | seen[1] | seen[2] | seen[3]) >> DOCID_BITS) == 0;
}

bool block_get_docids(const uint8_t *block, size_t size, uint32_t before, uint32_t last,
                      uint32_t docids[BLOCK_COUNT])
{
    struct layout l;
    if (!lay_out(block, size, &l))
        return false;
    unpack_any(l.gaps, docids, l.width);
    return patch(l.exceptions, l.wdf_exceptions, docids, l.width) &&
           sum_gaps(docids, before, last);
}

bool block_get_wdfs(const uint8_t *block, size_t size, uint32_t wdfs[BLOCK_COUNT])
{
    struct layout l;
    if (!lay_out(block, size, &l))
        return false;
    unpack_any(l.wdfs, wdfs, l.wdf_width);
    return patch(l.wdf_exceptions, l.end, wdfs, l.wdf_width);
}
