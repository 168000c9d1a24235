#include "searcher/serve/request.h"

#include "searcher/cli/choices.h"
#include "searcher/cli/json.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Parameters that were read; what was not given is 0, the limit -1. */
struct params {
    const char *query, *id, *text, *prefix, *highlight, *sort, *since, *until, *now,
        *language, *dialect, *collapse, *timeline;
    json_int_t limit, offset, snippet_chars, facet_limit, recency, time_ms;
    int no_snippet, no_variants, exact_count, explain, feedback, count_only;
    const json_t *facets;
};

#define AT(member) offsetof(struct params, member)

static const struct request_param all_params[] = {
    {"query", REQUEST_TEXT, 0, 0, "in the query language, see pressmark-query(7)",
     AT(query)},
    {"id", REQUEST_TEXT, 0, 0, "of an article", AT(id)},
    {"text", REQUEST_TEXT, 0, 0, "words, or a whole article", AT(text)},
    {"prefix", REQUEST_TEXT, 0, 0, "the beginning of a word", AT(prefix)},
    {"highlight", REQUEST_TEXT, 0, 0, "a query: where its words stand in the body",
     AT(highlight)},
    {"limit", REQUEST_COUNT, 1000, 0, "how many at most (10)", AT(limit)},
    {"offset", REQUEST_COUNT, 1000000, 0, "how many to leave out in front", AT(offset)},
    {"sort", REQUEST_CHOICE, 0, CHOICES_SORT, "the order (relevance)", AT(sort)},
    {"since", REQUEST_TEXT, 0, 0, "published then or later: 2025-01, yesterday",
     AT(since)},
    {"until", REQUEST_TEXT, 0, 0, "published then or earlier", AT(until)},
    {"now", REQUEST_TEXT, 0, 0, "what today means (the clock)", AT(now)},
    {"language", REQUEST_TEXT, 0, 0, "of the query (all of the index)", AT(language)},
    {"dialect", REQUEST_CHOICE, 0, CHOICES_DIALECT, "what w/5 means (nexis)",
     AT(dialect)},
    {"recency", REQUEST_COUNT, 100000, 0,
     "a bonus for recent articles, halved every so many days", AT(recency)},
    {"feedback", REQUEST_FLAG, 0, 0, "also look for what the best articles are about",
     AT(feedback)},
    {"no_variants", REQUEST_FLAG, 0, 0, "names only as they are typed", AT(no_variants)},
    {"collapse", REQUEST_CHOICE, 0, CHOICES_COLLAPSE,
     "fold reprints into one hit (duplicates)", AT(collapse)},
    {"exact_count", REQUEST_FLAG, 0, 0, "count all matches", AT(exact_count)},
    {"explain", REQUEST_FLAG, 0, 0, "parts that add up to each score", AT(explain)},
    {"no_snippet", REQUEST_FLAG, 0, 0, "no text of the hits", AT(no_snippet)},
    {"snippet_chars", REQUEST_COUNT, 10000, 0, "about so long (240)", AT(snippet_chars)},
    {"facets", REQUEST_CHOICES, 0, "source|author|section|place|person|tag|language",
     "fields whose values are counted over all matches", AT(facets)},
    {"facet_limit", REQUEST_COUNT, 100000, 0, "values of each (20)", AT(facet_limit)},
    {"timeline", REQUEST_CHOICE, 0, CHOICES_TIMELINE, "count matches over time",
     AT(timeline)},
    {"time_ms", REQUEST_COUNT, 3600000, 0, "milliseconds for it", AT(time_ms)},
};

#define SELECTING " query since until now language dialect time_ms "
#define SHOWING \
    " limit offset sort no_snippet snippet_chars collapse no_variants explain "

static const struct request_method methods[] = {
    {"search", "Searches the archive; articles ranked, best first.", NULL,
     SELECTING SHOWING " recency feedback exact_count facets facet_limit timeline "},
    {"get_article", "The article with this id, with all its fields.", "id",
     " id highlight "},
    {"related",
     "Articles that give context to one of the archive (id) or to any other (text), "
     "among "
     "those that match the query if there is one.",
     NULL, " id text " SELECTING SHOWING " recency "},
    {"timeline", "How many articles match over time, and their share of all.", "timeline",
     SELECTING " timeline no_variants "},
    {"verify_quote",
     "Whether these words stand in a quotation: where, or the nearest wording.", "text",
     " text " SELECTING SHOWING},
    {"complete", "Words of the archive that continue a prefix, by frequency.", "prefix",
     " prefix limit "},
    {"index_info", "What the archive holds: articles, years, sources, languages.", NULL,
     " "},
};

static bool has_param(const struct request_method *m, const char *name)
{
    char padded[64];
    snprintf(padded, sizeof padded, " %s ", name);
    return strstr(m->params, padded) != NULL;
}

const struct request_method *request_method(size_t i)
{
    return i < sizeof methods / sizeof *methods ? &methods[i] : NULL;
}

const struct request_param *request_param(const struct request_method *m, size_t i)
{
    for (size_t p = 0; p < sizeof all_params / sizeof *all_params; p++)
        if (has_param(m, all_params[p].name) && i-- == 0)
            return &all_params[p];
    return NULL;
}

const struct request_method *request_find_method(const char *name)
{
    const struct request_method *m;
    for (size_t i = 0; (m = request_method(i)) && strcmp(m->name, name) != 0;)
        i++;
    return m;
}

const struct request_param *request_find_param(const struct request_method *m,
                                               const char *name)
{
    const struct request_param *p;
    for (size_t i = 0; (p = request_param(m, i)) && strcmp(p->name, name) != 0;)
        i++;
    return p;
}

/* --- reading parameters --- */

static bool bad(struct request_error *e, const char *name, const char *what,
                const char *more)
{
    e->failure = REQUEST_BAD_PARAMS;
    snprintf(e->message, sizeof e->message, "'%.60s' %s%.200s", name, what, more);
    return false;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t size = strlen(text);
    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, text, size) == 0 && (at[size] == '|' || at[size] == '\0'))
            return size > 0;
    }
    return false;
}

static bool read_text(const struct request_param *p, const json_t *value, void *to,
                      struct request_error *e)
{
    const char *text = json_string_value(value);
    if (!text)
        return bad(e, p->name, "takes a text", "");
    if (strlen(text) != json_string_length(value))
        return bad(e, p->name, "takes a text without a character of code 0", "");
    if (p->type == REQUEST_CHOICE && !is_choice(p->choices, text))
        return bad(e, p->name, "takes one of ", p->choices);
    *(const char **)to = text;
    return true;
}

static bool read_choices(const struct request_param *p, const json_t *value, void *to,
                         struct request_error *e)
{
    size_t i;
    json_t *item;
    if (!json_is_array(value))
        return bad(e, p->name, "takes a list of ", p->choices);
    json_array_foreach(value, i, item)
    {
        const char *text = json_string_value(item);
        if (!text || !is_choice(p->choices, text))
            return bad(e, p->name, "takes a list of ", p->choices);
    }
    *(const json_t **)to = value;
    return true;
}

static bool read_param(const struct request_param *p, const json_t *value,
                       struct params *out, struct request_error *e)
{
    void *to = (char *)out + p->offset;
    char most[32];
    switch (p->type) {
    case REQUEST_TEXT:
    case REQUEST_CHOICE:
        return read_text(p, value, to, e);
    case REQUEST_CHOICES:
        return read_choices(p, value, to, e);
    case REQUEST_FLAG:
        if (!json_is_boolean(value))
            return bad(e, p->name, "takes true or false", "");
        *(int *)to = json_is_true(value);
        return true;
    case REQUEST_COUNT:
        break;
    }
    snprintf(most, sizeof most, "%lld", p->max);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > p->max)
        return bad(e, p->name, "takes a whole number from 0 to ", most);
    *(json_int_t *)to = json_integer_value(value);
    return true;
}

static bool read_params(const struct request_method *m, const json_t *params,
                        struct params *out, struct request_error *e)
{
    const char *key;
    json_t *value;
    if (params && !json_is_object(params))
        return bad(e, "params", "must be an object", "");
    json_object_foreach((json_t *)(uintptr_t)params, key, value)
    {
        const struct request_param *p = request_find_param(m, key);
        if (!p)
            return bad(e, key, "is no parameter of ", m->name);
        if (!read_param(p, value, out, e))
            return false;
    }
    if (m->required && !json_object_get(params, m->required))
        return bad(e, m->required, "is missing", "");
    return true;
}

static bool is_short(const struct params *p, const struct request_limits *limits,
                     struct request_error *e)
{
    const char *names[] = {"query", "highlight"}, *texts[] = {p->query, p->highlight};
    char most[64];
    snprintf(most, sizeof most, "%llu bytes (--max-query)",
             (unsigned long long)limits->max_query);
    for (size_t i = 0; limits->max_query > 0 && i < 2; i++)
        if (texts[i] && strlen(texts[i]) > limits->max_query)
            return bad(e, names[i], "may have at most ", most);
    return true;
}

/* --- answering --- */

static struct pressmark_search_options options_of(const struct params *p,
                                                  const struct request_limits *limits,
                                                  struct output *out)
{
    struct pressmark_search_options s = PRESSMARK_SEARCH_OPTIONS_INIT;
    size_t i;
    json_t *name;
    json_array_foreach(p->facets, i, name) output_add_facet(out, json_string_value(name));
    out->snippets = !p->no_snippet;
    out->explain = p->explain;
    out->offset = (unsigned)p->offset;
    bool no_hits = p->count_only || p->limit == 0;
    s.limit = no_hits ? PRESSMARK_NO_HITS : p->limit < 0 ? 0 : (unsigned)p->limit;
    s.offset = (unsigned)p->offset;
    s.sort = choice_sort(p->sort);
    s.since = p->since;
    s.until = p->until;
    s.now = p->now;
    s.language = p->language;
    s.dialect = choice_dialect(p->dialect);
    s.collapse = choice_collapse(p->collapse);
    s.recency_days = (double)p->recency;
    s.feedback = p->feedback;
    s.no_variants = p->no_variants;
    s.exact_count = p->exact_count;
    s.explain = p->explain;
    s.no_snippet = p->no_snippet;
    s.snippet_chars = (unsigned)p->snippet_chars;
    s.facets = out->facets;
    s.facet_limit = (unsigned)p->facet_limit;
    s.timeline = choice_timeline(p->timeline);
    s.time_ms = (unsigned)p->time_ms;
    if (limits->time_ms > 0 && (s.time_ms == 0 || s.time_ms > limits->time_ms))
        s.time_ms = limits->time_ms;
    s.cancel = limits->cancel;
    return s;
}

static json_t *fail(struct request_error *e, const struct pressmark_error *err)
{
    e->failure = err->status == PRESSMARK_ARGUMENT      ? REQUEST_BAD_PARAMS
                 : err->status == PRESSMARK_NOT_FOUND   ? REQUEST_NOT_FOUND
                 : err->status == PRESSMARK_CANCELLED   ? REQUEST_CANCELLED
                 : err->status == PRESSMARK_UNSUPPORTED ? REQUEST_UNSUPPORTED
                                                        : REQUEST_FAILED;
    snprintf(e->message, sizeof e->message, "%s", err->message);
    return NULL;
}

static json_t *search(struct pressmark_searcher *searcher, const char *method,
                      const struct params *p, const struct request_limits *limits,
                      struct request_error *e)
{
    struct output out = {.format = OUTPUT_JSON};
    struct pressmark_search_options s = options_of(p, limits, &out);
    struct pressmark_results *results;
    struct pressmark_error err;
    const char *query = p->query ? p->query : "";
    if (strcmp(method, "related") == 0) {
        s.related_to = p->id;
        s.related_text = p->id ? NULL : p->text;
    }
    if (strcmp(method, "verify_quote") == 0)
        s.verify_quote = p->text;
    if (pressmark_search(searcher, query, &s, &results, &err))
        return fail(e, &err);
    json_t *answer = json_of_results(&out, NULL, query, results);
    pressmark_results_free(results);
    return answer;
}

static json_t *get_article(struct pressmark_searcher *searcher, const struct params *p,
                           const struct request_limits *limits, struct request_error *e)
{
    struct pressmark_search_options options = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_article *article;
    struct pressmark_error err;
    if (pressmark_get(searcher, p->id, &article, &err))
        return fail(e, &err);
    options.time_ms = limits->time_ms;
    options.cancel = limits->cancel;
    json_t *answer = json_of_article(searcher, article, p->highlight, &options, &err);
    pressmark_article_free(article);
    return answer ? answer : fail(e, &err);
}

static json_t *complete(struct pressmark_searcher *searcher, const struct params *p,
                        struct request_error *e)
{
    struct pressmark_words *words;
    struct pressmark_error err;
    if (pressmark_complete(searcher, p->prefix, p->limit < 0 ? 0 : (unsigned)p->limit,
                           &words, &err))
        return fail(e, &err);
    json_t *answer = json_of_words(p->prefix, words);
    pressmark_words_free(words);
    return answer;
}

/* What a search for everything counts. */
static json_t *index_info(struct pressmark_searcher *searcher,
                          const struct request_limits *limits, struct request_error *e)
{
    json_t *facets = json_pack("[s,s,s]", "source", "section", "language");
    struct params p = {.facets = facets, .timeline = "year", .count_only = 1};
    json_t *answer = search(searcher, "search", &p, limits, e);
    json_decref(facets);
    if (!answer)
        return NULL;
    json_t *info = json_pack("{s:i,s:O,s:O}", "format_version", 1, "articles",
                             json_object_get(json_object_get(answer, "total"), "count"),
                             "facets", json_object_get(answer, "facets"));
    if (json_object_get(answer, "timeline"))
        json_object_set(info, "years", json_object_get(answer, "timeline"));
    json_decref(answer);
    return info;
}

json_t *request_answer(struct pressmark_searcher *searcher, const char *method,
                       const json_t *params, const struct request_limits *limits,
                       struct request_error *e)
{
    struct params p = {.limit = -1};
    const struct request_method *m = request_find_method(method);
    if (!m) {
        e->failure = REQUEST_NO_METHOD;
        snprintf(e->message, sizeof e->message, "there is no method '%.60s'", method);
        return NULL;
    }
    if (!read_params(m, params, &p, e) || !is_short(&p, limits, e))
        return NULL;
    if (strcmp(method, "related") == 0 && !p.id == !p.text) {
        bad(e, "related", "takes either id or text", "");
        return NULL;
    }
    p.count_only = strcmp(method, "timeline") == 0;
    if (strcmp(method, "get_article") == 0)
        return get_article(searcher, &p, limits, e);
    if (strcmp(method, "complete") == 0)
        return complete(searcher, &p, e);
    if (strcmp(method, "index_info") == 0)
        return index_info(searcher, limits, e);
    return search(searcher, method, &p, limits, e);
}
