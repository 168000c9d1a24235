/* walk.h - the files behind the INPUTs of the command line. */
#ifndef INDEXER_INPUT_WALK_H
#define INDEXER_INPUT_WALK_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

struct walk_file {
    char *path;
    uint64_t size; /* 0 when unknown, as for standard input */
    size_t input;  /* for the caller: of which input it is */
};

struct walk_files {
    struct walk_file *items;
    size_t count, capacity;
};

/* Appends the file, or the regular files below a folder in order of their names (hidden
 * ones, links to folders and indexes left out), or `-`. A folder or file that cannot be
 * looked at is an error: NOT_FOUND or IO. */
enum status walk_input(const char *input, struct walk_files *files,
                       struct status_error *err);

void walk_free(struct walk_files *files);

#endif
