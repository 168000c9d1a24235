/* Paths, and the methods that answer there. */
#include "searcher/cli/json.h"
#include "searcher/cli/options.h"
#include "searcher/serve/http_server.h"

#include "common/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- answers --- */

void http_json(struct http_response *response, json_t *answer)
{
    response->type = "application/json";
    response->body = json_line(answer);
    response->size = strlen(response->body);
    json_decref(answer);
}

void http_fail(struct http_response *response, unsigned status, const char *message)
{
    response->status = status;
    http_json(response, json_pack("{s:i,s:{s:i,s:o}}", "format_version", 1, "error",
                                  "status", (int)status, "message", json_text(message)));
}

static unsigned status_of(enum request_failure failure)
{
    switch (failure) {
    case REQUEST_BAD_PARAMS:
        return MHD_HTTP_BAD_REQUEST;
    case REQUEST_NO_METHOD:
    case REQUEST_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case REQUEST_CANCELLED:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    case REQUEST_UNSUPPORTED:
        return MHD_HTTP_NOT_IMPLEMENTED;
    case REQUEST_FAILED:
        break;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* Waiting for a searcher is part of the time. */
json_t *http_run(struct http_server *server, const struct http_request *request,
                 const char *method, json_t *params, struct request_error *error,
                 unsigned *status)
{
    int64_t deadline_ns =
        request->arrived_ns + (int64_t)server->options.time_ms * 1000000;
    struct pressmark_searcher *searcher = searchers_take(server->searchers, deadline_ns);
    json_t *answer = NULL;
    if (searcher) {
        int64_t left_ms = (deadline_ns - searchers_clock_ns()) / 1000000;
        struct request_limits limits = {left_ms > 1 ? (unsigned)left_ms : 1,
                                        &server->cancel, server->options.max_query};
        answer = request_answer(searcher, method, params, &limits, error);
        searchers_give(server->searchers, searcher);
    } else {
        *error = (struct request_error){REQUEST_CANCELLED,
                                        "too many searches are at work: try again later"};
    }
    *status = answer ? MHD_HTTP_OK : status_of(error->failure);
    json_decref(params);
    return answer;
}

/* --- parameters in the address --- */

bool http_argument(const struct http_request *request, const char *name,
                   const char **value)
{
    *value =
        MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
    json_t *text = *value ? json_string(*value) : NULL;
    bool good = !*value || text;
    json_decref(text);
    if (!good)
        *value = NULL;
    return good;
}

size_t http_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD, as long as %00 */
    (void)context;
    (void)connection;
    for (char *at = text; (at = strstr(at, "%00")); at += 3)
        memcpy(at, replacement, 3);
    return MHD_http_unescape(text);
}

/* What is no number or truth value stays a text, which the method refuses by name. */
static json_t *value_of(const struct request_param *p, const char *text)
{
    char *end = NULL;
    long long number;
    if (p && p->type == REQUEST_FLAG) {
        if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0 || *text == '\0')
            return json_true();
        if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0)
            return json_false();
    }
    if (p && p->type == REQUEST_COUNT && *text >= '0' && *text <= '9') {
        errno = 0;
        number = strtoll(text, &end, 10);
        if (*end == '\0' && errno == 0)
            return json_integer(number);
    }
    return json_string(text);
}

struct reading {
    const struct request_method *method;
    json_t *params;
    char problem[128];
};

static bool add_choices(json_t *list, const char *text)
{
    bool good = true;
    while (*text && good) {
        size_t size = strcspn(text, ",");
        good = json_array_append_new(list, json_stringn(text, size)) == 0;
        text += size + (text[size] == ',');
    }
    return good;
}

static enum MHD_Result read_argument(void *context, enum MHD_ValueKind kind,
                                     const char *key, size_t key_size, const char *value,
                                     size_t value_size)
{
    struct reading *r = context;
    (void)kind;
    (void)value_size;
    if (key_size == 0) /* `&&` */
        return MHD_YES;
    const char *name = strcmp(key, "q") == 0 ? "query" : key, *text = value ? value : "";
    const struct request_param *p = request_find_param(r->method, name);
    json_t *old = json_object_get(r->params, name), *read;
    bool is_list = p && p->type == REQUEST_CHOICES;
    if (old && !is_list) {
        snprintf(r->problem, sizeof r->problem, "'%.60s' is there twice", name);
        return MHD_NO;
    }
    read = !is_list ? value_of(p, text) : old ? json_incref(old) : json_array();
    if (is_list && !add_choices(read, text)) {
        json_decref(read);
        read = NULL;
    }
    if (!read || json_object_set_new(r->params, name, read)) {
        snprintf(r->problem, sizeof r->problem, "'%.60s' is not text in UTF-8", name);
        return MHD_NO;
    }
    return MHD_YES;
}

/* The parameters of the request; NULL, with what is wrong with them. */
static json_t *read_params(const struct http_request *request, char *problem, size_t size)
{
    const struct http_route *route = request->route;
    struct reading r = {.method = request_find_method(route->request)};
    json_error_t why;
    if (strcmp(request->method, "POST") == 0) {
        r.params = json_loadb(request->body ? request->body : "", request->body_size,
                              JSON_REJECT_DUPLICATES, &why);
        if (!r.params)
            snprintf(r.problem, sizeof r.problem, "the body is no JSON: %.90s", why.text);
        else if (!json_is_object(r.params))
            snprintf(r.problem, sizeof r.problem, "the body is no object of JSON");
    } else {
        r.params = json_object();
    }
    if (!r.problem[0])
        MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND,
                                    read_argument, &r);
    if (!r.problem[0] && route->path_param) {
        json_t *rest = json_string(request->path + strlen(route->path));
        if (json_object_get(r.params, route->path_param))
            snprintf(r.problem, sizeof r.problem, "'%s' is in the path already",
                     route->path_param);
        if (!rest || json_object_set_new(r.params, route->path_param, rest))
            snprintf(r.problem, sizeof r.problem, "the path is not text in UTF-8");
    }
    if (!r.problem[0])
        return r.params;
    json_decref(r.params);
    snprintf(problem, size, "%s", r.problem);
    return NULL;
}

/* --- routes --- */

static void answer_request(struct http_server *server, struct http_request *request,
                           struct http_response *response)
{
    struct request_error error = {0};
    json_t *params = read_params(request, error.message, sizeof error.message);
    json_t *answer = NULL;
    response->status = MHD_HTTP_BAD_REQUEST;
    if (params)
        answer = http_run(server, request, request->route->request, params, &error,
                          &response->status);
    if (answer)
        http_json(response, answer);
    else
        http_fail(response, response->status, error.message);
}

static void answer_health(struct http_server *server, struct http_request *request,
                          struct http_response *response)
{
    (void)request;
    bool stops = atomic_load(&server->stops);
    response->status = stops ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK;
    http_json(response, json_pack("{s:s,s:s}", "status", stops ? "stopping" : "ok",
                                  "version", options_program.version));
}

static void answer_metrics(struct http_server *server, struct http_request *request,
                           struct http_response *response)
{
    const char *names[METRICS_ROUTES];
    (void)request;
    for (size_t i = 0; i < http_route_count(); i++)
        names[i] = http_route(i)->path;
    response->type = "text/plain; version=0.0.4; charset=utf-8";
    response->body = metrics_text(&server->metrics, names, http_route_count(),
                                  atomic_load(&server->open_requests), &response->size);
}

static const struct http_route routes[] = {
    {"/search", NULL, "search", true, answer_request, NULL},
    {"/articles/", "id", "get_article", false, answer_request, NULL},
    {"/related/", "id", "related", false, answer_request,
     "Articles that give context to one of the archive."},
    {"/related", NULL, "related", true, answer_request, NULL},
    {"/timeline", NULL, "timeline", true, answer_request, NULL},
    {"/verify_quote", NULL, "verify_quote", true, answer_request, NULL},
    {"/complete", NULL, "complete", false, answer_request, NULL},
    {"/index", NULL, "index_info", false, answer_request, NULL},
    {"/healthz", NULL, NULL, false, answer_health, "Whether the server is there."},
    {"/metrics", NULL, NULL, false, answer_metrics, "Counts and times, for Prometheus."},
    {"/openapi.json", NULL, NULL, false, http_openapi, "This description."},
    {"/", NULL, NULL, false, http_page, ""},
    {"/read/", "id", NULL, false, http_page_article, ""},
    {"/page.css", NULL, NULL, false, http_page_style, ""},
    {"/page.js", NULL, NULL, false, http_page_script, ""},
};

_Static_assert(sizeof routes / sizeof *routes <= METRICS_ROUTES, "each is counted");

size_t http_route_count(void)
{
    return sizeof routes / sizeof *routes;
}

const struct http_route *http_route(size_t i)
{
    return i < http_route_count() ? &routes[i] : NULL;
}

const struct http_route *http_find_route(const char *path)
{
    for (size_t i = 0; i < http_route_count(); i++) {
        size_t size = strlen(routes[i].path);
        if (routes[i].path_param ? strncmp(path, routes[i].path, size) == 0 && path[size]
                                 : strcmp(path, routes[i].path) == 0)
            return &routes[i];
    }
    return NULL;
}
