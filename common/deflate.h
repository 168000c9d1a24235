/* deflate.h - one record packed with zlib. */
#ifndef COMMON_DEFLATE_H
#define COMMON_DEFLATE_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

/* Appends the packed form: the size (varint), then a zlib stream. */
enum status deflate_pack(struct slice plain, struct buffer *packed,
                         struct status_error *err);

/* Appends what was packed. CORRUPT when the bytes are not whole. */
enum status deflate_unpack(struct slice packed, struct buffer *plain,
                           struct status_error *err);

#endif
