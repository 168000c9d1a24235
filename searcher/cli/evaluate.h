/* evaluate.h - a batch of queries scored against relevance judgements.
 *
 * The measures are those of trec_eval with -c: means over all judged queries that have a
 * relevant article; a query without an answer counts 0; equal scores, as written with six
 * decimals, go by id, descending. */
#ifndef SEARCHER_CLI_EVALUATE_H
#define SEARCHER_CLI_EVALUATE_H

#include <pressmark.h>

#include <stdbool.h>
#include <stdio.h>

struct evaluation;

/* Articles of each query that are looked at, when the user says nothing. */
enum { EVALUATION_LIMIT = 1000 };

/* Reads judgements: `qid iteration id grade` a line. NULL after a message on stderr. */
struct evaluation *evaluation_read(const char *program, const char *path);
void evaluation_free(struct evaluation *e);

/* Scores the answer to a query; one that was not judged does not count. A second answer
 * to the same query takes the place of the first. */
void evaluation_add(struct evaluation *e, const char *qid,
                    const struct pressmark_results *results);

/* Prints the means, as lines or as one JSON object. */
void evaluation_print(const struct evaluation *e, bool json, FILE *out);

#endif
