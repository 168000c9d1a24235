#include "indexer/input/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* --- commands --- */

/* Splits the command in place. False when a quote is not closed or it has too many words.
 */
static bool split(struct converter *c, char *command)
{
    size_t count = 0;
    char *at = command;
    for (;;) {
        at += strspn(at, " \t");
        if (*at == '\0')
            break;
        if (count == CONVERTER_WORDS_MAX)
            return false;
        char *to = at, quote = '\0';
        c->words[count++] = to;
        for (; *at && (quote || !strchr(" \t", *at)); at++) {
            if (quote ? *at == quote : *at == '\'' || *at == '"')
                quote = quote ? '\0' : *at;
            else
                *to++ = *at;
        }
        if (quote)
            return false;
        at += *at != '\0';
        *to = '\0';
    }
    return count > 0;
}

enum status converters_add(struct converters *c, const char *assignment,
                           struct status_error *err)
{
    if (c->count == CONVERTERS_MAX)
        return status_set(err, STATUS_ARGUMENT, "more than %d --filter options",
                          CONVERTERS_MAX);
    struct converter *new = &c->items[c->count];
    *new = (struct converter){.text = strdup(assignment)};
    char *equals = new->text ? strchr(new->text, '=') : NULL;
    c->count++;
    if (!new->text)
        return status_no_memory(err);
    if (!equals || equals == new->text)
        return status_set(err, STATUS_ARGUMENT,
                          "--filter takes PATTERN=COMMAND ('*.pdf=pdftotext - -'), not "
                          "'%.80s'",
                          assignment);
    *equals = '\0';
    new->pattern = new->text;
    if (!split(new, equals + 1))
        return status_set(err, STATUS_ARGUMENT,
                          "--filter '%.80s': the command is empty, has a quote that is "
                          "not closed, or more than %d words",
                          assignment, CONVERTER_WORDS_MAX);
    return STATUS_OK;
}

void converters_free(struct converters *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->items[i].text);
    c->count = 0;
}

const struct converter *converters_find(const struct converters *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < c->count; i++)
        if (fnmatch(c->items[i].pattern, name, 0) == 0)
            return &c->items[i];
    return NULL;
}

/* --- running --- */

enum { TO_CHILD, FROM_CHILD, ERRORS, PIPE_COUNT };

struct run {
    const struct converter *converter;
    struct source *source;
    pid_t pid;
    int fds[PIPE_COUNT]; /* our ends; -1: closed */
    struct buffer *out;
    struct buffer errors; /* the beginning of what it says */
    size_t max_bytes;
    struct timespec end; /* of its time */
    struct status_error *err;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The program, as the leader of a group of its own, so that what it starts ends with it.
 */
static enum status start(struct run *r)
{
    int pipes[PIPE_COUNT][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int errnum = 0;
    for (int i = 0; i < PIPE_COUNT && !errnum; i++)
        errnum = pipe2(pipes[i], O_CLOEXEC) ? errno : 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, pipes[TO_CHILD][0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes[FROM_CHILD][1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes[ERRORS][1], STDERR_FILENO);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    if (!errnum)
        errnum = posix_spawnp(&r->pid, r->converter->words[0], &actions, &attributes,
                              r->converter->words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    for (int i = 0; i < PIPE_COUNT; i++) {
        r->fds[i] = pipes[i][i == TO_CHILD ? 1 : 0];
        close_end(&pipes[i][i == TO_CHILD ? 0 : 1]);
        if (r->fds[i] >= 0)
            fcntl(r->fds[i], F_SETFL, O_NONBLOCK);
    }
    return errnum ? status_set(r->err, STATUS_INVALID, "cannot run '%s': %s",
                               r->converter->words[0], strerror(errnum))
                  : STATUS_OK;
}

/* A program may end before it has read all. */
static enum status feed(struct run *r)
{
    struct slice bytes;
    enum status status = source_peek(r->source, &bytes, r->err);
    if (status)
        return status;
    ssize_t n = bytes.size > 0 ? write(r->fds[TO_CHILD], bytes.data, bytes.size) : -1;
    if (n >= 0)
        source_skip(r->source, (size_t)n);
    else if (bytes.size == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(&r->fds[TO_CHILD]);
    return STATUS_OK;
}

static enum status take(struct run *r, int which)
{
    enum { ERRORS_MAX = 200 };
    char bytes[16384];
    ssize_t n = read(r->fds[which], bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return STATUS_OK;
    if (n <= 0) {
        close_end(&r->fds[which]);
        return STATUS_OK;
    }
    if (which == ERRORS) {
        size_t room = ERRORS_MAX - r->errors.size;
        return buffer_append(&r->errors, bytes, (size_t)n < room ? (size_t)n : room);
    }
    if (r->out->size + (size_t)n > r->max_bytes)
        return status_set(r->err, STATUS_INVALID,
                          "'%s' writes more than %zu bytes (--max-article raises it)",
                          r->converter->words[0], r->max_bytes);
    return buffer_append(r->out, bytes, (size_t)n);
}

static int milliseconds_left(const struct run *r)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double left = (double)(r->end.tv_sec - now.tv_sec) * 1e3 +
                  (double)(r->end.tv_nsec - now.tv_nsec) / 1e6;
    return left > 0 ? (int)left + 1 : 0;
}

static enum status talk(struct run *r, unsigned timeout_s)
{
    enum status status = STATUS_OK;
    while (!status && r->fds[FROM_CHILD] >= 0) {
        struct pollfd polled[PIPE_COUNT];
        int left = milliseconds_left(r);
        for (int i = 0; i < PIPE_COUNT; i++)
            polled[i] = (struct pollfd){.fd = r->fds[i],
                                        .events = i == TO_CHILD ? POLLOUT : POLLIN};
        if (left == 0)
            return status_set(r->err, STATUS_INVALID,
                              "'%s' takes longer than %u s (--filter-timeout raises it)",
                              r->converter->words[0], timeout_s);
        int count = poll(polled, PIPE_COUNT, left);
        if (count < 0) /* a signal ends the run */
            return status_set_errno(r->err, errno, "waiting for '%s'",
                                    r->converter->words[0]);
        if (count == 0)
            continue;
        if (polled[TO_CHILD].revents)
            status = feed(r);
        for (int i = FROM_CHILD; i < PIPE_COUNT && !status; i++)
            if (polled[i].revents)
                status = take(r, i);
    }
    return status;
}

/* The first line of what the program said of its failure. */
static enum status judge(struct run *r, int wait_status)
{
    const char *said = buffer_text(&r->errors);
    int line = (int)strcspn(said, "\r\n");
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
        return STATUS_OK;
    bool exited = WIFEXITED(wait_status);
    return status_set(r->err, STATUS_INVALID, "'%s' failed (%s %d)%s%.*s",
                      r->converter->words[0], exited ? "exit" : "signal",
                      exited ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status),
                      line > 0 ? ": " : "", line, said);
}

/* A program that has closed its output has its time to end. */
static int wait_for(struct run *r)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    int wait_status = 0;
    while (waitpid(r->pid, &wait_status, WNOHANG) == 0) {
        if (milliseconds_left(r) == 0)
            kill(-r->pid, SIGKILL);
        nanosleep(&pause, NULL);
    }
    return wait_status;
}

enum status converter_run(const struct converter *converter, unsigned timeout_s,
                          size_t max_bytes, struct source *source, struct buffer *out,
                          struct status_error *err)
{
    struct run r = {.converter = converter,
                    .source = source,
                    .out = out,
                    .errors = BUFFER_INIT(1024),
                    .max_bytes = max_bytes,
                    .err = err};
    clock_gettime(CLOCK_MONOTONIC, &r.end);
    r.end.tv_sec += timeout_s;
    enum status status = start(&r);
    bool started = !status;
    if (!status)
        status = talk(&r, timeout_s);
    for (int i = 0; i < PIPE_COUNT; i++)
        close_end(&r.fds[i]);
    if (started && status)
        kill(-r.pid, SIGKILL);
    int wait_status = started ? wait_for(&r) : 0;
    if (!status)
        status = judge(&r, wait_status);
    buffer_free(&r.errors);
    return status == STATUS_NO_MEMORY || status == STATUS_LIMIT ? status_no_memory(err)
                                                                : status;
}
