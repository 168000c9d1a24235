/* http.h - a response as web archives keep it: headers, and the body as it was sent. */
#ifndef INDEXER_INPUT_HTTP_H
#define INDEXER_INPUT_HTTP_H

#include "common/buffer.h"
#include "common/slice.h"

#include <stdbool.h>

struct http_response {
    unsigned status;            /* 0: there is no status line */
    struct slice media_type;    /* `text/html`, or empty */
    struct slice charset;       /* or empty */
    struct slice body;          /* as it was sent */
    bool is_chunked, is_packed; /* gzip or deflate */
    bool is_unknown;            /* packed otherwise */
};

/* The value of a header in lines of `Name: value`, or empty; the value of a parameter
 * (`charset`) of such a value. */
struct slice http_header(struct slice headers, const char *name);
struct slice http_parameter(struct slice value, const char *name);

/* Reads the headers of a response: slices of it. */
void http_parse(struct slice text, struct http_response *response);

/* The body without chunks and unpacked, at most max_bytes: a slice of the response, or of
 * one of the two buffers, which are replaced. Chunks that are none and what is not packed
 * after all are taken as they are, and of what breaks off the part that is sound; *cut
 * tells. LIMIT, NO_MEMORY. */
enum status http_body(const struct http_response *response, size_t max_bytes,
                      struct buffer *whole, struct buffer *unpacked, struct slice *body,
                      bool *cut);

#endif
