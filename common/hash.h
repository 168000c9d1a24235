/* hash.h - xxHash, as this project uses it. */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H

#include "common/slice.h"

#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t hash_bytes(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

/* 16 bytes that stand for a content: the canonical (big-endian) form of XXH3-128. */
struct hash128 {
    unsigned char bytes[16];
};

static inline struct hash128 hash_content(struct slice content)
{
    struct hash128 h;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(content.data, content.size));
    memcpy(h.bytes, canonical.digest, sizeof h.bytes);
    return h;
}

#endif
