/* reader.h - what the readers of the formats share; for this folder only. */
#ifndef INDEXER_INPUT_READER_H
#define INDEXER_INPUT_READER_H

#include "common/text/charset.h"
#include "indexer/html/html.h"
#include "indexer/input/input.h"
#include "indexer/input/page_pool.h"
#include "indexer/input/source.h"

struct reader {
    struct source *source;
    const struct input_options *options;
    const struct input_sink *sink;
    struct input_place place; /* of the article at hand */
    struct article article;
    struct buffer text; /* the article as it stands in the file */
    struct buffer repaired;
    struct buffer converted;         /* what a converter made of the member */
    struct buffer joined;            /* a body of several parts */
    struct buffer whole, unpacked;   /* the body of a response */
    struct html html;                /* for pages */
    char charset[CHARSET_NAME_SIZE]; /* of the text at hand; "" while it is not known */
    char wide[CHARSET_NAME_SIZE]; /* that the member was decoded from; "": it was not */
    bool is_json;                 /* whose parser has seen to it that it is valid UTF-8 */
    bool stopped;                 /* the sink wants no more */
    bool found;                   /* something was passed on or rejected */
    uint64_t packed_told, plain_told;
};

/* The formats. */
enum status reader_text(struct reader *r, struct status_error *err);
enum status reader_jsonl(struct reader *r, struct status_error *err);
enum status reader_json(struct reader *r, struct status_error *err);
/* Of tabs and without quotes, or with a delimiter that it finds out and quotes. */
enum status reader_table(struct reader *r, bool tabs, struct status_error *err);
/* The articles of Reuters-21578, or TREC documents. */
enum status reader_sgml(struct reader *r, bool reuters, struct status_error *err);
/* RSS and Atom. */
enum status reader_feed(struct reader *r, struct status_error *err);
/* Messages. */
enum status reader_mbox(struct reader *r, struct status_error *err);
/* NITF and NewsML-G2. */
enum status reader_newsml(struct reader *r, struct status_error *err);

/* Web pages, alone, and in web archives. */
enum status reader_html(struct reader *r, struct status_error *err);
enum status reader_warc(struct reader *r, struct status_error *err);
/* Dumps of wikis. */
enum status reader_mediawiki(struct reader *r, struct status_error *err);

/* Passes the article of a web page on. declared: its character set by a header, or empty;
 * address: where it was found, or empty. */
enum status reader_emit_page(struct reader *r, struct slice page, struct slice declared,
                             struct slice address, struct status_error *err);

/* The same for a page with what is around it, on its way into a pool or out of it. A
 * response that is no page is passed over. */
enum status reader_emit_response(struct reader *r, const struct page_task *task,
                                 struct status_error *err);

/* Whether a task is a page. */
bool reader_is_page(const struct page_task *task);

/* Has the page read: by the pool of the options, where there is one. */
enum status reader_read_page(struct reader *r, const struct page_task *task,
                             struct status_error *err);

/* Passes r->article on: date and id set, related block cut off; rejects it when it has
 * neither title nor body or a limit is exceeded. bad_bytes were repaired in it. */
enum status reader_emit(struct reader *r, uint64_t bad_bytes, struct status_error *err);

/* Rejects what stands at r->place. */
void reader_reject(struct reader *r, const char *reason);

/* The same for what follows there, which may be several articles. */
void reader_reject_rest(struct reader *r, const char *reason);

/* Reads all that is left of a member, which is one article, into r->text; *taken is false
 * when that was too large and is rejected. */
enum status reader_take_rest(struct reader *r, bool *taken, struct status_error *err);

/* Tells what was read since the last time. */
void reader_tell(struct reader *r);

/* Rejects an article of so many bytes. */
void reader_reject_size(struct reader *r, uint64_t bytes);

#endif
