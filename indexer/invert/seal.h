/* seal.h - terms in order, from occurrences in memory and from runs; for this folder
 * only.
 */
#ifndef INDEXER_INVERT_SEAL_H
#define INDEXER_INVERT_SEAL_H

#include "indexer/invert/flags.h"
#include "indexer/invert/inverter.h"
#include "indexer/invert/occurrences.h"
#include "indexer/invert/run.h"
#include "indexer/invert/sink.h"

/* A word under its stem, and the same under its other stem, have a key each. */
static inline uint32_t seal_key(uint32_t word, bool other)
{
    return word << 1 | other;
}

struct seal_input {
    struct occurrences *occurrences; /* taken */
    struct flags *flags;             /* sorted by the call */
    uint32_t base; /* of the docids: added to those of the occurrences */
    bool in_order; /* the occurrences of a stem come by document and position */
    const struct text_word *const *words; /* by id */
    size_t word_count;
};

/* Passes all words and flags on in the order of their terms. */
enum status seal_terms(struct term_sink *sink, const struct seal_input *in,
                       struct status_error *err);

/* Passes the terms of several runs on, merged; the docids of each are above those of the
 * one before. */
enum status seal_runs(struct term_sink *sink, struct run *runs, size_t count,
                      struct status_error *err);

#endif
