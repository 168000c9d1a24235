/* schema.h - the terms and columns that an article becomes in any segment.
 *
 * Stems are terms without a prefix: they begin with no upper-case ASCII letter, `=` or
 * `!`. A form term `=stem TAB form` carries the positions of one form of a stem. Filter
 * terms begin with an upper-case letter (Omega's prefixes where they exist). Boundary
 * terms begin with `!`. */
#ifndef COMMON_INDEX_SCHEMA_H
#define COMMON_INDEX_SCHEMA_H

#include "common/article.h"
#include "common/buffer.h"
#include "common/slice.h"
#include "common/text/token.h"

#include <stdint.h>

enum { SCHEMA_TERM_MAX = 245 };

/* A built term. */
struct schema_term {
    char bytes[SCHEMA_TERM_MAX];
    size_t size;
};

static inline struct slice schema_slice(const struct schema_term *t)
{
    return (struct slice){t->bytes, t->size};
}

/* What the filter terms of ids begin with. */
#define SCHEMA_ID_PREFIX 'Q'

/* The fields that a query can filter by. */
enum schema_filter {
    SCHEMA_SOURCE,
    SCHEMA_AUTHOR,
    SCHEMA_SECTION,
    SCHEMA_PLACE,
    SCHEMA_PERSON,
    SCHEMA_TAG,
    SCHEMA_LANGUAGE,
    SCHEMA_SITE,
    SCHEMA_ID,
    SCHEMA_URL,
    SCHEMA_AUTHOR_NAME, /* not for queries: the whole of a name, to be counted */
    SCHEMA_PERSON_NAME,
    SCHEMA_ORIGIN, /* not for queries: the input that it came from */
    SCHEMA_COPY,   /* nor: the id that it may be a copy of */
    SCHEMA_FILTER_COUNT
};

/* The term of a value: folded, blanks made one, long values cut and hashed. Ids, URLs
 * and origins are taken byte by byte. */
void schema_filter_term(enum schema_filter filter, struct slice value,
                        struct schema_term *term);

/* The term of a stem in a related headline. It is none of the text's words. */
void schema_link_term(struct slice stem, struct schema_term *term);

/* Calls add with every filter term of an article, those of its links' words included;
 * stops at the first failure. */
enum status schema_each_filter(const struct article *a, const struct token_list *links,
                               enum status add(void *context, struct slice term),
                               void *context);

/* The prefix of the form terms of a stem; what follows it is the form. */
void schema_form_prefix(struct slice stem, struct schema_term *prefix);

/* The term of one form. It always fits: a form has at most TEXT_WORD_MAX bytes, and a
 * long stem is hashed. */
void schema_form_term(struct slice stem, struct slice form, struct schema_term *term);

#define SCHEMA_SENTENCE  "!S" /* first words of sentences */
#define SCHEMA_PARAGRAPH "!P" /* first words of paragraphs */
#define SCHEMA_QUOTE     "!Q" /* first words of quotations */
#define SCHEMA_QUOTE_END "!E" /* positions after their last words, in the same order */

/* What a segment keeps of every article in flat arrays. */
struct schema_columns {
    int64_t published_s; /* DATE_NONE when unknown */
    uint32_t length;     /* sum of wdf */
    uint32_t title_end;  /* positions, as in text_analysis */
    uint32_t lead_end;
    uint32_t words; /* tokens of title, summary and body, wholes not counted */
};

enum { SCHEMA_COLUMNS_SIZE = 24 };

void schema_columns_encode(const struct schema_columns *c,
                           char bytes[SCHEMA_COLUMNS_SIZE]);
bool schema_columns_decode(struct slice bytes, struct schema_columns *c);

/* The hash of a content as a number: its first eight bytes. */
uint64_t schema_hash(struct slice hash128);

#endif
