/* live.h - a live segment: a Xapian database that changes. */
#ifndef COMMON_INDEX_LIVE_H
#define COMMON_INDEX_LIVE_H

#include "common/article.h"
#include "common/hash.h"
#include "common/index/segment.h"
#include "common/text/analysis.h"
#include "common/xapian/xap.h"

/* Value slots. */
enum { LIVE_SLOT_COLUMNS = 0, LIVE_SLOT_HASH = 1 };

/* Opens the last commit for reading. */
enum status live_open(const char *path, struct segment **out, struct status_error *err);

/* Moves an open live segment to the last commit; *moved tells whether there was a newer
 * one. Cursors of before become invalid. */
enum status live_refresh(struct segment *s, bool *moved, struct status_error *err);

/* The key under which a live segment keeps the tombstones that changes to it have put on
 * a sealed segment, since the manifest was written. */
#define LIVE_DEAD_PREFIX "dead:"

/* Appends the metadata under key; nothing when there is none. */
enum status live_metadata(struct segment *s, struct slice key, struct buffer *out,
                          struct status_error *err);

/* What live_build needs from one article to the next. Use one per thread. */
struct live_builder {
    struct xap_document *document; /* the result */
    struct live_occurrence *occurrences;
    size_t capacity;
    struct buffer packed;
    struct deflate_packer *packer;
};

enum status live_builder_init(struct live_builder *b, struct status_error *err);
void live_builder_free(struct live_builder *b);

/* An article made ready for a live segment. */
struct live_article {
    const struct article *article;
    const struct text_analysis *analysis;
    struct slice record; /* what is stored */
    struct hash128 hash; /* of the article's content */
    unsigned title_weight, lead_weight;
};

/* Builds the document of an article in b->document. */
enum status live_build(struct live_builder *b, const struct live_article *in,
                       struct status_error *err);

#endif
