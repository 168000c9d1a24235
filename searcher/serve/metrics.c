#include "searcher/serve/metrics.h"

#include "common/cli/cli.h"

/* Seconds that buckets end with; the last has no end. */
static const double ends_s[METRICS_BUCKETS - 1] = {.001, .005, .025, .1, .5, 2, 10};

void metrics_count(struct metrics *m, size_t route, unsigned status, int64_t ns)
{
    struct metrics_route *r = &m->routes[route < METRICS_ROUTES ? route : METRICS_ROUTES];
    size_t bucket = 0;
    while (bucket + 1 < METRICS_BUCKETS && (double)ns > ends_s[bucket] * 1e9)
        bucket++;
    atomic_fetch_add(&r->statuses[status / 100 % METRICS_CLASSES], 1);
    atomic_fetch_add(&r->buckets[bucket], 1);
    atomic_fetch_add(&r->total_ns, (unsigned long long)ns);
}

static void print_route(FILE *out, const struct metrics_route *r, const char *name)
{
    unsigned long long count = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        count += atomic_load(&r->buckets[i]);
        fprintf(out, "pressmark_request_seconds_bucket{path=\"%s\",le=\"", name);
        if (i + 1 < METRICS_BUCKETS)
            fprintf(out, "%g\"} %llu\n", ends_s[i], count);
        else
            fprintf(out, "+Inf\"} %llu\n", count);
    }
    fprintf(out, "pressmark_request_seconds_sum{path=\"%s\"} %.6f\n", name,
            (double)atomic_load(&r->total_ns) * 1e-9);
    fprintf(out, "pressmark_request_seconds_count{path=\"%s\"} %llu\n", name, count);
}

static void print_statuses(FILE *out, const struct metrics_route *r, const char *name)
{
    for (unsigned c = 0; c < METRICS_CLASSES; c++) {
        unsigned long long count = atomic_load(&r->statuses[c]);
        if (count > 0)
            fprintf(out, "pressmark_requests_total{path=\"%s\",status=\"%uxx\"} %llu\n",
                    name, c, count);
    }
}

char *metrics_text(const struct metrics *m, const char *const *names, size_t count,
                   unsigned open_requests, size_t *size)
{
    char *text = NULL;
    FILE *out = cli_check_memory(open_memstream(&text, size));
    fputs("# HELP pressmark_requests_total Requests that were answered.\n"
          "# TYPE pressmark_requests_total counter\n",
          out);
    for (size_t i = 0; i < count; i++)
        print_statuses(out, &m->routes[i], names[i]);
    print_statuses(out, &m->routes[METRICS_ROUTES], "other");
    fputs("# HELP pressmark_request_seconds Time from a whole request to its answer.\n"
          "# TYPE pressmark_request_seconds histogram\n",
          out);
    for (size_t i = 0; i < count; i++)
        print_route(out, &m->routes[i], names[i]);
    fprintf(out,
            "# HELP pressmark_requests_open Requests that are being answered.\n"
            "# TYPE pressmark_requests_open gauge\npressmark_requests_open %u\n"
            "# HELP pressmark_connections_dropped_total Clients that took too long.\n"
            "# TYPE pressmark_connections_dropped_total counter\n"
            "pressmark_connections_dropped_total %llu\n",
            open_requests, atomic_load(&m->dropped));
    fclose(out);
    return cli_check_memory(text);
}
