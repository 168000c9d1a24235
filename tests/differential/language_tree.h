/* language_tree.h - a query as it was meant, before anybody wrote or read it. */
#ifndef TESTS_DIFFERENTIAL_LANGUAGE_TREE_H
#define TESTS_DIFFERENTIAL_LANGUAGE_TREE_H

#include "common/arena.h"

#include <stdbool.h>

enum tree_kind {
    TREE_WORD,    /* text */
    TREE_PHRASE,  /* text; number: words that may stand between */
    TREE_LINKED,  /* text: words of a related headline */
    TREE_SOURCE,  /* text, or other */
    TREE_SECTION, /* likewise */
    TREE_DATE,    /* from text to other; each may be missing */
    TREE_LENGTH,  /* words: least to most */
    TREE_AND,
    TREE_OR,
    TREE_NOT,
    TREE_BAG,  /* the children's signs count */
    TREE_NEAR, /* the children's links count, but the first one's */
    TREE_AT_LEAST,
    TREE_ZONE,  /* one child, in a zone */
    TREE_FIRST, /* one child, among the first `number` words */
    TREE_KINDS
};

enum tree_zone {
    ZONE_ANYWHERE,
    ZONE_TITLE,
    ZONE_LEAD,
    ZONE_HEADLINE_LEAD,
    ZONE_BODY,
    ZONE_QUOTE,
    ZONE_LINKS
};

enum tree_link { TIED_NEAR, TIED_BEFORE, TIED_SENTENCE, TIED_PARAGRAPH };

enum {
    SIGN_FILTER = 'f'
}; /* of a bag's filter: it must be, and makes no word optional */

struct tree {
    enum tree_kind kind;
    const char *text, *other;
    bool exact, pattern;
    unsigned edits, number;
    unsigned least, most;
    enum tree_zone zone; /* of TREE_ZONE; once it is settled, of words and phrases */
    unsigned first;      /* of words and phrases, once it is settled; 0: any */
    bool open;           /* of a date: since or until, which is no alternative */
    char sign;           /* in a bag: + - or 0 */
    enum tree_link link; /* in a chain, to the part before */
    unsigned distance;
    bool negative;
    struct tree *child, *next;
};

/* Ends the program when there is no memory. */
struct tree *tree_new(struct arena *arena, enum tree_kind kind);
void tree_append(struct tree *parent, struct tree *child);

bool tree_is_filter(const struct tree *t);

/* Takes zones and FIRST down to the words, and tells a bag's filters. Changes the tree
 * and returns what stands in its place. */
struct tree *tree_settle(struct tree *t);

/* Only words have places: what else stands between the brackets beside `w/5` or ATLEAST
 * is taken out of them, `(a AND b) w/5 c` as `a w/5 c AND b w/5 c`. Returns another tree.
 */
struct tree *tree_spread(struct arena *arena, const struct tree *t);

/* True when all its words and phrases are in quotations. */
bool tree_is_quoted(const struct tree *t);

#endif
