#include "indexer/input/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

static bool next_line(struct slice *rest, struct slice *line)
{
    const char *end = memchr(rest->data, '\n', rest->size);
    if (rest->size == 0)
        return false;
    size_t size = end ? (size_t)(end - rest->data) : rest->size;
    *line = slice_trim((struct slice){rest->data, size});
    size += end != NULL;
    *rest = (struct slice){rest->data + size, rest->size - size};
    return true;
}

struct slice http_header(struct slice headers, const char *name)
{
    size_t size = strlen(name);
    struct slice line;
    while (next_line(&headers, &line))
        if (line.size > size && line.data[size] == ':' &&
            strncasecmp(line.data, name, size) == 0)
            return slice_trim((struct slice){line.data + size + 1, line.size - size - 1});
    return (struct slice){0};
}

struct slice http_parameter(struct slice value, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 1; i + size < value.size; i++) {
        if (strncasecmp(value.data + i, name, size) != 0 || value.data[i + size] != '=' ||
            !(slice_is_blank(value.data[i - 1]) || value.data[i - 1] == ';'))
            continue;
        struct slice rest = {value.data + i + size + 1, value.size - i - size - 1};
        size_t n = 0;
        if (rest.size > 0 && (*rest.data == '"' || *rest.data == '\''))
            rest = (struct slice){rest.data + 1, rest.size - 1};
        while (n < rest.size && !slice_is_blank(rest.data[n]) &&
               !strchr(";\"'", rest.data[n]))
            n++;
        return (struct slice){rest.data, n};
    }
    return (struct slice){0};
}

static bool is_named(struct slice value, const char *name)
{
    size_t size = strlen(name);
    return value.size >= size && strncasecmp(value.data, name, size) == 0;
}

void http_parse(struct slice text, struct http_response *response)
{
    struct slice rest = text, line;
    *response = (struct http_response){0};
    if (is_named(text, "HTTP/") && next_line(&rest, &line)) {
        const char *blank = memchr(line.data, ' ', line.size);
        for (size_t i = 1; blank && i <= 3 && blank + i < line.data + line.size; i++)
            if (isdigit((unsigned char)blank[i]))
                response->status = response->status * 10 + (unsigned)(blank[i] - '0');
    }
    struct slice headers = rest;
    while (next_line(&rest, &line) && line.size > 0)
        ;
    headers.size -= rest.size;
    response->body = rest;
    struct slice type = http_header(headers, "Content-Type");
    struct slice packing = http_header(headers, "Content-Encoding");
    struct slice transfer = http_header(headers, "Transfer-Encoding");
    size_t n = 0;
    while (n < type.size && type.data[n] != ';' && !slice_is_blank(type.data[n]))
        n++;
    response->media_type = (struct slice){type.data, n};
    response->charset = http_parameter(type, "charset");
    response->is_chunked = is_named(transfer, "chunked");
    response->is_packed = is_named(packing, "gzip") || is_named(packing, "x-gzip") ||
                          is_named(packing, "deflate");
    response->is_unknown =
        packing.size > 0 && !response->is_packed && !is_named(packing, "identity");
}

/* The size that begins a chunk; false when there is none. */
static bool chunk_size(struct slice line, uint64_t *size)
{
    size_t n = 0;
    *size = 0;
    for (; n < line.size && n < 15 && isxdigit((unsigned char)line.data[n]); n++) {
        int c = tolower((unsigned char)line.data[n]);
        *size = *size * 16 + (uint64_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
    }
    return n > 0 &&
           (n == line.size || line.data[n] == ';' || slice_is_blank(line.data[n]));
}

static enum status join_chunks(struct slice body, struct buffer *whole,
                               struct slice *joined, bool *cut)
{
    struct slice rest = body, line;
    uint64_t size;
    buffer_clear(whole);
    for (;;) {
        bool any = next_line(&rest, &line);
        if (any && line.size == 0 && whole->size > 0) /* the end of the last one */
            any = next_line(&rest, &line);
        if (!any || !chunk_size(line, &size)) {
            *cut = whole->size > 0;
            if (whole->size == 0)
                return STATUS_OK; /* it is not chunked after all */
            break;
        }
        if (size == 0)
            break;
        *cut = size > rest.size;
        size_t n = *cut ? rest.size : (size_t)size;
        if (buffer_append(whole, rest.data, n))
            return STATUS_NO_MEMORY;
        rest = (struct slice){rest.data + n, rest.size - n};
        if (*cut)
            break;
    }
    *joined = (struct slice){buffer_text(whole), whole->size};
    return STATUS_OK;
}

static int inflate_body(struct slice body, int window, size_t max_bytes,
                        struct buffer *out)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)body.data, .avail_in = (uInt)body.size};
    int result = inflateInit2(&z, window);
    buffer_clear(out);
    while (result == Z_OK) {
        unsigned char piece[1 << 15];
        z.next_out = piece;
        z.avail_out = sizeof piece;
        result = inflate(&z, Z_NO_FLUSH);
        buffer_append(out, piece, sizeof piece - z.avail_out);
        if (out->size > max_bytes || out->failed)
            break;
    }
    inflateEnd(&z);
    return result;
}

static enum status unpack_body(size_t max_bytes, struct buffer *unpacked,
                               struct slice *body, bool *cut)
{
    enum { ANY_HEADER = 15 + 32, NO_HEADER = -15 };
    int result = inflate_body(*body, ANY_HEADER, max_bytes, unpacked);
    if (unpacked->size == 0 && result == Z_DATA_ERROR) /* `deflate` is sent either way */
        result = inflate_body(*body, NO_HEADER, max_bytes, unpacked);
    if (unpacked->failed || result == Z_MEM_ERROR)
        return STATUS_NO_MEMORY;
    if (unpacked->size > max_bytes)
        return STATUS_LIMIT;
    if (unpacked->size == 0) /* archives keep the header of what they unpacked */
        return STATUS_OK;
    *cut |= result != Z_STREAM_END;
    *body = (struct slice){buffer_text(unpacked), unpacked->size};
    return STATUS_OK;
}

enum status http_body(const struct http_response *response, size_t max_bytes,
                      struct buffer *whole, struct buffer *unpacked, struct slice *body,
                      bool *cut)
{
    enum status status = STATUS_OK;
    *cut = false;
    *body = response->body;
    if (response->is_chunked)
        status = join_chunks(response->body, whole, body, cut);
    if (!status && response->is_packed)
        status = unpack_body(max_bytes, unpacked, body, cut);
    return !status && body->size > max_bytes ? STATUS_LIMIT : status;
}
