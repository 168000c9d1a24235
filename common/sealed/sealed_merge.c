/* Documents are copied input by input; then the dictionaries are walked side by side, and
 * a term's postings are read and written once, block by block. */
#include "common/arena.h"
#include "common/deflate.h"
#include "common/sealed/boundaries.h"
#include "common/sealed/records.h"
#include "common/sealed/sealed_copy.h"

#include <stdlib.h>

/* One input at work. */
struct source {
    struct sealed_reader *reader;
    const uint64_t *dead;
    uint32_t documents;
    uint32_t *docids; /* new docid of each, 0: dead; NULL: base + docid */
    uint32_t base;
    struct sealed_terms terms;
    bool ended;
    /* of the term at hand */
    bool has_term;
    struct sealed_cursor cursor;
    struct sealed_form *forms;
    size_t form_count;
    uint32_t *form_map; /* index of a form in the merged list */
};

/* A form of some input on its way into the merged list. */
struct form_entry {
    struct slice text;
    uint32_t doc_freq;
    uint32_t source, index;
};

struct merge {
    struct source *sources;
    size_t count;
    struct sealed_writer *writer;
    struct sealed_postings staged;
    struct sealed_positions positions, forms; /* of one posting */
    struct arena arena;                       /* of the term at hand */
    const volatile sig_atomic_t *stop;
    struct status_error *err;
    uint64_t released; /* terms since pages were let go of */
};

static bool is_dead(const struct source *s, uint32_t docid)
{
    return s->dead && s->dead[docid / 64] >> (docid % 64) & 1;
}

static uint32_t new_docid(const struct source *s, uint32_t docid)
{
    return s->docids ? s->docids[docid] : s->base + docid;
}

static bool is_stopped(const struct merge *m)
{
    return m->stop && *m->stop;
}

/* --- documents --- */

static enum status number_documents(struct source *s, uint32_t *next,
                                    struct status_error *err)
{
    s->base = *next;
    if (!s->dead) {
        *next += s->documents;
        return STATUS_OK;
    }
    s->docids = calloc((size_t)s->documents + 1, sizeof *s->docids);
    if (!s->docids)
        return status_no_memory(err);
    for (uint32_t d = 1; d <= s->documents; d++)
        s->docids[d] = is_dead(s, d) ? 0 : ++*next;
    return STATUS_OK;
}

static struct sealed_document read_document(const struct sealed_reader *r, uint32_t d)
{
    return (struct sealed_document){
        .published_s = sealed_column_get(r, SEALED_PUBLISHED, d),
        .hash = sealed_hash(r, d),
        .length = (uint32_t)sealed_column_get(r, SEALED_LENGTH, d),
        .title_end = (uint32_t)sealed_column_get(r, SEALED_TITLE_END, d),
        .lead_end = (uint32_t)sealed_column_get(r, SEALED_LEAD_END, d),
        .position_end = (uint32_t)sealed_column_get(r, SEALED_POSITION_END, d),
        .words = (uint32_t)sealed_column_get(r, SEALED_WORDS, d)};
}

static enum status copy_facts(struct merge *m, const struct source *s)
{
    struct sealed_positions lists[SEALED_BOUNDARY_COUNT] = {{0}};
    struct boundaries_walk walk = {.reader = s->reader, .docid = 1};
    enum status status = STATUS_OK;
    for (uint32_t d = 1; d <= s->documents && !status; d++) {
        struct sealed_document document = read_document(s->reader, d);
        if (!boundaries_next(&walk, lists))
            status = sealed_damaged(s->reader, "the boundaries of an article", m->err);
        else if (!is_dead(s, d))
            status = sealed_writer_bare_document(m->writer, &document, lists, m->err);
    }
    for (int i = 0; i < SEALED_BOUNDARY_COUNT; i++)
        free(lists[i].items);
    return status;
}

/* The living records of a block that has dead ones. */
static enum status copy_living(struct merge *m, const struct source *s,
                               struct slice block, uint32_t first, uint32_t count)
{
    struct buffer plain = BUFFER_INIT(UINT32_MAX);
    struct slice record;
    enum status status = deflate_unpack(block, &plain, NULL);
    for (uint32_t i = 0; i < count && !status; i++) {
        if (is_dead(s, first + i + 1))
            continue;
        if (!records_find(&plain, i, count, &record))
            status = STATUS_CORRUPT;
        else
            status = sealed_writer_record(m->writer, record, m->err);
    }
    buffer_free(&plain);
    return status == STATUS_CORRUPT
               ? sealed_damaged(s->reader, "a stored article", m->err)
               : status;
}

static enum status copy_records(struct merge *m, const struct source *s)
{
    enum status status = STATUS_OK;
    struct slice block;
    uint32_t first, count;
    for (uint32_t d = 0; d < s->documents && !status; d += count) {
        bool whole = true;
        if (!records_block(s->reader, d, &block, &first, &count) || first != d)
            return sealed_damaged(s->reader, "a stored article", m->err);
        for (uint32_t i = 0; i < count && s->dead; i++)
            whole &= !is_dead(s, first + i + 1);
        status = whole ? sealed_writer_records(m->writer, block, count, m->err)
                       : copy_living(m, s, block, first, count);
    }
    return status;
}

static enum status copy_documents(struct merge *m)
{
    uint32_t next = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < m->count && !status && !is_stopped(m); i++) {
        struct source *s = &m->sources[i];
        status = sealed_reader_load_zones(s->reader, m->err);
        if (!status)
            status = number_documents(s, &next, m->err);
        if (!status)
            status = copy_facts(m, s);
        if (!status)
            status = copy_records(m, s);
        sealed_reader_release(s->reader);
    }
    return status;
}

/* --- forms --- */

static int compare_texts(const void *x, const void *y)
{
    const struct form_entry *a = x;
    const struct form_entry *b = y;
    int order = slice_compare(a->text, b->text);
    return order ? order : (a->source > b->source) - (a->source < b->source);
}

int sealed_compare_forms(const struct sealed_form *a, const struct sealed_form *b)
{
    if (a->doc_freq != b->doc_freq)
        return a->doc_freq > b->doc_freq ? -1 : 1;
    return slice_compare(a->text, b->text);
}

static int compare_ranks(const void *x, const void *y)
{
    return sealed_compare_forms(x, y);
}

/* The forms of a posting of the source; false when damaged. */
static bool read_posting(struct merge *m, struct source *s, uint32_t i)
{
    m->positions.count = m->forms.count = 0;
    return sealed_cursor_positions(&s->cursor, i, &m->positions, &m->forms);
}

/* The frequencies of the forms among living documents. */
static enum status count_forms(struct merge *m, struct source *s)
{
    uint32_t *last = arena_alloc(&m->arena, s->form_count * sizeof *last);
    if (!last)
        return status_no_memory(m->err);
    for (size_t f = 0; f < s->form_count; f++)
        s->forms[f].doc_freq = last[f] = 0;
    for (uint32_t b = 0; b < s->cursor.block_count; b++) {
        bool good = sealed_cursor_load(&s->cursor, b);
        for (uint32_t i = 0; good && i < s->cursor.count; i++) {
            uint32_t docid = s->cursor.docids[i];
            if (is_dead(s, docid))
                continue;
            good = read_posting(m, s, i);
            for (size_t k = 0; good && k < m->forms.count; k++) {
                uint32_t f = m->forms.items[k];
                s->forms[f].doc_freq += last[f] != docid;
                last[f] = docid;
            }
        }
        if (!good)
            return sealed_damaged(s->reader, "the postings of a term", m->err);
    }
    return STATUS_OK;
}

static size_t gather_forms(struct merge *m, struct form_entry *entries)
{
    size_t n = 0;
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        for (size_t f = 0; s->has_term && f < s->form_count; f++)
            entries[n++] = (struct form_entry){s->forms[f].text, s->forms[f].doc_freq,
                                               (uint32_t)i, (uint32_t)f};
    }
    qsort(entries, n, sizeof *entries, compare_texts);
    return n;
}

/* Where each form of each source stands in the sorted list. */
static void map_forms(struct merge *m, const struct form_entry *entries, size_t n,
                      const struct sealed_form *list, size_t count)
{
    for (size_t e = 0; e < n; e++) {
        size_t f = 0;
        while (f < count && !slice_equal(list[f].text, entries[e].text))
            f++;
        m->sources[entries[e].source].form_map[entries[e].index] = (uint32_t)f;
    }
}

/* The union of the sources' forms, the commonest first. */
static enum status merge_forms(struct merge *m, struct sealed_form **list, size_t *count)
{
    size_t total = 0;
    for (size_t i = 0; i < m->count; i++)
        total += m->sources[i].has_term ? m->sources[i].form_count : 0;
    struct form_entry *entries = arena_alloc(&m->arena, (total + 1) * sizeof *entries);
    *list = arena_alloc(&m->arena, (total + 1) * sizeof **list);
    if (!entries || !*list)
        return status_no_memory(m->err);
    *count = 0;
    size_t n = gather_forms(m, entries);
    for (size_t e = 0; e < n; e++) {
        struct sealed_form *last = *count > 0 ? &(*list)[*count - 1] : NULL;
        if (last && slice_equal(last->text, entries[e].text))
            last->doc_freq += entries[e].doc_freq;
        else
            (*list)[(*count)++] =
                (struct sealed_form){entries[e].text, entries[e].doc_freq};
    }
    qsort(*list, *count, sizeof **list, compare_ranks);
    while (*count > 1 && (*list)[*count - 1].doc_freq == 0)
        (*count)--;
    map_forms(m, entries, n, *list, *count);
    return STATUS_OK;
}

/* --- postings --- */

static enum status flush(struct merge *m)
{
    struct sealed_postings *p = &m->staged;
    enum status status =
        p->count > 0 ? sealed_writer_postings(m->writer, p, m->err) : STATUS_OK;
    p->count = p->positions.count = p->forms.count = 0;
    return status;
}

static bool stage_positions(struct merge *m, struct source *s, uint32_t i)
{
    struct sealed_postings *p = &m->staged;
    size_t before = p->positions.count, forms_before = p->forms.count;
    bool forms = s->form_map != NULL;
    if (!sealed_cursor_positions(&s->cursor, i, &p->positions, forms ? &p->forms : NULL))
        return false;
    for (size_t k = forms_before; k < p->forms.count; k++)
        p->forms.items[k] = s->form_map[p->forms.items[k]];
    p->occurrences[p->count] = (uint32_t)(p->positions.count - before);
    return true;
}

static enum status copy_postings(struct merge *m, struct source *s)
{
    struct sealed_cursor *c = &s->cursor;
    enum status status = STATUS_OK;
    for (uint32_t b = 0; b < c->block_count && !status; b++) {
        if (!sealed_cursor_load(c, b))
            return sealed_damaged(s->reader, "the postings of a term", m->err);
        for (uint32_t i = 0; i < c->count && !status; i++) {
            if (is_dead(s, c->docids[i]))
                continue;
            if (c->term.is_word && !stage_positions(m, s, i))
                return sealed_damaged(s->reader, "the positions of a term", m->err);
            m->staged.docids[m->staged.count++] = new_docid(s, c->docids[i]);
            if (m->staged.count == SEALED_BLOCK)
                status = flush(m);
        }
    }
    return status;
}

/* How many of the term's postings are of living documents. */
static enum status count_living(struct merge *m, struct source *s, uint32_t *living)
{
    *living = s->dead ? 0 : s->cursor.term.doc_freq;
    for (uint32_t b = 0; s->dead && b < s->cursor.block_count; b++) {
        if (!sealed_cursor_load(&s->cursor, b))
            return sealed_damaged(s->reader, "the postings of a term", m->err);
        for (uint32_t i = 0; i < s->cursor.count; i++)
            *living += !is_dead(s, s->cursor.docids[i]);
    }
    return STATUS_OK;
}

static enum status open_term(struct merge *m, struct source *s, struct slice text,
                             uint32_t *doc_freq)
{
    uint32_t living = 0;
    s->form_map = NULL;
    s->form_count = 0;
    enum status status =
        sealed_cursor_open(&s->cursor, s->reader, &s->terms.term, m->err);
    if (!status && s->terms.term.is_word)
        status = sealed_forms(s->reader, text, &s->terms.term, &m->arena, &s->forms,
                              &s->form_count, m->err);
    if (!status)
        status = count_living(m, s, &living);
    if (!status && s->dead && s->form_count > 0)
        status = count_forms(m, s);
    *doc_freq += living;
    return status;
}

/* Forms are read only where there is more than one. */
static enum status prepare_maps(struct merge *m)
{
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        if (!s->has_term || s->form_count == 0)
            continue;
        s->form_map = arena_alloc(&m->arena, s->form_count * sizeof *s->form_map);
        if (!s->form_map)
            return status_no_memory(m->err);
    }
    return STATUS_OK;
}

static enum status merge_term(struct merge *m, struct slice text)
{
    struct sealed_form *forms = NULL;
    size_t form_count = 0;
    uint32_t doc_freq = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < m->count && !status; i++)
        if (m->sources[i].has_term)
            status = open_term(m, &m->sources[i], text, &doc_freq);
    if (!status)
        status = prepare_maps(m);
    if (!status)
        status = merge_forms(m, &forms, &form_count);
    if (!status && doc_freq > 0)
        status = sealed_writer_term(m->writer, text, doc_freq, forms, form_count, m->err);
    for (size_t i = 0; i < m->count && !status && doc_freq > 0; i++) {
        if (form_count < 2)
            m->sources[i].form_map = NULL;
        if (m->sources[i].has_term)
            status = copy_postings(m, &m->sources[i]);
    }
    return status ? status : flush(m);
}

/* --- terms --- */

static enum status next_term(struct merge *m, struct source *s)
{
    s->ended = !sealed_terms_next(&s->terms);
    return s->terms.damaged ? sealed_damaged(s->reader, "its terms", m->err) : STATUS_OK;
}

static struct slice text_of(const struct source *s)
{
    return (struct slice){s->terms.bytes, s->terms.size};
}

/* Marks the sources that stand on the least term. False when all are at their end. */
static bool find_least(struct merge *m, struct slice *least)
{
    bool found = false;
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        s->has_term = false;
        if (s->ended)
            continue;
        int order = found ? slice_compare(text_of(s), *least) : -1;
        for (size_t k = 0; order < 0 && k < i; k++)
            m->sources[k].has_term = false;
        s->has_term = order <= 0;
        if (order < 0)
            *least = text_of(s);
        found = true;
    }
    return found;
}

static enum status merge_terms(struct merge *m)
{
    enum { RELEASE_TERMS = 4096 };
    enum status status = STATUS_OK;
    struct slice least = {0};
    for (size_t i = 0; i < m->count && !status; i++) {
        sealed_terms_start(&m->sources[i].terms, m->sources[i].reader, (struct slice){0});
        status = next_term(m, &m->sources[i]);
    }
    while (!status && !is_stopped(m) && find_least(m, &least)) {
        status = merge_term(m, least);
        for (size_t i = 0; i < m->count; i++) {
            struct source *s = &m->sources[i];
            if (!s->has_term)
                continue;
            sealed_cursor_close(&s->cursor);
            if (!status)
                status = next_term(m, s);
        }
        arena_free(&m->arena);
        if (++m->released % RELEASE_TERMS == 0)
            for (size_t i = 0; i < m->count; i++)
                sealed_reader_release(m->sources[i].reader);
    }
    return status;
}

/* Blocks of records are copied as they are: without this, what is damaged in them would
 * get a new checksum, and no check could find it any more. */
static enum status verify_inputs(const struct merge *m)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < m->count && !status && !is_stopped(m); i++) {
        status = sealed_reader_verify(m->sources[i].reader, m->err);
        sealed_reader_release(m->sources[i].reader);
    }
    return status;
}

static enum status run(struct merge *m, const struct sealed_input *inputs,
                       const char *path, int level)
{
    uint32_t gap = m->count > 0 ? sealed_reader_field_gap(inputs[0].reader) : 0;
    m->sources = calloc(m->count + 1, sizeof *m->sources);
    if (!m->sources)
        return status_no_memory(m->err);
    for (size_t i = 0; i < m->count; i++) {
        m->sources[i] =
            (struct source){.reader = inputs[i].reader,
                            .dead = inputs[i].dead,
                            .documents = sealed_reader_documents(inputs[i].reader)};
        if (sealed_reader_field_gap(inputs[i].reader) != gap)
            return status_set(m->err, STATUS_ARGUMENT,
                              "segments of different analysers cannot be merged");
    }
    enum status status = verify_inputs(m);
    if (!status)
        status = sealed_writer_open(path, gap, level, &m->writer, m->err);
    if (!status)
        status = copy_documents(m);
    return status ? status : merge_terms(m);
}

enum status sealed_merge(const struct sealed_input *inputs, size_t count,
                         const char *path, int level, const volatile sig_atomic_t *stop,
                         bool *stopped, struct status_error *err)
{
    struct merge m = {.count = count, .stop = stop, .err = err};
    enum status status = run(&m, inputs, path, level);
    *stopped = !status && is_stopped(&m);
    if (!status && !*stopped)
        status = sealed_writer_finish(m.writer, err);
    sealed_writer_close(m.writer);
    for (size_t i = 0; m.sources && i < count; i++) {
        sealed_cursor_close(&m.sources[i].cursor);
        free(m.sources[i].docids);
    }
    free(m.sources);
    sealed_postings_free(&m.staged);
    free(m.positions.items);
    free(m.forms.items);
    arena_free(&m.arena);
    return status;
}
