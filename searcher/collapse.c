/* Reprints are folded: of articles that have nearly the same text the earliest stands for
 * all that match. The index tells which may be (see indexer/reprints.h), their texts
 * whether they are. */
#include "searcher/job.h"
#include "searcher/match/node.h"

#include "common/text/shingles.h"

#include <stdlib.h>

/* Copies of one article that are looked at. */
enum { COPIES_MAX = 1000 };

/* An article of a group. */
struct member {
    struct segment *segment;
    uint32_t docid;
    int64_t published_s;
    bool is_copy; /* of the hit, and matches */
};

/* Articles of a segment that are folded into others. */
struct folded {
    struct segment *segment;
    uint64_t *bits;
};

struct collapse {
    struct pressmark_searcher *searcher;
    struct job *job;
    struct folded *folded;
    size_t folded_count;
    struct member members[COPIES_MAX];
    size_t member_count;
    struct text_shingles own, other;
};

/* --- what is folded --- */

static bool open_segments(struct collapse *c)
{
    const struct snapshot_list *list = &c->searcher->snapshots;
    size_t count = 0, n = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i]->segment_count;
    c->folded = calloc(count + 1, sizeof *c->folded);
    for (size_t i = 0; c->folded && i < list->count; i++)
        for (size_t k = 0; k < list->items[i]->segment_count; k++)
            c->folded[n++].segment = list->items[i]->segments[k];
    c->folded_count = n;
    return c->folded != NULL;
}

static struct folded *folded_of(const struct collapse *c, const struct segment *s)
{
    struct folded *f = c->folded;
    while (f->segment != s)
        f++;
    return f;
}

static bool fold(struct collapse *c, struct segment *s, uint32_t docid)
{
    struct folded *f = folded_of(c, s);
    if (!f->bits)
        f->bits = calloc(s->docid_end / 64 + 1, sizeof *f->bits);
    if (f->bits)
        f->bits[docid / 64] |= UINT64_C(1) << (docid % 64);
    return f->bits != NULL;
}

static bool is_folded(const struct collapse *c, const struct match *m)
{
    const struct folded *f = folded_of(c, m->segment);
    return f->bits && f->bits[m->docid / 64] >> (m->docid % 64) & 1;
}

static bool stop_at_first(void *context, struct slice term, uint32_t doc_freq)
{
    (void)term;
    (void)doc_freq;
    *(bool *)context = true;
    return false;
}

static bool has_copies(const struct collapse *c)
{
    struct schema_term prefix;
    bool found = false;
    schema_filter_term(SCHEMA_COPY, (struct slice){0}, &prefix);
    for (size_t i = 0; i < c->folded_count && !found; i++)
        c->folded[i].segment->ops->each_term(c->folded[i].segment, schema_slice(&prefix),
                                             stop_at_first, &found);
    return found;
}

/* --- groups --- */

static void add_member(struct collapse *c, struct segment *s, uint32_t docid)
{
    if (c->member_count == COPIES_MAX || segment_is_dead(s, docid))
        return;
    c->members[c->member_count++] =
        (struct member){s, docid, segment_column(s, SEGMENT_PUBLISHED, docid), false};
}

/* The first of them and those that are noted as its copies, by docid in each segment. */
static enum status find_members(struct collapse *c, struct slice key)
{
    struct schema_term term;
    c->member_count = 0;
    schema_filter_term(SCHEMA_COPY, key, &term);
    for (size_t i = 0; i < c->folded_count; i++) {
        struct segment *s = c->folded[i].segment;
        uint32_t first = searcher_find(s, SCHEMA_ID, key);
        struct segment_cursor *cursor = segment_cursor_open(s, schema_slice(&term));
        uint32_t docid = cursor ? segment_cursor_docid(cursor) : SEGMENT_END;
        for (; docid != SEGMENT_END; docid = segment_cursor_next(cursor)) {
            if (first < docid) {
                add_member(c, s, first);
                first = SEGMENT_END;
            }
            add_member(c, s, docid);
        }
        if (first != SEGMENT_END)
            add_member(c, s, first);
        segment_cursor_close(cursor);
        if (!cursor)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status read_shingles(struct collapse *c, struct text_shingles *out,
                                 struct status_error *err)
{
    struct job *job = c->job;
    struct text_parts parts = analyser_parts(&job->article);
    parts.link_count = 0;
    enum status status = analyser_speak(
        c->searcher->analyser, article_text(&job->article, ARTICLE_LANGUAGE), err);
    if (status)
        return status;
    if (text_analyse(&job->analysis, analyser_tokeniser(c->searcher->analyser), &parts) ||
        text_shingles_read(out, &job->analysis))
        return status_no_memory(err);
    return STATUS_OK;
}

/* Where no text is stored, what the index noted counts. */
static enum status compare(struct collapse *c, struct member *m, struct status_error *err)
{
    enum status status =
        searcher_load(c->searcher, m->segment, m->docid, &c->job->article, err);
    if (!status)
        status = read_shingles(c, &c->other, err);
    if (status)
        return status;
    bool is_stored = article_text(&c->job->article, ARTICLE_BODY).size > 0;
    m->is_copy = is_stored ? text_shingles_compare(&c->own, &c->other) >= TEXT_REPRINT
                           : c->own.count == 0;
    return STATUS_OK;
}

/* Of the copies those that match. They are in order within each segment. */
static enum status match_members(struct collapse *c, struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0, end; i < c->member_count && !status; i = end) {
        struct segment *s = c->members[i].segment;
        struct match_context context;
        struct match_node *root;
        status = match_open(&context, &c->job->plan, s, &root);
        for (end = i; end < c->member_count && c->members[end].segment == s; end++) {
            struct member *m = &c->members[end];
            if (!status && m->is_copy)
                m->is_copy = match_advance(root, m->docid, -1) == m->docid;
        }
        match_close(&context);
        if (s->failed)
            status = segment_failed(s, err);
    }
    return status;
}

/* The copies of an article, which is none of them. */
static enum status find_copies(struct collapse *c, const struct match *hit,
                               struct status_error *err)
{
    struct job *job = c->job;
    enum status status =
        searcher_load(c->searcher, hit->segment, hit->docid, &job->article, err);
    struct slice id = article_text(&job->article, ARTICLE_ID);
    struct slice key = job->article.copy_of.size > 0 ? job->article.copy_of : id;
    if (!status && find_members(c, key))
        status = status_no_memory(err);
    if (status || c->member_count < 2)
        return status;
    status = read_shingles(c, &c->own, err);
    for (size_t i = 0; i < c->member_count && !status; i++) {
        struct member *m = &c->members[i];
        if ((m->segment != hit->segment || m->docid != hit->docid) &&
            !budget_look(&job->budget))
            status = compare(c, m, err);
    }
    return status;
}

/* --- hits --- */

/* An unknown date is later than any. */
static bool is_earlier(int64_t a, int64_t b)
{
    return a != DATE_NONE && (b == DATE_NONE || a < b);
}

/* Notes the copies with the hit, and which stands for them; the score stays its own. */
static enum status keep(struct collapse *c, struct match *hit, const struct member *shown,
                        struct status_error *err)
{
    struct match best = *hit;
    size_t count = 0;
    for (size_t i = 0; i < c->member_count; i++) {
        const struct member *m = &c->members[i];
        count += m->is_copy;
        if (m->is_copy && !fold(c, m->segment, m->docid))
            return status_no_memory(err);
    }
    if (count == 0)
        return STATUS_OK;
    struct match_copies *copies = arena_alloc(&c->job->plan.arena, sizeof *copies);
    struct match_place *items =
        arena_alloc(&c->job->plan.arena, count * sizeof *copies->items);
    if (!copies || !items || !fold(c, best.segment, best.docid))
        return status_no_memory(err);
    *copies = (struct match_copies){{best.segment, best.docid}, items, 0};
    if (shown) {
        copies->shown = (struct match_place){shown->segment, shown->docid};
        items[copies->count++] = (struct match_place){best.segment, best.docid};
    }
    for (size_t i = 0; i < c->member_count; i++)
        if (c->members[i].is_copy && &c->members[i] != shown)
            items[copies->count++] =
                (struct match_place){c->members[i].segment, c->members[i].docid};
    hit->copies = copies;
    return STATUS_OK;
}

/* In order of dates an article has its own place: one that has an earlier copy gives way
 * to it. */
static enum status collapse_hit(struct collapse *c, struct match *hit, bool *is_kept,
                                struct status_error *err)
{
    const struct member *earliest = NULL;
    int64_t date = segment_column(hit->segment, SEGMENT_PUBLISHED, hit->docid);
    bool by_date = c->job->options->sort != PRESSMARK_SORT_RELEVANCE;
    enum status status = find_copies(c, hit, err);
    if (!status && c->member_count > 1)
        status = match_members(c, err);
    for (size_t i = 0; i < c->member_count && !hit->is_linked; i++) {
        const struct member *m = &c->members[i];
        if (m->is_copy && is_earlier(m->published_s, date)) {
            earliest = m;
            date = m->published_s;
        }
    }
    *is_kept = !(by_date && earliest);
    return status || !*is_kept ? status : keep(c, hit, earliest, err);
}

/* What others are related to, and its copies, are none of them. */
static enum status fold_origin(struct collapse *c, struct status_error *err)
{
    struct slice id = slice_of(c->job->options->related_to);
    for (size_t i = 0; i < c->folded_count; i++) {
        struct segment *s = c->folded[i].segment;
        uint32_t docid = searcher_find(s, SCHEMA_ID, id);
        if (docid == SEGMENT_END)
            continue;
        struct match origin = {.segment = s, .docid = docid};
        enum status status = find_copies(c, &origin, err);
        for (size_t k = 0; k < c->member_count && !status; k++)
            if (c->members[k].is_copy &&
                !fold(c, c->members[k].segment, c->members[k].docid))
                return status_no_memory(err);
        return status;
    }
    return STATUS_OK;
}

static enum status collapse_all(struct collapse *c, struct matches *m, size_t wanted,
                                struct status_error *err)
{
    size_t kept = 0;
    enum status status = STATUS_OK;
    if (c->job->options->related_to)
        status = fold_origin(c, err);
    for (size_t i = 0; i < m->count && kept < wanted && !status; i++) {
        struct match hit = m->items[i];
        if (budget_look(&c->job->budget)) {
            m->items[kept++] = hit;
            continue;
        }
        bool is_kept = !is_folded(c, &hit);
        c->member_count = 0;
        if (is_kept)
            status = collapse_hit(c, &hit, &is_kept, err);
        if (is_kept)
            m->items[kept++] = hit;
    }
    m->count = kept;
    return status;
}

enum status collapse(struct pressmark_searcher *s, struct job *job, struct matches *m,
                     size_t wanted, struct status_error *err)
{
    struct collapse *c = calloc(1, sizeof *c);
    if (!c)
        return status_no_memory(err);
    c->searcher = s;
    c->job = job;
    enum status status = open_segments(c) ? STATUS_OK : status_no_memory(err);
    if (!status && has_copies(c))
        status = collapse_all(c, m, wanted, err);
    for (size_t i = 0; i < c->folded_count; i++)
        free(c->folded[i].bits);
    free(c->folded);
    text_shingles_free(&c->own);
    text_shingles_free(&c->other);
    free(c);
    return status;
}
