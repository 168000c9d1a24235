/* words.h - every distinct word, folded and stemmed once. */
#ifndef COMMON_TEXT_WORDS_H
#define COMMON_TEXT_WORDS_H

#include "common/arena.h"
#include "common/slice.h"
#include "common/status.h"
#include "common/text/fold.h"

#include <stdbool.h>
#include <stdint.h>

/* Stems one case-folded word into out (TEXT_WORD_MAX bytes) and returns the size. */
typedef size_t text_stem_function(void *stemmer, struct slice word, char *out);

struct text_stemmer {
    text_stem_function *stem; /* NULL: words are their own stems */
    void *context;
    bool keeps_accents; /* the stemmer wants accents (any language but English) */
};

struct text_stem {
    struct slice text;
    uint32_t id; /* counts from 0 */
};

enum {
    WORD_UPPER = 1,  /* two letters or more, none of them small: `US`, `NATO` */
    WORD_NUMBER = 2, /* has a digit: never stemmed */
    WORD_SIGN = 4    /* has a sign such as & @ # +: never stemmed */
};

/* A form of a word. Words that are equal but for accents share `stem`; where a stemmer of
 * accented text finds another stem, that is in `other_stem` (else NULL), and the word is
 * found under both. Valid until the table is cleared. */
struct text_word {
    struct slice form;   /* as written, NFKC */
    struct slice folded; /* case and accents folded */
    const struct text_stem *stem;
    const struct text_stem *other_stem;
    uint32_t id; /* counts from 0 */
    uint32_t flags;
};

struct word_slot;

/* Use one per thread. */
struct text_words {
    struct text_stemmer stemmer;
    uint32_t language; /* a number of it: words of several are kept apart */
    struct arena arena;
    struct word_slot *slots; /* raw spelling -> word */
    struct word_slot *stems; /* stem -> stem */
    size_t slot_count, slots_used;
    size_t stem_slot_count;
    uint32_t word_count, stem_count;
};

void text_words_init(struct text_words *w, struct text_stemmer stemmer);
void text_words_free(struct text_words *w);

/* Words that come next are of another language, with a number below LANGUAGE_MAX. */
enum { TEXT_LANGUAGE_MAX = 1 << 10 };
void text_words_speak(struct text_words *w, struct text_stemmer stemmer,
                      uint32_t language);

/* Forgets all words; pointers to them become invalid. */
void text_words_clear(struct text_words *w);

/* Bytes held by the table. */
size_t text_words_bytes(const struct text_words *w);

/* Fetches what text_words_get will look at first into the processor's cache. Tables of
 * words are large: it pays to do this for some words ahead. */
void text_words_prefetch(const struct text_words *w, struct slice spelling);

/* Fills by_id (word_count pointers) with the words. */
void text_words_list(const struct text_words *w, const struct text_word **by_id);

/* The word that is spelled so; NULL when there is no memory. Spellings longer than
 * TEXT_WORD_MAX are cut; an empty form (only ignorable characters) is possible. */
const struct text_word *text_words_get(struct text_words *w, struct slice spelling);

#endif
