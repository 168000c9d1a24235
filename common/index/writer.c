#include "common/index/writer.h"

#include "common/index/live.h"
#include "common/index/lock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Peak memory measured on Reuters: 22 MB, and up to 22 bytes for each byte of the records
 * that one commit takes. */
enum { MEMORY_BASE = 24 << 20, PENDING_FACTOR = 24, PENDING_MIN = 1 << 19 };

struct index_writer {
    char *path;
    int lock;
    struct manifest manifest;
    struct xap_writer *xap;  /* NULL in a dry run */
    struct xap_reader *view; /* what is there, pending changes included; NULL: nothing */
    struct analyser *analyser;
    struct text_analysis analysis;
    struct live_builder builder;
    struct buffer record;
    struct buffer old_hash;
    bool store_body, dry_run;
    uint64_t pending_bytes, pending_max;
    uint64_t pending_changes, committed;
};

void index_writer_close(struct index_writer *w)
{
    if (!w)
        return;
    if (w->xap)
        xap_writer_close(w->xap);
    else
        xap_reader_close(w->view);
    live_builder_free(&w->builder);
    text_analysis_free(&w->analysis);
    analyser_free(w->analyser);
    buffer_free(&w->record);
    buffer_free(&w->old_hash);
    if (w->lock >= 0)
        close(w->lock);
    free(w->path);
    free(w);
}

/* --- opening --- */

static enum status make_folder(const char *path, struct status_error *err)
{
    struct stat st;
    if (mkdir(path, 0777) == 0)
        return STATUS_OK;
    if (errno != EEXIST)
        return status_set_errno(err, errno, "cannot create the index '%s'", path);
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return status_set(err, STATUS_ARGUMENT, "'%s' is a file; an index is a folder",
                          path);
    return STATUS_OK;
}

/* A live segment first, then the manifest that names it: an index is whole or absent. */
static enum status create(struct index_writer *w, const char *language,
                          struct status_error *err)
{
    char live[MANIFEST_PATH_SIZE];
    w->manifest = (struct manifest){.segments = {{"live-1"}}, .segment_count = 1};
    enum status status =
        analyser_fingerprint_of(language ? language : "en", &w->manifest.analyser, err);
    if (!status && !w->analyser)
        status = analyser_new(w->manifest.analyser.language, &w->analyser, err);
    if (!status)
        status = manifest_path(w->path, "live-1", live, err);
    if (!status)
        status = xap_writer_open(live, true, &w->xap, err);
    if (!status)
        status = xap_writer_commit(w->xap, err);
    if (!status)
        w->view = xap_writer_reader(w->xap);
    return status ? status : manifest_write(w->path, &w->manifest, err);
}

/* A dry run on an index that is not there yet. */
static enum status pretend(struct index_writer *w, const char *language,
                           struct status_error *err)
{
    enum status status =
        analyser_fingerprint_of(language ? language : "en", &w->manifest.analyser, err);
    return status || w->analyser ? status : analyser_new("en", &w->analyser, err);
}

static enum status check_language(const struct index_writer *w, const char *language,
                                  struct status_error *err)
{
    const char *own = w->manifest.analyser.language;
    if (!language || strcmp(language, own) == 0)
        return STATUS_OK;
    return status_set(
        err, STATUS_ARGUMENT,
        "the index '%s' has the language '%s', not '%s': use another index for "
        "another language",
        w->path, own, language);
}

static enum status open_existing(struct index_writer *w, const char *language,
                                 struct status_error *err)
{
    char live[MANIFEST_PATH_SIZE];
    enum status status = analyser_check(&w->manifest.analyser, w->path, err);
    if (!status)
        status = check_language(w, language, err);
    if (!status && !w->analyser)
        status = analyser_new(w->manifest.analyser.language, &w->analyser, err);
    if (!status && w->manifest.segment_count == 0)
        status = status_set(err, STATUS_CORRUPT, "the manifest of '%s' names no segment",
                            w->path);
    if (!status)
        status = manifest_path(w->path, w->manifest.segments[0].name, live, err);
    if (!status && w->dry_run)
        return xap_reader_open(live, &w->view, err);
    if (!status)
        status = xap_writer_open(live, false, &w->xap, err);
    if (!status)
        w->view = xap_writer_reader(w->xap);
    return status;
}

static enum status open_locked(struct index_writer *w,
                               const struct index_writer_options *o,
                               struct status_error *err)
{
    char lock[MANIFEST_PATH_SIZE];
    struct status_error why;
    enum status status = STATUS_OK;
    if (o->language) /* an unknown language leaves nothing behind */
        status = analyser_new(o->language, &w->analyser, err);
    if (!status && o->must_exist)
        status = manifest_read(w->path, &w->manifest, err);
    if (!status && !w->dry_run)
        status = make_folder(w->path, err);
    if (!status && !w->dry_run)
        status = manifest_path(w->path, "lock", lock, err);
    if (!status && !w->dry_run)
        status = lock_take(lock, o->wait_s, o->stop, &w->lock, err);
    if (status)
        return status;
    status = manifest_read(w->path, &w->manifest, &why);
    if (status == STATUS_NOT_FOUND)
        return w->dry_run ? pretend(w, o->language, err) : create(w, o->language, err);
    if (status) {
        *err = why;
        return status;
    }
    return open_existing(w, o->language, err);
}

enum status index_writer_open(const char *path,
                              const struct index_writer_options *options,
                              struct index_writer **out, struct status_error *err)
{
    struct status_error own;
    *out = NULL;
    err = err ? err : &own;
    struct index_writer *w = calloc(1, sizeof *w);
    if (!w)
        return status_no_memory(err);
    w->lock = -1;
    w->store_body = options->store_body;
    w->dry_run = options->dry_run;
    w->pending_max = options->memory_bytes > MEMORY_BASE
                         ? (options->memory_bytes - MEMORY_BASE) / PENDING_FACTOR
                         : 0;
    if (w->pending_max < PENDING_MIN)
        w->pending_max = PENDING_MIN;
    buffer_init(&w->record, ARTICLE_RECORD_MAX);
    buffer_init(&w->old_hash, 64);
    w->path = strdup(path);
    enum status status =
        w->path ? live_builder_init(&w->builder, err) : status_no_memory(err);
    if (!status)
        status = open_locked(w, options, err);
    if (status) {
        index_writer_close(w);
        return status;
    }
    *out = w;
    return STATUS_OK;
}

/* --- changing --- */

/* The docid of the article with this id; 0 when there is none. */
static enum status find_id(struct index_writer *w, struct slice id, uint32_t *docid,
                           struct status_error *err)
{
    struct schema_term term;
    struct xap_postings *postings;
    uint32_t wdf;
    size_t count = 0;
    *docid = 0;
    if (!w->view)
        return STATUS_OK;
    schema_filter_term(SCHEMA_ID, id, &term);
    enum status status = xap_postings_open(w->view, schema_slice(&term), &postings, err);
    if (!status)
        status = xap_postings_read(postings, 0, 1, docid, &wdf, &count, err);
    if (count == 0)
        *docid = 0;
    xap_postings_close(postings);
    return status;
}

/* The record of the whole article decides whether it changed; what is stored may lack its
 * body. The two differ in the hash, so that a change of --store is a change. */
static enum status make_record(struct index_writer *w, const struct article *article,
                               struct hash128 *hash, struct status_error *err)
{
    buffer_clear(&w->record);
    enum status status = article_encode(article, &w->record);
    if (!status)
        status = buffer_append_byte(&w->record, w->store_body ? '\1' : '\0');
    if (status)
        return status_set(err, status, "the record of an article: %s",
                          status_text(status));
    *hash = hash_content((struct slice){w->record.data, w->record.size});
    w->record.size--;
    if (w->store_body)
        return STATUS_OK;
    struct article bare = *article;
    bare.fields[ARTICLE_BODY].count = 0;
    buffer_clear(&w->record);
    return article_encode(&bare, &w->record);
}

static enum status is_unchanged(struct index_writer *w, uint32_t docid,
                                const struct hash128 *hash, bool *same,
                                struct status_error *err)
{
    *same = false;
    if (docid == 0)
        return STATUS_OK;
    buffer_clear(&w->old_hash);
    enum status status = xap_value(w->view, docid, LIVE_SLOT_HASH, &w->old_hash, err);
    *same = !status && w->old_hash.size == sizeof hash->bytes &&
            memcmp(w->old_hash.data, hash->bytes, sizeof hash->bytes) == 0;
    return status;
}

static enum status put_document(struct index_writer *w, uint32_t docid,
                                const struct article *article, const struct hash128 *hash,
                                struct status_error *err)
{
    struct tokeniser *tokeniser = analyser_tokeniser(w->analyser);
    if (text_words_bytes(tokeniser_words(tokeniser)) > w->pending_max)
        text_words_clear(tokeniser_words(tokeniser));
    struct slice fields[TEXT_FIELD_COUNT] = {
        [TEXT_TITLE] = article_text(article, ARTICLE_TITLE),
        [TEXT_SUMMARY] = article_text(article, ARTICLE_SUMMARY),
        [TEXT_BODY] = article_text(article, ARTICLE_BODY),
    };
    if (text_analyse(&w->analysis, tokeniser, fields))
        return status_no_memory(err);
    struct live_article in = {.article = article,
                              .analysis = &w->analysis,
                              .record = {w->record.data, w->record.size},
                              .hash = *hash,
                              .title_weight = w->manifest.analyser.title_weight,
                              .lead_weight = w->manifest.analyser.lead_weight};
    enum status status = live_build(&w->builder, &in, err);
    if (status || w->dry_run)
        return status;
    return xap_writer_put(w->xap, docid, w->builder.document, err);
}

static enum status note_change(struct index_writer *w, uint64_t bytes,
                               struct status_error *err)
{
    w->pending_changes++;
    w->pending_bytes += bytes;
    return w->pending_bytes >= w->pending_max ? index_writer_commit(w, err) : STATUS_OK;
}

enum status index_writer_put(struct index_writer *w, const struct article *article,
                             enum index_outcome *outcome, struct status_error *err)
{
    uint32_t docid;
    struct hash128 hash;
    bool same = false;
    enum status status = find_id(w, article_text(article, ARTICLE_ID), &docid, err);
    if (!status)
        status = make_record(w, article, &hash, err);
    if (!status)
        status = is_unchanged(w, docid, &hash, &same, err);
    *outcome = same ? INDEX_UNCHANGED : docid ? INDEX_UPDATED : INDEX_ADDED;
    if (status || same)
        return status;
    status = put_document(w, docid, article, &hash, err);
    return status ? status : note_change(w, w->record.size, err);
}

enum status index_writer_remove(struct index_writer *w, struct slice id, bool *removed,
                                struct status_error *err)
{
    uint32_t docid;
    enum status status = find_id(w, id, &docid, err);
    *removed = docid != 0;
    if (status || docid == 0)
        return status;
    if (w->dry_run)
        return STATUS_OK;
    status = xap_writer_delete(w->xap, docid, err);
    return status ? status : note_change(w, 0, err);
}

enum status index_writer_commit(struct index_writer *w, struct status_error *err)
{
    if (w->pending_changes == 0 || w->dry_run)
        return STATUS_OK;
    enum status status = xap_writer_commit(w->xap, err);
    if (!status) {
        w->committed += w->pending_changes;
        w->pending_changes = w->pending_bytes = 0;
    }
    return status;
}

uint64_t index_writer_committed(const struct index_writer *w)
{
    return w->committed;
}

enum status index_writer_articles(struct index_writer *w, uint64_t *articles,
                                  struct status_error *err)
{
    struct xap_stats stats = {0};
    enum status status = w->view ? xap_reader_stats(w->view, &stats, err) : STATUS_OK;
    *articles = stats.doc_count;
    return status;
}
