/* http_server.h - the parts of the service, for each other. */
#ifndef SEARCHER_SERVE_HTTP_SERVER_H
#define SEARCHER_SERVE_HTTP_SERVER_H

#include "searcher/serve/http.h"
#include "searcher/serve/metrics.h"
#include "searcher/serve/request.h"
#include "searcher/serve/searchers.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum { HTTP_TOKEN_MIN = 16, HTTP_TOKEN_MAX = 4096 };

struct http_server {
    struct http_options options;
    struct searchers *searchers;
    char host[256];                 /* of the address */
    char token[HTTP_TOKEN_MAX + 1]; /* "": none is needed */
    volatile int cancel;            /* of all searches */
    atomic_bool stops;
    atomic_uint open_requests;
    struct metrics metrics;
    pthread_mutex_t mutex; /* of the connections */
    struct http_connection *connections;
};

/* A connection that is watched: it may take timeout_s to send a request, and to take its
 * answer. */
struct http_connection {
    struct http_connection *next, **link;
    int fd;
    _Atomic int64_t waits_since_ns; /* for the client; 0: we are at work */
};

struct http_request {
    struct MHD_Connection *connection;
    const char *method, *path;
    char *body; /* with a NUL after it; NULL: none */
    size_t body_size, body_capacity;
    bool body_is_too_long;
    bool is_answered; /* before its body came */
    const struct http_route *route;
    int64_t arrived_ns;
    unsigned status;
};

struct http_response {
    unsigned status;
    const char *type;
    char *body; /* the response's, to be freed; NULL: the text that follows */
    const char *text;
    size_t size;
    const char *allow; /* methods, for 405 */
    bool closes;       /* the connection */
};

/* A path, and what answers there. */
struct http_route {
    const char *path;
    const char *path_param; /* the rest of the path is this parameter; NULL: no rest */
    const char *request;    /* the method of request.h; NULL: `answer` alone */
    bool takes_body;        /* POST too, with the parameters as JSON */
    void (*answer)(struct http_server *server, struct http_request *request,
                   struct http_response *response);
    const char *help; /* NULL: as the method's; "": not described */
};

/* Route i, or NULL; that of a path, or NULL. */
const struct http_route *http_route(size_t i);
size_t http_route_count(void);
const struct http_route *http_find_route(const char *path);

/* Whether the request may be answered at all; else the response says why not. */
bool http_guard(struct http_server *server, struct http_request *request,
                struct http_response *response);
bool http_read_token(struct http_server *server);

/* Runs a method within the server's limits. Takes params. NULL, with the error and the
 * status of HTTP, when it fails. */
json_t *http_run(struct http_server *server, const struct http_request *request,
                 const char *method, json_t *params, struct request_error *error,
                 unsigned *status);

void http_fail(struct http_response *response, unsigned status, const char *message);
void http_json(struct http_response *response, json_t *answer);

/* The value of a parameter of the address, NULL when there is none; false: it is not text
 * in UTF-8. */
bool http_argument(const struct http_request *request, const char *name,
                   const char **value);

/* What %00 is in an address: no text ends early. */
size_t http_unescape(void *context, struct MHD_Connection *connection, char *text);

/* Answers of routes. */
void http_openapi(struct http_server *server, struct http_request *request,
                  struct http_response *response);
void http_page(struct http_server *server, struct http_request *request,
               struct http_response *response);
void http_page_article(struct http_server *server, struct http_request *request,
                       struct http_response *response);
void http_page_style(struct http_server *server, struct http_request *request,
                     struct http_response *response);
void http_page_script(struct http_server *server, struct http_request *request,
                      struct http_response *response);

/* Callbacks of the daemon. */
enum MHD_Result http_exchange(void *context, struct MHD_Connection *connection,
                              const char *path, const char *method, const char *version,
                              const char *data, size_t *size, void **state);
void http_completed(void *context, struct MHD_Connection *connection, void **state,
                    enum MHD_RequestTerminationCode code);
void http_connection_changed(void *context, struct MHD_Connection *connection,
                             void **state, enum MHD_ConnectionNotificationCode code);

/* Shuts connections whose client takes too long. */
void http_drop_slow(struct http_server *server);

#endif
