/* analyser.h - the analysis that an index is built with, and its fingerprint. */
#ifndef COMMON_INDEX_ANALYSER_H
#define COMMON_INDEX_ANALYSER_H

#include "common/article.h"
#include "common/slice.h"
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

/* The language `auto` is that of each text: the one that analyser_speak says.
 * ARGUMENT when there is no stemmer for the language; NO_MEMORY. */
enum status analyser_new(const char *language, struct analyser **out,
                         struct status_error *err);
void analyser_free(struct analyser *a);

/* Of an analyser for `auto`: the language of what is tokenised next, by its code in any
 * writing (`en`, `pt-BR`); words of one that has no stemmer, or none, are not stemmed. Of
 * others nothing changes. NO_MEMORY. */
enum status analyser_speak(struct analyser *a, struct slice language,
                           struct status_error *err);

/* Languages that an index has articles in, as far as their stems differ: a query for
 * them all is read in each. */
enum { ANALYSER_LANGUAGES_MAX = 8 };

struct analyser_languages {
    char codes[ANALYSER_LANGUAGES_MAX][8];
    size_t count;
};

/* Adds the language of a code when it is not there yet and there is room. */
void analyser_add_language(struct analyser_languages *l, struct slice language);

/* Whether its language is that of each text. */
bool analyser_is_auto(const struct analyser *a);

/* Whether words begin with the letter that their stems begin with: stemmers of Arabic and
 * Tamil take prefixes off. languages: of the articles, for `auto`. */
bool analyser_keeps_first_letter(const struct analyser *a,
                                 const struct analyser_languages *languages);

/* What of an article is read. Borrowed from it. */
struct text_parts analyser_parts(const struct article *a);

/* LIMIT when the article has more positions than an index takes. */
enum status analyser_check_size(const struct text_analysis *analysis,
                                struct status_error *err);

struct tokeniser *analyser_tokeniser(struct analyser *a);

#endif
