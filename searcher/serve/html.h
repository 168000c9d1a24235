/* html.h - text within HTML. Nothing of an article or a query is markup. */
#ifndef SEARCHER_SERVE_HTML_H
#define SEARCHER_SERVE_HTML_H

#include <jansson.h>

#include <stddef.h>
#include <stdio.h>

/* As text or within an attribute's quotes. */
void html_bytes(FILE *out, const char *text, size_t size);
void html_text(FILE *out, const char *text);

/* The bytes from begin to end, with <mark> around the spans `{start, end}` that are in
 * them. Spans are in order; *next is the first that is looked at, and moves on. */
void html_marked(FILE *out, const char *text, size_t begin, size_t end,
                 const json_t *spans, size_t *next);

/* Percent-encoded, for a path or a value of an address. */
void html_encoded(FILE *out, const char *text);

/* A number with a comma before each three digits. */
void html_number(FILE *out, json_int_t number);

#endif
