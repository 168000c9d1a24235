/* columns.h - a number for each document, packed in frames; for this folder only. */
#ifndef COMMON_SEALED_COLUMNS_H
#define COMMON_SEALED_COLUMNS_H

#include "common/buffer.h"
#include "common/sealed/sections.h"

enum { COLUMN_FRAME = 512 };

/* A column while it is written: for each frame of COLUMN_FRAME numbers 16 bytes (its
 * least number, 8; where its bits begin, in bytes from the end of the frames, 7; the bits
 * of a number, 1), then the numbers less the least one of their frame. */
struct column_builder {
    struct buffer heads, packed;
    int64_t frame[COLUMN_FRAME];
    size_t count; /* in the frame */
};

void column_builder_init(struct column_builder *b);
void column_builder_free(struct column_builder *b);
void column_builder_add(struct column_builder *b, int64_t number);

/* Appends the column to the section. */
void column_builder_write(struct column_builder *b, struct sections_writer *w);

/* Number i of the column of count numbers that begins at from; 0 where it would lie
 * outside. */
int64_t columns_get(struct slice column, size_t count, size_t i);

/* The low 32 bits of all numbers of the column. */
void columns_load(struct slice column, size_t count, uint32_t *numbers);

/* Bytes of the column of count numbers at the front of bytes; 0 when they are no column.
 */
size_t columns_size(struct slice bytes, size_t count);

#endif
