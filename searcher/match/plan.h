/* plan.h - a query tree made ready for matching: terms with weights, and what to do with
 * them, the same for every segment. */
#ifndef SEARCHER_MATCH_PLAN_H
#define SEARCHER_MATCH_PLAN_H

#include "common/index/analyser.h"
#include "common/index/snapshot.h"
#include "searcher/match/budget.h"
#include "searcher/match/score.h"
#include "searcher/query/query.h"

enum plan_kind {
    PLAN_NOTHING,
    PLAN_ALL,     /* every article */
    PLAN_TERM,    /* term */
    PLAN_PHRASE,  /* elements */
    PLAN_RANGE,   /* column and range */
    PLAN_RECENCY, /* every article; scores by its age: recency */
    PLAN_AND,
    PLAN_OR,
    PLAN_BAG,     /* as OR, with the bonuses for all words and for closeness */
    PLAN_AND_NOT, /* first child without the second */
    PLAN_MAYBE,   /* first child; the second only adds to the score */
    PLAN_NEAR,    /* children, as their links say */
    PLAN_AT_LEAST /* one child, `count` times */
};

/* Which forms of a stem count. */
enum plan_forms {
    FORMS_ANY,
    FORMS_FOLDED, /* equal to `form` but for case and accents */
    FORMS_EXACT,  /* equal to `form` */
    FORMS_WIDE    /* as `wide` says */
};

/* One of several words that are searched as one. */
struct plan_stem {
    struct slice text;
    bool any_form; /* all its forms count */
};

/* One thing to look up. A term that needs positions is verified article by article. */
struct plan_term {
    struct slice term; /* in the segments: a stem or a filter term */
    struct slice form; /* for FORMS_FOLDED (folded) and FORMS_EXACT */
    enum plan_forms forms;
    const struct wide_word *wide;
    const struct plan_stem *stems; /* of a term that stands for several words */
    size_t stem_count;
    enum query_zone zone;
    uint32_t first;   /* it is among the first so many words; 0: anywhere */
    bool unscored;    /* matches only: a bag scores the parts of its compounds instead */
    bool filter;      /* does not score and is not highlighted */
    bool is_feedback; /* not from the query: see feedback.c */
    bool hidden;      /* part of a word that is highlighted by another term */
    bool is_counted;  /* its frequencies are known: those of its stems */
    unsigned query_freq;
    double share; /* of the weight that it would have as a word of the query */
    uint64_t doc_freq, collection_freq; /* over all segments */
    double weight;
};

/* An article of the age of `half_life_s` scores half of what one of `now_s` does. */
struct plan_recency {
    double weight, half_life_s;
    int64_t now_s;
};

struct plan_element {
    struct plan_term *term;
    uint32_t offset; /* position in the phrase */
};

struct plan_node {
    enum plan_kind kind;
    struct plan_term *term;
    struct plan_element *elements;
    size_t element_count;
    uint32_t slop;  /* of a phrase: words that may stand between */
    bool one_quote; /* a phrase, or parts near each other, within one quotation */
    struct query_link *links; /* of PLAN_NEAR, parallel to its children; not the first */
    uint32_t count;
    enum segment_column column;
    struct date_range range; /* of the column's numbers */
    struct plan_recency recency;
    struct plan_node *child, *next, *last; /* last: of the children */
    size_t child_count;
    struct word_set *words; /* while planning: its plain terms, when they are many */
    double words_weight;    /* of a bag: the sum of the weights of its words */
};

/* How a query is read: with an analyser, in each of some languages (of an analyser that
 * has one language they mean nothing, and one is enough). */
struct plan_reading {
    struct analyser *analyser;
    const struct analyser_languages *languages;
    struct transliterator *transliterator; /* NULL: names as they are typed */
    struct budget *budget;                 /* NULL: as long as it takes */
};

/* A word that was added to the query for one of its words. */
struct plan_expansion {
    struct slice of, word;
};

struct plan {
    struct plan_node *root;
    struct plan_term **terms;
    size_t term_count, term_capacity;
    struct plan_expansion *expansions;
    size_t expansion_count, expansion_capacity;
    struct score_parameters parameters;
    struct score_collection collection;
    struct budget *budget, endless;
    struct arena arena;
};

struct snapshot_list {
    struct snapshot **items;
    size_t count;
};

/* Makes the plan of a query (and its warnings): reads it as reading says, takes the
 * statistics of all segments together. NO_MEMORY, or the failure of a segment. */
enum status plan_make(struct plan *plan, struct query *query,
                      const struct plan_reading *reading,
                      const struct snapshot_list *snapshots,
                      const struct score_parameters *parameters,
                      struct status_error *err);
void plan_free(struct plan *plan);

/* Fills in statistics and weights: of all; of the terms from `first` on, which were added
 * to a plan that is made. plan_make calls it. */
enum status plan_weigh(struct plan *plan, const struct snapshot_list *snapshots,
                       struct status_error *err);
enum status plan_weigh_terms(struct plan *plan, size_t first,
                             const struct score_parameters *parameters,
                             const struct snapshot_list *snapshots,
                             struct status_error *err);

/* The tree of two: articles that match both. For options such as since. NULL: no memory.
 */
struct plan_node *plan_and(struct plan *plan, struct plan_node *a, struct plan_node *b);
struct plan_node *plan_or(struct plan *plan, struct plan_node *a, struct plan_node *b);
/* The second only adds to the score. */
struct plan_node *plan_maybe(struct plan *plan, struct plan_node *a, struct plan_node *b);
/* The articles of a node that do not have the value. */
struct plan_node *plan_without(struct plan *plan, struct plan_node *a,
                               enum schema_filter filter, struct slice value);
struct plan_node *plan_range(struct plan *plan, enum segment_column column,
                             struct date_range range);

/* Child i is what an article must not have there. */
static inline bool plan_is_without(const struct plan_node *n, size_t i)
{
    return (n->kind == PLAN_AND_NOT && i > 0) ||
           (n->kind == PLAN_NEAR && i > 0 && n->links[i].negative);
}

/* What matches, with a bonus for recent articles: at most `share` of the weight of all
 * terms together. */
struct plan_node *plan_recent(struct plan *plan, struct plan_node *n, double share,
                              double half_life_s, int64_t now_s);

/* Every article. */
struct plan_node *plan_all(struct plan *plan);

/* True when form counts for the term. */
bool plan_form_counts(const struct plan_term *term, struct slice form);

#endif
