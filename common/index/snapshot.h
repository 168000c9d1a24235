/* snapshot.h - an index opened for reading. */
#ifndef COMMON_INDEX_SNAPSHOT_H
#define COMMON_INDEX_SNAPSHOT_H

#include "common/index/manifest.h"
#include "common/index/segment.h"

/* Use one per thread. */
struct snapshot {
    char *path;
    struct manifest manifest;
    struct segment **segments; /* in the order of the manifest */
    size_t segment_count;
    struct segment *live; /* the one that is live, or NULL */
    bool must_bury;       /* what it says of the others was not read to the end */
};

/* Opens the index as of its last commit. NOT_FOUND, VERSION, CORRUPT, IO. */
enum status snapshot_open(const char *path, struct snapshot **out,
                          struct status_error *err);
void snapshot_close(struct snapshot *s);

/* Moves to the last commit; call it at the start of each query. Costs a stat and a look
 * at each live segment when nothing changed. */
enum status snapshot_refresh(struct snapshot *s, struct status_error *err);

/* Others took the place of its segments, whose files go: reading them may fail. */
bool snapshot_is_replaced(const struct snapshot *s);

#endif
