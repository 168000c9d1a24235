#include "common/sealed/positions.h"

enum { RICE_BITS = 4 };

bool zones_of(int64_t title_end, int64_t position_end, uint32_t field_gap,
              struct zones *out)
{
    int64_t gap = title_end > 1 ? field_gap : 0;
    if (title_end < 1 || title_end > SEALED_POSITIONS_MAX ||
        position_end < title_end + gap || position_end > SEALED_POSITIONS_MAX) {
        *out = (struct zones){0, 0};
        return title_end == 1 && position_end == 0;
    }
    *out = (struct zones){(uint32_t)(title_end - 1),
                          (uint32_t)(position_end - title_end - gap)};
    return true;
}

/* The first position behind the title. */
static inline uint32_t rest_start(struct zones z, uint32_t field_gap)
{
    return 1 + z.title + (z.title > 0 ? field_gap : 0);
}

uint32_t positions_in_title(const uint32_t *positions, size_t count, struct zones z,
                            uint32_t field_gap, bool *valid)
{
    uint32_t start = rest_start(z, field_gap), in_title = 0;
    *valid = count > 0 && positions[0] > 0 && positions[count - 1] < start + z.rest;
    while (in_title < count && positions[in_title] <= z.title)
        in_title++;
    *valid &= in_title == count || positions[in_title] >= start;
    for (size_t i = 1; i < count; i++)
        *valid &= positions[i] > positions[i - 1];
    return in_title;
}

/* The least and the greatest number of occurrences in the title, by the wdf. */
static inline void title_limits(uint32_t wdf, struct zones z, uint32_t *least,
                                uint32_t *most)
{
    uint32_t more = wdf > z.rest ? wdf - z.rest : 0;
    *least = more / 2 + more % 2;
    *most = wdf / 2 < z.title ? wdf / 2 : z.title;
}

void positions_put(struct bits_writer *w, const uint32_t *positions, size_t count,
                   uint32_t in_title, struct zones z, uint32_t field_gap)
{
    uint32_t least, most;
    title_limits((uint32_t)count + in_title, z, &least, &most);
    for (uint32_t t = least; t < in_title; t++)
        bits_put(w, 1, 1);
    if (in_title < most)
        bits_put(w, 0, 1);
    uint32_t start = rest_start(z, field_gap);
    bits_put_ascending(w, positions, in_title, 1, z.title);
    bits_put_ascending(w, positions + in_title, count - in_title, start,
                       start + z.rest - 1);
}

/* Reads how many of the occurrences are in the title. False when there cannot be so many.
 */
static inline bool get_in_title(struct bits_reader *r, uint32_t wdf, struct zones z,
                                uint32_t *in_title)
{
    uint32_t most;
    title_limits(wdf, z, in_title, &most);
    if (*in_title > most || wdf == 0)
        return false;
    while (*in_title < most && bits_get(r, 1))
        ++*in_title;
    return true;
}

bool positions_get(struct bits_reader *r, uint32_t wdf, struct zones z,
                   uint32_t field_gap, struct sealed_positions *out, size_t *count)
{
    uint32_t in_title, start = rest_start(z, field_gap);
    if (!get_in_title(r, wdf, z, &in_title))
        return false;
    size_t in_rest = wdf - 2 * in_title;
    *count = in_title + in_rest;
    if (sealed_positions_reserve(out, *count))
        return false;
    uint32_t *to = out->items + out->count;
    if (in_title > 0)
        bits_get_ascending(r, to, in_title, 1, z.title);
    if (in_rest > 0)
        bits_get_ascending(r, to + in_title, in_rest, start, start + z.rest - 1);
    out->count += r->overrun ? 0 : *count;
    return !r->overrun;
}

bool positions_skip(struct bits_reader *r, uint32_t wdf, struct zones z, size_t *count)
{
    uint32_t in_title;
    if (wdf == 1 && z.rest > 0) { /* one position in the text: the common case */
        bits_get_below(r, z.rest);
        *count = 1;
        return !r->overrun;
    }
    if (!get_in_title(r, wdf, z, &in_title))
        return false;
    size_t in_rest = wdf - 2 * in_title;
    bits_skip_ascending(r, in_title, 1, z.title);
    bits_skip_ascending(r, in_rest, 1, z.rest);
    *count = in_title + in_rest;
    return !r->overrun;
}

static uint8_t put_difference(uint64_t bits, uint64_t expected)
{
    int64_t d = (int64_t)bits - (int64_t)expected;
    return (uint8_t)(int8_t)(d > INT8_MIN && d <= INT8_MAX ? d : INT8_MIN);
}

void positions_put_marks(uint8_t marks[POSITIONS_MARKS], const uint64_t quarters[3])
{
    uint64_t half = quarters[1];
    half = half <= UINT16_MAX ? half : 0;
    marks[0] = (uint8_t)half;
    marks[1] = (uint8_t)(half >> 8);
    marks[2] = put_difference(quarters[0], half / 2);
    marks[3] = put_difference(quarters[2], half + half / 2);
}

uint32_t positions_find_mark(const uint8_t marks[POSITIONS_MARKS], uint32_t i,
                             size_t *bits)
{
    enum { QUARTER = SEALED_BLOCK / 4 };
    size_t half = marks[0] | (size_t)marks[1] << 8;
    int first = (int8_t)marks[2], third = (int8_t)marks[3];
    *bits = half;
    if (half > 0 && i >= 3 * QUARTER && third != INT8_MIN) {
        *bits += half / 2 + (size_t)third;
        return 3 * QUARTER;
    }
    if (half > 0 && i >= 2 * QUARTER)
        return 2 * QUARTER;
    if (half > 0 && i >= QUARTER && first != INT8_MIN) {
        *bits = half / 2 + (size_t)first;
        return QUARTER;
    }
    *bits = 0;
    return 0;
}

void positions_put_size(struct bits_writer *w, uint64_t size)
{
    uint8_t bytes[10];
    size_t n = 0;
    for (; size >= 128; size >>= 7)
        bytes[n++] = (uint8_t)(size & 127) | 128;
    bytes[n++] = (uint8_t)size;
    while (n-- > 0)
        bits_put(w, bytes[n], 8);
}

bool positions_get_size(const uint8_t *start, const uint8_t **end, uint64_t *size)
{
    *size = 0;
    for (unsigned shift = 0; *end > start && shift < 63; shift += 7) {
        uint8_t byte = *--*end;
        *size |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128))
            return *size <= (uint64_t)(*end - start);
    }
    return false;
}

/* The parameter for a mean gap: log2 of 0.69 of it (Golomb 1966). */
static unsigned rice_parameter(size_t gaps, size_t exceptions)
{
    unsigned k = bits_width(gaps * 69 / 100 / exceptions);
    return k > 15 ? 15 : k > 0 ? k - 1 : 0;
}

void forms_put(struct bits_writer *w, const uint32_t *forms, size_t count,
               size_t form_count)
{
    size_t exceptions = 0, next = 0;
    if (form_count < 2)
        return;
    for (size_t i = 0; i < count; i++)
        exceptions += forms[i] != 0;
    bits_put_gamma(w, exceptions);
    if (exceptions == 0)
        return;
    unsigned k = rice_parameter(count - exceptions, exceptions);
    bits_put(w, k, RICE_BITS);
    for (size_t i = 0; i < count; i++) {
        if (forms[i] == 0)
            continue;
        bits_put_rice(w, i - next, k);
        if (form_count > 2)
            bits_put_gamma(w, forms[i] - 1);
        next = i + 1;
    }
}

bool forms_get(struct bits_reader *r, size_t form_count, struct sealed_positions *out)
{
    out->count = 0;
    if (form_count < 2)
        return true;
    uint64_t exceptions = bits_get_gamma(r), next = 0;
    if (exceptions == 0)
        return !r->overrun;
    unsigned k = (unsigned)bits_get(r, RICE_BITS);
    for (uint64_t i = 0; i < exceptions && !r->overrun; i++) {
        next += bits_get_rice(r, k);
        uint64_t form = form_count > 2 ? bits_get_gamma(r) + 1 : 1;
        if (next > UINT32_MAX || form >= form_count || sealed_positions_reserve(out, 2))
            return false;
        out->items[out->count++] = (uint32_t)next++;
        out->items[out->count++] = (uint32_t)form;
    }
    return !r->overrun;
}
