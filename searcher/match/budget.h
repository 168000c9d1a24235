/* budget.h - how long a search may take, and whether it is still wanted. */
#ifndef SEARCHER_MATCH_BUDGET_H
#define SEARCHER_MATCH_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Looked at in every loop that may be long. Once it is spent, loops behave as if nothing
 * more were there: what was found until then is the answer. {0} never ends. */
struct budget {
    const volatile int
        *cancel;         /* not 0: the search is not wanted any more; NULL: it is */
    int64_t deadline_ns; /* of the monotonic clock; 0: none */
    uint32_t looks;
    bool is_spent, is_cancelled;
};

static inline int64_t budget_clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* For loops whose turns take long: looks at the clock. */
static inline bool budget_look(struct budget *b)
{
    if (b->is_spent)
        return true;
    b->is_cancelled = b->cancel && __atomic_load_n(b->cancel, __ATOMIC_RELAXED) != 0;
    b->is_spent =
        b->is_cancelled || (b->deadline_ns > 0 && budget_clock_ns() >= b->deadline_ns);
    return b->is_spent;
}

/* For short turns: looks at every so many. */
static inline bool budget_is_spent(struct budget *b)
{
    enum { TURNS = 64 };
    if (b->is_spent)
        return true;
    return ++b->looks % TURNS == 0 && budget_look(b);
}

#endif
