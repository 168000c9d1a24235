#include "common/text/fold.h"

#include "common/text/utf8.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* A code point grows to at most 18 UTF-16 units under NFKC (U+FDFA). */
enum { UNITS_MAX = TEXT_WORD_MAX * 18 + 8 };

struct units {
    UChar text[UNITS_MAX];
    int32_t size;
};

static bool is_ascii(struct slice word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((unsigned char)word.data[i] >= 0x80)
            return false;
    return true;
}

static size_t copy_ascii(struct slice word, char *out, bool lower)
{
    size_t size = word.size < TEXT_WORD_MAX ? word.size : TEXT_WORD_MAX;
    for (size_t i = 0; i < size; i++) {
        char c = word.data[i];
        out[i] = lower && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return size;
}

static void from_utf8(struct units *u, struct slice word)
{
    size_t size = utf8_cut(word.data, word.size, TEXT_WORD_MAX);
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(u->text, UNITS_MAX, &u->size, word.data, (int32_t)size, 0xFFFD,
                         NULL, &status);
    if (U_FAILURE(status))
        u->size = 0;
}

/* Normalises in place; text that would not fit (it cannot) is left as it is. */
static void normalise(struct units *u, const UNormalizer2 *form)
{
    struct units out;
    UErrorCode status = U_ZERO_ERROR;
    out.size = unorm2_normalize(form, u->text, u->size, out.text, UNITS_MAX, &status);
    if (U_SUCCESS(status)) {
        u_memcpy(u->text, out.text, out.size);
        u->size = out.size;
    }
}

static size_t to_utf8(const struct units *u, char out[TEXT_WORD_MAX])
{
    char whole[UNITS_MAX * 3];
    int32_t size = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8WithSub(whole, (int32_t)sizeof whole, &size, u->text, u->size,
                       (UChar32)UTF8_REPLACEMENT, NULL, &status);
    size_t kept = utf8_cut(whole, (size_t)size, TEXT_WORD_MAX);
    memcpy(out, whole, kept);
    return kept;
}

size_t text_form(struct slice word, char form[TEXT_WORD_MAX])
{
    if (is_ascii(word))
        return copy_ascii(word, form, false);
    struct units u;
    UErrorCode status = U_ZERO_ERROR;
    from_utf8(&u, word);
    normalise(&u, unorm2_getNFKCInstance(&status));
    int32_t kept = 0;
    for (int32_t i = 0; i < u.size; i++)
        if (!u_hasBinaryProperty(u.text[i], UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
            u.text[kept++] = u.text[i];
    u.size = kept;
    return to_utf8(&u, form);
}

size_t text_fold_case(struct slice word, char folded[TEXT_WORD_MAX])
{
    if (is_ascii(word))
        return copy_ascii(word, folded, true);
    struct units u;
    UErrorCode status = U_ZERO_ERROR;
    from_utf8(&u, word);
    normalise(&u, unorm2_getNFKCCasefoldInstance(&status));
    return to_utf8(&u, folded);
}

/* The mark is a diacritic on the base before it, not a part of the letter. */
static bool is_folded_mark(UChar mark, UChar base)
{
    if (mark >= 0x0300 && mark <= 0x036F) {
        bool cyrillic = base >= 0x0400 && base <= 0x052F;
        bool own_letter = mark == 0x0306 || (mark == 0x0308 && base != 0x0435);
        return !(cyrillic && own_letter);
    }
    return (mark >= 0x0591 && mark <= 0x05C7 && u_charType(mark) == U_NON_SPACING_MARK) ||
           (mark >= 0x0610 && mark <= 0x061A) || (mark >= 0x064B && mark <= 0x065F) ||
           mark == 0x0670 || mark == 0x0640 || (mark >= 0x06D6 && mark <= 0x06ED) ||
           (mark >= 0x1AB0 && mark <= 0x1AFF) || (mark >= 0x1DC0 && mark <= 0x1DFF) ||
           (mark >= 0x20D0 && mark <= 0x20FF) || (mark >= 0xFE20 && mark <= 0xFE2F);
}

/* Lower-case letters without a decomposition. */
static const char *plain_spelling(UChar c)
{
    switch (c) {
    case 0x00E6:
        return "ae";
    case 0x00F0:
    case 0x0111:
        return "d";
    case 0x00F8:
        return "o";
    case 0x00FE:
        return "th";
    case 0x0127:
        return "h";
    case 0x0131:
        return "i";
    case 0x0142:
        return "l";
    case 0x0153:
        return "oe";
    case 0x0167:
        return "t";
    default:
        return NULL;
    }
}

/* u is NFKC-casefolded; out has room for twice as many units. */
static void strip(const struct units *u, struct units *out)
{
    UChar base = 0;
    out->size = 0;
    for (int32_t i = 0; i < u->size && out->size < UNITS_MAX - 2; i++) {
        UChar c = u->text[i];
        if (is_folded_mark(c, base))
            continue;
        if (u_getCombiningClass(c) == 0)
            base = c;
        const char *plain = plain_spelling(c);
        if (plain) {
            while (*plain)
                out->text[out->size++] = (UChar)*plain++;
        } else if (c >= 0x80 && u_charType(c) == U_DECIMAL_DIGIT_NUMBER) {
            out->text[out->size++] = (UChar)('0' + u_charDigitValue(c));
        } else {
            out->text[out->size++] = c;
        }
    }
}

size_t text_fold(struct slice word, char folded[TEXT_WORD_MAX])
{
    if (is_ascii(word))
        return copy_ascii(word, folded, true);
    struct units u, stripped;
    UErrorCode status = U_ZERO_ERROR;
    from_utf8(&u, word);
    normalise(&u, unorm2_getNFKCCasefoldInstance(&status));
    normalise(&u, unorm2_getNFDInstance(&status));
    strip(&u, &stripped);
    normalise(&stripped, unorm2_getNFCInstance(&status));
    return to_utf8(&stripped, folded);
}
