/* plan_build.h - a plan in the making; for this folder only. */
#ifndef SEARCHER_MATCH_PLAN_BUILD_H
#define SEARCHER_MATCH_PLAN_BUILD_H

#include "searcher/match/plan.h"

struct builder {
    struct plan *plan;
    struct query *query; /* for its warnings, and its arena */
    const struct plan_reading *reading;
    const struct snapshot_list *snapshots;            /* for their words */
    struct token_list tokens[ANALYSER_LANGUAGES_MAX]; /* of a word in each language */
    struct plan_node *parts; /* OR of the parts of a bag's compounds, see add_parts */
};

/* Nodes live in the plan's arena; NULL: no memory. */
struct plan_node *build_node(struct plan *plan, enum plan_kind kind);
void build_child(struct plan_node *parent, struct plan_node *child);

/* The only child instead of the node; of none, nothing. */
struct plan_node *build_collapsed(struct plan_node *n);

/* A term, which is counted in. */
struct plan_node *build_term(struct plan *plan, struct plan_term like);

/* Adds the words of a query word to parent (a bag or AND). stops: false leaves stop words
 * out. Returns how many were added, or -1: no memory. */
int build_words(struct builder *b, const struct query_node *q, struct plan_node *parent,
                bool stops);

/* A word that stands alone in an expression: all its words must be there. */
struct plan_node *build_word(struct builder *b, const struct query_node *q);

/* A word with a place in the text: all its words stand side by side. */
struct plan_node *build_placed_word(struct builder *b, const struct query_node *q);

/* Makes a word's term one of all spellings, when it is a name that has several. False: no
 * memory. */
bool build_name(struct builder *b, const struct text_word *word, struct plan_term *term);

/* Notes a word that was added for another; the same one once. False: no memory. */
bool build_expansion(struct builder *b, struct slice of, struct slice word);

/* Words in quotation marks. */
struct plan_node *build_quoted(struct builder *b, const struct query_node *q);

/* The words of the index that a word with wildcards or edits stands for. */
struct plan_node *build_wide(struct builder *b, const struct query_node *q);

/* Parts near each other, or so many times. */
struct plan_node *build_near(struct builder *b, const struct query_node *q);

/* A filter, or alternatives that all are: it makes no word optional. */
bool build_is_filter(const struct query_node *q);

/* Any other node of the query. */
struct plan_node *build_any(struct builder *b, const struct query_node *q);

#endif
