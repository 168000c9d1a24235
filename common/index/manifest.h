/* manifest.h - what an index is made of: `manifest.json`, replaced by rename. */
#ifndef COMMON_INDEX_MANIFEST_H
#define COMMON_INDEX_MANIFEST_H

#include "common/index/analyser.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
    MANIFEST_FORMAT = 2,          /* version of the index on disk */
    MANIFEST_SEGMENTS_MAX = 2048, /* segments of one index */
    MANIFEST_NAME_SIZE = 32,
    MANIFEST_PATH_SIZE = 4096
};

#define MANIFEST_FILE "manifest.json"

/* A sealed segment is a file, with another one of its tombstones when there are some; the
 * live segment, of which there is one at most, is a folder. */
struct manifest_segment {
    char name[MANIFEST_NAME_SIZE];
    bool is_sealed;
    uint32_t articles;             /* of a sealed one, dead ones included */
    uint64_t bytes;                /* of its file */
    char dead[MANIFEST_NAME_SIZE]; /* file of its tombstones; "": none */
    uint32_t dead_count;
};

struct manifest {
    uint64_t generation;  /* counts the replacements */
    uint64_t next_number; /* of the next segment */
    struct analyser_fingerprint analyser;
    struct manifest_segment segments[MANIFEST_SEGMENTS_MAX];
    size_t segment_count;
    struct stat stamp; /* of the file that was read */
};

/* Joins folder and name into path. LIMIT when it is too long. */
enum status manifest_path(const char *folder, const char *name,
                          char path[MANIFEST_PATH_SIZE], struct status_error *err);

/* NOT_FOUND (no such folder, or no index in it), VERSION (another format), CORRUPT, IO.
 */
enum status manifest_read(const char *folder, struct manifest *out,
                          struct status_error *err);

/* The segment of this name; NULL when there is none. */
struct manifest_segment *manifest_find(struct manifest *m, const char *name);

/* Writes the next generation: a new file, flushed to disk, renamed over the old one. */
enum status manifest_write(const char *folder, struct manifest *m,
                           struct status_error *err);

/* True when the file on disk is still the one that was read. */
bool manifest_is_current(const char *folder, const struct manifest *m);

#endif
