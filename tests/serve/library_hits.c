/* What the library itself finds, a JSON line of [id, score, snippet] for each line of
 * queries on standard input.
 *
 * usage: library_hits INDEX */
#include <jansson.h>
#include <pressmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_hits(struct pressmark_searcher *s, const char *query)
{
    struct pressmark_results *r;
    json_t *hits = json_array();
    if (pressmark_search(s, query, NULL, &r, NULL))
        return 1;
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        json_array_append_new(
            hits, json_pack("[s,f,s]", pressmark_hit_text(r, i, PRESSMARK_ID),
                            pressmark_hit_score(r, i), pressmark_hit_snippet(r, i)));
    pressmark_results_free(r);
    char *text = json_dumps(hits, 0);
    puts(text);
    free(text);
    json_decref(hits);
    return 0;
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    const char *index = argc == 2 ? argv[1] : NULL;
    char *line = NULL;
    size_t capacity = 0;
    int failed = 0;
    if (!index || pressmark_open(&index, 1, &s, NULL))
        return 2;
    while (!failed && getline(&line, &capacity, stdin) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        failed = print_hits(s, line);
    }
    free(line);
    pressmark_close(s);
    return failed;
}
