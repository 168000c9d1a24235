/* utf8.h - UTF-8, one code point at a time. */
#ifndef COMMON_TEXT_UTF8_H
#define COMMON_TEXT_UTF8_H

#include "common/buffer.h"
#include "common/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes the code point at `at` (at < end) and stores its size in bytes. A byte that
 * begins no valid sequence is U+FFFD of size 1. */
uint32_t utf8_decode(const char *at, const char *end, size_t *size);

/* The number of leading bytes that are valid UTF-8 without zero bytes, which are no text.
 */
size_t utf8_valid_prefix(const char *text, size_t size);

/* Appends the text with every bad byte replaced by U+FFFD; adds their number to *bad. */
enum status utf8_append_repaired(struct buffer *out, struct slice text, uint64_t *bad);

/* The largest size <= limit that does not cut a code point of the (valid) text. */
size_t utf8_cut(const char *text, size_t size, size_t limit);

#ifdef __cplusplus
}
#endif
#endif
