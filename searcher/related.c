/* Articles that give context to one: those that its best words find, as measured best of
 * several ways (tests/bench/README.md), and those that its editor linked to. */
#include "common/text/utf8.h"
#include "searcher/job.h"
#include "searcher/match/node.h"

#include <stdlib.h>
#include <string.h>

/* How many of an article's words are searched for. Rare names tell less of what an
 * article is about than of what a query is. */
enum { WORDS_MAX = 64 };
#define IDF_POWER 0.5

/* Of a long article only so many words, the most frequent, are looked at. */
enum { WORDS_LOOKED_AT = 4000 };

/* Links that are looked for; hits that a headline is looked for in. */
enum { LINKS_MAX = 100, HEADLINE_HITS = 20 };

/* --- the article --- */

/* A copy stays: what is at hand is overwritten when others are looked at. */
static enum status load_article(struct pressmark_searcher *s, struct job *job,
                                struct status_error *err)
{
    struct match_place *place = &job->origin_place;
    enum status status =
        searcher_find_place(s, SCHEMA_ID, slice_of(job->options->related_to), place, err);
    if (!status && !place->segment)
        status = status_set(err, STATUS_NOT_FOUND, "no article with the id '%.200s'",
                            job->options->related_to);
    if (!status)
        status = searcher_load(s, place->segment, place->docid, &job->article, err);
    article_reset(&job->origin);
    if (!status &&
        searcher_copy_article(&job->origin, &job->article, &job->results->arena, false))
        status = status_no_memory(err);
    return status;
}

/* A first line that a blank one follows is the title. */
static enum status read_text(struct job *job)
{
    struct slice text = slice_trim(slice_of(job->options->related_text)), title = {0};
    const char *end = text.size > 0 ? memchr(text.data, '\n', text.size) : NULL;
    article_reset(&job->article);
    if (end && (end[1] == '\n' || (end[1] == '\r' && end[2] == '\n'))) {
        title = (struct slice){text.data, (size_t)(end - text.data)};
        text.data += title.size;
        text.size -= title.size;
    }
    enum status status = article_add_borrowed(&job->article, ARTICLE_TITLE, title);
    if (!status && job->options->language)
        status = article_add_borrowed(&job->article, ARTICLE_LANGUAGE,
                                      slice_of(job->options->language));
    return status ? status : article_add_borrowed(&job->article, ARTICLE_BODY, text);
}

/* Of a long text only as much is read as takes half of the time that is left. */
static enum status cut_text(struct job *job)
{
    enum { BYTES_PER_MS = 20000, BYTES_MIN = 10000 }; /* a third of what is usual */
    struct slice text = article_text(&job->article, ARTICLE_BODY);
    if (job->budget.deadline_ns == 0)
        return STATUS_OK;
    int64_t left_ms = (job->budget.deadline_ns - budget_clock_ns()) / 1000000;
    size_t most = left_ms > 0 ? (size_t)left_ms * BYTES_PER_MS / 2 : 0;
    most = most > BYTES_MIN ? most : BYTES_MIN;
    if (text.size <= most)
        return STATUS_OK;
    text.size = utf8_cut(text.data, text.size, most);
    query_warn(&job->query, "of the article's text the first %zu KB say what is related",
               text.size / 1000);
    return article_set_borrowed(&job->article, ARTICLE_BODY, text);
}

/* A word that comes again says less: its share saturates, with k3 = 1. */
static enum status read_words(struct pressmark_searcher *s, struct job *job,
                              struct plan_text *words, struct status_error *err)
{
    if (cut_text(job))
        return status_no_memory(err);
    enum status status = searcher_analyse(s, &job->article, &job->analysis, err);
    if (status)
        return status;
    if (plan_text_add(words, &job->analysis, searcher_weights(s), 1, false))
        return status_no_memory(err);
    plan_text_join(words);
    plan_text_cut(words, WORDS_LOOKED_AT);
    for (size_t i = 0; i < words->count; i++)
        words->items[i].amount =
            2 * words->items[i].amount / (1 + words->items[i].amount);
    return STATUS_OK;
}

/* --- the plan --- */

static struct plan_node *without_itself(struct job *job, struct plan_node *n)
{
    const char *id = job->options->related_to;
    return id ? plan_without(&job->plan, n, SCHEMA_ID, slice_of(id)) : n;
}

enum status related_plan(struct pressmark_searcher *s, struct job *job,
                         struct status_error *err)
{
    struct score_parameters parameters = s->parameters;
    struct plan_text words = {0};
    struct plan_node *root = NULL;
    parameters.idf_power = IDF_POWER;
    enum status status =
        job->options->related_to ? load_article(s, job, err) : read_text(job);
    bool is_bare = article_text(&job->article, ARTICLE_BODY).size == 0;
    if (!status && job->options->related_to && is_bare)
        query_warn(&job->query, "the article's text is not stored: its title and summary "
                                "alone say what is related");
    if (!status)
        status = read_words(s, job, &words, err);
    if (!status)
        status = plan_text_node(
            &job->plan, &words, &parameters,
            searcher_common(s, article_text(&job->article, ARTICLE_LANGUAGE)),
            &s->snapshots, WORDS_MAX, &root, err);
    plan_text_free(&words);
    if (status)
        return status;
    if (job->selection)
        root = plan_and(&job->plan, job->selection, root);
    job->plan.root = root ? without_itself(job, root) : NULL;
    return job->plan.root ? STATUS_OK : status_no_memory(err);
}

/* --- links --- */

/* Both texts are the same words. */
static bool same_headline(struct pressmark_searcher *s, struct slice a, struct slice b)
{
    struct tokeniser *t = analyser_tokeniser(s->analyser);
    struct token_list x = {0}, y = {0};
    bool same = !tokeniser_run(t, a, &x) && !tokeniser_run(t, b, &y) &&
                x.count == y.count && x.count > 0;
    for (size_t i = 0; same && i < x.count; i++)
        same = slice_equal(x.items[i].word->folded, y.items[i].word->folded);
    free(x.items);
    free(y.items);
    return same;
}

/* The article with this headline: of those that have its words in their title as a
 * phrase. */
static enum status find_headline(struct pressmark_searcher *s, struct job *job,
                                 struct slice headline, struct match_place *out,
                                 struct status_error *err)
{
    struct query_node phrase = {
        .kind = QUERY_PHRASE, .text = headline, .zone = QUERY_TITLE};
    struct query query = {.root = &phrase};
    struct plan plan = {0};
    struct matches m = {0};
    struct article a;
    struct collect_options options = {.limit = HEADLINE_HITS};
    struct plan_reading reading = {s->analyser, &s->languages, NULL, &job->budget};
    article_init(&a);
    enum status status =
        plan_make(&plan, &query, &reading, &s->snapshots, &s->parameters, err);
    if (!status)
        status = match_collect(&plan, &s->snapshots, &options, &m, err);
    for (size_t i = 0; i < m.count && !status && !out->segment; i++) {
        status = searcher_load(s, m.items[i].segment, m.items[i].docid, &a, err);
        if (!status && same_headline(s, headline, article_text(&a, ARTICLE_TITLE)))
            *out = (struct match_place){m.items[i].segment, m.items[i].docid};
    }
    matches_free(&m);
    plan_free(&plan);
    query_free(&query);
    article_free(&a);
    return status;
}

static enum status find_link(struct pressmark_searcher *s, struct job *job,
                             struct slice url, struct slice headline,
                             struct match_place *out, struct status_error *err)
{
    enum status status = STATUS_OK;
    if (url.size > 0)
        status = searcher_find_place(s, SCHEMA_ID, url, out, err);
    if (!status && url.size > 0 && !out->segment)
        status = searcher_find_place(s, SCHEMA_URL, url, out, err);
    if (!status && !out->segment && headline.size > 0)
        status = find_headline(s, job, headline, out, err);
    return status;
}

/* The score of an article in the plan; less than 0 when it does not match. */
static enum status score_at(const struct plan *plan, struct match_place place,
                            double *score, struct status_error *err)
{
    struct match_context context;
    struct match_node *root;
    enum status status = match_open(&context, plan, place.segment, &root);
    *score = -1;
    if (!status && match_advance(root, place.docid, -1) == place.docid)
        *score = match_score(root);
    match_close(&context);
    return status || place.segment->failed ? segment_failed(place.segment, err)
                                           : STATUS_OK;
}

/* Moves the match to place *at, or puts it there when it is not yet among them. */
static enum status put_first(struct matches *m, size_t *at, struct match_place place,
                             double score, struct status_error *err)
{
    size_t i = 0;
    while (i < m->count &&
           (m->items[i].segment != place.segment || m->items[i].docid != place.docid))
        i++;
    if (i < *at) /* linked twice */
        return STATUS_OK;
    if (i == m->count) {
        struct match *items =
            buffer_grow_array(m->items, &m->capacity, m->count + 1, sizeof *items);
        if (!items)
            return status_no_memory(err);
        m->items = items;
        m->count++;
        m->total += score < 0;
    }
    memmove(m->items + *at + 1, m->items + *at, (i - *at) * sizeof *m->items);
    m->items[(*at)++] =
        (struct match){score < 0 ? 0 : score, place.segment, place.docid, NULL, true};
    return STATUS_OK;
}

static enum status add_link(struct job *job, struct matches *m, size_t *at,
                            struct match_place place, struct status_error *err)
{
    struct plan selection = job->plan;
    double score = 0, selected = 0;
    enum status status = STATUS_OK;
    selection.root = job->selection;
    if (job->selection)
        status = score_at(&selection, place, &selected, err);
    if (!status && selected >= 0)
        status = score_at(&job->plan, place, &score, err);
    return status || selected < 0 ? status : put_first(m, at, place, score, err);
}

enum status related_add_links(struct pressmark_searcher *s, struct job *job,
                              struct matches *m, struct status_error *err)
{
    const struct article_values *headlines = &job->origin.fields[ARTICLE_RELATED];
    const struct article_values *urls = &job->origin.fields[ARTICLE_RELATED_URL];
    size_t count = headlines->count < LINKS_MAX ? headlines->count : LINKS_MAX, at = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++) {
        struct slice url = i < urls->count ? urls->items[i] : (struct slice){0};
        struct match_place place = {0};
        status = find_link(s, job, url, headlines->items[i], &place, err);
        bool is_itself = place.segment == job->origin_place.segment &&
                         place.docid == job->origin_place.docid;
        if (!status && place.segment && !is_itself)
            status = add_link(job, m, &at, place, err);
    }
    return status;
}
