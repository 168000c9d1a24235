/* run.h - sixteen numbers compared at once; bit i of the answer is for number i. */
#ifndef SEARCHER_MATCH_RUN_H
#define SEARCHER_MATCH_RUN_H

#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { RUN = 16 };

/* Those that are greater than low. */
static inline uint32_t run_above(const float *numbers, float low)
{
#ifdef __SSE2__
    __m128 limit = _mm_set1_ps(low);
    __m128i a = _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers), limit));
    __m128i b = _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers + 4), limit));
    __m128i c = _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers + 8), limit));
    __m128i d = _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers + 12), limit));
    __m128i all = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
    return (uint32_t)_mm_movemask_epi8(all);
#else
    uint32_t bits = 0;
    for (unsigned i = 0; i < RUN; i++)
        bits |= (uint32_t)(numbers[i] > low) << i;
    return bits;
#endif
}

/* How many are greater than low. */
static inline uint32_t run_count_above(const float *numbers, float low)
{
#ifdef __SSE2__
    __m128 limit = _mm_set1_ps(low);
    __m128i sum = _mm_setzero_si128(); /* a comparison is 0 or -1 */
    for (unsigned i = 0; i < RUN; i += 4)
        sum = _mm_sub_epi32(
            sum, _mm_castps_si128(_mm_cmpgt_ps(_mm_loadu_ps(numbers + i), limit)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
    return (uint32_t)_mm_cvtsi128_si32(sum);
#else
    uint32_t count = 0;
    for (unsigned i = 0; i < RUN; i++)
        count += numbers[i] > low;
    return count;
#endif
}

/* Those that are equal to a value. */
static inline uint32_t run_equal(const uint8_t *numbers, uint8_t value)
{
#ifdef __SSE2__
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)numbers);
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)value)));
#else
    uint32_t bits = 0;
    for (unsigned i = 0; i < RUN; i++)
        bits |= (uint32_t)(numbers[i] == value) << i;
    return bits;
#endif
}

#endif
