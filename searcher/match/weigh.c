/* The statistics and weights of a plan, from all segments together. */
#include "searcher/match/plan.h"

/* The articles with the stem, and those with each form that counts: see join_forms. */
static enum status add_form_stats(struct plan_term *t, struct segment *s)
{
    struct segment_forms forms = {0};
    struct segment_term info;
    s->ops->forms(s, t->term, &forms);
    for (size_t i = 0; i < forms.count; i++)
        if (plan_form_counts(t, forms.items[i].text))
            t->collection_freq += forms.items[i].doc_freq;
    segment_get_term(s, t->term, &info);
    t->doc_freq += info.doc_freq;
    segment_forms_free(&forms);
    return s->failed;
}

static enum status add_stats(struct plan_term *t, struct segment *s)
{
    struct segment_term info;
    if (t->is_counted)
        return STATUS_OK;
    if (t->forms != FORMS_ANY)
        return add_form_stats(t, s);
    segment_get_term(s, t->term, &info);
    t->doc_freq += info.doc_freq;
    t->collection_freq += info.collection_freq;
    return s->failed;
}

/* In how many articles some form occurs is not known, but these bound it. They are taken
 * of all segments together, so that it does not matter how the articles are spread. */
static void join_forms(struct plan_term *t, uint64_t articles)
{
    if (t->is_counted) { /* an article can have several of the words */
        if (t->doc_freq > articles)
            t->doc_freq = articles;
        return;
    }
    if (t->forms == FORMS_ANY)
        return;
    if (t->doc_freq > t->collection_freq)
        t->doc_freq = t->collection_freq;
    t->collection_freq = t->doc_freq;
}

static enum status collect_stats(struct plan *plan, size_t first,
                                 const struct snapshot_list *snapshots,
                                 struct status_error *err)
{
    for (size_t i = 0; i < snapshots->count; i++) {
        const struct snapshot *s = snapshots->items[i];
        for (size_t k = 0; k < s->segment_count; k++)
            for (size_t t = first; t < plan->term_count; t++)
                if (add_stats(plan->terms[t], s->segments[k]))
                    return segment_failed(s->segments[k], err);
    }
    for (size_t t = first; t < plan->term_count; t++)
        join_forms(plan->terms[t], plan->collection.articles);
    return STATUS_OK;
}

static void count_articles(struct plan *plan, const struct snapshot_list *snapshots)
{
    struct score_collection *c = &plan->collection;
    uint64_t total_length = 0;
    for (size_t i = 0; i < snapshots->count; i++) {
        const struct snapshot *s = snapshots->items[i];
        for (size_t k = 0; k < s->segment_count; k++) {
            c->articles += s->segments[k]->documents;
            total_length += s->segments[k]->total_length;
        }
    }
    if (c->articles > 0)
        c->average_length = (double)total_length / (double)c->articles;
    if (c->average_length <= 0)
        c->average_length = 1;
}

static double sum_weights(struct plan_node *n)
{
    double sum = n->kind == PLAN_TERM ? n->term->weight : 0;
    for (size_t i = 0; i < n->element_count && n->kind == PLAN_PHRASE; i++)
        sum += n->elements[i].term->weight;
    size_t i = 0;
    for (struct plan_node *c = n->child; c; c = c->next, i++)
        if (!plan_is_without(n, i))
            sum += sum_weights(c);
    n->words_weight = sum;
    return sum;
}

enum status plan_weigh_terms(struct plan *plan, size_t first,
                             const struct score_parameters *parameters,
                             const struct snapshot_list *snapshots,
                             struct status_error *err)
{
    enum status status = collect_stats(plan, first, snapshots, err);
    for (size_t t = first; t < plan->term_count && !status; t++) {
        struct plan_term *term = plan->terms[t];
        if (!term->filter && !term->unscored)
            term->weight =
                term->share * score_weight(parameters, &plan->collection, term->doc_freq,
                                           term->collection_freq, term->query_freq);
    }
    return status;
}

enum status plan_weigh(struct plan *plan, const struct snapshot_list *snapshots,
                       struct status_error *err)
{
    count_articles(plan, snapshots);
    enum status status = plan_weigh_terms(plan, 0, &plan->parameters, snapshots, err);
    if (!status)
        sum_weights(plan->root);
    return status;
}
