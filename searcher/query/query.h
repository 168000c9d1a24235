/* query.h - what a query means, as a tree. Parsing never fails: any bytes are a query. */
#ifndef SEARCHER_QUERY_QUERY_H
#define SEARCHER_QUERY_QUERY_H

#include "common/arena.h"
#include "common/buffer.h"
#include "common/date.h"
#include "common/index/schema.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>

/* Limits; what is beyond is cut, with a warning. */
enum {
    QUERY_BYTES_MAX = 64 * 1024,
    QUERY_TERMS_MAX = 4096,
    QUERY_PHRASE_MAX = 100,
    QUERY_WIDE_MAX = 256, /* words that one with wildcards or edits stands for */
    QUERY_DISTANCE_MAX = 1000000,
    QUERY_DEPTH_MAX = 100,
    QUERY_WARNINGS_MAX = 8
};

enum query_kind {
    QUERY_NOTHING, /* matches nothing: the empty query */
    QUERY_WORD,    /* text; may hold several words when it is tokenised */
    QUERY_PHRASE,  /* text: these very words in this order */
    QUERY_FILTER,  /* filter and text */
    QUERY_DATE,    /* range */
    QUERY_LENGTH,  /* lengths */
    QUERY_AND,
    QUERY_OR,
    QUERY_NOT,  /* one child */
    QUERY_BAG,  /* juxtaposition; the children's `occur` counts */
    QUERY_NEAR, /* children; the link of each but the first ties it to the one before */
    QUERY_AT_LEAST /* one child, `count` times */
};

enum query_occur { QUERY_SHOULD, QUERY_MUST, QUERY_MUST_NOT };

enum query_zone {
    QUERY_ANYWHERE,
    QUERY_TITLE,
    QUERY_LEAD,
    QUERY_HEADLINE_LEAD,
    QUERY_IN_BODY,
    QUERY_IN_QUOTE,
    QUERY_IN_LINKS
};

enum query_link_kind {
    LINK_NEAR,   /* within `distance` words, in any order */
    LINK_BEFORE, /* in this order */
    LINK_SENTENCE,
    LINK_PARAGRAPH
};

/* How a part of QUERY_NEAR stands to the one before it. */
struct query_link {
    enum query_link_kind kind;
    unsigned distance;
    bool negative; /* one before it has none of this part as the link says */
};

/* How wildcards and edits widen a word. */
struct query_width {
    bool pattern;   /* `*` is any letters, `?` one */
    unsigned edits; /* 0 to 2 */
};

/* Numbers of words, both included. */
struct query_lengths {
    uint32_t from, to;
};

/* What w/n means: in any order, or in this order. */
enum query_dialect { DIALECT_NEXIS, DIALECT_FACTIVA };

struct query_manner {
    int64_t now; /* the moment that words such as `yesterday` are of */
    enum query_dialect dialect;
};

struct query_node {
    enum query_kind kind;
    enum query_occur occur;   /* in a bag */
    enum query_zone zone;     /* of words and phrases */
    bool exact;               /* `=word`: case and accents as typed */
    bool acronym;             /* capitals that mean something: `US` is not `us` */
    struct query_width width; /* of words */
    unsigned first;           /* of words and phrases: among the first so many; 0: any */
    unsigned slop;            /* of phrases: words that may stand between */
    unsigned count;
    struct query_link link; /* of a part of QUERY_NEAR */
    struct query_lengths lengths;
    enum schema_filter filter;
    bool alternative;  /* of dates: `date:` beside `date:` is either */
    struct slice text; /* borrowed from the query's copy */
    struct date_range range;
    struct query_node *child; /* first */
    struct query_node *next;  /* sibling */
    struct query_node *last;  /* while parsing: a child behind which others are added */
};

/* A word that stands for others too. */
static inline bool query_is_wide(const struct query_node *n)
{
    return n->width.pattern || n->width.edits > 0;
}

struct query {
    struct query_node *root;
    char *warnings[QUERY_WARNINGS_MAX];
    size_t warning_count;
    bool is_required;   /* a lone part had a plus, which the tree does not show */
    struct arena arena; /* owns everything */
};

/* Parses text. NO_MEMORY is the only failure. */
enum status query_parse(struct slice text, const struct query_manner *manner,
                        struct query *out);
void query_free(struct query *q);

/* Appends the tree as a query that would be read the same. */
void query_print(const struct query_node *root, struct buffer *out);

/* Adds a warning, formatted; the first QUERY_WARNINGS_MAX are kept. */
void query_warn(struct query *q, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
