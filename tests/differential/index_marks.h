/* index_marks.h - all that an index tells of its articles, as one number for each. */
#ifndef TESTS_DIFFERENTIAL_INDEX_MARKS_H
#define TESTS_DIFFERENTIAL_INDEX_MARKS_H

#include "searcher/internal.h"

struct index_marks {
    uint64_t *articles;  /* by number (random_news.h): terms, positions, boundaries,
                            columns;  0: not there, or left out. The caller frees it */
    uint64_t statistics; /* of all terms of each segment */
    unsigned segments, dead;
    unsigned bad_bounds; /* of blocks, which do not hold */
};

/* Of some of the articles; which, their numbers tell. False: the index cannot be read. */
bool index_marks_make(struct pressmark_searcher *s, unsigned article_count,
                      struct index_marks *out);

#endif
