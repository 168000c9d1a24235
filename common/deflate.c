#include "common/deflate.h"

#include <zlib.h>

enum { LEVEL = 6 };

enum status deflate_pack(struct slice plain, struct buffer *packed,
                         struct status_error *err)
{
    buffer_append_varint(packed, plain.size);
    uLongf size = compressBound(plain.size);
    char *to = buffer_reserve(packed, size);
    if (!to)
        return status_set(err, packed->failed, "%s", status_text(packed->failed));
    int result =
        compress2((Bytef *)to, &size, (const Bytef *)plain.data, plain.size, LEVEL);
    if (result != Z_OK)
        return status_no_memory(err);
    packed->size += size;
    packed->data[packed->size] = '\0';
    return STATUS_OK;
}

enum status deflate_unpack(struct slice packed, struct buffer *plain,
                           struct status_error *err)
{
    const char *at = packed.data;
    const char *end = packed.data + packed.size;
    uint64_t size;
    char *to = NULL;
    if (buffer_read_varint(&at, end, &size) && size <= plain->max_size)
        to = buffer_reserve(plain, (size_t)size);
    if (!to && plain->failed == STATUS_NO_MEMORY)
        return status_no_memory(err);
    uLongf got = (uLongf)size;
    if (!to ||
        uncompress((Bytef *)to, &got, (const Bytef *)at, (uLong)(end - at)) != Z_OK ||
        got != size)
        return status_set(err, STATUS_CORRUPT, "a stored article is damaged");
    plain->size += got;
    plain->data[plain->size] = '\0';
    return STATUS_OK;
}
