#include "indexer/input/source.h"

#include "common/text/charset.h"
#include "indexer/input/gunzip.h"
#include "indexer/input/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STREAM_CHUNK = 64 * 1024 };

struct source {
    struct unpack *unpack;
    struct gunzip *stream; /* instead of unpack */
    char *chunk;
    struct slice unread; /* of the block at hand */
    bool end;            /* of the member */
    bool was_found;      /* the one member of a stream */
    uint64_t plain_bytes, member_bytes, member_max;
    struct charset_stream *decoder; /* NULL: the bytes are UTF-8, or not text */
    struct buffer decoded;
};

enum status source_open(const char *path, struct source **out, struct status_error *err)
{
    struct stat st;
    *out = NULL;
    int fd =
        strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_set_errno(err, errno, "cannot read '%s'", path);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        return status_set(err, STATUS_IO, "cannot read '%s': it is a folder", path);
    }
    struct source *s = calloc(1, sizeof *s);
    if (s)
        s->member_max = UINT64_MAX;
    if (!s) {
        close(fd);
        return status_no_memory(err);
    }
    enum status status = unpack_open(fd, path, &s->unpack, err);
    if (status)
        source_close(s);
    else
        *out = s;
    return status;
}

enum status source_open_stream(void (*wait)(void *context), void *context,
                               struct source **out, struct status_error *err)
{
    struct source *s = calloc(1, sizeof *s);
    if (s)
        s->member_max = UINT64_MAX;
    int fd = dup(STDIN_FILENO);
    *out = NULL;
    if (fd < 0) {
        free(s);
        return status_set_errno(err, errno, "cannot read standard input");
    }
    if (s)
        s->chunk = malloc(STREAM_CHUNK);
    if (s && s->chunk)
        s->stream = gunzip_open(fd);
    else
        close(fd);
    if (!s || !s->stream) {
        source_close(s);
        return status_no_memory(err);
    }
    gunzip_on_wait(s->stream, wait, context);
    *out = s;
    return STATUS_OK;
}

static enum status read_stream(struct source *s, struct status_error *err)
{
    const char *what;
    ssize_t n = gunzip_read(s->stream, s->chunk, STREAM_CHUNK);
    s->unread = (struct slice){s->chunk, n > 0 ? (size_t)n : 0};
    int errnum = n < 0 ? gunzip_problem(s->stream, &what) : 0;
    if (errnum)
        return status_set_errno(err, errnum, "cannot read standard input");
    return n >= 0
               ? STATUS_OK
               : status_set(err, STATUS_CORRUPT,
                            "cannot read standard input further: its gzip data %s", what);
}

void source_close(struct source *s)
{
    if (!s)
        return;
    gunzip_close(s->stream);
    free(s->chunk);
    unpack_close(s->unpack);
    charset_stream_close(s->decoder);
    buffer_free(&s->decoded);
    free(s);
}

enum status source_next(struct source *s, bool *found, struct status_error *err)
{
    s->unread = (struct slice){0};
    s->member_bytes = 0;
    charset_stream_close(s->decoder);
    s->decoder = NULL;
    if (s->stream) { /* one member: what comes */
        *found = !s->was_found;
        s->end = !*found;
        s->was_found = true;
        return STATUS_OK;
    }
    enum status status = unpack_next(s->unpack, found, err);
    s->end = !*found;
    return status;
}

bool source_goes_on(const struct source *s)
{
    return s->unpack && unpack_goes_on(s->unpack);
}

const char *source_name(const struct source *s)
{
    return s->unpack ? unpack_name(s->unpack) : "-";
}

bool source_is_member(const struct source *s)
{
    return s->unpack && unpack_is_member(s->unpack);
}

enum status source_decode(struct source *s, const char *charset, struct status_error *err)
{
    s->decoder = charset_stream_open(charset);
    buffer_init(&s->decoded, (size_t)1 << 30);
    if (!s->decoder || charset_stream_convert(s->decoder, s->unread, false, &s->decoded))
        return status_no_memory(err);
    s->unread = (struct slice){s->decoded.data, s->decoded.size};
    return STATUS_OK;
}

void source_replace(struct source *s, struct slice content)
{
    s->unread = content;
    s->end = true;
}

void source_limit(struct source *s, uint64_t bytes)
{
    s->member_max = bytes;
}

static enum status decode_block(struct source *s, struct status_error *err)
{
    if (charset_stream_convert(s->decoder, s->unread, s->end, &s->decoded))
        return status_no_memory(err);
    s->unread = (struct slice){s->decoded.data, s->decoded.size};
    return STATUS_OK;
}

enum status source_peek(struct source *s, struct slice *bytes, struct status_error *err)
{
    enum status status = STATUS_OK;
    while (s->unread.size == 0 && !s->end && !status) {
        status =
            s->stream ? read_stream(s, err) : unpack_block(s->unpack, &s->unread, err);
        s->end = status || s->unread.size == 0;
        if (!status && s->decoder)
            status = decode_block(s, err);
    }
    *bytes = s->unread;
    if (!status && s->unread.size > 0 && s->member_bytes >= s->member_max)
        status = status_set(err, STATUS_INVALID,
                            "'%s' has more than %" PRIu64
                            " bytes when it is unpacked (--max-file raises the limit)",
                            source_name(s), s->member_max);
    return status;
}

void source_skip(struct source *s, size_t size)
{
    if (size == 0) /* of nothing, too */
        return;
    s->unread.data += size;
    s->unread.size -= size;
    s->plain_bytes += size;
    s->member_bytes += size;
}

uint64_t source_packed_bytes(const struct source *s)
{
    return s->stream ? gunzip_offset(s->stream) : unpack_packed_bytes(s->unpack);
}

uint64_t source_plain_bytes(const struct source *s)
{
    return s->plain_bytes;
}

uint64_t source_member_bytes(const struct source *s)
{
    return s->member_bytes;
}

bool source_resume(struct source *s)
{
    s->unread = (struct slice){0};
    s->end = !s->unpack || !unpack_resume(s->unpack);
    return !s->end;
}

/* to: NULL to pass over them. */
static enum status move(struct source *s, uint64_t size, struct buffer *to,
                        struct status_error *err)
{
    while (size > 0) {
        struct slice bytes;
        enum status status = source_peek(s, &bytes, err);
        if (status || bytes.size == 0)
            return status;
        size_t n = bytes.size < size ? bytes.size : (size_t)size;
        if (to && buffer_append(to, bytes.data, n))
            return status_no_memory(err);
        source_skip(s, n);
        size -= n;
    }
    return STATUS_OK;
}

enum status source_pass(struct source *s, uint64_t size, struct status_error *err)
{
    return move(s, size, NULL, err);
}

enum status source_take(struct source *s, uint64_t size, struct buffer *to,
                        struct status_error *err)
{
    return move(s, size, to, err);
}

/* Appends while it fits; what is beyond is only counted. */
static void take(struct buffer *to, struct slice bytes, size_t max_bytes, uint64_t *size)
{
    *size += bytes.size;
    if (*size <= max_bytes)
        buffer_append(to, bytes.data, bytes.size);
}

enum status source_line(struct source *s, size_t max_bytes, size_t padding,
                        struct buffer *line, uint64_t *too_long, bool *end,
                        struct status_error *err)
{
    uint64_t size = 0;
    bool any = false;
    buffer_clear(line);
    *too_long = 0;
    for (;;) {
        struct slice bytes;
        enum status status = source_peek(s, &bytes, err);
        if (status)
            return status;
        if (bytes.size == 0)
            break;
        any = true;
        const char *newline = memchr(bytes.data, '\n', bytes.size);
        size_t n = newline ? (size_t)(newline - bytes.data) : bytes.size;
        take(line, (struct slice){bytes.data, n}, max_bytes, &size);
        source_skip(s, n + (newline ? 1 : 0));
        if (newline)
            break;
    }
    *end = !any;
    if (size > max_bytes)
        *too_long = size;
    if (line->failed || !buffer_reserve(line, padding))
        return status_no_memory(err);
    memset(line->data + line->size, 0, padding);
    return STATUS_OK;
}

enum status source_rest(struct source *s, size_t max_bytes, struct buffer *whole,
                        uint64_t *too_long, struct status_error *err)
{
    uint64_t size = 0;
    *too_long = 0;
    for (;;) {
        struct slice bytes;
        enum status status = source_peek(s, &bytes, err);
        if (status)
            return status;
        if (bytes.size == 0)
            break;
        take(whole, bytes, max_bytes, &size);
        source_skip(s, bytes.size);
    }
    if (size > max_bytes)
        *too_long = size;
    return whole->failed ? status_no_memory(err) : STATUS_OK;
}
