/* The time of queries on an index: parsing, planning and finding the ten best; nothing is
 * read of the articles found, as in the peers' benchmarks.
 *
 * usage: search_speed INDEX BUDGET_S FOLDER SET:MODE...
 *
 * A set is the file FOLDER/SET.txt, a query a line. Modes: `or` (the words as they are),
 * `and`, `phrase`, `near` (within 5 words), `plain` (joined by OR: without what is added
 * for all words and for closeness), `count` (as `or`, every match counted). Prints a row
 * for each set: `pressmark`, set, mode, queries, mean, median and 99th percentile in
 * microseconds, hits.
 */
#include "searcher/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TOP = 10, PASSES = 5, QUERY_MAX = 4096 };

struct queries {
    char **items;
    size_t count, capacity;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The words of a line joined as the mode wants; NULL when there are none. */
static char *make_query(const char *line, const char *mode)
{
    struct buffer text = BUFFER_INIT(QUERY_MAX);
    bool phrase = strcmp(mode, "phrase") == 0, first = true;
    const char *join = strcmp(mode, "and") == 0     ? " AND "
                       : strcmp(mode, "near") == 0  ? " w/5 "
                       : strcmp(mode, "plain") == 0 ? " OR "
                                                    : " ";
    while (*(line += strspn(line, " \n"))) {
        size_t size = strcspn(line, " \n");
        buffer_append_text(&text, first ? phrase ? "\"" : "" : join);
        buffer_append(&text, line, size);
        line += size;
        first = false;
    }
    if (phrase && !first)
        buffer_append_byte(&text, '"');
    char *query = first || text.failed ? NULL : strdup(buffer_text(&text));
    buffer_free(&text);
    return query;
}

static bool load(struct queries *q, const char *folder, const char *set, const char *mode)
{
    char path[QUERY_MAX], *line = NULL;
    size_t capacity = 0;
    snprintf(path, sizeof path, "%s/%s.txt", folder, set);
    FILE *in = fopen(path, "r");
    if (!in) {
        perror(path);
        return false;
    }
    while (getline(&line, &capacity, in) > 0) {
        char *query = make_query(line, mode);
        char **items =
            query ? buffer_grow_array(q->items, &q->capacity, q->count + 1, sizeof *items)
                  : NULL;
        if (items) {
            q->items = items;
            q->items[q->count++] = query;
        }
    }
    free(line);
    fclose(in);
    return true;
}

static size_t search(struct pressmark_searcher *s, const char *text, bool exact)
{
    struct query query;
    struct plan plan = {0};
    struct matches m = {0};
    struct status_error err = {0};
    struct collect_options o = {.limit = TOP, .exact_count = exact};
    struct plan_reading reading = {s->analyser, &s->languages, NULL, NULL};
    enum status status = query_parse(slice_of(text), &(struct query_manner){0}, &query);
    if (!status)
        status = plan_make(&plan, &query, &reading, &s->snapshots, &s->parameters, &err);
    if (!status)
        status = match_collect(&plan, &s->snapshots, &o, &m, &err);
    if (status)
        fprintf(stderr, "'%s': %s\n", text, err.message);
    size_t count = m.count;
    matches_free(&m);
    plan_free(&plan);
    query_free(&query);
    return count;
}

static int compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void print_row(const char *set, const char *mode, size_t queries, double *times,
                      size_t count, size_t hits)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += times[i];
    qsort(times, count, sizeof *times, compare);
    printf("pressmark\t%s\t%s\t%zu\t%.1f\t%.1f\t%.1f\t%zu\n", set, mode, queries,
           sum / (double)count, times[count / 2], times[count * 99 / 100], hits);
    fflush(stdout);
}

/* A pass to warm up, then up to PASSES timed ones within the budget. */
static void run(struct pressmark_searcher *s, const struct queries *q, const char *set,
                const char *mode, double budget_s)
{
    bool exact = strcmp(mode, "count") == 0;
    double *times = malloc(PASSES * q->count * sizeof *times);
    double start = now_s();
    size_t hits = 0, count = 0;
    for (size_t i = 0; i < q->count; i++)
        hits += search(s, q->items[i], exact);
    for (int pass = 0; pass < PASSES && (pass == 0 || now_s() - start < budget_s);
         pass++) {
        for (size_t i = 0; i < q->count; i++) {
            double before = now_s();
            search(s, q->items[i], exact);
            times[count++] = (now_s() - before) * 1e6;
        }
    }
    if (count > 0)
        print_row(set, mode, q->count, times, count, hits);
    free(times);
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    if (argc < 5) {
        fputs("usage: search_speed INDEX BUDGET_S FOLDER SET:MODE...\n", stderr);
        return 2;
    }
    if (pressmark_open((const char *const *)&argv[1], 1, &s, &err)) {
        fprintf(stderr, "search_speed: %s\n", err.message);
        return 2;
    }
    for (int i = 4; i < argc; i++) {
        struct queries q = {0};
        char *colon = strchr(argv[i], ':');
        if (!colon)
            return 2;
        *colon = '\0';
        if (!load(&q, argv[3], argv[i], colon + 1))
            return 2;
        run(s, &q, argv[i], colon + 1, strtod(argv[2], NULL));
        for (size_t k = 0; k < q.count; k++)
            free(q.items[k]);
        free(q.items);
    }
    pressmark_close(s);
    return 0;
}
