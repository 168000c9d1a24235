#include "indexer/input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 256 * 1024, GZIP_BUFFER = 128 * 1024 };

struct source {
    char *path;
    gzFile file; /* reads plain files as they are */
    char chunk[CHUNK];
    size_t at, size;
    uint64_t plain_bytes; /* before the chunk's unread part */
    bool end;
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
        s->path = strdup(path);
    gzFile file = s && s->path ? gzdopen(fd, "rb") : NULL;
    if (!file) {
        close(fd);
        source_close(s);
        return status_no_memory(err);
    }
    gzbuffer(file, GZIP_BUFFER);
    s->file = file;
    *out = s;
    return STATUS_OK;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->file)
        gzclose(s->file);
    free(s->path);
    free(s);
}

static enum status read_failed(struct source *s, struct status_error *err)
{
    int code;
    int errnum = errno;
    gzerror(s->file, &code);
    if (code == Z_ERRNO)
        return status_set_errno(err, errnum, "cannot read '%s'", s->path);
    return status_set(err, STATUS_CORRUPT, "cannot read '%s' further: its gzip data %s",
                      s->path, code == Z_BUF_ERROR ? "breaks off" : "is damaged");
}

enum status source_peek(struct source *s, struct slice *bytes, struct status_error *err)
{
    if (s->at == s->size && !s->end) {
        int n = gzread(s->file, s->chunk, CHUNK);
        int code = Z_OK;
        if (n >= 0)
            gzerror(s->file, &code);
        if (n < 0 || (n == 0 && code != Z_OK && code != Z_STREAM_END))
            return read_failed(s, err); /* a cut gzip file ends with Z_BUF_ERROR */
        s->at = 0;
        s->size = (size_t)n;
        s->end = n == 0;
    }
    *bytes = (struct slice){s->chunk + s->at, s->size - s->at};
    return STATUS_OK;
}

void source_skip(struct source *s, size_t size)
{
    s->at += size;
    s->plain_bytes += size;
}

uint64_t source_packed_bytes(const struct source *s)
{
    z_off_t offset = gzoffset(s->file);
    return offset > 0 ? (uint64_t)offset : s->plain_bytes;
}

uint64_t source_plain_bytes(const struct source *s)
{
    return s->plain_bytes;
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
