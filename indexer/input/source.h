/* source.h - the bytes of one input file, unpacked: of a file that is packed with gzip,
 * zstd, xz or bzip2 (told by its content) what is in it, of a tar or zip archive what is
 * in each of its members, which may be packed in turn. */
#ifndef INDEXER_INPUT_SOURCE_H
#define INDEXER_INPUT_SOURCE_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdint.h>

struct source;

/* Opens a file; `-` is standard input. Nothing can be read before source_next. */
enum status source_open(const char *path, struct source **out, struct status_error *err);

/* Opens standard input as it comes: each read gives what is there. wait is called before
 * one that has to wait. */
enum status source_open_stream(void (*wait)(void *context), void *context,
                               struct source **out, struct status_error *err);
void source_close(struct source *s);

/* Moves to the next member of an archive; a file that is none has one member, itself.
 * *found is false when there is no further one. CORRUPT or INVALID: a member cannot be
 * read; as long as source_goes_on, others may be. */
enum status source_next(struct source *s, bool *found, struct status_error *err);
bool source_goes_on(const struct source *s);

/* A member, or a file that is none, may have so many bytes; reading more is INVALID. */
void source_limit(struct source *s, uint64_t bytes);

/* Names what is read: the path, and behind a slash the name of a member. Good until the
 * next call of source_next. */
const char *source_name(const struct source *s);

/* Whether what is read is a member of an archive. */
bool source_is_member(const struct source *s);

/* What is read from here on is in that character set and becomes UTF-8; until the next
 * member. NO_MEMORY. */
enum status source_decode(struct source *s, const char *charset,
                          struct status_error *err);

/* Reads content instead of what is left of the member; content outlives that. */
void source_replace(struct source *s, struct slice content);

/* The unread bytes at hand, at least one unless the end is reached (size 0). */
enum status source_peek(struct source *s, struct slice *bytes, struct status_error *err);

/* Marks the first size bytes of what was peeked as read. */
void source_skip(struct source *s, size_t size);

/* After a failure in a file of several gzip members, as web archives are: goes on at the
 * beginning of the next one. False when there is none. */
bool source_resume(struct source *s);

/* Passes over so many bytes, or to the end. */
enum status source_pass(struct source *s, uint64_t size, struct status_error *err);

/* Appends so many bytes, or fewer at the end. */
enum status source_take(struct source *s, uint64_t size, struct buffer *to,
                        struct status_error *err);

/* Reads a line without its newline into line (replaced, with `padding` readable bytes
 * behind it). A line longer than max_bytes is passed over: *too_long is its size, else 0.
 * *end is true when there was no line any more. */
enum status source_line(struct source *s, size_t max_bytes, size_t padding,
                        struct buffer *line, uint64_t *too_long, bool *end,
                        struct status_error *err);

/* Reads all that is left into whole, at most max_bytes; *too_long as for a line. */
enum status source_rest(struct source *s, size_t max_bytes, struct buffer *whole,
                        uint64_t *too_long, struct status_error *err);

/* Bytes read so far: of the file, of its unpacked content, and of that of the member. */
uint64_t source_packed_bytes(const struct source *s);
uint64_t source_plain_bytes(const struct source *s);
uint64_t source_member_bytes(const struct source *s);

#endif
