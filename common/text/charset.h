/* charset.h - text in other character sets than UTF-8, by ICU. */
#ifndef COMMON_TEXT_CHARSET_H
#define COMMON_TEXT_CHARSET_H

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

/* The character set of a byte order mark that is not UTF-8's, and the mark's size; 0:
 * there is none. */
size_t charset_of_mark(struct slice text, char name[CHARSET_NAME_SIZE]);

/* Text that comes in pieces, from a character set that a mark told of. */
struct charset_stream;

struct charset_stream *charset_stream_open(const char *name); /* NULL: no memory */
void charset_stream_close(struct charset_stream *s);

/* Replaces out by the next piece as UTF-8; a character that is cut is kept for the next
 * one. No further piece comes after the last. NO_MEMORY. */
enum status charset_stream_convert(struct charset_stream *s, struct slice piece,
                                   bool is_last, struct buffer *out);

/* What an HTML page declares in its first kilobytes; empty: nothing. */
struct slice charset_of_html(struct slice page);

#endif
