/* language.h - which language a text is in, by its letters and its most frequent words.
 */
#ifndef COMMON_TEXT_LANGUAGE_H
#define COMMON_TEXT_LANGUAGE_H

#include "common/slice.h"

/* The code (ISO 639-1) of the language of a text in UTF-8, or the empty slice when it
 * does not show: a few sentences are enough. */
struct slice language_detect(struct slice text);

#endif
