#include "common/index/live.h"

#include "common/date.h"
#include "common/deflate.h"

#include <stdlib.h>

struct live {
    struct segment head;
    struct xap_reader *reader;
    uint32_t *lengths;
    struct schema_columns *columns; /* by docid */
    uint64_t *hashes;
    struct buffer packed;
};

struct live_cursor {
    struct segment_cursor head;
    struct xap_postings *postings;
    struct schema_term term;
    uint32_t docids[SEGMENT_BLOCK];
    uint32_t wdfs[SEGMENT_BLOCK];
};

static struct live *live_of(struct segment *s)
{
    return (struct live *)s;
}

static void drop_columns(struct live *l)
{
    free(l->lengths);
    free(l->columns);
    free(l->hashes);
    l->lengths = NULL;
    l->columns = NULL;
    l->hashes = NULL;
    l->head.lengths = NULL;
}

static void close_live(struct segment *s)
{
    struct live *l = live_of(s);
    drop_columns(l);
    xap_reader_close(l->reader);
    buffer_free(&l->packed);
    free(l);
}

static void get_term(struct segment *s, struct slice term, struct segment_term *out)
{
    struct xap_term_info info = {0};
    struct status_error err;
    if (!s->failed)
        segment_fail(s, xap_get_term_info(live_of(s)->reader, term, &info, &err), &err);
    *out = (struct segment_term){info.doc_freq, info.collection_freq};
}

static struct segment_cursor *open_cursor(struct segment *s, struct slice term)
{
    struct live_cursor *c = calloc(1, sizeof *c);
    struct status_error err;
    if (!c)
        return NULL;
    c->head = (struct segment_cursor){.segment = s, .docids = c->docids, .wdfs = c->wdfs};
    if (!s->failed)
        segment_fail(s, xap_postings_open(live_of(s)->reader, term, &c->postings, &err),
                     &err);
    struct segment_term info = {0};
    if (term.size > 0)
        get_term(s, term, &info);
    c->head.doc_freq = term.size > 0 ? info.doc_freq : s->documents;
    c->term.size = term.size < sizeof c->term.bytes ? term.size : 0;
    if (c->term.size > 0)
        memcpy(c->term.bytes, term.data, term.size);
    return &c->head;
}

static void close_cursor(struct segment_cursor *head)
{
    struct live_cursor *c = (struct live_cursor *)head;
    xap_postings_close(c->postings);
    free(c);
}

static void load_block(struct segment_cursor *head, uint32_t target)
{
    struct live_cursor *c = (struct live_cursor *)head;
    struct status_error err;
    size_t count = 0;
    if (!head->segment->failed)
        segment_fail(head->segment,
                     xap_postings_read(c->postings, target, SEGMENT_BLOCK, c->docids,
                                       c->wdfs, &count, &err),
                     &err);
    head->at = 0;
    head->count = head->segment->failed ? 0 : (uint32_t)count;
}

struct forms_context {
    struct segment_forms *out;
    size_t prefix_size;
    bool failed;
};

static bool add_form(void *context, struct slice term, uint32_t doc_freq)
{
    struct forms_context *c = context;
    struct slice form = {term.data + c->prefix_size, term.size - c->prefix_size};
    c->failed = !segment_forms_add(c->out, form, doc_freq);
    return !c->failed;
}

static void get_forms(struct segment *s, struct slice stem, struct segment_forms *out)
{
    struct schema_term prefix;
    struct status_error err;
    schema_form_prefix(stem, &prefix);
    struct forms_context context = {out, prefix.size, false};
    if (s->failed)
        return;
    segment_fail(s,
                 xap_each_term(live_of(s)->reader, schema_slice(&prefix), add_form,
                               &context, &err),
                 &err);
    if (context.failed)
        segment_fail(s, STATUS_NO_MEMORY, NULL);
}

static int compare_positions(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void get_term_positions(struct segment *s, struct slice term, uint32_t docid,
                               struct segment_positions *out)
{
    struct status_error err;
    if (!s->failed)
        segment_fail(s,
                     xap_positions(live_of(s)->reader, docid, term, &out->items,
                                   &out->count, &out->capacity, &err),
                     &err);
}

static void get_positions(struct segment_cursor *head, const struct segment_forms *forms,
                          const bool *wanted, struct segment_positions *out)
{
    const struct live_cursor *c = (const struct live_cursor *)head;
    size_t used = 0;
    out->count = 0;
    for (size_t i = 0; i < forms->count; i++) {
        if (wanted && !wanted[i])
            continue;
        struct schema_term term;
        size_t before = out->count;
        schema_form_term(schema_slice(&c->term), forms->items[i].text, &term);
        get_term_positions(head->segment, schema_slice(&term), segment_cursor_docid(head),
                           out);
        used += out->count > before;
    }
    if (used > 1)
        qsort(out->items, out->count, sizeof *out->items, compare_positions);
}

static void get_boundaries(struct segment *s, const char *boundary, uint32_t docid,
                           struct segment_positions *out)
{
    out->count = 0;
    get_term_positions(s, slice_of(boundary), docid, out);
}

static void each_term(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice term, uint32_t doc_freq),
                      void *context)
{
    struct status_error err;
    if (!s->failed)
        segment_fail(s, xap_each_term(live_of(s)->reader, prefix, visit, context, &err),
                     &err);
}

struct word_visit {
    struct segment *segment;
    bool (*visit)(void *context, struct slice stem, const struct segment_forms *forms);
    void *context;
};

/* Boundaries, filters and forms begin with other letters than stems. */
static bool visit_word(void *context, struct slice term, uint32_t doc_freq)
{
    struct word_visit *v = context;
    struct segment_forms forms = {0};
    char first = term.size > 0 ? term.data[0] : '!';
    (void)doc_freq;
    if (first == '!' || first == '=' || (first >= 'A' && first <= 'Z'))
        return true;
    get_forms(v->segment, term, &forms);
    bool more = !v->segment->failed && v->visit(v->context, term, &forms);
    segment_forms_free(&forms);
    return more;
}

static void each_word(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice stem,
                                 const struct segment_forms *forms),
                      void *context)
{
    struct word_visit v = {s, visit, context};
    each_term(s, prefix, visit_word, &v);
}

static void set_columns(void *context, uint32_t docid, struct slice value)
{
    struct live *l = context;
    struct schema_columns c;
    if (docid >= l->head.docid_end || !schema_columns_decode(value, &c))
        return;
    l->lengths[docid] = c.length;
    l->columns[docid] = c;
}

static void set_hash(void *context, uint32_t docid, struct slice value)
{
    struct live *l = context;
    if (docid < l->head.docid_end)
        l->hashes[docid] = schema_hash(value);
}

static bool load_columns(struct segment *s)
{
    struct live *l = live_of(s);
    struct status_error err;
    size_t n = s->docid_end;
    l->lengths = calloc(n, sizeof *l->lengths);
    l->columns = calloc(n, sizeof *l->columns);
    l->hashes = calloc(n, sizeof *l->hashes);
    if (!l->lengths || !l->columns || !l->hashes)
        segment_fail(s, STATUS_NO_MEMORY, NULL);
    for (size_t d = 0; d < n && !s->failed; d++) /* also of articles that are gone */
        l->columns[d].published_s = DATE_NONE;
    if (!s->failed)
        segment_fail(
            s, xap_each_value(l->reader, LIVE_SLOT_COLUMNS, set_columns, l, &err), &err);
    if (!s->failed)
        segment_fail(s, xap_each_value(l->reader, LIVE_SLOT_HASH, set_hash, l, &err),
                     &err);
    if (s->failed) {
        drop_columns(l);
        return false;
    }
    s->lengths = l->lengths;
    return true;
}

static int64_t get_column(struct segment *s, enum segment_column column, uint32_t docid)
{
    const struct live *l = live_of(s);
    if (!segment_load_lengths(s) || docid >= s->docid_end)
        return column == SEGMENT_PUBLISHED ? DATE_NONE : 0;
    switch (column) {
    case SEGMENT_PUBLISHED:
        return l->columns[docid].published_s;
    case SEGMENT_TITLE_END:
        return l->columns[docid].title_end;
    case SEGMENT_LEAD_END:
        return l->columns[docid].lead_end;
    case SEGMENT_WORDS:
        return l->columns[docid].words;
    case SEGMENT_HASH:
        return (int64_t)l->hashes[docid];
    }
    return 0;
}

static void get_record(struct segment *s, uint32_t docid, struct buffer *record)
{
    struct live *l = live_of(s);
    struct status_error err;
    if (s->failed)
        return;
    buffer_clear(&l->packed);
    enum status status = xap_data(l->reader, docid, &l->packed, &err);
    /* an article that went after it was found has no data, and no error */
    if (status == STATUS_OK && l->packed.size == 0)
        status = status_set(&err, STATUS_STALE, "an article went while it was read");
    if (status == STATUS_OK)
        status =
            deflate_unpack((struct slice){l->packed.data, l->packed.size}, record, &err);
    segment_fail(s, status, &err);
}

static const struct segment_ops live_ops = {
    .close = close_live,
    .term = get_term,
    .cursor_open = open_cursor,
    .cursor_close = close_cursor,
    .cursor_load = load_block,
    .forms = get_forms,
    .positions = get_positions,
    .boundaries = get_boundaries,
    .each_term = each_term,
    .each_word = each_word,
    .load_lengths = load_columns,
    .column = get_column,
    .record = get_record,
};

static enum status read_stats(struct live *l, struct status_error *err)
{
    struct xap_stats stats;
    enum status status = xap_reader_stats(l->reader, &stats, err);
    l->head.articles = l->head.documents = stats.doc_count;
    l->head.docid_end = stats.last_docid + 1;
    l->head.total_length = stats.total_length;
    return status;
}

enum status live_open(const char *path, struct segment **out, struct status_error *err)
{
    *out = NULL;
    struct live *l = calloc(1, sizeof *l);
    if (!l)
        return status_no_memory(err);
    l->head.ops = &live_ops;
    buffer_init(&l->packed, ARTICLE_RECORD_MAX);
    enum status status = xap_reader_open(path, &l->reader, err);
    if (!status)
        status = read_stats(l, err);
    if (status) {
        close_live(&l->head);
        return status;
    }
    *out = &l->head;
    return STATUS_OK;
}

enum status live_metadata(struct segment *s, struct slice key, struct buffer *out,
                          struct status_error *err)
{
    return xap_metadata(live_of(s)->reader, key, out, err);
}

enum status live_refresh(struct segment *s, bool *moved, struct status_error *err)
{
    struct live *l = live_of(s);
    bool changed = false;
    *moved = false;
    bool failed = s->failed != STATUS_OK;
    s->failed = STATUS_OK;
    enum status status = xap_reader_reopen(l->reader, &changed, err);
    if (status || (!changed && !failed))
        return status;
    *moved = true;
    drop_columns(l);
    return read_stats(l, err);
}
