#include "common/text/charset.h"

#include "common/text/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

/* Names that mean more than they say: browsers read them so (WHATWG, Encoding). */
static const struct {
    const char *label, *name;
} meant[] = {{"iso-8859-1", "windows-1252"},
             {"latin1", "windows-1252"},
             {"us-ascii", "windows-1252"},
             {"ascii", "windows-1252"},
             {"iso-8859-9", "windows-1254"},
             {"iso-8859-11", "windows-874"},
             {"tis-620", "windows-874"},
             {"gb2312", "gb18030"},
             {"gbk", "gb18030"},
             {"x-gbk", "gb18030"},
             {"shift_jis", "windows-31j"},
             {"sjis", "windows-31j"},
             {"x-sjis", "windows-31j"},
             {"euc-kr", "windows-949"},
             {"ks_c_5601-1987", "windows-949"}};

static const char utf8_name[] = "utf-8", western[] = "windows-1252";

/* The name of a declared character set; false when it is none that is known. */
static bool find_name(struct slice label, char name[CHARSET_NAME_SIZE])
{
    UErrorCode code = U_ZERO_ERROR;
    label = slice_trim(label);
    if (label.size == 0 || label.size >= CHARSET_NAME_SIZE)
        return false;
    for (size_t i = 0; i < label.size; i++)
        name[i] = (char)tolower((unsigned char)label.data[i]);
    name[label.size] = '\0';
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        if (strcmp(name, meant[i].label) == 0)
            snprintf(name, CHARSET_NAME_SIZE, "%s", meant[i].name);
    UConverter *converter = ucnv_open(name, &code);
    ucnv_close(converter);
    return U_SUCCESS(code);
}

/* Nothing but marks and letters: what ICU takes Western text for when it is short is no
 * better than the set of most of it. */
static void guess(struct slice text, char name[CHARSET_NAME_SIZE])
{
    enum { LOOKED_AT = 1 << 16, SURE = 40 };
    UErrorCode code = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&code);
    int32_t size = (int32_t)(text.size < LOOKED_AT ? text.size : LOOKED_AT);
    snprintf(name, CHARSET_NAME_SIZE, "%s", western);
    ucsdet_setText(detector, text.data, size, &code);
    const UCharsetMatch *match = ucsdet_detect(detector, &code);
    if (U_SUCCESS(code) && match && ucsdet_getConfidence(match, &code) >= SURE) {
        const char *found = ucsdet_getName(match, &code);
        char known[CHARSET_NAME_SIZE];
        bool is_utf = strncasecmp(found, "UTF", 3) == 0;
        if (U_SUCCESS(code) && !is_utf && find_name(slice_of(found), known))
            snprintf(name, CHARSET_NAME_SIZE, "%s", known);
    }
    ucsdet_close(detector);
}

struct charset_stream {
    UConverter *from, *to;
    UChar pivot[1024], *pivot_source, *pivot_target;
    bool begins;
};

struct charset_stream *charset_stream_open(const char *name)
{
    UErrorCode code = U_ZERO_ERROR;
    struct charset_stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->from = ucnv_open(name, &code);
    s->to = ucnv_open(utf8_name, &code);
    s->pivot_source = s->pivot_target = s->pivot;
    s->begins = true;
    if (U_SUCCESS(code))
        return s;
    charset_stream_close(s);
    return NULL;
}

void charset_stream_close(struct charset_stream *s)
{
    if (!s)
        return;
    ucnv_close(s->from);
    ucnv_close(s->to);
    free(s);
}

enum status charset_stream_convert(struct charset_stream *s, struct slice piece,
                                   bool is_last, struct buffer *out)
{
    UErrorCode code;
    const char *at = piece.size > 0 ? piece.data : "", *end = at + piece.size;
    buffer_clear(out);
    do {
        char part[4096], *target = part;
        code = U_ZERO_ERROR;
        ucnv_convertEx(s->to, s->from, &target, part + sizeof part, &at, end, s->pivot,
                       &s->pivot_source, &s->pivot_target, s->pivot + 1024, s->begins,
                       is_last, &code);
        s->begins = false;
        buffer_append(out, part, (size_t)(target - part));
    } while (code == U_BUFFER_OVERFLOW_ERROR && !out->failed);
    bool is_cut = code == U_TRUNCATED_CHAR_FOUND; /* at the end: it has no character */
    return out->failed || (U_FAILURE(code) && !is_cut) ? STATUS_NO_MEMORY : STATUS_OK;
}

/* A zero byte is no text, whatever set it was in. */
static enum status replace_zeros(struct buffer *text)
{
    uint64_t bad = 0;
    struct buffer good = BUFFER_INIT(text->max_size);
    if (text->size == 0 || !memchr(text->data, '\0', text->size))
        return STATUS_OK;
    enum status status =
        utf8_append_repaired(&good, (struct slice){text->data, text->size}, &bad);
    buffer_clear(text);
    if (!status)
        status = buffer_append(text, good.data, good.size);
    buffer_free(&good);
    return status;
}

static enum status convert(struct slice text, const char *name, struct buffer *out,
                           uint64_t *bad)
{
    struct charset_stream *s = charset_stream_open(name);
    if (!s)
        return STATUS_NO_MEMORY;
    enum status status = charset_stream_convert(s, text, true, out);
    if (!status)
        status = replace_zeros(out);
    for (size_t i = 0; i + 2 < out->size; i++)
        *bad += memcmp(out->data + i, "\uFFFD", 3) == 0;
    charset_stream_close(s);
    return status;
}

/* The character set of a byte order mark, and its size. */
static size_t find_mark(struct slice text, char name[CHARSET_NAME_SIZE])
{
    static const struct {
        const char *mark, *name;
        size_t size;
    } marks[] = {{"\xEF\xBB\xBF", "utf-8", 3},
                 {"\xFF\xFE\x00\x00", "utf-32le", 4},
                 {"\x00\x00\xFE\xFF", "utf-32be", 4},
                 {"\xFF\xFE", "utf-16le", 2},
                 {"\xFE\xFF", "utf-16be", 2}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (text.size >= marks[i].size &&
            memcmp(text.data, marks[i].mark, marks[i].size) == 0) {
            snprintf(name, CHARSET_NAME_SIZE, "%s", marks[i].name);
            return marks[i].size;
        }
    return 0;
}

static enum status repair(struct slice text, struct buffer *out, struct slice *utf8,
                          uint64_t *bad)
{
    *utf8 = text;
    if (utf8_valid_prefix(text.data, text.size) == text.size)
        return STATUS_OK;
    buffer_clear(out);
    if (utf8_append_repaired(out, text, bad))
        return STATUS_NO_MEMORY;
    *utf8 = (struct slice){buffer_text(out), out->size};
    return STATUS_OK;
}

/* Whether it is UTF-8 but for zero bytes and few others: then the rest of it is. */
static bool is_nearly_utf8(struct slice text)
{
    size_t good = 0, bad = 0;
    size_t valid = utf8_valid_prefix(text.data, text.size);
    if (valid == text.size)
        return true;
    for (size_t i = 0; i < text.size;) {
        size_t size;
        uint32_t code = utf8_decode(text.data + i, text.data + text.size, &size);
        good += size > 1;
        bad += code == UTF8_REPLACEMENT && size == 1;
        i += size;
    }
    return bad == 0 || bad * 10 < good;
}

size_t charset_of_mark(struct slice text, char name[CHARSET_NAME_SIZE])
{
    char found[CHARSET_NAME_SIZE];
    size_t size = find_mark(text, found);
    if (size == 0 || strcmp(found, utf8_name) == 0)
        return 0;
    memcpy(name, found, sizeof found);
    return size;
}

enum status charset_to_utf8(struct slice text, struct slice declared,
                            char name[CHARSET_NAME_SIZE], struct buffer *out,
                            struct slice *utf8, uint64_t *bad)
{
    char declared_name[CHARSET_NAME_SIZE];
    size_t mark = find_mark(text, name);
    *utf8 = text;
    if (text.size == 0)
        return STATUS_OK;
    text = (struct slice){text.data + mark, text.size - mark};
    bool is_wide = mark > 0 && strcmp(name, utf8_name) != 0;
    if (!is_wide && is_nearly_utf8(text)) {
        snprintf(name, CHARSET_NAME_SIZE, "%s", utf8_name);
        return repair(text, out, utf8, bad);
    }
    bool is_known =
        find_name(declared, declared_name) && strcmp(declared_name, utf8_name) != 0;
    if (!is_wide && is_known)
        snprintf(name, CHARSET_NAME_SIZE, "%s", declared_name);
    else if (!is_wide && (*name == '\0' || strcmp(name, utf8_name) == 0))
        guess(text, name);
    enum status status = convert(text, name, out, bad);
    *utf8 = (struct slice){buffer_text(out), out->size};
    return status;
}

struct slice charset_of_html(struct slice page)
{
    enum { LOOKED_AT = 4096 };
    static const char key[] = "charset";
    struct slice head = {page.data, page.size < LOOKED_AT ? page.size : LOOKED_AT};
    for (size_t i = 0; i + sizeof key < head.size; i++) {
        if (strncasecmp(head.data + i, key, sizeof key - 1) != 0)
            continue;
        size_t at = i + sizeof key - 1;
        while (at < head.size && (slice_is_blank(head.data[at]) || head.data[at] == '='))
            at++;
        if (at < head.size && (head.data[at] == '"' || head.data[at] == '\''))
            at++;
        size_t end = at;
        while (end < head.size &&
               (isalnum((unsigned char)head.data[end]) || strchr("-_:.", head.data[end])))
            end++;
        if (end > at)
            return (struct slice){head.data + at, end - at};
    }
    return (struct slice){0};
}
