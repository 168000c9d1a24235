/* Queries over the corpus with answers that were written down beforehand.
 *
 * usage: test_golden INDEX golden.jsonl */
#include <jansson.h>
#include <pressmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_hit(const struct pressmark_results *r, const char *id)
{
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        if (strcmp(pressmark_hit_text(r, i, PRESSMARK_ID), id) == 0)
            return 1;
    return 0;
}

static int complain(json_t *golden, const char *what, const char *id)
{
    printf("%s '%s': %s %s (%s)\n", json_string_value(json_object_get(golden, "qid")),
           json_string_value(json_object_get(golden, "query")), what, id,
           json_string_value(json_object_get(golden, "why")));
    return 1;
}

static double sum_of_parts(const struct pressmark_results *r, size_t i)
{
    double sum = 0, value;
    const char *name;
    for (size_t k = 0; pressmark_hit_part(r, i, k, &name, &value); k++)
        sum += value;
    return sum;
}

static int check_results(json_t *golden, const struct pressmark_results *r)
{
    int failures = 0;
    size_t i;
    json_t *id;
    const char *first = json_string_value(json_object_get(golden, "first"));
    if (first && strcmp(pressmark_hit_text(r, 0, PRESSMARK_ID), first) != 0)
        failures += complain(golden, "first is not", first);
    json_array_foreach(json_object_get(golden, "must"), i, id)
    {
        if (!is_hit(r, json_string_value(id)))
            failures += complain(golden, "lacks", json_string_value(id));
    }
    json_array_foreach(json_object_get(golden, "must_not"), i, id)
    {
        if (is_hit(r, json_string_value(id)))
            failures += complain(golden, "has", json_string_value(id));
    }
    return failures;
}

static int check_sums(json_t *golden, const struct pressmark_results *r)
{
    int failures = 0;
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        double off = sum_of_parts(r, i) - pressmark_hit_score(r, i);
        if (off > 1e-9 || off < -1e-9)
            failures += complain(golden, "parts do not add up for",
                                 pressmark_hit_text(r, i, PRESSMARK_ID));
    }
    return failures;
}

/* Scores are explained whatever made them. */
static int check_ways(struct pressmark_searcher *s, json_t *golden, const char *query)
{
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    int failures = 0;
    o.limit = PRESSMARK_ALL_HITS;
    o.explain = 1;
    o.now = "2025-06-30";
    for (int way = 0; way < 4; way++) {
        o.feedback = way & 1;
        o.recency_days = way & 2 ? 100 : 0;
        if (pressmark_search(s, query, &o, &r, NULL) != PRESSMARK_OK)
            return failures + 1;
        failures += check_sums(golden, r);
        pressmark_results_free(r);
    }
    return failures;
}

static int check_line(struct pressmark_searcher *s, const char *line)
{
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    json_t *golden = json_loads(line, 0, NULL);
    const char *query = json_string_value(json_object_get(golden, "query"));
    int failures = 1;
    o.limit = PRESSMARK_ALL_HITS;
    o.explain = 1;
    o.collapse = PRESSMARK_COLLAPSE_NONE;
    if (query && pressmark_search(s, query, &o, &r, NULL) == PRESSMARK_OK) {
        failures = check_results(golden, r) + check_sums(golden, r) +
                   check_ways(s, golden, query);
        pressmark_results_free(r);
    }
    json_decref(golden);
    return failures;
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    char *line = NULL;
    size_t capacity = 0;
    int queries = 0, failures = 0;
    FILE *in = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (!in || pressmark_open((const char *const *)&argv[1], 1, &s, &err) != PRESSMARK_OK)
        return 2;
    while (getline(&line, &capacity, in) > 0) {
        queries++;
        failures += check_line(s, line);
    }
    printf("%d queries, %d failures\n", queries, failures);
    free(line);
    fclose(in);
    pressmark_close(s);
    return failures > 0 || queries == 0;
}
