/* sealed_segment.h - a sealed file as a segment of an index. */
#ifndef COMMON_INDEX_SEALED_SEGMENT_H
#define COMMON_INDEX_SEALED_SEGMENT_H

#include "common/index/segment.h"
#include "common/index/tombstones.h"
#include "common/sealed/sealed.h"

/* Opens the file with its tombstones (path NULL: none). */
enum status sealed_segment_open(const char *path, const char *dead_path,
                                struct segment **out, struct status_error *err);

/* The tombstones are those of the file and these. Cursors stay valid. CORRUPT,
 * NO_MEMORY. */
enum status sealed_segment_bury(struct segment *s, struct slice more,
                                struct status_error *err);

/* The last document with this filter term; *docid is 0 when there is none. CORRUPT,
 * NO_MEMORY. */
enum status sealed_segment_find(const struct sealed_reader *r, struct slice flag,
                                uint32_t *docid, struct status_error *err);

/* The date of an article stands in a column: its stored record goes without. */
enum status sealed_segment_encode(const struct article *a, bool with_body,
                                  struct buffer *record);

#endif
