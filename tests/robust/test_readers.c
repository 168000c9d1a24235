/* A reader never notices a writer: one process commits again and again, and merges now
 * and then, while others search: eight readers, four of them threads of one process.
 *
 * usage: test_readers INDEXER FOLDER SECONDS [PAUSE_MS]
 *
 * FOLDER is emptied by the caller; PAUSE_MS is between commits (0). */
#include <pressmark.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 4, THREADS = 4, PATH_SIZE = 4096, ARTICLES = 40 };

/* Latencies that are kept: of the latest searches. */
enum { LATENCIES = 1 << 16 };

extern char **environ;

/* Article 0 stays; the others change their text with every batch. */
static void write_batch(const char *path, unsigned round)
{
    FILE *out = fopen(path, "w");
    if (!out)
        exit(2);
    for (unsigned i = 0; i < ARTICLES; i++)
        fprintf(out,
                "{\"id\":\"%u\",\"title\":\"%s article\",\"body\":\"round %u of number "
                "%u\"}\n",
                i, i == 0 ? "constant" : "moving", i == 0 ? 0 : round, i);
    fclose(out);
}

static int run_indexer(const char *indexer, char *index, char *input, unsigned round)
{
    char program[] = "pressmark-indexer", i[] = "-i", progress[] = "--progress=none";
    char compact[] = "--compact";
    char *argv[] = {program, i, index, progress, input, round % 3 ? NULL : compact, NULL};
    pid_t child;
    int status;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
    int failed = posix_spawn(&child, indexer, &actions, NULL, argv, environ) != 0 ||
                 waitpid(child, &status, 0) != child || status != 0;
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

struct reader {
    pthread_t thread;
    const char *index;
    time_t end;
    unsigned long searches;
    double latencies_ms[LATENCIES];
    int failed;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* 0 when the answer was right. */
static int read_once(struct pressmark_searcher *s)
{
    struct pressmark_results *r;
    struct pressmark_article *a;
    struct pressmark_error err;
    if (pressmark_search(s, "\"article\" number", NULL, &r, &err) != PRESSMARK_OK) {
        printf("search: %s\n", err.message);
        return 1;
    }
    uint64_t total = pressmark_results_total(r, NULL);
    pressmark_results_free(r);
    if (total != ARTICLES || pressmark_get(s, "0", &a, &err) != PRESSMARK_OK) {
        printf("search: %lu articles, %s\n", (unsigned long)total, err.message);
        return 1;
    }
    pressmark_article_free(a);
    return 0;
}

static void *run_reader(void *context)
{
    struct reader *reader = context;
    struct pressmark_searcher *s;
    struct pressmark_error err;
    reader->failed = pressmark_open(&reader->index, 1, &s, &err) != PRESSMARK_OK;
    if (reader->failed)
        printf("open: %s\n", err.message);
    while (!reader->failed && time(NULL) < reader->end) {
        double start = now_ms();
        reader->failed = read_once(s);
        reader->latencies_ms[reader->searches++ % LATENCIES] = now_ms() - start;
    }
    pressmark_close(s);
    return NULL;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static int report(struct reader *r)
{
    size_t n = r->searches < LATENCIES ? r->searches : LATENCIES;
    qsort(r->latencies_ms, n, sizeof *r->latencies_ms, by_value);
    if (n > 0)
        printf("%lu searches; ms: median %.2f, 99 of 100 %.2f, worst %.2f\n", r->searches,
               r->latencies_ms[n / 2], r->latencies_ms[n * 99 / 100],
               r->latencies_ms[n - 1]);
    return r->failed || r->searches == 0;
}

/* Exit code 0 when every answer of as many threads was right. */
static int read_until(const char *index, time_t end, int threads)
{
    static struct reader readers[THREADS];
    int failures = 0;
    for (int i = 0; i < threads; i++) {
        readers[i].index = index;
        readers[i].end = end;
        if (pthread_create(&readers[i].thread, NULL, run_reader, &readers[i]))
            return 1;
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(readers[i].thread, NULL);
        failures += report(&readers[i]);
    }
    return failures > 0;
}

int main(int argc, char **argv)
{
    char index[PATH_SIZE], input[PATH_SIZE];
    int failures = 0, status;
    unsigned round = 1;
    pid_t readers[PROCESSES + 1];
    if (argc < 4)
        return 2;
    useconds_t pause_us = argc > 4 ? (useconds_t)strtoul(argv[4], NULL, 10) * 1000 : 0;
    snprintf(index, sizeof index, "%s/index", argv[2]);
    snprintf(input, sizeof input, "%s/batch.jsonl", argv[2]);
    write_batch(input, round);
    if (run_indexer(argv[1], index, input, round))
        return 2;
    time_t end = time(NULL) + (time_t)strtoul(argv[3], NULL, 10);
    for (int i = 0; i <= PROCESSES; i++) {
        fflush(stdout);
        readers[i] = fork();
        if (readers[i] == 0)
            exit(read_until(index, end, i == 0 ? THREADS : 1));
    }
    while (time(NULL) < end) {
        usleep(pause_us);
        write_batch(input, ++round);
        failures += run_indexer(argv[1], index, input, round);
    }
    for (int i = 0; i <= PROCESSES; i++)
        failures += waitpid(readers[i], &status, 0) != readers[i] || status != 0;
    printf("%u commits, %d failures\n", round, failures);
    return failures > 0;
}
