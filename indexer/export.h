/* export.h - an index as plain Xapian databases. */
#ifndef INDEXER_EXPORT_H
#define INDEXER_EXPORT_H

#include "common/status.h"

struct export_summary {
    unsigned long long articles, without_text;
};

/* Each part needs so many files open. */
enum { EXPORT_PARTS_MAX = 1000, EXPORT_PART_FILES = 12 };

/* Writes the stored articles into a database at folder, which must not exist yet; or,
 * with parts above 1, into folder/1, folder/2, ..., by their ids. It is there as a whole
 * or not at all. See common/index/stock.h. NOT_FOUND, ARGUMENT, IO, NO_SPACE, CORRUPT. */
enum status export_xapian(const char *index, const char *folder, unsigned parts,
                          struct export_summary *summary, struct status_error *err);

#endif
