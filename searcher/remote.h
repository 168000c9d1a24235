/* remote.h - archives on other machines: exports (common/index/stock.h) that Xapian's
 * server offers, searched as one with Xapian's matcher. For a part of the query language;
 * what is beyond it is told in warnings. */
#ifndef SEARCHER_REMOTE_H
#define SEARCHER_REMOTE_H

#include "common/xapian/xap_stock.h"
#include "searcher/job.h"

#define REMOTE_PREFIX "tcp:"

/* Whether the path names another machine. */
bool remote_is_path(const char *path);

/* Takes the addresses of `tcp:HOST:PORT`; nothing is asked of them yet. ARGUMENT: one is
 * none. */
enum status remote_open(struct pressmark_searcher *s, const char *const *paths,
                        size_t count, struct status_error *err);
void remote_close(struct remote *r);

/* Searches; hosts that fail or do not answer in time are named in a warning. IO: none
 * answers. UNSUPPORTED: what cannot be asked of other machines. */
enum status remote_search(struct pressmark_searcher *s, struct job *job,
                          struct status_error *err);

/* The article with this id. NOT_FOUND; IO: it may be on a host that does not answer. */
enum status remote_get(struct pressmark_searcher *s, struct slice id, struct article *out,
                       struct status_error *err);

/* How words become terms, in each language that a query is read in; one at least. */
struct remote_words {
    struct xap_terms *items[ANALYSER_LANGUAGES_MAX];
    size_t count;
};

/* A query as Xapian's; adds warnings to it. NO_MEMORY. */
enum status remote_query(struct query *query, const struct remote_words *words,
                         const struct score_parameters *parameters,
                         struct xap_query **out, struct status_error *err);

/* Dates of a range as a query. */
enum status remote_dates(struct date_range range, struct xap_query **out,
                         struct status_error *err);

#endif
