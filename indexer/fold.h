/* fold.h - the live segment becomes a sealed one. */
#ifndef INDEXER_FOLD_H
#define INDEXER_FOLD_H

#include "common/index/writer.h"

/* A live segment with more articles than this is to be folded: every update of it costs
 * more, and it takes ten times the space. */
enum { FOLD_ARTICLES = 4096 };

/* Seals what the live segment holds as of the last commit and publishes that in its
 * place. Nothing happens when there is none. */
enum status fold_live(struct index_writer *w, struct status_error *err);

#endif
