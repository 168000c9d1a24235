/* compact.h - few large segments instead of many small ones. */
#ifndef INDEXER_COMPACT_H
#define INDEXER_COMPACT_H

#include "common/index/writer.h"

/* Merges sealed segments until there are few of each size; with `all`, seals the live
 * segment too and makes one segment without dead articles. Ends early, with what is
 * complete, when *stop is set. */
enum status compact(struct index_writer *w, bool all, const volatile sig_atomic_t *stop,
                    struct status_error *err);

#endif
