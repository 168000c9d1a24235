/* fold.h - the forms of a word: as written, folded. */
#ifndef COMMON_TEXT_FOLD_H
#define COMMON_TEXT_FOLD_H

#include "common/slice.h"

#include <stddef.h>

/* Longest form, folded word or stem in bytes; longer words are cut to it. */
#define TEXT_WORD_MAX 200

/* The exact form: NFKC, without ignorable characters; case and accents are kept. Writes
 * at most TEXT_WORD_MAX bytes and returns their number. */
size_t text_form(struct slice word, char form[TEXT_WORD_MAX]);

/* NFKC and full case folding; accents are kept. */
size_t text_fold_case(struct slice word, char folded[TEXT_WORD_MAX]);

/* As text_fold_case, without diacritics, Arabic and Hebrew points and tatweel; letters
 * that Unicode does not decompose (ø, ł, æ, ...) get their plain spelling; every digit is
 * an ASCII one. й, ї and ў are letters of their own and stay. */
size_t text_fold(struct slice word, char folded[TEXT_WORD_MAX]);

#endif
