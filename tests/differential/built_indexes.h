/* built_indexes.h - the same articles in indexes that were built in different ways. */
#ifndef TESTS_DIFFERENTIAL_BUILT_INDEXES_H
#define TESTS_DIFFERENTIAL_BUILT_INDEXES_H

#include "searcher/include/pressmark.h"
#include "tests/differential/random_news.h"

enum { BUILT_PATH_SIZE = 512 };

/* Article by article; at once; in parts, with the dead still there; as two indexes that
 * are searched as one. */
enum way { LIVE, SEALED, PARTS, PAIR, WAYS };

struct built {
    char paths[2][BUILT_PATH_SIZE];
    size_t path_count;
    struct pressmark_searcher *searcher;
    bool has_dead; /* statistics count them: scores are others */
};

struct built_indexes {
    const char *indexer, *folder;
    uint64_t seed;
    struct news news;
    const char *language, *store;
    struct fate *fates;
    struct built built[WAYS];
};

/* Builds and opens them, with so many articles (0: it is chosen). A failure ends the
 * program. */
void built_indexes_open(struct built_indexes *b, uint64_t seed, unsigned articles);

/* Makes one sealed segment of LIVE and one of PARTS. */
void built_indexes_compact(struct built_indexes *b);

void built_indexes_close(struct built_indexes *b, bool keep_files);

#endif
