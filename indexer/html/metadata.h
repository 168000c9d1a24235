/* metadata.h - what a page says about its article, best source first. */
#ifndef INDEXER_HTML_METADATA_H
#define INDEXER_HTML_METADATA_H

#include "common/article.h"
#include "indexer/html/page.h"

/* Fills the fields of the article but its body and related headlines. address: where the
 * page was found, or empty. *text is the body as the page's JSON-LD has it, or empty: the
 * article's, until its next reset. NO_MEMORY, LIMIT. */
enum status metadata_read(const struct page *p, struct slice address, struct article *a,
                          struct slice *text);

/* The address that a link means: absolute, copied into the article; empty when it is none
 * of the web. */
enum status metadata_resolve(const struct page *p, struct slice address,
                             struct slice link, struct article *a, struct slice *out);

/* Adds a value when the field has none yet or is a list: blanks trimmed, entities read.
 */
enum status metadata_add(struct article *a, enum article_field field, struct slice value);

#endif
