/* Pseudo-relevance feedback: what the best matches are about is added to the query, as
 * RM3 does (Abdul-Jaleel et al., TREC 2004): the words of those articles make up a part
 * of the query, by how often they occur there. */
#include "searcher/job.h"

#include <math.h>

/* Figures for these are in tests/bench/README.md. ORIGINAL is the part of the weight that
 * the query itself keeps. In RM3 an article weighs as the likelihood of the query does,
 * which a score is rather the logarithm of: SHARPNESS is the power of the score. */
enum { ARTICLES = 10, WORDS = 40 };
#define ORIGINAL  0.7
#define SHARPNESS 10
#define IDF_POWER 0.5

struct feedback {
    struct pressmark_searcher *searcher;
    struct job *job;
    struct plan_text words;
    uint64_t common; /* see searcher_common; of the best article's language */
};

static enum status add_article(struct feedback *f, const struct match *m, double share,
                               struct status_error *err)
{
    struct pressmark_searcher *s = f->searcher;
    struct job *job = f->job;
    enum status status = searcher_load(s, m->segment, m->docid, &job->article, err);
    if (!status)
        status = searcher_analyse(s, &job->article, &job->analysis, err);
    if (status)
        return status;
    if (f->common == 0)
        f->common = searcher_common(s, article_text(&job->article, ARTICLE_LANGUAGE));
    if (article_text(&job->article, ARTICLE_BODY).size == 0)
        query_warn(&job->query, "feedback reads what is stored: some articles have no "
                                "text there");
    return plan_text_add(&f->words, &job->analysis, searcher_weights(s), share, true)
               ? status_no_memory(err)
               : STATUS_OK;
}

static enum status read_matches(struct feedback *f, const struct matches *m,
                                struct status_error *err)
{
    enum status status = STATUS_OK;
    double best = m->count > 0 ? m->items[0].score : 0;
    for (size_t i = 0;
         i < m->count && !status && best > 0 && !budget_look(&f->job->budget); i++)
        status =
            add_article(f, &m->items[i], pow(m->items[i].score / best, SHARPNESS), err);
    plan_text_join(&f->words);
    plan_text_cut(&f->words, WORDS);
    return status;
}

static double query_weight(const struct plan *plan)
{
    double weight = 0;
    for (size_t i = 0; i < plan->term_count; i++)
        weight += plan->terms[i]->weight;
    return weight;
}

static bool is_plain(const struct query_node *q)
{
    return q->kind == QUERY_WORD && q->zone == QUERY_ANYWHERE && !q->exact &&
           q->first == 0 && !query_is_wide(q);
}

/* No word of the query must be there. A word alone is a bag, too. */
static bool is_optional(const struct query *query)
{
    const struct query_node *root = query->root;
    if (query->is_required || root->kind != QUERY_BAG)
        return false;
    for (const struct query_node *c = root->child; c; c = c->next) {
        bool selects = c->kind == QUERY_FILTER || c->kind == QUERY_DATE ||
                       c->kind == QUERY_LENGTH || c->occur == QUERY_MUST_NOT;
        if (!selects && (c->occur == QUERY_MUST || !is_plain(c)))
            return false;
    }
    return true;
}

/* Where the words go: beside words that need not be there either, else they only add to
 * the score. */
static struct plan_node **find_place(struct plan_node **root)
{
    while (((*root)->kind == PLAN_AND || (*root)->kind == PLAN_AND_NOT) && (*root)->child)
        root = &(*root)->child;
    return root;
}

static enum status add_words(struct feedback *f, struct status_error *err)
{
    struct plan *plan = &f->job->plan;
    struct plan_node *added, **place = find_place(&plan->root);
    size_t first = plan->term_count;
    double sum = 0, weight = query_weight(plan) / (plan->parameters.k1 + 1);
    struct score_parameters parameters = plan->parameters;
    parameters.idf_power = IDF_POWER;
    parameters.burstiness = false;
    for (size_t i = 0; i < f->words.count; i++)
        sum += f->words.items[i].amount;
    for (size_t i = 0; i < f->words.count; i++)
        f->words.items[i].amount *= weight / sum * (1 - ORIGINAL) / ORIGINAL;
    enum status status = plan_text_node(plan, &f->words, &parameters, f->common,
                                        &f->searcher->snapshots, WORDS, &added, err);
    if (status || added->kind == PLAN_NOTHING)
        return status;
    for (size_t i = first; i < plan->term_count; i++)
        plan->terms[i]->is_feedback = true;
    struct plan_node *old = *place, *next = old->next;
    old->next = NULL;
    *place = is_optional(&f->job->query) ? plan_or(plan, old, added)
                                         : plan_maybe(plan, old, added);
    if (!*place)
        return status_no_memory(err);
    (*place)->next = next;
    return STATUS_OK;
}

enum status feedback_plan(struct pressmark_searcher *s, struct job *job,
                          struct status_error *err)
{
    struct feedback f = {.searcher = s, .job = job};
    struct matches m = {0};
    struct collect_options c = {.limit = ARTICLES};
    enum status status = match_collect(&job->plan, &s->snapshots, &c, &m, err);
    if (!status)
        status = read_matches(&f, &m, err);
    if (!status && f.words.count > 0)
        status = add_words(&f, err);
    matches_free(&m);
    plan_text_free(&f.words);
    return status;
}
