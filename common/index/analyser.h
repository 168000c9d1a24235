/* analyser.h - the analysis that an index is built with, and its fingerprint. */
#ifndef COMMON_INDEX_ANALYSER_H
#define COMMON_INDEX_ANALYSER_H

#include "common/status.h"
#include "common/text/analysis.h"

enum { ANALYSER_LANGUAGE_SIZE = 16, ANALYSER_VERSION_SIZE = 32 };

/* What decides which words a text gives. A searcher must have the same as the index. */
struct analyser_fingerprint {
    unsigned analysis;                     /* TEXT_ANALYSIS_VERSION */
    char language[ANALYSER_LANGUAGE_SIZE]; /* of stemming: `en`, ..., or `none` */
    char unicode[ANALYSER_VERSION_SIZE];   /* of ICU's data: `15.0` */
    char stemmer[ANALYSER_VERSION_SIZE];   /* `xapian-1.4` */
    unsigned title_weight, lead_weight;    /* wdf of one occurrence there; 1 elsewhere */
};

/* The fingerprint of this program for a language. ARGUMENT when the code is too long. */
enum status analyser_fingerprint_of(const char *language,
                                    struct analyser_fingerprint *out,
                                    struct status_error *err);

/* OK, or VERSION with a message that says what differs and what to do about it. */
enum status analyser_check(const struct analyser_fingerprint *index, const char *path,
                           struct status_error *err);

/* A tokeniser with the stemmer of a language. Use one per thread. */
struct analyser;

/* ARGUMENT when there is no stemmer for the language; NO_MEMORY. */
enum status analyser_new(const char *language, struct analyser **out,
                         struct status_error *err);
void analyser_free(struct analyser *a);

/* LIMIT when the article has more positions than an index takes. */
enum status analyser_check_size(const struct text_analysis *analysis,
                                struct status_error *err);

struct tokeniser *analyser_tokeniser(struct analyser *a);

#endif
