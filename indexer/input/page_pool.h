/* page_pool.h - web pages read by several threads, and passed on in the order in which
 * they came. To read a page takes ten times as long as to analyse its article: one thread
 * would keep the workers waiting. */
#ifndef INDEXER_INPUT_PAGE_POOL_H
#define INDEXER_INPUT_PAGE_POOL_H

#include "indexer/input/input.h"

struct page_pool;

/* A page as it was found; borrowed for the call. */
struct page_task {
    struct input_place place;
    struct slice block;      /* the page, or an HTTP response with it */
    bool is_http;            /* it is a response */
    struct slice media_type; /* where it is none, and one was told */
    struct slice address;    /* or empty */
};

/* Options and sink outlive the pool. The sink is called in the thread that calls the
 * pool. NO_MEMORY. */
enum status page_pool_open(const struct input_options *options,
                           const struct input_sink *sink, unsigned threads,
                           struct page_pool **out, struct status_error *err);

/* Takes a page, and passes on what is done of those before. False when the sink wants no
 * more, or nothing can be read any more: page_pool_drain says why. */
bool page_pool_put(struct page_pool *p, const struct page_task *task);

/* Waits for all pages and passes them on. NO_MEMORY. */
enum status page_pool_drain(struct page_pool *p, struct status_error *err);

void page_pool_close(struct page_pool *p);

#endif
