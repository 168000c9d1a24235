/* pipeline.h - from articles to segments of an index.
 *
 * The first articles wait: a small batch goes into the live segment one by one. With more
 * of them, workers analyse and invert into sealed segments of their own, each of which is
 * published when it is full. */
#ifndef INDEXER_PIPELINE_H
#define INDEXER_PIPELINE_H

#include "common/article.h"
#include "common/index/writer.h"

struct pipeline;

struct pipeline_options {
    struct index_writer *writer;
    const char *language;
    unsigned jobs; /* workers; 1: all in the caller's thread */
    uint64_t memory_bytes;
    bool store_body;
    bool dry_run;
};

struct pipeline_counts {
    uint64_t added, updated, unchanged;
    uint64_t rejected; /* articles that an index cannot take */
};

/* Called, from any thread but one at a time, with each article that was rejected. */
typedef void pipeline_reject(void *context, struct slice id, const char *reason);

enum status pipeline_open(const struct pipeline_options *options, pipeline_reject *reject,
                          void *context, struct pipeline **out, struct status_error *err);

/* Takes an article. A failure may be that of an earlier article; what was published stays
 * in the index. */
enum status pipeline_put(struct pipeline *p, struct article *article,
                         struct status_error *err);

/* Waits for the workers and publishes the rest. counts is valid in any case. */
enum status pipeline_finish(struct pipeline *p, struct pipeline_counts *counts,
                            struct status_error *err);
void pipeline_close(struct pipeline *p);

#endif
