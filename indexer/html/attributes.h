/* attributes.h - whether a page has a tag that the parser would take minutes for. */
#ifndef INDEXER_HTML_ATTRIBUTES_H
#define INDEXER_HTML_ATTRIBUTES_H

#include "common/slice.h"

enum { ATTRIBUTES_MAX = 2000 };

/* The parser compares every attribute of a tag with those before it. True when a tag may
 * have more than ATTRIBUTES_MAX: never false when it has, and seldom true when it only
 * looks so, because a quote is not closed. */
bool attributes_are_too_many(struct slice html);

#endif
