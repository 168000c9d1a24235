/* terms.h - the dictionary of a sealed file; for this folder only.
 *
 * Blocks of TERMS_BLOCK terms, each without the bytes that it shares with the one before.
 * The index has 16 bytes for a block: where the postings of its first term begin (8), the
 * block in the terms (4), its first term in the keys (4). */
#ifndef COMMON_SEALED_TERMS_H
#define COMMON_SEALED_TERMS_H

#include "common/sealed/sealed.h"

enum { TERMS_BLOCK = 32, TERMS_ENTRY = 16 };

/* The dictionary while it is written. */
struct terms_builder {
    struct buffer terms, index, keys;
    char last[SEALED_TERM_MAX];
    size_t last_size;
    uint64_t count;
};

void terms_builder_init(struct terms_builder *b);
void terms_builder_free(struct terms_builder *b);

/* Bytes that the data of a flag with one document take: its docid less 1. */
static inline size_t terms_inline_size(uint32_t documents)
{
    return documents > 1u << 24   ? 4
           : documents > 1u << 16 ? 3
           : documents > 1u << 8  ? 2
                                  : 1;
}

/* Adds the next term. ARGUMENT when it does not follow the last one. */
enum status terms_builder_add(struct terms_builder *b, struct slice text,
                              const struct sealed_term *term);

#endif
