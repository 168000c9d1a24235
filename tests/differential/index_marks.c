#include "tests/differential/index_marks.h"

#include "common/hash.h"

#include <stdlib.h>

enum { EVERY = 5, LEFT_OUT = UINT32_MAX };

struct marker {
    struct index_marks *marks;
    struct segment *segment;
    unsigned *numbers; /* of the articles, by docid */
    struct segment_positions positions;
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t both[2] = {a, b};
    return hash_bytes(both, sizeof both);
}

static uint64_t mix_text(uint64_t a, struct slice text)
{
    return mix(a, hash_bytes(text.data, text.size));
}

static void mark_statistics(struct marker *m, uint64_t name,
                            const struct segment_term *info,
                            const struct segment_forms *forms)
{
    uint64_t *s = &m->marks->statistics;
    *s += mix(name, mix(info->doc_freq, info->collection_freq));
    for (size_t i = 0; i < forms->count; i++)
        *s += mix_text(name + forms->items[i].doc_freq, forms->items[i].text);
}

/* The positions of each form. */
static void mark_forms(struct marker *m, struct segment_cursor *c, uint64_t name,
                       const struct segment_forms *forms, bool *wanted, uint64_t *mark)
{
    for (size_t i = 0; i < forms->count; i++) {
        uint64_t form = mix_text(name, forms->items[i].text);
        wanted[i] = true;
        m->segment->ops->positions(c, forms, wanted, &m->positions);
        for (size_t k = 0; k < m->positions.count; k++)
            *mark += mix(form, m->positions.items[k]);
        wanted[i] = false;
    }
}

/* No posting of a block is above its bound. */
static void check_bounds(struct marker *m, struct segment_cursor *c)
{
    struct segment *s = m->segment;
    uint32_t docids[SEGMENT_BLOCK], wdfs[SEGMENT_BLOCK];
    double mean = (double)s->total_length / (double)s->documents;
    for (uint32_t b = 0; c->bounds && b < c->block_count; b++) {
        uint32_t count = s->ops->cursor_read_block(c, b, docids, wdfs);
        double bound = segment_block_bound(c, b);
        for (uint32_t i = 0; i < count; i++) {
            double k = SEGMENT_BOUND_B * s->lengths[docids[i]] / mean;
            k = SEGMENT_BOUND_K1 * (1 - SEGMENT_BOUND_B + k);
            m->marks->bad_bounds += wdfs[i] / (k + wdfs[i]) > bound;
        }
        m->marks->bad_bounds += count == 0 || docids[count - 1] > c->lasts[b];
    }
}

static bool mark_term(void *context, struct slice term, uint32_t doc_freq)
{
    struct marker *m = context;
    struct segment *s = m->segment;
    struct segment_forms forms = {0};
    static const char copies[] = "XCOPY:";
    struct segment_term info;
    if (term.data[0] == '=' || term.data[0] == '!') /* a live segment's own */
        return true;
    bool flag = term.data[0] >= 'A' && term.data[0] <= 'Z';
    if (term.size > sizeof copies - 1 &&
        memcmp(term.data, copies, sizeof copies - 1) == 0)
        return true; /* what may be a reprint depends on what came before */
    uint64_t name = hash_bytes(term.data, term.size);
    segment_get_term(s, term, &info);
    if (flag)
        info.collection_freq = 0;
    else
        s->ops->forms(s, term, &forms);
    mark_statistics(m, name + (doc_freq != info.doc_freq), &info, &forms);
    bool *wanted = calloc(forms.count + 1, sizeof *wanted);
    struct segment_cursor *c = segment_cursor_open(s, term);
    if (c && !flag)
        check_bounds(m, c);
    for (uint32_t d = wanted && c ? segment_cursor_docid(c) : SEGMENT_END;
         d != SEGMENT_END; d = segment_cursor_next(c)) {
        if (m->numbers[d] == LEFT_OUT)
            continue;
        uint64_t *mark = &m->marks->articles[m->numbers[d]];
        *mark += mix(name, flag ? 0 : segment_cursor_wdf(c));
        mark_forms(m, c, name, &forms, wanted, mark);
    }
    segment_cursor_close(c);
    segment_forms_free(&forms);
    free(wanted);
    return s->failed == STATUS_OK;
}

static void mark_document(struct marker *m, uint32_t d)
{
    static const char *const boundaries[] = {SCHEMA_SENTENCE, SCHEMA_PARAGRAPH,
                                             SCHEMA_QUOTE, SCHEMA_QUOTE_END};
    struct segment *s = m->segment;
    uint64_t *mark = &m->marks->articles[m->numbers[d]];
    *mark += mix(1, s->lengths[d]);
    for (int c = SEGMENT_PUBLISHED; c <= SEGMENT_HASH; c++)
        *mark +=
            mix((uint64_t)c + 2, (uint64_t)segment_column(s, (enum segment_column)c, d));
    for (size_t i = 0; i < sizeof boundaries / sizeof *boundaries; i++) {
        s->ops->boundaries(s, boundaries[i], d, &m->positions);
        for (size_t k = 0; k < m->positions.count; k++)
            *mark += mix(i + 10, m->positions.items[k]);
    }
}

static void mark_documents(struct marker *m, struct pressmark_searcher *searcher,
                           unsigned article_count)
{
    struct segment *s = m->segment;
    struct article a;
    struct status_error err;
    article_init(&a);
    struct segment_cursor *c = segment_cursor_open(s, (struct slice){0});
    for (uint32_t d = c ? segment_cursor_docid(c) : SEGMENT_END; d != SEGMENT_END;
         d = segment_cursor_next(c)) {
        if (segment_is_dead(s, d) || searcher_load(searcher, s, d, &a, &err))
            continue;
        struct slice id = article_text(&a, ARTICLE_ID);
        m->numbers[d] = (unsigned)strtoul(id.data + 1, NULL, 10);
        if (m->numbers[d] >= article_count || m->numbers[d] % EVERY != 0)
            m->numbers[d] = LEFT_OUT;
        else
            mark_document(m, d);
    }
    segment_cursor_close(c);
    article_free(&a);
}

static bool mark_segment(struct marker *m, struct pressmark_searcher *searcher,
                         unsigned article_count)
{
    struct segment *s = m->segment;
    m->numbers = malloc(s->docid_end * sizeof *m->numbers);
    if (!m->numbers || !segment_load_lengths(s))
        return false;
    memset(m->numbers, 255, s->docid_end * sizeof *m->numbers);
    mark_documents(m, searcher, article_count);
    s->ops->each_term(s, (struct slice){0}, mark_term, m);
    free(m->numbers);
    m->marks->statistics += mix(s->documents, s->total_length);
    m->marks->dead += s->documents - s->articles;
    m->marks->segments++;
    return s->failed == STATUS_OK;
}

bool index_marks_make(struct pressmark_searcher *s, unsigned article_count,
                      struct index_marks *out)
{
    *out = (struct index_marks){.articles = calloc(article_count, sizeof *out->articles)};
    struct marker m = {.marks = out};
    bool good = out->articles != NULL;
    for (size_t i = 0; i < s->snapshots.count; i++)
        for (size_t k = 0; k < s->snapshots.items[i]->segment_count && good; k++) {
            m.segment = s->snapshots.items[i]->segments[k];
            good = mark_segment(&m, s, article_count);
        }
    free(m.positions.items);
    return good;
}
