/* sgml.h - elements of loosely marked up text, and their text; for this folder only. */
#ifndef INDEXER_HTML_SGML_H
#define INDEXER_HTML_SGML_H

#include "common/buffer.h"
#include "common/slice.h"

#include <stdbool.h>

/* Finds the next element of a name, in any case, from *at on: its content, and where it
 * stands with its tags. An element that is not closed goes to the end. *at moves behind
 * it. */
bool sgml_find(struct slice text, const char *name, size_t *at, struct slice *content);

/* The value of an attribute of the first tag of the text, without quotes; empty when it
 * has none. */
struct slice sgml_attribute(struct slice text, const char *name);

/* Appends a character as UTF-8: U+FFFD for what is none, nothing for a control. */
void sgml_append_character(struct buffer *out, unsigned long code);

/* Appends the text without its tags, scripts and style sheets: paragraphs are set apart
 * by an empty line, entities of HTML and references to characters become what they stand
 * for, but for control characters, which are left out. */
void sgml_append_text(struct buffer *out, struct slice text);

/* Finds a tag (`<DOC` or `</DOC`, given without `<`) that ends there or has attributes;
 * SIZE_MAX when there is none. */
size_t sgml_find_tag(struct slice text, size_t from, const char *name);

#endif
