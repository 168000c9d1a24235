/* reprints.h - which articles may be reprints of earlier ones.
 *
 * An article with much of an earlier one's text is noted as a copy of it (`copy_of`, and
 * a filter term). Which of the copies really are, their texts tell when they are found:
 * see searcher/collapse.c. Earlier articles of the same run are known by sketches of
 * their texts, in memory; those of before by the rarest of the words. */
#ifndef INDEXER_REPRINTS_H
#define INDEXER_REPRINTS_H

#include "common/article.h"
#include "common/index/analyser.h"

/* The articles of one run. Safe to call from any thread. */
struct reprints;

/* bytes_max: memory for the sketches; when it is full, the earliest half is forgotten.
 * text_is_stored: else nothing can be compared later, and estimates decide. NULL when
 * there is no memory. */
struct reprints *reprints_new(size_t bytes_max, bool text_is_stored);
void reprints_free(struct reprints *r);

/* Looks articles up. Use one per thread. */
struct reprint_finder;

/* path: of the index, whose articles of before are looked through. The analyser is that
 * of the articles, and borrowed; so is r. */
enum status reprint_finder_new(struct reprints *r, const char *path,
                               struct analyser *analyser, struct reprint_finder **out,
                               struct status_error *err);
void reprint_finder_free(struct reprint_finder *f);

/* Sets article->copy_of (into its arena) when an earlier article has much of its text,
 * and notes the article. hash: of its content, as in its segment; analysis: of its text.
 */
enum status reprint_finder_find(struct reprint_finder *f, struct article *article,
                                uint64_t hash, const struct text_analysis *analysis,
                                struct status_error *err);

#endif
