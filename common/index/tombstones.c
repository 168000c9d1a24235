#include "common/index/tombstones.h"

#include "common/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHECKSUM_SIZE = 8 };

void tombstones_free(struct tombstones *t)
{
    free(t->bits);
    t->bits = NULL;
    t->count = 0;
}

enum status tombstones_add(struct tombstones *t, uint32_t docid)
{
    if (docid == 0 || docid > t->documents || tombstones_has(t, docid))
        return STATUS_OK;
    if (!t->bits)
        t->bits = calloc((size_t)t->documents / 64 + 1, sizeof *t->bits);
    if (!t->bits)
        return STATUS_NO_MEMORY;
    t->bits[docid / 64] |= UINT64_C(1) << (docid % 64);
    t->count++;
    return STATUS_OK;
}

enum status tombstones_encode(const struct tombstones *t, struct buffer *out)
{
    uint32_t last = 0;
    buffer_append_varint(out, t->count);
    for (uint32_t d = 1; d <= t->documents && t->bits; d++) {
        if (!tombstones_has(t, d))
            continue;
        buffer_append_varint(out, d - last);
        last = d;
    }
    return out->failed;
}

enum status tombstones_decode(struct tombstones *t, struct slice bytes)
{
    const char *at = bytes.data, *end = at + bytes.size;
    uint64_t count, gap, docid = 0;
    if (!buffer_read_varint(&at, end, &count))
        return STATUS_CORRUPT;
    for (uint64_t i = 0; i < count; i++) {
        if (!buffer_read_varint(&at, end, &gap) || gap == 0 || gap > t->documents ||
            (docid += gap) > t->documents)
            return STATUS_CORRUPT;
        if (tombstones_add(t, (uint32_t)docid))
            return STATUS_NO_MEMORY;
    }
    return at == end ? STATUS_OK : STATUS_CORRUPT;
}

static enum status append_checksum(struct buffer *out)
{
    uint64_t hash = hash_bytes(out->data, out->size);
    for (int i = 0; i < CHECKSUM_SIZE; i++)
        buffer_append_byte(out, (char)(hash >> (8 * i)));
    return out->failed;
}

static enum status write_file(const struct buffer *bytes, const char *path,
                              struct status_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return status_set_errno(err, errno, "cannot create '%s'", path);
    enum status status = STATUS_OK;
    for (size_t done = 0; done < bytes->size && !status;) {
        ssize_t n = write(fd, bytes->data + done, bytes->size - done);
        if (n < 0 && errno != EINTR)
            status = status_set_errno(err, errno, "cannot write '%s'", path);
        done += n > 0 ? (size_t)n : 0;
    }
    if (!status && fsync(fd) != 0)
        status = status_set_errno(err, errno, "cannot sync '%s'", path);
    close(fd);
    return status;
}

enum status tombstones_write(const struct tombstones *t, const char *path,
                             struct status_error *err)
{
    struct buffer bytes = BUFFER_INIT(SIZE_MAX / 2);
    enum status status = tombstones_encode(t, &bytes);
    if (!status)
        status = append_checksum(&bytes);
    status = status ? status_no_memory(err) : write_file(&bytes, path, err);
    buffer_free(&bytes);
    return status;
}

static enum status read_file(const char *path, struct buffer *bytes,
                             struct status_error *err)
{
    char piece[1 << 14];
    FILE *in = fopen(path, "rbe");
    if (!in)
        return status_set_errno(err, errno, "cannot open '%s'", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        buffer_append(bytes, piece, n);
    enum status status =
        ferror(in) ? status_set_errno(err, errno, "cannot read '%s'", path) : STATUS_OK;
    fclose(in);
    return status ? status : bytes->failed ? status_no_memory(err) : STATUS_OK;
}

enum status tombstones_read(struct tombstones *t, const char *path,
                            struct status_error *err)
{
    struct buffer bytes = BUFFER_INIT(SIZE_MAX / 2), again = BUFFER_INIT(SIZE_MAX / 2);
    enum status status = read_file(path, &bytes, err);
    if (!status && bytes.size <= CHECKSUM_SIZE)
        status = status_set(err, STATUS_CORRUPT, "'%s' is too short", path);
    if (!status) {
        struct slice body = {bytes.data, bytes.size - CHECKSUM_SIZE};
        buffer_append(&again, body.data, body.size);
        if (append_checksum(&again))
            status = status_no_memory(err);
        else if (memcmp(again.data, bytes.data, bytes.size) != 0)
            status = status_set(err, STATUS_CORRUPT,
                                "'%s' is damaged: it does not have its checksum", path);
        else if ((status = tombstones_decode(t, body)) != STATUS_OK)
            status = status_set(err, status, "'%s': %s", path, status_text(status));
    }
    buffer_free(&bytes);
    buffer_free(&again);
    return status;
}
