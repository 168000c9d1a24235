#include "tests/robust/sealed_damage.h"

#include "common/hash.h"
#include "common/sealed/columns.h"
#include "common/sealed/sealed.h"
#include "common/sealed/sections.h"
#include "tests/robust/sealed_sample.h"

#include <stdio.h>
#include <stdlib.h>

/* Of the frame, as in sections.c. */
enum {
    ENTRY = 24,
    FACTS = SECTION_COUNT * ENTRY,
    CHECKSUM = FACTS + 24,
    TAIL = CHECKSUM + 24,
    FRAME = 16, /* of a column, as in columns.c */
    FRAMES_MAX = 4
};

void bytes_read(const char *path, struct bytes *out)
{
    FILE *in = fopen(path, "rb");
    enum { SIZE_MAX_BYTES = 1 << 22 };
    out->data = malloc(SIZE_MAX_BYTES);
    out->size = in && out->data ? fread(out->data, 1, SIZE_MAX_BYTES, in) : 0;
    if (out->size == 0)
        exit(2);
    fclose(in);
}

void bytes_write(const char *path, const struct bytes *f)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(f->data, 1, f->size, out) != f->size || fclose(out) != 0)
        exit(2);
}

static uint8_t *entry_of(const struct bytes *f, unsigned section)
{
    return f->data + f->size - TAIL + section * ENTRY;
}

/* The place of a section; false when the table is damaged already. */
static bool find_section(const struct bytes *f, unsigned section, size_t *at,
                         size_t *size)
{
    *at = load_le64(entry_of(f, section));
    *size = load_le64(entry_of(f, section) + 8);
    return *at <= f->size - TAIL && *size <= f->size - TAIL - *at;
}

/* Anywhere, or in any section however small that is, or at its beginning. */
static size_t pick_place(const struct bytes *f)
{
    enum { BEGINNING = 96 };
    size_t at, size;
    bool good = find_section(f, sample_below(SECTION_COUNT), &at, &size);
    if (sample_below(3) == 0 && size > BEGINNING)
        size = BEGINNING;
    return good && size > 0 && sample_below(4) ? at + sample_below(size)
                                               : sample_below(f->size);
}

static uint8_t odd_byte(void)
{
    static const uint8_t odd[] = {0, 1, 0x7F, 0x80, 0xFF, 0xFE};
    return sample_below(2) ? odd[sample_below(sizeof odd)] : (uint8_t)sample_below(256);
}

static void flip_bytes(struct bytes *f)
{
    for (uint32_t n = 1 + sample_below(8); n > 0; n--) {
        uint8_t *at = f->data + pick_place(f);
        uint8_t other = (uint8_t)(*at ^ 1 << sample_below(8));
        *at = sample_below(2) ? odd_byte() : other;
    }
}

static void fill_run(struct bytes *f)
{
    size_t at = pick_place(f);
    bool same = sample_below(2);
    uint8_t byte = odd_byte();
    for (uint32_t n = sample_below(100); n > 0 && at < f->size; n--)
        f->data[at++] = same ? byte : (uint8_t)sample_below(256);
}

static void swap_places(struct bytes *f)
{
    size_t a = pick_place(f), b = pick_place(f);
    for (uint32_t n = 1 + sample_below(32); n > 0 && a < f->size && b < f->size; n--) {
        uint8_t byte = f->data[a];
        f->data[a++] = f->data[b];
        f->data[b++] = byte;
    }
}

/* Replaces `gone` bytes of a section by as many as `more`, from `from` or random ones;
 * the table follows. */
static void splice(struct bytes *f, unsigned section, size_t at, size_t gone,
                   const uint8_t *from, size_t more)
{
    size_t begin = load_le64(entry_of(f, section)) + at;
    f->data = more > gone ? realloc(f->data, f->size + more - gone) : f->data;
    if (!f->data)
        exit(2);
    memmove(f->data + begin + more, f->data + begin + gone, f->size - begin - gone);
    f->size += more - gone;
    for (size_t i = 0; i < more; i++)
        f->data[begin + i] = from ? from[i] : (uint8_t)sample_below(256);
    uint8_t *entry = entry_of(f, section);
    store_le(entry + 8, load_le64(entry + 8) + more - gone, 8);
    for (unsigned i = section + 1; i < SECTION_COUNT; i++) {
        entry = entry_of(f, i);
        store_le(entry, load_le64(entry) + more - gone, 8);
    }
}

static void resize_section(struct bytes *f)
{
    unsigned section = sample_below(SECTION_COUNT);
    size_t start, size;
    if (!find_section(f, section, &start, &size))
        return;
    size_t at = sample_below(2) ? size : sample_below(size + 1);
    size_t gone = sample_below(4) ? sample_below(40) : size;
    gone = gone > size ? size : gone;
    at = at > size - gone ? size - gone : at;
    splice(f, section, at, gone, NULL, sample_below(2) ? 0 : sample_below(40));
}

/* Columns of odd numbers, each of them the same for all documents of a frame. */
static size_t make_columns(uint8_t *columns, uint32_t documents)
{
    static const uint64_t odd[] = {0, 1, 3, 100, 102, UINT32_MAX, INT64_MAX, UINT64_MAX};
    size_t size = 0;
    for (unsigned i = 0; i < SEALED_COLUMN_COUNT; i++) {
        uint64_t number = odd[sample_below(sizeof odd / sizeof *odd)];
        number <<= sample_below(2) ? 0 : sample_below(30);
        for (uint32_t d = 0; d < documents; d += COLUMN_FRAME, size += FRAME)
            store_le(columns + size, number, 8);
    }
    return size;
}

/* Another number of documents, with hashes and columns for them. */
static void recount(struct bytes *f)
{
    static const uint32_t counts[] = {0, 1, 127, 128, 129, 257, 513};
    uint8_t columns[SEALED_COLUMN_COUNT * FRAMES_MAX * FRAME] = {0};
    uint8_t *number = entry_of(f, 0) + FACTS + 16;
    uint32_t documents = load_le32(number) + sample_below(3) - 1;
    size_t at, old, hashes;
    if (sample_below(2))
        documents = counts[sample_below(sizeof counts / sizeof *counts)];
    if (documents > FRAMES_MAX * COLUMN_FRAME ||
        !find_section(f, SECTION_COLUMNS, &at, &old) ||
        !find_section(f, SECTION_HASHES, &at, &hashes))
        return;
    store_le(number, documents, 4);
    splice(f, SECTION_COLUMNS, 0, old, columns, make_columns(columns, documents));
    size_t wanted = documents * (size_t)8, kept = hashes < wanted ? hashes : wanted;
    splice(f, SECTION_HASHES, kept, hashes - kept, NULL, wanted - kept);
}

static void change_facts(struct bytes *f)
{
    static const uint32_t odd[] = {0, 1, 99, 101, 1 << 28, (1 << 28) + 1, UINT32_MAX};
    uint8_t *facts = entry_of(f, 0) + FACTS;
    unsigned at = sample_below(6) * 4;
    store_le(facts + at, odd[sample_below(sizeof odd / sizeof *odd)], 4);
}

/* All checksums fit again, or only that of the table. */
static void repair(struct bytes *f, bool sections)
{
    uint8_t *table = entry_of(f, 0);
    size_t at, size;
    for (unsigned i = 0; i < SECTION_COUNT && sections; i++)
        if (find_section(f, i, &at, &size))
            store_le(entry_of(f, i) + 16, hash_bytes(f->data + at, size), 8);
    store_le(table + CHECKSUM, hash_bytes(table, CHECKSUM), 8);
}

void damage(struct bytes *f)
{
    static void (*const kinds[])(struct bytes *) = {flip_bytes,  flip_bytes,     fill_run,
                                                    swap_places, resize_section, recount,
                                                    change_facts};
    uint32_t mode = sample_below(16);
    for (uint32_t n = sample_below(3) ? 1 : 1 + sample_below(3); n > 0; n--)
        kinds[sample_below(sizeof kinds / sizeof *kinds)](f);
    if (mode == 0)
        f->size = sample_below(f->size);
    else if (mode > 3)
        repair(f, mode > 6);
}
