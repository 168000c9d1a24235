/* seal.h - the terms of a segment from sorted occurrences; for this folder only. */
#ifndef INDEXER_INVERT_SEAL_H
#define INDEXER_INVERT_SEAL_H

#include "indexer/invert/flags.h"
#include "indexer/invert/inverter.h"
#include "indexer/invert/occurrences.h"

/* A word under its stem, and the same under its other stem, have a key each. */
static inline uint32_t seal_key(uint32_t word, bool other)
{
    return word << 1 | other;
}

struct seal_input {
    struct occurrences *occurrences; /* taken */
    struct flags *flags;             /* sorted by the call */
    bool in_order; /* the occurrences of a stem come by document and position */
    const struct text_word *const *words; /* by id */
    size_t word_count;
};

/* Writes all words and flags in the order of their terms. */
enum status seal_terms(struct sealed_writer *w, const struct seal_input *in,
                       struct status_error *err);

#endif
