/* xap.h - xapian-core in C: the only folder that knows <xapian.h>.
 *
 * Every call that can fail returns a status and never lets an exception through. Strings
 * are (pointer, size); zero bytes are legal. What is read is copied out in blocks.
 * Nothing here locks: use each handle, and all that was opened from it, in one thread. */
#ifndef COMMON_XAPIAN_XAP_H
#define COMMON_XAPIAN_XAP_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    XAP_TERM_MAX = 245,        /* bytes of a term; each zero byte counts twice */
    XAP_METADATA_KEY_MAX = 253 /* bytes */
};

/* --- reading --- */

struct xap_reader;

/* Opens a glass database for reading: the state of its last commit. Never opens a stub.
 * NOT_FOUND, VERSION, CORRUPT, IO. */
enum status xap_reader_open(const char *path, struct xap_reader **out,
                            struct status_error *err);
void xap_reader_close(struct xap_reader *r);

/* Moves to the last commit; *changed tells whether there was a newer one. What was opened
 * from the reader before must not be used after a change. */
enum status xap_reader_reopen(struct xap_reader *r, bool *changed,
                              struct status_error *err);

struct xap_stats {
    uint32_t doc_count;
    uint32_t last_docid;
    uint64_t total_length; /* sum of the documents' lengths */
    uint64_t revision;     /* of the last commit */
};

enum status xap_reader_stats(struct xap_reader *r, struct xap_stats *out,
                             struct status_error *err);

struct xap_term_info {
    uint32_t doc_freq;        /* 0 for an unknown term */
    uint64_t collection_freq; /* sum of wdf */
    uint32_t wdf_max;         /* an upper bound */
};

enum status xap_get_term_info(struct xap_reader *r, struct slice term,
                              struct xap_term_info *out, struct status_error *err);

/* The postings of a term by docid. An unknown term has none; the empty term has every
 * document, with wdf 1. */
struct xap_postings;
enum status xap_postings_open(struct xap_reader *r, struct slice term,
                              struct xap_postings **out, struct status_error *err);
void xap_postings_close(struct xap_postings *p);

/* Reads up to capacity postings with docid >= target (which must not decrease) that were
 * not read before; *count of them, 0 at the end. */
enum status xap_postings_read(struct xap_postings *p, uint32_t target, size_t capacity,
                              uint32_t *docids, uint32_t *wdfs, size_t *count,
                              struct status_error *err);

/* Appends the positions of term in a document to *positions, an array grown with
 * buffer_grow_array; none when the term is not there. */
enum status xap_positions(struct xap_reader *r, uint32_t docid, struct slice term,
                          uint32_t **positions, size_t *count, size_t *capacity,
                          struct status_error *err);

/* Calls visit with every value of a slot in order of docid. */
enum status xap_each_value(struct xap_reader *r, uint32_t slot,
                           void visit(void *context, uint32_t docid, struct slice value),
                           void *context, struct status_error *err);

/* Appends a value or the document's data to out; nothing when there is none. */
enum status xap_value(struct xap_reader *r, uint32_t docid, uint32_t slot,
                      struct buffer *out, struct status_error *err);
enum status xap_data(struct xap_reader *r, uint32_t docid, struct buffer *out,
                     struct status_error *err);

/* Calls visit with the terms that begin with prefix, in bytewise order, until it returns
 * false. */
enum status xap_each_term(struct xap_reader *r, struct slice prefix,
                          bool visit(void *context, struct slice term, uint32_t doc_freq),
                          void *context, struct status_error *err);

/* Appends the metadata under key; nothing when there is none. */
enum status xap_metadata(struct xap_reader *r, struct slice key, struct buffer *out,
                         struct status_error *err);

/* Verifies the structure of the database on disk, table by table; CORRUPT, NOT_FOUND or
 * IO with the file's name. A damaged file can make Xapian crash: call it in a process
 * that may. */
enum status xap_check(const char *path, struct status_error *err);

/* --- writing --- */

struct xap_writer;

/* Opens (or creates) a glass database for writing and begins a transaction: nothing is on
 * disk before xap_writer_commit. LOCKED when another writer holds it. */
enum status xap_writer_open(const char *path, bool create, struct xap_writer **out,
                            struct status_error *err);

/* Closes without committing what is pending. */
void xap_writer_close(struct xap_writer *w);

/* Commits to disk and begins the next transaction. After any failure of a writing call
 * all that came after the last commit is lost, and the writer is good only for closing.
 */
enum status xap_writer_commit(struct xap_writer *w, struct status_error *err);

/* A reader that sees the pending changes; belongs to the writer. */
struct xap_reader *xap_writer_reader(struct xap_writer *w);

struct xap_document;
struct xap_document *xap_document_new(void); /* NULL: no memory */
void xap_document_free(struct xap_document *d);
enum status xap_document_clear(struct xap_document *d, struct status_error *err);

/* Terms must have 1 to XAP_TERM_MAX bytes (zero bytes twice), else ARGUMENT, and nothing
 * is added. */
enum status xap_document_add_term(struct xap_document *d, struct slice term, uint32_t wdf,
                                  struct status_error *err);
enum status xap_document_add_position(struct xap_document *d, struct slice term,
                                      uint32_t position, struct status_error *err);
enum status xap_document_set_value(struct xap_document *d, uint32_t slot,
                                   struct slice value, struct status_error *err);
enum status xap_document_set_data(struct xap_document *d, struct slice data,
                                  struct status_error *err);

/* docid 0 adds; else the document is replaced. */
enum status xap_writer_put(struct xap_writer *w, uint32_t docid,
                           const struct xap_document *d, struct status_error *err);
enum status xap_writer_delete(struct xap_writer *w, uint32_t docid,
                              struct status_error *err);
enum status xap_writer_set_metadata(struct xap_writer *w, struct slice key,
                                    struct slice value, struct status_error *err);

/* --- stemming --- */

/* Snowball's stemmers. Use one per thread. */
struct xap_stemmer;

/* language: a code such as `en`. ARGUMENT, with the known codes, for others. */
enum status xap_stemmer_new(const char *language, struct xap_stemmer **out,
                            struct status_error *err);
void xap_stemmer_free(struct xap_stemmer *s);

/* Stems a case-folded word into out (as large as the word); returns the size.
 * A word that cannot be stemmed is its own stem. */
size_t xap_stem(struct xap_stemmer *s, struct slice word, char *out);

/* Xapian's version, `1.4.22`. */
const char *xap_version(void);

#ifdef __cplusplus
}
#endif
#endif
