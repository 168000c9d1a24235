/* positions.h - the positions and forms of a block of postings as bits; for this folder
 * only.
 *
 * A position is coded as its place in its zone: the title, or all that follows it without
 * the gap. So it takes about as many bits as the zone's size has. */
#ifndef COMMON_SEALED_POSITIONS_H
#define COMMON_SEALED_POSITIONS_H

#include "common/sealed/bits.h"
#include "common/sealed/sealed.h"

/* Places in the two zones of a document. */
struct zones {
    uint32_t title, rest;
};

/* The zones of a document; false when its columns contradict each other. */
bool zones_of(int64_t title_end, int64_t position_end, uint32_t field_gap,
              struct zones *out);

/* How many of the positions lie in the title; *valid tells whether all lie in a zone, and
 * ascend. */
uint32_t positions_in_title(const uint32_t *positions, size_t count, struct zones z,
                            uint32_t field_gap, bool *valid);

/* Appends the positions of one document, in_title of them in the title. */
void positions_put(struct bits_writer *w, const uint32_t *positions, size_t count,
                   uint32_t in_title, struct zones z, uint32_t field_gap);

/* Appends the positions of a document where the word has this wdf to out; *count tells
 * how many. False when they are damaged or there is no memory. */
bool positions_get(struct bits_reader *r, uint32_t wdf, struct zones z,
                   uint32_t field_gap, struct sealed_positions *out, size_t *count);

/* Passes over the positions of a document. False when they are damaged. */
bool positions_skip(struct bits_reader *r, uint32_t wdf, struct zones z, size_t *count);

/* Bytes before the positions of a whole block, by which a reader finds some in the
 * middle: the bits of the positions of the first 64 documents (2 bytes; 0: more than they
 * hold), then how many more those of the first 32 have than half of that, and those of
 * the third 32 (1 byte each, signed; -128: more than it holds). */
enum { POSITIONS_MARKS = 4 };

/* quarters: bits of the positions of the first 32, 64, 96 documents. */
void positions_put_marks(uint8_t marks[POSITIONS_MARKS], const uint64_t quarters[3]);

/* The last marked document at or before document i of the block; *bits: where its
 * positions begin. */
uint32_t positions_find_mark(const uint8_t marks[POSITIONS_MARKS], uint32_t i,
                             size_t *bits);

/* A number at the end of a run of bytes, to be read from there: its varint backwards. */
void positions_put_size(struct bits_writer *w, uint64_t size);
bool positions_get_size(const uint8_t *start, const uint8_t **end, uint64_t *size);

/* Appends the forms of all occurrences of a block: how many are not form 0 (gamma), and
 * when there are such, a Rice parameter (4 bits) and for each of them how many of form 0
 * are between (Rice) and its form less 1 (gamma; left out when there are two forms). */
void forms_put(struct bits_writer *w, const uint32_t *forms, size_t count,
               size_t form_count);

/* Reads the occurrences that are not of form 0: items are pairs of the occurrence's index
 * and its form. False when damaged or there is no memory. */
bool forms_get(struct bits_reader *r, size_t form_count, struct sealed_positions *out);

#endif
