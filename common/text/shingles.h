/* shingles.h - how much two texts are the same: by their runs of three words. */
#ifndef COMMON_TEXT_SHINGLES_H
#define COMMON_TEXT_SHINGLES_H

#include "common/text/analysis.h"

/* Texts with at least so much in common are reprints of each other: the size of the
 * intersection of their sets of shingles, divided by that of the union (Jaccard). */
#define TEXT_REPRINT 0.8

/* Shorter texts, of some words only, are no reprints: they are alike too easily. */
enum { TEXT_SHINGLES_MIN = 8 };

/* The hashes of the runs of three words of a body, as a set: sorted. */
struct text_shingles {
    uint64_t *items;
    size_t count, capacity;
};

void text_shingles_free(struct text_shingles *s);

/* Replaces s by the shingles of an analysed article's body. NO_MEMORY. */
enum status text_shingles_read(struct text_shingles *s, const struct text_analysis *a);

/* From 0 to 1; 0 when one is too short. */
double text_shingles_compare(const struct text_shingles *a,
                             const struct text_shingles *b);

/* A short stand-in for a set (Broder's MinHash, by one permutation, Li et al. 2012): the
 * share of equal numbers at equal places estimates what text_shingles_compare tells, with
 * a standard error of 0.07 at 0.8. */
enum { TEXT_SKETCH_SIZE = 32 };

struct text_sketch {
    uint16_t items[TEXT_SKETCH_SIZE];
};

/* False when the body is too short. */
bool text_sketch_read(struct text_sketch *sketch, const struct text_analysis *a);
double text_sketch_compare(const struct text_sketch *a, const struct text_sketch *b);

#endif
