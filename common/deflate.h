/* deflate.h - bytes packed as a zlib stream, by libdeflate: on news it packs twice as
 * fast as zlib, a hundredth smaller, and unpacks 2.4 times as fast (tests/bench). */
#ifndef COMMON_DEFLATE_H
#define COMMON_DEFLATE_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

struct deflate_packer;

/* level: 1 to 12; 6 is usual. NULL: no memory. Use one per thread. */
struct deflate_packer *deflate_packer_new(int level);
void deflate_packer_free(struct deflate_packer *p);

/* Appends the packed form: the size (varint), then a zlib stream. NO_MEMORY, LIMIT. */
enum status deflate_pack(struct deflate_packer *p, struct slice plain,
                         struct buffer *packed, struct status_error *err);

/* Appends what was packed. CORRUPT when the bytes are not whole. */
enum status deflate_unpack(struct slice packed, struct buffer *plain,
                           struct status_error *err);

#endif
