#include "common/deflate.h"

#include <libdeflate.h>
#include <stdlib.h>

/* The most that a byte of a stream can stand for is 1032. */
enum { RATIO_MAX = 1100 };

struct deflate_packer *deflate_packer_new(int level)
{
    return (struct deflate_packer *)libdeflate_alloc_compressor(level);
}

static struct libdeflate_compressor *compressor_of(struct deflate_packer *p)
{
    return (struct libdeflate_compressor *)p;
}

void deflate_packer_free(struct deflate_packer *p)
{
    libdeflate_free_compressor(compressor_of(p));
}

enum status deflate_pack(struct deflate_packer *p, struct slice plain,
                         struct buffer *packed, struct status_error *err)
{
    struct libdeflate_compressor *c = compressor_of(p);
    size_t bound = libdeflate_zlib_compress_bound(c, plain.size);
    buffer_append_varint(packed, plain.size);
    char *to = buffer_reserve(packed, bound);
    if (!to)
        return status_set(err, packed->failed, "%s", status_text(packed->failed));
    packed->size += libdeflate_zlib_compress(c, plain.data, plain.size, to, bound);
    packed->data[packed->size] = '\0';
    return STATUS_OK;
}

static enum status damaged(struct status_error *err)
{
    return status_set(err, STATUS_CORRUPT, "a stored article is damaged");
}

enum status deflate_unpack(struct slice packed, struct buffer *plain,
                           struct status_error *err)
{
    const char *at = packed.data, *end = at + packed.size;
    uint64_t size;
    if (!buffer_read_varint(&at, end, &size) || size > plain->max_size - plain->size ||
        size > (uint64_t)packed.size * RATIO_MAX)
        return damaged(err);
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    char *to = d ? buffer_reserve(plain, (size_t)size) : NULL;
    enum libdeflate_result result = LIBDEFLATE_BAD_DATA;
    size_t used = 0;
    if (to)
        result = libdeflate_zlib_decompress_ex(d, at, (size_t)(end - at), to,
                                               (size_t)size, &used, NULL);
    libdeflate_free_decompressor(d);
    if (!to)
        return status_no_memory(err);
    if (result != LIBDEFLATE_SUCCESS || used != (size_t)(end - at))
        return damaged(err);
    plain->size += (size_t)size;
    plain->data[plain->size] = '\0';
    return STATUS_OK;
}
