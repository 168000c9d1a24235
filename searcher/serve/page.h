/* page.h - what the pages for people have in common. */
#ifndef SEARCHER_SERVE_PAGE_H
#define SEARCHER_SERVE_PAGE_H

#include "searcher/serve/http_server.h"

enum { PAGE_HITS = 10, PAGE_FACET_VALUES = 8, PAGE_RELATED = 8, PAGE_COPIES = 8 };

/* What is being looked at, as its address says; NULL and 0: not given. */
struct page_view {
    const char *q, *since, *until, *sort;
    unsigned offset;
};

/* False: something in it is not text. */
bool page_read_view(const struct http_request *request, struct page_view *view);

/* Whether it asks for anything. */
bool page_is_asked(const struct page_view *view);

/* The address of a view, within an attribute. */
void page_address(FILE *out, const struct page_view *view);

/* The address of an article that was found so. */
void page_article_address(FILE *out, const char *id, const struct page_view *view);

/* The page around its middle; the box has the view's query. */
void page_begin(FILE *out, const char *title, const struct page_view *view);
void page_end(FILE *out);

/* `source · date · authors`, of a hit or an article. */
void page_facts(FILE *out, const json_t *article);

/* Adds the articles that an answer names as copies to it, as `copies_read`. */
void page_read_copies(struct http_server *server, const struct http_request *request,
                      json_t *answer);

/* A list of articles. */
void page_links(FILE *out, const json_t *articles, const struct page_view *view);

/* Its title, or what stands for one. */
const char *page_title(const json_t *article);

/* A text of an object, or "". */
const char *page_text(const json_t *object, const char *key);

/* ` filter:"value"`, to be freed; a quotation mark in the value is a blank. */
char *page_filter(const char *filter, const char *value);

/* A heading and what is wrong. */
void page_problem(FILE *out, unsigned status, const char *message);

/* Pictures and lists beside the hits, each value an address that narrows the search. */
void page_timeline(FILE *out, const json_t *answer, const struct page_view *view);
void page_facets(FILE *out, const json_t *answer, const struct page_view *view);

#endif
