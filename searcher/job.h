/* job.h - one search at work; for this folder only. */
#ifndef SEARCHER_JOB_H
#define SEARCHER_JOB_H

#include "searcher/internal.h"
#include "searcher/match/plan_text.h"

struct job {
    struct slice text;
    const struct pressmark_search_options *options;
    struct date_range range; /* of since and until */
    bool has_range;
    struct query_manner manner;
    struct query query;
    struct query_node *asked;       /* the query as it was parsed */
    enum pressmark_verdict verdict; /* that is tried, of a quotation; or 0 */
    bool quote_is_long; /* it has more words than a phrase: all of them are compared */
    struct plan plan;
    struct plan_node *selection; /* what related articles must match; NULL: nothing */
    struct pressmark_results *results;
    struct article article;          /* at hand */
    struct article origin;           /* to which others are related, without its text */
    struct match_place origin_place; /* its place in the index; or none */
    struct text_analysis analysis;
    struct buffer snippet;
    struct budget budget;
    struct budget showing; /* of snippets: a little longer */
    size_t limit;          /* matches that are collected */
};

static inline bool job_is_related(const struct job *job)
{
    return job->options->related_to || job->options->related_text;
}

/* How many matches the options ask for, those that are left out in front included. */
size_t search_hits_wanted(const struct pressmark_search_options *o);

/* Fills in the snippet of the article at hand. */
enum status search_snippet(struct pressmark_searcher *s, struct job *job,
                           struct result_hit *hit, struct status_error *err);

/* Copies how the query was read, and what was odd about it, to the results. */
enum status search_describe(struct job *job, struct status_error *err);

/* Turns the plan of the query into that of articles that are related to one, among those
 * that match the query. NOT_FOUND. */
enum status related_plan(struct pressmark_searcher *s, struct job *job,
                         struct status_error *err);

/* Puts the articles that its editor links to before the others, which may make them more
 * than were asked for. */
enum status related_add_links(struct pressmark_searcher *s, struct job *job,
                              struct matches *m, struct status_error *err);

/* Adds what the best matches are about to the plan. */
enum status feedback_plan(struct pressmark_searcher *s, struct job *job,
                          struct status_error *err);

/* How long the quotation is; ARGUMENT when that is too long to be one. */
enum status quote_check(struct pressmark_searcher *s, struct job *job,
                        struct status_error *err);

/* Makes the query one for the quotation, to get the verdict. NO_MEMORY. */
enum status quote_ask(struct job *job, enum pressmark_verdict verdict);

/* How many matches are needed to choose so many from. */
size_t quote_candidates(const struct job *job, size_t wanted);

/* Puts the nearest wordings first, and leaves out what is none. */
enum status quote_rank(struct pressmark_searcher *s, struct job *job, struct matches *m,
                       struct status_error *err);

/* Fills in where the article at hand, which matches, has the quotation. */
enum status quote_describe(struct pressmark_searcher *s, struct job *job,
                           struct result_hit *hit, struct status_error *err);

/* Folds reprints, until there are so many hits as are wanted. */
enum status collapse(struct pressmark_searcher *s, struct job *job, struct matches *m,
                     size_t wanted, struct status_error *err);

/* Says what may have been meant by words that are found nowhere. */
enum status suggest(struct pressmark_searcher *s, struct job *job,
                    struct status_error *err);

#endif
