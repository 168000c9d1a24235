/* inverter.h - articles in, a sealed segment out. */
#ifndef INDEXER_INVERT_INVERTER_H
#define INDEXER_INVERT_INVERTER_H

#include "common/article.h"
#include "common/sealed/sealed.h"
#include "common/text/analysis.h"

/* Use one per thread. */
struct inverter;

enum status inverter_new(struct inverter **out, struct status_error *err);
void inverter_free(struct inverter *inv);

/* Begins a segment in a new file of the folder; what does not fit into memory goes into
 * nameless files beside it. */
enum status inverter_begin(struct inverter *inv, const char *folder, const char *path,
                           struct status_error *err);

/* True between inverter_begin and inverter_seal. */
bool inverter_has_begun(const struct inverter *inv);

/* Most articles between two spills, and words of the table that their tokens are of. */
enum {
    INVERTER_ARTICLES_MAX = (1 << 18) - 1,
    INVERTER_WORDS_MAX = (1 << 23) - (1 << 20)
};

/* An article made ready. */
struct inverter_article {
    const struct article *article; /* for its filter terms */
    const struct text_analysis *analysis;
    struct slice record; /* what is stored */
    uint64_t hash;       /* of its content */
};

/* Adds an article; it gets the next docid, from 1. LIMIT when it has too many positions;
 * then nothing was added. */
enum status inverter_add(struct inverter *inv, const struct inverter_article *in,
                         struct status_error *err);

/* The same from parts, for the articles of a segment: first all documents with their
 * flags, then the occurrences of each word. The caller numbers the words. */
enum status inverter_add_document(struct inverter *inv,
                                  const struct sealed_document *document,
                                  struct slice record,
                                  const struct sealed_positions *boundaries,
                                  struct status_error *err);
enum status inverter_add_flag(struct inverter *inv, struct slice flag, uint32_t docid);
enum status inverter_add_occurrence(struct inverter *inv, uint32_t word, uint32_t docid,
                                    uint32_t position);

/* The last docid with this id's flag, 0 when there is none; the hash of a document. */
uint32_t inverter_find(const struct inverter *inv, struct slice flag);
uint64_t inverter_hash(const struct inverter *inv, uint32_t docid);

/* Articles of the segment so far, and of them those since the last spill; memory that the
 * inverter holds; how often it was spilled. */
uint32_t inverter_articles(const struct inverter *inv);
uint32_t inverter_unspilled(const struct inverter *inv);
size_t inverter_bytes(const struct inverter *inv);
size_t inverter_id_bytes(const struct inverter *inv); /* that spilling leaves */
size_t inverter_spills(const struct inverter *inv);

/* After a spill: gives memory back until so many bytes are held for occurrences. */
void inverter_trim(struct inverter *inv, size_t bytes);

/* Moves what is in memory to the disk. words are those of the tokens that were added;
 * they may be forgotten after. */
enum status inverter_spill(struct inverter *inv, const struct text_words *words,
                           struct status_error *err);

/* Writes the segment and flushes it to the disk. Forgets the words when it needs their
 * memory. */
enum status inverter_seal(struct inverter *inv, struct text_words *words,
                          struct status_error *err);

/* The same for words that the caller numbered, and nothing was spilled. */
enum status inverter_seal_words(struct inverter *inv,
                                const struct text_word *const *words, size_t count,
                                struct status_error *err);

/* Drops the segment at hand and its file. */
void inverter_cancel(struct inverter *inv);

#endif
