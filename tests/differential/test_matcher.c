/* The matcher against exhaustive scoring and against Xapian's own matcher.
 *
 * usage: test_matcher INDEX [ROUNDS [golden.jsonl]]   (random words of the index, and the
 * golden queries) */
#include "common/xapian/xap_oracle.h"
#include "searcher/internal.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOP = 10, WORDS_MAX = 4000, WORDS_NEEDED = 100 };

struct world {
    struct pressmark_searcher *searcher;
    char live[MANIFEST_PATH_SIZE];
    char *words[WORDS_MAX];
    size_t word_count;
    unsigned seed;
    unsigned failures;
};

/* Words that are their own stems, so that a query for one means exactly that term. */
static void collect_words(struct world *w)
{
    struct snapshot *s = w->searcher->snapshots.items[0];
    struct segment *g = s->segments[0];
    struct tokeniser *t = analyser_tokeniser(w->searcher->analyser);
    unsigned step = g->docid_end / 300 + 1;
    struct article a;
    struct status_error err;
    article_init(&a);
    for (uint32_t d = 1; d < g->docid_end && w->word_count < WORDS_MAX; d += step) {
        struct token_list tokens = {0};
        if (searcher_load(w->searcher, g, d, &a, &err))
            continue;
        if (tokeniser_run(t, article_text(&a, ARTICLE_BODY), &tokens))
            break;
        for (size_t i = 0; i < tokens.count && w->word_count < WORDS_MAX; i += 7) {
            const struct text_word *word = tokens.items[i].word;
            bool plain = word->flags == 0 && tokens.items[i].kind == TOKEN_UNIT;
            for (size_t k = 0; k < word->folded.size; k++)
                plain &= word->folded.data[k] >= 'a' && word->folded.data[k] <= 'z';
            if (plain && slice_equal(word->stem->text, word->folded))
                w->words[w->word_count++] = strndup(word->folded.data, word->folded.size);
        }
        free(tokens.items);
    }
    article_free(&a);
}

static const char *pick(struct world *w)
{
    return w->words[(size_t)rand_r(&w->seed) % w->word_count];
}

static bool find(struct world *w, const char *text, const struct score_parameters *p,
                 bool exhaustive, struct matches *m)
{
    struct query q;
    struct plan plan;
    struct status_error err = {0};
    struct collect_options o = {.limit = TOP, .exact_count = exhaustive};
    bool good = query_parse(slice_of(text), &(struct query_manner){0}, &q) == STATUS_OK &&
                plan_make(&plan, &q,
                          &(struct plan_reading){w->searcher->analyser,
                                                 &w->searcher->languages, NULL, NULL},
                          &w->searcher->snapshots, p, &err) == STATUS_OK &&
                match_collect(&plan, &w->searcher->snapshots, &o, m, &err) == STATUS_OK;
    if (!good)
        printf("'%s': %s\n", text, err.message);
    plan_free(&plan);
    query_free(&q);
    return good;
}

static void complain(struct world *w, const char *text, const char *what, size_t i,
                     double x, double y)
{
    w->failures++;
    printf("'%s': %s at %zu: %.17g and %.17g\n", text, what, i, x, y);
}

/* With and without pruning: the same articles with the same scores, to the bit. */
static void check_pruning(struct world *w, const char *text)
{
    struct matches pruned = {0}, all = {0};
    if (!find(w, text, &score_defaults, false, &pruned) ||
        !find(w, text, &score_defaults, true, &all)) {
        w->failures++;
    } else if (pruned.count != all.count) {
        complain(w, text, "count", 0, (double)pruned.count, (double)all.count);
    } else {
        if (pruned.total > all.total || !all.total_is_exact)
            complain(w, text, "total", 0, (double)pruned.total, (double)all.total);
        for (size_t i = 0; i < all.count; i++)
            if (pruned.items[i].docid != all.items[i].docid ||
                pruned.items[i].score != all.items[i].score)
                complain(w, text, "pruned", i, pruned.items[i].score, all.items[i].score);
    }
    matches_free(&pruned);
    matches_free(&all);
}

static void check_oracle(struct world *w, const char *text,
                         enum xap_oracle_operator operation, const char *const *words,
                         size_t count)
{
    struct matches m = {0};
    struct slice terms[4];
    uint32_t docids[TOP];
    double scores[TOP];
    size_t found;
    struct status_error err;
    for (size_t i = 0; i < count; i++)
        terms[i] = slice_of(words[i]);
    if (!find(w, text, &score_xapian, false, &m) ||
        xap_oracle_search(w->live, operation, terms, count, score_xapian.k1,
                          score_xapian.b, TOP, docids, scores, &found, &err)) {
        w->failures++;
    } else if (found != m.count) {
        complain(w, text, "count", 0, (double)m.count, (double)found);
    } else {
        for (size_t i = 0; i < found; i++)
            if (fabs(m.items[i].score - scores[i]) > 1e-9 * (1 + scores[i]))
                complain(w, text, "Xapian's score", i, m.items[i].score, scores[i]);
    }
    matches_free(&m);
}

static void check_once(struct world *w)
{
    static const char *const joins[] = {" OR ", " AND ", " NOT "};
    const char *words[4];
    char text[512];
    unsigned kind = (unsigned)rand_r(&w->seed) % 3;
    size_t count = 1 + (size_t)rand_r(&w->seed) % 4, used = 0;
    for (size_t i = 0; i < count; i++) {
        words[i] = pick(w);
        for (size_t k = 0; k < i; k++) /* Xapian merges equal terms in its own way */
            if (strcmp(words[k], words[i]) == 0)
                words[i] = pick(w), k = (size_t)-1;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                 i ? joins[kind] : "", words[i]);
    }
    if (count > 1 && w->live[0])
        check_oracle(w, text, (enum xap_oracle_operator)kind, words, count);
    check_pruning(w, text);
    snprintf(text, sizeof text, "%s %s %s", pick(w), pick(w), pick(w));
    check_pruning(w, text);
    snprintf(text, sizeof text, "+%s %s-%s \"%s %s\" -%s", pick(w), pick(w), pick(w),
             pick(w), pick(w), pick(w));
    check_pruning(w, text);
    snprintf(text, sizeof text, "%s (%s AND %s) title:%s US date:1987-03..2024", pick(w),
             pick(w), pick(w), pick(w));
    check_pruning(w, text);
}

static unsigned check_golden(struct world *w, const char *path)
{
    char *line = NULL;
    size_t capacity = 0;
    unsigned queries = 0;
    FILE *in = fopen(path, "r");
    while (in && getline(&line, &capacity, in) > 0) {
        json_t *golden = json_loads(line, 0, NULL);
        const char *query = json_string_value(json_object_get(golden, "query"));
        if (query)
            check_pruning(w, query);
        queries += query != NULL;
        json_decref(golden);
    }
    free(line);
    if (in)
        fclose(in);
    return queries;
}

int main(int argc, char **argv)
{
    struct world w = {.seed = 1};
    struct pressmark_error err;
    unsigned queries = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 500;
    if (argc < 2 || pressmark_open((const char *const *)&argv[1], 1, &w.searcher, &err)) {
        fputs("usage: test_matcher INDEX [QUERIES]\n", stderr);
        return 2;
    }
    const struct manifest *m = &w.searcher->snapshots.items[0]->manifest;
    if (m->segment_count == 1 && !m->segments[0].is_sealed)
        manifest_path(argv[1], m->segments[0].name, w.live, NULL);
    collect_words(&w);
    for (unsigned i = 0; i < queries && w.word_count > WORDS_NEEDED; i++)
        check_once(&w);
    unsigned golden = argc > 3 ? check_golden(&w, argv[3]) : 1;
    printf("%zu words, %u rounds, %u failures\n", w.word_count, queries, w.failures);
    for (size_t i = 0; i < w.word_count; i++)
        free(w.words[i]);
    pressmark_close(w.searcher);
    return w.failures > 0 || w.word_count <= WORDS_NEEDED || golden == 0;
}
