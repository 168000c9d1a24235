#include "common/sealed/bits.h"

void bits_put_ascending(struct bits_writer *w, const uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count) {
        if (count == 1) {
            bits_put_below(w, values[0] - low, high - low + 1);
            return;
        }
        size_t middle = count / 2;
        uint32_t value = values[middle];
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        bits_put_below(w, value - least, most - least + 1);
        bits_put_ascending(w, values, middle, low, value - 1);
        values += middle + 1;
        count -= middle + 1;
        low = value + 1;
    }
}

static inline uint32_t get_between(struct bits_reader *r, uint32_t low, uint32_t high)
{
    return low < high ? low + bits_get_below(r, high - low + 1) : low;
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
 * can it take long: behind its end nothing more is filled in. The place is kept in a
 * copy, which stays in registers. */
static void get_ascending(struct bits_reader *reader, uint32_t *values, size_t count,
                          uint32_t low, uint32_t high)
{
    struct bits_reader r = *reader;
    while (count > 3 && !r.overrun) {
        if (high - low + 1 == count) {
            for (size_t i = 0; i < count; i++)
                values[i] = low + (uint32_t)i;
            *reader = r;
            return;
        }
        size_t middle = count / 2;
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        uint32_t value = get_between(&r, least, most);
        values[middle] = value;
        if (middle <= 3)
            get_few(&r, values, middle, low, value - 1);
        else
            get_ascending(&r, values, middle, low, value - 1);
        values += middle + 1;
        count -= middle + 1;
        low = value + 1;
    }
    if (!r.overrun)
        get_few(&r, values, count, low, high);
    *reader = r;
}

void bits_get_ascending(struct bits_reader *r, uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    get_ascending(r, values, count, low, high);
}
