/* dictionary.h - cuts scripts that are written without spaces, by ICU's dictionaries. */
#ifndef COMMON_TEXT_DICTIONARY_H
#define COMMON_TEXT_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

/* {0} is ready to use; ICU's iterator is opened at first need. */
struct dictionary {
    void *iterator; /* UBreakIterator */
    struct dictionary_space *space;
};

/* One run of text. Character c lies from starts[c] to starts[c + 1]; word w is made of
 * the characters words[w] to words[w + 1] - 1. Valid until the next cut. */
struct dictionary_run {
    const char *const *starts;
    const size_t *words;
    size_t char_count;
    size_t word_count;
};

/* Cuts the run of dictionary scripts at `at` (at least one character of them; at most
 * some thousand bytes are taken at once). A word never has more than 255 characters.
 * False when there is no memory or ICU has no data. */
bool dictionary_cut(struct dictionary *d, const char *at, const char *end,
                    struct dictionary_run *run);

void dictionary_free(struct dictionary *d);

#endif
