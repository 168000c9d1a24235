/* Searches in an index whose sealed segment is damaged end with an answer or a status.
 *
 * usage: test_damaged_index INDEX [ROUNDS] [SEED] [FIRST]
 *
 * INDEX has one sealed segment and no other; its file is as it was when all is done. A
 * round of a seed is the same in every run; when one crashes, the damaged file stays. */
#include "tests/robust/sealed_damage.h"
#include "tests/robust/sealed_sample.h"

#include <glob.h>
#include <math.h>
#include <pressmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { QUERIES_A_ROUND = 6, ROUND_SECONDS = 20, HANG_SECONDS = 300, PATH_SIZE = 4096 };

static const char *const queries[] = {
    "ferry",
    "the",
    "of the harbour in war",
    "\"the ferry\"",
    "\"in the\" -ferry",
    "=Ferry",
    "=the minister",
    "title:the",
    "lead:minister council",
    "hlead:(ferry harbour)",
    "body:\"of the\"",
    "NOT the",
    "+minister -harbour",
    "(ferry OR harbour) AND NOT minister",
    "date:2024",
    "since:2023 until:2024-06 the",
    "source:\"Paper 3\" OR source:\"Paper 4\"",
    "source:\"Paper 5\" ferry",
    "nosuchwordatall",
    "a b c d e f g the of in and to is was for on with",
};

static unsigned long long round_now;
static unsigned failures, answers, refusals;

static void promise(int kept, const char *what, const char *query)
{
    if (kept || failures++ > 20)
        return;
    printf("round %llu, %s: %s\n", round_now, query, what);
    fflush(stdout);
}

static void look_at_hit(const struct pressmark_results *r, size_t i, const char *query)
{
    size_t size = strlen(pressmark_hit_snippet(r, i)), start, end, last = 0;
    const char *name;
    double score = pressmark_hit_score(r, i), value, sum = 0;
    promise(isfinite(score) && score >= 0, "a score that is no number", query);
    for (size_t k = 0; pressmark_hit_highlight(r, i, k, &start, &end); k++) {
        promise(start >= last && start < end && end <= size, "a highlight outside",
                query);
        last = end;
    }
    for (size_t k = 0; pressmark_hit_part(r, i, k, &name, &value); k++)
        sum += value * (double)strlen(name);
    promise(!isnan(sum), "a part that is no number", query);
    for (int f = 0; f <= PRESSMARK_RELATED_URL; f++)
        if (strlen(pressmark_hit_text(r, i, (enum pressmark_field)f)) > 1 << 20)
            promise(0, "a field of more than the file", query);
}

/* An article by the id of a hit, and the words in it. */
static void look_at_article(struct pressmark_searcher *s, const char *id,
                            const char *query)
{
    struct pressmark_article *a;
    struct pressmark_error err;
    size_t starts[20], ends[20], count;
    if (pressmark_get(s, id, &a, &err) != PRESSMARK_OK)
        return;
    if (pressmark_article_highlight(s, a, query, NULL, 20, starts, ends, &count, &err) ==
        PRESSMARK_OK)
        for (size_t i = 0; i < count && i < 20; i++)
            promise(ends[i] <= strlen(pressmark_article_text(a, PRESSMARK_BODY)),
                    "a highlight outside of the article", query);
    pressmark_article_free(a);
}

static void search(struct pressmark_searcher *s)
{
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    const char *query = queries[sample_below(sizeof queries / sizeof *queries)];
    o.limit = sample_below(4) ? 0 : PRESSMARK_ALL_HITS;
    o.sort = (enum pressmark_sort)(sample_below(2) ? 0 : sample_below(3));
    o.exact_count = (int)sample_below(2);
    o.explain = (int)sample_below(2);
    if (pressmark_search(s, query, &o, &r, &err) != PRESSMARK_OK) {
        promise(err.message[0] != '\0', "a failure without a message", query);
        refusals++;
        return;
    }
    answers++;
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        look_at_hit(r, i, query);
    if (pressmark_results_count(r) > 0)
        look_at_article(s, pressmark_hit_text(r, 0, PRESSMARK_ID), query);
    pressmark_results_free(r);
}

static void run_round(const char *index, const char *file, const struct bytes *sound)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    struct bytes f = {malloc(sound->size), sound->size};
    clock_t start = clock();
    alarm(HANG_SECONDS);
    if (!f.data)
        exit(2);
    memcpy(f.data, sound->data, f.size);
    damage(&f);
    bytes_write(file, &f);
    if (pressmark_open(&index, 1, &s, &err) == PRESSMARK_OK) {
        for (int i = 0; i < QUERIES_A_ROUND; i++)
            search(s);
        pressmark_close(s);
    }
    promise((clock() - start) / CLOCKS_PER_SEC < ROUND_SECONDS, "takes too long", "all");
    free(f.data);
}

int main(int argc, char **argv)
{
    char pattern[PATH_SIZE];
    glob_t files = {0};
    struct bytes sound = {0};
    unsigned long long rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : 200;
    unsigned long long seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    unsigned long long first = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    snprintf(pattern, sizeof pattern, "%s/*.sealed", argc > 1 ? argv[1] : "");
    if (glob(pattern, 0, NULL, &files) != 0 || files.gl_pathc != 1) {
        fputs("usage: test_damaged_index INDEX [ROUNDS] [SEED] [FIRST]\n", stderr);
        return 2;
    }
    bytes_read(files.gl_pathv[0], &sound);
    for (round_now = first; round_now < first + rounds; round_now++) {
        sample_seed(seed << 32 ^ (round_now + 1) << 8);
        run_round(argv[1], files.gl_pathv[0], &sound);
    }
    bytes_write(files.gl_pathv[0], &sound);
    printf("%llu rounds, %u answers, %u refusals, %u failures\n", rounds, answers,
           refusals, failures);
    free(sound.data);
    globfree(&files);
    return failures > 0 || answers == 0;
}
