/* ld_json.h - the articles of schema.org in a page's JSON-LD. */
#ifndef INDEXER_HTML_LD_JSON_H
#define INDEXER_HTML_LD_JSON_H

#include "common/article.h"

/* Adds what a JSON-LD text says of its first article to the fields that are empty; *body
 * becomes its text when it has one. What is no JSON or no article adds nothing.
 * NO_MEMORY, LIMIT. */
enum status ld_json_read(struct slice json, struct article *a, struct slice *body);

#endif
