/* charset.h - text in other character sets than UTF-8, by ICU. */
#ifndef INDEXER_INPUT_CHARSET_H
#define INDEXER_INPUT_CHARSET_H

#include "common/buffer.h"
#include "common/slice.h"

/* How a text was written, for the summary. */
enum { CHARSET_NAME_SIZE = 32 };

/* The text as valid UTF-8, and in name (lower case; "" while nothing was told yet) what
 * it was written in. A byte order mark tells, which is left out; else a text that is
 * valid UTF-8 is that; else what was declared, if that is a character set that is known;
 * else the name that is there already; else what the letters look like, Windows-1252
 * unless they tell otherwise. The result is the text itself or in out, which is
 * replaced; *bad counts what is replaced by U+FFFD. NO_MEMORY. */
enum status charset_to_utf8(struct slice text, struct slice declared,
                            char name[CHARSET_NAME_SIZE], struct buffer *out,
                            struct slice *utf8, uint64_t *bad);

/* What an HTML page declares in its first kilobytes; empty: nothing. */
struct slice charset_of_html(struct slice page);

#endif
