#include "searcher/serve/http_server.h"

#include "common/cli/cli.h"
#include "searcher/cli/options.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Bytes of a connection for the address, the headers and pieces of the body. */
enum { CONNECTION_MEMORY = 64 << 10, BACKLOG = 511 };

/* How long a stop waits for answers that are on their way. */
enum { STOP_MS = 10000, STOP_STEP_MS = 5 };

static int fail(const struct http_server *s, const char *why)
{
    return cli_fail(options_program.name, "cannot listen on '%s': %s", s->options.address,
                    why);
}

/* --- the socket --- */

static bool is_loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >>
                   24 ==
               127;
    return a->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(
               &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

/* Parts `host:port`, `[host]:port`; the host without brackets goes to s->host. */
static const char *part_address(struct http_server *s)
{
    const char *host = s->options.address, *colon = strrchr(host, ':');
    if (!colon || colon == host || colon[1] == '\0')
        return NULL;
    size_t size = (size_t)(colon - host);
    if (host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    }
    if (size == 0 || size >= sizeof s->host)
        return NULL;
    memcpy(s->host, host, size);
    s->host[size] = '\0';
    return colon + 1;
}

static int bind_socket(const struct addrinfo *a)
{
    int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

/* -1, with a message. */
static int open_socket(struct http_server *s)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    const char *port = part_address(s);
    int fd = -1;
    if (!port) {
        fail(s, "it is not HOST:PORT");
        return -1;
    }
    int errnum = getaddrinfo(s->host, port, &hints, &found);
    if (errnum) {
        fail(s, gai_strerror(errnum));
        return -1;
    }
    if (!is_loopback(found->ai_addr) && !s->options.token_file)
        fail(s, "others than this machine may only ask with a token (--token-file)");
    else if ((fd = bind_socket(found)) < 0)
        fail(s, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

/* --- the daemon --- */

static struct MHD_Daemon *start(struct http_server *s, int fd)
{
    return MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC, 0,
        NULL, NULL, http_exchange, s, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, s->options.max_connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_NOTIFY_COMPLETED, http_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        http_connection_changed, s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
}

static void say_where(int fd)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char host[128] = "", port[16] = "";
    if (getsockname(fd, (struct sockaddr *)&bound, &size) == 0)
        getnameinfo((const struct sockaddr *)&bound, size, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    bool v6 = strchr(host, ':') != NULL;
    fprintf(stderr, "%s: listening on http://%s%s%s:%s/\n", options_program.name,
            v6 ? "[" : "", host, v6 ? "]" : "", port);
}

/* Waits for a signal of the set, and drops clients that take too long meanwhile. */
static void watch(struct http_server *s, const sigset_t *signals)
{
    const struct timespec second = {1, 0};
    while (sigtimedwait(signals, NULL, &second) < 0)
        http_drop_slow(s);
}

/* What was asked is answered; a second signal ends searches. */
static void stop(struct http_server *s, struct MHD_Daemon *daemon,
                 const sigset_t *signals)
{
    const struct timespec step = {0, STOP_STEP_MS * 1000000};
    atomic_store(&s->stops, true);
    int fd = MHD_quiesce_daemon(daemon);
    for (int ms = 0; ms < STOP_MS && atomic_load(&s->open_requests) > 0;
         ms += STOP_STEP_MS)
        if (sigtimedwait(signals, NULL, &step) > 0)
            s->cancel = 1;
    s->cancel = 1;
    MHD_stop_daemon(daemon);
    if (fd >= 0)
        close(fd);
}

static void set_defaults(struct http_options *o)
{
    o->time_ms = o->time_ms ? o->time_ms : HTTP_TIME_MS;
    o->max_connections = o->max_connections ? o->max_connections : HTTP_CONNECTIONS;
    o->timeout_s = o->timeout_s ? o->timeout_s : HTTP_TIMEOUT_S;
    o->max_query = o->max_query ? o->max_query : HTTP_MAX_QUERY;
    o->max_body = o->max_body ? o->max_body : HTTP_MAX_BODY;
}

static int serve(struct http_server *s, const sigset_t *signals)
{
    int fd = open_socket(s);
    if (fd < 0)
        return CLI_FAILED;
    struct MHD_Daemon *daemon = start(s, fd);
    if (!daemon) {
        close(fd);
        return fail(s, "the server does not start");
    }
    say_where(fd);
    watch(s, signals);
    stop(s, daemon, signals);
    return CLI_OK;
}

int http_serve(const struct http_options *options)
{
    struct http_server *s = cli_check_memory(calloc(1, sizeof *s));
    sigset_t signals;
    int code = CLI_FAILED;
    s->options = *options;
    set_defaults(&s->options);
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* in all threads; see watch */
    pthread_mutex_init(&s->mutex, NULL);
    if (http_read_token(s))
        s->searchers = searchers_open(options->indexes, options->index_count);
    if (s->searchers) {
        code = serve(s, &signals);
        searchers_close(s->searchers);
    }
    pthread_mutex_destroy(&s->mutex);
    free(s);
    return code;
}
