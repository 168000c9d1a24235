/* internal.h - what the public handles are inside. */
#ifndef SEARCHER_INTERNAL_H
#define SEARCHER_INTERNAL_H

#include "common/index/snapshot.h"
#include "common/text/transliterate.h"
#include "searcher/include/pressmark.h"
#include "searcher/match/collect.h"
#include "searcher/present/highlight.h"

struct remote;

struct pressmark_searcher {
    struct remote *remote; /* archives on other machines, instead of snapshots; or NULL */
    struct snapshot_list snapshots;
    struct analyser *analyser;
    char language[ANALYSER_LANGUAGE_SIZE]; /* of the analyser */
    struct analyser_languages languages;   /* of the articles, when that is `auto` */
    struct score_parameters parameters;
    struct transliterator *transliterator;
    struct token_list tokens; /* of the text that is being highlighted */
    struct highlights highlights;
    struct buffer record;
};

struct result_part {
    const char *name;
    double value;
};

struct result_hit {
    double score;
    bool is_linked;
    enum pressmark_verdict verdict; /* 0: no quotation was asked for */
    double similarity;
    const char **copies; /* ids of reprints that are folded into it */
    size_t copy_count;
    const char *wording;
    size_t wording_start, wording_end; /* bytes of the body */
    struct article article;            /* without its body; texts are NUL-terminated */
    const char *snippet;
    struct highlight *highlights;
    size_t highlight_count;
    struct result_part *parts;
    size_t part_count, part_capacity;
};

/* A value or the beginning of a period, and how many matches have it. */
struct result_count {
    const char *text;
    uint64_t count;
    double share; /* of a period: of all its articles */
};

/* A word that was added to the query for one of its words. */
struct result_expansion {
    const char *of, *word;
};

struct result_facet {
    struct result_count *items;
    size_t count;
};

struct pressmark_results {
    struct result_hit *hits;
    size_t count;
    uint64_t total;
    bool total_is_exact;
    double elapsed_ms;
    const char *interpreted;
    const char *suggestion; /* or NULL */
    const char *warnings[QUERY_WARNINGS_MAX];
    size_t warning_count;
    struct result_expansion *expansions;
    size_t expansion_count;
    const char **copies; /* ids of reprints of the article that others are related to */
    size_t copy_count;
    struct result_facet facets[ARTICLE_FIELD_COUNT];
    struct result_facet timeline;
    struct arena arena; /* owns texts */
};

struct pressmark_article {
    struct article article; /* texts are NUL-terminated, in its arena */
};

/* A status of inside as one of outside, with its message. */
enum pressmark_status searcher_status(enum status status, const struct status_error *from,
                                      struct pressmark_error *to);

/* Copies an article's values, NUL-terminated, into arena; the body only when asked. */
enum status searcher_copy_article(struct article *to, const struct article *from,
                                  struct arena *arena, bool body);

/* Field of a copied article: its first value, or ""; value k, or NULL. */
const char *searcher_article_text(const struct article *a, enum pressmark_field field);
const char *searcher_article_value(const struct article *a, enum pressmark_field field,
                                   size_t k);

/* Runs work until no writer overtakes it; work sees a fresh snapshot each time. */
enum status searcher_repeat(struct pressmark_searcher *s,
                            enum status work(struct pressmark_searcher *s, void *context,
                                             struct status_error *err),
                            void *context, struct status_error *err);

/* The first living article of the segment with a value; SEGMENT_END: none has it. */
uint32_t searcher_find(struct segment *s, enum schema_filter filter, struct slice value);

/* The first living article of all segments with a value; out->segment is NULL when there
 * is none. The failure of a segment. */
enum status searcher_find_place(const struct pressmark_searcher *s,
                                enum schema_filter filter, struct slice value,
                                struct match_place *out, struct status_error *err);

/* Analyses an article's text, in its language, but for the headlines that it links to. */
enum status searcher_analyse(struct pressmark_searcher *s, const struct article *a,
                             struct text_analysis *analysis, struct status_error *err);

/* A word that more articles have says nothing of one in this language; UINT64_MAX: all
 * say something. */
uint64_t searcher_common(const struct pressmark_searcher *s, struct slice language);

/* What occurrences in a title and in a lead count. */
const struct analyser_fingerprint *searcher_weights(const struct pressmark_searcher *s);

/* Decodes the stored article of a match into a (reset by the call). Slices point into
 * s->record. */
enum status searcher_load(struct pressmark_searcher *s, struct segment *segment,
                          uint32_t docid, struct article *a, struct status_error *err);

#endif
