/* One request, from its first byte to the last of its answer. */
#include "searcher/serve/http_server.h"

#include "common/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* --- connections --- */

static void wait_for_client(struct MHD_Connection *connection, bool waits)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_connection *c = info ? info->socket_context : NULL;
    if (c)
        atomic_store(&c->waits_since_ns, waits ? searchers_clock_ns() : 0);
}

void http_connection_changed(void *context, struct MHD_Connection *connection,
                             void **state, enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = context;
    struct http_connection *c = *state;
    pthread_mutex_lock(&s->mutex);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *state = c = cli_check_memory(calloc(1, sizeof *c));
        c->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                    ->connect_fd;
        c->waits_since_ns = searchers_clock_ns();
        c->next = s->connections;
        c->link = &s->connections;
        if (c->next)
            c->next->link = &c->next;
        s->connections = c;
    } else if (c) {
        *c->link = c->next;
        if (c->next)
            c->next->link = c->link;
        free(c);
        *state = NULL;
    }
    pthread_mutex_unlock(&s->mutex);
}

void http_drop_slow(struct http_server *s)
{
    int64_t latest =
        searchers_clock_ns() - (int64_t)s->options.timeout_s * INT64_C(1000000000);
    pthread_mutex_lock(&s->mutex);
    for (struct http_connection *c = s->connections; c; c = c->next) {
        int64_t since = atomic_load(&c->waits_since_ns);
        if (since > 0 && since < latest) {
            atomic_store(&c->waits_since_ns, 0);
            atomic_fetch_add(&s->metrics.dropped, 1);
            shutdown(c->fd, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&s->mutex);
}

/* --- answers --- */

static void add_headers(struct MHD_Response *m, const struct http_response *response)
{
    MHD_add_response_header(m, "Content-Type", response->type);
    MHD_add_response_header(m, "Cache-Control", "no-store");
    MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(m, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(m, "Cross-Origin-Resource-Policy", "same-origin");
    MHD_add_response_header(
        m, "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    if (response->allow)
        MHD_add_response_header(m, "Allow", response->allow);
    if (response->status == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(m, "WWW-Authenticate", "Basic realm=\"pressmark\"");
    if (response->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(m, "Retry-After", "1");
}

/* Takes the response's body. */
static enum MHD_Result send_response(struct http_server *server,
                                     struct http_request *request,
                                     struct http_response *response)
{
    struct MHD_Response *m =
        response->body
            ? MHD_create_response_from_buffer(response->size, response->body,
                                              MHD_RESPMEM_MUST_FREE)
            : MHD_create_response_from_buffer(response->size,
                                              (void *)(uintptr_t)response->text,
                                              MHD_RESPMEM_PERSISTENT);
    cli_check_memory(m);
    add_headers(m, response);
    if (atomic_load(&server->stops) || response->closes)
        MHD_add_response_header(m, "Connection", "close");
    request->status = response->status;
    enum MHD_Result result = MHD_queue_response(request->connection, response->status, m);
    MHD_destroy_response(m);
    return result;
}

static bool is_reading(const struct http_request *r)
{
    return strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
}

static bool is_too_long(const struct http_server *server,
                        const struct http_request *request)
{
    const char *length = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                     "Content-Length");
    return length && strtoull(length, NULL, 10) > server->options.max_body;
}

static void fail_too_long(const struct http_server *server,
                          struct http_response *response)
{
    char message[128];
    snprintf(message, sizeof message, "a body may have %llu bytes (--max-body)",
             (unsigned long long)server->options.max_body);
    http_fail(response, MHD_HTTP_CONTENT_TOO_LARGE, message);
}

/* Before its body has come. True when there is something to answer yet. */
static bool look_at(struct http_server *server, struct http_request *request,
                    struct http_response *response)
{
    if (!http_guard(server, request, response))
        return false;
    request->route = http_find_route(request->path);
    if (!request->route) {
        http_fail(response, MHD_HTTP_NOT_FOUND,
                  "there is no such path (/openapi.json describes those that there are)");
        return false;
    }
    bool posts = request->route->takes_body && strcmp(request->method, "POST") == 0;
    if (!is_reading(request) && !posts) {
        http_fail(response, MHD_HTTP_METHOD_NOT_ALLOWED,
                  "this path does not take this method");
        response->allow = request->route->takes_body ? "GET, HEAD, POST" : "GET, HEAD";
        return false;
    }
    if (is_too_long(server, request)) {
        response->closes = true;
        fail_too_long(server, response);
        return false;
    }
    return true;
}

/* What comes after a body that is too long is not kept. */
static void take_body(const struct http_server *server, struct http_request *request,
                      const char *data, size_t size)
{
    size_t needed = request->body_size + size + 1;
    request->body_is_too_long |= needed - 1 > server->options.max_body;
    if (request->body_is_too_long)
        return;
    if (needed > request->body_capacity) {
        request->body_capacity = 2 * needed;
        request->body = cli_check_memory(realloc(request->body, request->body_capacity));
    }
    memcpy(request->body + request->body_size, data, size);
    request->body_size += size;
    request->body[request->body_size] = '\0';
}

static enum MHD_Result answer(struct http_server *server, struct http_request *request)
{
    struct http_response response = {.status = MHD_HTTP_OK};
    wait_for_client(request->connection, false);
    request->arrived_ns = searchers_clock_ns();
    request->is_answered = true;
    if (request->body_is_too_long)
        fail_too_long(server, &response);
    else
        request->route->answer(server, request, &response);
    wait_for_client(request->connection, true);
    return send_response(server, request, &response);
}

static struct http_request *new_request(struct MHD_Connection *connection,
                                        const char *path, const char *method)
{
    struct http_request *r = cli_check_memory(calloc(1, sizeof *r));
    r->connection = connection;
    r->path = path;
    r->method = method;
    return r;
}

enum MHD_Result http_exchange(void *context, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *data, size_t *size, void **state)
{
    struct http_server *server = context;
    struct http_request *request = *state;
    (void)version;
    if (!request) {
        struct http_response response = {.status = MHD_HTTP_OK};
        *state = request = new_request(connection, path, method);
        atomic_fetch_add(&server->open_requests, 1);
        if (look_at(server, request, &response))
            return MHD_YES;
        request->arrived_ns = searchers_clock_ns();
        request->is_answered = true;
        return send_response(server, request, &response);
    }
    if (*size > 0) {
        take_body(server, request, data, *size);
        *size = 0;
        return MHD_YES;
    }
    return answer(server, request);
}

void http_completed(void *context, struct MHD_Connection *connection, void **state,
                    enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct http_request *request = *state;
    (void)code;
    if (!request)
        return;
    wait_for_client(connection, true);
    if (request->is_answered) {
        size_t route = METRICS_ROUTES;
        for (size_t i = 0; i < http_route_count(); i++)
            route = request->route == http_route(i) ? i : route;
        metrics_count(&server->metrics, route, request->status,
                      searchers_clock_ns() - request->arrived_ns);
    }
    atomic_fetch_sub(&server->open_requests, 1);
    free(request->body);
    free(request);
    *state = NULL;
}
