/* slice.h - bytes that somebody else owns. */
#ifndef COMMON_SLICE_H
#define COMMON_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Not NUL-terminated; {0} is the empty one. */
struct slice {
    const char *data;
    size_t size;
};

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Bytewise order: below, above or 0. */
static inline int slice_compare(struct slice a, struct slice b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0; /* nothing may be NULL */
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool slice_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without its first n bytes, which it has. */
static inline struct slice slice_from(struct slice s, size_t n)
{
    return (struct slice){s.data + n, s.size - n};
}

/* Without ASCII white space at either end. */
static inline struct slice slice_trim(struct slice s)
{
    while (s.size > 0 && slice_is_blank(s.data[0]))
        s.data++, s.size--;
    while (s.size > 0 && slice_is_blank(s.data[s.size - 1]))
        s.size--;
    return s;
}

#endif
