/* plan_text.h - the words of texts as a query: of an article, for those related to it; of
 * the best matches, for feedback. */
#ifndef SEARCHER_MATCH_PLAN_TEXT_H
#define SEARCHER_MATCH_PLAN_TEXT_H

#include "searcher/match/plan.h"

/* A stem, and how much the texts are about it. */
struct plan_text_word {
    const struct text_stem *stem;
    double amount;
};

/* Stop words are left out. Valid until the tokeniser's words are cleared. */
struct plan_text {
    struct plan_text_word *items;
    size_t count, capacity;
};

/* Adds an article's words, each occurrence as `amount`, those of the title and the lead
 * as their weights say, numbers only when they are wanted; then plan_text_join makes one
 * of those that have the same stem. NO_MEMORY. */
enum status plan_text_add(struct plan_text *t, const struct text_analysis *analysis,
                          const struct analyser_fingerprint *weights, double amount,
                          bool numbers);
void plan_text_join(struct plan_text *t);

/* Keeps the words of the greatest amounts. */
void plan_text_cut(struct plan_text *t, size_t count);

void plan_text_free(struct plan_text *t);

/* A node of a made plan that matches any of the words; each weighs its amount times what
 * it would weigh alone in a query with these parameters, and the `limit` of the greatest
 * weights are taken. Words that more than `common` articles have say nothing, and are
 * left out. NO_MEMORY, or the failure of a segment. */
enum status plan_text_node(struct plan *plan, const struct plan_text *text,
                           const struct score_parameters *parameters, uint64_t common,
                           const struct snapshot_list *snapshots, size_t limit,
                           struct plan_node **out, struct status_error *err);

#endif
