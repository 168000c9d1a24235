/* sealed_file.h - what a sealed file is when it is open; for this folder only. */
#ifndef COMMON_SEALED_SEALED_FILE_H
#define COMMON_SEALED_SEALED_FILE_H

#include "common/sealed/positions.h"
#include "common/sealed/sections.h"

struct sealed_reader {
    char *path;
    struct sections sections;
    struct slice columns[SEALED_COLUMN_COUNT];
    struct zones *zones; /* by docid; NULL until they are loaded */
};

/* The zones of a document; false when its columns are damaged. */
bool sealed_read_zones(const struct sealed_reader *r, uint32_t docid, struct zones *out);

static inline bool sealed_zones(const struct sealed_reader *r, uint32_t docid,
                                struct zones *out)
{
    if (!r->zones)
        return sealed_read_zones(r, docid, out);
    *out = r->zones[docid];
    return true;
}

/* CORRUPT, with a message that names the file and what of it. */
enum status sealed_damaged(const struct sealed_reader *r, const char *what,
                           struct status_error *err);

/* A date as it stands in its column: no date is 0, and dates from 1970 on are raised by
 * one to make room for it. So a frame of the column with and without dates stays narrow.
 */
static inline int64_t sealed_pack_date(int64_t date)
{
    return date == SEALED_NO_DATE ? 0 : date >= 0 && date < INT64_MAX ? date + 1 : date;
}

static inline int64_t sealed_unpack_date(int64_t packed)
{
    return packed == 0 ? SEALED_NO_DATE : packed > 0 ? packed - 1 : packed;
}

#endif
