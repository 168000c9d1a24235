/* writer.h - an index opened for writing.
 *
 * Articles go one by one into the live segment (index_writer_put), or many at once into
 * sealed segments that the caller builds and publishes (index_writer_publish). */
#ifndef COMMON_INDEX_WRITER_H
#define COMMON_INDEX_WRITER_H

#include "common/article.h"
#include "common/hash.h"
#include "common/index/manifest.h"
#include "common/index/segment.h"
#include "common/index/tombstones.h"
#include "common/sealed/sealed.h"

#include <signal.h>

/* One per index, in one thread, but for index_writer_new_name and index_writer_publish,
 * which are safe to call from any. */
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

/* Opens the index for writing; creates it (folder, manifest) when there is none. LOCKED,
 * VERSION, ARGUMENT (another language), IO, NO_SPACE, CORRUPT. */
enum status index_writer_open(const char *path,
                              const struct index_writer_options *options,
                              struct index_writer **out, struct status_error *err);

/* Closes; what was not committed is dropped. */
void index_writer_close(struct index_writer *w);

/* As of the last commit or publication. */
const struct manifest *index_writer_manifest(const struct index_writer *w);
const char *index_writer_path(const struct index_writer *w);

/* Articles in the index, pending changes included. */
enum status index_writer_articles(struct index_writer *w, uint64_t *articles,
                                  struct status_error *err);

/* ---------------------------------------------------------------- one by one */

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

/* How many changes (added, updated, removed) the commits and publications hold so far. */
uint64_t index_writer_committed(const struct index_writer *w);

/* ---------------------------------------------------------------- many at once */

/* What decides whether an article changed: its record, with the body, and whether the
 * body is stored. record is scratch space. NO_MEMORY, LIMIT. */
enum status index_hash(const struct article *article, bool store_body,
                       struct buffer *record, struct hash128 *hash);

/* A sealed segment of the index. */
struct index_sealed {
    char name[MANIFEST_NAME_SIZE];
    struct sealed_reader *reader;
    struct tombstones dead;
    bool dead_changed; /* since the last commit */
};

/* The sealed segments, oldest first; good until the next publication. */
struct index_sealed *const *index_writer_sealed(const struct index_writer *w,
                                                size_t *count);

/* Opens the live segment as of the last commit, to be sealed; NULL when it holds nothing.
 */
enum status index_writer_open_live(struct index_writer *w, struct segment **out,
                                   struct status_error *err);

bool index_writer_has_live(const struct index_writer *w);

/* The name of a new sealed segment, and where its file goes. */
enum status index_writer_new_name(struct index_writer *w, char name[MANIFEST_NAME_SIZE],
                                  char path[MANIFEST_PATH_SIZE],
                                  struct status_error *err);

/* An article of a sealed segment that is there no more. */
struct index_death {
    char name[MANIFEST_NAME_SIZE];
    uint32_t docid;
};

struct index_change {
    const char *added;          /* a finished sealed segment; NULL: none */
    const char *const *dropped; /* sealed segments that it replaces */
    size_t dropped_count;
    const struct index_death *deaths; /* in segments that stay, the added one included */
    size_t death_count;
    bool drop_live;
    uint64_t changes; /* that it stands for */
};

/* Makes the change durable and visible to readers, as a whole. */
enum status index_writer_publish(struct index_writer *w,
                                 const struct index_change *change,
                                 struct status_error *err);

#endif
