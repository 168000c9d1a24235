#include "indexer/invert/run.h"

#include "common/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VARINT_MAX = 10 };

/* --- writing --- */

static enum status flush(struct run *r, struct status_error *err)
{
    for (size_t done = 0; done < r->at;) {
        ssize_t n = write(r->fd, r->buffer + done, r->at - done);
        if (n < 0 && errno != EINTR)
            return status_set_errno(err, errno, "cannot write a temporary file");
        done += n > 0 ? (size_t)n : 0;
    }
    r->at = 0;
    return STATUS_OK;
}

static inline enum status make_room(struct run *r, size_t size, struct status_error *err)
{
    return RUN_BUFFER - r->at < size ? flush(r, err) : STATUS_OK;
}

/* Room for it was made. */
static inline void put(struct run *r, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        r->buffer[r->at++] = (uint8_t)(number | 128);
    r->buffer[r->at++] = (uint8_t)number;
}

static void put_text(struct run *r, struct slice text)
{
    put(r, text.size);
    memcpy(r->buffer + r->at, text.data, text.size);
    r->at += text.size;
}

/* Of the greatest form. */
static unsigned bits_for(size_t form_count)
{
    unsigned bits = 0;
    while (bits < 32 && form_count > (size_t)1 << bits)
        bits++;
    return bits;
}

static enum status put_term(struct term_sink *sink, struct slice text, uint32_t doc_freq,
                            const struct sealed_form *forms, size_t form_count,
                            struct status_error *err)
{
    struct run *r = (struct run *)sink;
    enum status status = make_room(r, text.size + 4 * VARINT_MAX, err);
    if (status)
        return status;
    put_text(r, text);
    put(r, doc_freq);
    put(r, form_count);
    for (size_t i = 0; i < form_count && !status; i++) {
        status = make_room(r, forms[i].text.size + 2 * VARINT_MAX, err);
        if (status)
            return status;
        put_text(r, forms[i].text);
        put(r, forms[i].doc_freq);
    }
    r->docid = 0;
    r->form_count = form_count;
    r->form_bits = bits_for(form_count);
    return STATUS_OK;
}

static enum status put_posting(struct term_sink *sink, uint32_t docid,
                               const uint32_t *positions, const uint32_t *forms,
                               size_t count, struct status_error *err)
{
    enum { AT_ONCE = 1024 };
    struct run *r = (struct run *)sink;
    uint32_t last = 0;
    enum status status = make_room(r, 2 * VARINT_MAX, err);
    if (status)
        return status;
    put(r, docid - r->docid);
    r->docid = docid;
    if (r->form_count > 0)
        put(r, count);
    for (size_t i = 0; i < count; i++) {
        if (i % AT_ONCE == 0 && (status = make_room(r, AT_ONCE * VARINT_MAX, err)))
            return status;
        put(r, (uint64_t)(positions[i] - last) << r->form_bits | forms[i]);
        last = positions[i];
    }
    return STATUS_OK;
}

/* --- opening --- */

/* Without a name where the file system can do that; else the name goes at once. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    int n = snprintf(path, sizeof path, "%s/live-run-XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

enum status run_open(struct run *r, const char *folder, struct status_error *err)
{
    *r = (struct run){.head = {put_term, put_posting}, .fd = -1};
    r->buffer = malloc(RUN_BUFFER);
    if (!r->buffer)
        return status_no_memory(err);
    r->fd = open_nameless(folder);
    return r->fd >= 0 ? STATUS_OK
                      : status_set_errno(err, errno,
                                         "cannot make a temporary file in '%s'", folder);
}

void run_close(struct run *r)
{
    if (r->fd >= 0)
        close(r->fd);
    free(r->buffer);
    free(r->positions.items);
    free(r->form_indices.items);
    *r = (struct run){.fd = -1};
}

enum status run_rewind(struct run *r, struct status_error *err)
{
    enum status status = flush(r, err);
    if (!status && lseek(r->fd, 0, SEEK_SET) < 0)
        status = status_set_errno(err, errno, "cannot read a temporary file");
    r->at = r->end = 0;
    return status;
}

/* --- reading --- */

/* Sees to it that the next size bytes (fewer at the end) are in the buffer. */
static enum status fill(struct run *r, size_t size, struct status_error *err)
{
    if (r->end - r->at >= size)
        return STATUS_OK;
    memmove(r->buffer, r->buffer + r->at, r->end - r->at);
    r->end -= r->at;
    r->at = 0;
    while (r->end < RUN_BUFFER) {
        ssize_t n = read(r->fd, r->buffer + r->end, RUN_BUFFER - r->end);
        if (n < 0 && errno != EINTR)
            return status_set_errno(err, errno, "cannot read a temporary file");
        if (n == 0)
            break;
        r->end += n > 0 ? (size_t)n : 0;
    }
    return STATUS_OK;
}

static inline uint64_t get(struct run *r)
{
    uint64_t number = 0;
    for (unsigned shift = 0; r->at < r->end; shift += 7) {
        uint8_t byte = r->buffer[r->at++];
        number |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128))
            break;
    }
    return number;
}

static struct slice get_text(struct run *r, struct arena *arena)
{
    size_t size = get(r);
    char *copy = arena_copy(arena, r->buffer + r->at, size);
    r->at += size;
    return (struct slice){copy, size};
}

enum status run_next(struct run *r, struct arena *arena, bool *found,
                     struct status_error *err)
{
    enum status status = fill(r, SEALED_TERM_MAX + 4 * VARINT_MAX, err);
    *found = !status && r->at < r->end;
    if (!*found)
        return status;
    r->text = get_text(r, arena);
    r->doc_freq = r->left = (uint32_t)get(r);
    r->form_count = get(r);
    r->form_bits = bits_for(r->form_count);
    r->docid = 0;
    r->forms = arena_alloc(arena, (r->form_count + 1) * sizeof *r->forms);
    for (size_t i = 0; i < r->form_count && r->forms && !status; i++) {
        status = fill(r, SEALED_TERM_MAX + 2 * VARINT_MAX, err);
        if (status)
            return status;
        r->forms[i].text = get_text(r, arena);
        r->forms[i].doc_freq = (uint32_t)get(r);
    }
    return r->forms && r->text.data ? STATUS_OK : status_no_memory(err);
}

enum status run_posting(struct run *r, uint32_t *docid, struct status_error *err)
{
    enum { AT_ONCE = 1024 };
    enum status status = fill(r, 2 * VARINT_MAX, err);
    if (status)
        return status;
    r->left--;
    *docid = r->docid += (uint32_t)get(r);
    r->positions.count = r->form_indices.count = 0;
    size_t count = r->form_count > 0 ? get(r) : 0;
    if (sealed_positions_reserve(&r->positions, count) ||
        sealed_positions_reserve(&r->form_indices, count))
        return status_no_memory(err);
    uint32_t last = 0, *positions = r->positions.items, *forms = r->form_indices.items;
    uint64_t mask = (UINT64_C(1) << r->form_bits) - 1;
    for (size_t i = 0; i < count; i++) {
        if (i % AT_ONCE == 0 && (status = fill(r, AT_ONCE * VARINT_MAX, err)))
            return status;
        uint64_t number = get(r);
        forms[i] = (uint32_t)(number & mask);
        positions[i] = last += (uint32_t)(number >> r->form_bits);
    }
    r->positions.count = r->form_indices.count = count;
    return STATUS_OK;
}
