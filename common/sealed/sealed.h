/* sealed.h - a sealed segment: an inverted index in one file that never changes.
 *
 * FORMAT.md describes the bytes. Documents are numbered from 1 in the order in which they
 * were added. There are two kinds of terms: words have positions, and flags (filter
 * terms) only tell in which documents they are. */
#ifndef COMMON_SEALED_SEALED_H
#define COMMON_SEALED_SEALED_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <signal.h>
#include <stdint.h>

enum {
    SEALED_TERM_MAX = 255,            /* bytes of a term, of a form */
    SEALED_BLOCK = 128,               /* postings of a block */
    SEALED_DOCUMENTS_MAX = 1 << 29,   /* of a segment */
    SEALED_POSITIONS_MAX = 1 << 28,   /* of a document */
    SEALED_RECORD_MAX = (1 << 30) + 1 /* bytes of a stored record */
};

/* What is not known of a date. */
#define SEALED_NO_DATE INT64_MIN

/* Positions count from 1. The title has those below title_end. When there is a title,
 * field_gap positions behind it are not used. The lead goes from there to below lead_end,
 * and no position is position_end or more. A word's wdf is the number of its positions,
 * those in the title counted twice; `length` is the sum of all. */
struct sealed_document {
    int64_t published_s; /* or SEALED_NO_DATE */
    uint64_t hash;       /* of its content */
    uint32_t length;
    uint32_t title_end, lead_end, position_end;
    uint32_t words;
};

/* Where sentences and paragraphs begin; quotations as their first position and the one
 * past the last, in turn. Ascending. */
enum sealed_boundary {
    SEALED_SENTENCES,
    SEALED_PARAGRAPHS,
    SEALED_QUOTES,
    SEALED_BOUNDARY_COUNT
};

struct sealed_positions {
    uint32_t *items;
    size_t count;
    size_t capacity;
};

/* How a word was written, and in how many documents. */
struct sealed_form {
    struct slice text;
    uint32_t doc_freq;
};

/* At most SEALED_BLOCK postings of one term. Arrays of `positions` and `forms` run over
 * all of them; a form is an index of the term's list. */
struct sealed_postings {
    size_t count;
    uint32_t docids[SEALED_BLOCK];
    uint32_t occurrences[SEALED_BLOCK]; /* of words: 1 or more */
    struct sealed_positions positions;
    struct sealed_positions forms;
};

void sealed_postings_free(struct sealed_postings *p);

enum status sealed_positions_grow(struct sealed_positions *p, size_t more);

/* Makes room for so many more. */
static inline enum status sealed_positions_reserve(struct sealed_positions *p,
                                                   size_t more)
{
    if (p->items && more <= p->capacity - p->count)
        return STATUS_OK;
    return sealed_positions_grow(p, more);
}

/* ---------------------------------------------------------------- writing */

/* Use one per thread. */
struct sealed_writer;

/* Creates the file (replaces what is there). level: of packing for stored records. */
enum status sealed_writer_open(const char *path, uint32_t field_gap, int level,
                               struct sealed_writer **out, struct status_error *err);

/* Adds the next document with its stored record and boundaries. All documents come before
 * the first term. LIMIT, NO_MEMORY, IO, NO_SPACE. */
enum status sealed_writer_document(
    struct sealed_writer *w, const struct sealed_document *document, struct slice record,
    const struct sealed_positions boundaries[SEALED_BOUNDARY_COUNT],
    struct status_error *err);

/* The order of the forms of a word: the commonest first, then by their bytes. */
int sealed_compare_forms(const struct sealed_form *a, const struct sealed_form *b);

/* Begins a word (with its forms, the commonest first; at least one) or a flag (no forms);
 * terms ascend bytewise. doc_freq is the number of postings that follow. */
enum status sealed_writer_term(struct sealed_writer *w, struct slice term,
                               uint32_t doc_freq, const struct sealed_form *forms,
                               size_t form_count, struct status_error *err);

/* Adds the term's next postings: a whole block each time but for the last. */
enum status sealed_writer_postings(struct sealed_writer *w,
                                   const struct sealed_postings *p,
                                   struct status_error *err);

/* The hash of a document that was added. */
uint64_t sealed_writer_hash(const struct sealed_writer *w, uint32_t docid);

/* Number of documents so far; bytes that the writer holds in memory. */
uint32_t sealed_writer_documents(const struct sealed_writer *w);
size_t sealed_writer_memory(const struct sealed_writer *w);

/* Writes the rest and flushes it to the disk. Then only close is allowed. */
enum status sealed_writer_finish(struct sealed_writer *w, struct status_error *err);

/* Closes; a file that was not finished is removed. */
void sealed_writer_close(struct sealed_writer *w);

/* ---------------------------------------------------------------- reading */

/* Immutable; share freely. */
struct sealed_reader;

/* Maps the file and checks its frame, not its contents. NOT_FOUND, CORRUPT, VERSION, IO,
 * NO_MEMORY. */
enum status sealed_reader_open(const char *path, struct sealed_reader **out,
                               struct status_error *err);
void sealed_reader_close(struct sealed_reader *r);

uint32_t sealed_reader_documents(const struct sealed_reader *r);
uint64_t sealed_reader_total_length(const struct sealed_reader *r);
uint32_t sealed_reader_field_gap(const struct sealed_reader *r);
uint64_t sealed_reader_bytes(const struct sealed_reader *r);

/* Names a section and tells its bytes; false when there is no section i. */
bool sealed_reader_section(const struct sealed_reader *r, size_t i, const char **name,
                           uint64_t *bytes);

/* Verifies the checksum of every section. CORRUPT names the section. */
enum status sealed_reader_verify(const struct sealed_reader *r, struct status_error *err);

/* Reads the zones of all documents into memory (8 bytes each), which positions are read
 * faster with; not thread-safe. NO_MEMORY, CORRUPT. */
enum status sealed_reader_load_zones(struct sealed_reader *r, struct status_error *err);

/* Lets go of the pages of the file that are in memory. */
void sealed_reader_release(const struct sealed_reader *r);

/* Columns. */
enum sealed_column {
    SEALED_PUBLISHED,
    SEALED_LENGTH,
    SEALED_TITLE_END,
    SEALED_LEAD_END,
    SEALED_POSITION_END,
    SEALED_WORDS,
    SEALED_COLUMN_COUNT
};

/* The value of a document; 0 where the file is damaged. docid must be in range. */
int64_t sealed_column_get(const struct sealed_reader *r, enum sealed_column column,
                          uint32_t docid);

/* The lengths of all documents: out[docid]; out[0] is left alone. */
void sealed_lengths(const struct sealed_reader *r, uint32_t *out);

uint64_t sealed_hash(const struct sealed_reader *r, uint32_t docid);

/* Blocks of stored records that were unpacked last. {0} is none. Use one per thread, and
 * for one file. */
enum { SEALED_UNPACKED = 32 };

struct sealed_unpacked {
    struct sealed_unpacked_block {
        const char *packed; /* where it lies in the file; NULL: nothing yet */
        struct buffer plain;
        uint64_t used_at;
    } blocks[SEALED_UNPACKED];
    uint64_t clock;
};

void sealed_unpacked_free(struct sealed_unpacked *u);

/* Appends the stored record of a document. CORRUPT. */
enum status sealed_record(const struct sealed_reader *r, struct sealed_unpacked *unpacked,
                          uint32_t docid, struct buffer *record,
                          struct status_error *err);

/* Replaces out by the boundaries of one kind in a document. CORRUPT, NO_MEMORY. */
enum status sealed_boundaries(const struct sealed_reader *r, uint32_t docid,
                              enum sealed_boundary kind, struct sealed_positions *out,
                              struct status_error *err);

/* A term of the dictionary. */
struct sealed_term {
    uint32_t doc_freq;
    uint64_t collection_freq; /* sum of wdf; 0 of a flag */
    bool is_word;
    uint64_t offset;         /* of its data in their section */
    uint64_t positions_size; /* bytes at the front that hold positions */
    uint64_t size;           /* of all its data */
};

/* Looks a term up. False when it is not there. *damaged tells that its place in the
 * dictionary cannot be read. */
bool sealed_find(const struct sealed_reader *r, struct slice term,
                 struct sealed_term *out, bool *damaged);

/* A walk over the terms in order: the term at hand is `bytes` and `term`. */
struct sealed_terms {
    const struct sealed_reader *reader;
    size_t block;            /* of the dictionary, the next one */
    const uint8_t *at, *end; /* of the block at hand */
    uint64_t offset;         /* of the next term's data */
    char bytes[SEALED_TERM_MAX];
    size_t size;
    struct sealed_term term;
    bool damaged;
};

/* Starts before the first term that is `from` or more. */
void sealed_terms_start(struct sealed_terms *t, const struct sealed_reader *r,
                        struct slice from);

/* Moves to the next term; false at the end, or when the file is damaged. */
bool sealed_terms_next(struct sealed_terms *t);

/* The forms of a word, in the order of their indices; text lies in arena. CORRUPT,
 * NO_MEMORY. */
struct arena;
enum status sealed_forms(const struct sealed_reader *r, struct slice text,
                         const struct sealed_term *term, struct arena *arena,
                         struct sealed_form **forms, size_t *count,
                         struct status_error *err);

/* The positions of a loaded block, read in order. */
struct sealed_place {
    bool is_open;    /* on the loaded block */
    bool from_start; /* of the block: `occurrence` is known */
    const uint8_t *data;
    size_t first, at, end; /* in bits: of the block's positions, of the next, of all */
    const uint8_t *marks;  /* of a whole block; NULL */
    uint32_t next;         /* posting whose positions come next */
    size_t occurrence;     /* its first, in the block */
    bool has_forms;        /* of the loaded block: */
    struct sealed_positions exceptions; /* pairs: occurrence, form that is not 0 */
};

/* The postings of a term, a block at a time. Use one per thread. */
struct sealed_cursor {
    const struct sealed_reader *reader;
    struct sealed_term term;
    size_t form_count;
    uint32_t block_count, loaded; /* block_count: none */
    uint32_t *lasts;              /* last docid of each block */
    uint16_t *bounds;             /* of each block, see sealed_bound; NULL: not known */
    uint64_t *offsets;            /* of each block's postings */
    uint64_t *positions_at;       /* of each block's positions; NULL: not yet needed */
    const uint8_t *blocks, *position_sizes, *end;
    uint32_t count; /* postings of the loaded block */
    uint32_t docids[SEALED_BLOCK];
    uint32_t wdfs[SEALED_BLOCK]; /* 0 of a flag */
    struct sealed_place place;
    bool damaged; /* what is not readable is left out */
};

/* Opens the postings; no block is loaded. NO_MEMORY, CORRUPT. */
enum status sealed_cursor_open(struct sealed_cursor *c, const struct sealed_reader *r,
                               const struct sealed_term *term, struct status_error *err);
void sealed_cursor_close(struct sealed_cursor *c);

/* Loads block i (below block_count). False when it is damaged. */
bool sealed_cursor_load(struct sealed_cursor *c, uint32_t i);

/* Decodes block i into arrays of SEALED_BLOCK numbers (wdfs may be NULL, and is left
 * alone for a flag) and leaves the cursor where it is. *count tells how many. False when
 * it is damaged. */
bool sealed_cursor_read(struct sealed_cursor *c, uint32_t i, uint32_t *docids,
                        uint32_t *wdfs, uint32_t *count);

/* The wdfs alone, when the docids were read without them. */
bool sealed_cursor_read_wdfs(struct sealed_cursor *c, uint32_t i, uint32_t *wdfs);

/* Appends the positions of posting i of the loaded block, and with forms, as many
 * indices of forms. Cheapest when i ascends. False when they are damaged, or there is no
 * memory. */
bool sealed_cursor_positions(struct sealed_cursor *c, uint32_t i,
                             struct sealed_positions *positions,
                             struct sealed_positions *forms);

/* No posting of a block with this number has wdf / (k + wdf) above it, where k =
 * SEALED_BOUND_K1 * (1 - SEALED_BOUND_B + SEALED_BOUND_B * length / mean length of the
 * documents of this file). */
#define SEALED_BOUND_K1 1.2
#define SEALED_BOUND_B  0.75

static inline double sealed_bound(uint16_t number)
{
    return (number + 1) / 65536.0;
}

/* ---------------------------------------------------------------- merging */

/* A segment that is merged. */
struct sealed_input {
    struct sealed_reader *reader;
    const uint64_t *dead; /* bit docid set: left out; NULL: none is */
};

/* Writes the living documents of the inputs, one input after the other, as one segment,
 * the same as if they had been added to one writer. Verifies the inputs first, so that no
 * damage gets a new checksum. Ends early, with status OK and *stopped true, when *stop
 * (may be NULL) is set; nothing is written then. CORRUPT, ARGUMENT, LIMIT, NO_MEMORY, IO,
 * NO_SPACE. */
enum status sealed_merge(const struct sealed_input *inputs, size_t count,
                         const char *path, int level, const volatile sig_atomic_t *stop,
                         bool *stopped, struct status_error *err);

#endif
