#include "common/sealed/bits.h"

#include <math.h>

/* How many pairs of numbers there are from low to high. */
static inline uint64_t pairs_between(uint32_t low, uint32_t high)
{
    uint64_t n = (uint64_t)high - low + 1;
    return n * (n - 1) / 2;
}

/* The number of a pair among all: those with a lesser second come before. */
static void put_pair(struct bits_writer *w, const uint32_t values[2], uint32_t low,
                     uint32_t high)
{
    uint64_t first = values[0] - low, second = values[1] - low;
    bits_put_below(w, second * (second - 1) / 2 + first, pairs_between(low, high));
}

static inline void get_pair(struct bits_reader *r, uint32_t values[2], uint32_t low,
                            uint32_t high)
{
    uint64_t number = bits_get_below(r, pairs_between(low, high));
    uint64_t second = (uint64_t)((1 + sqrt(1 + 8 * (double)number)) / 2);
    second -= second * (second - 1) / 2 > number; /* a rounding */
    second += second * (second + 1) / 2 <= number;
    values[0] = low + (uint32_t)(number - second * (second - 1) / 2);
    values[1] = low + (uint32_t)second;
}

/* More pairs are not counted exactly in double precision. */
static inline bool is_pair(size_t count, uint32_t low, uint32_t high)
{
    return count == 2 && high - low < UINT32_C(1) << 25;
}

void bits_put_ascending(struct bits_writer *w, const uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count) {
        if (count == 1) {
            bits_put_below(w, values[0] - low, (uint64_t)high - low + 1);
            return;
        }
        if (is_pair(count, low, high)) {
            put_pair(w, values, low, high);
            return;
        }
        size_t middle = count / 2;
        uint32_t value = values[middle];
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        bits_put_below(w, value - least, (uint64_t)most - least + 1);
        bits_put_ascending(w, values, middle, low, value - 1);
        values += middle + 1;
        count -= middle + 1;
        low = value + 1;
    }
}

static inline uint32_t get_between(struct bits_reader *r, uint32_t low, uint32_t high)
{
    return low < high ? low + (uint32_t)bits_get_below(r, (uint64_t)high - low + 1) : low;
}

/* Up to three, the middle one first, as in general. */
static inline void get_few(struct bits_reader *r, uint32_t *values, size_t count,
                           uint32_t low, uint32_t high)
{
    switch (count) {
    case 1:
        values[0] = get_between(r, low, high);
        break;
    case 2:
        if (is_pair(count, low, high)) {
            get_pair(r, values, low, high);
            break;
        }
        values[1] = get_between(r, low + 1, high);
        values[0] = get_between(r, low, values[1] - 1);
        break;
    case 3:
        values[1] = get_between(r, low + 1, high - 1);
        values[0] = get_between(r, low, values[1] - 1);
        values[2] = get_between(r, values[1] + 1, high);
        break;
    default:
        break;
    }
}

/* A damaged stream cannot lead out of the bounds: what is read is below its limit. Nor
 * can it take long: behind its end nothing more is filled in. */
void bits_get_ascending(struct bits_reader *r, uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 3 && !r->overrun) {
        if (high - low + 1 == count) {
            for (size_t i = 0; i < count; i++)
                values[i] = low + (uint32_t)i;
            return;
        }
        size_t middle = count / 2;
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        uint32_t value = get_between(r, least, most);
        values[middle] = value;
        if (middle <= 3)
            get_few(r, values, middle, low, value - 1);
        else
            bits_get_ascending(r, values, middle, low, value - 1);
        values += middle + 1;
        count -= middle + 1;
        low = value + 1;
    }
    if (!r->overrun)
        get_few(r, values, count, low, high);
}

void bits_skip_ascending(struct bits_reader *r, size_t count, uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count && !r->overrun) {
        if (count == 1) {
            bits_get_below(r, (uint64_t)high - low + 1);
            return;
        }
        if (is_pair(count, low, high)) {
            bits_get_below(r, pairs_between(low, high));
            return;
        }
        size_t middle = count / 2;
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        uint32_t value = get_between(r, least, most);
        bits_skip_ascending(r, middle, low, value - 1);
        count -= middle + 1;
        low = value + 1;
    }
}
