/* names.h - names that are spelled in several ways, see name_variants.txt. */
#ifndef SEARCHER_MATCH_NAMES_H
#define SEARCHER_MATCH_NAMES_H

#include "common/slice.h"

/* The spellings of a name, blanks between them, of which a folded word is one; NULL: it
 * is none of the table's. Static. */
const char *names_like(struct slice folded);

#endif
