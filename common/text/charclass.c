#include "common/text/charclass.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#define L CHAR_LETTER
#define D CHAR_DIGIT

const unsigned char charclass_ascii[128] = {
    ['#'] = CHAR_HASH,
    ['&'] = CHAR_AMPERSAND,
    ['\''] = CHAR_APOSTROPHE,
    ['+'] = CHAR_PLUS,
    [','] = CHAR_COMMA,
    ['-'] = CHAR_DASH,
    ['.'] = CHAR_DOT,
    ['@'] = CHAR_AT,
    ['_'] = CHAR_UNDERSCORE,
    ['0'] = D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    D,
    ['A'] = L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    ['a'] = L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
    L,
};

#undef L
#undef D

static enum char_class punctuation_class(uint32_t code)
{
    switch (code) {
    case 0x2019: /* right single quotation mark */
    case 0x2018:
    case 0x201B:
    case 0x02BC: /* modifier letter apostrophe */
    case 0x02BB: /* okina */
    case 0xFF07:
    case 0x2032: /* prime */
        return CHAR_APOSTROPHE;
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0xFE58:
    case 0xFE63:
    case 0xFF0D:
        return CHAR_DASH;
    case 0x00B7:
    case 0x2027:
    case 0x05F4: /* gershayim */
    case 0x05F3:
        return CHAR_MIDDLE_DOT;
    case 0x00A0:
    case 0x2009:
    case 0x202F:
    case 0x2007:
        return CHAR_GROUP_SPACE;
    case 0xFF0E:
        return CHAR_DOT;
    case 0xFF0C:
        return CHAR_COMMA;
    case 0xFF06:
        return CHAR_AMPERSAND;
    case 0xFF20:
        return CHAR_AT;
    case 0xFF03:
        return CHAR_HASH;
    case 0xFF0B:
        return CHAR_PLUS;
    case 0xFF3F:
        return CHAR_UNDERSCORE;
    default:
        return CHAR_OTHER;
    }
}

static int is_dictionary_script(uint32_t code)
{
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)code, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return 1;
    default:
        return 0;
    }
}

/* Sound marks of Kana that have no script of their own. */
static int is_kana_mark(uint32_t code)
{
    return code == 0x30FC || code == 0xFF70 || code == 0xFF9E || code == 0xFF9F;
}

enum char_class charclass_of(uint32_t code)
{
    if (code < 128)
        return (enum char_class)charclass_ascii[code];
    enum char_class class = punctuation_class(code);
    if (class != CHAR_OTHER)
        return class;
    UChar32 c = (UChar32)code;
    if (u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE) == U_NT_DIGIT)
        return CHAR_DIGIT; /* superscripts and subscripts */
    switch (u_charType(c)) {
    case U_DECIMAL_DIGIT_NUMBER:
        return CHAR_DIGIT;
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_LETTER_NUMBER:
        return is_dictionary_script(code) || is_kana_mark(code) ? CHAR_DICTIONARY
                                                                : CHAR_LETTER;
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_COMBINING_SPACING_MARK:
        if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
            return CHAR_IGNORED;
        return is_dictionary_script(code) ? CHAR_DICTIONARY : CHAR_MARK;
    case U_FORMAT_CHAR:
        return CHAR_IGNORED;
    default:
        return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ? CHAR_IGNORED
                                                                          : CHAR_OTHER;
    }
}
