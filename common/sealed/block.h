/* block.h - 128 small numbers as a packed block (patched frame of reference). */
#ifndef COMMON_SEALED_BLOCK_H
#define COMMON_SEALED_BLOCK_H

#include "common/buffer.h"

enum { BLOCK_COUNT = 128 };

/* Bytes behind a block that reading may touch. */
enum { BLOCK_PADDING = 16 };

/* Appends a block: a byte with the width w, a byte with the number of exceptions, 128
 * numbers of w bits (number i is number i / 4 of lane i % 4; the words of the four lanes
 * take turns), then for each exception its index (a byte) and what is above w bits
 * (varint). */
void block_put(struct buffer *out, const uint32_t values[BLOCK_COUNT]);

/* Reads a block and moves *at behind it. False when it does not end before `end`. */
bool block_get(const uint8_t **at, const uint8_t *end, uint32_t values[BLOCK_COUNT]);

/* In place: gaps less one become numbers that ascend from above `before`. False when the
 * last one is not `last` (below 2^29), or they do not ascend. */
bool block_sum_gaps(uint32_t values[BLOCK_COUNT], uint32_t before, uint32_t last);

/* In place: each number plus one. */
void block_add_one(uint32_t values[BLOCK_COUNT]);

#endif
