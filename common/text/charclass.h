/* charclass.h - what part a code point plays in a word. */
#ifndef COMMON_TEXT_CHARCLASS_H
#define COMMON_TEXT_CHARCLASS_H

#include <stdint.h>

enum char_class {
    CHAR_OTHER,      /* separates words */
    CHAR_LETTER,     /* letters and, after a letter, marks */
    CHAR_MARK,       /* combining marks: go on with a word, begin none */
    CHAR_DIGIT,      /* decimal digits of any script */
    CHAR_DICTIONARY, /* scripts without spaces: Han, Kana, Thai, Lao, Khmer, Burmese */
    CHAR_IGNORED,    /* soft hyphen, zero width: as if they were not there */
    CHAR_APOSTROPHE,
    CHAR_DASH,
    CHAR_DOT,
    CHAR_COMMA,
    CHAR_UNDERSCORE,
    CHAR_AMPERSAND,
    CHAR_AT,
    CHAR_HASH,
    CHAR_PLUS,
    CHAR_MIDDLE_DOT, /* inside a word, as in Catalan l·l */
    CHAR_GROUP_SPACE /* thin and no-break spaces, which group digits */
};

/* Of ASCII; indexed by the byte. */
extern const unsigned char charclass_ascii[128];

/* Of any code point. */
enum char_class charclass_of(uint32_t code);

#endif
