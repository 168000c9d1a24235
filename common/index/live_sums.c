/* The file has, for each other file in the order of their names, a line `CHECKSUM NAME`,
 * and a last line with the checksum of the lines before. */
#include "common/index/live_sums.h"

#include "common/buffer.h"
#include "common/hash.h"
#include "common/index/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SUMS_FILE "checksums"
#define LAST_LINE "of the lines before"

static enum status hash_file(const char *path, uint64_t *hash, struct status_error *err)
{
    char piece[1 << 16];
    FILE *in = fopen(path, "rbe");
    XXH3_state_t *state = XXH3_createState();
    enum status status = STATUS_OK;
    if (!in)
        status = status_set_errno(err, errno, "cannot read '%s'", path);
    else if (!state)
        status = status_no_memory(err);
    if (!status) {
        XXH3_64bits_reset(state);
        for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
            XXH3_64bits_update(state, piece, n);
        if (ferror(in))
            status = status_set_errno(err, errno, "cannot read '%s'", path);
        *hash = XXH3_64bits_digest(state);
    }
    XXH3_freeState(state);
    if (in)
        fclose(in);
    return status;
}

static int is_data(const struct dirent *e)
{
    return e->d_name[0] != '.' && strcmp(e->d_name, SUMS_FILE) != 0 &&
           strcmp(e->d_name, "flintlock") != 0; /* Xapian's lock */
}

static void append_sum(struct buffer *text, uint64_t hash, const char *name)
{
    char line[512];
    snprintf(line, sizeof line, "%016" PRIx64 " %s\n", hash, name);
    buffer_append_text(text, line);
}

/* All lines, as they should be by the files that are there. */
static enum status make_text(const char *folder, struct buffer *text,
                             struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_data, alphasort);
    enum status status =
        count < 0 ? status_set_errno(err, errno, "cannot read '%s'", folder) : STATUS_OK;
    for (int i = 0; i < count; i++) {
        uint64_t hash = 0;
        if (!status)
            status = manifest_path(folder, entries[i]->d_name, path, err);
        if (!status)
            status = hash_file(path, &hash, err);
        append_sum(text, hash, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    append_sum(text, hash_bytes(text->data, text->size), LAST_LINE);
    return status || !text->failed ? status : status_no_memory(err);
}

enum status live_sums_write(const char *folder, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE], final[MANIFEST_PATH_SIZE];
    struct buffer text = BUFFER_INIT(1 << 20);
    FILE *out = NULL;
    enum status status = make_text(folder, &text, err);
    if (!status)
        status = manifest_path(folder, ".checksums.new", path, err);
    if (!status)
        status = manifest_path(folder, SUMS_FILE, final, err);
    if (!status && !(out = fopen(path, "wbe")))
        status = status_set_errno(err, errno, "cannot write '%s'", path);
    bool written = out && fwrite(text.data, 1, text.size, out) == text.size;
    if (out && (fclose(out) != 0 || !written) && !status)
        status = status_set_errno(err, errno, "cannot write '%s'", path);
    if (!status && rename(path, final) != 0)
        status = status_set_errno(err, errno, "cannot write '%s'", final);
    buffer_free(&text);
    return status;
}

static bool read_text(const char *folder, struct buffer *text)
{
    char path[MANIFEST_PATH_SIZE], piece[4096];
    FILE *in = manifest_path(folder, SUMS_FILE, path, NULL) ? NULL : fopen(path, "rbe");
    if (!in)
        return false;
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        buffer_append(text, piece, n);
    bool good = !ferror(in) && !text->failed;
    fclose(in);
    return good;
}

enum status live_sums_drop(const char *folder, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    enum status status = manifest_path(folder, SUMS_FILE, path, err);
    if (!status && unlink(path) != 0 && errno != ENOENT)
        status = status_set_errno(err, errno, "cannot remove '%s'", path);
    return status;
}

/* Whether the last line is the checksum of those before it. */
static bool is_sound(const struct buffer *text)
{
    struct buffer last = BUFFER_INIT(1 << 10);
    const char *data = buffer_text(text);
    size_t start = text->size > 0 ? text->size - 1 : 0;
    while (start > 0 && data[start - 1] != '\n')
        start--;
    append_sum(&last, hash_bytes(data, start), LAST_LINE);
    bool same = slice_equal((struct slice){data + start, text->size - start},
                            (struct slice){last.data, last.size});
    buffer_free(&last);
    return same;
}

/* Names what the first line that differs is about, or the sums when they are damaged. */
static enum status differs(const char *folder, const struct buffer *found,
                           const struct buffer *expected, struct status_error *err)
{
    size_t at = 0, line = 0;
    while (at < found->size && at < expected->size &&
           found->data[at] == expected->data[at]) {
        line = found->data[at] == '\n' ? at + 1 : line;
        at++;
    }
    const char *name = strchr(buffer_text(expected) + line, ' ');
    bool of_file =
        is_sound(found) && name && strncmp(name + 1, LAST_LINE, strlen(LAST_LINE)) != 0;
    int size = of_file ? (int)strcspn(name + 1, "\n") : (int)strlen(SUMS_FILE);
    return status_set(err, STATUS_CORRUPT,
                      "'%s/%.*s' is damaged: it does not have its checksum", folder, size,
                      of_file ? name + 1 : SUMS_FILE);
}

enum status live_sums_check(const char *folder, struct status_error *err)
{
    struct buffer found = BUFFER_INIT(1 << 20), expected = BUFFER_INIT(1 << 20);
    enum status status = STATUS_OK;
    bool there = read_text(folder, &found);
    if (there)
        status = make_text(folder, &expected, err);
    if (there && !status &&
        (found.size != expected.size ||
         memcmp(found.data, expected.data, found.size) != 0))
        status = differs(folder, &found, &expected, err);
    buffer_free(&found);
    buffer_free(&expected);
    return status;
}
