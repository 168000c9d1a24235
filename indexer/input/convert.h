/* convert.h - programs that turn files of other formats into text. */
#ifndef INDEXER_INPUT_CONVERT_H
#define INDEXER_INPUT_CONVERT_H

#include "common/buffer.h"
#include "common/status.h"
#include "indexer/input/source.h"

#include <stdbool.h>

enum { CONVERTERS_MAX = 32, CONVERTER_WORDS_MAX = 64 };

struct converter {
    char *pattern; /* of a file's name, as of fnmatch */
    char *words[CONVERTER_WORDS_MAX + 1];
    char *text; /* that the words are parts of */
};

struct converters {
    struct converter items[CONVERTERS_MAX];
    size_t count;
    unsigned timeout_s; /* of one file */
};

/* Adds `PATTERN=COMMAND`. The command is split at blanks, but for those in quotes; no
 * shell is run. ARGUMENT, NO_MEMORY. */
enum status converters_add(struct converters *c, const char *assignment,
                           struct status_error *err);
void converters_free(struct converters *c);

/* The converter of a file, by the last part of its path; NULL: none. */
const struct converter *converters_find(const struct converters *c, const char *path);

/* Runs the program with what is left of the source on its standard input and appends what
 * it writes, at most max_bytes. INVALID, with the reason, when it fails, takes too long
 * or writes too much; what the source says; NO_MEMORY. */
enum status converter_run(const struct converter *converter, unsigned timeout_s,
                          size_t max_bytes, struct source *source, struct buffer *out,
                          struct status_error *err);

#endif
