#include "common/text/dictionary.h"

#include "common/text/charclass.h"
#include "common/text/utf8.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>

enum { RUN_MAX = 2048, WORD_MAX_CHARS = 255 };

struct dictionary_space {
    UChar text[RUN_MAX * 2];
    size_t
        char_of_unit[RUN_MAX * 2 + 1]; /* the character that a UTF-16 unit belongs to */
    const char *starts[RUN_MAX + 1];
    size_t words[RUN_MAX + 1];
};

void dictionary_free(struct dictionary *d)
{
    if (d->iterator)
        ubrk_close(d->iterator);
    free(d->space);
    *d = (struct dictionary){0};
}

static bool prepare(struct dictionary *d)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!d->space)
        d->space = malloc(sizeof *d->space);
    if (!d->iterator)
        d->iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    return d->space && U_SUCCESS(status);
}

static bool is_mark(uint32_t code)
{
    bool half_width_voiced = code == 0xFF9E || code == 0xFF9F;
    return half_width_voiced || (U_MASK(u_charType((UChar32)code)) & U_GC_M_MASK) != 0;
}

/* Collects characters (a base and its marks) as long as the scripts go on. */
static int32_t collect(struct dictionary_space *s, const char *at, const char *end,
                       size_t *char_count)
{
    int32_t units = 0;
    size_t n = 0;
    while (at < end && n < RUN_MAX && units < RUN_MAX) {
        size_t size;
        uint32_t code = utf8_decode(at, end, &size);
        enum char_class class = charclass_of(code);
        if (class != CHAR_DICTIONARY && class != CHAR_MARK && class != CHAR_IGNORED)
            break;
        if (n == 0 || !(is_mark(code) || class == CHAR_IGNORED))
            s->starts[n++] = at;
        if (code >= 0x10000) {
            s->char_of_unit[units] = n - 1;
            s->text[units++] = U16_LEAD(code);
            s->text[units] = U16_TRAIL(code);
        } else {
            s->text[units] = (UChar)code;
        }
        s->char_of_unit[units++] = n - 1;
        at += size;
    }
    s->starts[n] = at;
    s->char_of_unit[units] = n;
    *char_count = n;
    return units;
}

bool dictionary_cut(struct dictionary *d, const char *at, const char *end,
                    struct dictionary_run *run)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!prepare(d))
        return false;
    struct dictionary_space *s = d->space;
    int32_t units = collect(s, at, end, &run->char_count);
    ubrk_setText(d->iterator, s->text, units, &status);
    if (U_FAILURE(status))
        return false;
    size_t n = 0;
    s->words[0] = 0;
    for (int32_t b = ubrk_next(d->iterator); b != UBRK_DONE; b = ubrk_next(d->iterator)) {
        size_t boundary = s->char_of_unit[b];
        while (boundary - s->words[n] > WORD_MAX_CHARS) {
            s->words[n + 1] = s->words[n] + WORD_MAX_CHARS;
            n++;
        }
        if (boundary > s->words[n])
            s->words[++n] = boundary;
    }
    run->starts = s->starts;
    run->words = s->words;
    run->word_count = n;
    return true;
}
