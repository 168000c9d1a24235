/* input.h - from files to articles, whatever their format. */
#ifndef INDEXER_INPUT_INPUT_H
#define INDEXER_INPUT_INPUT_H

#include "common/article.h"
#include "common/status.h"
#include "indexer/input/convert.h"
#include "indexer/input/fields.h"

#include <stdbool.h>
#include <stdint.h>

/* Limits of one input; what is beyond is rejected by name. */
struct input_limits {
    uint64_t article_bytes; /* of one article as it stands in its file */
    uint64_t article_words; /* of its text, set apart by blanks; 0: as many as an index
                               takes of one article */
    uint64_t file_bytes;    /* of one file, unpacked */
    unsigned nesting;       /* elements of markup in elements */
};

/* Where an article stands: for messages, and for the id of one that has none. */
struct input_place {
    const char *source; /* path as given, `-` for standard input */
    uint64_t offset;    /* byte in the (unpacked) source */
    uint64_t line;      /* from 1; 0 where lines mean nothing */
    uint64_t ordinal;   /* of the article in its source, from 1 */
    bool is_rest;       /* not one article was rejected: what follows in the source */
    const char
        *charset; /* that it was decoded from; NULL: UTF-8, or as its format says */
};

/* Takes what a reader finds. Each returns whether reading shall go on. The article and
 * the texts are the reader's, good until the call returns. */
struct input_sink {
    bool (*article)(void *context, struct article *article,
                    const struct input_place *place);
    bool (*reject)(void *context, const struct input_place *place, struct slice id,
                   const char *reason);
    void (*warn)(void *context, const struct input_place *place, const char *warning);
    void (*bytes)(void *context, uint64_t packed,
                  uint64_t plain); /* read since last time */
    void *context;
};

enum input_format {
    INPUT_AUTO,
    INPUT_TEXT,
    INPUT_JSON,
    INPUT_JSONL,
    INPUT_CSV,
    INPUT_TSV,
    INPUT_TREC,
    INPUT_REUTERS,
    INPUT_FEED,
    INPUT_MBOX,
    INPUT_NEWSML,
    INPUT_HTML,
    INPUT_WARC,
    INPUT_MEDIAWIKI,
    INPUT_FORMAT_COUNT
};

/* The names of the formats as `a|b|c`; the format of a name that is among them. */
#define INPUT_FORMAT_NAMES \
    "auto|text|json|jsonl|csv|tsv|trec|reuters|feed|mbox|newsml|html|warc|mediawiki"
enum input_format input_format_of(const char *name);

struct page_pool;

struct input_options {
    enum input_format format;
    struct field_map map;
    struct converters converters;
    struct input_limits limits;
    struct page_pool *pages; /* that reads web pages; NULL: the caller's thread does */
};

/* Reads one file (plain or gzip; `-` is standard input) and passes its articles on.
 * Something wrong with an article is a rejection. IO or CORRUPT, with a message, when the
 * file itself cannot be read (further); what was found before has been passed on. */
enum status input_read(const char *path, const struct input_options *options,
                       const struct input_sink *sink, struct status_error *err);

/* Reads JSON Lines from standard input as they come. wait is called, with the sink's
 * context, before each time that it has to wait for more. */
enum status input_follow(const struct input_options *options,
                         const struct input_sink *sink, void (*wait)(void *context),
                         struct status_error *err);

#endif
