#include "indexer/admin.h"

#include "common/article_json.h"
#include "common/date.h"
#include "common/index/live.h"
#include "common/index/live_sums.h"
#include "common/index/snapshot.h"
#include "common/sealed/sealed.h"
#include "common/xapian/xap.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct totals {
    uint64_t articles, words, stored_bytes;
    int64_t first_s, last_s; /* DATE_NONE when no article has a date */
};

static enum status add_segment(struct totals *t, struct segment *s,
                               struct status_error *err)
{
    t->articles += s->articles;
    for (uint32_t d = 1; d < s->docid_end; d++) {
        if (segment_is_dead(s, d))
            continue;
        int64_t when = segment_column(s, SEGMENT_PUBLISHED, d);
        t->words += (uint64_t)segment_column(s, SEGMENT_WORDS, d);
        if (when == DATE_NONE)
            continue;
        if (t->first_s == DATE_NONE || when < t->first_s)
            t->first_s = when;
        if (t->last_s == DATE_NONE || when > t->last_s)
            t->last_s = when;
    }
    return segment_failed(s, err);
}

static uint64_t folder_bytes(const char *folder)
{
    uint64_t bytes = 0;
    char *root = strdup(folder);
    char *const roots[] = {root, NULL};
    FTS *fts = root ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    for (FTSENT *e; fts && (e = fts_read(fts)) != NULL;)
        if (e->fts_info == FTS_F)
            bytes += (uint64_t)e->fts_statp->st_size;
    if (fts)
        fts_close(fts);
    free(root);
    return bytes;
}

static const char *kind_of(const struct manifest_segment *g)
{
    return g->is_sealed ? "sealed" : "live";
}

static void print_segment(const struct manifest_segment *g, const struct segment *s,
                          FILE *out)
{
    fprintf(out, "segment    %s: %s, %" PRIu32 " articles", g->name, kind_of(g),
            s->articles);
    if (s->documents > s->articles)
        fprintf(out, ", %" PRIu32 " dead", s->documents - s->articles);
    fputc('\n', out);
}

static json_t *info_json(const struct snapshot *s, const struct totals *t)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    const struct analyser_fingerprint *a = &s->manifest.analyser;
    json_t *segments = json_array();
    for (size_t i = 0; i < s->segment_count; i++) {
        const struct manifest_segment *g = &s->manifest.segments[i];
        const struct segment *segment = s->segments[i];
        json_array_append_new(
            segments, json_pack("{s:s,s:s,s:I,s:I}", "name", g->name, "kind", kind_of(g),
                                "articles", (json_int_t)segment->articles, "dead",
                                (json_int_t)segment->documents - segment->articles));
    }
    json_t *object = json_pack(
        "{s:i,s:s,s:I,s:I,s:I,s:s,s:s,s:s,s:{s:i,s:s,s:s},s:o}", "format_version", 1,
        "index", s->path, "articles", (json_int_t)t->articles, "words",
        (json_int_t)t->words, "bytes", (json_int_t)folder_bytes(s->path), "language",
        a->language, "first_date", date_format_day(t->first_s, first), "last_date",
        date_format_day(t->last_s, last), "analyser", "analysis", (int)a->analysis,
        "unicode", a->unicode, "stemmer", a->stemmer, "segments", segments);
    return object;
}

static void print_info(const struct snapshot *s, const struct totals *t, FILE *out)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    const struct analyser_fingerprint *a = &s->manifest.analyser;
    fprintf(out, "index      %s\n", s->path);
    fprintf(out, "articles   %" PRIu64 "\n", t->articles);
    fprintf(out, "words      %" PRIu64 "\n", t->words);
    fprintf(out, "bytes      %" PRIu64 "\n", folder_bytes(s->path));
    if (t->first_s != DATE_NONE)
        fprintf(out, "dates      %s to %s\n", date_format_day(t->first_s, first),
                date_format_day(t->last_s, last));
    fprintf(out, "language   %s\n", a->language);
    fprintf(out, "analyser   version %u, Unicode %s, stemmers of %s\n", a->analysis,
            a->unicode, a->stemmer);
    for (size_t i = 0; i < s->segment_count; i++)
        print_segment(&s->manifest.segments[i], s->segments[i], out);
}

static enum status print_json(FILE *out, json_t *object, struct status_error *err)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    bool written = text && fprintf(out, "%s\n", text) > 0;
    int errnum = errno;
    json_decref(object);
    free(text);
    if (!text)
        return status_no_memory(err);
    return written ? STATUS_OK : status_set_errno(err, errnum, "cannot write the output");
}

enum status admin_info(const char *index, bool json, FILE *out, struct status_error *err)
{
    struct snapshot *s;
    struct totals t = {.first_s = DATE_NONE, .last_s = DATE_NONE};
    enum status status = snapshot_open(index, &s, err);
    for (size_t i = 0; !status && i < s->segment_count; i++)
        status = add_segment(&t, s->segments[i], err);
    if (!status && json)
        status = print_json(out, info_json(s, &t), err);
    else if (!status)
        print_info(s, &t, out);
    snapshot_close(s);
    return status;
}

/* What each_article does with an article. */
struct visit {
    admin_visitor *visitor;
    void *context;
    struct buffer record;
    struct article article;
    uint32_t last; /* docid of the last article that was passed on */
};

static enum status visit_article(struct visit *v, struct segment *s, uint32_t docid,
                                 const char *name, struct status_error *err)
{
    buffer_clear(&v->record);
    article_reset(&v->article);
    s->ops->record(s, docid, &v->record);
    if (s->failed)
        return segment_failed(s, err);
    if (article_decode(&v->article, (struct slice){v->record.data, v->record.size}))
        return status_set(err, STATUS_CORRUPT,
                          "the record of article %" PRIu32 " in '%s' is damaged", docid,
                          name);
    v->last = docid;
    return v->visitor(v->context, &v->article, err);
}

/* Goes on behind the last article. */
static enum status visit_rest(struct visit *v, struct segment *s, const char *name,
                              struct status_error *err)
{
    enum status status = STATUS_OK;
    struct segment_cursor *c = segment_cursor_open(s, (struct slice){0});
    if (!c)
        return status_no_memory(err);
    for (uint32_t d = segment_cursor_advance(c, v->last + 1); d != SEGMENT_END && !status;
         d = segment_cursor_next(c))
        if (!segment_is_dead(s, d))
            status = visit_article(v, s, d, name, err);
    segment_cursor_close(c);
    return status ? status : segment_failed(s, err);
}

/* A commit to the live segment is taken up; other segments than before are another index.
 */
static enum status refresh_same(struct snapshot *s, struct status_error *err)
{
    if (!manifest_is_current(s->path, &s->manifest))
        return status_set(err, STATUS_STALE,
                          "the index '%s' was changed meanwhile: run the command again",
                          s->path);
    return snapshot_refresh(s, err);
}

/* Calls visitor with every stored article of the index. A writer that commits meanwhile
 * makes it look again from where it was: docids are not used twice. */
static enum status each_article(struct snapshot *s, admin_visitor *visitor, void *context,
                                struct status_error *err)
{
    struct visit v = {.visitor = visitor, .context = context};
    enum status status = STATUS_OK;
    buffer_init(&v.record, ARTICLE_RECORD_MAX);
    article_init(&v.article);
    for (size_t i = 0; i < s->segment_count && !status; i++) {
        const char *name = s->manifest.segments[i].name;
        v.last = 0;
        while ((status = visit_rest(&v, s->segments[i], name, err)) == STATUS_STALE)
            if (refresh_same(s, err))
                break;
    }
    article_free(&v.article);
    buffer_free(&v.record);
    return status;
}

static enum status export_article(void *context, const struct article *a,
                                  struct status_error *err)
{
    return print_json(context, article_to_json(a), err);
}

enum status admin_each(const char *index, admin_visitor *visitor, void *context,
                       struct status_error *err)
{
    struct snapshot *s;
    enum status status = snapshot_open(index, &s, err);
    if (!status)
        status = each_article(s, visitor, context, err);
    snapshot_close(s);
    return status;
}

enum status admin_language(const char *index, char language[ANALYSER_LANGUAGE_SIZE],
                           struct status_error *err)
{
    struct snapshot *s;
    enum status status = snapshot_open(index, &s, err);
    if (!status)
        memcpy(language, s->manifest.analyser.language, ANALYSER_LANGUAGE_SIZE);
    snapshot_close(s);
    return status;
}

enum status admin_export(const char *index, FILE *out, struct status_error *err)
{
    return admin_each(index, export_article, out, err);
}

static enum status check_article(void *context, const struct article *a,
                                 struct status_error *err)
{
    (void)context;
    if (article_text(a, ARTICLE_ID).size > 0)
        return STATUS_OK;
    return status_set(err, STATUS_CORRUPT, "a stored article has no id");
}

static enum status check_sealed(const char *path, struct status_error *err)
{
    struct sealed_reader *r;
    enum status status = sealed_reader_open(path, &r, err);
    if (!status)
        status = sealed_reader_verify(r, err);
    sealed_reader_close(r);
    return status;
}

static enum status check_segments(const char *index, const struct manifest *m,
                                  struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < m->segment_count; i++) {
        char path[MANIFEST_PATH_SIZE];
        status = manifest_path(index, m->segments[i].name, path, err);
        if (!status && m->segments[i].is_sealed)
            status = check_sealed(path, err);
        else if (!status && (status = live_sums_check(path, err)) == STATUS_OK)
            status = xap_check(path, err);
    }
    return status;
}

static enum status check_once(const char *index, struct manifest *manifest,
                              struct status_error *err)
{
    struct snapshot *s = NULL;
    struct totals t = {.first_s = DATE_NONE, .last_s = DATE_NONE};
    enum status status = manifest_read(index, manifest, err);
    if (!status)
        status = check_segments(index, manifest, err);
    if (!status)
        status = snapshot_open(index, &s, err);
    for (size_t i = 0; !status && i < s->segment_count; i++)
        status = add_segment(&t, s->segments[i], err);
    if (!status)
        status = each_article(s, check_article, NULL, err);
    snapshot_close(s);
    return status;
}

/* Files that a writer replaced meanwhile are no damage. */
static enum status check_here(const char *index, struct status_error *err)
{
    enum { TRIES = 5 };
    struct manifest *manifest = malloc(sizeof *manifest);
    if (!manifest)
        return status_no_memory(err);
    enum status status = check_once(index, manifest, err);
    for (int i = 1; i < TRIES && status && !manifest_is_current(index, manifest); i++)
        status = check_once(index, manifest, err);
    free(manifest);
    return status;
}

/* The child's verdict, or what killed it. */
static enum status read_verdict(pid_t child, int from, const char *index,
                                struct status_error *err)
{
    struct status_error verdict;
    int how = 0;
    ssize_t n = read(from, &verdict, sizeof verdict);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR)
        continue;
    if (n == (ssize_t)sizeof verdict) {
        *err = verdict;
        return verdict.code;
    }
    return status_set(err, STATUS_CORRUPT,
                      "the index '%s' is damaged so that reading it crashed (signal %d)",
                      index, WIFSIGNALED(how) ? WTERMSIG(how) : 0);
}

/* In a process of its own: Xapian may crash on a damaged file. */
enum status admin_check(const char *index, struct status_error *err)
{
    int ends[2];
    if (pipe(ends) != 0)
        return status_set_errno(err, errno, "cannot make a pipe");
    pid_t child = fork();
    if (child == 0) {
        struct status_error verdict = {0};
        verdict.code = check_here(index, &verdict);
        _exit(write(ends[1], &verdict, sizeof verdict) == (ssize_t)sizeof verdict ? 0
                                                                                  : 1);
    }
    close(ends[1]);
    enum status status = child > 0
                             ? read_verdict(child, ends[0], index, err)
                             : status_set_errno(err, errno, "cannot start a process");
    close(ends[0]);
    return status;
}
