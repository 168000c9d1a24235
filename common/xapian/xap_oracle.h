/* xap_oracle.h - Xapian's own matcher, for tests alone: not linked into any product. */
#ifndef COMMON_XAPIAN_XAP_ORACLE_H
#define COMMON_XAPIAN_XAP_ORACLE_H

#include "common/xapian/xap.h"

#ifdef __cplusplus
extern "C" {
#endif

enum xap_oracle_operator { XAP_ORACLE_OR, XAP_ORACLE_AND, XAP_ORACLE_AND_NOT };

/* The best `limit` documents for terms joined by the operator (AND_NOT: the first term
 * without the others), by BM25 with k1, b, k3 = 0, min_normlen = 0. *count is what was
 * found. */
enum status xap_oracle_search(const char *path, enum xap_oracle_operator operation,
                              const struct slice *terms, size_t term_count, double k1,
                              double b, size_t limit, uint32_t *docids, double *scores,
                              size_t *count, struct status_error *err);

#ifdef __cplusplus
}
#endif
#endif
