#include "common/cli/cli.h"
#include "searcher/cli/options.h"
#include "searcher/serve/rpc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, SEND_TIMEOUT_S = 30 };

struct client {
    struct listener *listener;
    struct rpc_connection connection;
    int fd; /* -1: free */
};

struct listener {
    struct rpc_server *server;
    pthread_mutex_t mutex; /* of the clients */
    pthread_cond_t gone;
    struct client clients[CONNECTIONS_MAX];
    size_t count;
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

static int fail(const char *what, const char *path)
{
    return cli_fail(options_program.name, "cannot %s '%s': %s", what, path,
                    strerror(errno));
}

/* A socket that nobody listens on was left by a server that was killed. */
static bool clear_path(const struct sockaddr_un *address)
{
    struct stat facts;
    if (lstat(address->sun_path, &facts) != 0)
        return errno == ENOENT;
    if (!S_ISSOCK(facts.st_mode)) {
        errno = EEXIST;
        return false;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool used = probe >= 0 &&
                connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    if (probe >= 0)
        close(probe);
    if (used)
        errno = EADDRINUSE;
    return !used && unlink(address->sun_path) == 0;
}

static int open_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (!clear_path(&address))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t old = umask(0177);
    bool good = fd >= 0 &&
                bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
                listen(fd, CONNECTIONS_MAX) == 0;
    umask(old);
    if (!good && fd >= 0)
        close(fd);
    return good ? fd : -1;
}

static void *run_client(void *context)
{
    struct client *c = context;
    struct listener *l = c->listener;
    rpc_read(l->server, &c->connection);
    pthread_mutex_lock(&l->mutex);
    fclose(c->connection.in);
    fclose(c->connection.out);
    pthread_mutex_destroy(&c->connection.mutex);
    c->fd = -1;
    l->count--;
    pthread_cond_signal(&l->gone);
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

/* A reader that takes nothing for so long is given up. */
static bool open_client(struct client *c, int fd)
{
    struct timeval timeout = {.tv_sec = SEND_TIMEOUT_S};
    int copy = dup(fd);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    c->connection = (struct rpc_connection){.in = fdopen(fd, "r")};
    c->connection.out = copy >= 0 ? fdopen(copy, "w") : NULL;
    if (c->connection.in && c->connection.out) {
        pthread_mutex_init(&c->connection.mutex, NULL);
        c->fd = fd;
        return true;
    }
    if (c->connection.in)
        fclose(c->connection.in);
    else
        close(fd);
    if (c->connection.out)
        fclose(c->connection.out);
    else if (copy >= 0)
        close(copy);
    return false;
}

static void accept_client(struct listener *l, int listening)
{
    pthread_t thread;
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    pthread_mutex_lock(&l->mutex);
    struct client *c = l->clients;
    while (c < l->clients + CONNECTIONS_MAX && c->fd >= 0)
        c++;
    bool good = c < l->clients + CONNECTIONS_MAX;
    if (!good)
        close(fd);
    else
        good = open_client(c, fd);
    if (good && pthread_create(&thread, NULL, run_client, c) == 0) {
        pthread_detach(thread);
        l->count++;
    } else if (good) {
        fclose(c->connection.in);
        fclose(c->connection.out);
        c->fd = -1;
    }
    pthread_mutex_unlock(&l->mutex);
}

/* What was asked is answered; nothing more is read. */
static void close_clients(struct listener *l)
{
    pthread_mutex_lock(&l->mutex);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (l->clients[i].fd >= 0)
            shutdown(l->clients[i].fd, SHUT_RD);
    while (l->count > 0)
        pthread_cond_wait(&l->gone, &l->mutex);
    pthread_mutex_unlock(&l->mutex);
}

int rpc_serve_unix(const struct rpc_protocol *protocol, const struct rpc_options *options,
                   const char *path)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &before); /* in all threads; see ppoll */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct listener l = {.server = rpc_start(protocol, options)};
    if (!l.server)
        return CLI_FAILED;
    int fd = open_socket(path);
    if (fd < 0) {
        rpc_stop(l.server);
        return fail("listen on", path);
    }
    pthread_mutex_init(&l.mutex, NULL);
    pthread_cond_init(&l.gone, NULL);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        l.clients[i] = (struct client){.listener = &l, .fd = -1};
    while (!stop_signal) {
        struct pollfd waits = {fd, POLLIN, 0};
        if (ppoll(&waits, 1, NULL, &before) > 0)
            accept_client(&l, fd);
    }
    close(fd);
    unlink(path);
    close_clients(&l);
    rpc_stop(l.server);
    pthread_mutex_destroy(&l.mutex);
    pthread_cond_destroy(&l.gone);
    return CLI_OK;
}
