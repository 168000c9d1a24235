/*
 * pressmark.h - search archives of news articles.
 *
 * This header is the whole interface of libpressmark: what is not in it is not API. It
 * compiles alone as C99 and as C++11.
 *
 * The smallest use:
 *
 *     const char *path = "news.index";
 *     struct pressmark_searcher *searcher;
 *     struct pressmark_results *results;
 *     pressmark_open(&path, 1, &searcher, NULL);
 *     pressmark_search(searcher, "coffee exports", NULL, &results, NULL);
 *     for (size_t i = 0; i < pressmark_results_count(results); i++)
 *         puts(pressmark_hit_text(results, i, PRESSMARK_TITLE));
 *     pressmark_results_free(results);
 *     pressmark_close(searcher);
 *
 * with each status looked at, as in the README.
 *
 * Conventions. Text is UTF-8; sizes and offsets are bytes; moments are seconds since
 * 1970-01-01T00:00:00Z. What can fail returns a status and sets every owned output to
 * NULL when it does; `err` may be NULL. Everything that a call gives out was copied from
 * the index before it returned: getters cannot fail, and no writer disturbs them. Nothing
 * found is not an error. The library never prints, exits or reads the environment.
 */
#ifndef PRESSMARK_H
#define PRESSMARK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PRESSMARK_API __attribute__((visibility("default")))
#else
#define PRESSMARK_API
#endif

/* --- version ---------------------------------------------------------------------------
 */

#define PRESSMARK_VERSION_MAJOR 0
#define PRESSMARK_VERSION_MINOR 1
#define PRESSMARK_VERSION_MICRO 0

/* True when this header is at least of the given version. */
#define PRESSMARK_CHECK_VERSION(major, minor, micro) \
    (PRESSMARK_VERSION_MAJOR > (major) ||            \
     (PRESSMARK_VERSION_MAJOR == (major) &&          \
      (PRESSMARK_VERSION_MINOR > (minor) ||          \
       (PRESSMARK_VERSION_MINOR == (minor) && PRESSMARK_VERSION_MICRO >= (micro)))))

/* The version of the library in use, such as "0.1.0". Static. Since 0.1. */
PRESSMARK_API const char *pressmark_version(void);

/* --- status ----------------------------------------------------------------------------
 */

/* Numbers are fixed and never reused. */
enum pressmark_status {
    PRESSMARK_OK = 0,
    PRESSMARK_NO_MEMORY = 1,
    PRESSMARK_ARGUMENT = 2,  /* an argument that cannot be, from the caller or a user */
    PRESSMARK_NOT_FOUND = 3, /* no such index, no such article */
    PRESSMARK_IO = 4,        /* reading failed */
    PRESSMARK_NO_SPACE = 5,  /* not from this library yet */
    PRESSMARK_CORRUPT = 6,   /* the index is damaged */
    PRESSMARK_VERSION = 7,   /* the index is of another version or analyser */
    PRESSMARK_LOCKED = 8,    /* not from this library yet */
    PRESSMARK_STALE = 9,     /* the index changed faster than it could be read */
    PRESSMARK_LIMIT = 10,    /* a limit that is named in the message */
    PRESSMARK_UNSUPPORTED = 11,
    PRESSMARK_INTERNAL = 12, /* a bug: please report it */
    PRESSMARK_INVALID = 13,  /* not from this library yet */
    PRESSMARK_CANCELLED = 14 /* as options.cancel asked for */
};

/* A short text for a status, such as "not found". Static, never NULL. Since 0.1. */
PRESSMARK_API const char *pressmark_status_text(enum pressmark_status status);

/* Detail of a failure, owned by the caller; no need to initialise it. The message is one
 * line, names the thing in single quotes and says what can be done. */
struct pressmark_error {
    enum pressmark_status status;
    char message[512];
};

/* --- opening ---------------------------------------------------------------------------
 */

/* One or several indexes, open for searching. Use one per thread. */
struct pressmark_searcher;

/*
 * Opens indexes for searching, as of their last commits; later commits are noticed at the
 * start of each search.
 *
 * paths, count: folders of at least one index, searched as one; all must have the same
 *     language. Or `tcp:HOST:PORT` of exports on other machines, of which a part of all
 *     this is known (pressmark-searcher(1), OTHER MACHINES). Borrowed for the call.
 * searcher: owned by the caller, who closes it.
 * Statuses: NOT_FOUND, VERSION, CORRUPT, IO, ARGUMENT (count is 0; languages differ),
 *     NO_MEMORY. Since 0.1.
 */
PRESSMARK_API enum pressmark_status pressmark_open(const char *const *paths, size_t count,
                                                   struct pressmark_searcher **searcher,
                                                   struct pressmark_error *err);

/* Closes the searcher; NULL is a harmless no-op. Results and articles that it gave stay
 * valid. Since 0.1. */
PRESSMARK_API void pressmark_close(struct pressmark_searcher *searcher);

/* --- searching -------------------------------------------------------------------------
 */

enum pressmark_sort {
    PRESSMARK_SORT_RELEVANCE = 0,
    PRESSMARK_SORT_NEWEST = 1, /* articles without a date come last */
    PRESSMARK_SORT_OLDEST = 2
};

/* The periods of a timeline; weeks begin on Monday. */
enum pressmark_timeline {
    PRESSMARK_TIMELINE_NONE = 0,
    PRESSMARK_TIMELINE_DAY = 1,
    PRESSMARK_TIMELINE_WEEK = 2,
    PRESSMARK_TIMELINE_MONTH = 3,
    PRESSMARK_TIMELINE_YEAR = 4
};

/* What `a w/5 b` means: within 5 words, in any order; or in this order, and `near5`,
 * `adj5` and `same` are operators too. */
enum pressmark_dialect { PRESSMARK_DIALECT_NEXIS = 0, PRESSMARK_DIALECT_FACTIVA = 1 };

/* Reprints, articles with nearly the same text (0.8 of all runs of three words that are
 * in either are in both): those that match are one hit, which the earliest stands for; or
 * each is one. */
enum pressmark_collapse {
    PRESSMARK_COLLAPSE_DUPLICATES = 0,
    PRESSMARK_COLLAPSE_NONE = 1
};

/* Zero means the default for every member. Start from PRESSMARK_SEARCH_OPTIONS_INIT;
 * members are only ever appended. */
struct pressmark_search_options {
    unsigned version;
    unsigned limit;  /* hits at most; default 10; PRESSMARK_ALL_HITS, PRESSMARK_NO_HITS */
    unsigned offset; /* hits to leave out in front */
    enum pressmark_sort sort;
    const char
        *since; /* `2025`, `2025-01`, `2025-01-24`, a moment, or words: `yesterday`,
                   `last week`, `30 days ago`; included. Days are of UTC */
    const char *until; /* likewise; the span that it names is included */
    int exact_count;   /* count all matches: the total is otherwise a lower bound */
    int no_snippet;
    unsigned snippet_chars; /* about so many characters; default 240, at most 10,000 */
    int explain;
    const char *language; /* of the query, of an index with articles in several; default
                             all of them */
    /* Counts over all matches, which make the total exact. facets: bits 1u << field of
     * PRESSMARK_SOURCE, _AUTHOR, _SECTION, _LANGUAGE, _TAGS (topics too), _PLACES and
     * _PEOPLE. facet_limit: values of each, the most frequent; default 20. */
    unsigned facets;
    unsigned facet_limit;
    enum pressmark_timeline timeline;
    const char *now; /* what `today` means in dates; default the clock */
    enum pressmark_dialect dialect;
    /* Instead of what a query's words find, articles that give context to another: by its
     * id, or by a text whose first line is its title when a blank one follows. Ranked by
     * its best words, it and its own copies left out; first those that its editor linked
     * to. The query, since and until only select among them. */
    const char *related_to;
    const char *related_text;
    /* Words that somebody may have said: the articles where they stand in a quotation;
     * else those where they stand at all; else those with the nearest wording in a
     * quotation. pressmark_hit_verdict tells which. The query selects among them. */
    const char *verify_quote;
    enum pressmark_collapse collapse;
    int no_variants; /* names as they are typed: else, in all their known spellings that
                        occur (Kyiv, Kiev), which the results tell */
    double recency_days; /* a bonus for recent articles, which is halved every so many
                            days of their age; it is at most half of what the words can
                            score. Default none */
    unsigned time_ms; /* when so much time was used up, what was found until then is the
                         answer, with a warning; default as long as it takes */
    const volatile int
        *cancel;  /* the search ends with CANCELLED soon after another thread
                     sets it to 1; must outlive the call; may be NULL */
    int feedback; /* also look for what the ten best articles are about (RM3) */
};

#define PRESSMARK_SEARCH_OPTIONS_VERSION 1
#define PRESSMARK_SEARCH_OPTIONS_INIT                                                    \
    {                                                                                    \
        PRESSMARK_SEARCH_OPTIONS_VERSION, 0, 0, PRESSMARK_SORT_RELEVANCE, NULL, NULL, 0, \
            0, 0, 0, NULL, 0, 0, PRESSMARK_TIMELINE_NONE, NULL, PRESSMARK_DIALECT_NEXIS, \
            NULL, NULL, NULL, PRESSMARK_COLLAPSE_DUPLICATES, 0, 0, 0, NULL, 0            \
    }
#define PRESSMARK_NO_HITS  0xFFFFFFFEu /* only count */
#define PRESSMARK_ALL_HITS 0xFFFFFFFFu

/* What a search found: a snapshot. Immutable; share freely. */
struct pressmark_results;

/*
 * Searches. Any bytes are a query; what parses as an operator is one, everything else is
 * words (see pressmark-query(7) for the language). Ranked by default, best first; equal
 * scores keep the order in which the articles came into the index.
 *
 * query: borrowed for the call; beyond 64 KiB it is cut, with a warning.
 * options: borrowed; NULL for the defaults.
 * results: owned by the caller, who frees it.
 * Statuses: ARGUMENT (an option; `since` or `until` is no date), CORRUPT, IO (of other
 *     machines: none answers), UNSUPPORTED (of other machines), VERSION,
 *     NOT_FOUND (the index went away), STALE (a hundred tries were overtaken by a
 *     writer), CANCELLED, NO_MEMORY. Since 0.1.
 */
PRESSMARK_API enum pressmark_status pressmark_search(
    struct pressmark_searcher *searcher, const char *query,
    const struct pressmark_search_options *options, struct pressmark_results **results,
    struct pressmark_error *err);

/* Frees the results and all that was borrowed from them; NULL is a no-op. Since 0.1. */
PRESSMARK_API void pressmark_results_free(struct pressmark_results *results);

/* --- results: the search as a whole
 * ----------------------------------------------------- */

/* The number of hits in these results. Since 0.1. */
PRESSMARK_API size_t pressmark_results_count(const struct pressmark_results *results);

/* How many articles match; *exact is set to 0 when that is a lower bound because pruning
 * stopped early, else to 1. exact may be NULL. Since 0.1. */
PRESSMARK_API uint64_t pressmark_results_total(const struct pressmark_results *results,
                                               int *exact);

/* The time that the search took, in milliseconds. Since 0.1. */
PRESSMARK_API double pressmark_results_elapsed_ms(
    const struct pressmark_results *results);

/* How the query was read, printed back. Borrowed until the results are freed. Since 0.1.
 */
PRESSMARK_API const char *pressmark_results_interpreted(
    const struct pressmark_results *results);

/* Word i that was also looked for because it is another spelling of a name in the query,
 * which *of is set to (may be NULL); NULL when there are no more. Borrowed until the
 * results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_expansion(
    const struct pressmark_results *results, size_t i, const char **of);

/* The id of reprint i of the article that options.related_to names, which is left out
 * with it unless reprints are not collapsed; NULL when there are no more. Borrowed until
 * the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_copy(const struct pressmark_results *results,
                                                 size_t i);

/* A query that may have been meant, where words of this one are found nowhere: with the
 * words of the index that are spelled most like them; "" when there is none. Borrowed
 * until the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_suggestion(
    const struct pressmark_results *results);

/* What was odd about the query: warning i, or NULL when there are no more. Borrowed until
 * the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_warning(
    const struct pressmark_results *results, size_t i);

/* --- results: one hit
 * ------------------------------------------------------------------- */

/* The fields of an article. */
enum pressmark_field {
    PRESSMARK_ID = 0,
    PRESSMARK_URL = 1,
    PRESSMARK_TITLE = 2,
    PRESSMARK_SUMMARY = 3,
    PRESSMARK_BODY = 4, /* of articles only: hits have a snippet */
    PRESSMARK_DATE = 5, /* `2025-01-24` or `2025-01-24T10:30:00Z` */
    PRESSMARK_UPDATED = 6,
    PRESSMARK_SOURCE = 7,
    PRESSMARK_AUTHOR = 8, /* a list */
    PRESSMARK_SECTION = 9,
    PRESSMARK_LANGUAGE = 10,
    PRESSMARK_TAGS = 11,       /* a list */
    PRESSMARK_PLACES = 12,     /* a list */
    PRESSMARK_PEOPLE = 13,     /* a list */
    PRESSMARK_TOPICS = 14,     /* a list */
    PRESSMARK_RELATED = 15,    /* a list of headlines */
    PRESSMARK_RELATED_URL = 16 /* a list: the address of each headline, or "" */
};

/* Value i of a field that options.facets asked for, the most frequent first, as an
 * article writes it, and how many matches have it; NULL when there are no more. Borrowed
 * until the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_facet(const struct pressmark_results *results,
                                                  enum pressmark_field field, size_t i,
                                                  uint64_t *count);

/* The first day (`2025-01-01`) of period i of options.timeline, in order from the first
 * match to the last, empty ones included; how many matches are in it, and their share of
 * its articles (0 to 1; may be NULL). NULL when there are no more. Borrowed until the
 * results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_results_period(
    const struct pressmark_results *results, size_t i, uint64_t *count, double *share);

/* The first value of a field of hit i (from 0), or "" when there is none. Borrowed until
 * the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_hit_text(const struct pressmark_results *results,
                                             size_t i, enum pressmark_field field);

/* Value k of a list field of hit i, or NULL when there are no more. Borrowed until the
 * results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_hit_value(const struct pressmark_results *results,
                                              size_t i, enum pressmark_field field,
                                              size_t k);

/* The score of hit i: finite, 0 or more; 0 when only filters matched. Since 0.1. */
PRESSMARK_API double pressmark_hit_score(const struct pressmark_results *results,
                                         size_t i);

/* 1 when the editor of the article that options.related_to names linked to hit i, else 0.
 * Since 0.1. */
PRESSMARK_API int pressmark_hit_is_linked(const struct pressmark_results *results,
                                          size_t i);

/* The id of copy k of hit i, a reprint that matches too and is folded into it; NULL when
 * there are no more. Borrowed until the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_hit_copy(const struct pressmark_results *results,
                                             size_t i, size_t k);

/* Where the words of options.verify_quote stand. */
enum pressmark_verdict {
    PRESSMARK_QUOTED = 1,   /* in a quotation, one after the other */
    PRESSMARK_UNQUOTED = 2, /* one after the other, but in no quotation of the index */
    PRESSMARK_NEAREST = 3   /* nowhere; a quotation of the article is like them */
};

/* How hit i has the words of options.verify_quote, or 0 when none were asked for. Since
 * 0.1. */
PRESSMARK_API int pressmark_hit_verdict(const struct pressmark_results *results,
                                        size_t i);

/* The quotation of hit i (of PRESSMARK_UNQUOTED the paragraph), or "" when the text is
 * not stored; the bytes of the stored body where its words begin and end; how like they
 * are, at most 1 (all may be NULL). Borrowed until the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_hit_wording(const struct pressmark_results *results,
                                                size_t i, size_t *start, size_t *end,
                                                double *similarity);

/* A stretch of hit i's body (or summary) that shows the query's words, in one line; ""
 * without one. Borrowed until the results are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_hit_snippet(const struct pressmark_results *results,
                                                size_t i);

/* Highlight k of hit i: sets the bytes start to end - 1 of the snippet that are a word of
 * the query, and returns 1; 0 when there are no more. Since 0.1. */
PRESSMARK_API int pressmark_hit_highlight(const struct pressmark_results *results,
                                          size_t i, size_t k, size_t *start, size_t *end);

/* Part k of hit i's score, when options.explain was set: sets what it is for (a word such
 * as `coffe`, or `proximity`), borrowed until the results are freed, and how much of the
 * score it is, and returns 1; 0 when there are no more. The parts add up to the score.
 * Since 0.1. */
PRESSMARK_API int pressmark_hit_part(const struct pressmark_results *results, size_t i,
                                     size_t k, const char **name, double *value);

/* --- articles
 * --------------------------------------------------------------------------- */

/* A stored article. Immutable; share freely. */
struct pressmark_article;

/*
 * Gets a stored article by its id.
 *
 * id: borrowed for the call.
 * article: owned by the caller, who frees it.
 * Statuses: NOT_FOUND, and those of pressmark_search. Since 0.1.
 */
PRESSMARK_API enum pressmark_status pressmark_get(struct pressmark_searcher *searcher,
                                                  const char *id,
                                                  struct pressmark_article **article,
                                                  struct pressmark_error *err);

/* Frees the article and all that was borrowed from it; NULL is a no-op. Since 0.1. */
PRESSMARK_API void pressmark_article_free(struct pressmark_article *article);

/* The first value of a field, or "". Borrowed until the article is freed. Since 0.1. */
PRESSMARK_API const char *pressmark_article_text(const struct pressmark_article *article,
                                                 enum pressmark_field field);

/* Value k of a field, or NULL when there are no more. Borrowed likewise. Since 0.1. */
PRESSMARK_API const char *pressmark_article_value(const struct pressmark_article *article,
                                                  enum pressmark_field field, size_t k);

/*
 * Highlights a query's words in the article's stored body.
 *
 * options: NULL, or those of a search, of which dialect, time_ms (what was found until
 *     then) and cancel count.
 * starts, ends: filled with at most capacity pairs of byte offsets, in order; may be NULL
 *     when capacity is 0.
 * count: set to the number of highlights that there are.
 * Statuses: CANCELLED, NO_MEMORY. Since 0.1.
 */
PRESSMARK_API enum pressmark_status pressmark_article_highlight(
    struct pressmark_searcher *searcher, const struct pressmark_article *article,
    const char *query, const struct pressmark_search_options *options, size_t capacity,
    size_t *starts, size_t *ends, size_t *count, struct pressmark_error *err);

/* --- completion
 * ------------------------------------------------------------------------ */

/* Words of an index. Immutable; share freely. */
struct pressmark_words;

/*
 * Finds the words that begin with prefix, whatever its case and accents, those that occur
 * in the most articles first.
 *
 * prefix: borrowed for the call; of the empty one there are none.
 * limit: words at most; default 10.
 * words: owned by the caller, who frees them.
 * Statuses: those of pressmark_search. Since 0.1.
 */
PRESSMARK_API enum pressmark_status pressmark_complete(
    struct pressmark_searcher *searcher, const char *prefix, unsigned limit,
    struct pressmark_words **words, struct pressmark_error *err);

/* Word i as it is written most often, and in about how many articles it occurs (may be
 * NULL; an article with two of its forms counts twice); NULL when there are no more.
 * Borrowed until the words are freed. Since 0.1. */
PRESSMARK_API const char *pressmark_words_get(const struct pressmark_words *words,
                                              size_t i, uint64_t *articles);

/* Frees the words; NULL is a no-op. Since 0.1. */
PRESSMARK_API void pressmark_words_free(struct pressmark_words *words);

#ifdef __cplusplus
}
#endif
#endif
