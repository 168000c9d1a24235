#include "searcher/cli/output.h"

#include "common/cli/cli.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A query from the command line may be any bytes; JSON is UTF-8. */
static json_t *text_of(const char *text)
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

static void set(json_t *object, const char *key, json_t *value)
{
    cli_check_memory(value);
    json_object_set_new(object, key, value);
}

/* The control characters U+007F to U+009F, which JSON lets through, are escaped too. */
static void print(const struct output *o, json_t *object)
{
    char *text = cli_check_memory(json_dumps(object, JSON_COMPACT));
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        bool c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0;
        if (c1 || *at == 0x7F)
            fprintf(o->out, "\\u%04x", c1 ? at[1] : at[0]);
        else
            fputc(*at, o->out);
        at += c1;
    }
    fputc('\n', o->out);
    free(text);
    json_decref(object);
}

static void set_field(json_t *object, const char *key, const struct pressmark_results *r,
                      size_t i, enum pressmark_field field)
{
    const char *text = pressmark_hit_text(r, i, field);
    if (*text)
        set(object, key, text_of(text));
}

static json_t *authors_of(const struct pressmark_results *r, size_t i)
{
    json_t *list = json_array();
    const char *author;
    for (size_t k = 0; (author = pressmark_hit_value(r, i, PRESSMARK_AUTHOR, k)); k++)
        json_array_append_new(list, text_of(author));
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
        set(part, "name", text_of(name));
        set(part, "value", json_real(value));
        json_array_append_new(list, part);
    }
    return json_pack("{s:f,s:o}", "score", pressmark_hit_score(r, i), "parts", list);
}

static void set_wording(json_t *hit, const struct pressmark_results *r, size_t i)
{
    size_t start, end;
    double similarity;
    const char *wording = pressmark_hit_wording(r, i, &start, &end, &similarity);
    set(hit, "verdict", text_of(output_verdict(pressmark_hit_verdict(r, i))));
    set(hit, "similarity", json_real(similarity));
    set(hit, "quotation", text_of(wording));
    set(hit, "start", json_integer((json_int_t)start));
    set(hit, "end", json_integer((json_int_t)end));
}

static void set_copies(json_t *hit, const struct pressmark_results *r, size_t i)
{
    json_t *ids = json_array();
    const char *id;
    size_t k = 0;
    for (; (id = pressmark_hit_copy(r, i, k)); k++)
        json_array_append_new(ids, text_of(id));
    set(hit, "copies", json_integer((json_int_t)k));
    if (k > 0)
        set(hit, "copy_ids", ids);
    else
        json_decref(ids);
}

static json_t *hit_of(const struct output *o, const struct pressmark_results *r, size_t i)
{
    json_t *hit = json_object();
    set(hit, "rank", json_integer((json_int_t)(i + 1 + o->offset)));
    set_field(hit, "id", r, i, PRESSMARK_ID);
    set(hit, "score", json_real(pressmark_hit_score(r, i)));
    set_field(hit, "title", r, i, PRESSMARK_TITLE);
    set_field(hit, "date", r, i, PRESSMARK_DATE);
    set_field(hit, "source", r, i, PRESSMARK_SOURCE);
    set(hit, "author", authors_of(r, i));
    set_field(hit, "url", r, i, PRESSMARK_URL);
    set_copies(hit, r, i);
    if (pressmark_hit_is_linked(r, i))
        set(hit, "linked", json_true());
    if (pressmark_hit_verdict(r, i))
        set_wording(hit, r, i);
    if (o->snippets) {
        set(hit, "snippet", text_of(pressmark_hit_snippet(r, i)));
        set(hit, "highlights", highlights_of(r, i));
    }
    if (o->explain)
        set(hit, "explain", parts_of(r, i));
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
            set(entry, "word", text_of(of));
            set(entry, "also", also);
            json_array_append_new(list, entry);
        }
        json_array_append_new(also, text_of(word));
        last = of;
    }
    return list;
}

static json_t *summary_of(const char *qid, const char *query,
                          const struct pressmark_results *r)
{
    int exact;
    uint64_t total = pressmark_results_total(r, &exact);
    json_t *object = json_object();
    json_t *warnings = json_array();
    const char *warning;
    for (size_t i = 0; (warning = pressmark_results_warning(r, i)); i++)
        json_array_append_new(warnings, text_of(warning));
    set(object, "format_version", json_integer(1));
    if (qid)
        set(object, "qid", text_of(qid));
    set(object, "query", text_of(query));
    set(object, "interpreted", text_of(pressmark_results_interpreted(r)));
    set(object, "warnings", warnings);
    set(object, "total",
        json_pack("{s:I,s:b}", "count", (json_int_t)total, "exact", exact));
    if (pressmark_results_expansion(r, 0, NULL))
        set(object, "variants", variants_of(r));
    if (*pressmark_results_suggestion(r))
        set(object, "suggestion", text_of(pressmark_results_suggestion(r)));
    set(object, "elapsed_ms", json_real(pressmark_results_elapsed_ms(r)));
    return object;
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
            json_array_append_new(list, json_pack("{s:o,s:I}", "value", text_of(value),
                                                  "count", (json_int_t)count));
        set(object, name, list);
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

void output_json(struct output *o, const char *qid, const char *query,
                 const struct pressmark_results *r)
{
    json_t *hits = json_array();
    json_t *summary = summary_of(qid, query, r);
    uint64_t count;
    if (o->facets)
        set(summary, "facets", facets_of(o, r));
    if (pressmark_results_period(r, 0, &count, NULL))
        set(summary, "timeline", timeline_of(r));
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        json_t *hit = hit_of(o, r, i);
        if (o->format == OUTPUT_JSONL && qid)
            set(hit, "qid", text_of(qid));
        if (o->format == OUTPUT_JSONL)
            print(o, hit);
        else
            json_array_append_new(hits, hit);
    }
    if (o->format == OUTPUT_JSON)
        set(summary, "hits", hits);
    else
        json_decref(hits);
    print(o, summary);
}

/* --- words --- */

void output_words(struct output *o, const char *prefix,
                  const struct pressmark_words *words)
{
    json_t *list = json_array();
    const char *word;
    uint64_t articles;
    bool is_json = o->format == OUTPUT_JSON || o->format == OUTPUT_JSONL;
    for (size_t i = 0; (word = pressmark_words_get(words, i, &articles)); i++) {
        if (is_json) {
            json_array_append_new(list, json_pack("{s:o,s:I}", "word", text_of(word),
                                                  "articles", (json_int_t)articles));
            continue;
        }
        cli_print_safe(o->out, word, strlen(word), true);
        fputc('\n', o->out);
    }
    if (is_json)
        print(o, json_pack("{s:i,s:o,s:o}", "format_version", 1, "prefix",
                           text_of(prefix), "words", list));
    else
        json_decref(list);
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
        json_array_append_new(list, url && *url
                                        ? json_pack("{s:o,s:o}", "title", text_of(title),
                                                    "url", text_of(url))
                                        : text_of(title));
    }
    return list;
}

static json_t *article_json(const struct pressmark_article *a)
{
    json_t *object = json_object();
    for (size_t f = 0; f < sizeof article_fields / sizeof *article_fields; f++) {
        const char *value = pressmark_article_value(a, article_fields[f].field, 0);
        if (!value)
            continue;
        if (!article_fields[f].list) {
            set(object, article_fields[f].key, text_of(value));
            continue;
        }
        json_t *list = json_array();
        for (size_t k = 0;
             (value = pressmark_article_value(a, article_fields[f].field, k)); k++)
            json_array_append_new(list, text_of(value));
        set(object, article_fields[f].key, list);
    }
    if (pressmark_article_value(a, PRESSMARK_RELATED, 0))
        set(object, "related", related_of(a));
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

static void print_values(const struct output *o, const struct pressmark_article *a,
                         enum pressmark_field field, const char *label)
{
    const char *value;
    for (size_t k = 0; (value = pressmark_article_value(a, field, k)); k++) {
        fprintf(o->out, k == 0 ? "%-10s" : "; ", label);
        cli_print_safe(o->out, value, strlen(value), true);
    }
    if (pressmark_article_value(a, field, 0))
        fputc('\n', o->out);
}

static void print_article(const struct output *o, const struct pressmark_article *a)
{
    const char *title = pressmark_article_text(a, PRESSMARK_TITLE);
    const char *body = pressmark_article_text(a, PRESSMARK_BODY);
    const char *related;
    if (*title) {
        fputs(o->color ? "\033[1m" : "", o->out);
        cli_print_safe(o->out, title, strlen(title), true);
        fputs(o->color ? "\033[0m\n\n" : "\n\n", o->out);
    }
    for (size_t f = 0; f < sizeof article_fields / sizeof *article_fields; f++)
        if (article_fields[f].field != PRESSMARK_TITLE &&
            article_fields[f].field != PRESSMARK_BODY)
            print_values(o, a, article_fields[f].field, article_fields[f].key);
    if (*body) {
        fputc('\n', o->out);
        cli_print_safe(o->out, body, strlen(body), false);
        fputc('\n', o->out);
    }
    for (size_t k = 0; (related = pressmark_article_value(a, PRESSMARK_RELATED, k));
         k++) {
        fputs(k == 0 ? "\nRelated:\n- " : "- ", o->out);
        cli_print_safe(o->out, related, strlen(related), true);
        fputc('\n', o->out);
    }
}

enum pressmark_status output_article(struct output *o,
                                     struct pressmark_searcher *searcher,
                                     const struct pressmark_article *article,
                                     const char *highlight, struct pressmark_error *err)
{
    if (o->format != OUTPUT_JSON && o->format != OUTPUT_JSONL) {
        print_article(o, article);
        return PRESSMARK_OK;
    }
    size_t count = 0;
    json_t *object = article_json(article);
    enum pressmark_status status = PRESSMARK_OK;
    if (highlight)
        status = pressmark_article_highlight(searcher, article, highlight, 0, NULL, NULL,
                                             &count, err);
    if (!status && highlight) {
        size_t *starts = cli_check_memory(calloc(count + 1, sizeof *starts));
        size_t *ends = cli_check_memory(calloc(count + 1, sizeof *ends));
        status = pressmark_article_highlight(searcher, article, highlight, count, starts,
                                             ends, &count, err);
        if (!status)
            set(object, "highlights", spans_of(starts, ends, count));
        free(starts);
        free(ends);
    }
    if (status)
        json_decref(object);
    else
        print(o, object);
    return status;
}
