#include "searcher/remote.h"

#include "common/index/stock.h"
#include "common/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS_MAX = 64 };

/* The time of a search when none is given, and into how many waits it is divided: for
 * connections, for answers, to find out who failed; and again without those. */
enum { TIME_MS = 10000, WAITS = 6, WAIT_MIN_MS = 10 };

/* Languages that are in an export's marker, each with a blank before it. */
enum { MARKER_MAX = 1024 };

struct remote {
    struct xap_host hosts[HOSTS_MAX]; /* as they are before a search: none failed */
    size_t count;
    char marker[MARKER_MAX]; /* of the exports that words and analyser are for */
    char language[ANALYSER_LANGUAGE_SIZE]; /* that was asked for; "": all */
    struct remote_words words;
};

/* --- addresses --- */

bool remote_is_path(const char *path)
{
    return strncmp(path, REMOTE_PREFIX, strlen(REMOTE_PREFIX)) == 0;
}

static bool is_name(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == ':' || c == '_'))
            return false;
    }
    return size > 0;
}

/* `tcp:HOST:PORT`, an address of IPv6 in brackets. */
static enum status add_host(struct remote *r, const char *path, struct status_error *err)
{
    const char *host = path + strlen(REMOTE_PREFIX), *colon = strrchr(host, ':');
    size_t size = colon ? (size_t)(colon - host) : 0;
    uint64_t port = 0;
    if (size > 2 && host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    }
    if (!colon || !is_name(host, size) ||
        !number_parse_unsigned(colon + 1, strlen(colon + 1), 65535, &port) || port == 0)
        return status_set(err, STATUS_ARGUMENT, "'%.200s' is not tcp:HOST:PORT", path);
    if (r->count == HOSTS_MAX)
        return status_set(err, STATUS_LIMIT, "at most %d servers are searched as one",
                          HOSTS_MAX);
    char *name = strndup(host, size);
    if (!name)
        return status_no_memory(err);
    r->hosts[r->count++] = (struct xap_host){.name = name, .port = (unsigned)port};
    return STATUS_OK;
}

enum status remote_open(struct pressmark_searcher *s, const char *const *paths,
                        size_t count, struct status_error *err)
{
    enum status status = STATUS_OK;
    s->remote = calloc(1, sizeof *s->remote);
    if (!s->remote)
        return status_no_memory(err);
    for (size_t i = 0; i < count && !status; i++)
        status = remote_is_path(paths[i])
                     ? add_host(s->remote, paths[i], err)
                     : status_set(err, STATUS_ARGUMENT,
                                  "'%.200s' is on this machine, others are not: search "
                                  "them one by one",
                                  paths[i]);
    return status ? status : analyser_new("none", &s->analyser, err);
}

static void free_words(struct remote_words *w)
{
    while (w->count > 0)
        xap_terms_free(w->items[--w->count]);
}

void remote_close(struct remote *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        free((char *)(uintptr_t)r->hosts[i].name);
    free_words(&r->words);
    free(r);
}

/* --- a search --- */

struct remote_search {
    struct pressmark_searcher *searcher;
    struct job *job; /* NULL: one article is asked for */
    struct xap_remote *remote;
    struct xap_host hosts[HOSTS_MAX];
    size_t count;
    struct budget budget;
    unsigned wait_ms;
    size_t capacity;
    enum status status; /* of taking hits */
    struct status_error *err;
};

static void start(struct remote_search *r, struct pressmark_searcher *s, unsigned time_ms,
                  const volatile int *cancel)
{
    r->searcher = s;
    r->count = s->remote->count;
    memcpy(r->hosts, s->remote->hosts, r->count * sizeof *r->hosts);
    time_ms = time_ms ? time_ms : TIME_MS;
    int64_t left_ns =
        (int64_t)time_ms * 900000; /* a hit that is awaited takes time yet */
    r->budget =
        (struct budget){.cancel = cancel, .deadline_ns = budget_clock_ns() + left_ns};
    r->wait_ms = time_ms / WAITS > WAIT_MIN_MS ? time_ms / WAITS : WAIT_MIN_MS;
}

static bool is_over(void *context)
{
    const struct remote_search *r = context;
    struct budget look = r->budget; /* several threads ask */
    return budget_look(&look);
}

/* Calls visit with each of the codes, which blanks part. */
static enum status each_language(const char *languages,
                                 enum status visit(void *context, const char *code,
                                                   struct status_error *err),
                                 void *context, struct status_error *err)
{
    enum status status = STATUS_OK;
    while (*(languages += strspn(languages, " ")) && !status) {
        char code[ANALYSER_LANGUAGE_SIZE];
        size_t size = strcspn(languages, " ");
        snprintf(code, sizeof code, "%.*s", (int)size, languages);
        status = visit(context, code, err);
        languages += size;
    }
    return status;
}

static enum status add_words(void *context, const char *code, struct status_error *err)
{
    struct remote_words *w = context;
    if (w->count == ANALYSER_LANGUAGES_MAX)
        return STATUS_OK;
    enum status status = stock_terms(code, &w->items[w->count], err);
    w->count += !status;
    return status;
}

static enum status add_language(void *context, const char *code, struct status_error *err)
{
    (void)err;
    analyser_add_language(context, slice_of(code));
    return STATUS_OK;
}

/* Reads the query as the exports' words were made: in all of their languages, or in the
 * one that is asked for. What there was stays when that fails. */
static enum status learn_words(struct remote_search *r, const char *asked,
                               struct status_error *err)
{
    struct pressmark_searcher *s = r->searcher;
    struct remote *remote = s->remote;
    const char *marker = xap_remote_marker(r->remote);
    const char *languages = marker + strlen(STOCK_VERSION);
    bool is_auto = strncmp(languages, "auto", 4) == 0;
    const char *own = is_auto ? "auto" : languages;
    struct remote_words words = {.count = 0};
    struct analyser *analyser = NULL;
    asked = asked && is_auto ? asked : "";
    if (strcmp(remote->marker, marker) == 0 && strcmp(remote->language, asked) == 0)
        return STATUS_OK;
    languages = *asked ? asked : is_auto ? languages + 4 : languages;
    enum status status = each_language(languages, add_words, &words, err);
    if (!status && words.count == 0)
        status = add_words(&words, "none", err);
    if (!status)
        status = analyser_new(own, &analyser, err);
    if (status) {
        free_words(&words);
        return status;
    }
    free_words(&remote->words);
    remote->words = words;
    analyser_free(s->analyser);
    s->analyser = analyser;
    s->languages.count = 0;
    if (is_auto)
        each_language(languages, add_language, &s->languages, err);
    snprintf(s->language, sizeof s->language, "%s", own);
    snprintf(remote->marker, sizeof remote->marker, "%s", marker);
    snprintf(remote->language, sizeof remote->language, "%s", asked);
    return STATUS_OK;
}

static enum status open_remote(struct remote_search *r, const char *language,
                               struct status_error *err)
{
    static const struct xap_marker marker = {STOCK_METADATA, STOCK_VERSION};
    enum status status =
        xap_remote_connect(r->hosts, r->count, &marker, r->wait_ms, &r->remote, err);
    return status ? status : learn_words(r, language, err);
}

static void tell_missing(const struct remote_search *r, struct query *query)
{
    struct buffer text = BUFFER_INIT(16 << 10);
    for (size_t i = 0; i < r->count; i++) {
        const struct xap_host *h = &r->hosts[i];
        char port[16];
        if (!h->failed)
            continue;
        snprintf(port, sizeof port, ":%u", h->port);
        buffer_append_text(&text,
                           text.size > 0 ? "; '" REMOTE_PREFIX : "'" REMOTE_PREFIX);
        buffer_append_text(&text, h->name);
        buffer_append_text(&text, port);
        buffer_append_text(&text, "' (");
        buffer_append_text(&text, h->why.message);
        buffer_append_text(&text, ")");
    }
    if (text.size > 0 && query->warning_count == QUERY_WARNINGS_MAX)
        query->warning_count--; /* this one is told in any case */
    if (text.size > 0)
        query_warn(query, "articles are missing: there is no answer from %s",
                   buffer_text(&text));
    buffer_free(&text);
}

static bool has_missing(const struct remote_search *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->hosts[i].failed)
            return true;
    return false;
}

/* --- what is asked --- */

static enum status check(const struct job *job, struct status_error *err)
{
    const struct pressmark_search_options *o = job->options;
    if (o->related_to || o->related_text || o->verify_quote)
        return status_set(err, STATUS_UNSUPPORTED,
                          "related articles and quotations cannot be searched over tcp:");
    return STATUS_OK;
}

static void tell_unsupported(struct job *job)
{
    const struct pressmark_search_options *o = job->options;
    if (o->facets || o->timeline)
        query_warn(&job->query, "over tcp: nothing is counted by field or time");
    if (o->feedback || o->recency_days > 0)
        query_warn(&job->query, "over tcp: neither feedback nor recency is looked at");
    if (o->explain)
        query_warn(&job->query, "over tcp: no parts of scores are known");
}

/* The query, in the range of dates. */
static enum status ask(struct job *job, struct pressmark_searcher *s,
                       struct xap_query **out, struct status_error *err)
{
    struct xap_query *range = NULL;
    bool is_counting = job->options->facets || job->options->timeline;
    if (slice_trim(job->text).size == 0 && !job->has_range && is_counting)
        return xap_query_all(out, err); /* as in an index here */
    enum status status =
        remote_query(&job->query, &s->remote->words, &s->parameters, out, err);
    if (status || !job->has_range)
        return status;
    status = remote_dates(job->range, &range, err);
    if (!status && job->query.root->kind == QUERY_NOTHING) {
        xap_query_free(*out);
        *out = range;
        return STATUS_OK;
    }
    if (!status)
        status = xap_query_join(*out, XAP_FILTER, range, err);
    xap_query_free(range);
    return status;
}

/* Words are shown by the plan of a query that is looked for nowhere. */
static enum status plan_to_show(struct pressmark_searcher *s, struct job *job,
                                struct status_error *err)
{
    static const struct snapshot_list none = {0};
    struct plan_reading reading = {s->analyser, &s->languages, NULL, &job->budget};
    text_words_clear(tokeniser_words(analyser_tokeniser(s->analyser)));
    return plan_make(&job->plan, &job->query, &reading, &none, &s->parameters, err);
}

static void take_hit(void *context, double score, struct slice data)
{
    struct remote_search *r = context;
    struct pressmark_results *results = r->job->results;
    if (r->status)
        return;
    struct result_hit *hits = buffer_grow_array(
        results->hits, &r->capacity, results->count + 1, sizeof *results->hits);
    if (!hits || stock_read(data, &r->job->article)) {
        results->hits = hits ? hits : results->hits;
        r->status = status_no_memory(r->err);
        return;
    }
    results->hits = hits;
    struct result_hit *hit = &hits[results->count++];
    *hit = (struct result_hit){.score = score, .snippet = ""};
    article_init(&hit->article);
    r->status =
        searcher_copy_article(&hit->article, &r->job->article, &results->arena, false);
    if (!r->status && !r->job->options->no_snippet)
        r->status = search_snippet(r->searcher, r->job, hit, r->err);
}

static enum status find(struct remote_search *r, const struct xap_query *query,
                        struct status_error *err)
{
    static const enum xap_order orders[] = {XAP_BY_SCORE, XAP_FALLING, XAP_RISING};
    const struct pressmark_search_options *o = r->job->options;
    const struct score_parameters *p = &r->searcher->parameters;
    struct xap_total total = {0};
    size_t wanted = search_hits_wanted(o), count = wanted - (wanted ? o->offset : 0);
    struct xap_request request = {
        .query = query,
        .first = o->offset,
        .count = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX - o->offset,
        .count_all = o->exact_count,
        .order = orders[o->sort],
        .slot = o->sort == PRESSMARK_SORT_OLDEST ? STOCK_DATE_LAST : STOCK_DATE,
        .k1 = p->k1,
        .b = p->b,
        .min_length = p->min_length,
        .ends = is_over,
        .context = r};
    enum status status = xap_remote_search(r->remote, &request, take_hit, &total, err);
    r->job->results->total = total.matches;
    r->job->results->total_is_exact = total.is_exact && !has_missing(r);
    budget_look(&r->budget);
    if (!status && r->budget.is_cancelled)
        status = status_set(err, STATUS_CANCELLED, "the search was cancelled");
    if (total.is_cut)
        query_warn(&r->job->query, "the time was used up before all hits had come");
    return status ? status : r->status;
}

enum status remote_search(struct pressmark_searcher *s, struct job *job,
                          struct status_error *err)
{
    struct remote_search r = {.job = job, .err = err};
    struct xap_query *query = NULL;
    start(&r, s, job->options->time_ms, job->options->cancel);
    job->results = calloc(1, sizeof *job->results);
    enum status status = job->results ? check(job, err) : status_no_memory(err);
    if (!status)
        status = open_remote(&r, job->options->language, err);
    if (!status)
        status = ask(job, s, &query, err);
    if (!status)
        status = plan_to_show(s, job, err);
    if (!status)
        status = find(&r, query, err);
    tell_unsupported(job);
    tell_missing(&r, &job->query);
    if (!status)
        status = search_describe(job, err);
    xap_query_free(query);
    xap_remote_close(r.remote);
    plan_free(&job->plan);
    return status;
}

/* --- one article --- */

struct taken {
    struct article *article;
    bool found;
    enum status status;
};

static void take_article(void *context, double score, struct slice data)
{
    struct taken *t = context;
    (void)score;
    t->found = true;
    t->status = stock_read(data, t->article);
}

static bool is_never_over(void *context)
{
    (void)context;
    return false;
}

enum status remote_get(struct pressmark_searcher *s, struct slice id, struct article *out,
                       struct status_error *err)
{
    struct remote_search r = {.err = err};
    struct xap_query *query = NULL;
    struct schema_term term;
    struct xap_total total;
    struct taken taken = {.article = out};
    start(&r, s, 0, NULL);
    schema_filter_term(SCHEMA_ID, id, &term);
    enum status status = open_remote(&r, NULL, err);
    if (!status)
        status = xap_query_filter(schema_slice(&term), &query, err);
    struct xap_request request = {
        .query = query, .count = 1, .k1 = 1, .ends = is_never_over, .context = &taken};
    if (!status)
        status = xap_remote_search(r.remote, &request, take_article, &total, err);
    xap_remote_close(r.remote);
    xap_query_free(query);
    if (status || taken.found)
        return status ? status : taken.status;
    return status_set(err, has_missing(&r) ? STATUS_IO : STATUS_NOT_FOUND,
                      has_missing(&r) ? "no article with the id '%.*s' on the servers "
                                        "that answer"
                                      : "no article with the id '%.*s'",
                      (int)(id.size < 200 ? id.size : 200), id.data);
}
