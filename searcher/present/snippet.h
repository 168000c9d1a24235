/* snippet.h - a stretch of a text that shows why it matched. */
#ifndef SEARCHER_PRESENT_SNIPPET_H
#define SEARCHER_PRESENT_SNIPPET_H

#include "common/buffer.h"
#include "searcher/present/highlight.h"

/* Appends to snippet, in one line and of about max_bytes, the stretch of text with the
 * most and weightiest words among the highlights (of all text, in order), and to found
 * their places in the snippet. Without highlights it is the text's beginning. Cut ends
 * are marked by an ellipsis. */
enum status snippet_make(struct slice text, const struct highlights *highlights,
                         size_t max_bytes, struct buffer *snippet,
                         struct highlights *found);

#endif
