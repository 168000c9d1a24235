#include "indexer/export.h"

#include "common/hash.h"
#include "common/index/analyser.h"
#include "common/index/stock.h"
#include "indexer/admin.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, COMMIT_ARTICLES = 20000 };

/* The languages of an index of several, each with its stemmer. */
enum { LANGUAGES_MAX = 64 };

struct language {
    char code[ANALYSER_LANGUAGE_SIZE];
    struct xap_terms *terms;
};

struct export
{
    char language[ANALYSER_LANGUAGE_SIZE]; /* of the index */
    struct xap_writer *writers[EXPORT_PARTS_MAX];
    unsigned part_count;
    struct xap_document *document;
    struct language languages[LANGUAGES_MAX];
    size_t language_count;
    struct export_summary *summary;
};

/* --- languages --- */

/* The stemmer of a code, or of none when there is none for it. */
static enum status open_terms(const char *code, struct xap_terms **out,
                              struct status_error *err)
{
    enum status status = xap_terms_new(code, out, err);
    return status == STATUS_ARGUMENT ? xap_terms_new("none", out, err) : status;
}

static enum status terms_of(struct export *e, const struct article *a,
                            struct xap_terms **out, struct status_error *err)
{
    char code[ANALYSER_LANGUAGE_SIZE];
    struct slice own = article_text(a, ARTICLE_LANGUAGE);
    size_t size = 0;
    if (strcmp(e->language, "auto") != 0)
        own = slice_of(e->language);
    while (size < own.size && size + 1 < sizeof code && own.data[size] != '-' &&
           own.data[size] != '_')
        size++;
    memcpy(code, own.data, size);
    snprintf(code + size, sizeof code - size, "%s", size == 0 ? "none" : "");
    size_t i = 0;
    while (i < e->language_count && strcmp(e->languages[i].code, code) != 0)
        i++;
    if (i == LANGUAGES_MAX)
        i = 0;
    if (i == e->language_count) {
        enum status status = open_terms(code, &e->languages[i].terms, err);
        if (status)
            return status;
        memcpy(e->languages[i].code, code, sizeof code);
        e->language_count++;
    }
    *out = e->languages[i].terms;
    return STATUS_OK;
}

/* --- articles --- */

static enum status put(void *context, const struct article *a, struct status_error *err)
{
    struct export *e = context;
    struct xap_terms *terms;
    struct slice id = article_text(a, ARTICLE_ID);
    struct xap_writer *w = e->writers[hash_bytes(id.data, id.size) % e->part_count];
    enum status status = terms_of(e, a, &terms, err);
    if (!status)
        status = xap_document_clear(e->document, err);
    if (!status)
        status = stock_document(a, terms, e->document, err);
    if (!status)
        status = xap_writer_put(w, 0, e->document, err);
    e->summary->articles++;
    e->summary->without_text += article_text(a, ARTICLE_BODY).size == 0;
    for (unsigned i = 0;
         i < e->part_count && !status && e->summary->articles % COMMIT_ARTICLES == 0; i++)
        status = xap_writer_commit(e->writers[i], err);
    return status;
}

/* --- databases --- */

static enum status open_parts(struct export *e, const char *folder, unsigned parts,
                              struct status_error *err)
{
    char path[PATH_SIZE + 16], marker[ANALYSER_LANGUAGE_SIZE + 8];
    enum status status = STATUS_OK;
    snprintf(marker, sizeof marker, "%s%s", STOCK_VERSION, e->language);
    while (e->part_count < parts && !status) {
        if (parts > 1)
            snprintf(path, sizeof path, "%s/%u", folder, e->part_count + 1);
        else
            snprintf(path, sizeof path, "%s", folder);
        struct xap_writer **w = &e->writers[e->part_count];
        status = xap_writer_open(path, true, w, err);
        if (!status) {
            e->part_count++;
            status = xap_writer_set_metadata(*w, slice_of(STOCK_METADATA),
                                             slice_of(marker), err);
        }
    }
    return status;
}

static enum status close_parts(struct export *e, enum status status,
                               struct status_error *err)
{
    for (unsigned i = 0; i < e->part_count; i++) {
        if (!status)
            status = xap_writer_commit(e->writers[i], err);
        xap_writer_close(e->writers[i]);
    }
    for (size_t i = 0; i < e->language_count; i++)
        xap_terms_free(e->languages[i].terms);
    xap_document_free(e->document);
    return status;
}

static void remove_folder(char *folder)
{
    char *const roots[] = {folder, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *e; fts && (e = fts_read(fts)) != NULL;)
        if (e->fts_info != FTS_D)
            remove(e->fts_path);
    if (fts)
        fts_close(fts);
}

static enum status fill(const char *index, const char *folder, unsigned parts,
                        struct export_summary *summary, struct status_error *err)
{
    struct export *e = calloc(1, sizeof *e);
    if (!e)
        return status_no_memory(err);
    e->summary = summary;
    e->document = xap_document_new();
    enum status status = e->document ? STATUS_OK : status_no_memory(err);
    if (!status)
        status = admin_language(index, e->language, err);
    if (!status)
        status = open_parts(e, folder, parts, err);
    if (!status)
        status = admin_each(index, put, e, err);
    status = close_parts(e, status, err);
    free(e);
    return status;
}

enum status export_xapian(const char *index, const char *folder, unsigned parts,
                          struct export_summary *summary, struct status_error *err)
{
    char work[PATH_SIZE];
    *summary = (struct export_summary){0};
    if (parts < 1 || parts > EXPORT_PARTS_MAX)
        return status_set(err, STATUS_ARGUMENT, "there can be 1 to %d parts, not %u",
                          EXPORT_PARTS_MAX, parts);
    if (access(folder, F_OK) == 0)
        return status_set(err, STATUS_ARGUMENT,
                          "'%s' is there already: remove it, or take another name",
                          folder);
    if ((size_t)snprintf(work, sizeof work, "%s.incomplete", folder) >= sizeof work)
        return status_set(err, STATUS_ARGUMENT, "the name '%.200s' is too long", folder);
    remove_folder(work);
    if (mkdir(work, 0777) != 0)
        return status_set_errno(err, errno, "cannot make '%s'", work);
    enum status status = fill(index, work, parts, summary, err);
    if (!status && rename(work, folder) != 0)
        status = status_set_errno(err, errno, "cannot make '%s'", folder);
    if (status)
        remove_folder(work);
    return status;
}
