#include "indexer/missing.h"

#include "common/hash.h"
#include "common/index/snapshot.h"

#include <stdlib.h>

/* --- ids --- */

static uint64_t hash_of(struct slice term)
{
    uint64_t hash = hash_bytes(term.data, term.size);
    return hash ? hash : 1;
}

static uint64_t *slot_of(const struct missing *m, uint64_t hash)
{
    size_t i = hash & (m->slot_count - 1);
    while (m->slots[i] && m->slots[i] != hash)
        i = (i + 1) & (m->slot_count - 1);
    return &m->slots[i];
}

static bool grow(struct missing *m)
{
    struct missing larger = {.slot_count = m->slot_count ? m->slot_count * 2 : 1024};
    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i])
            *slot_of(&larger, m->slots[i]) = m->slots[i];
    larger.count = m->count;
    free(m->slots);
    *m = larger;
    return true;
}

void missing_free(struct missing *m)
{
    free(m->slots);
    *m = (struct missing){0};
}

enum status missing_note(struct missing *m, struct slice id)
{
    struct schema_term term;
    if (m->count * 4 >= m->slot_count * 3 && !grow(m))
        return STATUS_NO_MEMORY;
    schema_filter_term(SCHEMA_ID, slice_trim(id), &term);
    uint64_t *slot = slot_of(m, hash_of(schema_slice(&term)));
    m->count += *slot == 0;
    *slot = hash_of(schema_slice(&term));
    return STATUS_OK;
}

static bool has(const struct missing *m, struct slice term)
{
    return m->count > 0 && *slot_of(m, hash_of(term)) != 0;
}

/* --- what is to go --- */

struct search {
    const struct missing *missing;
    struct segment *segment;
    uint64_t *came;     /* bit docid: from the origin */
    struct buffer gone; /* docids */
    enum status status;
};

static enum status mark_origin(struct search *s, struct slice origin)
{
    struct schema_term term;
    schema_filter_term(SCHEMA_ORIGIN, origin, &term);
    s->came = calloc(s->segment->docid_end / 64 + 1, sizeof *s->came);
    struct segment_cursor *c =
        s->came ? segment_cursor_open(s->segment, schema_slice(&term)) : NULL;
    if (!c)
        return STATUS_NO_MEMORY;
    for (uint32_t d = segment_cursor_docid(c); d != SEGMENT_END;
         d = segment_cursor_next(c))
        if (!segment_is_dead(s->segment, d))
            s->came[d / 64] |= (uint64_t)1 << (d % 64);
    segment_cursor_close(c);
    return STATUS_OK;
}

/* Several versions of an article may have the id's term: one of them lives. */
static bool visit_id(void *context, struct slice term, uint32_t doc_freq)
{
    struct search *s = context;
    (void)doc_freq;
    if (has(s->missing, term))
        return true;
    struct segment_cursor *c = segment_cursor_open(s->segment, term);
    if (!c) {
        s->status = STATUS_NO_MEMORY;
        return false;
    }
    for (uint32_t d = segment_cursor_docid(c); d != SEGMENT_END && !s->status;
         d = segment_cursor_next(c))
        if (s->came[d / 64] >> (d % 64) & 1)
            s->status = buffer_append(&s->gone, &d, sizeof d);
    segment_cursor_close(c);
    return s->status == STATUS_OK;
}

/* --- removing --- */

static enum status remove_documents(struct search *s, struct index_writer *writer,
                                    uint64_t *removed, struct status_error *err)
{
    struct buffer record = BUFFER_INIT(ARTICLE_RECORD_MAX);
    struct article a;
    enum status status = STATUS_OK;
    article_init(&a);
    for (size_t at = 0; at < s->gone.size && !status; at += sizeof(uint32_t)) {
        uint32_t docid;
        bool was_there = false;
        memcpy(&docid, s->gone.data + at, sizeof docid);
        buffer_clear(&record);
        article_reset(&a);
        s->segment->ops->record(s->segment, docid, &record);
        status = segment_failed(s->segment, err);
        if (!status && article_decode(&a, (struct slice){record.data, record.size}))
            status = status_set(err, STATUS_CORRUPT, "a stored article is damaged");
        if (!status)
            status = index_writer_remove(writer, article_text(&a, ARTICLE_ID), &was_there,
                                         err);
        *removed += was_there;
    }
    article_free(&a);
    buffer_free(&record);
    return status;
}

static enum status remove_from(struct search *s, struct slice origin,
                               struct index_writer *writer, uint64_t *removed,
                               struct status_error *err)
{
    struct slice prefix = {(const char[]){SCHEMA_ID_PREFIX}, 1};
    buffer_init(&s->gone, SIZE_MAX / 2);
    s->status = mark_origin(s, origin);
    if (!s->status)
        s->segment->ops->each_term(s->segment, prefix, visit_id, s);
    enum status status =
        s->status ? status_no_memory(err) : segment_failed(s->segment, err);
    if (!status)
        status = remove_documents(s, writer, removed, err);
    free(s->came);
    buffer_free(&s->gone);
    return status;
}

enum status missing_remove(const struct missing *m, struct index_writer *writer,
                           struct slice origin, uint64_t *removed,
                           struct status_error *err)
{
    struct snapshot *snapshot = NULL;
    enum status status = snapshot_open(index_writer_path(writer), &snapshot, err);
    for (size_t i = 0; !status && i < snapshot->segment_count; i++) {
        struct search s = {.missing = m, .segment = snapshot->segments[i]};
        status = remove_from(&s, origin, writer, removed, err);
    }
    snapshot_close(snapshot);
    return status;
}
