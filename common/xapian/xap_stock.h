/* xap_stock.h - databases as Xapian's own tools make and search them: words by its
 * TermGenerator (as they are, with positions; and stemmed, with the prefix Z), queries by
 * its matcher, also on other machines (xapian-tcpsrv). Of those only addresses are taken,
 * never a path, a stub or a program. */
#ifndef COMMON_XAPIAN_XAP_STOCK_H
#define COMMON_XAPIAN_XAP_STOCK_H

#include "common/xapian/xap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- words --- */

struct xap_terms;

/* language: a code, or `none`. ARGUMENT. Use one per thread. */
enum status xap_terms_new(const char *language, struct xap_terms **out,
                          struct status_error *err);
void xap_terms_free(struct xap_terms *t);

/* Adds a text's words, each counting `weight` times. prefix: "", or what stands before
 * the words of a field, such as S. */
enum status xap_document_add_text(struct xap_document *d, struct xap_terms *t,
                                  struct slice text, const char *prefix, uint32_t weight,
                                  struct status_error *err);

/* --- queries --- */

struct xap_query;

void xap_query_free(struct xap_query *q);

/* Matches every document; none. */
enum status xap_query_all(struct xap_query **out, struct status_error *err);
enum status xap_query_none(struct xap_query **out, struct status_error *err);

/* Documents with a term, which adds nothing to the score. */
enum status xap_query_filter(struct slice term, struct xap_query **out,
                             struct status_error *err);

/* One word by its stem; several as a phrase of the words as they are, with `slop` others
 * between. No words: matches nothing. */
enum status xap_query_words(struct xap_terms *t, struct slice text, const char *prefix,
                            bool is_phrase, unsigned slop, struct xap_query **out,
                            struct status_error *err);

/* Words that begin so, the `most` most frequent. */
enum status xap_query_beginning(struct slice text, const char *prefix, unsigned most,
                                struct xap_query **out, struct status_error *err);

/* Values of a slot from `from` to `to`, bytewise; an empty one is no bound. */
enum status xap_query_range(uint32_t slot, struct slice from, struct slice to,
                            struct xap_query **out, struct status_error *err);

/* Words as they are within a window of so many. */
enum status xap_query_near(const struct slice *words, size_t count, bool in_order,
                           unsigned window, struct xap_query **out,
                           struct status_error *err);

enum xap_join { XAP_AND, XAP_OR, XAP_AND_NOT, XAP_AND_MAYBE, XAP_FILTER };

/* Makes q what it and `other` are together. */
enum status xap_query_join(struct xap_query *q, enum xap_join join,
                           const struct xap_query *other, struct status_error *err);

/* --- other machines --- */

struct xap_host {
    const char *name;
    unsigned port;
    bool failed;
    struct status_error why;
};

enum xap_order { XAP_BY_SCORE, XAP_FALLING, XAP_RISING };

struct xap_request {
    const struct xap_query *query;
    uint32_t first, count; /* hits */
    bool count_all;        /* else the total may be an estimate */
    enum xap_order order;
    uint32_t slot; /* of the values that it is by */
    double k1, b, min_length;
    unsigned wait_ms; /* for any answer of a host: four times that in all */
};

struct xap_total {
    uint64_t matches;
    bool is_exact;
};

/* Searches hosts as one database, those that failed left out: when one fails or does not
 * answer in time it is marked, and the search is made again without it. visit: each hit
 * in order, with the document's data. IO when none is left; else what Xapian says. */
enum status xap_remote_search(struct xap_host *hosts, size_t count,
                              const struct xap_request *request,
                              void visit(void *context, double score, struct slice data),
                              void *context, struct xap_total *total,
                              struct status_error *err);

/* The metadata under key of the first host that answers, the same on all of them; others
 * are marked as failed. IO when none does. */
enum status xap_remote_metadata(struct xap_host *hosts, size_t count, const char *key,
                                unsigned wait_ms, struct buffer *out,
                                struct status_error *err);

#ifdef __cplusplus
}
#endif
#endif
