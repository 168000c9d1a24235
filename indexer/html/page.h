/* page.h - an HTML page, flattened: its blocks of text in reading order, the elements
 * they stand in, and what the page says about itself. The parser is libxml2's, by events:
 * no tree is built, so that size and nesting are bounded where they arise. */
#ifndef INDEXER_HTML_PAGE_H
#define INDEXER_HTML_PAGE_H

#include "common/arena.h"
#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdint.h>

/* What an element is, by its name and by what its attributes tell. */
enum page_kind {
    PAGE_BLOCK = 1 << 0,    /* its text is set apart from what is around it */
    PAGE_LEFT_OUT = 1 << 1, /* nothing in it is text to be read */
    PAGE_PARAGRAPH = 1 << 2,
    PAGE_HEADING = 1 << 3,
    PAGE_LIST = 1 << 4,
    PAGE_ITEM = 1 << 5, /* of a list */
    PAGE_TABLE = 1 << 6,
    PAGE_QUOTE = 1 << 7,
    PAGE_CAPTION = 1 << 8,
    PAGE_LINK = 1 << 9,
    PAGE_ASIDE = 1 << 10,   /* aside, nav, footer and the like */
    PAGE_ARTICLE = 1 << 11, /* article, main */
    PAGE_CHROME =
        1 << 12, /* its class or id tells of comments, sharing, advertisements */
    PAGE_RELATED = 1 << 13, /* the same, of related articles */
    PAGE_ROW = 1 << 14,     /* of a table */
    PAGE_BODY = 1 << 15     /* it is named as the text of the article */
};

enum { PAGE_NONE = UINT32_MAX };

/* An element whose text is set apart. */
struct page_element {
    uint32_t parent;      /* PAGE_NONE: it has none */
    uint32_t kind;        /* bits of enum page_kind */
    uint32_t end_element; /* behind the last element in it */
    uint32_t first_block, end_block;
};

/* A run of text that no other element interrupts. */
struct page_block {
    uint32_t element; /* in which it stands */
    uint32_t link;    /* the first link in it, or PAGE_NONE */
    size_t at, size;  /* in the text of the page */
    uint32_t letters; /* characters but blanks; one that stands for a word counts three */
    uint32_t link_letters; /* of these in links */
    uint32_t commas;
    bool sentence; /* it ends as a sentence does */
};

enum page_fact_kind {
    PAGE_META,
    PAGE_CANONICAL,
    PAGE_BASE,
    PAGE_TITLE,
    PAGE_TIME,
    PAGE_LANGUAGE,
    PAGE_LD_JSON
};

/* What the page says of itself; UTF-8. */
struct page_fact {
    enum page_fact_kind kind;
    struct slice name; /* of a <meta>: its name, property or itemprop */
    struct slice value;
};

struct page {
    struct page_element *elements;
    struct page_block *blocks;
    struct page_fact *facts;
    struct slice *links; /* addresses, as they are written */
    size_t element_count, block_count, fact_count, link_count;
    size_t element_capacity, block_capacity, fact_capacity, link_capacity;
    struct buffer text;
    struct arena arena; /* owns what facts and links point to */
};

/* What a page may have at most. */
struct page_limits {
    unsigned nesting; /* elements in elements */
};

/* {0} is an empty page; one may be filled again and again. Use one per thread. */
void page_free(struct page *p);

/* Fills the page from valid UTF-8. LIMIT when it is nested too deep or
 * has a tag with too many attributes, NO_MEMORY. */
enum status page_parse(struct page *p, struct slice html,
                       const struct page_limits *limits);

struct slice page_block_text(const struct page *p, const struct page_block *b);

/* Whether the element is, or stands in, one of a kind. */
bool page_is_in(const struct page *p, uint32_t element, uint32_t kinds);

#endif
