#include "common/index/writer.h"
#include "common/folder.h"

#include "common/index/lock.h"
#include "common/index/sealed_segment.h"
#include "common/index/writer_state.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Peak memory of the live segment measured on Reuters: 22 MB, and up to 22 bytes for each
 * byte of the records that one commit takes. */
enum { MEMORY_BASE = 24 << 20, PENDING_FACTOR = 24, PENDING_MIN = 1 << 19 };

static void free_sealed(struct index_sealed *s)
{
    sealed_reader_close(s->reader);
    tombstones_free(&s->dead);
    free(s);
}

void index_writer_close(struct index_writer *w)
{
    if (!w)
        return;
    live_writer_close(w);
    for (size_t i = 0; i < w->sealed_count; i++)
        free_sealed(w->sealed[i]);
    free(w->sealed);
    live_builder_free(&w->builder);
    text_analysis_free(&w->analysis);
    analyser_free(w->analyser);
    buffer_free(&w->record);
    buffer_free(&w->old_hash);
    lock_release(w->lock);
    pthread_mutex_destroy(&w->mutex);
    free(w->path);
    free(w);
}

const struct manifest *index_writer_manifest(const struct index_writer *w)
{
    return &w->manifest;
}

const char *index_writer_path(const struct index_writer *w)
{
    return w->path;
}

uint64_t index_writer_committed(const struct index_writer *w)
{
    return w->committed;
}

struct index_sealed *const *index_writer_sealed(const struct index_writer *w,
                                                size_t *count)
{
    *count = w->sealed_count;
    return w->sealed;
}

enum status index_writer_articles(struct index_writer *w, uint64_t *articles,
                                  struct status_error *err)
{
    struct xap_stats stats = {0};
    enum status status = w->view ? xap_reader_stats(w->view, &stats, err) : STATUS_OK;
    *articles = stats.doc_count;
    for (size_t i = 0; i < w->sealed_count; i++)
        *articles += w->sealed[i]->dead.documents - w->sealed[i]->dead.count;
    return status;
}

/* The record of the whole article decides whether it changed; what is stored may lack its
 * body. The two differ in the hash, so that a change of --store is a change. */
enum status index_hash(const struct article *article, bool store_body,
                       struct buffer *record, struct hash128 *hash)
{
    struct article content = *article; /* its values stay those of the article */
    content.copy_of = (struct slice){0};
    buffer_clear(record);
    enum status status = article_encode(&content, record);
    if (!status)
        status = buffer_append_byte(record, store_body ? '\1' : '\0');
    if (!status)
        *hash = hash_content((struct slice){record->data, record->size});
    return status;
}

/* --- files --- */

void writer_discard(struct index_writer *w, const char *name)
{
    char path[MANIFEST_PATH_SIZE];
    if (!manifest_path(w->path, name, path, NULL))
        folder_remove(path);
}

static bool is_named(struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->segment_count; i++)
        if (strcmp(m->segments[i].name, name) == 0 ||
            strcmp(m->segments[i].dead, name) == 0)
            return true;
    return false;
}

/* What an interrupted run left behind. */
static void tidy(struct index_writer *w)
{
    DIR *folder = opendir(w->path);
    for (struct dirent *e; folder && (e = readdir(folder)) != NULL;) {
        const char *ending = strrchr(e->d_name, '.');
        bool ours = strncmp(e->d_name, "live-", 5) == 0 ||
                    (ending && (strcmp(ending, ".sealed") == 0 ||
                                strncmp(ending, ".dead-", 6) == 0));
        if (ours && !is_named(&w->manifest, e->d_name))
            writer_discard(w, e->d_name);
    }
    if (folder)
        closedir(folder);
}

/* --- opening --- */

static enum status make_folder(const char *path, struct status_error *err)
{
    struct stat st;
    if (mkdir(path, 0777) == 0)
        return STATUS_OK;
    if (errno != EEXIST)
        return status_set_errno(err, errno, "cannot create the index '%s'", path);
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return status_set(err, STATUS_ARGUMENT, "'%s' is a file; an index is a folder",
                          path);
    return STATUS_OK;
}

/* An index without segments. */
static enum status create(struct index_writer *w, const char *language,
                          struct status_error *err)
{
    w->manifest = (struct manifest){.next_number = 1};
    enum status status =
        analyser_fingerprint_of(language ? language : "en", &w->manifest.analyser, err);
    if (!status && !w->analyser)
        status = analyser_new(w->manifest.analyser.language, &w->analyser, err);
    if (status || w->dry_run)
        return status;
    return manifest_write(w->path, &w->manifest, err);
}

static enum status check_language(const struct index_writer *w, const char *language,
                                  struct status_error *err)
{
    const char *own = w->manifest.analyser.language;
    if (!language || strcmp(language, own) == 0)
        return STATUS_OK;
    return status_set(
        err, STATUS_ARGUMENT,
        "the index '%s' has the language '%s', not '%s': use another index for "
        "another language",
        w->path, own, language);
}

/* Opens a sealed segment and adds it to the list. */
static enum status add_sealed(struct index_writer *w, const char *name, const char *dead,
                              struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    struct index_sealed *s = calloc(1, sizeof *s);
    struct index_sealed **list = buffer_grow_array(w->sealed, &w->sealed_capacity,
                                                   w->sealed_count + 1, sizeof *list);
    if (list)
        w->sealed = list;
    if (!s || !list) {
        free(s);
        return status_no_memory(err);
    }
    snprintf(s->name, sizeof s->name, "%s", name);
    enum status status = manifest_path(w->path, name, path, err);
    if (!status)
        status = sealed_reader_open(path, &s->reader, err);
    if (!status) {
        s->dead.documents = sealed_reader_documents(s->reader);
        if (dead && dead[0])
            status = manifest_path(w->path, dead, path, err);
    }
    if (!status && dead && dead[0])
        status = tombstones_read(&s->dead, path, err);
    if (status)
        free_sealed(s);
    else
        w->sealed[w->sealed_count++] = s;
    return status;
}

static enum status open_segments(struct index_writer *w, struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < w->manifest.segment_count && !status; i++) {
        const struct manifest_segment *g = &w->manifest.segments[i];
        if (g->is_sealed)
            status = add_sealed(w, g->name, g->dead, err);
        else
            memcpy(w->live, g->name, sizeof w->live);
    }
    return !status && w->live[0] ? live_writer_open(w, err) : status;
}

static enum status open_existing(struct index_writer *w, const char *language,
                                 struct status_error *err)
{
    enum status status = analyser_check(&w->manifest.analyser, w->path, err);
    if (!status)
        status = check_language(w, language, err);
    if (!status && !w->analyser)
        status = analyser_new(w->manifest.analyser.language, &w->analyser, err);
    if (!status && !w->dry_run)
        tidy(w);
    return status ? status : open_segments(w, err);
}

static enum status open_locked(struct index_writer *w,
                               const struct index_writer_options *o,
                               struct status_error *err)
{
    char lock[MANIFEST_PATH_SIZE];
    struct status_error why;
    enum status status = STATUS_OK;
    if (o->language) /* an unknown language leaves nothing behind */
        status = analyser_new(o->language, &w->analyser, err);
    if (!status && o->must_exist)
        status = manifest_read(w->path, &w->manifest, err);
    if (!status && !w->dry_run)
        status = make_folder(w->path, err);
    if (!status && !w->dry_run)
        status = manifest_path(w->path, "lock", lock, err);
    if (!status && !w->dry_run)
        status = lock_take(lock, o->wait_s, o->stop, &w->lock, err);
    if (status)
        return status;
    status = manifest_read(w->path, &w->manifest, &why);
    if (status == STATUS_NOT_FOUND)
        return create(w, o->language, err);
    if (status) {
        *err = why;
        return status;
    }
    return open_existing(w, o->language, err);
}

enum status index_writer_open(const char *path,
                              const struct index_writer_options *options,
                              struct index_writer **out, struct status_error *err)
{
    struct status_error own;
    *out = NULL;
    err = err ? err : &own;
    struct index_writer *w = calloc(1, sizeof *w);
    if (!w)
        return status_no_memory(err);
    w->lock = -1;
    pthread_mutex_init(&w->mutex, NULL);
    w->store_body = options->store_body;
    w->dry_run = options->dry_run;
    w->pending_max = options->memory_bytes > MEMORY_BASE
                         ? (options->memory_bytes - MEMORY_BASE) / PENDING_FACTOR
                         : 0;
    if (w->pending_max < PENDING_MIN)
        w->pending_max = PENDING_MIN;
    buffer_init(&w->record, ARTICLE_RECORD_MAX);
    buffer_init(&w->old_hash, 64);
    w->path = strdup(path);
    enum status status =
        w->path ? live_builder_init(&w->builder, err) : status_no_memory(err);
    if (!status)
        status = open_locked(w, options, err);
    if (status) {
        index_writer_close(w);
        return status;
    }
    *out = w;
    return STATUS_OK;
}

/* --- publishing --- */

bool index_writer_has_live(const struct index_writer *w)
{
    return w->live[0] != '\0';
}

enum status index_writer_open_live(struct index_writer *w, struct segment **out,
                                   struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    *out = NULL;
    if (!w->live[0])
        return STATUS_OK;
    enum status status = manifest_path(w->path, w->live, path, err);
    if (!status)
        status = live_open(path, out, err);
    if (!status && (*out)->articles == 0) {
        segment_close(*out);
        *out = NULL;
    }
    return status;
}

enum status index_writer_new_name(struct index_writer *w, char name[MANIFEST_NAME_SIZE],
                                  char path[MANIFEST_PATH_SIZE], struct status_error *err)
{
    pthread_mutex_lock(&w->mutex);
    unsigned long long number = w->manifest.next_number++;
    pthread_mutex_unlock(&w->mutex);
    snprintf(name, MANIFEST_NAME_SIZE, "%06llu.sealed", number);
    return manifest_path(w->path, name, path, err);
}

/* A new file of tombstones; the old one goes when the manifest does not name it. */
static enum status save_dead(struct index_writer *w, const struct index_sealed *s,
                             struct manifest_segment *g, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    snprintf(g->dead, sizeof g->dead, "%.*s.dead-%llu", (int)strcspn(s->name, "."),
             s->name, (unsigned long long)w->manifest.generation + 1);
    g->dead_count = s->dead.count;
    enum status status = manifest_path(w->path, g->dead, path, err);
    return status ? status : tombstones_write(&s->dead, path, err);
}

/* The manifest's list from the segments as they are now. */
static enum status list_segments(struct index_writer *w, struct manifest *old,
                                 struct status_error *err)
{
    struct manifest *m = &w->manifest;
    enum status status = STATUS_OK;
    m->segment_count = 0;
    if (w->sealed_count >= MANIFEST_SEGMENTS_MAX)
        return status_set(err, STATUS_LIMIT, "an index has at most %d segments",
                          MANIFEST_SEGMENTS_MAX);
    for (size_t i = 0; i < w->sealed_count && !status; i++) {
        const struct index_sealed *s = w->sealed[i];
        struct manifest_segment *g = &m->segments[m->segment_count++];
        const struct manifest_segment *before = manifest_find(old, s->name);
        *g = before ? *before : (struct manifest_segment){.is_sealed = true};
        memcpy(g->name, s->name, sizeof g->name);
        g->articles = s->dead.documents;
        g->bytes = sealed_reader_bytes(s->reader);
        if (s->dead_changed)
            status = save_dead(w, s, g, err);
    }
    if (w->live[0]) {
        struct manifest_segment *g = &m->segments[m->segment_count++];
        *g = (struct manifest_segment){0};
        memcpy(g->name, w->live, sizeof g->name);
    }
    return status;
}

static enum status replace_manifest(struct index_writer *w, struct manifest *old,
                                    struct status_error *err)
{
    enum status status = list_segments(w, old, err);
    if (!status)
        status = manifest_write(w->path, &w->manifest, err);
    if (status) {
        w->manifest = *old;
        return status;
    }
    for (size_t i = 0; i < old->segment_count; i++)
        if (old->segments[i].dead[0] && !is_named(&w->manifest, old->segments[i].dead))
            writer_discard(w, old->segments[i].dead);
    for (size_t i = 0; i < w->sealed_count; i++)
        w->sealed[i]->dead_changed = false;
    return STATUS_OK;
}

enum status writer_save(struct index_writer *w, struct status_error *err)
{
    struct manifest *old = w->broken ? NULL : malloc(sizeof *old);
    if (old) {
        *old = w->manifest;
        w->broken = replace_manifest(w, old, &w->why_broken);
        free(old);
    } else if (!w->broken) {
        w->broken = status_no_memory(&w->why_broken);
    }
    if (w->broken && err)
        *err = w->why_broken;
    return w->broken;
}

static struct index_sealed *find_sealed(struct index_writer *w, const char *name,
                                        size_t *at)
{
    for (*at = 0; *at < w->sealed_count; ++*at)
        if (strcmp(w->sealed[*at]->name, name) == 0)
            return w->sealed[*at];
    return NULL;
}

/* The added segment takes the place of the first that is dropped, so that the order is
 * that of time. */
static void drop(struct index_writer *w, const struct index_change *c)
{
    size_t last = w->sealed_count - 1, first = last;
    for (size_t i = 0; i < c->dropped_count; i++) {
        size_t at;
        struct index_sealed *s = find_sealed(w, c->dropped[i], &at);
        if (!s)
            continue;
        free_sealed(s);
        memmove(w->sealed + at, w->sealed + at + 1,
                (w->sealed_count - at - 1) * sizeof *w->sealed);
        w->sealed_count--;
        first = at < first ? at : first;
    }
    last = w->sealed_count - 1;
    if (c->added && c->dropped_count > 0 && first < last) {
        struct index_sealed *added = w->sealed[last];
        memmove(w->sealed + first + 1, w->sealed + first,
                (last - first) * sizeof *w->sealed);
        w->sealed[first] = added;
    }
}

static enum status apply(struct index_writer *w, const struct index_change *c,
                         struct status_error *err)
{
    enum status status = c->added ? add_sealed(w, c->added, NULL, err) : STATUS_OK;
    for (size_t i = 0; i < c->death_count && !status; i++) {
        size_t at;
        struct index_sealed *s = find_sealed(w, c->deaths[i].name, &at);
        if (!s)
            continue;
        s->dead_changed = true;
        if (tombstones_add(&s->dead, c->deaths[i].docid))
            status = status_no_memory(err);
    }
    if (!status)
        drop(w, c);
    return status;
}

/* What the live segment said of the sealed ones goes into files of their own. */
static void drop_live(struct index_writer *w)
{
    live_writer_close(w);
    w->live[0] = '\0';
    for (size_t i = 0; i < w->sealed_count; i++)
        w->sealed[i]->dead_changed |= w->sealed[i]->dead.count > 0;
}

enum status index_writer_publish(struct index_writer *w,
                                 const struct index_change *change,
                                 struct status_error *err)
{
    char live[MANIFEST_NAME_SIZE] = "";
    pthread_mutex_lock(&w->mutex);
    enum status status = w->broken ? writer_save(w, err) : apply(w, change, err);
    if (!status && change->drop_live) {
        memcpy(live, w->live, sizeof live);
        drop_live(w);
    }
    if (!status)
        status = writer_save(w, err);
    if (!status)
        w->committed += change->changes;
    pthread_mutex_unlock(&w->mutex);
    for (size_t i = 0; i < change->dropped_count && !status; i++)
        writer_discard(w, change->dropped[i]);
    if (!status && live[0])
        writer_discard(w, live);
    return status;
}
