#include "common/date_words.h"
#include "common/text/utf8.h"
#include "searcher/job.h"
#include "searcher/match/node.h"
#include "searcher/present/snippet.h"
#include "searcher/remote.h"
#include "searcher/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_DEFAULT = 10, SNIPPET_DEFAULT = 240, SNIPPET_MAX = 10000 };

/* Below so many articles every match is counted: it costs nothing. */
enum { SMALL_INDEX = 10000 };

/* As the indexer takes by default. */
enum { RELATED_TEXT_MAX = 4 << 20 };

/* What snippets may take when a search has used up its time. */
enum { SHOWING_NS = 10000000 };

/* Words of queries and snippets are kept until they take so much. */
enum { WORDS_BYTES_MAX = 8 << 20 };

/* --- options --- */

static enum status read_now(struct job *job, struct status_error *err)
{
    const char *now = job->options->now;
    job->manner.now = (int64_t)time(NULL);
    if (!now || date_parse(now, strlen(now), &job->manner.now))
        return STATUS_OK;
    return status_set(err, STATUS_ARGUMENT,
                      "'%.60s' is no moment: write 2025-01-24 or 2025-01-24T10:30:00Z",
                      now);
}

static enum status read_date(const struct job *job, const char *text,
                             struct date_range *range, struct status_error *err)
{
    if (date_parse_words(text, strlen(text), job->manner.now, range))
        return STATUS_OK;
    return status_set(err, STATUS_ARGUMENT,
                      "'%.60s' is not a date: write 2025, 2025-01, 2025-01-24, or words "
                      "such as yesterday, 'last week', '30 days ago'",
                      text);
}

static enum status read_range(struct job *job, struct status_error *err)
{
    const struct pressmark_search_options *o = job->options;
    struct date_range since = {.from = INT64_MIN + 1}, until = {.before = INT64_MAX};
    enum status status = o->since ? read_date(job, o->since, &since, err) : STATUS_OK;
    if (!status && o->until)
        status = read_date(job, o->until, &until, err);
    job->range = (struct date_range){since.from, until.before};
    job->has_range = o->since || o->until;
    return status;
}

static enum status check_options(struct job *job, struct status_error *err)
{
    const struct pressmark_search_options *o = job->options;
    if (o->version != PRESSMARK_SEARCH_OPTIONS_VERSION)
        return status_set(err, STATUS_ARGUMENT,
                          "search options of version %u: begin with "
                          "PRESSMARK_SEARCH_OPTIONS_INIT",
                          o->version);
    if (o->sort > PRESSMARK_SORT_OLDEST)
        return status_set(err, STATUS_ARGUMENT, "there is no sort order %d",
                          (int)o->sort);
    if (o->facets & ~TALLY_FIELDS || o->timeline > PRESSMARK_TIMELINE_YEAR)
        return status_set(err, STATUS_ARGUMENT,
                          "facets are of source, author, section, language, tags, places "
                          "and people; a timeline of days, weeks, months or years");
    if (o->snippet_chars > SNIPPET_MAX)
        return status_set(err, STATUS_ARGUMENT, "a snippet has at most %d characters",
                          SNIPPET_MAX);
    if (!(o->recency_days >= 0) || isinf(o->recency_days))
        return status_set(err, STATUS_ARGUMENT, "recency is a number of days, 0 or more");
    if (!!o->related_to + !!o->related_text + !!o->verify_quote > 1)
        return status_set(err, STATUS_ARGUMENT,
                          "only one of related_to, related_text and verify_quote");
    if (o->verify_quote && strlen(o->verify_quote) > QUERY_BYTES_MAX)
        return status_set(err, STATUS_ARGUMENT, "a quotation has at most %d KiB",
                          QUERY_BYTES_MAX >> 10);
    if (o->related_text && strlen(o->related_text) > RELATED_TEXT_MAX)
        return status_set(err, STATUS_ARGUMENT,
                          "an article that others are related to has at most %d MiB",
                          RELATED_TEXT_MAX >> 20);
    if (o->collapse > PRESSMARK_COLLAPSE_NONE)
        return status_set(err, STATUS_ARGUMENT, "there is no way %d to fold reprints",
                          (int)o->collapse);
    if (o->dialect > PRESSMARK_DIALECT_FACTIVA)
        return status_set(err, STATUS_ARGUMENT, "there is no dialect %d",
                          (int)o->dialect);
    job->manner.dialect = (enum query_dialect)o->dialect;
    enum status status = read_now(job, err);
    return status ? status : read_range(job, err);
}

/* --- the search --- */

/* What the query and the range of dates select; all articles, when neither is there and
 * they are to be counted. */
static enum status select_articles(struct job *job, struct status_error *err)
{
    struct plan *plan = &job->plan;
    bool is_empty = job->query.root->kind == QUERY_NOTHING;
    bool is_counting = job->options->facets || job->options->timeline;
    if (job->has_range) {
        struct plan_node *range = plan_range(plan, SEGMENT_PUBLISHED, job->range);
        plan->root = is_empty ? range : plan_and(plan, plan->root, range);
    } else if (is_counting && is_empty && slice_trim(job->text).size == 0) {
        plan->root = plan_all(plan);
    }
    job->selection = is_empty && !job->has_range ? NULL : plan->root;
    return plan->root ? STATUS_OK : status_no_memory(err);
}

/* At most half of what the words can score. */
static enum status prefer_recent(struct job *job, struct status_error *err)
{
    const double share = 0.5, day_s = 86400;
    job->plan.root = plan_recent(&job->plan, job->plan.root, share,
                                 job->options->recency_days * day_s, job->manner.now);
    return job->plan.root ? STATUS_OK : status_no_memory(err);
}

static enum status make_plan(struct pressmark_searcher *s, struct job *job,
                             struct status_error *err)
{
    struct tokeniser *tokeniser = analyser_tokeniser(s->analyser);
    if (text_words_bytes(tokeniser_words(tokeniser)) > WORDS_BYTES_MAX)
        text_words_clear(tokeniser_words(tokeniser));
    struct analyser_languages asked = {.count = 0};
    if (job->options->language)
        analyser_add_language(&asked, slice_of(job->options->language));
    struct plan_reading reading = {s->analyser, asked.count ? &asked : &s->languages,
                                   job->options->no_variants ? NULL : s->transliterator,
                                   &job->budget};
    enum status status =
        plan_make(&job->plan, &job->query, &reading, &s->snapshots, &s->parameters, err);
    if (!status)
        status = select_articles(job, err);
    if (!status && job_is_related(job))
        status = related_plan(s, job, err);
    else if (!status && job->options->feedback)
        status = feedback_plan(s, job, err);
    return status || job->options->recency_days <= 0 ? status : prefer_recent(job, err);
}

size_t search_hits_wanted(const struct pressmark_search_options *o)
{
    size_t limit = o->limit ? o->limit : LIMIT_DEFAULT;
    if (limit == PRESSMARK_NO_HITS)
        return 0;
    return limit == PRESSMARK_ALL_HITS ? SIZE_MAX / 2 : limit + (size_t)o->offset;
}

static enum status find_matches(struct pressmark_searcher *s, const struct job *job,
                                struct matches *m, struct status_error *err)
{
    static const enum collect_order orders[] = {COLLECT_BY_SCORE, COLLECT_NEWEST,
                                                COLLECT_OLDEST};
    const struct pressmark_search_options *o = job->options;
    bool small = job->plan.collection.articles <= SMALL_INDEX;
    struct collect_options c = {
        .limit = quote_candidates(job, job->limit),
        .order = job->verdict == PRESSMARK_NEAREST ? COLLECT_BY_SCORE : orders[o->sort],
        .exact_count = o->exact_count || small};
    return match_collect(&job->plan, &s->snapshots, &c, m, err);
}

/* Characters as bytes, by the beginning of the text: in Japanese three are one. */
static size_t snippet_bytes(const struct pressmark_search_options *o, struct slice text)
{
    size_t size = text.size < 4096 ? text.size : 4096, chars = 0;
    for (size_t i = 0; i < size; i++)
        chars += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    size_t wanted = o->snippet_chars ? o->snippet_chars : SNIPPET_DEFAULT;
    return chars > 0 ? wanted * size / chars : wanted;
}

/* As much of a long text as is analysed in the time that is left. */
static struct slice text_in_time(const struct job *job, struct slice text)
{
    enum { BYTES_PER_MS = 20000, BYTES_MIN = 20000 }; /* a third of what is usual */
    if (job->showing.deadline_ns == 0 || text.size <= BYTES_MIN)
        return text;
    int64_t left_ms = (job->showing.deadline_ns - budget_clock_ns()) / 1000000;
    size_t most = left_ms > 0 ? (size_t)left_ms * BYTES_PER_MS : 0;
    most = most > BYTES_MIN ? most : BYTES_MIN;
    if (most < text.size)
        text.size = utf8_cut(text.data, text.size, most);
    return text;
}

enum status search_snippet(struct pressmark_searcher *s, struct job *job,
                           struct result_hit *hit, struct status_error *err)
{
    struct slice text = article_text(&job->article, ARTICLE_BODY);
    struct highlights found = {0};
    if (text.size == 0)
        text = article_text(&job->article, ARTICLE_SUMMARY);
    size_t bytes = snippet_bytes(job->options, text);
    enum status status =
        analyser_speak(s->analyser, article_text(&job->article, ARTICLE_LANGUAGE), err);
    if (!status)
        status = highlight_find(&job->plan, analyser_tokeniser(s->analyser),
                                text_in_time(job, text), &job->showing, &s->tokens,
                                &s->highlights);
    buffer_clear(&job->snippet);
    if (!status)
        status = snippet_make(text, &s->highlights, bytes, &job->snippet, &found);
    struct arena *arena = &job->results->arena;
    hit->highlights = arena_alloc(arena, (found.count + 1) * sizeof *hit->highlights);
    hit->snippet = arena_copy(arena, job->snippet.data, job->snippet.size);
    if (!status && hit->highlights && hit->snippet) {
        hit->highlight_count = found.count;
        if (found.count > 0)
            memcpy(hit->highlights, found.items, found.count * sizeof *found.items);
    } else {
        status = status_no_memory(err);
    }
    free(found.items);
    return status;
}

static enum status name_copies(struct pressmark_searcher *s, struct job *job,
                               const struct match_copies *copies, struct result_hit *hit,
                               struct status_error *err)
{
    struct arena *arena = &job->results->arena;
    enum status status = STATUS_OK;
    hit->copies = arena_alloc(arena, copies->count * sizeof *hit->copies);
    for (size_t i = 0; i < copies->count && hit->copies && !status; i++) {
        status = searcher_load(s, copies->items[i].segment, copies->items[i].docid,
                               &job->article, err);
        struct slice id = article_text(&job->article, ARTICLE_ID);
        hit->copies[hit->copy_count++] = arena_copy(arena, id.data, id.size);
        if (!status && !hit->copies[i])
            return status_no_memory(err);
    }
    return hit->copies ? status : status_no_memory(err);
}

static enum status make_hit(struct pressmark_searcher *s, struct job *job,
                            const struct match *m, struct result_hit *hit,
                            struct status_error *err)
{
    hit->score = m->score;
    hit->is_linked = m->is_linked;
    enum status status = m->copies ? name_copies(s, job, m->copies, hit, err) : STATUS_OK;
    hit->snippet = "";
    struct match_place shown = {m->segment, m->docid};
    if (m->copies)
        shown = m->copies->shown;
    if (!status)
        status = searcher_load(s, shown.segment, shown.docid, &job->article, err);
    if (!status &&
        searcher_copy_article(&hit->article, &job->article, &job->results->arena, false))
        status = status_no_memory(err);
    if (!status && job->verdict)
        status = quote_describe(s, job, hit, err);
    return status || job->options->no_snippet ? status : search_snippet(s, job, hit, err);
}

/* --- explaining --- */

struct explain_context {
    struct result_hit *hit;
    struct arena *arena;
    bool failed;
};

static char *feedback_name(struct arena *arena, struct slice text)
{
    static const char before[] = "feedback ";
    char *name = arena_alloc(arena, sizeof before + text.size);
    if (name) {
        memcpy(name, before, sizeof before - 1);
        memcpy(name + sizeof before - 1, text.data, text.size);
        name[sizeof before - 1 + text.size] = '\0';
    }
    return name;
}

static void add_part(void *context, const struct plan_term *term, const char *name,
                     double value)
{
    struct explain_context *c = context;
    struct result_hit *hit = c->hit;
    struct slice text = term ? term->term : slice_of(name);
    if (term && (term->forms != FORMS_ANY || term->wide))
        text = term->form;
    char *copy = term && term->is_feedback ? feedback_name(c->arena, text)
                                           : arena_copy(c->arena, text.data, text.size);
    struct result_part *parts = buffer_grow_array(hit->parts, &hit->part_capacity,
                                                  hit->part_count + 1, sizeof *parts);
    if (parts)
        hit->parts = parts;
    if (copy && parts)
        hit->parts[hit->part_count++] = (struct result_part){copy, value};
    else
        c->failed = true;
}

static enum status explain_hit(struct job *job, const struct match *m,
                               struct result_hit *hit, struct status_error *err)
{
    struct match_context context;
    struct match_node *root;
    struct explain_context c = {hit, &job->results->arena, false};
    if (job->verdict == PRESSMARK_NEAREST) {
        add_part(&c, NULL, "similarity", hit->score);
        return c.failed ? status_no_memory(err) : STATUS_OK;
    }
    enum status status = match_open(&context, &job->plan, m->segment, &root);
    if (!status && match_advance(root, m->docid, -1) == m->docid) {
        match_score(root);
        match_explain(root, add_part, &c);
    }
    match_close(&context);
    if (status || m->segment->failed)
        return segment_failed(m->segment, err);
    return c.failed ? status_no_memory(err) : STATUS_OK;
}

/* --- results --- */

static enum status fill_results(struct pressmark_searcher *s, struct job *job,
                                const struct matches *m, struct status_error *err)
{
    struct pressmark_results *r = job->results;
    size_t offset = job->options->offset < m->count ? job->options->offset : m->count;
    size_t wanted = search_hits_wanted(job->options); /* links may have made them more */
    r->total = m->total;
    r->total_is_exact = m->total_is_exact;
    r->hits = calloc(m->count - offset + 1, sizeof *r->hits);
    if (!r->hits)
        return status_no_memory(err);
    enum status status = STATUS_OK;
    for (size_t i = offset; i < m->count && i < wanted && !status; i++) {
        if (budget_look(&job->budget) && r->count >= LIMIT_DEFAULT)
            break;
        struct result_hit *hit = &r->hits[r->count++];
        article_init(&hit->article);
        status = make_hit(s, job, &m->items[i], hit, err);
        if (!status && job->options->explain)
            status = explain_hit(job, &m->items[i], hit, err);
    }
    return status;
}

enum status search_describe(struct job *job, struct status_error *err)
{
    struct pressmark_results *r = job->results;
    struct buffer text = BUFFER_INIT(4 * QUERY_BYTES_MAX + 1024 * 1024);
    query_print(job->query.root, &text);
    r->interpreted = arena_copy(&r->arena, text.data, text.size);
    bool good = r->interpreted && !text.failed;
    buffer_free(&text);
    for (size_t i = 0; i < job->query.warning_count && good; i++) {
        const char *warning = job->query.warnings[i];
        r->warnings[i] = arena_copy(&r->arena, warning, strlen(warning));
        good = r->warnings[i] != NULL;
        r->warning_count++;
    }
    const struct plan *plan = &job->plan;
    r->expansions =
        arena_alloc(&r->arena, (plan->expansion_count + 1) * sizeof *r->expansions);
    for (size_t i = 0; i < plan->expansion_count && r->expansions && good; i++) {
        struct slice of = plan->expansions[i].of, word = plan->expansions[i].word;
        r->expansions[i] =
            (struct result_expansion){arena_copy(&r->arena, of.data, of.size),
                                      arena_copy(&r->arena, word.data, word.size)};
        good = r->expansions[i].of && r->expansions[i].word;
        r->expansion_count++;
    }
    return good && r->expansions ? STATUS_OK : status_no_memory(err);
}

static enum status find_any(struct pressmark_searcher *s, struct job *job,
                            struct matches *m, struct status_error *err)
{
    enum status status = make_plan(s, job, err);
    if (!status)
        status = find_matches(s, job, m, err);
    if (m->cut)
        query_warn(&job->query, "some article has more places near each other than are "
                                "looked at; it may be missing");
    return status;
}

/* The best verdict that there is. */
static enum status find_quote(struct pressmark_searcher *s, struct job *job,
                              struct matches *m, struct status_error *err)
{
    enum status status = quote_check(s, job, err);
    for (int v = PRESSMARK_QUOTED; v <= PRESSMARK_NEAREST && !status; v++) {
        matches_free(m);
        plan_free(&job->plan);
        *m = (struct matches){0};
        if (quote_ask(job, (enum pressmark_verdict)v))
            return status_no_memory(err);
        status = find_any(s, job, m, err);
        if (!status)
            status = quote_rank(s, job, m, err);
        if (m->total > 0)
            break;
    }
    return status;
}

static enum status find_once(struct pressmark_searcher *s, struct job *job,
                             struct matches *m, struct status_error *err)
{
    enum status status = job->options->verify_quote ? find_quote(s, job, m, err)
                                                    : find_any(s, job, m, err);
    if (!status && job->options->related_to &&
        job->options->sort == PRESSMARK_SORT_RELEVANCE)
        status = related_add_links(s, job, m, err);
    return status;
}

/* Where reprints take places, more matches are collected. */
static enum status find_folded(struct pressmark_searcher *s, struct job *job,
                               struct matches *m, struct status_error *err)
{
    size_t wanted = search_hits_wanted(job->options), found;
    enum status status = STATUS_OK;
    bool folds = job->options->collapse == PRESSMARK_COLLAPSE_DUPLICATES && wanted > 0;
    job->limit = wanted;
    do {
        matches_free(m);
        plan_free(&job->plan);
        *m = (struct matches){0};
        status = find_once(s, job, m, err);
        found = m->count;
        folds &= job->verdict != PRESSMARK_NEAREST; /* copies may be less like it */
        if (!status && folds)
            status = collapse(s, job, m, wanted, err);
        job->limit = job->limit * 2 + 16;
    } while (!status && m->count < wanted && found >= job->limit / 2 - 8 && folds &&
             found > m->count);
    return status;
}

/* One try; the results of an overtaken one are thrown away. */
static enum status try_search(struct pressmark_searcher *s, void *context,
                              struct status_error *err)
{
    struct job *job = context;
    struct matches m = {0};
    job->origin_place = (struct match_place){NULL, 0};
    pressmark_results_free(job->results);
    job->results = calloc(1, sizeof *job->results);
    if (!job->results)
        return status_no_memory(err);
    enum status status = find_folded(s, job, &m, err);
    if (!status)
        status = fill_results(s, job, &m, err);
    if (!status && job->verdict != PRESSMARK_NEAREST)
        status = tally_count(s, &job->plan, job->options, job->results, err);
    if (job->budget.is_spent)
        query_warn(&job->query,
                   "the time of %u ms was used up: the answer is what was "
                   "found until then",
                   job->options->time_ms);
    if (!status)
        status = search_describe(job, err);
    if (!status && !job->options->verify_quote)
        status = suggest(s, job, err);
    if (!status && job->budget.is_cancelled)
        status = status_set(err, STATUS_CANCELLED, "the search was cancelled");
    matches_free(&m);
    plan_free(&job->plan);
    return status;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

enum pressmark_status pressmark_search(struct pressmark_searcher *searcher,
                                       const char *query,
                                       const struct pressmark_search_options *options,
                                       struct pressmark_results **results,
                                       struct pressmark_error *err)
{
    static const struct pressmark_search_options defaults = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct status_error why = {0};
    struct job job = {.text = slice_of(query), .options = options ? options : &defaults};
    double start = now_ms();
    job.budget.cancel = job.showing.cancel = job.options->cancel;
    if (job.options->time_ms > 0) {
        job.budget.deadline_ns =
            budget_clock_ns() + (int64_t)job.options->time_ms * 1000000;
        job.showing.deadline_ns = job.budget.deadline_ns + SHOWING_NS;
    }
    *results = NULL;
    buffer_init(&job.snippet, SNIPPET_MAX * 8);
    article_init(&job.article);
    article_init(&job.origin);
    enum status status = check_options(&job, &why);
    if (!status && query_parse(job.text, &job.manner, &job.query))
        status = status_no_memory(&why);
    job.asked = job.query.root;
    if (!status)
        status = searcher->remote ? remote_search(searcher, &job, &why)
                                  : searcher_repeat(searcher, try_search, &job, &why);
    if (status) {
        pressmark_results_free(job.results);
    } else {
        job.results->elapsed_ms = now_ms() - start;
        *results = job.results;
    }
    query_free(&job.query);
    article_free(&job.article);
    article_free(&job.origin);
    text_analysis_free(&job.analysis);
    buffer_free(&job.snippet);
    return searcher_status(status, &why, err);
}
