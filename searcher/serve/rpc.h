/* rpc.h - JSON-RPC 2.0, a message a line, over standard input and output or a socket.
 * Requests are answered by several threads, in any order, and can be cancelled. */
#ifndef SEARCHER_CLI_RPC_H
#define SEARCHER_CLI_RPC_H

#include "searcher/serve/request.h"

#include <pthread.h>
#include <stdio.h>

/* Codes of the specification, and of this program (-32000 and below). */
enum {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_NO_METHOD = -32601,
    RPC_BAD_PARAMS = -32602,
    RPC_FAILED = -32000,
    RPC_NOT_FOUND = -32001,
    RPC_CANCELLED = -32800
};

struct rpc_error {
    int code;
    char message[600];
};

struct rpc_protocol {
    /* Answers a request: the caller's; NULL when it fails. */
    json_t *(*answer)(struct pressmark_searcher *searcher, const char *method,
                      const json_t *params, const struct request_limits *limits,
                      struct rpc_error *error);
    const char *cancel;     /* the method that cancels a request */
    const char *cancel_key; /* its parameter: the id of that request */
};

/* The program's own methods (see request.h), and `cancel` with the parameter `id`. */
extern const struct rpc_protocol rpc_own;

struct rpc_options {
    const char *const *indexes;
    size_t index_count;
    unsigned time_ms; /* no request may take longer; 0: none */
};

/* Serves on standard input and output until the input ends and all is answered; returns
 * the exit code. */
int rpc_serve_stdio(const struct rpc_protocol *protocol,
                    const struct rpc_options *options);

/* Serves on a socket of the file system, for its owner alone, until SIGINT or SIGTERM. */
int rpc_serve_unix(const struct rpc_protocol *protocol, const struct rpc_options *options,
                   const char *path);

/* The threads that answer, for any number of connections; NULL, with a message, when the
 * indexes cannot be opened. */
struct rpc_server *rpc_start(const struct rpc_protocol *protocol,
                             const struct rpc_options *options);
void rpc_stop(struct rpc_server *s);

/* Where requests come from and answers go. */
struct rpc_connection {
    FILE *in, *out;
    pthread_mutex_t mutex; /* of out */
    unsigned calls;        /* that are not answered; the server's */
};

/* Reads requests until there are no more, and waits for their answers; when the input
 * fails they are cancelled, and false is returned. */
bool rpc_read(struct rpc_server *s, struct rpc_connection *c);

/* A failed request as an error of JSON-RPC. */
void rpc_fail(struct rpc_error *to, const struct request_error *from);

#endif
