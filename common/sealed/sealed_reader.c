#include "common/sealed/columns.h"
#include "common/sealed/forms.h"
#include "common/sealed/sealed_file.h"

#include <stdlib.h>

enum status sealed_damaged(const struct sealed_reader *r, const char *what,
                           struct status_error *err)
{
    return status_set(err, STATUS_CORRUPT, "'%s' is damaged: %s", r->path, what);
}

void sealed_postings_free(struct sealed_postings *p)
{
    free(p->positions.items);
    free(p->forms.items);
    *p = (struct sealed_postings){0};
}

enum status sealed_positions_grow(struct sealed_positions *p, size_t more)
{
    uint32_t *items =
        buffer_grow_array(p->items, &p->capacity, p->count + more + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    p->items = items;
    return STATUS_OK;
}

static enum status find_columns(struct sealed_reader *r, struct status_error *err)
{
    struct slice left = r->sections.items[SECTION_COLUMNS];
    for (int i = 0; i < SEALED_COLUMN_COUNT && r->sections.facts.documents > 0; i++) {
        size_t size = columns_size(left, r->sections.facts.documents);
        if (size == 0)
            return sealed_damaged(r, "its columns", err);
        r->columns[i] = (struct slice){left.data, size};
        left.data += size;
        left.size -= size;
    }
    return left.size == 0 ? STATUS_OK : sealed_damaged(r, "its columns", err);
}

enum status sealed_reader_open(const char *path, struct sealed_reader **out,
                               struct status_error *err)
{
    *out = NULL;
    struct sealed_reader *r = calloc(1, sizeof *r);
    if (!r || !(r->path = strdup(path))) {
        free(r);
        return status_no_memory(err);
    }
    enum status status = sections_open(path, &r->sections, err);
    const struct sections_facts *facts = &r->sections.facts;
    if (!status && (facts->documents >= SEALED_DOCUMENTS_MAX ||
                    facts->field_gap > SEALED_POSITIONS_MAX ||
                    r->sections.items[SECTION_HASHES].size != facts->documents * 8ull))
        status = sealed_damaged(r, "its counts", err);
    if (!status)
        status = find_columns(r, err);
    if (status)
        sealed_reader_close(r);
    else
        *out = r;
    return status;
}

void sealed_reader_close(struct sealed_reader *r)
{
    if (!r)
        return;
    sections_close(&r->sections);
    free(r->zones);
    free(r->path);
    free(r);
}

uint32_t sealed_reader_documents(const struct sealed_reader *r)
{
    return r->sections.facts.documents;
}

uint64_t sealed_reader_total_length(const struct sealed_reader *r)
{
    return r->sections.facts.total_length;
}

uint32_t sealed_reader_field_gap(const struct sealed_reader *r)
{
    return r->sections.facts.field_gap;
}

uint64_t sealed_reader_bytes(const struct sealed_reader *r)
{
    return r->sections.size;
}

bool sealed_reader_section(const struct sealed_reader *r, size_t i, const char **name,
                           uint64_t *bytes)
{
    if (i >= SECTION_COUNT)
        return false;
    *name = section_names[i];
    *bytes = r->sections.items[i].size;
    return true;
}

enum status sealed_reader_verify(const struct sealed_reader *r, struct status_error *err)
{
    struct status_error why;
    enum status status = sections_verify(&r->sections, &why);
    return status ? sealed_damaged(r, why.message, err) : STATUS_OK;
}

void sealed_reader_release(const struct sealed_reader *r)
{
    sections_release(&r->sections);
}

/* --- documents --- */

/* Wraps around: numbers of a damaged file may be anything. */
static int64_t add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

int64_t sealed_column_get(const struct sealed_reader *r, enum sealed_column column,
                          uint32_t docid)
{
    size_t count = r->sections.facts.documents, i = (size_t)docid - 1;
    int64_t number = columns_get(r->columns[column], count, i);
    switch (column) {
    case SEALED_PUBLISHED:
        return sealed_unpack_date(number);
    case SEALED_LEAD_END:
        return add(number, columns_get(r->columns[SEALED_TITLE_END], count, i));
    case SEALED_POSITION_END:
    case SEALED_WORDS:
        return add(number, columns_get(r->columns[SEALED_LENGTH], count, i));
    default:
        return number;
    }
}

void sealed_lengths(const struct sealed_reader *r, uint32_t *out)
{
    columns_load(r->columns[SEALED_LENGTH], r->sections.facts.documents, out + 1);
}

uint64_t sealed_hash(const struct sealed_reader *r, uint32_t docid)
{
    return load_le64((const uint8_t *)r->sections.items[SECTION_HASHES].data +
                     ((size_t)docid - 1) * 8);
}

bool sealed_read_zones(const struct sealed_reader *r, uint32_t docid, struct zones *out)
{
    return zones_of(sealed_column_get(r, SEALED_TITLE_END, docid),
                    sealed_column_get(r, SEALED_POSITION_END, docid),
                    r->sections.facts.field_gap, out);
}

static enum status load_zones(struct sealed_reader *r, uint32_t *numbers,
                              struct zones *zones, struct status_error *err)
{
    const struct sections_facts *f = &r->sections.facts;
    sealed_lengths(r, numbers);
    for (uint32_t d = 1; d <= f->documents; d++)
        zones[d].rest = numbers[d];
    columns_load(r->columns[SEALED_POSITION_END], f->documents, numbers + 1);
    for (uint32_t d = 1; d <= f->documents; d++)
        zones[d].rest += numbers[d];
    columns_load(r->columns[SEALED_TITLE_END], f->documents, numbers + 1);
    for (uint32_t d = 1; d <= f->documents; d++)
        if (!zones_of(numbers[d], zones[d].rest, f->field_gap, &zones[d]))
            return sealed_damaged(r, "its columns", err);
    return STATUS_OK;
}

enum status sealed_reader_load_zones(struct sealed_reader *r, struct status_error *err)
{
    if (r->zones)
        return STATUS_OK;
    size_t count = (size_t)r->sections.facts.documents + 1;
    struct zones *zones = calloc(count, sizeof *zones);
    uint32_t *numbers = malloc(count * sizeof *numbers);
    enum status status =
        zones && numbers ? load_zones(r, numbers, zones, err) : status_no_memory(err);
    free(numbers);
    if (status)
        free(zones);
    else
        r->zones = zones;
    return status;
}

/* --- forms --- */

enum status sealed_forms(const struct sealed_reader *r, struct slice text,
                         const struct sealed_term *term, struct arena *arena,
                         struct sealed_form **forms, size_t *count,
                         struct status_error *err)
{
    *forms = NULL;
    *count = 0;
    if (!term->is_word)
        return STATUS_OK;
    const uint8_t *start =
        (const uint8_t *)r->sections.items[SECTION_POSTINGS].data + term->offset;
    const uint8_t *at = start + term->positions_size;
    *forms = form_list_get(&at, start + term->size, text, term->doc_freq, arena, count);
    return *forms ? STATUS_OK : sealed_damaged(r, "the forms of a word", err);
}
