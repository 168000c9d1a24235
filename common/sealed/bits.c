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

/* Two, the second first, as in general. */
static inline void get_two(struct bits_reader *r, uint32_t *values, uint32_t low,
                           uint32_t high)
{
    values[1] = low + 1 + bits_get_below(r, high - low);
    values[0] = low;
    if (values[1] - low > 1)
        values[0] += bits_get_below(r, values[1] - low);
}

/* A damaged stream cannot lead out of the bounds: what is read is below its limit. */
void bits_get_ascending(struct bits_reader *r, uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 0) {
        if (high - low + 1 == count) {
            for (size_t i = 0; i < count; i++)
                values[i] = low + (uint32_t)i;
            return;
        }
        if (count == 1) {
            values[0] = low + bits_get_below(r, high - low + 1);
            return;
        }
        if (count == 2) {
            get_two(r, values, low, high);
            return;
        }
        size_t middle = count / 2;
        uint32_t least = low + (uint32_t)middle;
        uint32_t most = high - (uint32_t)(count - middle - 1);
        uint32_t value = least + bits_get_below(r, most - least + 1);
        values[middle] = value;
        bits_get_ascending(r, values, middle, low, value - 1);
        values += middle + 1;
        count -= middle + 1;
        low = value + 1;
    }
}
