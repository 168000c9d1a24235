/* main_text.h - which of a page's blocks are the article. */
#ifndef INDEXER_HTML_MAIN_TEXT_H
#define INDEXER_HTML_MAIN_TEXT_H

#include "indexer/html/page.h"

enum main_text_part {
    MAIN_TEXT_NONE,
    MAIN_TEXT_BODY,
    MAIN_TEXT_RELATED /* the linked headline of another article */
};

/* Tells of each block of the page what it is: parts has a place for each. NO_MEMORY. */
enum status main_text_find(const struct page *p, enum main_text_part *parts);

#endif
