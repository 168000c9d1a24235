/* admin.h - looks at an index without changing it. */
#ifndef INDEXER_ADMIN_H
#define INDEXER_ADMIN_H

#include "common/article.h"
#include "common/index/analyser.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints counts, bytes, segments, analyser and dates; as one JSON object with json. */
enum status admin_info(const char *index, bool json, FILE *out, struct status_error *err);

/* Verifies manifest, segments and every stored article. CORRUPT names the damage. */
enum status admin_check(const char *index, struct status_error *err);

/* Calls visitor with every stored article, until it fails. */
typedef enum status admin_visitor(void *context, const struct article *a,
                                  struct status_error *err);
enum status admin_each(const char *index, admin_visitor *visitor, void *context,
                       struct status_error *err);

/* The language of stemming. */
enum status admin_language(const char *index, char language[ANALYSER_LANGUAGE_SIZE],
                           struct status_error *err);

/* Writes every stored article as a line of JSON. */
enum status admin_export(const char *index, FILE *out, struct status_error *err);

#endif
