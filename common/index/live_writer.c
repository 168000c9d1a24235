/* Articles one by one: into the live segment, and out of sealed ones. */
#include "common/index/live_sums.h"
#include "common/index/sealed_segment.h"
#include "common/index/writer_state.h"

#include <stdio.h>
#include <stdlib.h>

static void dead_key(const struct index_sealed *s, char *key, size_t size)
{
    snprintf(key, size, LIVE_DEAD_PREFIX "%s", s->name);
}

enum { KEY_SIZE = sizeof LIVE_DEAD_PREFIX + MANIFEST_NAME_SIZE };

static enum status read_dead(struct index_writer *w, struct status_error *err)
{
    enum status status = STATUS_OK;
    struct buffer dead = BUFFER_INIT(1u << 30);
    for (size_t i = 0; i < w->sealed_count && !status; i++) {
        char key[KEY_SIZE];
        struct index_sealed *s = w->sealed[i];
        dead_key(s, key, sizeof key);
        buffer_clear(&dead);
        status = xap_metadata(w->view, slice_of(key), &dead, err);
        if (status || dead.size == 0)
            continue;
        status = tombstones_decode(&s->dead, (struct slice){dead.data, dead.size});
        if (status)
            status_set(err, status, "the tombstones of '%s': %s", s->name,
                       status_text(status));
    }
    buffer_free(&dead);
    return status;
}

static enum status with_sums(struct index_writer *w,
                             enum status act(const char *folder,
                                             struct status_error *err),
                             struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    enum status status = manifest_path(w->path, w->live, path, err);
    return status ? status : act(path, err);
}

enum status live_writer_open(struct index_writer *w, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    enum status status = manifest_path(w->path, w->live, path, err);
    if (!status && w->dry_run)
        status = xap_reader_open(path, &w->view, err);
    else if (!status)
        status = xap_writer_open(path, false, &w->xap, err);
    if (!status && w->xap)
        w->view = xap_writer_reader(w->xap);
    return status ? status : read_dead(w, err);
}

void live_writer_close(struct index_writer *w)
{
    if (w->xap)
        xap_writer_close(w->xap);
    else
        xap_reader_close(w->view);
    w->xap = NULL;
    w->view = NULL;
}

/* A live segment first, then the manifest that names it. */
static enum status create_live(struct index_writer *w, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    if (w->xap)
        return STATUS_OK;
    snprintf(w->live, sizeof w->live, "live-%llu",
             (unsigned long long)w->manifest.next_number++);
    enum status status = manifest_path(w->path, w->live, path, err);
    if (!status)
        status = xap_writer_open(path, true, &w->xap, err);
    if (!status)
        status = xap_writer_commit(w->xap, err);
    if (status)
        return status;
    w->view = xap_writer_reader(w->xap);
    pthread_mutex_lock(&w->mutex);
    status = writer_save(w, err);
    pthread_mutex_unlock(&w->mutex);
    return status;
}

/* --- finding --- */

/* Where an article is; docid 0: nowhere. */
struct place {
    struct index_sealed *sealed; /* NULL: in the live segment */
    uint32_t docid;
};

static enum status find_live(struct index_writer *w, struct slice term, uint32_t *docid,
                             struct status_error *err)
{
    struct xap_postings *postings;
    uint32_t wdf;
    size_t count = 0;
    *docid = 0;
    if (!w->view)
        return STATUS_OK;
    enum status status = xap_postings_open(w->view, term, &postings, err);
    if (!status)
        status = xap_postings_read(postings, 0, 1, docid, &wdf, &count, err);
    if (count == 0)
        *docid = 0;
    xap_postings_close(postings);
    return status;
}

static enum status find_id(struct index_writer *w, struct slice id, struct place *place,
                           struct status_error *err)
{
    struct schema_term term;
    schema_filter_term(SCHEMA_ID, id, &term);
    *place = (struct place){0};
    enum status status = find_live(w, schema_slice(&term), &place->docid, err);
    for (size_t i = w->sealed_count; !status && place->docid == 0 && i-- > 0;) {
        struct index_sealed *s = w->sealed[i];
        uint32_t docid;
        status = sealed_segment_find(s->reader, schema_slice(&term), &docid, err);
        if (docid > 0 && !tombstones_has(&s->dead, docid))
            *place = (struct place){s, docid};
    }
    return status;
}

static enum status is_unchanged(struct index_writer *w, const struct place *place,
                                const struct hash128 *hash, bool *same,
                                struct status_error *err)
{
    struct slice fresh = {(const char *)hash->bytes, sizeof hash->bytes};
    *same = false;
    if (place->docid == 0)
        return STATUS_OK;
    if (place->sealed) {
        *same = sealed_hash(place->sealed->reader, place->docid) == schema_hash(fresh);
        return STATUS_OK;
    }
    buffer_clear(&w->old_hash);
    enum status status =
        xap_value(w->view, place->docid, LIVE_SLOT_HASH, &w->old_hash, err);
    struct slice old = {w->old_hash.data, w->old_hash.size};
    *same = !status && old.size > 0 && schema_hash(old) == schema_hash(fresh);
    return status;
}

/* --- changing --- */

static enum status note_change(struct index_writer *w, uint64_t bytes,
                               struct status_error *err)
{
    w->pending_changes++;
    w->pending_bytes += bytes;
    return w->pending_bytes >= w->pending_max ? index_writer_commit(w, err) : STATUS_OK;
}

static enum status bury(const struct place *place, struct status_error *err)
{
    place->sealed->dead_changed = true;
    return tombstones_add(&place->sealed->dead, place->docid) ? status_no_memory(err)
                                                              : STATUS_OK;
}

/* The record without the body when that is not to be stored. */
static enum status encode_record(struct index_writer *w, const struct article *article,
                                 struct status_error *err)
{
    struct article bare = *article;
    if (!w->store_body)
        bare.fields[ARTICLE_BODY].count = 0;
    buffer_clear(&w->record);
    enum status status = article_encode(&bare, &w->record);
    return status ? status_set(err, status, "the record of an article: %s",
                               status_text(status))
                  : STATUS_OK;
}

static enum status analyse(struct index_writer *w, const struct article *article,
                           struct status_error *err)
{
    struct tokeniser *tokeniser = analyser_tokeniser(w->analyser);
    if (text_words_bytes(tokeniser_words(tokeniser)) > w->pending_max)
        text_words_clear(tokeniser_words(tokeniser));
    enum status status =
        analyser_speak(w->analyser, article_text(article, ARTICLE_LANGUAGE), err);
    if (status)
        return status;
    struct text_parts parts = analyser_parts(article);
    if (text_analyse(&w->analysis, tokeniser, &parts))
        return status_no_memory(err);
    return analyser_check_size(&w->analysis, err);
}

/* Before the first change of a transaction. */
static enum status begin_change(struct index_writer *w, struct status_error *err)
{
    return w->pending_changes > 0 ? STATUS_OK : with_sums(w, live_sums_drop, err);
}

static enum status put_document(struct index_writer *w, uint32_t docid,
                                const struct article *article, const struct hash128 *hash,
                                struct status_error *err)
{
    struct live_article in = {.article = article,
                              .analysis = &w->analysis,
                              .record = {w->record.data, w->record.size},
                              .hash = *hash,
                              .title_weight = w->manifest.analyser.title_weight,
                              .lead_weight = w->manifest.analyser.lead_weight};
    enum status status = live_build(&w->builder, &in, err);
    return status ? status : xap_writer_put(w->xap, docid, w->builder.document, err);
}

enum status index_writer_put(struct index_writer *w, const struct article *article,
                             enum index_outcome *outcome, struct status_error *err)
{
    struct place place;
    struct hash128 hash;
    bool same = false;
    enum status status = find_id(w, article_text(article, ARTICLE_ID), &place, err);
    if (!status && (status = index_hash(article, w->store_body, &w->record, &hash)))
        status_set(err, status, "the record of an article: %s", status_text(status));
    if (!status)
        status = is_unchanged(w, &place, &hash, &same, err);
    *outcome = same ? INDEX_UNCHANGED : place.docid ? INDEX_UPDATED : INDEX_ADDED;
    if (!status && !same)
        status = analyse(w, article, err);
    if (status || same || w->dry_run)
        return status;
    status = create_live(w, err);
    if (!status)
        status = begin_change(w, err);
    if (!status && place.sealed)
        status = bury(&place, err);
    if (!status)
        status = encode_record(w, article, err);
    if (!status)
        status = put_document(w, place.sealed ? 0 : place.docid, article, &hash, err);
    return status ? status : note_change(w, w->record.size, err);
}

enum status index_writer_remove(struct index_writer *w, struct slice id, bool *removed,
                                struct status_error *err)
{
    struct place place;
    enum status status = find_id(w, id, &place, err);
    *removed = place.docid != 0;
    if (status || place.docid == 0 || w->dry_run)
        return status;
    if (w->xap && (status = begin_change(w, err)) != STATUS_OK)
        return status;
    status =
        place.sealed ? bury(&place, err) : xap_writer_delete(w->xap, place.docid, err);
    return status ? status : note_change(w, 0, err);
}

/* --- committing --- */

/* Tombstones on sealed segments belong to the same transaction. */
static enum status commit_live(struct index_writer *w, struct status_error *err)
{
    enum status status = STATUS_OK;
    struct buffer dead = BUFFER_INIT(1u << 30);
    for (size_t i = 0; i < w->sealed_count && !status; i++) {
        char key[KEY_SIZE];
        struct index_sealed *s = w->sealed[i];
        if (!s->dead_changed)
            continue;
        dead_key(s, key, sizeof key);
        buffer_clear(&dead);
        if (tombstones_encode(&s->dead, &dead))
            status = status_no_memory(err);
        else
            status = xap_writer_set_metadata(w->xap, slice_of(key),
                                             (struct slice){dead.data, dead.size}, err);
    }
    buffer_free(&dead);
    if (!status)
        status = xap_writer_commit(w->xap, err);
    for (size_t i = 0; i < w->sealed_count && !status; i++)
        w->sealed[i]->dead_changed = false;
    return status ? status : with_sums(w, live_sums_write, err);
}

enum status index_writer_commit(struct index_writer *w, struct status_error *err)
{
    if (w->pending_changes == 0 || w->dry_run)
        return STATUS_OK;
    enum status status;
    if (w->xap) {
        status = commit_live(w, err);
    } else {
        pthread_mutex_lock(&w->mutex);
        status = writer_save(w, err);
        pthread_mutex_unlock(&w->mutex);
    }
    if (!status) {
        w->committed += w->pending_changes;
        w->pending_changes = w->pending_bytes = 0;
    }
    return status;
}
