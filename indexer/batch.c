#include "indexer/batch.h"

#include "common/index/writer.h"
#include "common/text/language.h"
#include "indexer/compact.h"
#include "indexer/fold.h"
#include "indexer/input/page_pool.h"
#include "indexer/input/walk.h"
#include "indexer/missing.h"
#include "indexer/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Seconds between two reports of progress. */
#define PROGRESS_S 0.1

struct batch {
    const struct batch_options *options;
    struct batch_summary *summary;
    struct index_writer *writer;
    struct pipeline *pipeline;
    pthread_mutex_t mutex; /* of what is told: workers reject articles too */
    bool reject_failed;
    struct batch_progress progress;
    char **origins;      /* of the inputs */
    struct slice origin; /* of the article at hand */
    struct missing met;
    bool detects_language;
    bool is_partly_read; /* what was not met may be there nevertheless */
    struct timespec started;
    double told_s;
    double pending_s; /* when following: since when something is not committed */
    bool is_pending;
    enum status status; /* of the index; ends the run */
    struct status_error *err;
};

static double elapsed(const struct batch *b)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - b->started.tv_sec) +
           (double)(now.tv_nsec - b->started.tv_nsec) * 1e-9;
}

static void tell(struct batch *b, bool now)
{
    b->progress.elapsed_s = elapsed(b);
    if (!b->options->progress || (!now && b->progress.elapsed_s - b->told_s < PROGRESS_S))
        return;
    b->told_s = b->progress.elapsed_s;
    pthread_mutex_lock(&b->mutex);
    b->options->progress(b->options->context, &b->progress);
    pthread_mutex_unlock(&b->mutex);
}

static bool goes_on(const struct batch *b)
{
    return b->status == STATUS_OK && !(b->options->stop && *b->options->stop);
}

static void say(const struct batch *b, const struct input_place *place, struct slice id,
                const char *verb, const char *reason)
{
    char text[1024];
    char line[32] = "";
    char name[160] = "";
    if (place->line > 0)
        snprintf(line, sizeof line, ":%" PRIu64, place->line);
    if (id.size > 0)
        snprintf(name, sizeof name, " (id '%.*s')", (int)(id.size < 100 ? id.size : 100),
                 id.data);
    snprintf(text, sizeof text, "%s%s: %s%s: %s", place->source, line, verb, name,
             reason);
    if (b->options->message)
        b->options->message(b->options->context, text);
}

static void keep_up(struct batch *b);

static void count_charset(struct batch_summary *s, const char *name)
{
    size_t i = 0;
    while (i + 1 < BATCH_CHARSETS_MAX && s->charsets[i].articles > 0 &&
           strcmp(s->charsets[i].name, name) != 0)
        i++;
    if (s->charsets[i].articles++ == 0)
        snprintf(s->charsets[i].name, sizeof s->charsets[i].name, "%s", name);
}

/* An article that does not say what language it is in. */
static enum status detect(struct batch *b, struct article *article)
{
    struct slice body = article_text(article, ARTICLE_BODY);
    if (article->fields[ARTICLE_LANGUAGE].count > 0)
        return STATUS_OK;
    struct slice language =
        language_detect(body.size > 0 ? body : article_text(article, ARTICLE_TITLE));
    if (language.size > 0 &&
        article_add_borrowed(article, ARTICLE_LANGUAGE, language)) /* of static texts */
        b->status = status_no_memory(b->err);
    return b->status;
}

static bool on_article(void *context, struct article *article,
                       const struct input_place *place)
{
    struct batch *b = context;
    if (place->charset)
        count_charset(b->summary, place->charset);
    article->origin = b->origin;
    if (b->detects_language && detect(b, article))
        return false;
    if (b->options->delete_missing &&
        missing_note(&b->met, article_text(article, ARTICLE_ID))) {
        b->status = status_no_memory(b->err);
        return false;
    }
    b->status = pipeline_put(b->pipeline, article, b->err);
    if (b->status)
        return false;
    b->progress.articles++;
    tell(b, false);
    if (b->options->follow)
        keep_up(b);
    return goes_on(b);
}

/* `{"source":...,"offset":n,"line":n,"id":...,"reason":...}` */
static bool write_reject(FILE *out, const struct input_place *place, struct slice id,
                         const char *reason)
{
    json_t *object = json_pack(
        "{s:s,s:I,s:I,s:o,s:s}", "source", place->source, "offset",
        (json_int_t)place->offset, "line", (json_int_t)place->line, "id",
        id.size > 0 ? json_stringn(id.data, id.size) : json_null(), "reason", reason);
    if (!object) { /* a path that is not UTF-8 */
        object = json_pack("{s:n,s:I,s:s}", "source", "offset", (json_int_t)place->offset,
                           "reason", reason);
    }
    char *text = json_dumps(object, JSON_COMPACT);
    bool good = text && fprintf(out, "%s\n", text) > 0 && fflush(out) == 0;
    free(text);
    json_decref(object);
    return good;
}

static bool on_reject(void *context, const struct input_place *place, struct slice id,
                      const char *reason)
{
    struct batch *b = context;
    b->is_partly_read |= place->is_rest;
    if (b->options->delete_missing && id.size > 0 && missing_note(&b->met, id))
        b->status = status_no_memory(b->err);
    b->summary->rejected++;
    b->progress.rejected++;
    pthread_mutex_lock(&b->mutex);
    if (b->options->rejects && !write_reject(b->options->rejects, place, id, reason))
        b->status = status_set_errno(b->err, errno, "cannot write '%s'",
                                     b->options->rejects_path);
    say(b, place, id, "rejected", reason);
    pthread_mutex_unlock(&b->mutex);
    tell(b, false);
    return goes_on(b);
}

/* An article that was read but is too much for an index; its place is known no more. */
static void on_index_reject(void *context, struct slice id, const char *reason)
{
    struct batch *b = context;
    struct input_place place = {.source = b->options->index};
    pthread_mutex_lock(&b->mutex);
    if (b->options->rejects && !write_reject(b->options->rejects, &place, id, reason))
        b->reject_failed = true;
    say(b, &place, id, "rejected", reason);
    pthread_mutex_unlock(&b->mutex);
}

static void on_warning(void *context, const struct input_place *place,
                       const char *warning)
{
    struct batch *b = context;
    b->summary->warnings++;
    pthread_mutex_lock(&b->mutex);
    say(b, place, (struct slice){0}, "warning", warning);
    pthread_mutex_unlock(&b->mutex);
}

static void on_bytes(void *context, uint64_t packed, uint64_t plain)
{
    struct batch *b = context;
    b->progress.bytes += packed;
    b->summary->bytes_read += plain;
}

static enum status find_files(const struct batch_options *o, struct walk_files *files,
                              struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < o->input_count && !status; i++) {
        size_t first = files->count;
        status = walk_input(o->inputs[i], files, err);
        for (size_t f = first; f < files->count; f++)
            files->items[f].input = i;
    }
    return status;
}

/* An input is known again by its whole path. */
static enum status name_origins(struct batch *b)
{
    const struct batch_options *o = b->options;
    b->origins = calloc(o->input_count + 1, sizeof *b->origins);
    for (size_t i = 0; i < o->input_count && b->origins; i++) {
        bool is_stdin = strcmp(o->inputs[i], "-") == 0;
        b->origins[i] = is_stdin ? strdup("-") : realpath(o->inputs[i], NULL);
        if (!b->origins[i])
            return status_set_errno(b->err, errno, "cannot read '%s'", o->inputs[i]);
    }
    return b->origins ? STATUS_OK : status_no_memory(b->err);
}

static void free_origins(struct batch *b)
{
    for (size_t i = 0; b->origins && i < b->options->input_count; i++)
        free(b->origins[i]);
    free(b->origins);
}

static enum status drain(struct batch *b, struct page_pool *pages)
{
    struct status_error err;
    if (pages && page_pool_drain(pages, &err) && !b->status) {
        *b->err = err;
        b->status = STATUS_NO_MEMORY;
    }
    return b->status;
}

/* A file that cannot be read, or breaks off, is a rejection among others; alone it fails
 * the run. */
static enum status read_file(struct batch *b, const char *path, bool is_alone,
                             const struct input_options *input,
                             const struct input_sink *sink)
{
    struct status_error why;
    enum status status = input_read(path, input, sink, &why);
    if (status == STATUS_NO_MEMORY && !b->status)
        b->status = status_no_memory(b->err);
    if (!status || !goes_on(b)) /* a signal may have ended the reading */
        return b->status;
    if (is_alone && drain(b, input->pages))
        return b->status;
    if (is_alone && b->progress.articles == 0)
        return status_set(b->err, status, "%s", why.message);
    on_reject(b, &(struct input_place){.source = path, .is_rest = true},
              (struct slice){0}, why.message);
    return b->status;
}

static enum status read_files(struct batch *b, const struct walk_files *files)
{
    struct input_sink sink = {on_article, on_reject, on_warning, on_bytes, b};
    struct input_options input = b->options->input;
    unsigned jobs = b->options->jobs;
    size_t last = SIZE_MAX; /* the input of the file before */
    enum status status = STATUS_OK;
    if (jobs > 1)
        status = page_pool_open(&b->options->input, &sink, jobs, &input.pages, b->err);
    for (size_t i = 0; i < files->count && !status && goes_on(b); i++) {
        const struct walk_file *f = &files->items[i];
        if (f->input != last)
            status = drain(b, input.pages);
        last = f->input;
        b->origin = slice_of(b->origins[last]);
        if (!status)
            status = read_file(b, f->path, files->count == 1, &input, &sink);
    }
    enum status drained = drain(b, input.pages);
    page_pool_close(input.pages);
    return status ? status : drained;
}

static enum status remove_ids(struct batch *b)
{
    const struct batch_options *o = b->options;
    for (size_t i = 0; i < o->remove_count && goes_on(b); i++) {
        bool removed;
        b->status =
            index_writer_remove(b->writer, slice_of(o->remove[i]), &removed, b->err);
        b->summary->removed += !b->status && removed;
    }
    return b->status;
}

/* Only after all of the inputs were read: what was not met then is gone. */
static enum status remove_missing(struct batch *b)
{
    const struct batch_options *o = b->options;
    struct input_place place = {.source = o->index};
    enum status status = STATUS_OK;
    if (!o->delete_missing || o->dry_run || !goes_on(b))
        return STATUS_OK;
    if (b->is_partly_read) {
        on_warning(b, &place,
                   "nothing was removed as missing, because not all of the inputs could "
                   "be read");
        return STATUS_OK;
    }
    status = index_writer_commit(b->writer, b->err);
    for (size_t i = 0; i < o->input_count && !status; i++)
        status = missing_remove(&b->met, b->writer, slice_of(b->origins[i]),
                                &b->summary->removed, b->err);
    return status;
}

static enum status open_writer(struct batch *b)
{
    const struct batch_options *o = b->options;
    struct index_writer_options w = {.language = o->language,
                                     .store_body = o->store_body,
                                     .wait_s = o->wait_s,
                                     .stop = o->stop,
                                     .memory_bytes = o->memory_bytes,
                                     .must_exist = o->input_count == 0 && !o->follow,
                                     .dry_run = o->dry_run};
    return index_writer_open(o->index, &w, &b->writer, b->err);
}

static enum status open_pipeline(struct batch *b)
{
    const struct batch_options *o = b->options;
    const char *language = index_writer_manifest(b->writer)->analyser.language;
    b->detects_language = strcmp(language, "auto") == 0;
    struct pipeline_options p = {.writer = b->writer,
                                 .language = language,
                                 .jobs = o->jobs,
                                 .memory_bytes = o->memory_bytes,
                                 .store_body = o->store_body,
                                 .dry_run = o->dry_run};
    return pipeline_open(&p, on_index_reject, b, &b->pipeline, b->err);
}

/* What the workers have is complete even when the reading failed. */
static enum status finish_pipeline(struct batch *b, enum status status)
{
    struct pipeline_counts counts = {0};
    struct status_error err;
    if (!b->pipeline)
        return status;
    enum status end = pipeline_finish(b->pipeline, &counts, &err);
    b->summary->added += counts.added;
    b->summary->updated += counts.updated;
    b->summary->unchanged += counts.unchanged;
    b->summary->rejected += counts.rejected;
    pipeline_close(b->pipeline);
    b->pipeline = NULL;
    if (!status && end)
        *b->err = err;
    if (!status && !end && b->reject_failed)
        return status_set_errno(b->err, EIO, "cannot write '%s'",
                                b->options->rejects_path);
    return status ? status : end;
}

/* A live segment that has grown is sealed; segments that have become many are merged. */
static enum status tidy(struct batch *b, bool to_one)
{
    const struct batch_options *o = b->options;
    struct segment *live = NULL;
    if (o->dry_run)
        return STATUS_OK;
    enum status status = index_writer_open_live(b->writer, &live, b->err);
    bool grown = live && live->articles > FOLD_ARTICLES;
    segment_close(live);
    if (!status && grown)
        status = fold_live(b->writer, b->err);
    return status ? status : compact(b->writer, to_one, o->stop, b->err);
}

static enum status finish(struct batch *b, enum status status)
{
    if (!b->writer)
        return status;
    if (!status)
        status = index_writer_commit(b->writer, b->err);
    if (!status)
        status = tidy(b, b->options->compact);
    b->summary->committed = index_writer_committed(b->writer);
    if (!status)
        status = index_writer_articles(b->writer, &b->summary->articles, b->err);
    index_writer_close(b->writer);
    return status;
}

/* --- following --- */

/* Makes what came searchable. */
static void flush(void *context)
{
    struct batch *b = context;
    if (!b->is_pending || b->status)
        return;
    b->is_pending = false;
    b->status = finish_pipeline(b, STATUS_OK);
    if (!b->status)
        b->status = index_writer_commit(b->writer, b->err);
    if (!b->status)
        b->status = tidy(b, false);
    if (!b->status)
        b->status = open_pipeline(b);
}

/* While articles come without a break they are committed twice a second. */
static void keep_up(struct batch *b)
{
    enum { FLUSHES_PER_S = 2 };
    double now = elapsed(b);
    if (!b->is_pending)
        b->pending_s = now;
    b->is_pending = true;
    if (now - b->pending_s >= 1. / FLUSHES_PER_S)
        flush(b);
}

static enum status follow(struct batch *b)
{
    struct input_sink sink = {on_article, on_reject, on_warning, on_bytes, b};
    struct status_error why;
    b->origin = slice_of("-");
    enum status status = input_follow(&b->options->input, &sink, flush, &why);
    if (b->status || !status || !goes_on(b)) /* a signal ends the reading */
        return b->status;
    return status_set(b->err, status, "%s", why.message);
}

enum status batch_run(const struct batch_options *options, struct batch_summary *summary,
                      struct status_error *err)
{
    struct batch b = {.options = options,
                      .summary = summary,
                      .mutex = PTHREAD_MUTEX_INITIALIZER,
                      .err = err};
    struct walk_files files = {0};
    *summary = (struct batch_summary){0};
    clock_gettime(CLOCK_MONOTONIC, &b.started);
    enum status status = find_files(options, &files, err);
    for (size_t i = 0; i < files.count; i++)
        b.progress.total_bytes += files.items[i].size;
    if (!status)
        status = name_origins(&b);
    if (!status)
        status = open_writer(&b);
    if (!status)
        status = open_pipeline(&b);
    if (!status)
        status = options->follow ? follow(&b) : read_files(&b, &files);
    status = finish_pipeline(&b, status);
    if (!status)
        status = remove_missing(&b);
    if (!status)
        status = remove_ids(&b);
    status = finish(&b, status);
    tell(&b, true);
    summary->elapsed_s = elapsed(&b);
    walk_free(&files);
    free_origins(&b);
    missing_free(&b.met);
    return status;
}
