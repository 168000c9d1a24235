/* html.h - the article on an HTML page: its text, and what the page says about itself. */
#ifndef INDEXER_HTML_HTML_H
#define INDEXER_HTML_HTML_H

#include "common/article.h"
#include "indexer/html/main_text.h"
#include "indexer/html/page.h"

/* What one page after another is read with. {0} is one; use one per thread. */
struct html {
    struct page page;
    enum main_text_part *parts;
    size_t part_capacity;
    struct buffer body;
};

void html_free(struct html *h);

/* Fills the (reset) article from a page in valid UTF-8 that was found at address (empty:
 * unknown, and links are kept only when they are absolute). The id is the canonical URL
 * when there is one. LIMIT when the page is nested too deep or says too much of itself;
 * NO_MEMORY. */
enum status html_read(struct html *h, struct slice text, struct slice address,
                      const struct page_limits *limits, struct article *a);

#endif
