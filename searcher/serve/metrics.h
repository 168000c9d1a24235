/* metrics.h - what a service did, counted, as Prometheus reads it. */
#ifndef SEARCHER_SERVE_METRICS_H
#define SEARCHER_SERVE_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { METRICS_ROUTES = 20, METRICS_CLASSES = 6, METRICS_BUCKETS = 8 };

struct metrics_route {
    atomic_ullong statuses[METRICS_CLASSES]; /* by the first digit */
    atomic_ullong buckets[METRICS_BUCKETS];  /* by seconds */
    atomic_ullong total_ns;
};

struct metrics {
    struct metrics_route routes[METRICS_ROUTES + 1]; /* the last: of no route */
    atomic_ullong dropped; /* connections whose client took too long */
};

void metrics_count(struct metrics *m, size_t route, unsigned status, int64_t ns);

/* The text, to be freed. names: of the routes. */
char *metrics_text(const struct metrics *m, const char *const *names, size_t count,
                   unsigned open_requests, size_t *size);

#endif
