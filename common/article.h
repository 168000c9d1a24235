/* article.h - the article: its fields, and the record that an index stores of it. */
#ifndef COMMON_ARTICLE_H
#define COMMON_ARTICLE_H

#include "common/arena.h"
#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdint.h>

/* X(NAME, "key in JSON", tag in a stored record, holds a list). Tags are fixed. */
#define ARTICLE_FIELD_MAP(X)       \
    X(ID, "id", 1, 0)              \
    X(URL, "url", 2, 0)            \
    X(TITLE, "title", 3, 0)        \
    X(SUMMARY, "summary", 4, 0)    \
    X(BODY, "body", 5, 0)          \
    X(DATE, "date", 6, 0)          \
    X(UPDATED, "updated", 7, 0)    \
    X(SOURCE, "source", 8, 0)      \
    X(AUTHOR, "author", 9, 1)      \
    X(SECTION, "section", 10, 0)   \
    X(LANGUAGE, "language", 11, 0) \
    X(TAGS, "tags", 12, 1)         \
    X(PLACES, "places", 13, 1)     \
    X(PEOPLE, "people", 14, 1)     \
    X(TOPICS, "topics", 15, 1)     \
    X(RELATED, "related", 16, 1)   \
    X(RELATED_URL, "related_url", 17, 1)

enum article_field {
#define ARTICLE_FIELD_ENUM(name, key, tag, list) ARTICLE_##name,
    ARTICLE_FIELD_MAP(ARTICLE_FIELD_ENUM)
#undef ARTICLE_FIELD_ENUM
        ARTICLE_FIELD_COUNT
};

/* Limits of one article; what is beyond is rejected by name. */
enum {
    ARTICLE_ID_MAX = 4096,       /* bytes of an id */
    ARTICLE_VALUES_MAX = 10000,  /* values of one list */
    ARTICLE_RECORD_MAX = 1 << 30 /* bytes of a stored record */
};

struct article_values {
    struct slice *items;
    size_t count;
    size_t capacity;
};

/* A field holds no value, one, or (a list) several; all text is valid UTF-8. RELATED_URL
 * runs parallel to RELATED: an empty slice where a headline has no address. DATE and
 * UPDATED hold the text that date_format gives; the moments are in published_s and
 * updated_s. Use one per thread. */
struct article {
    struct article_values fields[ARTICLE_FIELD_COUNT];
    int64_t published_s; /* DATE_NONE when unknown */
    int64_t updated_s;
    /* The input that it came from, which is none of its content; empty: not known. Kept
     * neither in a record nor over a reset; borrowed. */
    struct slice origin;
    /* The key of the first of those that it may be a reprint of (article_copy_key);
     * empty: it is of none. Kept in a record, but none of its content either. */
    struct slice copy_of;
    struct arena arena; /* owns what article_add copied */
};

void article_init(struct article *a);
void article_free(struct article *a);

/* Empties the article and keeps it usable. */
void article_reset(struct article *a);

/* Appends a value, borrowed: value must outlive the article or its next reset. */
enum status article_add_borrowed(struct article *a, enum article_field field,
                                 struct slice value);

/* Appends a copy of the value. */
enum status article_add(struct article *a, enum article_field field, struct slice value);

/* Replaces the values of a field by one, borrowed. */
enum status article_set_borrowed(struct article *a, enum article_field field,
                                 struct slice value);

/* The first value, or the empty slice. */
struct slice article_text(const struct article *a, enum article_field field);

/* What stands for an article in the copy_of of others: its id, and the hash of its
 * content at that time (16 digits before it), so that it is known whether it is still the
 * same. */
enum { ARTICLE_COPY_OF_MAX = 16 + ARTICLE_ID_MAX + 1 };
size_t article_copy_key(struct slice id, uint64_t hash, char key[ARTICLE_COPY_OF_MAX]);

/* The id in a key, and its hash; false: it is none. */
bool article_read_copy_key(struct slice key, struct slice *id, uint64_t *hash);

/* Sets copy_of to the key of another article. NO_MEMORY. */
enum status article_set_copy_of(struct article *a, struct slice id, uint64_t hash);

/* Sets DATE or UPDATED and its moment; DATE_NONE removes it. */
enum status article_set_date(struct article *a, enum article_field field, int64_t moment);

/* The key of a field in JSON; whether it holds a list. */
const char *article_field_key(enum article_field field);
bool article_field_is_list(enum article_field field);

/* Appends the record of the article: for every value its tag (1 byte), its size (varint)
 * and its bytes. Equal articles have equal records. */
enum status article_encode(const struct article *a, struct buffer *record);

/* Fills the (reset) article with slices into record, which must outlive it. CORRUPT when
 * the bytes are no record. */
enum status article_decode(struct article *a, struct slice record);

#endif
