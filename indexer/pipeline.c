#include "indexer/pipeline.h"

#include "indexer/fold.h"
#include "indexer/reprints.h"
#include "indexer/worker.h"

#include "common/hash.h"

#include <pthread.h>
#include <stdlib.h>

/* A batch of up to so many articles goes into the live segment. A sealed segment costs a
 * hundredth of a live one for each article, but a file and a merge later; where the two
 * meet was measured (tests/bench). */
enum { LIVE_ARTICLES_MAX = 200, LIVE_BYTES_MAX = 8 << 20 };

/* The memory of a worker is what is left of the bound, less an eighth: for what arrays
 * have too much and what malloc keeps (measured at 128 MB to 2 GB). */
enum { MEMORY_BASE = 32 << 20, WORKER_MEMORY_MIN = 8 << 20 };

/* The part of the memory that sketches of articles may take: 150 bytes and the id each.
 */
enum { REPRINTS_SHARE = 8 };

enum { CHUNK_BYTES = 256 << 10, CHUNKS_WAITING = 3 };

/* Before each record on its way to a worker. */
struct record_head {
    struct slice origin; /* of the article; outlives the run */
    size_t size;         /* of the record */
};

/* Records on their way to a worker. */
struct chunk {
    struct chunk *next;
    struct buffer records;
};

/* A worker in a thread of its own, and the chunks that wait for it. */
struct lane {
    struct pipeline *pipeline;
    struct worker *worker;
    pthread_t thread;
    bool running;
    struct chunk *filling; /* by the reader's thread */
    /* under the pipeline's mutex */
    struct chunk *first, *last;
    unsigned waiting;
    bool ended;
    pthread_cond_t more, room;
};

struct pipeline {
    struct pipeline_options options;
    struct worker_shared shared;
    pipeline_reject *reject;
    void *context;
    struct chunk *head; /* the first articles; NULL once the workers are there */
    size_t head_count;
    struct lane *lanes;
    unsigned lane_count;
    struct reprints *reprints;
    struct analyser *analyser; /* of articles that go into the live segment */
    struct text_analysis analysis;
    struct reprint_finder *finder;
    struct pipeline_counts counts; /* of articles that went into the live segment */
    pthread_mutex_t mutex;
    enum status failed;
    struct status_error error;
    struct buffer record;
    pthread_mutex_t reject_mutex;
};

/* --- chunks --- */

static struct chunk *new_chunk(void)
{
    struct chunk *c = calloc(1, sizeof *c);
    if (c)
        buffer_init(&c->records, SIZE_MAX / 2);
    return c;
}

static void free_chunk(struct chunk *c)
{
    if (c)
        buffer_free(&c->records);
    free(c);
}

static enum status add_record(struct chunk *c, struct slice origin, struct slice record)
{
    struct record_head head = {origin, record.size};
    buffer_append(&c->records, &head, sizeof head);
    return buffer_append(&c->records, record.data, record.size);
}

/* Takes the record at *at and moves on; false at the end. */
static bool next_record(const struct chunk *c, size_t *at, struct slice *origin,
                        struct slice *record)
{
    struct record_head head;
    if (*at == c->records.size)
        return false;
    memcpy(&head, c->records.data + *at, sizeof head);
    *origin = head.origin;
    *record = (struct slice){c->records.data + *at + sizeof head, head.size};
    *at += sizeof head + head.size;
    return true;
}

/* --- failures --- */

static void fail(struct pipeline *p, enum status status, const struct status_error *err)
{
    pthread_mutex_lock(&p->mutex);
    if (!p->failed) {
        p->failed = status;
        p->error = *err;
    }
    for (unsigned i = 0; i < p->lane_count; i++) {
        pthread_cond_broadcast(&p->lanes[i].more);
        pthread_cond_broadcast(&p->lanes[i].room);
    }
    pthread_mutex_unlock(&p->mutex);
}

static enum status failure(struct pipeline *p, struct status_error *err)
{
    pthread_mutex_lock(&p->mutex);
    enum status status = p->failed;
    if (status)
        *err = p->error;
    pthread_mutex_unlock(&p->mutex);
    return status;
}

static void reject_article(void *context, struct slice id, const char *reason)
{
    struct pipeline *p = context;
    pthread_mutex_lock(&p->reject_mutex);
    p->reject(p->context, id, reason);
    pthread_mutex_unlock(&p->reject_mutex);
}

/* --- lanes --- */

static enum status work_off(struct lane *l, struct chunk *c, struct status_error *err)
{
    struct slice origin, record;
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && next_record(c, &at, &origin, &record);)
        status = worker_put(l->worker, origin, record, err);
    return status;
}

/* The next chunk; NULL when there will be none. */
static struct chunk *take_chunk(struct lane *l)
{
    struct pipeline *p = l->pipeline;
    pthread_mutex_lock(&p->mutex);
    while (!l->first && !l->ended && !p->failed)
        pthread_cond_wait(&l->more, &p->mutex);
    struct chunk *c = p->failed ? NULL : l->first;
    if (c) {
        l->first = c->next;
        l->waiting--;
        pthread_cond_signal(&l->room);
    }
    pthread_mutex_unlock(&p->mutex);
    return c;
}

static void *run_lane(void *context)
{
    struct lane *l = context;
    struct status_error err = {0};
    enum status status = STATUS_OK;
    for (struct chunk *c; !status && (c = take_chunk(l)) != NULL;) {
        status = work_off(l, c, &err);
        free_chunk(c);
    }
    struct status_error other;
    if (!status && !failure(l->pipeline, &other))
        status = worker_finish(l->worker, &err);
    if (status)
        fail(l->pipeline, status, &err);
    return NULL;
}

/* Hands the chunk that was filled to the lane's thread, or works it off here. */
static enum status pass_on(struct lane *l, struct status_error *err)
{
    struct pipeline *p = l->pipeline;
    struct chunk *c = l->filling;
    if (!c || c->records.size == 0)
        return STATUS_OK;
    if (!l->running) {
        enum status status = work_off(l, c, err);
        buffer_clear(&c->records);
        return status;
    }
    l->filling = NULL;
    pthread_mutex_lock(&p->mutex);
    while (l->waiting >= CHUNKS_WAITING && !p->failed)
        pthread_cond_wait(&l->room, &p->mutex);
    if (l->first)
        l->last->next = c;
    else
        l->first = c;
    l->last = c;
    l->waiting++;
    pthread_cond_signal(&l->more);
    pthread_mutex_unlock(&p->mutex);
    return failure(p, err);
}

/* All versions of an article go the same way. */
static struct lane *lane_of(struct pipeline *p, struct slice id)
{
    return &p->lanes[hash_bytes(id.data, id.size) % p->lane_count];
}

static enum status send(struct pipeline *p, const struct article *a, struct slice record,
                        struct status_error *err)
{
    struct lane *l = lane_of(p, article_text(a, ARTICLE_ID));
    if (!l->filling && !(l->filling = new_chunk()))
        return status_no_memory(err);
    if (add_record(l->filling, a->origin, record))
        return status_no_memory(err);
    return l->filling->records.size >= CHUNK_BYTES ? pass_on(l, err) : STATUS_OK;
}

/* --- from the first articles to workers --- */

/* The segments of before are looked up by all workers while the run changes their
 * tombstones: they get a copy. */
static enum status share_base(struct pipeline *p, struct status_error *err)
{
    size_t count;
    struct index_sealed *const *sealed = index_writer_sealed(p->options.writer, &count);
    struct worker_shared *s = &p->shared;
    struct buffer bytes = BUFFER_INIT(SIZE_MAX / 2);
    s->base = calloc(count + 1, sizeof *s->base);
    s->base_dead = calloc(count + 1, sizeof *s->base_dead);
    enum status status = s->base && s->base_dead ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && !status; i++) {
        s->base[i] = sealed[i];
        s->base_dead[i].documents = sealed[i]->dead.documents;
        s->base_count = i + 1;
        buffer_clear(&bytes);
        status = tombstones_encode(&sealed[i]->dead, &bytes);
        if (!status)
            status = tombstones_decode(&s->base_dead[i],
                                       (struct slice){bytes.data, bytes.size});
    }
    buffer_free(&bytes);
    return status ? status_set(err, status, "%s", status_text(status)) : STATUS_OK;
}

static enum status start_lane(struct pipeline *p, struct lane *l,
                              struct status_error *err)
{
    l->pipeline = p;
    pthread_cond_init(&l->more, NULL);
    pthread_cond_init(&l->room, NULL);
    p->lane_count++;
    enum status status = worker_new(&p->shared, &l->worker, err);
    if (status || p->options.jobs < 2)
        return status;
    int errnum = pthread_create(&l->thread, NULL, run_lane, l);
    l->running = errnum == 0;
    return errnum ? status_set_errno(err, errnum, "cannot start a thread") : STATUS_OK;
}

static enum status start_workers(struct pipeline *p, struct status_error *err)
{
    const struct pipeline_options *o = &p->options;
    unsigned jobs = o->jobs > 0 ? o->jobs : 1;
    uint64_t left = o->memory_bytes > MEMORY_BASE ? o->memory_bytes - MEMORY_BASE : 0;
    enum status status = fold_live(o->writer, err);
    if (!status)
        status = share_base(p, err);
    p->shared.options = o;
    p->shared.reject = reject_article;
    p->shared.context = p;
    p->shared.reprints = p->reprints;
    left -= left / REPRINTS_SHARE;
    p->shared.memory_bytes = left / 8 * 7 / jobs;
    if (p->shared.memory_bytes < WORKER_MEMORY_MIN)
        p->shared.memory_bytes = WORKER_MEMORY_MIN;
    p->lanes = calloc(jobs, sizeof *p->lanes);
    if (!status && !p->lanes)
        status = status_no_memory(err);
    for (unsigned i = 0; i < jobs && !status; i++)
        status = start_lane(p, &p->lanes[i], err);
    return status;
}

static enum status send_head(struct pipeline *p, struct status_error *err)
{
    struct chunk *head = p->head;
    struct article a;
    struct slice origin, record;
    p->head = NULL;
    enum status status = start_workers(p, err);
    article_init(&a);
    for (size_t at = 0; !status && next_record(head, &at, &origin, &record);) {
        article_reset(&a);
        a.origin = origin;
        if (article_decode(&a, record))
            status = status_no_memory(err);
        else
            status = send(p, &a, record, err);
    }
    article_free(&a);
    free_chunk(head);
    return status;
}

static enum status open_finder(struct pipeline *p, struct status_error *err)
{
    enum status status = STATUS_OK;
    if (!p->analyser)
        status = analyser_new(p->options.language, &p->analyser, err);
    if (!status && !p->finder)
        status = reprint_finder_new(p->reprints, index_writer_path(p->options.writer),
                                    p->analyser, &p->finder, err);
    return status;
}

static enum status find_copies(struct pipeline *p, struct article *a,
                               struct status_error *err)
{
    struct text_parts parts = analyser_parts(a);
    parts.link_count = 0;
    enum status status = open_finder(p, err);
    if (!status)
        status = analyser_speak(p->analyser, article_text(a, ARTICLE_LANGUAGE), err);
    if (status)
        return status;
    if (text_analyse(&p->analysis, analyser_tokeniser(p->analyser), &parts))
        return status_no_memory(err);
    struct hash128 hash;
    if (index_hash(a, p->options.store_body, &p->record, &hash))
        return status_no_memory(err);
    struct slice bytes = {(const char *)hash.bytes, sizeof hash.bytes};
    return reprint_finder_find(p->finder, a, schema_hash(bytes), &p->analysis, err);
}

/* A small batch: one article after the other. */
static enum status put_live(struct pipeline *p, struct article *a,
                            struct status_error *err)
{
    enum index_outcome outcome;
    enum status status = p->options.dry_run ? STATUS_OK : find_copies(p, a, err);
    if (status)
        return status;
    status = index_writer_put(p->options.writer, a, &outcome, err);
    if (status == STATUS_LIMIT) {
        p->counts.rejected++;
        reject_article(p, article_text(a, ARTICLE_ID), err->message);
        return STATUS_OK;
    }
    p->counts.added += !status && outcome == INDEX_ADDED;
    p->counts.updated += !status && outcome == INDEX_UPDATED;
    p->counts.unchanged += !status && outcome == INDEX_UNCHANGED;
    return status;
}

static enum status put_head_live(struct pipeline *p, struct status_error *err)
{
    struct article a;
    struct slice origin, record;
    enum status status = STATUS_OK;
    article_init(&a);
    for (size_t at = 0; !status && next_record(p->head, &at, &origin, &record);) {
        article_reset(&a);
        a.origin = origin;
        status =
            article_decode(&a, record) ? status_no_memory(err) : put_live(p, &a, err);
    }
    article_free(&a);
    return status;
}

/* --- the pipeline --- */

enum status pipeline_open(const struct pipeline_options *options, pipeline_reject *reject,
                          void *context, struct pipeline **out, struct status_error *err)
{
    *out = NULL;
    struct pipeline *p = calloc(1, sizeof *p);
    if (!p)
        return status_no_memory(err);
    p->options = *options;
    p->reject = reject;
    p->context = context;
    buffer_init(&p->record, ARTICLE_RECORD_MAX);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_mutex_init(&p->reject_mutex, NULL);
    p->head = new_chunk();
    p->reprints =
        reprints_new(options->memory_bytes / REPRINTS_SHARE, options->store_body);
    if (!p->head || !p->reprints) {
        pipeline_close(p);
        return status_no_memory(err);
    }
    *out = p;
    return STATUS_OK;
}

enum status pipeline_put(struct pipeline *p, struct article *article,
                         struct status_error *err)
{
    if (p->options.dry_run)
        return put_live(p, article, err);
    buffer_clear(&p->record);
    enum status status = article_encode(article, &p->record);
    struct slice record = {p->record.data, p->record.size};
    if (status)
        return status_set(err, status, "the record of an article: %s",
                          status_text(status));
    if (p->head) {
        if (add_record(p->head, article->origin, record))
            return status_no_memory(err);
        bool many =
            ++p->head_count > LIVE_ARTICLES_MAX || p->head->records.size > LIVE_BYTES_MAX;
        return many ? send_head(p, err) : STATUS_OK;
    }
    return send(p, article, record, err);
}

/* All seal at the same time. */
static void end_lanes(struct pipeline *p)
{
    pthread_mutex_lock(&p->mutex);
    for (unsigned i = 0; i < p->lane_count; i++) {
        p->lanes[i].ended = true;
        pthread_cond_broadcast(&p->lanes[i].more);
    }
    pthread_mutex_unlock(&p->mutex);
    for (unsigned i = 0; i < p->lane_count; i++) {
        if (p->lanes[i].running)
            pthread_join(p->lanes[i].thread, NULL);
        p->lanes[i].running = false;
    }
}

static enum status finish_lanes(struct pipeline *p, struct status_error *err)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < p->lane_count && !status; i++) {
        struct lane *l = &p->lanes[i];
        bool threaded = l->running;
        status = pass_on(l, err);
        if (!status && !threaded && l->worker)
            status = worker_finish(l->worker, err);
    }
    end_lanes(p);
    return status ? status : failure(p, err);
}

enum status pipeline_finish(struct pipeline *p, struct pipeline_counts *counts,
                            struct status_error *err)
{
    enum status status = failure(p, err);
    if (!status && p->head)
        status = put_head_live(p, err);
    else if (!status)
        status = finish_lanes(p, err);
    end_lanes(p);
    *counts = p->counts;
    for (unsigned i = 0; i < p->lane_count; i++) {
        if (!p->lanes[i].worker)
            continue;
        const struct pipeline_counts *c = worker_counts(p->lanes[i].worker);
        counts->added += c->added;
        counts->updated += c->updated;
        counts->unchanged += c->unchanged;
        counts->rejected += c->rejected;
    }
    return status;
}

static void free_lane(struct lane *l)
{
    for (struct chunk *c = l->first; c;) {
        struct chunk *next = c->next;
        free_chunk(c);
        c = next;
    }
    free_chunk(l->filling);
    worker_free(l->worker);
    pthread_cond_destroy(&l->more);
    pthread_cond_destroy(&l->room);
}

void pipeline_close(struct pipeline *p)
{
    if (!p)
        return;
    struct status_error err = {.code = STATUS_INTERNAL};
    fail(p, STATUS_INTERNAL, &err); /* threads that still wait go home */
    end_lanes(p);
    for (unsigned i = 0; i < p->lane_count; i++)
        free_lane(&p->lanes[i]);
    free(p->lanes);
    for (size_t i = 0; i < p->shared.base_count; i++)
        tombstones_free(&p->shared.base_dead[i]);
    free(p->shared.base);
    free(p->shared.base_dead);
    free_chunk(p->head);
    reprint_finder_free(p->finder);
    text_analysis_free(&p->analysis);
    analyser_free(p->analyser);
    reprints_free(p->reprints);
    buffer_free(&p->record);
    pthread_mutex_destroy(&p->mutex);
    pthread_mutex_destroy(&p->reject_mutex);
    free(p);
}
