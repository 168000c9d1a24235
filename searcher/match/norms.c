#include "searcher/match/norms.h"

#include <math.h>
#include <stdlib.h>

enum { CODE_SHIFT = 15 };

/* A code is the exponent and the first eight bits of the mantissa of a length: steps
 * of less than half a per cent, from a sixteenth of the mean on. Code 0 is for all below.
 */
static uint32_t code_bits(float length)
{
    uint32_t bits;
    memcpy(&bits, &length, sizeof bits);
    return bits >> CODE_SHIFT;
}

/* No article with the code is shorter. */
static float code_length(const struct norms *n, uint32_t code)
{
    uint32_t bits = (code + n->base) << CODE_SHIFT;
    float length;
    memcpy(&length, &bits, sizeof length);
    return code > 0 ? length : (float)n->least;
}

static struct norms *make_norms(const struct segment *s)
{
    struct norms *n = calloc(1, sizeof *n + s->docid_end * sizeof *n->codes);
    if (!n)
        return NULL;
    float mean = s->documents > 0 ? (float)s->total_length / (float)s->documents : 1;
    n->base = code_bits(mean / 16 > 1 ? mean / 16 : 1);
    n->least = UINT32_MAX;
    for (uint32_t d = 1; d < s->docid_end; d++) {
        uint32_t code = code_bits((float)s->lengths[d]);
        code = code > n->base ? code - n->base : 0;
        n->codes[d] = (uint16_t)(code < NORMS - 1 ? code : NORMS - 1);
        if (s->lengths[d] > 0 && s->lengths[d] < n->least)
            n->least = s->lengths[d];
    }
    return n;
}

/* The share for the least length that has a code is the greatest. */
static void fill_shares(struct norms *n, const struct plan *plan)
{
    const struct score_parameters *p = &plan->parameters;
    double average = plan->collection.average_length;
    if (n->k1 == p->k1 && n->b == p->b && n->min_length == p->min_length &&
        n->average_length == average)
        return;
    n->k1 = p->k1;
    n->b = p->b;
    n->average_length = average;
    n->min_length = p->min_length;
    for (uint32_t code = 0; code < NORMS; code++) {
        double length = (double)code_length(n, code) / average;
        if (length < p->min_length)
            length = p->min_length;
        double k = p->k1 * (length * p->b + (1 - p->b));
        for (unsigned wdf = 0; wdf + 1 < NORMS_WDFS; wdf++)
            n->shares[wdf][code] = (float)((double)wdf / (k + (double)wdf));
        n->shares[NORMS_WDFS - 1][code] = 1;
    }
}

struct norms *norms_of(struct segment *s, const struct plan *plan)
{
    if (!s->scratch)
        s->scratch = make_norms(s);
    if (s->scratch)
        fill_shares(s->scratch, plan);
    return s->scratch;
}

/* The code limit for one wdf: wdf / (k + wdf) > share means k < wdf / share - wdf. */
static uint16_t limit_of(const struct norms *n, double wdf, double share)
{
    double k = (wdf / share - wdf) * (1 + 1e-6);
    double normalised = n->k1 * n->b > 0          ? (k / n->k1 - (1 - n->b)) / n->b
                        : k >= n->k1 * (1 - n->b) ? INFINITY
                                                  : -1;
    double length = normalised * n->average_length;
    if (normalised < n->min_length || length < (double)n->least)
        return 0;
    if (length >= (double)code_length(n, NORMS - 1))
        return NORMS;
    uint32_t code = code_bits((float)length);
    return (uint16_t)(code > n->base ? code - n->base + 1 : 1);
}

void norms_limits(const struct norms *n, double share, uint16_t limits[NORMS_WDFS])
{
    limits[0] = share < 0 ? NORMS : 0;
    for (unsigned wdf = 1; wdf + 1 < NORMS_WDFS; wdf++)
        limits[wdf] = share <= 0 ? NORMS : limit_of(n, wdf, share);
    limits[NORMS_WDFS - 1] = share < 1 ? NORMS : 0;
}

static double mean_length(const struct segment *s)
{
    return s->documents > 0 ? (double)s->total_length / (double)s->documents : 1;
}

double norms_bounds_factor(const struct segment *s, const struct plan *plan)
{
    const struct score_parameters *p = &plan->parameters;
    double own = mean_length(s);
    double ratio = plan->collection.average_length / (own > 0 ? own : 1);
    if (p->k1 != SEGMENT_BOUND_K1 || p->b != SEGMENT_BOUND_B || p->min_length != 0)
        return INFINITY;
    return ratio > 1 ? ratio : 1;
}

bool norms_bounds_are_reached(const struct segment *s, const struct plan *plan)
{
    return norms_bounds_factor(s, plan) == 1 &&
           plan->collection.average_length == mean_length(s);
}
