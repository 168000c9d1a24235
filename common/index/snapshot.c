#include "common/index/snapshot.h"

#include "common/index/live.h"
#include "common/index/sealed_segment.h"

#include <stdio.h>
#include <stdlib.h>

static void close_segments(struct snapshot *s)
{
    for (size_t i = 0; i < s->segment_count; i++)
        segment_close(s->segments[i]);
    free(s->segments);
    s->segments = NULL;
    s->segment_count = 0;
    s->live = NULL;
}

void snapshot_close(struct snapshot *s)
{
    if (!s)
        return;
    close_segments(s);
    free(s->path);
    free(s);
}

/* What the live segment says of the sealed ones. */
static enum status bury(struct snapshot *s, struct status_error *err)
{
    struct buffer dead = BUFFER_INIT(1u << 30);
    enum status status = STATUS_OK;
    for (size_t i = 0; s->live && i < s->segment_count && !status; i++) {
        char key[sizeof LIVE_DEAD_PREFIX + MANIFEST_NAME_SIZE];
        if (s->segments[i] == s->live)
            continue;
        snprintf(key, sizeof key, LIVE_DEAD_PREFIX "%s", s->manifest.segments[i].name);
        buffer_clear(&dead);
        status = live_metadata(s->live, slice_of(key), &dead, err);
        if (!status)
            status = sealed_segment_bury(s->segments[i],
                                         (struct slice){dead.data, dead.size}, err);
    }
    buffer_free(&dead);
    return status;
}

static enum status open_segment(struct snapshot *s, const struct manifest_segment *g,
                                struct segment **out, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE], dead[MANIFEST_PATH_SIZE];
    enum status status = manifest_path(s->path, g->name, path, err);
    if (!status && g->dead[0])
        status = manifest_path(s->path, g->dead, dead, err);
    if (status)
        return status;
    status = g->is_sealed ? sealed_segment_open(path, g->dead[0] ? dead : NULL, out, err)
                          : live_open(path, out, err);
    if (!status && !g->is_sealed)
        s->live = *out;
    return status;
}

static enum status open_segments(struct snapshot *s, struct status_error *err)
{
    s->segments = calloc(s->manifest.segment_count + 1, sizeof *s->segments);
    if (!s->segments)
        return status_no_memory(err);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->manifest.segment_count && !status; i++) {
        status = open_segment(s, &s->manifest.segments[i], &s->segments[i], err);
        s->segment_count += status == STATUS_OK;
    }
    if (!status)
        status = bury(s, err);
    if (status) /* half of an index must not pass for one */
        close_segments(s);
    return status;
}

/* Reads the manifest and opens what it names. A file that is gone by then was replaced
 * together with the manifest. */
static enum status load(struct snapshot *s, struct status_error *err)
{
    close_segments(s);
    enum status status = manifest_read(s->path, &s->manifest, err);
    if (!status)
        status = analyser_check(&s->manifest.analyser, s->path, err);
    if (status)
        return status;
    status = open_segments(s, err);
    bool replaced = status && !manifest_is_current(s->path, &s->manifest);
    return replaced ? status_set(err, STATUS_STALE, "the index changed") : status;
}

static enum status load_again(struct snapshot *s, struct status_error *err)
{
    enum { TRIES = 20 };
    enum status status = STATUS_STALE;
    for (int i = 0; i < TRIES && status == STATUS_STALE; i++)
        status = load(s, err);
    return status;
}

enum status snapshot_open(const char *path, struct snapshot **out,
                          struct status_error *err)
{
    *out = NULL;
    struct snapshot *s = calloc(1, sizeof *s);
    if (!s || !(s->path = strdup(path))) {
        free(s);
        return status_no_memory(err);
    }
    enum status status = load_again(s, err);
    if (status) {
        snapshot_close(s);
        return status;
    }
    *out = s;
    return STATUS_OK;
}

bool snapshot_is_replaced(const struct snapshot *s)
{
    return !manifest_is_current(s->path, &s->manifest);
}

enum status snapshot_refresh(struct snapshot *s, struct status_error *err)
{
    bool moved = false, failed = false;
    for (size_t i = 0; i < s->segment_count; i++)
        failed |= s->segments[i] != s->live && s->segments[i]->failed;
    if (!s->segments || failed || snapshot_is_replaced(s))
        return load_again(s, err);
    enum status status = s->live ? live_refresh(s->live, &moved, err) : STATUS_OK;
    if (status && snapshot_is_replaced(s)) /* since then: the live segment is gone */
        return load_again(s, err);
    s->must_bury |= moved || status;
    if (!status && s->must_bury)
        status = bury(s, err);
    s->must_bury &= status != STATUS_OK;
    return status;
}
