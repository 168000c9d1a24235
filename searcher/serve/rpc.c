#include "searcher/serve/rpc.h"

#include "common/cli/cli.h"
#include "searcher/cli/json.h"
#include "searcher/cli/options.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 4, LINE_MAX_BYTES = 64 << 20, WAITING_MAX = 1000 };

/* A request, from its line to its answer. */
struct call {
    struct call *next;
    struct rpc_connection *connection;
    json_t *message;
    json_t *id; /* borrowed from it; NULL: a notification, which gets no answer */
    volatile int cancel;
};

struct rpc_server {
    const struct rpc_protocol *protocol;
    const struct rpc_options *options;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t more, room, done;
    struct call *first, **last; /* that wait */
    size_t waiting;
    struct call *running[THREADS_MAX];
    bool ended;
    struct lane *lanes;
    size_t lane_count;
};

struct lane {
    struct rpc_server *server;
    struct pressmark_searcher *searcher;
    pthread_t thread;
    size_t number;
};

/* --- answers --- */

static void send_message(struct rpc_connection *c, json_t *message)
{
    pthread_mutex_lock(&c->mutex);
    if (ferror(c->out)) { /* it does not read, or is gone */
        json_decref(message);
    } else {
        json_print(c->out, message);
        fflush(c->out);
    }
    pthread_mutex_unlock(&c->mutex);
}

static void send_error(struct rpc_connection *c, json_t *id, int code,
                       const char *message)
{
    json_t *error = json_pack("{s:i,s:o}", "code", code, "message", json_text(message));
    send_message(c, json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id",
                              id ? id : json_null(), "error", error));
}

void rpc_fail(struct rpc_error *to, const struct request_error *from)
{
    to->code = from->failure == REQUEST_NO_METHOD    ? RPC_NO_METHOD
               : from->failure == REQUEST_BAD_PARAMS ? RPC_BAD_PARAMS
               : from->failure == REQUEST_NOT_FOUND  ? RPC_NOT_FOUND
               : from->failure == REQUEST_CANCELLED  ? RPC_CANCELLED
                                                     : RPC_FAILED;
    memcpy(to->message, from->message, sizeof to->message);
}

static json_t *answer_own(struct pressmark_searcher *searcher, const char *method,
                          const json_t *params, const struct request_limits *limits,
                          struct rpc_error *error)
{
    struct request_error why = {0};
    json_t *answer = request_answer(searcher, method, params, limits, &why);
    if (!answer)
        rpc_fail(error, &why);
    return answer;
}

const struct rpc_protocol rpc_own = {answer_own, "cancel", "id"};

/* --- calls --- */

static void free_call(struct call *c)
{
    json_decref(c->message);
    free(c);
}

static void work_off(struct lane *l, struct call *c)
{
    struct rpc_server *s = l->server;
    struct rpc_error error = {.code = RPC_CANCELLED, .message = "cancelled"};
    struct request_limits limits = {s->options->time_ms, &c->cancel, 0};
    const char *method = json_string_value(json_object_get(c->message, "method"));
    json_t *answer = NULL;
    if (!__atomic_load_n(&c->cancel, __ATOMIC_RELAXED))
        answer = s->protocol->answer(
            l->searcher, method, json_object_get(c->message, "params"), &limits, &error);
    if (c->id && answer)
        send_message(c->connection, json_pack("{s:s,s:O,s:O}", "jsonrpc", "2.0", "id",
                                              c->id, "result", answer));
    else if (c->id)
        send_error(c->connection, c->id, error.code, error.message);
    json_decref(answer);
}

static struct call *take(struct lane *l)
{
    struct rpc_server *s = l->server;
    pthread_mutex_lock(&s->mutex);
    while (!s->first && !s->ended)
        pthread_cond_wait(&s->more, &s->mutex);
    struct call *c = s->first;
    if (c) {
        s->first = c->next;
        s->last = s->first ? s->last : &s->first;
        s->waiting--;
        s->running[l->number] = c;
        pthread_cond_signal(&s->room);
    }
    pthread_mutex_unlock(&s->mutex);
    return c;
}

static void *run_lane(void *context)
{
    struct lane *l = context;
    for (struct call *c; (c = take(l)) != NULL;) {
        work_off(l, c);
        pthread_mutex_lock(&l->server->mutex);
        l->server->running[l->number] = NULL;
        c->connection->calls--;
        pthread_cond_broadcast(&l->server->done);
        pthread_mutex_unlock(&l->server->mutex);
        free_call(c);
    }
    return NULL;
}

/* A request that waits is answered as cancelled when its turn comes. */
static bool cancel_call(struct call *c, const struct rpc_connection *connection,
                        const json_t *id)
{
    bool is_it = c && c->connection == connection &&
                 (!id || (c->id && json_equal(c->id, (json_t *)(uintptr_t)id)));
    if (is_it)
        __atomic_store_n(&c->cancel, 1, __ATOMIC_RELAXED);
    return is_it;
}

/* id: NULL for all of the connection. */
static bool cancel(struct rpc_server *s, const struct rpc_connection *connection,
                   const json_t *id)
{
    bool found = false;
    pthread_mutex_lock(&s->mutex);
    for (struct call *c = s->first; c; c = c->next)
        found |= cancel_call(c, connection, id);
    for (size_t i = 0; i < THREADS_MAX; i++)
        found |= cancel_call(s->running[i], connection, id);
    pthread_mutex_unlock(&s->mutex);
    return found;
}

static void put(struct rpc_server *s, struct rpc_connection *connection, json_t *message,
                json_t *id)
{
    struct call *c = cli_check_memory(calloc(1, sizeof *c));
    c->connection = connection;
    c->message = message;
    c->id = id;
    pthread_mutex_lock(&s->mutex);
    while (s->waiting >= WAITING_MAX)
        pthread_cond_wait(&s->room, &s->mutex);
    connection->calls++;
    *s->last = c;
    s->last = &c->next;
    s->waiting++;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->mutex);
}

static bool is_id(const json_t *id)
{
    return json_is_string(id) || json_is_number(id) || json_is_null(id);
}

/* Takes the message. */
static void receive(struct rpc_server *s, struct rpc_connection *c, json_t *message)
{
    json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    const char *version = json_string_value(json_object_get(message, "jsonrpc"));
    const char *what = !json_is_object(message) ? "it is no object"
                       : !version || strcmp(version, "2.0") != 0
                           ? "jsonrpc is not \"2.0\""
                       : !method          ? "it has no method"
                       : id && !is_id(id) ? "its id is neither text nor number"
                                          : NULL;
    if (what) {
        send_error(c, id && is_id(id) ? id : NULL, RPC_INVALID_REQUEST, what);
    } else if (strcmp(method, s->protocol->cancel) == 0) {
        const json_t *params = json_object_get(message, "params");
        const json_t *other = json_object_get(params, s->protocol->cancel_key);
        bool found = other && cancel(s, c, other);
        if (id)
            send_message(c, json_pack("{s:s,s:O,s:{s:b}}", "jsonrpc", "2.0", "id", id,
                                      "result", "cancelled", found));
    } else {
        put(s, c, message, id);
        return;
    }
    json_decref(message);
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t\r\n")] == '\0';
}

bool rpc_read(struct rpc_server *s, struct rpc_connection *c)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, c->in)) >= 0) {
        json_error_t why;
        if (is_blank(line))
            continue;
        json_t *message = size <= LINE_MAX_BYTES
                              ? json_loadb(line, (size_t)size, JSON_ALLOW_NUL, &why)
                              : NULL;
        if (message)
            receive(s, c, message);
        else
            send_error(c, NULL, RPC_PARSE_ERROR,
                       size <= LINE_MAX_BYTES ? why.text : "the message is too long");
    }
    bool good = !ferror(c->in);
    free(line);
    if (!good)
        cancel(s, c, NULL);
    pthread_mutex_lock(&s->mutex);
    while (c->calls > 0)
        pthread_cond_wait(&s->done, &s->mutex);
    pthread_mutex_unlock(&s->mutex);
    return good;
}

/* --- the server --- */

/* The lanes from the first on that could be started. */
static bool start_lane(struct rpc_server *s, size_t i)
{
    struct lane *l = &s->lanes[i];
    struct pressmark_error err;
    *l = (struct lane){.server = s, .number = i};
    if (pressmark_open(s->options->indexes, s->options->index_count, &l->searcher,
                       &err)) {
        cli_fail(options_program.name, "%s", err.message);
        return false;
    }
    int errnum = pthread_create(&l->thread, NULL, run_lane, l);
    if (errnum) {
        pressmark_close(l->searcher);
        cli_fail(options_program.name, "cannot start a thread: %s", strerror(errnum));
    }
    return errnum == 0;
}

struct rpc_server *rpc_start(const struct rpc_protocol *protocol,
                             const struct rpc_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors < 1             ? 1
                   : processors > THREADS_MAX ? THREADS_MAX
                                              : (size_t)processors;
    struct rpc_server *s = cli_check_memory(calloc(1, sizeof *s));
    s->protocol = protocol;
    s->options = options;
    s->last = &s->first;
    s->lanes = cli_check_memory(calloc(count, sizeof *s->lanes));
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->more, NULL);
    pthread_cond_init(&s->room, NULL);
    pthread_cond_init(&s->done, NULL);
    while (s->lane_count < count && start_lane(s, s->lane_count))
        s->lane_count++;
    if (s->lane_count == count)
        return s;
    rpc_stop(s);
    return NULL;
}

void rpc_stop(struct rpc_server *s)
{
    pthread_mutex_lock(&s->mutex);
    s->ended = true;
    pthread_cond_broadcast(&s->more);
    pthread_mutex_unlock(&s->mutex);
    for (size_t i = 0; i < s->lane_count; i++) {
        pthread_join(s->lanes[i].thread, NULL);
        pressmark_close(s->lanes[i].searcher);
    }
    pthread_mutex_destroy(&s->mutex);
    pthread_cond_destroy(&s->more);
    pthread_cond_destroy(&s->room);
    pthread_cond_destroy(&s->done);
    free(s->lanes);
    free(s);
}

int rpc_serve_stdio(const struct rpc_protocol *protocol,
                    const struct rpc_options *options)
{
    struct rpc_connection c = {.in = stdin, .out = stdout};
    struct rpc_server *s = rpc_start(protocol, options);
    if (!s)
        return CLI_FAILED;
    pthread_mutex_init(&c.mutex, NULL);
    bool good = rpc_read(s, &c);
    rpc_stop(s);
    pthread_mutex_destroy(&c.mutex);
    return good ? CLI_OK : cli_fail(options_program.name, "cannot read standard input");
}
