/* json.h - results, articles and words as JSON, the same in every way of asking. */
#ifndef SEARCHER_CLI_JSON_H
#define SEARCHER_CLI_JSON_H

#include "searcher/cli/output.h"

#include <jansson.h>

/* A text, in which bytes that are no UTF-8 are replaced. */
json_t *json_text(const char *text);

/* Sets a key; the value is taken. The program ends when there is no memory. */
void json_set(json_t *object, const char *key, json_t *value);

/* One line of JSON with its end, to be freed; control characters are escaped in it. */
char *json_line(const json_t *value);

/* Prints it; the object is taken. */
void json_print(FILE *out, json_t *object);

/* The whole answer; and its parts, for a line each. */
json_t *json_of_results(const struct output *o, const char *qid, const char *query,
                        const struct pressmark_results *r);
json_t *json_of_summary(const struct output *o, const char *qid, const char *query,
                        const struct pressmark_results *r);
json_t *json_of_hit(const struct output *o, const struct pressmark_results *r, size_t i);

json_t *json_of_words(const char *prefix, const struct pressmark_words *words);

/* An article with the highlights of a query (NULL: none), found as options say (may be
 * NULL); NULL when they cannot be. */
json_t *json_of_article(struct pressmark_searcher *searcher,
                        const struct pressmark_article *article, const char *highlight,
                        const struct pressmark_search_options *options,
                        struct pressmark_error *err);

#endif
