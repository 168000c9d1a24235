/* segment.h - one part of an index, whatever kind it is of.
 *
 * Document ids count from 1 and mean nothing outside their segment. A segment and all
 * that was opened from it belong to one thread. Reading functions keep the first failure
 * in the segment and then behave as if nothing more were there: ask segment_failed when
 * the work is done. STALE means: reopen the index and repeat. */
#ifndef COMMON_INDEX_SEGMENT_H
#define COMMON_INDEX_SEGMENT_H

#include "common/buffer.h"
#include "common/index/schema.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdint.h>

/* The docid of a cursor that is at its end. */
#define SEGMENT_END UINT32_MAX

enum { SEGMENT_BLOCK = 128 };

struct segment_term {
    uint32_t doc_freq;
    uint64_t collection_freq; /* sum of wdf */
};

/* A number of every document. Positions are as in text_analysis. */
enum segment_column {
    SEGMENT_PUBLISHED, /* seconds, or DATE_NONE */
    SEGMENT_TITLE_END,
    SEGMENT_LEAD_END,
    SEGMENT_WORDS,
    SEGMENT_HASH /* of the content: tells documents with equal scores apart */
};

/* A form of a stem, and in how many articles it occurs. */
struct segment_form {
    struct slice text; /* valid until the list is freed */
    uint32_t doc_freq;
};

struct segment_forms {
    struct segment_form *items;
    size_t count;
    size_t capacity;
    struct arena arena;
};

struct segment_positions {
    uint32_t *items; /* ascending */
    size_t count;
    size_t capacity;
};

struct segment;

/* Postings of one term, a block at a time. */
struct segment_cursor {
    struct segment *segment;
    const uint32_t *docids; /* of the block, ascending */
    const uint32_t *wdfs;
    uint32_t at, count; /* count 0: the end */
    uint32_t doc_freq;
    /* Of a sealed segment, where each block is known before it is read: the last docid of
     * each, and what bounds its scores (segment_block_bound). Else NULL. */
    const uint32_t *lasts;
    const uint16_t *bounds;
    uint32_t block_count;
};

struct segment_ops {
    void (*close)(struct segment *s);
    void (*term)(struct segment *s, struct slice term, struct segment_term *out);
    struct segment_cursor *(*cursor_open)(struct segment *s, struct slice term);
    void (*cursor_close)(struct segment_cursor *c);
    /* Loads the first block whose last docid is >= target; `at` is left at 0. */
    void (*cursor_load)(struct segment_cursor *c, uint32_t target);
    /* Where blocks are known (NULL: they are not): loads block i, the first posting;
     * reads block i into arrays of SEGMENT_BLOCK (wdfs may be NULL) and leaves the cursor
     * where it is; reads its wdfs alone. */
    void (*cursor_load_block)(struct segment_cursor *c, uint32_t i);
    uint32_t (*cursor_read_block)(struct segment_cursor *c, uint32_t i, uint32_t *docids,
                                  uint32_t *wdfs);
    void (*cursor_read_wdfs)(struct segment_cursor *c, uint32_t i, uint32_t *wdfs);
    /* The list of forms of a stem, in the order of their indices. */
    void (*forms)(struct segment *s, struct slice stem, struct segment_forms *out);
    /* Positions of the forms that are wanted (NULL: of all) in the document that the
     * cursor stands on; forms are those of the cursor's term. */
    void (*positions)(struct segment_cursor *c, const struct segment_forms *forms,
                      const bool *wanted, struct segment_positions *out);
    void (*boundaries)(struct segment *s, const char *boundary, uint32_t docid,
                       struct segment_positions *out);
    void (*each_term)(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice term, uint32_t doc_freq),
                      void *context);
    /* Words only, with their forms, which are valid during the visit. */
    void (*each_word)(struct segment *s, struct slice prefix,
                      bool visit(void *context, struct slice stem,
                                 const struct segment_forms *forms),
                      void *context);
    /* Fills in s->lengths. */
    bool (*load_lengths)(struct segment *s);
    int64_t (*column)(struct segment *s, enum segment_column column, uint32_t docid);
    /* Appends the record of the stored article. */
    void (*record)(struct segment *s, uint32_t docid, struct buffer *record);
};

/* The head of every kind's own structure. */
struct segment {
    const struct segment_ops *ops;
    uint32_t articles;  /* living */
    uint32_t documents; /* dead ones included; statistics of terms are of these */
    uint32_t docid_end; /* above every docid */
    uint64_t total_length;
    const uint64_t *dead;    /* bit docid: it is to be left out; NULL: none is */
    const uint32_t *lengths; /* by docid; NULL before segment_load_lengths */
    void *scratch;           /* of the matcher, from malloc; freed with the segment */
    enum status failed;
    struct status_error error;
};

/* The segment's first failure: its status, its message in err. OK when there is none. */
enum status segment_failed(const struct segment *s, struct status_error *err);

/* Records a failure, for the kinds' own use. Returns code. */
enum status segment_fail(struct segment *s, enum status code,
                         const struct status_error *err);

void segment_close(struct segment *s);

static inline void segment_get_term(struct segment *s, struct slice term,
                                    struct segment_term *out)
{
    s->ops->term(s, term, out);
}

/* A cursor on the first posting of a term (the empty term: all articles, wdf 1); NULL
 * when there is no memory. An unknown term gives a cursor at its end. */
struct segment_cursor *segment_cursor_open(struct segment *s, struct slice term);
void segment_cursor_close(struct segment_cursor *c);

static inline uint32_t segment_cursor_docid(const struct segment_cursor *c)
{
    return c->count ? c->docids[c->at] : SEGMENT_END;
}

static inline uint32_t segment_cursor_wdf(const struct segment_cursor *c)
{
    return c->wdfs[c->at];
}

/* Moves to the first posting at or after target; stays when it is there already. Returns
 * the docid. */
uint32_t segment_cursor_advance(struct segment_cursor *c, uint32_t target);

static inline uint32_t segment_cursor_next(struct segment_cursor *c)
{
    if (c->at + 1 < c->count)
        return c->docids[++c->at];
    return c->count ? segment_cursor_advance(c, c->docids[c->at] + 1) : SEGMENT_END;
}

/* Loads the lengths when they are not there yet. */
static inline bool segment_load_lengths(struct segment *s)
{
    return s->lengths || s->ops->load_lengths(s);
}

static inline int64_t segment_column(struct segment *s, enum segment_column column,
                                     uint32_t docid)
{
    return s->ops->column(s, column, docid);
}

static inline bool segment_is_dead(const struct segment *s, uint32_t docid)
{
    return s->dead && s->dead[docid / 64] >> (docid % 64) & 1;
}

/* The parameters of the bounds: no posting of a block has a greater wdf / (k + wdf) than
 * its bound, where k = SEGMENT_BOUND_K1 * (1 - SEGMENT_BOUND_B + SEGMENT_BOUND_B * length
 * / mean length of the segment's documents). */
#define SEGMENT_BOUND_K1 1.2
#define SEGMENT_BOUND_B  0.75

static inline double segment_block_bound(const struct segment_cursor *c, uint32_t block)
{
    return c->bounds ? (c->bounds[block] + 1) / 65536.0 : 1;
}

/* A posting of the block has no less than this share, where the bounds are exact: they
 * are rounded, after a millionth is added. The block has bounds. */
static inline double segment_block_reach(const struct segment_cursor *c, uint32_t block)
{
    return c->bounds[block] / 65536.0 - 2e-6;
}

void segment_forms_free(struct segment_forms *f);

/* Appends a copy of a form; for the kinds' own use. False when there is no memory. */
bool segment_forms_add(struct segment_forms *f, struct slice form, uint32_t doc_freq);

#endif
