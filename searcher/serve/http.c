#include "searcher/serve/http_server.h"

#include "common/cli/cli.h"
#include "searcher/cli/options.h"

#include <errno.h>
#include <limits.h>
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

/* How long a stop waits for answers after it has cancelled searches. */
enum { STOP_MS = 2000, STOP_STEP_MS = 5 };

enum { CONNECTIONS_MAX = 10000, TIMEOUT_MAX_S = 86400 };

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
    if (!colon || colon == host)
        return NULL;
    size_t size = (size_t)(colon - host);
    bool is_v6 = size > 2 && host[0] == '[' && host[size - 1] == ']';
    if (is_v6) {
        host++;
        size -= 2;
    }
    if (size == 0 || size >= sizeof s->host || (!is_v6 && memchr(host, ':', size)) ||
        memchr(host, '*', size))
        return NULL;
    memcpy(s->host, host, size);
    s->host[size] = '\0';
    char *end;
    unsigned long port =
        colon[1] >= '0' && colon[1] <= '9' ? strtoul(colon + 1, &end, 10) : ULONG_MAX;
    return port <= 65535 && *end == '\0' ? colon + 1 : NULL;
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

/* The first address of the host that can be listened on; -1, with a message. */
static int open_socket(struct http_server *s)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    const char *port = part_address(s), *why = NULL;
    int fd = -1;
    if (!port) {
        fail(s, "it is not HOST:PORT, with a port up to 65535 and brackets around an "
                "address of IPv6");
        return -1;
    }
    int errnum = getaddrinfo(s->host, port, &hints, &found);
    if (errnum) {
        fail(s, gai_strerror(errnum));
        return -1;
    }
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        bool is_open = !is_loopback(a->ai_addr) && !s->options.token_file;
        if (is_open)
            why = "others than this machine may only ask with a token (--token-file)";
        else if ((fd = bind_socket(a)) < 0)
            why = strerror(errno);
    }
    if (fd < 0)
        fail(s, why);
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
        http_connection_changed, s, MHD_OPTION_UNESCAPE_CALLBACK, http_unescape, s,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_END);
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

/* Waits until all is answered, or so long; true when a signal came. */
static bool wait_for_answers(struct http_server *s, const sigset_t *signals,
                             unsigned most_ms)
{
    const struct timespec step = {0, STOP_STEP_MS * 1000000};
    for (unsigned ms = 0; ms < most_ms && atomic_load(&s->open_requests) > 0;
         ms += STOP_STEP_MS) {
        http_drop_slow(s);
        if (sigtimedwait(signals, NULL, &step) > 0)
            return true;
    }
    return false;
}

/* What was asked is answered, which takes no longer than a search and a client may; a
 * second signal ends searches. Who comes now is refused. */
static void stop(struct http_server *s, struct MHD_Daemon *daemon,
                 const sigset_t *signals)
{
    atomic_store(&s->stops, true);
    int fd = MHD_quiesce_daemon(daemon);
    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
    wait_for_answers(s, signals, s->options.time_ms + 2 * 1000 * s->options.timeout_s);
    __atomic_store_n(&s->cancel, 1, __ATOMIC_RELAXED);
    wait_for_answers(s, signals, STOP_MS);
    MHD_stop_daemon(daemon);
    if (fd >= 0)
        close(fd);
}

static bool check_limits(const struct http_options *o)
{
    const struct {
        const char *name;
        uint64_t value;
    } limits[] = {{"--max-connections", o->max_connections},
                  {"--timeout", o->timeout_s},
                  {"--max-query", o->max_query},
                  {"--max-body", o->max_body},
                  {"--time-limit", o->time_ms}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].value == 0)
            return cli_fail(options_program.name, "%s must be above 0", limits[i].name) ==
                   CLI_OK;
    if (o->max_connections <= CONNECTIONS_MAX && o->timeout_s <= TIMEOUT_MAX_S)
        return true;
    return cli_fail(options_program.name,
                    "--max-connections may be %d, --timeout %d at most", CONNECTIONS_MAX,
                    TIMEOUT_MAX_S) == CLI_OK;
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
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* in all threads; see watch */
    pthread_mutex_init(&s->mutex, NULL);
    if (check_limits(options) &&
        cli_allow_files(options_program.name, "--max-connections",
                        options->max_connections, options->max_connections) &&
        http_read_token(s))
        s->searchers = searchers_open(options->indexes, options->index_count);
    if (s->searchers) {
        code = serve(s, &signals);
        searchers_close(s->searchers);
    }
    pthread_mutex_destroy(&s->mutex);
    free(s);
    return code;
}
