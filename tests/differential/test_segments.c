/* The same articles in indexes that were built in different ways: the same answers.
 *
 * usage: test_segments INDEXER FOLDER ROUNDS [SEED [ARTICLES [QUERIES]]]
 *
 * FOLDER is emptied by the caller; the indexes of a round that failed stay in it. */
#include "searcher/internal.h"
#include "tests/differential/built_indexes.h"
#include "tests/differential/index_marks.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPORTS_MAX = 20, QUERIES = 60 };

struct world {
    struct built_indexes indexes;
    unsigned failures, reports;
    unsigned long queries, hits, dead, segments;
};

static void complain(struct world *w, enum way way, const char *query, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

static void complain(struct world *w, enum way way, const char *query, const char *format,
                     ...)
{
    va_list args;
    w->failures++;
    if (w->reports++ >= REPORTS_MAX)
        return;
    printf("%s, '%.300s': ", w->indexes.built[way].paths[0], query);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* --- what the indexes hold --- */

/* Every field of every article; and, of some articles, what segments tell of them. */
static void compare_articles(struct world *w, enum way way)
{
    struct pressmark_searcher *x = w->indexes.built[SEALED].searcher,
                              *y = w->indexes.built[way].searcher;
    char id[16];
    for (unsigned i = 0; i < w->indexes.news.articles; i++) {
        struct pressmark_article *a = NULL, *b = NULL;
        snprintf(id, sizeof id, "a%u", i);
        enum pressmark_status s = pressmark_get(x, id, &a, NULL);
        enum pressmark_status t = pressmark_get(y, id, &b, NULL);
        if (s != t)
            complain(w, way, id, "status %d and %d", (int)s, (int)t);
        for (int f = 0; f < ARTICLE_FIELD_COUNT && a && b; f++) {
            const char *p = "", *q = "";
            for (size_t k = 0; p && q && strcmp(p, q) == 0; k++) {
                p = pressmark_article_value(a, (enum pressmark_field)f, k);
                q = pressmark_article_value(b, (enum pressmark_field)f, k);
            }
            if (p || q)
                complain(w, way, id, "field %d: '%s' and '%s'", f, p ? p : "",
                         q ? q : "");
        }
        pressmark_article_free(a);
        pressmark_article_free(b);
    }
}

static void compare_marks(struct world *w, enum way way)
{
    unsigned count = w->indexes.news.articles;
    struct index_marks x, y;
    char id[16];
    if (!index_marks_make(w->indexes.built[SEALED].searcher, count, &x) ||
        !index_marks_make(w->indexes.built[way].searcher, count, &y))
        complain(w, way, "", "it cannot be read");
    for (unsigned i = 0; i < count; i++) {
        snprintf(id, sizeof id, "a%u", i);
        if (x.articles[i] != y.articles[i])
            complain(w, way, id, "the segments differ");
    }
    if (x.segments == 1 && y.segments == 1 && !w->indexes.built[way].has_dead &&
        x.statistics != y.statistics)
        complain(w, way, "", "the statistics differ");
    if (x.bad_bounds + y.bad_bounds > 0)
        complain(w, way, "", "%u bounds do not hold", x.bad_bounds + y.bad_bounds);
    w->segments += y.segments;
    w->dead += y.dead;
    free(x.articles);
    free(y.articles);
}

/* --- answers --- */

static bool same_score(double x, double y)
{
    return fabs(x - y) <= 1e-9 * fabs(x);
}

static void compare_hit(struct world *w, enum way way, const char *query,
                        const struct pressmark_results *x,
                        const struct pressmark_results *y, size_t i)
{
    size_t from[2], to[2];
    const char *id[] = {pressmark_hit_text(x, i, PRESSMARK_ID),
                        pressmark_hit_text(y, i, PRESSMARK_ID)};
    double score[] = {pressmark_hit_score(x, i), pressmark_hit_score(y, i)}, value[2];
    const char *snippet[] = {pressmark_hit_snippet(x, i), pressmark_hit_snippet(y, i)};
    const char *name[2];
    bool same = strcmp(snippet[0], snippet[1]) == 0;
    if (strcmp(id[0], id[1]) != 0 || !same_score(score[0], score[1])) {
        complain(w, way, query, "hit %zu: %s %.17g and %s %.17g", i, id[0], score[0],
                 id[1], score[1]);
        return;
    }
    for (size_t k = 0, more = 1; same && more; k++) {
        more = (size_t)pressmark_hit_highlight(x, i, k, &from[0], &to[0]);
        same = (size_t)pressmark_hit_highlight(y, i, k, &from[1], &to[1]) == more &&
               (!more || (from[0] == from[1] && to[0] == to[1]));
    }
    if (!same)
        complain(w, way, query, "snippets of %s: '%s' and '%s'", id[0], snippet[0],
                 snippet[1]);
    for (size_t k = 0, more = 1; same && more; k++) {
        more = (size_t)pressmark_hit_part(x, i, k, &name[0], &value[0]);
        same =
            (size_t)pressmark_hit_part(y, i, k, &name[1], &value[1]) == more &&
            (!more || (strcmp(name[0], name[1]) == 0 && same_score(value[0], value[1])));
        if (!same)
            complain(w, way, query, "part %zu of the score of %s", k, id[0]);
    }
}

/* The query's words in the whole body of an article. */
static void compare_highlights(struct world *w, enum way way, const char *query,
                               const char *id)
{
    enum { ROOM = 500 };
    size_t places[2][2][ROOM], count[2] = {0, 0};
    const enum way ways[] = {SEALED, way};
    bool good = true;
    memset(places, 0, sizeof places);
    for (int i = 0; i < 2; i++) {
        struct pressmark_searcher *s = w->indexes.built[ways[i]].searcher;
        struct pressmark_article *a = NULL;
        good = good && !pressmark_get(s, id, &a, NULL) &&
               !pressmark_article_highlight(s, a, query, NULL, ROOM, places[i][0],
                                            places[i][1], &count[i], NULL);
        pressmark_article_free(a);
    }
    if (!good || count[0] != count[1] ||
        memcmp(places[0], places[1], sizeof places[0]) != 0)
        complain(w, way, query, "highlights of %s: %zu and %zu", id, count[0], count[1]);
}

/* Where the dead are counted: the same articles in some order. */
static void compare_sets(struct world *w, const char *query,
                         const struct pressmark_results *x,
                         const struct pressmark_results *y)
{
    const struct pressmark_results *both[] = {x, y};
    unsigned char *seen = calloc(w->indexes.news.articles, 1);
    for (size_t k = 0; seen && k < 2; k++) {
        for (size_t i = 0; i < pressmark_results_count(both[k]); i++) {
            const char *id = pressmark_hit_text(both[k], i, PRESSMARK_ID);
            seen[strtoul(id + 1, NULL, 10)] ^= (unsigned char)(k + 1);
        }
    }
    for (unsigned i = 0; seen && i < w->indexes.news.articles; i++)
        if (seen[i] == 1 || seen[i] == 2)
            complain(w, PARTS, query, "a%u is %s there", i,
                     seen[i] == 1 ? "not" : "only");
    free(seen);
}

static void compare_answers(struct world *w, enum way way, const char *query,
                            const struct pressmark_search_options *options)
{
    struct pressmark_results *x, *y;
    struct pressmark_search_options o = *options;
    struct pressmark_error err;
    int exact[2];
    if (w->indexes.built[way].has_dead) {
        o.limit =
            news_one_in(&w->indexes.news, 3) ? PRESSMARK_ALL_HITS : PRESSMARK_NO_HITS;
        o.offset = 0;
        o.no_snippet = 1;
    }
    if (pressmark_search(w->indexes.built[SEALED].searcher, query, &o, &x, &err) ||
        pressmark_search(w->indexes.built[way].searcher, query, &o, &y, &err)) {
        complain(w, way, query, "%s", err.message);
        return;
    }
    size_t count = pressmark_results_count(x);
    uint64_t total[] = {pressmark_results_total(x, &exact[0]),
                        pressmark_results_total(y, &exact[1])};
    bool known = exact[0] && exact[1];
    if ((known ? total[0] != total[1] : o.exact_count) ||
        count != pressmark_results_count(y))
        complain(w, way, query, "%" PRIu64 " and %" PRIu64 " matches, %zu and %zu hits",
                 total[0], total[1], count, pressmark_results_count(y));
    else if (strcmp(pressmark_results_interpreted(x), pressmark_results_interpreted(y)))
        complain(w, way, query, "is read in two ways");
    else if (w->indexes.built[way].has_dead)
        compare_sets(w, query, x, y);
    else
        for (size_t i = 0, before = w->failures; i < count && before == w->failures; i++)
            compare_hit(w, way, query, x, y, i);
    if (count > 0 && news_one_in(&w->indexes.news, 4))
        compare_highlights(w, way, query, pressmark_hit_text(x, 0, PRESSMARK_ID));
    w->hits += count;
    pressmark_results_free(x);
    pressmark_results_free(y);
}

/* --- pruning --- */

static bool find(struct world *w, enum way way, const char *text,
                 const struct collect_options *o, struct matches *m)
{
    struct query q;
    struct plan plan = {0};
    struct status_error err = {0};
    struct pressmark_searcher *s = w->indexes.built[way].searcher;
    bool good = query_parse(slice_of(text), &(struct query_manner){0}, &q) == STATUS_OK &&
                plan_make(&plan, &q,
                          &(struct plan_reading){s->analyser, &s->languages,
                                                 s->transliterator, NULL},
                          &s->snapshots, &s->parameters, &err) == STATUS_OK &&
                match_collect(&plan, &s->snapshots, o, m, &err) == STATUS_OK;
    if (!good)
        complain(w, way, text, "%s", err.message);
    plan_free(&plan);
    query_free(&q);
    return good;
}

/* With and without pruning: the same articles with the same scores, to the bit. */
static void check_pruning(struct world *w, enum way way, const char *query)
{
    static const size_t limits[] = {10, 10, 1, 3, 100, 0};
    struct matches pruned = {0}, all = {0};
    struct collect_options some = {.limit = limits[news_random(&w->indexes.news, 6)]};
    struct collect_options every = {.limit = SIZE_MAX / 2, .exact_count = true};
    if (news_one_in(&w->indexes.news, 6))
        some.order = every.order =
            news_one_in(&w->indexes.news, 2) ? COLLECT_NEWEST : COLLECT_OLDEST;
    some.exact_count = news_one_in(&w->indexes.news, 4);
    if (find(w, way, query, &some, &pruned) && find(w, way, query, &every, &all)) {
        size_t expected = all.count < some.limit ? all.count : some.limit;
        bool known = some.exact_count || pruned.total_is_exact;
        if (pruned.count != expected || all.total != all.count || !all.total_is_exact ||
            pruned.total > all.total || (known && pruned.total != all.total))
            complain(w, way, query, "limit %zu: %zu of %" PRIu64 ", not %zu of %" PRIu64,
                     some.limit, pruned.count, pruned.total, expected, all.total);
        for (size_t i = 0; i < pruned.count && i < expected; i++) {
            const struct match *a = &pruned.items[i], *b = &all.items[i];
            if (a->segment == b->segment && a->docid == b->docid && a->score == b->score)
                continue;
            complain(w, way, query, "limit %zu, hit %zu: %u %.17g, not %u %.17g",
                     some.limit, i, a->docid, a->score, b->docid, b->score);
            break;
        }
    }
    matches_free(&pruned);
    matches_free(&all);
}

/* --- rounds --- */

static struct pressmark_search_options random_options(struct news *n)
{
    static const unsigned limits[] = {0, 0, 1, 5, 10, 20, PRESSMARK_NO_HITS, 100};
    static const unsigned chars[] = {0, 40, 1000};
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    o.limit = news_one_in(n, 20) ? PRESSMARK_ALL_HITS : limits[news_random(n, 8)];
    o.offset = news_one_in(n, 4) ? news_random(n, 50) : 0;
    o.sort = news_one_in(n, 3) ? (enum pressmark_sort)news_random(n, 3)
                               : PRESSMARK_SORT_RELEVANCE;
    o.since = news_one_in(n, 12) ? news_date(n) : NULL;
    o.until = news_one_in(n, 12) ? news_date(n) : NULL;
    o.exact_count = news_one_in(n, 2);
    o.no_snippet = o.limit == PRESSMARK_ALL_HITS;
    o.explain = news_one_in(n, 8);
    o.snippet_chars = chars[news_random(n, 3)];
    return o;
    o.collapse = PRESSMARK_COLLAPSE_NONE;
}

static void compare(struct world *w, unsigned queries)
{
    struct buffer query = BUFFER_INIT(1 << 16);
    for (enum way way = LIVE; way < WAYS; way++) {
        if (way == SEALED)
            continue;
        compare_articles(w, way);
        compare_marks(w, way);
    }
    for (unsigned i = 0; i < queries; i++) {
        struct pressmark_search_options o = random_options(&w->indexes.news);
        buffer_clear(&query);
        news_add_query(&w->indexes.news, &query);
        for (enum way way = LIVE; way < WAYS; way++) {
            if (way != SEALED)
                compare_answers(w, way, buffer_text(&query), &o);
            check_pruning(w, way, buffer_text(&query));
        }
        w->queries++;
    }
    buffer_free(&query);
}

static void run_round(struct world *w, uint64_t seed, unsigned articles, unsigned queries)
{
    unsigned before = w->failures;
    built_indexes_open(&w->indexes, seed, articles);
    compare(w, queries);
    built_indexes_compact(&w->indexes);
    compare(w, queries);
    built_indexes_close(&w->indexes, w->failures > before);
}

int main(int argc, char **argv)
{
    struct world w = {0};
    unsigned long numbers[] = {0, 1, 0, QUERIES}; /* rounds, seed, articles, queries */
    for (int i = 3; i < argc && i < 7; i++)
        numbers[i - 3] = strtoul(argv[i], NULL, 10);
    if (numbers[0] == 0) {
        fputs("usage: test_segments INDEXER FOLDER ROUNDS [SEED [ARTICLES [QUERIES]]]\n",
              stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    w.indexes.indexer = argv[1];
    w.indexes.folder = argv[2];
    for (unsigned long i = 0; i < numbers[0]; i++)
        run_round(&w, numbers[1] + i, (unsigned)numbers[2], (unsigned)numbers[3]);
    printf("%lu queries, %lu hits, %lu segments, %lu dead, %u failures\n", w.queries,
           w.hits, w.segments, w.dead, w.failures);
    return w.failures > 0 || w.hits == 0 || w.dead == 0;
}
