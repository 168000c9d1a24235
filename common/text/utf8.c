#include "common/text/utf8.h"

#include <string.h>

uint32_t utf8_decode(const char *at, const char *end, size_t *size)
{
    const unsigned char *p = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    *size = 1;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] >= 0xC2 && p[0] < 0xE0) {
        if (left < 2 || (p[1] & 0xC0) != 0x80)
            return UTF8_REPLACEMENT;
        *size = 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] >= 0xE0 && p[0] < 0xF0) {
        if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
            return UTF8_REPLACEMENT;
        uint32_t code =
            (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3Fu);
        if (code < 0x800 || (code >= 0xD800 && code < 0xE000))
            return UTF8_REPLACEMENT;
        *size = 3;
        return code;
    }
    if (p[0] >= 0xF0 && p[0] < 0xF5) {
        if (left < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 ||
            (p[3] & 0xC0) != 0x80)
            return UTF8_REPLACEMENT;
        uint32_t code = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
                        (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3Fu);
        if (code < 0x10000 || code >= 0x110000)
            return UTF8_REPLACEMENT;
        *size = 4;
        return code;
    }
    return UTF8_REPLACEMENT;
}

/* Eight ASCII bytes, none of them zero. */
static bool is_plain(uint64_t eight)
{
    return !((eight | (eight - 0x0101010101010101u)) & 0x8080808080808080u);
}

size_t utf8_valid_prefix(const char *text, size_t size)
{
    if (size == 0) /* text may be NULL */
        return 0;
    const char *at = text;
    const char *end = text + size;
    while (at < end) {
        uint64_t eight;
        if (end - at >= 8 && (memcpy(&eight, at, 8), is_plain(eight))) {
            at += 8;
            continue;
        }
        size_t n;
        /* a real U+FFFD is three bytes long, a bad byte is one */
        if (*at == '\0' || (utf8_decode(at, end, &n) == UTF8_REPLACEMENT && n == 1))
            break;
        at += n;
    }
    return (size_t)(at - text);
}

enum status utf8_append_repaired(struct buffer *out, struct slice text, uint64_t *bad)
{
    while (text.size > 0) {
        size_t good = utf8_valid_prefix(text.data, text.size);
        buffer_append(out, text.data, good);
        text.data += good;
        text.size -= good;
        if (text.size > 0) {
            buffer_append(out, "\xEF\xBF\xBD", 3);
            text.data++;
            text.size--;
            (*bad)++;
        }
    }
    return out->failed;
}

size_t utf8_cut(const char *text, size_t size, size_t limit)
{
    if (limit >= size)
        return size;
    while (limit > 0 && ((unsigned char)text[limit] & 0xC0) == 0x80)
        limit--;
    return limit;
}
