/* A reader never notices a writer: one process commits again and again, and merges now
 * and then, while others search.
 *
 * usage: test_readers INDEXER FOLDER SECONDS   (FOLDER is emptied by the caller) */
#include <pressmark.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READERS = 3, PATH_SIZE = 4096, ARTICLES = 40 };

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

/* Exit code 0 when every answer was right. */
static int read_until(const char *index, time_t end)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    unsigned searches = 0;
    if (pressmark_open(&index, 1, &s, &err) != PRESSMARK_OK) {
        printf("open: %s\n", err.message);
        return 1;
    }
    while (time(NULL) < end) {
        struct pressmark_results *r;
        struct pressmark_article *a;
        if (pressmark_search(s, "\"article\" number", NULL, &r, &err) != PRESSMARK_OK) {
            printf("search %u: %s\n", searches, err.message);
            return 1;
        }
        uint64_t total = pressmark_results_total(r, NULL);
        pressmark_results_free(r);
        if (total != ARTICLES || pressmark_get(s, "0", &a, &err) != PRESSMARK_OK) {
            printf("search %u: %lu articles, %s\n", searches, (unsigned long)total,
                   err.message);
            return 1;
        }
        pressmark_article_free(a);
        searches++;
    }
    pressmark_close(s);
    printf("%u searches\n", searches);
    return searches == 0;
}

int main(int argc, char **argv)
{
    char index[PATH_SIZE], input[PATH_SIZE];
    int failures = 0, status;
    unsigned round = 1;
    pid_t readers[READERS];
    if (argc != 4)
        return 2;
    snprintf(index, sizeof index, "%s/index", argv[2]);
    snprintf(input, sizeof input, "%s/batch.jsonl", argv[2]);
    write_batch(input, round);
    if (run_indexer(argv[1], index, input, round))
        return 2;
    time_t end = time(NULL) + (time_t)strtoul(argv[3], NULL, 10);
    for (int i = 0; i < READERS; i++) {
        fflush(stdout);
        readers[i] = fork();
        if (readers[i] == 0)
            exit(read_until(index, end));
    }
    while (time(NULL) < end) {
        write_batch(input, ++round);
        failures += run_indexer(argv[1], index, input, round);
    }
    for (int i = 0; i < READERS; i++)
        failures += waitpid(readers[i], &status, 0) != readers[i] || status != 0;
    printf("%u commits, %d failures\n", round, failures);
    return failures > 0;
}
