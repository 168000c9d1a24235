#include "indexer/fold.h"

#include "common/date.h"
#include "common/index/sealed_segment.h"
#include "indexer/invert/inverter.h"

#include <stdlib.h>

struct fold {
    struct segment *live;
    struct inverter *inverter;
    struct status_error *err;
    uint32_t *docids; /* new docid of each document, by its old one */
    uint32_t *lasts;  /* the last position of each, likewise */
    /* the words, numbered as they come */
    const struct text_word **words;
    size_t word_count, word_capacity;
    struct arena arena;
    struct buffer record, bare;
    struct article article;
    enum status failed; /* within a callback */
};

static enum status read_boundaries(struct fold *f, uint32_t docid,
                                   struct sealed_positions *lists)
{
    static const char *const names[] = {SCHEMA_SENTENCE, SCHEMA_PARAGRAPH, SCHEMA_QUOTE,
                                        SCHEMA_QUOTE_END};
    struct segment_positions found[4] = {{0}};
    for (int i = 0; i < 4; i++)
        f->live->ops->boundaries(f->live, names[i], docid, &found[i]);
    enum status status = STATUS_OK;
    for (int i = 0; i < SEALED_BOUNDARY_COUNT && !status; i++) {
        lists[i].count = 0;
        status = sealed_positions_reserve(&lists[i], found[i].count * 2);
        for (size_t k = 0; k < found[i].count && !status; k++) {
            lists[i].items[lists[i].count++] = found[i].items[k];
            if (i == SEALED_QUOTES && k < found[3].count)
                lists[i].items[lists[i].count++] = found[3].items[k];
        }
    }
    for (int i = 0; i < 4; i++)
        free(found[i].items);
    return status ? status_no_memory(f->err) : STATUS_OK;
}

static enum status read_record(struct fold *f, uint32_t docid)
{
    buffer_clear(&f->record);
    buffer_clear(&f->bare);
    article_reset(&f->article);
    f->live->ops->record(f->live, docid, &f->record);
    if (f->live->failed)
        return segment_failed(f->live, f->err);
    enum status status =
        article_decode(&f->article, (struct slice){f->record.data, f->record.size});
    if (!status)
        status = sealed_segment_encode(&f->article, true, &f->bare);
    return status
               ? status_set(f->err, status, "a stored article: %s", status_text(status))
               : STATUS_OK;
}

/* Positions end behind the last one that is used; the gap behind the title counts. */
static uint32_t position_end(const struct sealed_document *d, uint32_t last)
{
    uint32_t least = d->title_end + (d->title_end > 1 ? TEXT_FIELD_GAP : 0);
    uint32_t end = last + 1 > d->lead_end ? last + 1 : d->lead_end;
    return end > least ? end : least;
}

static enum status add_document(struct fold *f, uint32_t docid, uint32_t last,
                                struct sealed_positions *lists)
{
    struct segment *s = f->live;
    int64_t date = segment_column(s, SEGMENT_PUBLISHED, docid);
    struct sealed_document d = {
        .published_s = date == DATE_NONE ? SEALED_NO_DATE : date,
        .hash = (uint64_t)segment_column(s, SEGMENT_HASH, docid),
        .length = s->lengths[docid],
        .title_end = (uint32_t)segment_column(s, SEGMENT_TITLE_END, docid),
        .lead_end = (uint32_t)segment_column(s, SEGMENT_LEAD_END, docid),
        .words = (uint32_t)segment_column(s, SEGMENT_WORDS, docid)};
    enum status status = read_boundaries(f, docid, lists);
    if (status)
        return status;
    const struct sealed_positions *quotes = &lists[SEALED_QUOTES];
    if (quotes->count > 0 && quotes->items[quotes->count - 1] > last + 1)
        last = quotes->items[quotes->count - 1] - 1;
    d.position_end = position_end(&d, last);
    status = read_record(f, docid);
    struct slice record = {f->bare.data, f->bare.size};
    return status ? status
                  : inverter_add_document(f->inverter, &d, record, lists, f->err);
}

static enum status add_documents(struct fold *f)
{
    struct sealed_positions lists[SEALED_BOUNDARY_COUNT] = {{0}};
    enum status status = STATUS_OK;
    for (uint32_t d = 1; d < f->live->docid_end && !status; d++)
        if (f->docids[d] > 0)
            status = add_document(f, d, f->lasts[d], lists);
    for (int i = 0; i < SEALED_BOUNDARY_COUNT; i++)
        free(lists[i].items);
    return status;
}

/* --- terms --- */

static bool is_flag(struct slice term)
{
    return term.size > 0 && term.data[0] >= 'A' && term.data[0] <= 'Z';
}

static bool is_stem(struct slice term)
{
    return term.size > 0 && !is_flag(term) && term.data[0] != '=' && term.data[0] != '!';
}

static enum status add_flag(struct fold *f, struct slice term)
{
    struct segment_cursor *c = segment_cursor_open(f->live, term);
    enum status status = c ? STATUS_OK : STATUS_NO_MEMORY;
    for (uint32_t d = c ? segment_cursor_docid(c) : SEGMENT_END;
         d != SEGMENT_END && !status; d = segment_cursor_next(c))
        status = inverter_add_flag(f->inverter, term, f->docids[d]);
    segment_cursor_close(c);
    return status;
}

static const struct text_word *new_word(struct fold *f, const struct text_stem *stem,
                                        struct slice form)
{
    const struct text_word **words =
        buffer_grow_array(f->words, &f->word_capacity, f->word_count + 1, sizeof *words);
    struct text_word *word = arena_alloc(&f->arena, sizeof *word);
    if (words)
        f->words = words;
    if (!words || !word)
        return NULL;
    *word = (struct text_word){
        .form = {arena_copy(&f->arena, form.data, form.size), form.size},
        .stem = stem,
        .id = (uint32_t)f->word_count};
    f->words[f->word_count++] = word;
    return word->form.data ? word : NULL;
}

/* The occurrences of one form: its own postings tell the documents. */
static enum status add_form(struct fold *f, struct slice stem,
                            const struct segment_forms *forms, size_t i, bool *wanted,
                            uint32_t word, struct segment_positions *positions)
{
    struct schema_term term;
    schema_form_term(stem, forms->items[i].text, &term);
    struct segment_cursor *form = segment_cursor_open(f->live, schema_slice(&term));
    struct segment_cursor *all = segment_cursor_open(f->live, stem);
    enum status status = form && all ? STATUS_OK : STATUS_NO_MEMORY;
    wanted[i] = true;
    for (uint32_t d = status ? SEGMENT_END : segment_cursor_docid(form);
         d != SEGMENT_END && !status; d = segment_cursor_next(form)) {
        if (segment_cursor_advance(all, d) != d)
            continue;
        f->live->ops->positions(all, forms, wanted, positions);
        for (size_t k = 0; k < positions->count && !status; k++)
            status = inverter_add_occurrence(f->inverter, word, f->docids[d],
                                             positions->items[k]);
        if (positions->count > 0 && positions->items[positions->count - 1] > f->lasts[d])
            f->lasts[d] = positions->items[positions->count - 1];
    }
    wanted[i] = false;
    segment_cursor_close(form);
    segment_cursor_close(all);
    return status;
}

static enum status add_stem(struct fold *f, struct slice text)
{
    struct segment_forms forms = {0};
    struct segment_positions positions = {0};
    struct text_stem *stem = arena_alloc(&f->arena, sizeof *stem);
    char *copy = arena_copy(&f->arena, text.data, text.size);
    f->live->ops->forms(f->live, text, &forms);
    bool *wanted = calloc(forms.count + 1, sizeof *wanted);
    enum status status = stem && copy && wanted ? STATUS_OK : STATUS_NO_MEMORY;
    if (!status)
        *stem = (struct text_stem){{copy, text.size}, 0};
    for (size_t i = 0; i < forms.count && !status; i++) {
        const struct text_word *word = new_word(f, stem, forms.items[i].text);
        status = word ? add_form(f, text, &forms, i, wanted, word->id, &positions)
                      : STATUS_NO_MEMORY;
    }
    free(wanted);
    free(positions.items);
    segment_forms_free(&forms);
    return status;
}

static bool visit_term(void *context, struct slice term, uint32_t doc_freq)
{
    struct fold *f = context;
    (void)doc_freq;
    if (is_flag(term))
        f->failed = add_flag(f, term);
    else if (is_stem(term))
        f->failed = add_stem(f, term);
    return f->failed == STATUS_OK && f->live->failed == STATUS_OK;
}

static enum status add_terms(struct fold *f)
{
    f->live->ops->each_term(f->live, (struct slice){0}, visit_term, f);
    if (f->failed)
        return status_set(f->err, f->failed, "%s", status_text(f->failed));
    return segment_failed(f->live, f->err);
}

/* --- the whole --- */

static enum status number_documents(struct fold *f)
{
    struct segment *s = f->live;
    uint32_t next = 0;
    f->docids = calloc(s->docid_end, sizeof *f->docids);
    f->lasts = calloc(s->docid_end, sizeof *f->lasts);
    struct segment_cursor *c = segment_cursor_open(s, (struct slice){0});
    for (uint32_t d = c && f->docids ? segment_cursor_docid(c) : SEGMENT_END;
         d != SEGMENT_END; d = segment_cursor_next(c))
        f->docids[d] = ++next;
    segment_cursor_close(c);
    if (!c || !f->docids || !f->lasts)
        return status_no_memory(f->err);
    if (next > INVERTER_ARTICLES_MAX)
        return status_set(f->err, STATUS_LIMIT,
                          "the live segment has more than %d articles",
                          INVERTER_ARTICLES_MAX);
    return segment_load_lengths(s) ? STATUS_OK : segment_failed(s, f->err);
}

static enum status seal(struct fold *f, const char *folder, const char *path)
{
    enum status status = inverter_new(&f->inverter, f->err);
    if (!status)
        status = inverter_begin(f->inverter, folder, path, f->err);
    if (!status)
        status = number_documents(f);
    if (!status)
        status = add_terms(f);
    if (!status)
        status = add_documents(f);
    return status ? status
                  : inverter_seal_words(f->inverter, f->words, f->word_count, f->err);
}

static void free_fold(struct fold *f)
{
    inverter_free(f->inverter);
    segment_close(f->live);
    free(f->docids);
    free(f->lasts);
    free(f->words);
    arena_free(&f->arena);
    buffer_free(&f->record);
    buffer_free(&f->bare);
    article_free(&f->article);
}

enum status fold_live(struct index_writer *w, struct status_error *err)
{
    struct fold f = {.err = err};
    char name[MANIFEST_NAME_SIZE], path[MANIFEST_PATH_SIZE];
    struct index_change change = {.drop_live = true};
    buffer_init(&f.record, ARTICLE_RECORD_MAX);
    buffer_init(&f.bare, ARTICLE_RECORD_MAX);
    article_init(&f.article);
    if (!index_writer_has_live(w))
        return STATUS_OK;
    enum status status = index_writer_open_live(w, &f.live, err);
    if (!status && f.live) {
        change.added = name;
        status = index_writer_new_name(w, name, path, err);
        if (!status)
            status = seal(&f, index_writer_path(w), path);
    }
    free_fold(&f);
    return status ? status : index_writer_publish(w, &change, err);
}
