#include "common/sealed/block.h"
#include "common/sealed/boundaries.h"
#include "common/sealed/columns.h"
#include "common/sealed/forms.h"
#include "common/sealed/records.h"
#include "common/sealed/sealed_copy.h"
#include "common/sealed/terms.h"

#include <stdlib.h>

/* The term that is being written. Postings wait until its end; positions go out as they
 * come, because they are many. */
struct open_term {
    bool is_open;
    char bytes[SEALED_TERM_MAX];
    size_t size;
    struct sealed_term facts;
    uint32_t written; /* postings so far */
    uint32_t last;    /* docid of the last one */
    size_t form_count;
    struct buffer forms, blocks, skips, position_sizes, positions, tail;
};

struct sealed_writer {
    struct sections_writer *out;
    uint32_t field_gap, documents, capacity;
    struct zones *zones; /* by docid; [0] is not used */
    uint32_t *lengths;
    float *inverse_norms; /* 1 / k of SEALED_BOUND; made at the first term */
    uint64_t total_length;
    struct column_builder columns[SEALED_COLUMN_COUNT];
    struct buffer hashes;
    struct records_builder records;
    struct boundaries_builder boundaries;
    struct terms_builder terms;
    struct open_term term;
};

static void init_term(struct open_term *t)
{
    buffer_init(&t->forms, UINT32_MAX);
    buffer_init(&t->blocks, UINT32_MAX);
    buffer_init(&t->skips, UINT32_MAX);
    buffer_init(&t->position_sizes, UINT32_MAX);
    buffer_init(&t->positions, UINT32_MAX);
    buffer_init(&t->tail, UINT32_MAX);
}

static void free_term(struct open_term *t)
{
    buffer_free(&t->forms);
    buffer_free(&t->blocks);
    buffer_free(&t->skips);
    buffer_free(&t->position_sizes);
    buffer_free(&t->positions);
    buffer_free(&t->tail);
}

enum status sealed_writer_open(const char *path, uint32_t field_gap, int level,
                               struct sealed_writer **out, struct status_error *err)
{
    *out = NULL;
    struct sealed_writer *w = calloc(1, sizeof *w);
    if (!w)
        return status_no_memory(err);
    w->field_gap = field_gap;
    for (int i = 0; i < SEALED_COLUMN_COUNT; i++)
        column_builder_init(&w->columns[i]);
    buffer_init(&w->hashes, SIZE_MAX / 2);
    records_builder_init(&w->records, level);
    boundaries_builder_init(&w->boundaries);
    terms_builder_init(&w->terms);
    init_term(&w->term);
    enum status status = sections_create(path, &w->out, err);
    if (status)
        sealed_writer_close(w);
    else
        *out = w;
    return status;
}

void sealed_writer_close(struct sealed_writer *w)
{
    if (!w)
        return;
    sections_abandon(w->out);
    for (int i = 0; i < SEALED_COLUMN_COUNT; i++)
        column_builder_free(&w->columns[i]);
    buffer_free(&w->hashes);
    records_builder_free(&w->records);
    boundaries_builder_free(&w->boundaries);
    terms_builder_free(&w->terms);
    free_term(&w->term);
    free(w->zones);
    free(w->lengths);
    free(w->inverse_norms);
    free(w);
}

uint32_t sealed_writer_documents(const struct sealed_writer *w)
{
    return w->documents;
}

uint64_t sealed_writer_hash(const struct sealed_writer *w, uint32_t docid)
{
    return load_le64((const uint8_t *)w->hashes.data + ((size_t)docid - 1) * 8);
}

size_t sealed_writer_memory(const struct sealed_writer *w)
{
    size_t columns = 0;
    for (int i = 0; i < SEALED_COLUMN_COUNT; i++)
        columns += w->columns[i].packed.capacity;
    return columns + w->hashes.capacity + w->boundaries.bytes.capacity +
           w->capacity * (sizeof *w->zones + sizeof *w->lengths);
}

/* --- documents --- */

static enum status put_zones(struct sealed_writer *w, const struct sealed_document *d)
{
    size_t need = w->documents + 1, capacity = w->capacity;
    if (need > capacity) {
        capacity = capacity ? capacity + capacity / 2 : 1024;
        struct zones *zones = realloc(w->zones, capacity * sizeof *zones);
        w->zones = zones ? zones : w->zones;
        uint32_t *lengths = realloc(w->lengths, capacity * sizeof *lengths);
        w->lengths = lengths ? lengths : w->lengths;
        if (!zones || !lengths)
            return STATUS_NO_MEMORY;
        w->capacity = (uint32_t)capacity;
    }
    w->lengths[w->documents] = d->length;
    return zones_of(d->title_end, d->position_end, w->field_gap, &w->zones[w->documents])
               ? STATUS_OK
               : STATUS_ARGUMENT;
}

/* Differences to other columns take fewer bits than the numbers themselves. */
static void put_columns(struct sealed_writer *w, const struct sealed_document *d)
{
    int64_t length = d->length, end = d->position_end;
    column_builder_add(&w->columns[SEALED_LENGTH], length);
    column_builder_add(&w->columns[SEALED_TITLE_END], d->title_end);
    column_builder_add(&w->columns[SEALED_LEAD_END], (int64_t)d->lead_end - d->title_end);
    column_builder_add(&w->columns[SEALED_POSITION_END], end - length);
    column_builder_add(&w->columns[SEALED_WORDS], (int64_t)d->words - length);
    column_builder_add(&w->columns[SEALED_PUBLISHED], sealed_pack_date(d->published_s));
}

enum status sealed_writer_bare_document(struct sealed_writer *w,
                                        const struct sealed_document *d,
                                        const struct sealed_positions *boundaries,
                                        struct status_error *err)
{
    uint8_t hash[8];
    if (w->documents + 1 >= SEALED_DOCUMENTS_MAX)
        return status_set(err, STATUS_LIMIT, "a sealed segment has at most %d articles",
                          SEALED_DOCUMENTS_MAX - 1);
    w->documents++;
    w->total_length += d->length;
    enum status status = put_zones(w, d);
    if (status)
        return status_set(err, status, "an article's title and text overlap");
    put_columns(w, d);
    store_le(hash, d->hash, sizeof hash);
    buffer_append(&w->hashes, hash, sizeof hash);
    status = boundaries_builder_add(&w->boundaries, w->zones[w->documents],
                                    d->position_end, boundaries);
    return status ? status_set(err, status, "the boundaries of an article: %s",
                               status_text(status))
                  : STATUS_OK;
}

enum status sealed_writer_record(struct sealed_writer *w, struct slice record,
                                 struct status_error *err)
{
    enum status status = record.size > SEALED_RECORD_MAX
                             ? STATUS_LIMIT
                             : records_builder_add(&w->records, record, w->out);
    if (status)
        return status_set(err, status, "the record of an article: %s",
                          status_text(status));
    return sections_failed(w->out, err);
}

enum status sealed_writer_records(struct sealed_writer *w, struct slice block,
                                  uint32_t count, struct status_error *err)
{
    enum status status = records_builder_copy(&w->records, block, count, w->out);
    if (status)
        return status_set(err, status, "stored articles: %s", status_text(status));
    return sections_failed(w->out, err);
}

enum status sealed_writer_document(
    struct sealed_writer *w, const struct sealed_document *document, struct slice record,
    const struct sealed_positions boundaries[SEALED_BOUNDARY_COUNT],
    struct status_error *err)
{
    enum status status = sealed_writer_bare_document(w, document, boundaries, err);
    return status ? status : sealed_writer_record(w, record, err);
}

/* The documents are complete: the norms need their mean length. */
static enum status end_documents(struct sealed_writer *w, struct status_error *err)
{
    double mean = w->documents > 0 ? (double)w->total_length / (double)w->documents : 1;
    mean = mean > 0 ? mean : 1;
    w->inverse_norms = malloc((w->documents + 1) * sizeof *w->inverse_norms);
    if (!w->inverse_norms)
        return status_no_memory(err);
    for (uint32_t d = 1; d <= w->documents; d++)
        w->inverse_norms[d] =
            (float)(1 / (SEALED_BOUND_K1 *
                         (1 - SEALED_BOUND_B + SEALED_BOUND_B * w->lengths[d] / mean)));
    enum status status = records_builder_finish(&w->records, w->out);
    if (!status)
        status = boundaries_builder_finish(&w->boundaries);
    if (status)
        return status_set(err, status, "%s", status_text(status));
    sections_next(w->out);
    sections_write(w->out, w->boundaries.bytes.data, w->boundaries.bytes.size);
    sections_next(w->out);
    buffer_free(&w->boundaries.bytes);
    free(w->lengths);
    w->lengths = NULL;
    return sections_failed(w->out, err);
}

/* --- postings --- */

static uint16_t bound_of(const struct sealed_writer *w, const uint32_t *docids,
                         const uint32_t *wdfs, size_t count)
{
    float most = 0;
    for (size_t i = 0; i < count; i++) {
        float ratio = (float)wdfs[i] * w->inverse_norms[docids[i]];
        most = ratio > most ? ratio : most;
    }
    /* upwards, by more than the rounding of floats could have lost */
    double bound = (double)most / (1 + (double)most) + 1e-6;
    return bound >= 65535.0 / 65536 ? 65535 : (uint16_t)(bound * 65536);
}

static void put_bound(struct open_term *t, uint16_t bound)
{
    uint8_t bytes[2];
    store_le(bytes, bound, sizeof bytes);
    buffer_append(&t->skips, bytes, sizeof bytes);
}

static void put_block(struct sealed_writer *w, const struct sealed_postings *p,
                      const uint32_t *wdfs)
{
    struct open_term *t = &w->term;
    uint32_t gaps[SEALED_BLOCK], frequencies[SEALED_BLOCK];
    size_t before = t->blocks.size;
    for (size_t i = 0; i < SEALED_BLOCK; i++)
        gaps[i] = p->docids[i] - (i > 0 ? p->docids[i - 1] : t->last) - 1;
    for (size_t i = 0; i < SEALED_BLOCK && t->facts.is_word; i++)
        frequencies[i] = wdfs[i] - 1;
    block_put(&t->blocks, gaps, t->facts.is_word ? frequencies : NULL);
    buffer_append_varint(&t->skips, p->docids[SEALED_BLOCK - 1] - t->last - SEALED_BLOCK);
    buffer_append_varint(&t->skips, t->blocks.size - before);
    if (t->facts.is_word)
        put_bound(t, bound_of(w, p->docids, wdfs, SEALED_BLOCK));
}

/* The last, shorter block: docids by interpolation, wdf less 1 in unary. */
static void put_tail(struct sealed_writer *w, struct bits_writer *bits,
                     const struct sealed_postings *p, const uint32_t *wdfs)
{
    struct open_term *t = &w->term;
    bits_put_ascending(bits, p->docids, p->count, t->last + 1, w->documents);
    for (size_t i = 0; t->facts.is_word && i < p->count; i++)
        bits_put_unary(bits, wdfs[i] - 1);
    if (t->facts.is_word && t->facts.doc_freq > SEALED_BLOCK)
        put_bound(t, bound_of(w, p->docids, wdfs, p->count));
}

/* The marks of a whole block stand before its positions. */
static void fill_marks(struct buffer *positions, size_t start, const uint64_t *quarters)
{
    uint8_t marks[POSITIONS_MARKS];
    positions_put_marks(marks, quarters);
    if (!positions->failed)
        memcpy(positions->data + start, marks, sizeof marks);
}

/* Positions, then the forms. Behind those of a whole block is their size in bytes.
 * quarters: bits of the positions of the first 32, 64 and 96 documents. */
static void put_positions(struct sealed_writer *w, struct bits_writer *bits,
                          const struct sealed_postings *p, const uint32_t *wdfs,
                          size_t total, uint64_t quarters[3])
{
    enum { QUARTER = SEALED_BLOCK / 4 };
    const uint32_t *positions = p->positions.items;
    uint64_t start = bits_written(bits);
    for (size_t i = 0; i < p->count; i++) {
        if (i > 0 && i % QUARTER == 0)
            quarters[i / QUARTER - 1] = bits_written(bits) - start;
        positions_put(bits, positions, p->occurrences[i], wdfs[i] - p->occurrences[i],
                      w->zones[p->docids[i]], w->field_gap);
        positions += p->occurrences[i];
    }
    if (w->term.form_count < 2) {
        bits_flush(bits);
        return;
    }
    if (w->term.facts.doc_freq >= SEALED_BLOCK)
        bits_flush(bits);
    start = bits_written(bits);
    forms_put(bits, p->forms.items, total, w->term.form_count);
    bits_flush(bits);
    if (w->term.facts.doc_freq >= SEALED_BLOCK)
        positions_put_size(bits, (bits_written(bits) - start) / 8);
}

/* What is coded as bits: of a whole block the positions, of a short one also docids and
 * wdfs. A term that has no whole block has all in one run. */
static bool put_bits(struct sealed_writer *w, const struct sealed_postings *p,
                     const uint32_t *wdfs, bool whole)
{
    struct open_term *t = &w->term;
    struct bits_writer rest = {0}, positions = {0};
    bool alone = t->facts.doc_freq < SEALED_BLOCK;
    uint64_t quarters[3];
    size_t total = 0, sum = 0, start = t->positions.size;
    for (size_t i = 0; i < p->count && t->facts.is_word; i++) {
        total += p->occurrences[i];
        sum += wdfs[i];
    }
    /* a form and a position take less than two full numbers */
    size_t room = (total * 2 + p->count + 8) * BITS_MAX + sum;
    if (whole && t->facts.is_word)
        buffer_append(&t->positions, "\0\0\0", POSITIONS_MARKS);
    if (!bits_open(&rest, &t->tail, whole ? 0 : room) ||
        !bits_open(&positions, &t->positions, alone ? 0 : room))
        return false;
    if (!whole)
        put_tail(w, &rest, p, wdfs);
    if (t->facts.is_word)
        put_positions(w, alone ? &rest : &positions, p, wdfs, total, quarters);
    bits_flush(&rest);
    bits_close(&rest);
    bits_close(&positions);
    if (whole && t->facts.is_word)
        fill_marks(&t->positions, start, quarters);
    return true;
}

/* Fills in the wdfs; false when the postings contradict the documents. */
static bool weigh(struct sealed_writer *w, const struct sealed_postings *p,
                  uint32_t wdfs[SEALED_BLOCK])
{
    struct open_term *t = &w->term;
    const uint32_t *positions = p->positions.items;
    uint32_t last = t->last;
    size_t total = 0;
    for (size_t i = 0; i < p->count; i++) {
        bool valid = true;
        if (p->docids[i] <= last || p->docids[i] > w->documents)
            return false;
        last = p->docids[i];
        if (!t->facts.is_word)
            continue;
        uint32_t count = p->occurrences[i];
        total += count;
        if (total > p->positions.count)
            return false;
        wdfs[i] = count + positions_in_title(positions, count, w->zones[last],
                                             w->field_gap, &valid);
        t->facts.collection_freq += wdfs[i];
        positions += count;
        if (!valid)
            return false;
    }
    return !t->facts.is_word || t->form_count < 2 || p->forms.count >= total;
}

/* Positions of a frequent word do not wait for its end. */
static void write_positions(struct sealed_writer *w)
{
    struct open_term *t = &w->term;
    sections_write(w->out, t->positions.data, t->positions.size);
    sections_fail(w->out, t->positions.failed);
    t->facts.positions_size += t->positions.size;
    buffer_clear(&t->positions);
}

enum status sealed_writer_postings(struct sealed_writer *w,
                                   const struct sealed_postings *p,
                                   struct status_error *err)
{
    enum { POSITIONS_MAX = 1 << 16 };
    struct open_term *t = &w->term;
    uint32_t wdfs[SEALED_BLOCK];
    bool whole = p->count == SEALED_BLOCK;
    bool last = t->written + p->count == t->facts.doc_freq;
    if (p->count == 0 || p->count > SEALED_BLOCK || (!whole && !last) || !t->is_open ||
        t->written + p->count > t->facts.doc_freq || !weigh(w, p, wdfs))
        return status_set(err, STATUS_ARGUMENT,
                          "postings of '%.*s' that contradict their articles",
                          (int)t->size, t->bytes);
    size_t before = t->positions.size;
    if (whole)
        put_block(w, p, wdfs);
    if (!put_bits(w, p, wdfs, whole))
        return status_no_memory(err);
    if (whole && t->facts.is_word)
        buffer_append_varint(&t->position_sizes, t->positions.size - before);
    t->written += (uint32_t)p->count;
    t->last = p->docids[p->count - 1];
    if (t->positions.size >= POSITIONS_MAX)
        write_positions(w);
    return sections_failed(w->out, err);
}

/* --- terms --- */

static void write_part(struct sealed_writer *w, struct buffer *part)
{
    sections_write(w->out, part->data, part->size);
    sections_fail(w->out, part->failed);
    w->term.facts.size += part->size;
    buffer_clear(part);
}

/* Docid less 1 in a fixed number of bytes, which the dictionary does not repeat. */
static void make_inline(struct sealed_writer *w)
{
    uint8_t bytes[4];
    store_le(bytes, w->term.last - 1, sizeof bytes);
    buffer_clear(&w->term.tail);
    buffer_append(&w->term.tail, bytes, terms_inline_size(w->documents));
}

static enum status end_term(struct sealed_writer *w, struct status_error *err)
{
    struct open_term *t = &w->term;
    if (!t->is_open)
        return STATUS_OK;
    t->is_open = false;
    if (t->written != t->facts.doc_freq)
        return status_set(err, STATUS_ARGUMENT, "'%.*s' lacks postings", (int)t->size,
                          t->bytes);
    if (!t->facts.is_word && t->facts.doc_freq == 1)
        make_inline(w);
    write_positions(w);
    t->facts.size = t->facts.positions_size;
    write_part(w, &t->forms);
    write_part(w, &t->skips);
    write_part(w, &t->position_sizes);
    write_part(w, &t->blocks);
    write_part(w, &t->tail);
    enum status status =
        terms_builder_add(&w->terms, (struct slice){t->bytes, t->size}, &t->facts);
    if (status)
        return status_set(err, status, "the term '%.*s': %s", (int)t->size, t->bytes,
                          status_text(status));
    return sections_failed(w->out, err);
}

enum status sealed_writer_term(struct sealed_writer *w, struct slice term,
                               uint32_t doc_freq, const struct sealed_form *forms,
                               size_t form_count, struct status_error *err)
{
    struct open_term *t = &w->term;
    enum status status = w->inverse_norms ? end_term(w, err) : end_documents(w, err);
    if (status)
        return status;
    if (term.size == 0 || term.size > SEALED_TERM_MAX || doc_freq == 0)
        return status_set(err, STATUS_ARGUMENT, "a term of %zu bytes in %u articles",
                          term.size, doc_freq);
    memcpy(t->bytes, term.data, term.size);
    t->size = term.size;
    t->facts = (struct sealed_term){
        .doc_freq = doc_freq, .is_word = form_count > 0, .offset = sections_size(w->out)};
    t->is_open = true;
    t->written = t->last = 0;
    t->form_count = form_count;
    form_list_put(&t->forms, term, forms, form_count);
    return STATUS_OK;
}

/* --- the end --- */

static void write_buffer(struct sealed_writer *w, const struct buffer *b)
{
    sections_write(w->out, b->data, b->size);
    sections_fail(w->out, b->failed);
}

enum status sealed_writer_finish(struct sealed_writer *w, struct status_error *err)
{
    enum status status = w->inverse_norms ? end_term(w, err) : end_documents(w, err);
    if (status)
        return status;
    sections_next(w->out);
    write_buffer(w, &w->terms.terms);
    sections_next(w->out);
    write_buffer(w, &w->terms.index);
    sections_next(w->out);
    write_buffer(w, &w->terms.keys);
    sections_next(w->out);
    for (int i = 0; i < SEALED_COLUMN_COUNT; i++)
        column_builder_write(&w->columns[i], w->out);
    sections_next(w->out);
    write_buffer(w, &w->hashes);
    sections_next(w->out);
    write_buffer(w, &w->records.index);
    sections_next(w->out);
    write_buffer(w, &w->boundaries.index);
    struct sections_facts facts = {.total_length = w->total_length,
                                   .terms = w->terms.count,
                                   .documents = w->documents,
                                   .field_gap = w->field_gap};
    return sections_finish(w->out, &facts, err);
}
