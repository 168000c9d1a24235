/* Reprints are folded. The index tells which articles may be copies of one (see
 * indexer/reprints.h). Such articles are parted into groups, the same for every query:
 * the earliest of them, and all that have nearly its text; then the earliest of the
 * others, and so on. Of each group the earliest that matches stands for those that do. */
#include "searcher/job.h"
#include "searcher/match/node.h"

#include "common/text/shingles.h"

#include <stdlib.h>
#include <string.h>

/* Articles noted as copies of one that are looked at; more are hits of their own. */
enum { MEMBERS_MAX = 4000 };

struct member {
    struct match_place place;
    int64_t published_s;
    char *id;
    struct text_shingles shingles;
    bool is_stored;
    size_t group; /* index of the first of its group */
    bool is_known, matches;
};

/* Articles that may be copies of one, in order of their dates and ids. */
struct cluster {
    struct cluster *next;
    struct slice key;
    struct member *items;
    size_t count, capacity;
};

/* Articles of a segment that are a hit, or folded into one. */
struct taken {
    struct segment *segment;
    uint64_t *bits;
};

struct collapse {
    struct pressmark_searcher *searcher;
    struct job *job;
    struct taken *taken;
    size_t segment_count;
    struct cluster *clusters;
    struct arena arena;
};

/* --- segments --- */

static bool open_segments(struct collapse *c)
{
    const struct snapshot_list *list = &c->searcher->snapshots;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i]->segment_count;
    c->taken = calloc(count + 1, sizeof *c->taken);
    for (size_t i = 0; c->taken && i < list->count; i++)
        for (size_t k = 0; k < list->items[i]->segment_count; k++)
            c->taken[c->segment_count++].segment = list->items[i]->segments[k];
    return c->taken != NULL;
}

static struct taken *taken_of(const struct collapse *c, const struct segment *s)
{
    struct taken *t = c->taken;
    while (t->segment != s)
        t++;
    return t;
}

static bool take(struct collapse *c, struct match_place p)
{
    struct taken *t = taken_of(c, p.segment);
    if (!t->bits)
        t->bits = calloc(p.segment->docid_end / 64 + 1, sizeof *t->bits);
    if (t->bits)
        t->bits[p.docid / 64] |= UINT64_C(1) << (p.docid % 64);
    return t->bits != NULL;
}

static bool is_taken(const struct collapse *c, struct match_place p)
{
    const struct taken *t = taken_of(c, p.segment);
    return t->bits && t->bits[p.docid / 64] >> (p.docid % 64) & 1;
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
    for (size_t i = 0; i < c->segment_count && !found; i++)
        c->taken[i].segment->ops->each_term(c->taken[i].segment, schema_slice(&prefix),
                                            stop_at_first, &found);
    return found;
}

/* --- clusters --- */

static enum status add_member(struct cluster *g, struct segment *s, uint32_t docid)
{
    if (g->count == MEMBERS_MAX || segment_is_dead(s, docid))
        return STATUS_OK;
    struct member *items =
        buffer_grow_array(g->items, &g->capacity, g->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    g->items = items;
    g->items[g->count++] = (struct member){
        .place = {s, docid}, .published_s = segment_column(s, SEGMENT_PUBLISHED, docid)};
    return STATUS_OK;
}

/* The first of them, if it has the content that it had then. */
static enum status add_first(struct cluster *g, struct segment *s)
{
    struct slice id;
    uint64_t hash;
    if (!article_read_copy_key(g->key, &id, &hash))
        return STATUS_OK;
    uint32_t docid = searcher_find(s, SCHEMA_ID, id);
    if (docid == SEGMENT_END || (uint64_t)segment_column(s, SEGMENT_HASH, docid) != hash)
        return STATUS_OK;
    return add_member(g, s, docid);
}

static enum status add_copies(struct cluster *g, struct segment *s)
{
    struct schema_term term;
    enum status status = STATUS_OK;
    schema_filter_term(SCHEMA_COPY, g->key, &term);
    struct segment_cursor *c = segment_cursor_open(s, schema_slice(&term));
    if (!c)
        return STATUS_NO_MEMORY;
    for (uint32_t d = segment_cursor_docid(c); d != SEGMENT_END && !status;
         d = segment_cursor_next(c))
        status = add_member(g, s, d);
    segment_cursor_close(c);
    return status;
}

static enum status read_member(struct collapse *c, struct member *m,
                               struct status_error *err)
{
    struct job *job = c->job;
    enum status status =
        searcher_load(c->searcher, m->place.segment, m->place.docid, &job->article, err);
    if (!status)
        status = searcher_analyse(c->searcher, &job->article, &job->analysis, err);
    if (status)
        return status;
    struct slice id = article_text(&job->article, ARTICLE_ID);
    m->is_stored = article_text(&job->article, ARTICLE_BODY).size > 0;
    m->id = arena_copy(&c->arena, id.data, id.size);
    return m->id && !text_shingles_read(&m->shingles, &job->analysis)
               ? STATUS_OK
               : status_no_memory(err);
}

/* An unknown date is later than any. */
static int by_date_and_id(const void *x, const void *y)
{
    const struct member *a = x, *b = y;
    bool known = a->published_s != DATE_NONE, other = b->published_s != DATE_NONE;
    if (known != other)
        return known ? -1 : 1;
    if (a->published_s != b->published_s)
        return a->published_s < b->published_s ? -1 : 1;
    return strcmp(a->id ? a->id : "", b->id ? b->id : "");
}

/* Where no text is stored, what the index noted counts. */
static bool is_copy(const struct member *a, const struct member *b)
{
    if (!a->is_stored && !b->is_stored)
        return true;
    return text_shingles_compare(&a->shingles, &b->shingles) >= TEXT_REPRINT;
}

static void part(struct collapse *c, struct cluster *g)
{
    for (size_t i = 0; i < g->count; i++)
        g->items[i].group = SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        if (g->items[i].group != SIZE_MAX)
            continue;
        g->items[i].group = i;
        for (size_t k = i + 1; k < g->count && !budget_is_spent(&c->job->budget); k++)
            if (g->items[k].group == SIZE_MAX && is_copy(&g->items[i], &g->items[k]))
                g->items[k].group = i;
    }
}

static enum status read_cluster(struct collapse *c, struct cluster *g,
                                struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < c->segment_count; i++)
        if (add_first(g, c->taken[i].segment) || add_copies(g, c->taken[i].segment))
            return status_no_memory(err);
    for (size_t i = 0; i < g->count && g->count > 1 && !status; i++)
        if (budget_look(&c->job->budget))
            g->count = i;
        else
            status = read_member(c, &g->items[i], err);
    if (g->count > 1)
        qsort(g->items, g->count, sizeof *g->items, by_date_and_id);
    part(c, g);
    return status;
}

/* The cluster of the article at hand; NULL: no memory, or a failure. */
static struct cluster *cluster_of(struct collapse *c, uint64_t hash, enum status *status,
                                  struct status_error *err)
{
    char own[ARTICLE_COPY_OF_MAX];
    struct slice key = c->job->article.copy_of;
    if (key.size == 0)
        key = (struct slice){
            own, article_copy_key(article_text(&c->job->article, ARTICLE_ID), hash, own)};
    for (struct cluster *g = c->clusters; g; g = g->next)
        if (slice_equal(g->key, key))
            return g;
    struct cluster *g = calloc(1, sizeof *g);
    char *copy = arena_copy(&c->arena, key.data, key.size);
    if (!g || !copy) {
        free(g);
        *status = status_no_memory(err);
        return NULL;
    }
    g->key = (struct slice){copy, key.size};
    g->next = c->clusters;
    c->clusters = g;
    *status = read_cluster(c, g, err);
    return *status ? NULL : g;
}

/* The member that the match is; NULL: it is none that may have copies. */
static enum status find_member(struct collapse *c, struct match_place p,
                               struct cluster **cluster, struct member **member,
                               struct status_error *err)
{
    *member = NULL;
    enum status status =
        searcher_load(c->searcher, p.segment, p.docid, &c->job->article, err);
    uint64_t hash = (uint64_t)segment_column(p.segment, SEGMENT_HASH, p.docid);
    struct cluster *g = status ? NULL : cluster_of(c, hash, &status, err);
    for (size_t i = 0; g && i < g->count; i++)
        if (g->items[i].place.segment == p.segment && g->items[i].place.docid == p.docid)
            *member = &g->items[i];
    *cluster = g;
    return status;
}

/* --- hits --- */

static int by_place(const void *x, const void *y)
{
    const struct member *a = *(struct member *const *)x, *b = *(struct member *const *)y;
    if (a->place.segment != b->place.segment)
        return a->place.segment < b->place.segment ? -1 : 1;
    return (a->place.docid > b->place.docid) - (a->place.docid < b->place.docid);
}

/* Which of them match. */
static enum status match_members(struct collapse *c, struct member **list, size_t count,
                                 struct status_error *err)
{
    enum status status = STATUS_OK;
    if (count > 1)
        qsort(list, count, sizeof *list, by_place);
    for (size_t i = 0, end; i < count && !status; i = end) {
        struct segment *s = list[i]->place.segment;
        struct match_context context;
        struct match_node *root;
        status = match_open(&context, &c->job->plan, s, &root);
        for (end = i; end < count && list[end]->place.segment == s; end++)
            if (!status) {
                uint32_t docid = list[end]->place.docid;
                list[end]->matches = match_advance(root, docid, -1) == docid;
                list[end]->is_known = true;
            }
        match_close(&context);
        if (s->failed)
            status = segment_failed(s, err);
    }
    return status;
}

/* Of the member's group, those that match, in order; the hit itself does. */
static enum status find_group(struct collapse *c, struct cluster *g,
                              const struct member *own, struct member **list,
                              size_t *count, struct status_error *err)
{
    size_t n = 0, kept = 0;
    for (size_t i = own->group; i < g->count; i++)
        if (g->items[i].group == own->group && !g->items[i].is_known)
            list[n++] = &g->items[i];
    enum status status = match_members(c, list, n, err);
    for (size_t i = own->group; i < g->count; i++)
        if (g->items[i].group == own->group &&
            (g->items[i].matches || &g->items[i] == own))
            list[kept++] = &g->items[i];
    *count = kept;
    return status;
}

static enum status fold(struct collapse *c, struct match *hit, struct member **list,
                        size_t count, const struct member *shown,
                        struct status_error *err)
{
    struct arena *arena = &c->job->plan.arena;
    struct match_copies *copies = arena_alloc(arena, sizeof *copies);
    struct match_place *items = arena_alloc(arena, count * sizeof *items);
    if (!copies || !items)
        return status_no_memory(err);
    *copies = (struct match_copies){shown->place, items, 0};
    for (size_t i = 0; i < count; i++) {
        if (!take(c, list[i]->place))
            return status_no_memory(err);
        if (list[i] != shown)
            items[copies->count++] = list[i]->place;
    }
    hit->copies = copies;
    return STATUS_OK;
}

/* In order of dates an article has its own place: one that has an earlier copy gives way
 * to it. */
static enum status collapse_hit(struct collapse *c, struct match *hit, bool *is_kept,
                                struct status_error *err)
{
    struct match_place place = {hit->segment, hit->docid};
    struct cluster *g;
    struct member *own;
    size_t count = 0;
    *is_kept = true;
    enum status status = find_member(c, place, &g, &own, err);
    if (status || !own || g->count < 2)
        return status;
    struct member **list = calloc(g->count, sizeof *list);
    if (!list)
        return status_no_memory(err);
    status = find_group(c, g, own, list, &count, err);
    if (!status && count > 1) {
        const struct member *shown = hit->is_linked ? own : list[0];
        *is_kept = c->job->options->sort == PRESSMARK_SORT_RELEVANCE || shown == own;
        if (*is_kept)
            status = fold(c, hit, list, count, shown, err);
    }
    free(list);
    return status;
}

/* What others are related to, and its copies, are none of them; the copies are told. */
static enum status take_origin(struct collapse *c, struct status_error *err)
{
    struct pressmark_results *r = c->job->results;
    struct cluster *g;
    struct member *own;
    r->copy_count = 0;
    if (!c->job->origin_place.segment)
        return STATUS_OK;
    enum status status = find_member(c, c->job->origin_place, &g, &own, err);
    if (status || !own)
        return status;
    r->copies = arena_alloc(&r->arena, g->count * sizeof *r->copies);
    for (size_t i = 0; i < g->count; i++) {
        const struct member *m = &g->items[i];
        if (m->group != own->group)
            continue;
        if (!r->copies || !take(c, m->place))
            return status_no_memory(err);
        if (m == own)
            continue;
        const char *id = arena_copy(&r->arena, m->id, strlen(m->id));
        if (!id)
            return status_no_memory(err);
        r->copies[r->copy_count++] = id;
    }
    return STATUS_OK;
}

static enum status collapse_all(struct collapse *c, struct matches *m, size_t wanted,
                                struct status_error *err)
{
    size_t kept = 0;
    enum status status = take_origin(c, err);
    for (size_t i = 0; i < m->count && kept < wanted && !status; i++) {
        struct match hit = m->items[i];
        struct match_place place = {hit.segment, hit.docid};
        bool is_kept = !is_taken(c, place);
        if (is_kept && !budget_look(&c->job->budget))
            status = collapse_hit(c, &hit, &is_kept, err);
        if (is_kept)
            m->items[kept++] = hit;
    }
    m->count = kept;
    return status;
}

static void free_clusters(struct collapse *c)
{
    while (c->clusters) {
        struct cluster *g = c->clusters;
        c->clusters = g->next;
        for (size_t i = 0; i < g->count; i++)
            text_shingles_free(&g->items[i].shingles);
        free(g->items);
        free(g);
    }
}

enum status collapse(struct pressmark_searcher *s, struct job *job, struct matches *m,
                     size_t wanted, struct status_error *err)
{
    struct collapse c = {.searcher = s, .job = job};
    enum status status = open_segments(&c) ? STATUS_OK : status_no_memory(err);
    if (!status && has_copies(&c))
        status = collapse_all(&c, m, wanted, err);
    for (size_t i = 0; i < c.segment_count; i++)
        free(c.taken[i].bits);
    free(c.taken);
    free_clusters(&c);
    arena_free(&c.arena);
    return status;
}
