/* transliterate.h - a word in the letters of another script, by ICU's rules. */
#ifndef COMMON_TEXT_TRANSLITERATE_H
#define COMMON_TEXT_TRANSLITERATE_H

#include "common/text/fold.h"

#include <stdbool.h>

/* Ways of writing one word. */
enum { TRANSLITERATIONS_MAX = 4 };

struct transliterations {
    char bytes[TRANSLITERATIONS_MAX][TEXT_WORD_MAX];
    struct slice items[TRANSLITERATIONS_MAX]; /* folded, each another one */
    size_t count;
};

/* The rules, each read when it is first needed. Use one per thread. */
struct transliterator;
struct transliterator *transliterator_new(void); /* NULL: no memory */
void transliterator_free(struct transliterator *t);

/* Writes a folded word of any script in Latin letters, as several schemes do; or one in
 * Latin letters in Cyrillic ones. Rules that this ICU lacks give nothing. */
void transliterate_to_latin(struct transliterator *t, struct slice word,
                            struct transliterations *out);
void transliterate_to_cyrillic(struct transliterator *t, struct slice word,
                               struct transliterations *out);

#endif
