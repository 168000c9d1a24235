/* rank: a TREC run with other parameters of the ranking than the default.
 *
 * usage: rank INDEX QUERIES [NAME=VALUE]...   (names as in score_parameters) */
#include "common/number.h"
#include "searcher/internal.h"

#include <stdio.h>
#include <stdlib.h>

static int set_parameter(struct score_parameters *p, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    double value;
    if (!equals || !number_parse_double(equals + 1, &value))
        return 0;
    const struct {
        const char *name;
        double *number;
        bool *flag;
    } all[] = {{"k1", &p->k1, 0},
               {"b", &p->b, 0},
               {"k3", &p->k3, 0},
               {"idf_power", &p->idf_power, 0},
               {"burstiness", 0, &p->burstiness},
               {"all_words", &p->all_words, 0},
               {"proximity", &p->proximity, 0},
               {"stop_words", 0, &p->stop_words},
               {"xapian_idf", 0, &p->xapian_idf}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t n = strlen(all[i].name);
        if ((size_t)(equals - assignment) != n || memcmp(assignment, all[i].name, n) != 0)
            continue;
        if (all[i].number)
            *all[i].number = value;
        else
            *all[i].flag = value != 0;
        return 1;
    }
    return 0;
}

static void run_query(struct pressmark_searcher *s, const char *qid, const char *query)
{
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    o.limit = 1000;
    o.no_snippet = 1;
    o.collapse = PRESSMARK_COLLAPSE_NONE;
    if (pressmark_search(s, query, &o, &r, NULL) != PRESSMARK_OK)
        return;
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        printf("%s Q0 %s %zu %.9f pressmark\n", qid,
               pressmark_hit_text(r, i, PRESSMARK_ID), i + 1, pressmark_hit_score(r, i));
    pressmark_results_free(r);
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    char *line = NULL;
    size_t capacity = 0;
    FILE *in = argc >= 3 ? fopen(argv[2], "r") : NULL;
    if (!in ||
        pressmark_open((const char *const *)&argv[1], 1, &s, &err) != PRESSMARK_OK) {
        fputs("usage: rank INDEX QUERIES [NAME=VALUE]...\n", stderr);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        if (!set_parameter(&s->parameters, argv[i])) {
            fprintf(stderr, "no such parameter: %s\n", argv[i]);
            return 2;
        }
    }
    while (getline(&line, &capacity, in) > 0) {
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\r\n")] = '\0';
        if (tab) {
            *tab = '\0';
            run_query(s, line, tab + 1);
        }
    }
    free(line);
    fclose(in);
    pressmark_close(s);
    return 0;
}
