#include "common/sealed/bits.h"

#include <math.h>

/* --- a few numbers as one --- */

/* How many sets of k (up to 4) there are of n numbers. No overflow when is_few. */
static inline uint64_t choose(uint64_t n, size_t k)
{
    uint64_t sets = n;
    if (k > 1)
        sets = sets * (n - 1) / 2;
    if (k > 2)
        sets = sets * (n - 2) / 3;
    if (k > 3)
        sets = sets * (n - 3) / 4;
    return sets;
}

/* So few from so small a range that their sets are counted exactly in double precision.
 */
static inline bool is_few(size_t count, uint32_t low, uint32_t high)
{
    static const uint32_t ranges[] = {0, UINT32_MAX, 1 << 25, 1 << 17, 1 << 13};
    return count < sizeof ranges / sizeof *ranges && high - low < ranges[count];
}

/* The number of a set among all of its size: those with lesser numbers come first (the
 * combinatorial number system: Knuth, The Art of Computer Programming 4A, 7.2.1.3). */
static void put_few(struct bits_writer *w, const uint32_t *values, size_t count,
                    uint32_t low, uint32_t high)
{
    uint64_t number = 0;
    for (size_t k = 1; k <= count; k++)
        number += choose(values[k - 1] - low, k);
    bits_put_below(w, number, choose((uint64_t)high - low + 1, count));
}

/* The greatest n of which there are no more sets of k than that. */
static inline uint64_t greatest_below(uint64_t sets, size_t k)
{
    uint64_t n = k - 1;
    if (k == 1)
        return sets;
    if (k == 2)
        n = (uint64_t)((1 + sqrt(1 + 8 * (double)sets)) / 2);
    else if (k == 3)
        n = 1 + (uint64_t)cbrt(6 * (double)sets);
    else
        n = 1 + (uint64_t)(0.5 + sqrt(sqrt(24 * (double)sets)));
    n = n < k - 1 ? k - 1 : n;
    while (choose(n, k) > sets)
        n--;
    while (choose(n + 1, k) <= sets)
        n++;
    return n;
}

static inline void get_few(struct bits_reader *r, uint32_t *values, size_t count,
                           uint32_t low, uint32_t high)
{
    uint64_t number = bits_get_below(r, choose((uint64_t)high - low + 1, count));
    for (size_t k = count; k > 0; k--) {
        uint64_t n = greatest_below(number, k);
        number -= choose(n, k);
        values[k - 1] = low + (uint32_t)n;
    }
}

/* --- any --- */

/* What the middle one of several may be. */
struct middle {
    size_t index;
    uint32_t least, most;
};

static inline struct middle middle_of(size_t count, uint32_t low, uint32_t high)
{
    size_t index = count / 2;
    return (struct middle){index, low + (uint32_t)index,
                           high - (uint32_t)(count - index - 1)};
}

static inline uint32_t get_middle(struct bits_reader *r, struct middle m)
{
    return m.least + (uint32_t)bits_get_below(r, (uint64_t)m.most - m.least + 1);
}

void bits_put_ascending(struct bits_writer *w, const uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count) {
        if (is_few(count, low, high)) {
            put_few(w, values, count, low, high);
            return;
        }
        struct middle m = middle_of(count, low, high);
        uint32_t value = values[m.index];
        bits_put_below(w, value - m.least, (uint64_t)m.most - m.least + 1);
        bits_put_ascending(w, values, m.index, low, value - 1);
        values += m.index + 1;
        count -= m.index + 1;
        low = value + 1;
    }
}

/* A damaged stream cannot lead out of the bounds: what is read is below its limit. Nor
 * can it take long: behind its end nothing more is filled in. */
void bits_get_ascending(struct bits_reader *r, uint32_t *values, size_t count,
                        uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count && !r->overrun) {
        if (is_few(count, low, high)) {
            get_few(r, values, count, low, high);
            return;
        }
        struct middle m = middle_of(count, low, high);
        uint32_t value = values[m.index] = get_middle(r, m);
        bits_get_ascending(r, values, m.index, low, value - 1);
        values += m.index + 1;
        count -= m.index + 1;
        low = value + 1;
    }
    for (size_t i = 0; i < count && !r->overrun; i++)
        values[i] = low + (uint32_t)i;
}

void bits_skip_ascending(struct bits_reader *r, size_t count, uint32_t low, uint32_t high)
{
    while (count > 0 && high - low + 1 != count && !r->overrun) {
        if (is_few(count, low, high)) {
            bits_get_below(r, choose((uint64_t)high - low + 1, count));
            return;
        }
        struct middle m = middle_of(count, low, high);
        uint32_t value = get_middle(r, m);
        bits_skip_ascending(r, m.index, low, value - 1);
        count -= m.index + 1;
        low = value + 1;
    }
}
