/* buffer.h - a growable run of bytes that has a maximum from birth.
 *
 * A failed append leaves the buffer as it was and marks it failed: callers may append
 * many times and ask once, with buffer_status. */
#ifndef COMMON_BUFFER_H
#define COMMON_BUFFER_H

#include "common/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct buffer {
    char *data; /* size bytes and a NUL after them, or NULL while nothing was appended */
    size_t size;
    size_t capacity;
    size_t max_size;
    enum status failed; /* OK, NO_MEMORY or LIMIT: the first failure */
};

/* An empty buffer that will hold at most max_size bytes. Allocates nothing. */
#define BUFFER_INIT(max)  \
    {                     \
        .max_size = (max) \
    }

void buffer_init(struct buffer *b, size_t max_size);
void buffer_free(struct buffer *b);

/* Empties the buffer, keeps its memory, and forgets a failure. */
void buffer_clear(struct buffer *b);

enum status buffer_append(struct buffer *b, const void *bytes, size_t size);
enum status buffer_append_text(struct buffer *b, const char *text);
enum status buffer_append_byte(struct buffer *b, char byte);

/* Unsigned integer, 7 bits a byte, low bits first, the high bit set on all but the last.
 */
enum status buffer_append_varint(struct buffer *b, uint64_t value);

/* Makes room for size more bytes; returns where they go, or NULL. */
char *buffer_reserve(struct buffer *b, size_t size);

/* The text, NUL-terminated; "" when nothing was appended. */
const char *buffer_text(const struct buffer *b);

/* The reverse of buffer_append_varint. Moves *at on and returns true, or returns false
 * when the bytes before end hold no whole number below 2^64. */
bool buffer_read_varint(const char **at, const char *end, uint64_t *value);

/* Array growth with checked arithmetic: items is what realloc would give for at least
 * `need` items of `item_size` bytes; *capacity is updated. On failure returns NULL and
 * leaves the old array as it is. */
void *buffer_grow_array(void *items, size_t *capacity, size_t need, size_t item_size);

#ifdef __cplusplus
}
#endif
#endif
