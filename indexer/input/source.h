/* source.h - the bytes of one input file, unpacked. */
#ifndef INDEXER_INPUT_SOURCE_H
#define INDEXER_INPUT_SOURCE_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdint.h>

struct source;

/* Opens a file, plain or gzip (told by its content); `-` is standard input. */
enum status source_open(const char *path, struct source **out, struct status_error *err);
void source_close(struct source *s);

/* The unread bytes at hand, at least one unless the end is reached (size 0). */
enum status source_peek(struct source *s, struct slice *bytes, struct status_error *err);

/* Marks the first size bytes of what was peeked as read. */
void source_skip(struct source *s, size_t size);

/* Reads a line without its newline into line (replaced, with `padding` readable bytes
 * behind it). A line longer than max_bytes is passed over: *too_long is its size, else 0.
 * *end is true when there was no line any more. */
enum status source_line(struct source *s, size_t max_bytes, size_t padding,
                        struct buffer *line, uint64_t *too_long, bool *end,
                        struct status_error *err);

/* Reads all that is left into whole, at most max_bytes; *too_long as for a line. */
enum status source_rest(struct source *s, size_t max_bytes, struct buffer *whole,
                        uint64_t *too_long, struct status_error *err);

/* Bytes read so far: of the file, and of its unpacked content. */
uint64_t source_packed_bytes(const struct source *s);
uint64_t source_plain_bytes(const struct source *s);

#endif
