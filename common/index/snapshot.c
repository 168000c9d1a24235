#include "common/index/snapshot.h"

#include "common/index/live.h"

#include <stdlib.h>

static void close_segments(struct snapshot *s)
{
    for (size_t i = 0; i < s->segment_count; i++)
        segment_close(s->segments[i]);
    free(s->segments);
    s->segments = NULL;
    s->segment_count = 0;
}

void snapshot_close(struct snapshot *s)
{
    if (!s)
        return;
    close_segments(s);
    free(s->path);
    free(s);
}

/* Reads the manifest and opens what it names. */
static enum status load(struct snapshot *s, struct status_error *err)
{
    close_segments(s);
    enum status status = manifest_read(s->path, &s->manifest, err);
    if (!status)
        status = analyser_check(&s->manifest.analyser, s->path, err);
    if (status)
        return status;
    s->segments = calloc(s->manifest.segment_count + 1, sizeof *s->segments);
    if (!s->segments)
        return status_no_memory(err);
    for (size_t i = 0; i < s->manifest.segment_count && !status; i++) {
        char path[MANIFEST_PATH_SIZE];
        status = manifest_path(s->path, s->manifest.segments[i].name, path, err);
        if (!status)
            status = live_open(path, &s->segments[i], err);
        s->segment_count += status == STATUS_OK;
    }
    if (status) /* half of an index must not pass for one */
        close_segments(s);
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
    enum status status = load(s, err);
    if (status) {
        snapshot_close(s);
        return status;
    }
    *out = s;
    return STATUS_OK;
}

enum status snapshot_refresh(struct snapshot *s, struct status_error *err)
{
    if (!s->segments || !manifest_is_current(s->path, &s->manifest))
        return load(s, err);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->segment_count && !status; i++)
        status = live_refresh(s->segments[i], err);
    return status;
}
