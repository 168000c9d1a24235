#include "common/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void buffer_init(struct buffer *b, size_t max_size)
{
    *b = (struct buffer)BUFFER_INIT(max_size);
}

void buffer_free(struct buffer *b)
{
    if (!b)
        return;
    free(b->data);
    buffer_init(b, b->max_size);
}

void buffer_clear(struct buffer *b)
{
    b->size = 0;
    b->failed = STATUS_OK;
    if (b->data)
        b->data[0] = '\0';
}

char *buffer_reserve(struct buffer *b, size_t size)
{
    if (b->failed)
        return NULL;
    if (size > b->max_size - b->size) {
        b->failed = STATUS_LIMIT;
        return NULL;
    }
    size_t need = b->size + size + 1;
    if (need > b->capacity) {
        size_t capacity = b->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : b->capacity;
        while (capacity < need)
            capacity += capacity / 2;
        char *data = realloc(b->data, capacity);
        if (!data) {
            b->failed = STATUS_NO_MEMORY;
            return NULL;
        }
        b->data = data;
        b->capacity = capacity;
    }
    return b->data + b->size;
}

enum status buffer_append(struct buffer *b, const void *bytes, size_t size)
{
    char *to = buffer_reserve(b, size);
    if (!to)
        return b->failed;
    if (size > 0)
        memcpy(to, bytes, size);
    to[size] = '\0';
    b->size += size;
    return STATUS_OK;
}

enum status buffer_append_text(struct buffer *b, const char *text)
{
    return buffer_append(b, text, strlen(text));
}

enum status buffer_append_byte(struct buffer *b, char byte)
{
    return buffer_append(b, &byte, 1);
}

enum status buffer_append_varint(struct buffer *b, uint64_t value)
{
    char bytes[10];
    size_t n = 0;
    while (value >= 0x80) {
        bytes[n++] = (char)(unsigned char)(value | 0x80);
        value >>= 7;
    }
    bytes[n++] = (char)value;
    return buffer_append(b, bytes, n);
}

const char *buffer_text(const struct buffer *b)
{
    return b->data ? b->data : "";
}

bool buffer_read_varint(const char **at, const char *end, uint64_t *value)
{
    uint64_t v = 0;
    const char *p = *at;
    for (unsigned shift = 0; shift < 64 && p < end; shift += 7) {
        unsigned char byte = (unsigned char)*p++;
        if (shift == 63 && byte > 1)
            return false;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *at = p;
            *value = v;
            return true;
        }
    }
    return false;
}

void *buffer_grow_array(void *items, size_t *capacity, size_t need, size_t item_size)
{
    if (need <= *capacity)
        return items;
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < need)
        wanted = need;
    if (wanted < 16)
        wanted = 16;
    size_t bytes;
    if (__builtin_mul_overflow(wanted, item_size, &bytes))
        return NULL;
    void *grown = realloc(items, bytes);
    if (grown)
        *capacity = wanted;
    return grown;
}
