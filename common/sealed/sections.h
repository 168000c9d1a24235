/* sections.h - the frame of a sealed file: named sections with checksums; for this folder
 * only.
 *
 * The file is the magic, the sections one after the other, a table of them, a trailer. */
#ifndef COMMON_SEALED_SECTIONS_H
#define COMMON_SEALED_SECTIONS_H

#include "common/slice.h"
#include "common/status.h"

#include <stdint.h>

/* In the order in which they are written. */
enum section {
    SECTION_RECORDS,
    SECTION_BOUNDARIES,
    SECTION_POSTINGS,
    SECTION_TERMS,
    SECTION_TERM_INDEX,
    SECTION_TERM_KEYS,
    SECTION_COLUMNS,
    SECTION_HASHES,
    SECTION_RECORD_INDEX,
    SECTION_BOUNDARY_INDEX,
    SECTION_COUNT
};

extern const char *const section_names[SECTION_COUNT];

/* Facts of the whole file, in its trailer. */
struct sections_facts {
    uint64_t total_length, terms;
    uint32_t documents, field_gap;
};

struct sections_writer;

enum status sections_create(const char *path, struct sections_writer **out,
                            struct status_error *err);

/* Appends to the section at hand; sections_next ends it and begins the next. A failure is
 * kept and returned by all that follows. */
void sections_write(struct sections_writer *w, const void *bytes, size_t size);
void sections_next(struct sections_writer *w);

/* Bytes in the section so far. */
uint64_t sections_size(const struct sections_writer *w);

/* Records a failure of the caller's own. */
void sections_fail(struct sections_writer *w, enum status status);

enum status sections_failed(const struct sections_writer *w, struct status_error *err);

/* Ends the last section, writes table and trailer, flushes to the disk. */
enum status sections_finish(struct sections_writer *w, const struct sections_facts *facts,
                            struct status_error *err);

/* Closes; a file that was not finished is removed. */
void sections_abandon(struct sections_writer *w);

/* A mapped file. */
struct sections {
    const uint8_t *data;
    size_t size;
    struct slice items[SECTION_COUNT];
    uint64_t checksums[SECTION_COUNT];
    struct sections_facts facts;
};

/* Maps the file and verifies its frame. At least SECTIONS_PADDING bytes can be read
 * behind every section. NOT_FOUND, IO, CORRUPT, VERSION. */
enum status sections_open(const char *path, struct sections *out,
                          struct status_error *err);
void sections_close(struct sections *s);

enum { SECTIONS_PADDING = 64 };

/* CORRUPT names the section that does not have its checksum. */
enum status sections_verify(const struct sections *s, struct status_error *err);

/* Lets go of pages in memory. */
void sections_release(const struct sections *s);

static inline uint32_t load_le32(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

static inline uint64_t load_le64(const uint8_t *from)
{
    return load_le32(from) | (uint64_t)load_le32(from + 4) << 32;
}

static inline void store_le(uint8_t *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

#endif
