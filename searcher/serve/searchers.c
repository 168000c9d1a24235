#include "searcher/serve/searchers.h"

#include "common/cli/cli.h"
#include "searcher/cli/options.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SEARCHERS_MAX = 64 };

struct searchers {
    pthread_mutex_t mutex; /* of the free ones */
    pthread_cond_t given;
    struct pressmark_searcher *free[SEARCHERS_MAX]; /* the last given is taken first */
    size_t free_count;
};

static size_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > SEARCHERS_MAX ? SEARCHERS_MAX : (size_t)count;
}

struct searchers *searchers_open(const char *const *indexes, size_t index_count)
{
    struct searchers *s = cli_check_memory(calloc(1, sizeof *s));
    struct pressmark_error err;
    pthread_condattr_t attributes;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&s->given, &attributes);
    pthread_condattr_destroy(&attributes);
    for (size_t count = processors(); s->free_count < count; s->free_count++)
        if (pressmark_open(indexes, index_count, &s->free[s->free_count], &err)) {
            cli_fail(options_program.name, "%s", err.message);
            searchers_close(s);
            return NULL;
        }
    return s;
}

void searchers_close(struct searchers *s)
{
    while (s->free_count > 0)
        pressmark_close(s->free[--s->free_count]);
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->given);
    free(s);
}

int64_t searchers_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct pressmark_searcher *searchers_take(struct searchers *s, int64_t deadline_ns)
{
    struct timespec until = {deadline_ns / 1000000000, deadline_ns % 1000000000};
    struct pressmark_searcher *taken = NULL;
    int errnum = 0;
    pthread_mutex_lock(&s->mutex);
    while (s->free_count == 0 && errnum == 0)
        errnum = pthread_cond_timedwait(&s->given, &s->mutex, &until);
    if (s->free_count > 0)
        taken = s->free[--s->free_count];
    pthread_mutex_unlock(&s->mutex);
    return taken;
}

void searchers_give(struct searchers *s, struct pressmark_searcher *searcher)
{
    pthread_mutex_lock(&s->mutex);
    s->free[s->free_count++] = searcher;
    pthread_cond_signal(&s->given);
    pthread_mutex_unlock(&s->mutex);
}
