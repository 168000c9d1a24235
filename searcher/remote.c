#include "searcher/remote.h"

#include "common/index/stock.h"
#include "common/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS_MAX = 64 };

/* The time of a search when none is given, and into how many waits it is divided: for the
 * kind of export, for connections, for answers; and again without those that failed. */
enum { TIME_MS = 10000, WAITS = 6, WAIT_MIN_MS = 10 };

struct remote {
    struct xap_host hosts[HOSTS_MAX]; /* as they are before a search: none failed */
    size_t count;
    struct xap_terms *terms; /* NULL: the kind of export is not known yet */
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
    return status;
}

void remote_close(struct remote *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        free((char *)(uintptr_t)r->hosts[i].name);
    xap_terms_free(r->terms);
    free(r);
}

/* --- a search --- */

struct remote_search {
    struct pressmark_searcher *searcher;
    struct job *job;
    struct xap_host hosts[HOSTS_MAX];
    size_t count;
    unsigned wait_ms;
    size_t capacity;
    enum status status; /* of taking hits */
    struct status_error *err;
};

static void start(struct remote_search *r, struct pressmark_searcher *s, unsigned time_ms)
{
    r->searcher = s;
    r->count = s->remote->count;
    memcpy(r->hosts, s->remote->hosts, r->count * sizeof *r->hosts);
    r->wait_ms = (time_ms ? time_ms : TIME_MS) / WAITS;
    if (r->wait_ms < WAIT_MIN_MS)
        r->wait_ms = WAIT_MIN_MS;
}

/* How words were stemmed; articles in several languages are read as English ones. */
static enum status learn_language(struct remote_search *r, struct status_error *err)
{
    struct pressmark_searcher *s = r->searcher;
    struct buffer marker = BUFFER_INIT(1024);
    if (s->remote->terms)
        return STATUS_OK;
    enum status status =
        xap_remote_metadata(r->hosts, r->count, STOCK_METADATA, r->wait_ms, &marker, err);
    const char *language = buffer_text(&marker) + strlen(STOCK_VERSION);
    if (!status && strncmp(buffer_text(&marker), STOCK_VERSION, strlen(STOCK_VERSION)))
        status = status_set(err, STATUS_VERSION,
                            "the export at '%s:%u' is of another version: export again",
                            r->hosts[0].name, r->hosts[0].port);
    if (!status)
        snprintf(s->language, sizeof s->language, "%s", language);
    bool is_auto = strcmp(s->language, "auto") == 0;
    if (!status)
        status = xap_terms_new(is_auto ? "en" : s->language, &s->remote->terms, err);
    if (!status && !s->analyser)
        status = analyser_new(s->language, &s->analyser, err);
    if (!status && is_auto)
        analyser_add_language(&s->languages, slice_of("en"));
    buffer_free(&marker);
    return status;
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
static enum status ask(struct job *job, struct remote *r, struct xap_query **out,
                       struct status_error *err)
{
    struct xap_query *range = NULL;
    enum status status = remote_query(&job->query, r->terms, out, err);
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
        .wait_ms = r->wait_ms};
    enum status status =
        xap_remote_search(r->hosts, r->count, &request, take_hit, r, &total, err);
    r->job->results->total = total.matches;
    r->job->results->total_is_exact = total.is_exact && !has_missing(r);
    return status ? status : r->status;
}

enum status remote_search(struct pressmark_searcher *s, struct job *job,
                          struct status_error *err)
{
    struct remote_search r = {.job = job, .err = err};
    struct xap_query *query = NULL;
    start(&r, s, job->options->time_ms);
    job->results = calloc(1, sizeof *job->results);
    enum status status = job->results ? check(job, err) : status_no_memory(err);
    if (!status)
        status = learn_language(&r, err);
    if (!status)
        status = ask(job, s->remote, &query, err);
    if (!status)
        status = plan_to_show(s, job, err);
    if (!status)
        status = find(&r, query, err);
    tell_unsupported(job);
    tell_missing(&r, &job->query);
    if (!status)
        status = search_describe(job, err);
    xap_query_free(query);
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

enum status remote_get(struct pressmark_searcher *s, struct slice id, struct article *out,
                       struct status_error *err)
{
    struct remote_search r = {.err = err};
    struct xap_query *query = NULL;
    struct schema_term term;
    struct xap_total total;
    struct taken taken = {.article = out};
    start(&r, s, 0);
    schema_filter_term(SCHEMA_ID, id, &term);
    enum status status = learn_language(&r, err);
    if (!status)
        status = xap_query_filter(schema_slice(&term), &query, err);
    struct xap_request request = {
        .query = query, .count = 1, .k1 = 1, .wait_ms = r.wait_ms};
    if (!status)
        status = xap_remote_search(r.hosts, r.count, &request, take_article, &taken,
                                   &total, err);
    xap_query_free(query);
    if (status || taken.found)
        return status ? status : taken.status;
    return status_set(err, has_missing(&r) ? STATUS_IO : STATUS_NOT_FOUND,
                      has_missing(&r) ? "no article with the id '%.*s' on the servers "
                                        "that answer"
                                      : "no article with the id '%.*s'",
                      (int)(id.size < 200 ? id.size : 200), id.data);
}
