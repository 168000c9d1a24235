#include "searcher/cli/json.h"

#include "common/cli/cli.h"

#include <stdlib.h>
#include <string.h>

/* A query from the command line may be any bytes; JSON is UTF-8. */
json_t *json_text(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    struct slice_copy {
        char *data;
        size_t size;
    } copy = {cli_check_memory(malloc(3 * strlen(text) + 1)), 0};
    for (; *text; text++) {
        if ((unsigned char)*text < 0x80) {
            copy.data[copy.size++] = *text;
        } else {
            memcpy(copy.data + copy.size, "\xEF\xBF\xBD", 3);
            copy.size += 3;
        }
    }
    value = json_stringn(copy.data, copy.size);
    free(copy.data);
    return cli_check_memory(value);
}

void json_set(json_t *object, const char *key, json_t *value)
{
    cli_check_memory(value);
    json_object_set_new(object, key, value);
}

/* U+007F to U+009F, which JSON lets through: their bytes at `at`, or 0. */
static size_t control_bytes(const unsigned char *at)
{
    return at[0] == 0x7F ? 1 : at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0 ? 2 : 0;
}

char *json_line(const json_t *value)
{
    char *text = cli_check_memory(json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY));
    size_t size = 0, extra = 2;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++, size++)
        extra += control_bytes(at) > 0 ? 5 : 0;
    text = cli_check_memory(realloc(text, size + extra));
    if (extra > 2) {
        char *from = text + extra - 2, *to = text;
        memmove(from, text, size + 1);
        for (size_t n; *from; from += n ? n : 1) {
            n = control_bytes((const unsigned char *)from);
            char escape[8] = {*from};
            if (n > 0)
                snprintf(escape, sizeof escape, "\\u%04x", (unsigned char)from[n - 1]);
            memcpy(to, escape, n > 0 ? 6 : 1);
            to += n > 0 ? 6 : 1;
        }
        size = (size_t)(to - text);
    }
    memcpy(text + size, "\n", 2);
    return text;
}

void json_print(FILE *out, json_t *object)
{
    char *text = json_line(object);
    fputs(text, out);
    free(text);
    json_decref(object);
}

static void set_field(json_t *object, const char *key, const struct pressmark_results *r,
                      size_t i, enum pressmark_field field)
{
    const char *text = pressmark_hit_text(r, i, field);
    if (*text)
        json_set(object, key, json_text(text));
}

static json_t *authors_of(const struct pressmark_results *r, size_t i)
{
    json_t *list = json_array();
    const char *author;
    for (size_t k = 0; (author = pressmark_hit_value(r, i, PRESSMARK_AUTHOR, k)); k++)
        json_array_append_new(list, json_text(author));
    return list;
}

static json_t *highlights_of(const struct pressmark_results *r, size_t i)
{
    json_t *list = json_array();
    size_t start, end;
    for (size_t k = 0; pressmark_hit_highlight(r, i, k, &start, &end); k++)
        json_array_append_new(list, json_pack("{s:I,s:I}", "start", (json_int_t)start,
                                              "end", (json_int_t)end));
    return list;
}

static json_t *parts_of(const struct pressmark_results *r, size_t i)
{
    json_t *list = json_array();
    const char *name;
    double value;
    for (size_t k = 0; pressmark_hit_part(r, i, k, &name, &value); k++) {
        json_t *part = json_object();
        json_set(part, "name", json_text(name));
        json_set(part, "value", json_real(value));
        json_array_append_new(list, part);
    }
    return json_pack("{s:f,s:o}", "score", pressmark_hit_score(r, i), "parts", list);
}

static void set_wording(json_t *hit, const struct pressmark_results *r, size_t i)
{
    size_t start, end;
    double similarity;
    const char *wording = pressmark_hit_wording(r, i, &start, &end, &similarity);
    json_set(hit, "verdict", json_text(output_verdict(pressmark_hit_verdict(r, i))));
    json_set(hit, "similarity", json_real(similarity));
    json_set(hit, "quotation", json_text(wording));
    json_set(hit, "start", json_integer((json_int_t)start));
    json_set(hit, "end", json_integer((json_int_t)end));
}

static void set_copies(json_t *hit, const struct pressmark_results *r, size_t i)
{
    json_t *ids = json_array();
    const char *id;
    size_t k = 0;
    for (; (id = pressmark_hit_copy(r, i, k)); k++)
        json_array_append_new(ids, json_text(id));
    json_set(hit, "copies", json_integer((json_int_t)k));
    if (k > 0)
        json_set(hit, "copy_ids", ids);
    else
        json_decref(ids);
}

json_t *json_of_hit(const struct output *o, const struct pressmark_results *r, size_t i)
{
    json_t *hit = json_object();
    json_set(hit, "rank", json_integer((json_int_t)(i + 1 + o->offset)));
    set_field(hit, "id", r, i, PRESSMARK_ID);
    json_set(hit, "score", json_real(pressmark_hit_score(r, i)));
    set_field(hit, "title", r, i, PRESSMARK_TITLE);
    set_field(hit, "date", r, i, PRESSMARK_DATE);
    set_field(hit, "source", r, i, PRESSMARK_SOURCE);
    json_set(hit, "author", authors_of(r, i));
    set_field(hit, "url", r, i, PRESSMARK_URL);
    set_copies(hit, r, i);
    if (pressmark_hit_is_linked(r, i))
        json_set(hit, "linked", json_true());
    if (pressmark_hit_verdict(r, i))
        set_wording(hit, r, i);
    if (o->snippets) {
        json_set(hit, "snippet", json_text(pressmark_hit_snippet(r, i)));
        json_set(hit, "highlights", highlights_of(r, i));
    }
    if (o->explain)
        json_set(hit, "explain", parts_of(r, i));
    return hit;
}

/* The words of the query that stand for others too, with those. */
static json_t *variants_of(const struct pressmark_results *r)
{
    json_t *list = json_array(), *also = NULL;
    const char *word, *of, *last = "";
    for (size_t i = 0; (word = pressmark_results_expansion(r, i, &of)); i++) {
        if (!also || strcmp(of, last) != 0) {
            json_t *entry = json_object();
            also = json_array();
            json_set(entry, "word", json_text(of));
            json_set(entry, "also", also);
            json_array_append_new(list, entry);
        }
        json_array_append_new(also, json_text(word));
        last = of;
    }
    return list;
}

/* Reprints of the article that the hits are related to. */
static json_t *copies_of(const struct pressmark_results *r)
{
    json_t *ids = json_array();
    const char *id;
    for (size_t i = 0; (id = pressmark_results_copy(r, i)); i++)
        json_array_append_new(ids, json_text(id));
    return ids;
}

static json_t *facets_of(const struct output *o, const struct pressmark_results *r)
{
    json_t *object = json_object();
    enum pressmark_field field;
    const char *name, *value;
    uint64_t count;
    for (size_t f = 0; (name = output_facet(f, &field)); f++) {
        if (!(o->facets >> field & 1))
            continue;
        json_t *list = json_array();
        for (size_t i = 0; (value = pressmark_results_facet(r, field, i, &count)); i++)
            json_array_append_new(list, json_pack("{s:o,s:I}", "value", json_text(value),
                                                  "count", (json_int_t)count));
        json_set(object, name, list);
    }
    return object;
}

static json_t *timeline_of(const struct pressmark_results *r)
{
    json_t *list = json_array();
    const char *from;
    uint64_t count;
    double share;
    for (size_t i = 0; (from = pressmark_results_period(r, i, &count, &share)); i++)
        json_array_append_new(list, json_pack("{s:s,s:I,s:f}", "from", from, "count",
                                              (json_int_t)count, "share", share));
    return list;
}

json_t *json_of_summary(const struct output *o, const char *qid, const char *query,
                        const struct pressmark_results *r)
{
    int exact;
    uint64_t total = pressmark_results_total(r, &exact);
    json_t *object = json_object();
    json_t *warnings = json_array();
    const char *warning;
    for (size_t i = 0; (warning = pressmark_results_warning(r, i)); i++)
        json_array_append_new(warnings, json_text(warning));
    json_set(object, "format_version", json_integer(1));
    if (qid)
        json_set(object, "qid", json_text(qid));
    json_set(object, "query", json_text(query));
    json_set(object, "interpreted", json_text(pressmark_results_interpreted(r)));
    json_set(object, "warnings", warnings);
    json_set(object, "total",
             json_pack("{s:I,s:b}", "count", (json_int_t)total, "exact", exact));
    if (pressmark_results_expansion(r, 0, NULL))
        json_set(object, "variants", variants_of(r));
    if (pressmark_results_copy(r, 0))
        json_set(object, "copy_ids", copies_of(r));
    if (*pressmark_results_suggestion(r))
        json_set(object, "suggestion", json_text(pressmark_results_suggestion(r)));
    json_set(object, "elapsed_ms", json_real(pressmark_results_elapsed_ms(r)));
    if (o->facets)
        json_set(object, "facets", facets_of(o, r));
    if (pressmark_results_period(r, 0, NULL, NULL))
        json_set(object, "timeline", timeline_of(r));
    return object;
}

json_t *json_of_results(const struct output *o, const char *qid, const char *query,
                        const struct pressmark_results *r)
{
    json_t *object = json_of_summary(o, qid, query, r), *hits = json_array();
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        json_array_append_new(hits, json_of_hit(o, r, i));
    json_set(object, "hits", hits);
    return object;
}

json_t *json_of_words(const char *prefix, const struct pressmark_words *words)
{
    json_t *list = json_array();
    const char *word;
    uint64_t articles;
    for (size_t i = 0; (word = pressmark_words_get(words, i, &articles)); i++)
        json_array_append_new(list, json_pack("{s:o,s:I}", "word", json_text(word),
                                              "articles", (json_int_t)articles));
    return json_pack("{s:i,s:o,s:o}", "format_version", 1, "prefix", json_text(prefix),
                     "words", list);
}

/* --- an article --- */

static const struct {
    enum pressmark_field field;
    const char *key;
    bool list;
} article_fields[] = {
    {PRESSMARK_ID, "id", false},
    {PRESSMARK_URL, "url", false},
    {PRESSMARK_TITLE, "title", false},
    {PRESSMARK_SUMMARY, "summary", false},
    {PRESSMARK_BODY, "body", false},
    {PRESSMARK_DATE, "date", false},
    {PRESSMARK_UPDATED, "updated", false},
    {PRESSMARK_SOURCE, "source", false},
    {PRESSMARK_AUTHOR, "author", true},
    {PRESSMARK_SECTION, "section", false},
    {PRESSMARK_LANGUAGE, "language", false},
    {PRESSMARK_TAGS, "tags", true},
    {PRESSMARK_PLACES, "places", true},
    {PRESSMARK_PEOPLE, "people", true},
    {PRESSMARK_TOPICS, "topics", true},
};

static json_t *related_of(const struct pressmark_article *a)
{
    json_t *list = json_array();
    const char *title;
    for (size_t k = 0; (title = pressmark_article_value(a, PRESSMARK_RELATED, k)); k++) {
        const char *url = pressmark_article_value(a, PRESSMARK_RELATED_URL, k);
        json_array_append_new(list, url && *url ? json_pack("{s:o,s:o}", "title",
                                                            json_text(title), "url",
                                                            json_text(url))
                                                : json_text(title));
    }
    return list;
}

static json_t *fields_of(const struct pressmark_article *a)
{
    json_t *object = json_object();
    for (size_t f = 0; f < sizeof article_fields / sizeof *article_fields; f++) {
        const char *value = pressmark_article_value(a, article_fields[f].field, 0);
        if (!value)
            continue;
        if (!article_fields[f].list) {
            json_set(object, article_fields[f].key, json_text(value));
            continue;
        }
        json_t *list = json_array();
        for (size_t k = 0;
             (value = pressmark_article_value(a, article_fields[f].field, k)); k++)
            json_array_append_new(list, json_text(value));
        json_set(object, article_fields[f].key, list);
    }
    if (pressmark_article_value(a, PRESSMARK_RELATED, 0))
        json_set(object, "related", related_of(a));
    return object;
}

static json_t *spans_of(const size_t *starts, const size_t *ends, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:I,s:I}", "start", (json_int_t)starts[i],
                                              "end", (json_int_t)ends[i]));
    return list;
}

json_t *json_of_article(struct pressmark_searcher *searcher,
                        const struct pressmark_article *article, const char *highlight,
                        const struct pressmark_search_options *options,
                        struct pressmark_error *err)
{
    size_t count = 256, capacity = 0, *starts = NULL, *ends = NULL;
    json_t *object = fields_of(article);
    enum pressmark_status status = PRESSMARK_OK;
    while (highlight && !status && capacity < count) { /* once more when they are more */
        capacity = count;
        starts = cli_check_memory(realloc(starts, capacity * sizeof *starts));
        ends = cli_check_memory(realloc(ends, capacity * sizeof *ends));
        status = pressmark_article_highlight(searcher, article, highlight, options,
                                             capacity, starts, ends, &count, err);
    }
    if (highlight && !status)
        json_set(object, "highlights", spans_of(starts, ends, count));
    free(starts);
    free(ends);
    if (!status)
        return object;
    json_decref(object);
    return NULL;
}
