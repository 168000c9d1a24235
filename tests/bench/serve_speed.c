/* How many searches a second the library answers within this process, and how many the
 * program over HTTP, each on one core; in turns, so that others on the machine disturb
 * both.
 *
 * usage: serve_speed SEARCHER INDEX QUERIES [SECONDS]   (QUERIES: a line each) */
#include <arpa/inet.h>
#include <pressmark.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 5, CLIENTS = 4, QUERIES_MAX = 10000, ANSWER_MAX = 1 << 20 };

static char *queries[QUERIES_MAX];
static size_t query_count;
static volatile int stops;

struct client {
    pthread_t thread;
    unsigned short port;
    size_t first;
    unsigned long answers;
};

static void pin(size_t core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double library_rate(struct pressmark_searcher *s, double seconds)
{
    double start = now_s(), end = start;
    unsigned long searches = 0;
    for (size_t i = 0; end - start < seconds; i++, searches++, end = now_s()) {
        struct pressmark_results *r;
        if (pressmark_search(s, queries[i % query_count], NULL, &r, NULL))
            exit(2);
        pressmark_results_free(r);
    }
    return (double)searches / (end - start);
}

/* --- over HTTP --- */

static void write_request(char *to, size_t size, const char *query)
{
    size_t n = (size_t)snprintf(to, size, "GET /search?q=");
    for (const unsigned char *at = (const unsigned char *)query; *at && n + 64 < size;
         at++)
        n += (size_t)snprintf(to + n, size - n, "%%%02X", *at);
    snprintf(to + n, size - n, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

/* Reads a whole answer; false when it is none. */
static int read_answer(int fd, char *buffer)
{
    size_t size = 0, whole = 0;
    while (whole == 0 || size < whole) {
        ssize_t n = read(fd, buffer + size, ANSWER_MAX - size - 1);
        if (n <= 0)
            return 0;
        size += (size_t)n;
        buffer[size] = '\0';
        char *end = strstr(buffer, "\r\n\r\n"), *length;
        if (whole == 0 && end && (length = strstr(buffer, "Content-Length: ")))
            whole = (size_t)(end + 4 - buffer) + strtoul(length + 16, NULL, 10);
    }
    return strncmp(buffer, "HTTP/1.1 200", 12) == 0;
}

static void *run_client(void *context)
{
    struct client *c = context;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(c->port)};
    char *buffer = malloc(ANSWER_MAX), request[1 << 14];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!buffer || connect(fd, (const struct sockaddr *)&address, sizeof address))
        exit(2);
    for (size_t i = c->first; !stops; i++, c->answers++) {
        write_request(request, sizeof request, queries[i % query_count]);
        size_t size = strlen(request);
        if (write(fd, request, size) != (ssize_t)size || !read_answer(fd, buffer))
            exit(2);
    }
    close(fd);
    free(buffer);
    return NULL;
}

static double http_rate(unsigned short port, double seconds)
{
    struct client clients[CLIENTS] = {{0}};
    struct timespec wait = {(time_t)seconds, 0};
    unsigned long answers = 0;
    double start = now_s();
    stops = 0;
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].port = port;
        clients[i].first = i * query_count / CLIENTS;
        pthread_create(&clients[i].thread, NULL, run_client, &clients[i]);
    }
    nanosleep(&wait, NULL);
    stops = 1;
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        answers += clients[i].answers;
    }
    return (double)answers / (now_s() - start);
}

/* Returns its port. */
static unsigned short start_server(const char *searcher, const char *index, pid_t *pid)
{
    int ends[2];
    char line[256], *port;
    if (pipe(ends))
        exit(2);
    *pid = fork();
    if (*pid == 0) {
        pin(0);
        dup2(ends[1], STDERR_FILENO);
        execl(searcher, searcher, "-i", index, "--serve", "http:127.0.0.1:0", NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    if (!in || !fgets(line, sizeof line, in) || !(port = strrchr(line, ':')))
        exit(2);
    fclose(in);
    return (unsigned short)strtoul(port + 1, NULL, 10);
}

static void read_queries(const char *path)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    while (in && query_count < QUERIES_MAX && getline(&line, &capacity, in) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        char *tab = strchr(line, '\t');
        queries[query_count++] = strdup(tab ? tab + 1 : line);
    }
    free(line);
    if (!in || query_count == 0)
        exit(2);
    fclose(in);
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    const char *index = argc > 3 ? argv[2] : NULL;
    double seconds = argc > 4 ? strtod(argv[4], NULL) : 3, library = 0, http = 0;
    pid_t server;
    if (!index || pressmark_open(&index, 1, &s, NULL))
        return 2;
    read_queries(argv[3]);
    unsigned short port = start_server(argv[1], index, &server);
    for (int round = 0; round < ROUNDS; round++) {
        pin(0);
        double one = library_rate(s, seconds);
        pin(1);
        double other = http_rate(port, seconds);
        library = one > library ? one : library;
        http = other > http ? other : http;
        printf("library %.0f, http %.0f searches a second: %.2f\n", one, other,
               other / one);
    }
    printf("best: library %.0f, http %.0f: %.2f\n", library, http, http / library);
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    pressmark_close(s);
}
