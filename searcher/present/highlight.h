/* highlight.h - where a text has the words of a query. */
#ifndef SEARCHER_PRESENT_HIGHLIGHT_H
#define SEARCHER_PRESENT_HIGHLIGHT_H

#include "common/text/analysis.h"
#include "searcher/match/plan.h"

/* A highlight: bytes of the text, and how much the word weighs. */
struct highlight {
    uint32_t start, end;
    const struct plan_term *term;
};

struct highlights {
    struct highlight *items; /* in order, not overlapping */
    size_t count, capacity;
};

/* Finds the words of the plan (none from under NOT) in a text, by the same analysis that
 * the index was made with. Replaces what out held. budget: when it is spent, what was
 * found until then is all. NO_MEMORY is the only failure. */
enum status highlight_find(const struct plan *plan, struct tokeniser *tokeniser,
                           struct slice text, struct budget *budget,
                           struct token_list *tokens, struct highlights *out);

#endif
