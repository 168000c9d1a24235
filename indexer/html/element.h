/* element.h - what an element is, by its name, and what its class tells. */
#ifndef INDEXER_HTML_ELEMENT_H
#define INDEXER_HTML_ELEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Bits of enum page_kind. Elements of unknown names stand in the line, but for those
 * with a hyphen, which pages define for themselves and use as boxes. */
uint32_t element_kind(const char *name);

/* What the names in a class or id attribute tell: PAGE_CHROME, PAGE_CAPTION or 0. */
uint32_t element_hint(const char *names);

#endif
