/* word_set.h - the plain terms of a bag, found by their text. */
#ifndef SEARCHER_MATCH_WORD_SET_H
#define SEARCHER_MATCH_WORD_SET_H

#include "searcher/match/plan.h"

/* {0} is an empty one; its memory is of the arena that the calls are given. */
struct word_set {
    struct plan_term **slots;
    size_t capacity, count;
};

/* Adds a term. NO_MEMORY. */
enum status word_set_add(struct word_set *s, struct plan_term *term, struct arena *arena);

/* Calls visit with the terms of this text until it returns true; that one, or NULL. */
struct plan_term *word_set_find(const struct word_set *s, struct slice text,
                                bool visit(const struct plan_term *term,
                                           const struct plan_term *like),
                                const struct plan_term *like);

#endif
