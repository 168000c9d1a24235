/* http.h - a searcher as a service over HTTP/1.1: the methods of request.h as paths, and
 * a page for people. Each connection has a thread; searches take turns at the searchers.
 */
#ifndef SEARCHER_SERVE_HTTP_H
#define SEARCHER_SERVE_HTTP_H

#include <stddef.h>
#include <stdint.h>

struct http_options {
    const char *const *indexes;
    size_t index_count;
    const char *address;      /* `HOST:PORT`; port 0 is any that is free */
    const char *token_file;   /* NULL: no token, and loopback alone */
    const char *const *hosts; /* names that it goes by, beside addresses and HOST */
    size_t host_count;
    unsigned time_ms; /* of a search, its waiting included */
    unsigned max_connections;
    unsigned timeout_s;           /* to send a request, and to take its answer */
    uint64_t max_query, max_body; /* bytes */
};

/* Usual values of these. */
enum {
    HTTP_TIME_MS = 10000,
    HTTP_CONNECTIONS = 256,
    HTTP_TIMEOUT_S = 30,
    HTTP_MAX_QUERY = 8 << 10,
    HTTP_MAX_BODY = 1 << 20
};

/* Serves until SIGINT or SIGTERM, then answers what was asked; returns the exit code. */
int http_serve(const struct http_options *options);

#endif
