/* writer_state.h - what an index_writer is inside; for this folder only. */
#ifndef COMMON_INDEX_WRITER_STATE_H
#define COMMON_INDEX_WRITER_STATE_H

#include "common/index/live.h"
#include "common/index/writer.h"

#include <pthread.h>

struct index_writer {
    char *path;
    int lock;
    pthread_mutex_t mutex; /* of manifest, sealed and committed */
    struct manifest manifest;
    struct index_sealed **sealed; /* as in the manifest */
    size_t sealed_count, sealed_capacity;
    bool store_body, dry_run;
    enum status broken; /* a change could not be saved: nothing can be after it */
    struct status_error why_broken;
    uint64_t committed;
    /* the live segment */
    char live[MANIFEST_NAME_SIZE]; /* "": none */
    struct xap_writer *xap;        /* NULL in a dry run, or when there is none */
    struct xap_reader *view;       /* what is there, pending changes included; or NULL */
    struct analyser *analyser;
    struct text_analysis analysis;
    struct live_builder builder;
    struct buffer record;
    struct buffer old_hash;
    uint64_t pending_bytes, pending_max;
    uint64_t pending_changes;
};

/* Opens the live segment that is named; what it says of the sealed ones is added to their
 * tombstones. */
enum status live_writer_open(struct index_writer *w, struct status_error *err);
void live_writer_close(struct index_writer *w);

/* Writes the tombstones that changed and the manifest; the mutex is held. After a failure
 * the manifest is as it was, and every later call fails. */
enum status writer_save(struct index_writer *w, struct status_error *err);

/* Removes a file or folder of the index; failures do not matter, it is not named. */
void writer_discard(struct index_writer *w, const char *name);

#endif
