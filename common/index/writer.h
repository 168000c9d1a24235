/* writer.h - an index opened for writing. */
#ifndef COMMON_INDEX_WRITER_H
#define COMMON_INDEX_WRITER_H

#include "common/article.h"
#include "common/index/manifest.h"

#include <signal.h>

/* One per index, in one thread. */
struct index_writer;

struct index_writer_options {
    const char *language;              /* NULL: the index's own, `en` for a new one */
    bool store_body;                   /* keep the text for snippets */
    unsigned wait_s;                   /* for another writer */
    uint64_t memory_bytes;             /* bound on working memory */
    const volatile sig_atomic_t *stop; /* ends the wait when it is non-zero; or NULL */
    bool must_exist;                   /* NOT_FOUND rather than a new index */
    bool dry_run; /* tell what would happen: nothing is locked, made or written */
};

/* Opens the index for writing; creates it (folder, manifest, an empty live segment) when
 * there is none. LOCKED, VERSION, ARGUMENT (another language), IO, NO_SPACE, CORRUPT. */
enum status index_writer_open(const char *path,
                              const struct index_writer_options *options,
                              struct index_writer **out, struct status_error *err);

/* Closes; what was not committed is dropped. */
void index_writer_close(struct index_writer *w);

enum index_outcome { INDEX_ADDED, INDEX_UPDATED, INDEX_UNCHANGED };

/* Adds the article, replaces the one with its id, or finds it unchanged. Its id must be
 * set. Commits by itself when enough is pending. After a failure only what was committed
 * is in the index, and the writer can only be closed. */
enum status index_writer_put(struct index_writer *w, const struct article *article,
                             enum index_outcome *outcome, struct status_error *err);

/* Removes the article with this id; *removed tells whether there was one. */
enum status index_writer_remove(struct index_writer *w, struct slice id, bool *removed,
                                struct status_error *err);

/* Makes all changes durable and visible to readers. */
enum status index_writer_commit(struct index_writer *w, struct status_error *err);

/* How many changes (added, updated, removed) the commits hold so far. */
uint64_t index_writer_committed(const struct index_writer *w);

/* Articles in the index, pending changes included. */
enum status index_writer_articles(struct index_writer *w, uint64_t *articles,
                                  struct status_error *err);

#endif
