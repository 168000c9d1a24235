/* admin.h - looks at an index without changing it. */
#ifndef INDEXER_ADMIN_H
#define INDEXER_ADMIN_H

#include "common/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints counts, bytes, segments, analyser and dates; as one JSON object with json. */
enum status admin_info(const char *index, bool json, FILE *out, struct status_error *err);

/* Verifies manifest, segments and every stored article. CORRUPT names the damage. */
enum status admin_check(const char *index, struct status_error *err);

/* Writes every stored article as a line of JSON. */
enum status admin_export(const char *index, FILE *out, struct status_error *err);

#endif
