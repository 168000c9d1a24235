#include "common/sealed/sections.h"

#include "common/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The number in it is the version of the format. */
static const char magic[16] = "pressmark seal 1";

enum {
    MAGIC_SIZE = sizeof magic,
    ENTRY_SIZE = 24, /* offset, size, checksum: 8 bytes each */
    TABLE_SIZE = SECTION_COUNT * ENTRY_SIZE,
    FACTS_SIZE = 24, /* total length, terms (8 bytes each), documents, field gap (4) */
    TRAILER_SIZE = FACTS_SIZE + 8 + MAGIC_SIZE, /* facts, checksum of all before, magic */
    SIZE_MIN = MAGIC_SIZE + TABLE_SIZE + TRAILER_SIZE,
    BUFFER_SIZE = 1 << 18
};

_Static_assert(TABLE_SIZE + TRAILER_SIZE >= SECTIONS_PADDING, "padding behind sections");

const char *const section_names[SECTION_COUNT] = {
    [SECTION_RECORDS] = "stored articles",
    [SECTION_BOUNDARIES] = "boundaries",
    [SECTION_POSTINGS] = "postings",
    [SECTION_TERMS] = "terms",
    [SECTION_TERM_INDEX] = "index of the terms",
    [SECTION_TERM_KEYS] = "keys of the terms",
    [SECTION_COLUMNS] = "columns",
    [SECTION_HASHES] = "hashes",
    [SECTION_RECORD_INDEX] = "index of the stored articles",
    [SECTION_BOUNDARY_INDEX] = "index of the boundaries",
};

/* --- writing --- */

struct sections_writer {
    int fd;
    char *path;
    bool finished;
    XXH3_state_t *hash; /* of the section at hand */
    uint64_t offset, start;
    int section;
    uint8_t table[TABLE_SIZE + FACTS_SIZE];
    enum status failed;
    struct status_error error;
    size_t used;
    uint8_t buffer[BUFFER_SIZE];
};

static void write_all(struct sections_writer *w, const uint8_t *bytes, size_t size)
{
    while (size > 0 && !w->failed) {
        ssize_t n = write(w->fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            w->failed = status_set_errno(&w->error, errno, "cannot write '%s'", w->path);
            return;
        }
        bytes += n;
        size -= (size_t)n;
    }
}

static void flush(struct sections_writer *w)
{
    write_all(w, w->buffer, w->used);
    w->used = 0;
}

static void put(struct sections_writer *w, const void *bytes, size_t size)
{
    if (size > BUFFER_SIZE - w->used)
        flush(w);
    if (size > BUFFER_SIZE) {
        write_all(w, bytes, size);
    } else if (size > 0) {
        memcpy(w->buffer + w->used, bytes, size);
        w->used += size;
    }
    w->offset += size;
}

enum status sections_create(const char *path, struct sections_writer **out,
                            struct status_error *err)
{
    *out = NULL;
    struct sections_writer *w = calloc(1, sizeof *w);
    if (!w)
        return status_no_memory(err);
    w->fd = -1;
    w->path = strdup(path);
    w->hash = XXH3_createState();
    enum status status = STATUS_OK;
    if (!w->path || !w->hash)
        status = status_no_memory(err);
    else if ((w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
        status = status_set_errno(err, errno, "cannot create '%s'", path);
    if (status) {
        sections_abandon(w);
        return status;
    }
    put(w, magic, MAGIC_SIZE);
    w->start = w->offset;
    XXH3_64bits_reset(w->hash);
    *out = w;
    return STATUS_OK;
}

void sections_write(struct sections_writer *w, const void *bytes, size_t size)
{
    XXH3_64bits_update(w->hash, bytes, size);
    put(w, bytes, size);
}

void sections_next(struct sections_writer *w)
{
    uint8_t *entry = w->table + w->section++ * ENTRY_SIZE;
    store_le(entry, w->start, 8);
    store_le(entry + 8, w->offset - w->start, 8);
    store_le(entry + 16, XXH3_64bits_digest(w->hash), 8);
    XXH3_64bits_reset(w->hash);
    w->start = w->offset;
}

uint64_t sections_size(const struct sections_writer *w)
{
    return w->offset - w->start;
}

void sections_fail(struct sections_writer *w, enum status status)
{
    if (status && !w->failed)
        w->failed = status_set(&w->error, status, "%s", status_text(status));
}

enum status sections_failed(const struct sections_writer *w, struct status_error *err)
{
    if (w->failed && err)
        *err = w->error;
    return w->failed;
}

enum status sections_finish(struct sections_writer *w, const struct sections_facts *facts,
                            struct status_error *err)
{
    uint8_t checksum[8];
    sections_next(w);
    store_le(w->table + TABLE_SIZE, facts->total_length, 8);
    store_le(w->table + TABLE_SIZE + 8, facts->terms, 8);
    store_le(w->table + TABLE_SIZE + 16, facts->documents, 4);
    store_le(w->table + TABLE_SIZE + 20, facts->field_gap, 4);
    store_le(checksum, XXH3_64bits(w->table, sizeof w->table), 8);
    put(w, w->table, sizeof w->table);
    put(w, checksum, sizeof checksum);
    put(w, magic, MAGIC_SIZE);
    flush(w);
    if (!w->failed && fsync(w->fd) != 0)
        w->failed = status_set_errno(&w->error, errno, "cannot sync '%s'", w->path);
    w->finished = w->failed == STATUS_OK;
    return sections_failed(w, err);
}

void sections_abandon(struct sections_writer *w)
{
    if (!w)
        return;
    if (w->fd >= 0) {
        close(w->fd);
        if (!w->finished)
            unlink(w->path);
    }
    XXH3_freeState(w->hash);
    free(w->path);
    free(w);
}

/* --- reading --- */

static enum status map(const char *path, struct sections *out, struct status_error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_set_errno(err, errno, "cannot open '%s'", path);
    enum status status = STATUS_OK;
    void *data = MAP_FAILED;
    if (fstat(fd, &st) != 0)
        status = status_set_errno(err, errno, "cannot read '%s'", path);
    else if (st.st_size < SIZE_MIN)
        status = status_set(err, STATUS_CORRUPT, "'%s' is too short: %lld bytes", path,
                            (long long)st.st_size);
    else if ((data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) ==
             MAP_FAILED)
        status = status_set_errno(err, errno, "cannot map '%s'", path);
    close(fd);
    if (!status) {
        out->data = data;
        out->size = (size_t)st.st_size;
    }
    return status;
}

/* The sections fill the file, without a gap. */
static bool read_table(struct sections *s)
{
    const uint8_t *table = s->data + s->size - TABLE_SIZE - TRAILER_SIZE;
    uint64_t offset = MAGIC_SIZE, end = s->size - TABLE_SIZE - TRAILER_SIZE;
    if (XXH3_64bits(table, TABLE_SIZE + FACTS_SIZE) !=
        load_le64(table + TABLE_SIZE + FACTS_SIZE))
        return false;
    for (int i = 0; i < SECTION_COUNT; i++) {
        const uint8_t *entry = table + i * ENTRY_SIZE;
        uint64_t size = load_le64(entry + 8);
        if (load_le64(entry) != offset || size > end - offset)
            return false;
        s->items[i] = (struct slice){(const char *)s->data + offset, size};
        s->checksums[i] = load_le64(entry + 16);
        offset += size;
    }
    table += TABLE_SIZE;
    s->facts = (struct sections_facts){load_le64(table), load_le64(table + 8),
                                       load_le32(table + 16), load_le32(table + 20)};
    return offset == end;
}

static enum status read_frame(const char *path, struct sections *s,
                              struct status_error *err)
{
    const uint8_t *last = s->data + s->size - MAGIC_SIZE;
    bool ours = memcmp(s->data, magic, MAGIC_SIZE - 2) == 0 &&
                memcmp(last, s->data, MAGIC_SIZE) == 0;
    if (ours && memcmp(s->data, magic, MAGIC_SIZE) != 0)
        return status_set(err, STATUS_VERSION,
                          "'%s' is of another version of the format: use the program "
                          "that wrote it, or index the articles again",
                          path);
    if (!ours || !read_table(s))
        return status_set(err, STATUS_CORRUPT, "'%s' is damaged: %s", path,
                          ours ? "its table of sections" : "it has no frame");
    return STATUS_OK;
}

enum status sections_open(const char *path, struct sections *out,
                          struct status_error *err)
{
    *out = (struct sections){0};
    enum status status = map(path, out, err);
    if (!status)
        status = read_frame(path, out, err);
    if (status)
        sections_close(out);
    return status;
}

void sections_close(struct sections *s)
{
    if (s->data)
        munmap((void *)(uintptr_t)s->data, s->size);
    *s = (struct sections){0};
}

enum status sections_verify(const struct sections *s, struct status_error *err)
{
    for (int i = 0; i < SECTION_COUNT; i++)
        if (XXH3_64bits(s->items[i].data, s->items[i].size) != s->checksums[i])
            return status_set(err, STATUS_CORRUPT,
                              "the section '%s' does not have its checksum",
                              section_names[i]);
    return STATUS_OK;
}

void sections_release(const struct sections *s)
{
    madvise((void *)(uintptr_t)s->data, s->size, MADV_DONTNEED);
}
