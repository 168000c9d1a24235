/* Searches an index: hits with marked snippets, where they come from, when they were.
 *
 * usage: search INDEX QUERY */
#include <pressmark.h>

#include <stdio.h>

/* The snippet with brackets around the words of the query. */
static void print_snippet(const struct pressmark_results *results, size_t i)
{
    const char *snippet = pressmark_hit_snippet(results, i);
    size_t at = 0, start, end, k;
    for (k = 0; pressmark_hit_highlight(results, i, k, &start, &end); k++) {
        printf("%.*s[%.*s]", (int)(start - at), snippet + at, (int)(end - start),
               snippet + start);
        at = end;
    }
    printf("%s\n", snippet + at);
}

static void print_counts(const struct pressmark_results *results)
{
    const char *text;
    uint64_t count;
    double share;
    size_t i;
    for (i = 0; (text = pressmark_results_facet(results, PRESSMARK_SOURCE, i, &count));
         i++)
        printf("%6lu %s\n", (unsigned long)count, text);
    for (i = 0; (text = pressmark_results_period(results, i, &count, &share)); i++)
        printf("%.4s %6lu %5.1f %%\n", text, (unsigned long)count, 100 * share);
}

int main(int argc, char **argv)
{
    struct pressmark_search_options options = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_searcher *searcher;
    struct pressmark_results *results;
    struct pressmark_error err;
    const char *path = argc == 3 ? argv[1] : NULL;
    size_t i;
    if (!path) {
        fprintf(stderr, "usage: search INDEX QUERY\n");
        return 2;
    }
    if (pressmark_open(&path, 1, &searcher, &err) != PRESSMARK_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    options.limit = 3;
    options.facets = 1u << PRESSMARK_SOURCE;
    options.facet_limit = 3;
    options.timeline = PRESSMARK_TIMELINE_YEAR;
    if (pressmark_search(searcher, argv[2], &options, &results, &err) != PRESSMARK_OK) {
        fprintf(stderr, "%s\n", err.message);
        pressmark_close(searcher);
        return 2;
    }
    for (i = 0; i < pressmark_results_count(results); i++) {
        printf("%.2f %s (%s)\n", pressmark_hit_score(results, i),
               pressmark_hit_text(results, i, PRESSMARK_TITLE),
               pressmark_hit_text(results, i, PRESSMARK_DATE));
        print_snippet(results, i);
    }
    print_counts(results);
    pressmark_results_free(results);
    pressmark_close(searcher);
    return 0;
}
