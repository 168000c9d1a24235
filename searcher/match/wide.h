/* wide.h - words that a word with wildcards or edits stands for. */
#ifndef SEARCHER_MATCH_WIDE_H
#define SEARCHER_MATCH_WIDE_H

#include "common/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum { WIDE_LETTERS_MAX = 64 };

/* A pattern, `*` any letters and `?` one, or a word and how many letters of it may be
 * put in, left out, changed or swapped with the next one; then words with digits are none
 * of them. */
struct wide_word {
    uint32_t letters[WIDE_LETTERS_MAX];
    unsigned letter_count;
    char first[4]; /* the first letter's bytes */
    size_t first_size;
    unsigned edits; /* 0: a pattern */
    bool exact;     /* case and accents count */
};

/* Reads a word; false when it has no letters, or too many. */
bool wide_read(struct wide_word *w, struct slice text, unsigned edits, bool exact);

/* A form of a word is one of them. */
bool wide_matches(const struct wide_word *w, struct slice form);

/* The same, of letters that are folded already. */
bool wide_matches_folded(const struct wide_word *w, struct slice folded);

/* How many edits lie between two words: of letters put in, left out, changed or swapped
 * with the next one, no letter touched twice; `most` + 1 when there are more. */
unsigned wide_distance(const uint32_t *a, unsigned a_count, const uint32_t *b,
                       unsigned b_count, unsigned most);

/* The letters of UTF-8 text; how many, or WIDE_LETTERS_MAX + 1 when there are more. */
unsigned wide_letters(struct slice text, uint32_t letters[WIDE_LETTERS_MAX]);

#endif
