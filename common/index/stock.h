/* stock.h - an article as a document of a plain Xapian database, which any of Xapian's
 * tools can search; and back.
 *
 * Words are those of Xapian's TermGenerator: of title (twice), summary and body, and of
 * the title with the prefix S; those with accents also without, at the same positions.
 * Filters are the terms of schema.h. Data is a line `name=value` for each value of the
 * article, a line end within written as `\n` and a backslash as `\\`; before them caption
 * and sample, as Omega shows them. */
#ifndef COMMON_INDEX_STOCK_H
#define COMMON_INDEX_STOCK_H

#include "common/article.h"
#include "common/xapian/xap_stock.h"

/* Slots of values: the date as YYYYMMDDhhmmss; the same, and what is later than all dates
 * when there is none. */
enum { STOCK_DATE = 0, STOCK_DATE_LAST = 1 };

/* Metadata: `1 LANGUAGE`, the version of all this and what words are stemmed for; `1 auto
 * LANGUAGE...` when each article has its own. */
#define STOCK_METADATA "pressmark"
#define STOCK_VERSION  "1 "

#define STOCK_TITLE "S"

enum { STOCK_DATE_SIZE = 16 };

/* Returns text. */
const char *stock_date(int64_t moment, char text[STOCK_DATE_SIZE]);

/* As articles and queries need them. ARGUMENT, as of xap_terms_new. */
enum status stock_terms(const char *language, struct xap_terms **out,
                        struct status_error *err);

/* Fills a document that is empty. NO_MEMORY, LIMIT (of a text of a gigabyte). */
enum status stock_document(const struct article *a, struct xap_terms *terms,
                           struct xap_document *d, struct status_error *err);

/* Reads an article (which is reset) from a document's data; values are copied. What is no
 * line of an article is left out. NO_MEMORY. */
enum status stock_read(struct slice data, struct article *a);

#endif
