#include "indexer/input/walk.h"

#include "common/buffer.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void walk_free(struct walk_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (struct walk_files){0};
}

/* `./a//b` is `a/b`: a path is an article's id when it has no other. */
static void tidy(char *path)
{
    if (strcmp(path, "./-") == 0)
        return; /* a file, not standard input */
    char *to = path, *from = path;
    while (from[0] == '.' && from[1] == '/' && from[2] != '\0')
        for (from += 2; *from == '/' && from[1] != '\0';)
            from++;
    for (; *from; from++)
        if (*from != '/' || to == path || to[-1] != '/')
            *to++ = *from;
    *to = '\0';
}

static enum status add(struct walk_files *files, const char *path, uint64_t size,
                       struct status_error *err)
{
    struct walk_file *items = buffer_grow_array(files->items, &files->capacity,
                                                files->count + 1, sizeof *items);
    char *copy = items ? strdup(path) : NULL;
    if (items)
        files->items = items;
    if (!copy)
        return status_no_memory(err);
    tidy(copy);
    files->items[files->count++] = (struct walk_file){copy, size, 0};
    return STATUS_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* An index that lies among the articles is none of them. */
static bool is_index(const char *folder)
{
    static const char *const names[] = {"manifest.json", "lock"};
    char path[4096];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int n = snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (n < 0 || n >= (int)sizeof path || access(path, F_OK) != 0)
            return false;
    }
    return true;
}

static enum status walk_folder(char *folder, struct walk_files *files,
                               struct status_error *err)
{
    char *const roots[] = {folder, NULL};
    enum status status = STATUS_OK;
    FTS *fts = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (!fts)
        return status_set_errno(err, errno, "cannot read the folder '%s'", folder);
    for (FTSENT *e; !status && (e = fts_read(fts)) != NULL;) {
        bool hidden = e->fts_level > 0 && e->fts_name[0] == '.';
        if (e->fts_info == FTS_D && (hidden || is_index(e->fts_path))) {
            fts_set(fts, e, FTS_SKIP);
            continue;
        }
        struct stat target;
        bool file_link = e->fts_info == FTS_SL && stat(e->fts_path, &target) == 0 &&
                         S_ISREG(target.st_mode);
        if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
            status = status_set_errno(err, e->fts_errno, "cannot read the folder '%s'",
                                      e->fts_path);
        else if (!hidden && (e->fts_info == FTS_F || file_link))
            status =
                add(files, e->fts_path,
                    (uint64_t)(file_link ? target.st_size : e->fts_statp->st_size), err);
    }
    fts_close(fts);
    return status;
}

enum status walk_input(const char *input, struct walk_files *files,
                       struct status_error *err)
{
    struct stat st;
    if (strcmp(input, "-") == 0)
        return add(files, input, 0, err);
    if (stat(input, &st) != 0)
        return status_set_errno(err, errno, "cannot read '%s'", input);
    if (!S_ISDIR(st.st_mode))
        return add(files, input, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0, err);
    char *folder = strdup(input);
    if (!folder)
        return status_no_memory(err);
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/')
        folder[--size] = '\0';
    enum status status = walk_folder(folder, files, err);
    free(folder);
    return status;
}
