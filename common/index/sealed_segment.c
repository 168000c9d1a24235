#include "common/index/sealed_segment.h"

#include "common/arena.h"
#include "common/date.h"

#include <stdlib.h>

_Static_assert((int)SEGMENT_BLOCK == (int)SEALED_BLOCK, "one size of blocks");

struct sealed_segment {
    struct segment head;
    struct sealed_reader *reader;
    struct tombstones dead;
    uint32_t *lengths;
    uint32_t positions_read; /* until zones are loaded */
    bool has_zones;
    struct sealed_unpacked unpacked;
};

/* Of a term, of nothing, or of all documents. */
struct sealed_segment_cursor {
    struct segment_cursor head;
    struct sealed_cursor postings;
    struct sealed_positions positions, forms;
    uint32_t next; /* of all documents: the next docid */
    bool all;
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK]; /* of all documents */
};

static struct sealed_segment *sealed_of(struct segment *s)
{
    return (struct sealed_segment *)s;
}

static void close_segment(struct segment *head)
{
    struct sealed_segment *s = sealed_of(head);
    sealed_reader_close(s->reader);
    tombstones_free(&s->dead);
    free(s->lengths);
    sealed_unpacked_free(&s->unpacked);
    free(head->scratch);
    free(s);
}

static void damaged(struct segment *s, const char *what)
{
    struct status_error err;
    status_set(&err, STATUS_CORRUPT,
               "a sealed segment is damaged: %s (pressmark-indexer --check tells more)",
               what);
    segment_fail(s, STATUS_CORRUPT, &err);
}

/* --- terms --- */

static bool find_term(struct segment *s, struct slice term, struct sealed_term *out)
{
    bool bad;
    bool found = sealed_find(sealed_of(s)->reader, term, out, &bad);
    if (bad)
        damaged(s, "its terms");
    return found;
}

static void get_term(struct segment *s, struct slice term, struct segment_term *out)
{
    struct sealed_term t;
    *out = (struct segment_term){0};
    if (!s->failed && find_term(s, term, &t))
        *out = (struct segment_term){t.doc_freq, t.collection_freq};
}

static void each_term(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice term, uint32_t doc_freq),
                      void *context)
{
    struct sealed_terms t;
    sealed_terms_start(&t, sealed_of(s)->reader, prefix);
    while (sealed_terms_next(&t)) {
        bool begins =
            prefix.size == 0 ||
            (t.size >= prefix.size && memcmp(t.bytes, prefix.data, prefix.size) == 0);
        if (!begins || !visit(context, (struct slice){t.bytes, t.size}, t.term.doc_freq))
            break;
    }
    if (t.damaged)
        damaged(s, "its terms");
}

/* The forms of a stem, whose place in the dictionary is known. */
static void read_forms(struct segment *s, struct slice stem,
                       const struct sealed_term *term, struct segment_forms *out)
{
    struct sealed_form *forms;
    struct status_error err;
    size_t count;
    segment_fail(
        s,
        sealed_forms(sealed_of(s)->reader, stem, term, &out->arena, &forms, &count, &err),
        &err);
    if (s->failed)
        return;
    struct segment_form *items = buffer_grow_array(out->items, &out->capacity,
                                                   out->count + count + 1, sizeof *items);
    if (!items) {
        segment_fail(s, STATUS_NO_MEMORY, NULL);
        return;
    }
    out->items = items;
    for (size_t i = 0; i < count; i++)
        items[out->count++] = (struct segment_form){forms[i].text, forms[i].doc_freq};
}

static void get_forms(struct segment *s, struct slice stem, struct segment_forms *out)
{
    struct sealed_term term;
    if (!s->failed && find_term(s, stem, &term))
        read_forms(s, stem, &term, out);
}

static void each_word(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice stem,
                                 const struct segment_forms *forms),
                      void *context)
{
    struct sealed_terms t;
    struct segment_forms forms = {0};
    if (s->failed)
        return;
    sealed_terms_start(&t, sealed_of(s)->reader, prefix);
    while (sealed_terms_next(&t)) {
        if (prefix.size > 0 &&
            (t.size < prefix.size || memcmp(t.bytes, prefix.data, prefix.size) != 0))
            break;
        if (!t.term.is_word)
            continue;
        struct slice stem = {t.bytes, t.size};
        arena_clear(&forms.arena);
        forms.count = 0;
        read_forms(s, stem, &t.term, &forms);
        if (s->failed || !visit(context, stem, &forms))
            break;
    }
    segment_forms_free(&forms);
    if (t.damaged)
        damaged(s, "its terms");
}

/* --- cursors --- */

static struct segment_cursor *open_cursor(struct segment *s, struct slice term)
{
    struct sealed_segment_cursor *c = calloc(1, sizeof *c);
    struct sealed_term found;
    struct status_error err;
    if (!c)
        return NULL;
    c->head.segment = s;
    c->all = term.size == 0;
    c->next = 1;
    for (size_t i = 0; c->all && i < SEGMENT_BLOCK; i++)
        c->wdfs[i] = 1;
    c->head.docids = c->all ? c->docids : c->postings.docids;
    c->head.wdfs = c->all ? c->wdfs : c->postings.wdfs;
    c->head.doc_freq = c->all ? s->documents : 0;
    if (c->all || s->failed || !find_term(s, term, &found))
        return &c->head;
    if (segment_fail(s,
                     sealed_cursor_open(&c->postings, sealed_of(s)->reader, &found, &err),
                     &err))
        return &c->head;
    c->head.doc_freq = found.doc_freq;
    c->head.lasts = c->postings.lasts;
    c->head.bounds = c->postings.bounds;
    c->head.block_count = c->postings.block_count;
    return &c->head;
}

static void close_cursor(struct segment_cursor *head)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    if (!c->all && c->head.block_count > 0)
        sealed_cursor_close(&c->postings);
    free(c->positions.items);
    free(c->forms.items);
    free(c);
}

static void load_all(struct sealed_segment_cursor *c, uint32_t target)
{
    uint32_t end = c->head.segment->docid_end, count = 0;
    c->next = target > c->next ? target : c->next;
    while (count < SEGMENT_BLOCK && c->next < end)
        c->docids[count++] = c->next++;
    c->head.count = count;
}

/* The first block at or after `from` whose last docid is target or more: gallops, then
 * halves. */
static uint32_t find_block(const struct segment_cursor *c, uint32_t from, uint32_t target)
{
    uint32_t step = 1, low = from;
    if (low >= c->block_count || c->lasts[low] >= target)
        return low;
    while (low + step < c->block_count && c->lasts[low + step] < target) {
        low += step;
        step *= 2;
    }
    uint32_t high = low + step < c->block_count ? low + step : c->block_count;
    low++;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->lasts[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void load_known(struct segment_cursor *head, uint32_t block)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    head->at = head->count = 0;
    if (block >= head->block_count || head->segment->failed)
        return;
    if (!sealed_cursor_load(&c->postings, block))
        damaged(head->segment, "the postings of a term");
    else
        head->count = c->postings.count;
}

static uint32_t read_known(struct segment_cursor *head, uint32_t block, uint32_t *docids,
                           uint32_t *wdfs)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    uint32_t count = 0;
    if (!head->segment->failed &&
        !sealed_cursor_read(&c->postings, block, docids, wdfs, &count))
        damaged(head->segment, "the postings of a term");
    return count;
}

static void read_known_wdfs(struct segment_cursor *head, uint32_t block, uint32_t *wdfs)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    if (!head->segment->failed && !sealed_cursor_read_wdfs(&c->postings, block, wdfs))
        damaged(head->segment, "the postings of a term");
}

/* The tail block may end before the target: its last docid is not known before. */
static void load_block(struct segment_cursor *head, uint32_t target)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    head->at = 0;
    if (c->all) {
        load_all(c, target);
        return;
    }
    uint32_t from = c->postings.loaded < head->block_count ? c->postings.loaded : 0;
    if (head->count == 0 && c->postings.loaded < head->block_count)
        from = head->block_count; /* it was at its end */
    load_known(head, find_block(head, from, target));
    if (head->count > 0 && head->docids[head->count - 1] < target)
        head->count = 0;
}

/* --- positions --- */

/* The zones of all documents are loaded when so many positions were read as that would
 * have been worth: a program that asks once does without. */
static enum status load_zones(struct sealed_segment *s)
{
    enum { DOCUMENTS = 16 }; /* their zones are loaded in the time of a read */
    struct status_error err;
    if (s->has_zones || s->positions_read++ < s->head.documents / DOCUMENTS)
        return STATUS_OK;
    s->has_zones = true;
    return segment_fail(&s->head, sealed_reader_load_zones(s->reader, &err), &err);
}

static void get_positions(struct segment_cursor *head, const struct segment_forms *forms,
                          const bool *wanted, struct segment_positions *out)
{
    struct sealed_segment_cursor *c = (struct sealed_segment_cursor *)head;
    struct sealed_segment *s = sealed_of(head->segment);
    out->count = c->positions.count = c->forms.count = 0;
    if (s->head.failed || c->all || head->count == 0 || load_zones(s))
        return;
    if (!sealed_cursor_positions(&c->postings, head->at, &c->positions,
                                 wanted ? &c->forms : NULL)) {
        damaged(&s->head, "the positions of a term");
        return;
    }
    uint32_t *items = buffer_grow_array(out->items, &out->capacity,
                                        c->positions.count + 1, sizeof *items);
    if (!items) {
        segment_fail(&s->head, STATUS_NO_MEMORY, NULL);
        return;
    }
    out->items = items;
    for (size_t i = 0; i < c->positions.count; i++)
        if (!wanted || (c->forms.items[i] < forms->count && wanted[c->forms.items[i]]))
            out->items[out->count++] = c->positions.items[i];
}

static void get_boundaries(struct segment *s, const char *boundary, uint32_t docid,
                           struct segment_positions *out)
{
    static const struct {
        const char *name;
        enum sealed_boundary kind;
        unsigned first, step;
    } kinds[] = {{SCHEMA_SENTENCE, SEALED_SENTENCES, 0, 1},
                 {SCHEMA_PARAGRAPH, SEALED_PARAGRAPHS, 0, 1},
                 {SCHEMA_QUOTE, SEALED_QUOTES, 0, 2},
                 {SCHEMA_QUOTE_END, SEALED_QUOTES, 1, 2}};
    struct sealed_positions found = {0};
    struct status_error err;
    size_t k = 0;
    out->count = 0;
    while (k < 3 && strcmp(kinds[k].name, boundary) != 0)
        k++;
    if (segment_fail(
            s,
            sealed_boundaries(sealed_of(s)->reader, docid, kinds[k].kind, &found, &err),
            &err))
        return;
    uint32_t *items =
        buffer_grow_array(out->items, &out->capacity, found.count + 1, sizeof *items);
    if (items) {
        out->items = items;
        for (size_t i = kinds[k].first; i < found.count; i += kinds[k].step)
            out->items[out->count++] = found.items[i];
    } else {
        segment_fail(s, STATUS_NO_MEMORY, NULL);
    }
    free(found.items);
}

/* --- documents --- */

static bool load_lengths(struct segment *head)
{
    struct sealed_segment *s = sealed_of(head);
    s->lengths = malloc(head->docid_end * sizeof *s->lengths);
    if (!s->lengths) {
        segment_fail(head, STATUS_NO_MEMORY, NULL);
        return false;
    }
    s->lengths[0] = 0;
    sealed_lengths(s->reader, s->lengths);
    head->lengths = s->lengths;
    return true;
}

static int64_t get_column(struct segment *head, enum segment_column column,
                          uint32_t docid)
{
    const struct sealed_reader *r = sealed_of(head)->reader;
    int64_t date;
    if (docid == 0 || docid >= head->docid_end)
        return column == SEGMENT_PUBLISHED ? DATE_NONE : 0;
    switch (column) {
    case SEGMENT_PUBLISHED:
        date = sealed_column_get(r, SEALED_PUBLISHED, docid);
        return date == SEALED_NO_DATE ? DATE_NONE : date;
    case SEGMENT_TITLE_END:
        return sealed_column_get(r, SEALED_TITLE_END, docid);
    case SEGMENT_LEAD_END:
        return sealed_column_get(r, SEALED_LEAD_END, docid);
    case SEGMENT_WORDS:
        return sealed_column_get(r, SEALED_WORDS, docid);
    case SEGMENT_HASH:
        return (int64_t)sealed_hash(r, docid);
    }
    return 0;
}

enum status sealed_segment_encode(const struct article *a, bool with_body,
                                  struct buffer *record)
{
    struct article bare = *a; /* its values stay those of the article */
    bare.fields[ARTICLE_DATE].count = 0;
    if (!with_body)
        bare.fields[ARTICLE_BODY].count = 0;
    return article_encode(&bare, record);
}

static enum status append_date(const struct sealed_reader *r, uint32_t docid,
                               struct buffer *record)
{
    char text[DATE_TEXT_SIZE];
    struct article dated;
    int64_t date = sealed_column_get(r, SEALED_PUBLISHED, docid);
    if (date == SEALED_NO_DATE)
        return STATUS_OK;
    article_init(&dated);
    enum status status =
        article_add(&dated, ARTICLE_DATE, slice_of(date_format(date, text)));
    if (!status)
        status = article_encode(&dated, record);
    article_free(&dated);
    return status;
}

static void get_record(struct segment *s, uint32_t docid, struct buffer *record)
{
    struct sealed_segment *sealed = sealed_of(s);
    struct status_error err;
    if (s->failed)
        return;
    enum status status =
        sealed_record(sealed->reader, &sealed->unpacked, docid, record, &err);
    if (!status && append_date(sealed->reader, docid, record))
        status = status_no_memory(&err);
    segment_fail(s, status, &err);
}

enum status sealed_segment_find(const struct sealed_reader *r, struct slice flag,
                                uint32_t *docid, struct status_error *err)
{
    struct sealed_term term;
    struct sealed_cursor c;
    bool bad;
    *docid = 0;
    bool found = sealed_find(r, flag, &term, &bad);
    if (bad)
        return status_set(err, STATUS_CORRUPT,
                          "a sealed segment is damaged: its terms (--check tells more)");
    enum status status = found ? sealed_cursor_open(&c, r, &term, err) : STATUS_OK;
    if (status || !found)
        return status;
    if (sealed_cursor_load(&c, c.block_count - 1))
        *docid = c.docids[c.count - 1];
    else
        status = status_set(err, STATUS_CORRUPT,
                            "a sealed segment is damaged: the postings of an id (--check "
                            "tells more)");
    sealed_cursor_close(&c);
    return status;
}

/* --- opening --- */

static const struct segment_ops sealed_ops = {
    .close = close_segment,
    .term = get_term,
    .cursor_open = open_cursor,
    .cursor_close = close_cursor,
    .cursor_load = load_block,
    .cursor_load_block = load_known,
    .cursor_read_block = read_known,
    .cursor_read_wdfs = read_known_wdfs,
    .forms = get_forms,
    .positions = get_positions,
    .boundaries = get_boundaries,
    .each_term = each_term,
    .each_word = each_word,
    .load_lengths = load_lengths,
    .column = get_column,
    .record = get_record,
};

static void note_dead(struct sealed_segment *s)
{
    s->head.dead = s->dead.bits;
    s->head.articles = s->head.documents - s->dead.count;
}

enum status sealed_segment_bury(struct segment *head, struct slice more,
                                struct status_error *err)
{
    struct sealed_segment *s = sealed_of(head);
    enum status status = more.size > 0 ? tombstones_decode(&s->dead, more) : STATUS_OK;
    note_dead(s);
    return status ? status_set(err, status, "the tombstones of a segment: %s",
                               status_text(status))
                  : STATUS_OK;
}

enum status sealed_segment_open(const char *path, const char *dead_path,
                                struct segment **out, struct status_error *err)
{
    *out = NULL;
    struct sealed_segment *s = calloc(1, sizeof *s);
    if (!s)
        return status_no_memory(err);
    s->head.ops = &sealed_ops;
    enum status status = sealed_reader_open(path, &s->reader, err);
    if (!status) {
        s->head.documents = s->dead.documents = sealed_reader_documents(s->reader);
        s->head.docid_end = s->head.documents + 1;
        s->head.total_length = sealed_reader_total_length(s->reader);
    }
    if (!status && dead_path)
        status = tombstones_read(&s->dead, dead_path, err);
    note_dead(s);
    if (status)
        close_segment(&s->head);
    else
        *out = &s->head;
    return status;
}
