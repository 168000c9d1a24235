/* Queries that nest every operator: the articles that the search finds are those that
 * walking over the words of each one finds, in segments of every kind.
 *
 * usage: test_language INDEXER FOLDER [QUERIES [SEED [ARTICLES]]]
 *
 * FOLDER is emptied by the caller. Queries are made as trees and written down: how they
 * are read is tested too. */
#include "common/index/analyser.h"
#include "searcher/include/pressmark.h"
#include "tests/differential/brute_match.h"
#include "tests/differential/language_queries.h"
#include "tests/differential/run_indexer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUERIES = 3000,
    ARTICLES = 500,
    DEPTH = 3,
    FEW = 20,
    REPORTS_MAX = 20,
    PATH_SIZE = 512
};

/* In small batches, at once, and in two parts. */
enum way { LIVE, SEALED, PARTS, WAYS };

static const char *const way_names[] = {"live", "sealed", "parts"};

struct world {
    const char *indexer, *folder;
    struct news news;
    struct story *stories;
    struct brute_article *articles;
    struct analyser *analyser;
    struct pressmark_searcher *searchers[WAYS];
    struct arena arena; /* of one query */
    unsigned char *expected, *found;
    unsigned failures;
    unsigned long queries, matches, empty, kinds[TREE_KINDS];
};

static void fail(const char *what, const char *name)
{
    printf("cannot %s '%s'\n", what, name);
    exit(2);
}

/* --- indexes --- */

static void send(struct world *w, const char *index, unsigned from, unsigned to)
{
    char path[PATH_SIZE];
    const char *argv[] = {w->indexer,        "-i",      index,  "-l", "en",
                          "--progress=none", "--store", "none", path, NULL};
    struct buffer lines = BUFFER_INIT(1u << 30);
    snprintf(path, sizeof path, "%s/batch.jsonl", w->folder);
    for (unsigned i = from; i < to; i++)
        story_print(&w->stories[i], &lines);
    FILE *out = fopen(path, "w");
    if (!out || fwrite(lines.data, 1, lines.size, out) != lines.size || fclose(out) != 0)
        fail("write", path);
    if (run_indexer(argv) != 0)
        fail("build", index);
    buffer_free(&lines);
}

/* A batch of more than 200 articles becomes a sealed segment. */
static void build(struct world *w, enum way way)
{
    char path[PATH_SIZE];
    const char *paths[] = {path};
    unsigned count = w->news.articles, at = 0;
    unsigned batch = way == LIVE ? 150 : way == SEALED ? count : count * 3 / 5;
    struct pressmark_error err;
    snprintf(path, sizeof path, "%s/%s.index", w->folder, way_names[way]);
    for (; at < count; at += batch)
        send(w, path, at, at + batch < count ? at + batch : count);
    if (pressmark_open(paths, 1, &w->searchers[way], &err))
        fail(err.message, path);
}

static void prepare(struct world *w, uint64_t seed, unsigned articles)
{
    struct status_error err;
    w->news = (struct news){.seed = seed, .state = seed * 77, .articles = articles};
    w->stories = calloc(articles, sizeof *w->stories);
    w->articles = calloc(articles, sizeof *w->articles);
    w->expected = calloc(articles, 1);
    w->found = calloc(articles, 1);
    if (!w->stories || !w->articles || !w->expected || !w->found ||
        analyser_new("en", &w->analyser, &err))
        fail("keep", "articles");
    for (unsigned i = 0; i < articles; i++) {
        story_make(&w->news, i, &w->stories[i]);
        brute_read(analyser_tokeniser(w->analyser), &w->stories[i], &w->articles[i]);
    }
    for (enum way way = LIVE; way < WAYS; way++)
        build(w, way);
}

static void clean_up(struct world *w)
{
    for (unsigned i = 0; i < w->news.articles; i++) {
        brute_free(&w->articles[i]);
        story_free(&w->stories[i]);
    }
    for (enum way way = LIVE; way < WAYS; way++)
        pressmark_close(w->searchers[way]);
    analyser_free(w->analyser);
    arena_free(&w->arena);
    free(w->stories);
    free(w->articles);
    free(w->expected);
    free(w->found);
}

/* --- queries --- */

static void count_kinds(struct world *w, const struct tree *t)
{
    w->kinds[t->kind]++;
    for (const struct tree *c = t->child; c; c = c->next)
        count_kinds(w, c);
}

/* Three words in capitals in a row and no small letter: operators would be words. */
static bool may_be_loud(const char *query)
{
    for (; *query; query++)
        if (*query >= 'a' && *query <= 'z')
            return false;
    return true;
}

/* The shortest article that differs says most. */
static void complain(struct world *w, enum way way, const char *query)
{
    const struct brute_article *best = NULL;
    unsigned differ = 0;
    for (unsigned i = 0; i < w->news.articles; i++) {
        const struct brute_article *a = &w->articles[i];
        if (w->expected[i] == w->found[i])
            continue;
        differ++;
        if (!best || a->words < best->words)
            best = a;
    }
    if (!best || w->failures++ >= REPORTS_MAX)
        return;
    struct buffer line = BUFFER_INIT(1 << 20);
    story_print(best->story, &line);
    printf("%s: %s\n  %u articles differ; a%u is%s found: %s", way_names[way], query,
           differ, best->story->number, w->found[best->story->number] ? "" : " not",
           buffer_text(&line));
    buffer_free(&line);
}

/* Which articles are found, or how many. */
static void compare(struct world *w, enum way way, const char *query, bool factiva,
                    bool only_count, unsigned expected)
{
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    o.limit = only_count ? PRESSMARK_NO_HITS : PRESSMARK_ALL_HITS;
    o.exact_count = only_count;
    o.no_snippet = 1;
    o.dialect = factiva ? PRESSMARK_DIALECT_FACTIVA : PRESSMARK_DIALECT_NEXIS;
    o.collapse = PRESSMARK_COLLAPSE_NONE;
    if (pressmark_search(w->searchers[way], query, &o, &r, &err))
        fail(err.message, query);
    uint64_t total = pressmark_results_total(r, NULL);
    if (total != (only_count ? expected : pressmark_results_count(r))) {
        printf("%s: %s\n  counts %llu\n", way_names[way], query,
               (unsigned long long)total);
        w->failures++;
    }
    memset(w->found, 0, w->news.articles);
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        const char *id = pressmark_hit_text(r, i, PRESSMARK_ID);
        w->found[strtoul(id + 1, NULL, 10)] = 1;
    }
    pressmark_results_free(r);
    if (!only_count && memcmp(w->expected, w->found, w->news.articles) != 0)
        complain(w, way, query);
}

/* Hits are read from disk one by one, which is most of the time: of many all are looked
 * at in one of the indexes, and in the others when that, or their number, is wrong. */
static void compare_all(struct world *w, const char *query, bool factiva,
                        unsigned expected)
{
    enum way whole = (enum way)news_random(&w->news, WAYS);
    unsigned before = w->failures;
    for (enum way way = LIVE; way < WAYS; way++)
        compare(w, way, query, factiva, way != whole && expected > FEW, expected);
    for (enum way way = LIVE; w->failures > before && expected > FEW && way < WAYS; way++)
        if (way != whole)
            compare(w, way, query, factiva, false, expected);
    w->matches += expected;
    w->empty += expected == 0;
    w->queries++;
}

static void ask(struct world *w)
{
    struct buffer query = BUFFER_INIT(1 << 20);
    struct question_maker q = {.news = &w->news,
                               .stories = w->stories,
                               .story_count = w->news.articles,
                               .arena = &w->arena};
    bool factiva = news_one_in(&w->news, 6);
    unsigned expected = 0;
    arena_clear(&w->arena);
    struct tree *tree = question_make(&q, news_random(&w->news, DEPTH + 1));
    question_print(&w->news, tree, factiva, &query);
    if (!may_be_loud(buffer_text(&query))) {
        count_kinds(w, tree);
        const struct tree *prepared = brute_prepare(&w->arena, tree);
        for (unsigned i = 0; i < w->news.articles; i++) {
            w->expected[i] =
                brute_matches(analyser_tokeniser(w->analyser), &w->articles[i], prepared);
            expected += w->expected[i];
        }
        compare_all(w, buffer_text(&query), factiva, expected);
    }
    buffer_free(&query);
}

static void print_summary(const struct world *w)
{
    static const char *const names[] = {
        "words", "phrases", "links", "sources", "sections", "dates", "lengths", "AND",
        "OR",    "NOT",     "bags",  "chains",  "ATLEAST",  "zones", "FIRST"};
    printf("%lu queries, %lu matches, %lu without any, %u failures;", w->queries,
           w->matches, w->empty, w->failures);
    for (int i = 0; i < TREE_KINDS; i++)
        printf("%s %lu %s", i > 0 ? "," : "", w->kinds[i], names[i]);
    putchar('\n');
}

int main(int argc, char **argv)
{
    unsigned long numbers[] = {QUERIES, 7, ARTICLES}; /* queries, seed, articles */
    struct world w = {0};
    if (argc < 3) {
        fputs("usage: test_language INDEXER FOLDER [QUERIES [SEED [ARTICLES]]]\n",
              stderr);
        return 2;
    }
    for (int i = 3; i < argc && i < 6; i++)
        numbers[i - 3] = strtoul(argv[i], NULL, 10);
    setvbuf(stdout, NULL, _IOLBF, 0);
    w.indexer = argv[1];
    w.folder = argv[2];
    prepare(&w, numbers[1], (unsigned)numbers[2]);
    while (w.queries < numbers[0])
        ask(&w);
    print_summary(&w);
    clean_up(&w);
    return w.failures > 0 || w.matches == 0;
}
