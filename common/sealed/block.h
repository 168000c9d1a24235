/* block.h - a whole block of postings: 128 gaps between docids, and 128 frequencies
 * (patched frame of reference: Zukowski et al., Super-scalar RAM-CPU cache compression,
 * 2006; four lanes: Lemire and Boytsov, Decoding billions of integers per second, 2015).
 */
#ifndef COMMON_SEALED_BLOCK_H
#define COMMON_SEALED_BLOCK_H

#include "common/buffer.h"

enum { BLOCK_COUNT = 128 };

/* Bytes behind a block that reading may touch. */
enum { BLOCK_PADDING = 16 };

/* Appends a block. A byte has the width of the gaps (bits 0-4) and that of the
 * frequencies (bits 5-7; 7: a byte with it follows the next one); a byte has the size of
 * the exceptions among the gaps. Then the gaps less one and the frequencies less one,
 * each 128 numbers of their width (number i is number i / 4 of lane i % 4; the 32-bit
 * words of the four lanes take turns). Then the exceptions of the gaps, and to the end of
 * the block those of the frequencies: a byte has the number's index and, when what is
 * above the width is not 1, bit 7; what it is less 2 follows as a varint then. wdfs NULL:
 * a block without frequencies. */
void block_put(struct buffer *out, const uint32_t gaps[BLOCK_COUNT],
               const uint32_t *wdfs);

/* Reads the numbers of a block of size bytes: they ascend from above `before` to `last`
 * (below 2^29). False when it is damaged. */
bool block_get_docids(const uint8_t *block, size_t size, uint32_t before, uint32_t last,
                      uint32_t docids[BLOCK_COUNT]);

/* Reads its frequencies. False when they are damaged. */
bool block_get_wdfs(const uint8_t *block, size_t size, uint32_t wdfs[BLOCK_COUNT]);

#endif
