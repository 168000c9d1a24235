/* worker.h - one that turns records of articles into sealed segments; for the pipeline
 * only. */
#ifndef INDEXER_WORKER_H
#define INDEXER_WORKER_H

#include "indexer/pipeline.h"

/* What all workers share; constant while they work. */
struct worker_shared {
    const struct pipeline_options *options;
    struct index_sealed **base;   /* segments of before the run */
    struct tombstones *base_dead; /* theirs, of that time */
    size_t base_count;
    uint64_t memory_bytes; /* of one worker */
    struct reprints *reprints;
    pipeline_reject *reject;
    void *context;
};

/* Use one per thread. All articles with one id must go to one worker. */
struct worker;

enum status worker_new(const struct worker_shared *shared, struct worker **out,
                       struct status_error *err);
void worker_free(struct worker *w);

/* Takes the record of an article, with its body and date; origin as in an article. */
enum status worker_put(struct worker *w, struct slice origin, struct slice record,
                       struct status_error *err);

/* Seals and publishes what is left. */
enum status worker_finish(struct worker *w, struct status_error *err);

const struct pipeline_counts *worker_counts(const struct worker *w);

#endif
