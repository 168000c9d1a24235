/* batch.h - one run of the indexer: inputs in, a changed index and a summary out. */
#ifndef INDEXER_BATCH_H
#define INDEXER_BATCH_H

#include "common/status.h"
#include "indexer/input/input.h"

#include <signal.h>
#include <stdio.h>

struct batch_progress {
    uint64_t bytes, total_bytes; /* of the files as they lie there; total 0: unknown */
    uint64_t articles;           /* read so far, rejected ones not counted */
    uint64_t rejected;
    double elapsed_s;
};

struct batch_options {
    const char *index;
    const char *language; /* NULL: the index's own */
    const char *const *inputs;
    size_t input_count;
    const char *const *remove; /* ids, removed after the inputs */
    size_t remove_count;
    struct input_options input;
    unsigned jobs; /* workers */
    bool store_body;
    bool follow;         /* standard input as it comes, instead of inputs */
    bool delete_missing; /* remove what came from the inputs once and was not met now */
    bool compact;        /* make one sealed segment at the end */
    bool dry_run;
    unsigned wait_s;
    uint64_t memory_bytes;
    FILE *rejects;                     /* one JSON object a line; NULL: none */
    const char *rejects_path;          /* for messages */
    const volatile sig_atomic_t *stop; /* non-zero: commit what is complete and return */
    /* Called now and then, at most some ten times a second. */
    void (*progress)(void *context, const struct batch_progress *progress);
    /* Called with each warning and rejection, as a line of text. Both are called from
     * workers' threads too, but one at a time. */
    void (*message)(void *context, const char *text);
    void *context;
};

enum { BATCH_CHARSETS_MAX = 16 };

struct batch_summary {
    uint64_t added, updated, unchanged, removed, rejected;
    uint64_t warnings;
    uint64_t articles;   /* in the index at the end */
    uint64_t bytes_read; /* unpacked */
    uint64_t committed;  /* changes that are in the index, whatever happened after */
    double elapsed_s;
    /* Articles that were not in UTF-8, by what they were in; what has no place is counted
     * with the last. */
    struct {
        char name[32];
        uint64_t articles;
    } charsets[BATCH_CHARSETS_MAX];
};

/* Runs the batch. On failure the summary still tells what was done; what it counts as
 * committed is in the index. */
enum status batch_run(const struct batch_options *options, struct batch_summary *summary,
                      struct status_error *err);

#endif
