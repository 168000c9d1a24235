#include "indexer/export.h"

#include "common/folder.h"
#include "common/hash.h"
#include "common/index/analyser.h"
#include "common/index/stock.h"
#include "indexer/admin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, NAME_SIZE = 32 };

/* Text of articles between commits, all parts together: Xapian keeps it in memory. */
enum { COMMIT_BYTES = 64 << 20 };

/* The languages of an index of several, each with its stemmer. */
enum { LANGUAGES_MAX = 64 };

struct language {
    char code[ANALYSER_LANGUAGE_SIZE];
    struct xap_terms *terms;
};

struct export
{
    char language[ANALYSER_LANGUAGE_SIZE]; /* of the index */
    char work[PATH_SIZE];                  /* the folder, until all is there */
    struct xap_writer *writers[EXPORT_PARTS_MAX];
    unsigned part_count;
    struct xap_document *document;
    struct language languages[LANGUAGES_MAX];
    size_t language_count;
    size_t pending_bytes;
    struct export_summary *summary;
};

/* --- languages --- */

/* Of an article in an index of several the code that its words are stemmed for. */
static void code_of(const struct export *e, const struct article *a,
                    char code[ANALYSER_LANGUAGE_SIZE])
{
    struct analyser_languages one = {.count = 0};
    bool is_auto = strcmp(e->language, "auto") == 0;
    analyser_add_language(&one, article_text(a, ARTICLE_LANGUAGE));
    snprintf(code, ANALYSER_LANGUAGE_SIZE, "%s", is_auto ? one.codes[0] : e->language);
}

static enum status terms_of(struct export *e, const struct article *a,
                            struct xap_terms **out, struct status_error *err)
{
    char code[ANALYSER_LANGUAGE_SIZE];
    size_t i = 0;
    code_of(e, a, code);
    while (i < e->language_count && strcmp(e->languages[i].code, code) != 0)
        i++;
    if (i == LANGUAGES_MAX)
        i = 0;
    if (i == e->language_count) {
        memcpy(e->languages[i].code, code, sizeof code);
        enum status status = stock_terms(code, &e->languages[i].terms, err);
        if (status)
            return status;
        e->language_count++;
    }
    *out = e->languages[i].terms;
    return STATUS_OK;
}

/* The same in all parts, whatever articles they have. Words that are not stemmed come
 * first: of many languages some are left out. */
static void write_marker(const struct export *e, struct buffer *marker)
{
    bool is_auto = strcmp(e->language, "auto") == 0;
    buffer_append_text(marker, STOCK_VERSION);
    buffer_append_text(marker, e->language);
    for (int stemmed = 0; is_auto && stemmed < 2; stemmed++)
        for (size_t i = 0; i < e->language_count; i++)
            if ((strcmp(e->languages[i].code, "none") != 0) == stemmed) {
                buffer_append_byte(marker, ' ');
                buffer_append_text(marker, e->languages[i].code);
            }
}

/* --- articles --- */

static enum status commit_all(struct export *e, struct status_error *err)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < e->part_count && !status; i++)
        status = xap_writer_commit(e->writers[i], err);
    e->pending_bytes = 0;
    return status;
}

static enum status put(void *context, const struct article *a, struct status_error *err)
{
    struct export *e = context;
    struct xap_terms *terms;
    struct slice id = article_text(a, ARTICLE_ID), body = article_text(a, ARTICLE_BODY);
    struct xap_writer *w = e->writers[hash_bytes(id.data, id.size) % e->part_count];
    enum status status = terms_of(e, a, &terms, err);
    if (!status)
        status = xap_document_clear(e->document, err);
    if (!status)
        status = stock_document(a, terms, e->document, err);
    if (!status)
        status = xap_writer_put(w, 0, e->document, err);
    e->summary->articles++;
    e->summary->without_text += body.size == 0;
    e->pending_bytes += body.size + 1000;
    return status || e->pending_bytes < COMMIT_BYTES ? status : commit_all(e, err);
}

/* --- databases --- */

/* In the folder: raw databases are `raw-1`, those of the export `done` or `done/1`. */
static const char *name_part(const struct export *e, const char *name, unsigned part,
                             char path[PATH_SIZE + NAME_SIZE])
{
    if (part > 0)
        snprintf(path, PATH_SIZE + NAME_SIZE, "%s/%s%u", e->work, name, part);
    else
        snprintf(path, PATH_SIZE + NAME_SIZE, "%s/%s", e->work, name);
    return path;
}

static enum status open_parts(struct export *e, unsigned parts, struct status_error *err)
{
    char path[PATH_SIZE + NAME_SIZE];
    enum status status = STATUS_OK;
    while (e->part_count < parts && !status) {
        status = xap_writer_open(name_part(e, "raw-", e->part_count + 1, path), true,
                                 &e->writers[e->part_count], err);
        e->part_count += !status;
    }
    return status;
}

static enum status close_parts(struct export *e, enum status status,
                               struct status_error *err)
{
    struct buffer marker = BUFFER_INIT(LANGUAGES_MAX * ANALYSER_LANGUAGE_SIZE + 64);
    write_marker(e, &marker);
    struct slice text = {buffer_text(&marker), marker.size};
    for (unsigned i = 0; i < e->part_count; i++) {
        if (!status)
            status = xap_writer_set_metadata(e->writers[i], slice_of(STOCK_METADATA),
                                             text, err);
        if (!status)
            status = xap_writer_commit(e->writers[i], err);
        xap_writer_close(e->writers[i]);
    }
    for (size_t i = 0; i < e->language_count; i++)
        xap_terms_free(e->languages[i].terms);
    xap_document_free(e->document);
    buffer_free(&marker);
    return status;
}

/* Each raw database made small, and removed. */
static enum status compact_parts(struct export *e, struct status_error *err)
{
    char raw[PATH_SIZE + NAME_SIZE], done[PATH_SIZE + NAME_SIZE];
    enum status status = STATUS_OK;
    if (e->part_count > 1 && mkdir(name_part(e, "done", 0, done), 0777) != 0)
        status = status_set_errno(err, errno, "cannot make '%s'", done);
    for (unsigned i = 1; i <= e->part_count && !status; i++) {
        name_part(e, "raw-", i, raw);
        name_part(e, e->part_count > 1 ? "done/" : "done", e->part_count > 1 ? i : 0,
                  done);
        status = xap_compact(raw, done, err);
        folder_remove(raw);
    }
    return status;
}

static enum status fill(struct export *e, const char *index, unsigned parts,
                        struct status_error *err)
{
    e->document = xap_document_new();
    enum status status = e->document ? STATUS_OK : status_no_memory(err);
    if (!status)
        status = admin_language(index, e->language, err);
    if (!status)
        status = open_parts(e, parts, err);
    if (!status)
        status = admin_each(index, put, e, err);
    status = close_parts(e, status, err);
    return status ? status : compact_parts(e, err);
}

/* --- the whole --- */

/* A folder of its own beside the one that is to be; what others left there stays. */
static enum status make_work(struct export *e, const char *folder,
                             struct status_error *err)
{
    struct stat facts;
    if (lstat(folder, &facts) == 0)
        return status_set(err, STATUS_ARGUMENT,
                          "'%s' is there already: remove it, or take another name",
                          folder);
    if ((size_t)snprintf(e->work, sizeof e->work, "%s.incomplete-XXXXXX", folder) >=
        sizeof e->work)
        return status_set(err, STATUS_ARGUMENT, "the name '%.200s' is too long", folder);
    if (!mkdtemp(e->work) || chmod(e->work, 0755) != 0)
        return status_set_errno(err, errno, "cannot make '%s'", e->work);
    return STATUS_OK;
}

static enum status run(struct export *e, const char *index, const char *folder,
                       unsigned parts, struct status_error *err)
{
    char done[PATH_SIZE + NAME_SIZE];
    if (parts < 1 || parts > EXPORT_PARTS_MAX)
        return status_set(err, STATUS_ARGUMENT, "there can be 1 to %d parts, not %u",
                          EXPORT_PARTS_MAX, parts);
    enum status status = make_work(e, folder, err);
    if (status)
        return status;
    status = fill(e, index, parts, err);
    if (!status && rename(name_part(e, "done", 0, done), folder) != 0)
        status = status_set_errno(err, errno, "cannot make '%s'", folder);
    folder_remove(e->work);
    return status;
}

enum status export_xapian(const char *index, const char *folder, unsigned parts,
                          struct export_summary *summary, struct status_error *err)
{
    struct export *e = calloc(1, sizeof *e);
    char *name = strdup(folder);
    size_t size = name ? strlen(name) : 0;
    enum status status = e && name ? STATUS_OK : status_no_memory(err);
    *summary = (struct export_summary){0};
    while (size > 1 && name[size - 1] == '/')
        name[--size] = '\0';
    if (e)
        e->summary = summary;
    if (!status)
        status = run(e, index, name, parts, err);
    free(name);
    free(e);
    return status;
}
