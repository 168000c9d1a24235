#include "indexer/compact.h"

#include "indexer/fold.h"

#include <stdlib.h>

/* Segments are of one tier when their articles, from TIER_FIRST on, differ by less than a
 * factor of TIER_SEGMENTS; so many of a tier are merged (O'Neil et al., The
 * log-structured merge-tree, 1996). One that is mostly dead is written anew. */
enum { TIER_SEGMENTS = 8, TIER_FIRST = 4096, PACK_LEVEL = 6 };

/* Some segments, by their places in the writer's list. */
struct choice {
    bool *taken;
    size_t count;
};

static unsigned tier_of(const struct index_sealed *s)
{
    unsigned tier = 0;
    uint64_t living = s->dead.documents - s->dead.count;
    for (uint64_t size = TIER_FIRST; living > size; size *= TIER_SEGMENTS)
        tier++;
    return tier;
}

/* Those of the lowest tier that is full, and of all below it. */
static void choose_tier(struct index_sealed *const *sealed, size_t count,
                        struct choice *c)
{
    enum { TIERS = 16 };
    size_t sizes[TIERS] = {0}, sum = 0;
    unsigned full = 0;
    for (size_t i = 0; i < count; i++)
        sizes[tier_of(sealed[i])]++;
    for (; full < TIERS && (sum += sizes[full]) < TIER_SEGMENTS; full++)
        continue;
    for (size_t i = 0; i < count && full < TIERS; i++) {
        c->taken[i] = tier_of(sealed[i]) <= full;
        c->count += c->taken[i];
    }
}

static void choose(struct index_sealed *const *sealed, size_t count, bool all,
                   struct choice *c)
{
    c->count = 0;
    for (size_t i = 0; i < count; i++) {
        bool half_dead = sealed[i]->dead.count * 2ull > sealed[i]->dead.documents;
        c->taken[i] = all ? count > 1 || sealed[i]->dead.count > 0 : half_dead;
        c->count += c->taken[i];
    }
    if (c->count == 0 && !all)
        choose_tier(sealed, count, c);
}

static enum status merge(struct index_writer *w, const struct choice *c,
                         const volatile sig_atomic_t *stop, bool *stopped,
                         struct status_error *err)
{
    char name[MANIFEST_NAME_SIZE], path[MANIFEST_PATH_SIZE];
    size_t count, n = 0;
    uint64_t living = 0;
    struct index_sealed *const *sealed = index_writer_sealed(w, &count);
    struct sealed_input *inputs = calloc(c->count, sizeof *inputs);
    const char **names = calloc(c->count, sizeof *names);
    struct index_change change = {.dropped_count = c->count};
    enum status status = inputs && names ? index_writer_new_name(w, name, path, err)
                                         : status_no_memory(err);
    for (size_t i = 0; i < count && !status; i++) {
        if (!c->taken[i])
            continue;
        inputs[n] = (struct sealed_input){sealed[i]->reader, sealed[i]->dead.bits};
        names[n++] = sealed[i]->name;
        living += sealed[i]->dead.documents - sealed[i]->dead.count;
    }
    if (!status && living > 0)
        status = sealed_merge(inputs, n, path, PACK_LEVEL, stop, stopped, err);
    change.added = living > 0 ? name : NULL;
    char(*dropped)[MANIFEST_NAME_SIZE] = calloc(c->count, sizeof *dropped);
    if (!status && !dropped)
        status = status_no_memory(err);
    for (size_t i = 0; i < n && !status; i++) { /* publishing frees the segments */
        memcpy(dropped[i], names[i], sizeof dropped[i]);
        names[i] = dropped[i];
    }
    change.dropped = names;
    if (!status && !*stopped)
        status = index_writer_publish(w, &change, err);
    free(inputs);
    free(names);
    free(dropped);
    return status;
}

static enum status step(struct index_writer *w, bool all,
                        const volatile sig_atomic_t *stop, bool *done,
                        struct status_error *err)
{
    size_t count;
    struct index_sealed *const *sealed = index_writer_sealed(w, &count);
    struct choice c = {.taken = calloc(count + 1, sizeof *c.taken)};
    if (!c.taken)
        return status_no_memory(err);
    choose(sealed, count, all, &c);
    *done = c.count == 0;
    enum status status = *done ? STATUS_OK : merge(w, &c, stop, done, err);
    free(c.taken);
    return status;
}

enum status compact(struct index_writer *w, bool all, const volatile sig_atomic_t *stop,
                    struct status_error *err)
{
    bool done = false;
    enum status status = all ? fold_live(w, err) : STATUS_OK;
    while (!status && !done && !(stop && *stop))
        status = step(w, all, stop, &done, err);
    return status;
}
