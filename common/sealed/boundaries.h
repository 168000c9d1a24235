/* boundaries.h - sentences, paragraphs and quotations of the documents as bits; for this
 * folder only.
 *
 * Documents stand in groups of BOUNDARIES_GROUP; the index has the place of each group (4
 * bytes). A group begins on a byte. */
#ifndef COMMON_SEALED_BOUNDARIES_H
#define COMMON_SEALED_BOUNDARIES_H

#include "common/sealed/sealed_file.h"

enum { BOUNDARIES_GROUP = 16 };

struct boundaries_builder {
    struct buffer bytes, index;
    struct bits_writer bits;
    struct sealed_positions lifted;
    uint32_t documents;
};

void boundaries_builder_init(struct boundaries_builder *b);
void boundaries_builder_free(struct boundaries_builder *b);

/* Adds the boundaries of the next document. ARGUMENT when they do not ascend within its
 * text behind the title. */
enum status boundaries_builder_add(struct boundaries_builder *b, struct zones z,
                                   uint32_t position_end,
                                   const struct sealed_positions *lists);

/* Ends the last group. */
enum status boundaries_builder_finish(struct boundaries_builder *b);

/* A walk over the boundaries of all documents in order. */
struct boundaries_walk {
    const struct sealed_reader *reader;
    uint32_t docid; /* the next one */
    size_t at;      /* in bits */
};

/* Fills the lists with the boundaries of document w->docid, and moves on. False when they
 * are damaged or there is no memory. */
bool boundaries_next(struct boundaries_walk *w, struct sealed_positions *lists);

#endif
