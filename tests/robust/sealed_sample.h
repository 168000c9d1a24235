/* sealed_sample.h - a small sealed file with everything that one can have. */
#ifndef TESTS_ROBUST_SEALED_SAMPLE_H
#define TESTS_ROBUST_SEALED_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum {
    SAMPLE_WORDS = 40,
    SAMPLE_FORMS = 5, /* of a word, at most */
    SAMPLE_ONCE = 40, /* flags of one document */
    SAMPLE_GAP = 100,
    SAMPLE_DOCUMENTS_MAX = 600,
    SAMPLE_TEXT_SIZE = 256
};

/* Random numbers below n, the same in every run. */
void sample_seed(uint64_t seed);
uint32_t sample_below(size_t n);

/* Writes a file of n documents. Ends the program when that fails. */
void sample_write(const char *path, uint32_t n);

/* How form f of a word is written; form 0 is its stem, by which it is found. */
void sample_form(unsigned word, unsigned form, char text[SAMPLE_TEXT_SIZE]);

#endif
