/* output.h - results as text, JSON, lines, tables. */
#ifndef SEARCHER_CLI_OUTPUT_H
#define SEARCHER_CLI_OUTPUT_H

#include <pressmark.h>

#include <stdbool.h>
#include <stdio.h>

enum output_format {
    OUTPUT_TEXT,
    OUTPUT_JSON,
    OUTPUT_JSONL,
    OUTPUT_CSV,
    OUTPUT_TREC,
    OUTPUT_IDS,
    OUTPUT_FORMAT_COUNT
};

#define OUTPUT_FORMAT_NAMES "text|json|jsonl|csv|trec|ids"

enum output_format output_format_of(const char *name);

struct output {
    enum output_format format;
    FILE *out;
    bool color;
    bool terminal; /* control characters of articles must not reach it */
    bool snippets;
    bool explain;
    unsigned facets; /* as in pressmark_search_options */
    unsigned offset; /* rank of the first hit - 1 */
    bool csv_header_written;
};

/* Adds the facet of a field by its name on the command line; false: it is none. */
bool output_add_facet(struct output *o, const char *name);

/* The name of facet i, and its field; NULL when there are no more. */
const char *output_facet(size_t i, enum pressmark_field *field);

/* `quoted`, `unquoted`, `nearest` or "". */
const char *output_verdict(int verdict);

/* Prints the results of one query; qid is NULL outside of a batch. */
void output_results(struct output *o, const char *qid, const char *query,
                    const struct pressmark_results *results);

/* For output_results: JSON, as one object or a line per hit and a summary line. */
void output_json(struct output *o, const char *qid, const char *query,
                 const struct pressmark_results *results);

/* Prints words that continue a prefix: one a line, or JSON. */
void output_words(struct output *o, const char *prefix,
                  const struct pressmark_words *words);

/* Prints an article as text, or as JSON with the highlights of a query (NULL: none). */
enum pressmark_status output_article(struct output *o,
                                     struct pressmark_searcher *searcher,
                                     const struct pressmark_article *article,
                                     const char *highlight, struct pressmark_error *err);

#endif
