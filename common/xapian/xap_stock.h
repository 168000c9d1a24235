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

/* The plain form of a word, for xap_terms_new. */
typedef size_t xap_fold(struct slice word, char *folded);
enum { XAP_FOLDED_MAX = 200 };

/* language: a code, or `none`. fold: words are found by their plain forms too; of a word
 * that is longer than XAP_FOLDED_MAX it is not asked. ARGUMENT. Use one per thread. */
enum status xap_terms_new(const char *language, xap_fold *fold, struct xap_terms **out,
                          struct status_error *err);
void xap_terms_free(struct xap_terms *t);

/* Adds a text's words, each counting `weight` times. prefix: "", or what stands before
 * the words of a field, such as S. */
enum status xap_document_add_text(struct xap_document *d, struct xap_terms *t,
                                  struct slice text, const char *prefix, uint32_t weight,
                                  struct status_error *err);

/* Adds the plain forms of the words that were added, at the same positions. */
enum status xap_document_add_folded(struct xap_document *d, struct xap_terms *t,
                                    struct status_error *err);

/* Makes a database of one, as small as can be. */
enum status xap_compact(const char *from, const char *to, struct status_error *err);

/* --- queries --- */

struct xap_query;

void xap_query_free(struct xap_query *q);

/* Matches every document; none. */
enum status xap_query_all(struct xap_query **out, struct status_error *err);
enum status xap_query_none(struct xap_query **out, struct status_error *err);

/* Documents with a term, which adds nothing to the score. */
enum status xap_query_filter(struct slice term, struct xap_query **out,
                             struct status_error *err);

/* One word by its stems in some languages; several as a phrase of the words in their
 * plain forms, with `slop` others between. *out is NULL when there are no words. */
enum status xap_query_words(struct xap_terms *const *terms, size_t count,
                            struct slice text, const char *prefix, bool is_phrase,
                            unsigned slop, struct xap_query **out,
                            struct status_error *err);

/* Words that begin so, the `most` most frequent. */
enum status xap_query_beginning(struct xap_terms *t, struct slice text,
                                const char *prefix, unsigned most, struct xap_query **out,
                                struct status_error *err);

/* Values of a slot from `from` to `to`, bytewise; an empty one is no bound. */
enum status xap_query_range(uint32_t slot, struct slice from, struct slice to,
                            struct xap_query **out, struct status_error *err);

/* Words in their plain forms, each at most `distance` behind the one before, or around
 * it.
 */
enum status xap_query_near(struct xap_terms *t, const struct slice *words, size_t count,
                           const char *prefix, bool in_order, unsigned distance,
                           struct xap_query **out, struct status_error *err);

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

/* What is asked of each host: metadata, which must be the same on all, and begin so. */
struct xap_marker {
    const char *key, *beginning;
};

/* Connections to hosts. */
struct xap_remote;

/* Connects to all hosts at once; those that fail, do not answer in time or have another
 * marker than the first of the others are marked. hosts: borrowed until the end. IO: none
 * is left. */
enum status xap_remote_connect(struct xap_host *hosts, size_t count,
                               const struct xap_marker *marker, unsigned wait_ms,
                               struct xap_remote **out, struct status_error *err);
void xap_remote_close(struct xap_remote *r);

/* The metadata of the marker, borrowed. */
const char *xap_remote_marker(const struct xap_remote *r);

enum xap_order { XAP_BY_SCORE, XAP_FALLING, XAP_RISING };

struct xap_request {
    const struct xap_query *query;
    uint32_t first, count; /* hits */
    bool count_all;        /* else the total may be a lower bound */
    enum xap_order order;
    uint32_t slot; /* of the values that it is by */
    double k1, b, min_length;
    bool (*ends)(void *context); /* asked between hits, by any thread: whether there is no
                                    time left */
    void *context;               /* of ends and visit */
};

struct xap_total {
    uint64_t matches;
    bool is_exact;
    bool is_cut; /* hits are missing because the request ended */
};

/* Searches the hosts as one database: when one fails or does not answer in time it is
 * marked, and the search is made again without it. visit: each hit in order, with the
 * document's data. IO when none is left; else what Xapian says. */
enum status xap_remote_search(struct xap_remote *r, const struct xap_request *request,
                              void visit(void *context, double score, struct slice data),
                              struct xap_total *total, struct status_error *err);

#ifdef __cplusplus
}
#endif
#endif
