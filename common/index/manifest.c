#include "common/index/manifest.h"

#include "common/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

enum status manifest_path(const char *folder, const char *name,
                          char path[MANIFEST_PATH_SIZE], struct status_error *err)
{
    int n = snprintf(path, MANIFEST_PATH_SIZE, "%s/%s", folder, name);
    if (n < 0 || n >= MANIFEST_PATH_SIZE)
        return status_set(err, STATUS_LIMIT,
                          "the path of the index is longer than %d bytes",
                          MANIFEST_PATH_SIZE - 1);
    return STATUS_OK;
}

/* --- reading --- */

static enum status no_index(const char *folder, int errnum, struct status_error *err)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return status_set_errno(err, errno, "no index '%s'", folder);
    if (!S_ISDIR(st.st_mode))
        return status_set(err, STATUS_NOT_FOUND, "'%s' is a file; an index is a folder",
                          folder);
    if (errnum == ENOENT)
        return status_set(
            err, STATUS_NOT_FOUND,
            "the folder '%s' holds no index: build one with pressmark-indexer "
            "-i '%s' INPUT",
            folder, folder);
    return status_set_errno(err, errnum, "cannot read the index '%s'", folder);
}

static enum status read_file(const char *folder, const char *path, char **text,
                             struct stat *stamp, struct status_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return no_index(folder, errno, err);
    enum status status = STATUS_OK;
    *text = NULL;
    if (fstat(fd, stamp) != 0)
        status = status_set_errno(err, errno, "cannot read '%s'", path);
    else if (stamp->st_size > FILE_MAX)
        status =
            status_set(err, STATUS_CORRUPT, "'%s' is too large for a manifest", path);
    else if (!(*text = malloc((size_t)stamp->st_size + 1)))
        status = status_no_memory(err);
    size_t size = 0;
    while (!status && size < (size_t)stamp->st_size) {
        ssize_t n = read(fd, *text + size, (size_t)stamp->st_size - size);
        if (n < 0)
            status = status_set_errno(err, errno, "cannot read '%s'", path);
        else if (n == 0)
            break;
        size += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    if (!status) {
        (*text)[size] = '\0';
        if (strlen(*text) != size)
            status = status_set(err, STATUS_CORRUPT,
                                "'%s' is damaged: it has a zero byte", path);
    }
    return status;
}

static bool copy_string(json_t *object, const char *key, char *to, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strlen(text) >= size)
        return false;
    memcpy(to, text, strlen(text) + 1);
    return true;
}

static bool copy_number(json_t *object, const char *key, uint64_t max, uint64_t *to)
{
    json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
        return false;
    *to = (uint64_t)number;
    return true;
}

static bool decode_analyser(json_t *object, struct analyser_fingerprint *out)
{
    uint64_t analysis, title, lead;
    if (!copy_number(object, "analysis", 1000000, &analysis) ||
        !copy_number(object, "title_weight", 1000, &title) ||
        !copy_number(object, "lead_weight", 1000, &lead))
        return false;
    out->analysis = (unsigned)analysis;
    out->title_weight = (unsigned)title;
    out->lead_weight = (unsigned)lead;
    return copy_string(object, "language", out->language, sizeof out->language) &&
           copy_string(object, "unicode", out->unicode, sizeof out->unicode) &&
           copy_string(object, "stemmer", out->stemmer, sizeof out->stemmer);
}

/* A name leads nowhere but into the folder. */
static bool copy_name(json_t *object, const char *key, char name[MANIFEST_NAME_SIZE])
{
    return copy_string(object, key, name, MANIFEST_NAME_SIZE) && *name != '\0' &&
           *name != '.' && !strchr(name, '/');
}

static bool decode_segment(json_t *object, struct manifest_segment *out)
{
    uint64_t articles = 0, dead = 0;
    char kind[16];
    if (!copy_name(object, "name", out->name) ||
        !copy_string(object, "kind", kind, sizeof kind))
        return false;
    out->is_sealed = strcmp(kind, "sealed") == 0;
    if (!out->is_sealed)
        return strcmp(kind, "live") == 0;
    if (!copy_number(object, "articles", UINT32_MAX, &articles) ||
        !copy_number(object, "bytes", INT64_MAX, &out->bytes))
        return false;
    if (json_object_get(object, "dead") &&
        (!copy_name(object, "dead", out->dead) ||
         !copy_number(object, "dead_articles", UINT32_MAX, &dead)))
        return false;
    out->articles = (uint32_t)articles;
    out->dead_count = (uint32_t)dead;
    return true;
}

static bool decode_segments(json_t *array, struct manifest *out)
{
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count > MANIFEST_SEGMENTS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!decode_segment(json_array_get(array, i), &out->segments[i]))
            return false;
    out->segment_count = count;
    return true;
}

static enum status decode(const char *path, json_t *root, struct manifest *out,
                          struct status_error *err)
{
    uint64_t format;
    if (copy_number(root, "format_version", INT64_MAX, &format) &&
        format != MANIFEST_FORMAT)
        return status_set(
            err, STATUS_VERSION,
            "'%s' has format version %llu, this program reads version %d: use "
            "the program that wrote it, or index the articles again",
            path, (unsigned long long)format, MANIFEST_FORMAT);
    if (!copy_number(root, "format_version", INT64_MAX, &format) ||
        !copy_number(root, "generation", INT64_MAX, &out->generation) ||
        !copy_number(root, "next_number", INT64_MAX, &out->next_number) ||
        !decode_analyser(json_object_get(root, "analyser"), &out->analyser) ||
        !decode_segments(json_object_get(root, "segments"), out))
        return status_set(err, STATUS_CORRUPT,
                          "'%s' is damaged: it is no manifest of an index", path);
    return STATUS_OK;
}

/* The last member is the checksum of all that stands before its digits. */
static const char checksum_key[] = ",\n  \"checksum\": \"";
static const char closing[] = "\"\n}\n";

enum { CHECKSUM_DIGITS = 16, CHECKSUM_SIZE = CHECKSUM_DIGITS + sizeof closing };

/* What stands behind the first size bytes of a manifest. */
static void make_checksum(const char *text, size_t size, char out[CHECKSUM_SIZE])
{
    snprintf(out, CHECKSUM_SIZE, "%016" PRIx64 "%s", hash_bytes(text, size), closing);
}

static bool has_checksum(const char *text)
{
    char expected[CHECKSUM_SIZE];
    size_t size = strlen(text);
    if (size < CHECKSUM_SIZE)
        return false;
    size -= CHECKSUM_SIZE - 1;
    make_checksum(text, size, expected);
    return strcmp(text + size, expected) == 0;
}

enum status manifest_read(const char *folder, struct manifest *out,
                          struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    char *text = NULL;
    *out = (struct manifest){0};
    enum status status = manifest_path(folder, MANIFEST_FILE, path, err);
    if (!status)
        status = read_file(folder, path, &text, &out->stamp, err);
    if (!status) {
        json_error_t where;
        json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
        if (root)
            status = decode(path, root, out, err);
        if (root && !status && !has_checksum(text))
            status = status_set(err, STATUS_CORRUPT,
                                "'%s' is damaged: it does not have its checksum", path);
        else if (!root)
            status = status_set(err, STATUS_CORRUPT, "'%s' is damaged, line %d: %s", path,
                                where.line, where.text);
        json_decref(root);
    }
    free(text);
    return status;
}

/* --- writing --- */

static json_t *encode_segment(const struct manifest_segment *g)
{
    if (!g->is_sealed)
        return json_pack("{s:s,s:s}", "name", g->name, "kind", "live");
    json_t *object =
        json_pack("{s:s,s:s,s:I,s:I}", "name", g->name, "kind", "sealed", "articles",
                  (json_int_t)g->articles, "bytes", (json_int_t)g->bytes);
    if (object && g->dead[0] &&
        (json_object_set_new(object, "dead", json_string(g->dead)) ||
         json_object_set_new(object, "dead_articles", json_integer(g->dead_count)))) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static char *encode_members(const struct manifest *m)
{
    json_t *segments = json_array();
    for (size_t i = 0; i < m->segment_count; i++) {
        if (json_array_append_new(segments, encode_segment(&m->segments[i]))) {
            json_decref(segments);
            return NULL;
        }
    }
    json_t *root = json_pack(
        "{s:i,s:I,s:I,s:{s:i,s:s,s:s,s:s,s:i,s:i},s:o}", "format_version",
        MANIFEST_FORMAT, "generation", (json_int_t)m->generation, "next_number",
        (json_int_t)m->next_number, "analyser", "analysis", (int)m->analyser.analysis,
        "language", m->analyser.language, "unicode", m->analyser.unicode, "stemmer",
        m->analyser.stemmer, "title_weight", (int)m->analyser.title_weight, "lead_weight",
        (int)m->analyser.lead_weight, "segments", segments);
    char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(root);
    return text;
}

/* The closing brace makes room for the checksum. */
static char *encode(const struct manifest *m)
{
    char *members = encode_members(m);
    size_t size = members ? strlen(members) : 0;
    char *text = size > 2 ? malloc(size + sizeof checksum_key + CHECKSUM_SIZE) : NULL;
    if (text) {
        size -= strlen("\n}");
        memcpy(text, members, size);
        memcpy(text + size, checksum_key, sizeof checksum_key - 1);
        size += sizeof checksum_key - 1;
        make_checksum(text, size, text + size);
    }
    free(members);
    return text;
}

struct manifest_segment *manifest_find(struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->segment_count; i++)
        if (strcmp(m->segments[i].name, name) == 0)
            return &m->segments[i];
    return NULL;
}

static enum status write_all(int fd, const char *text, const char *path,
                             struct status_error *err)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return status_set_errno(err, errno, "cannot write '%s'", path);
        text += n;
        size -= (size_t)n;
    }
    return fsync(fd) == 0 ? STATUS_OK
                          : status_set_errno(err, errno, "cannot sync '%s'", path);
}

static enum status sync_folder(const char *folder, struct status_error *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = STATUS_OK;
    if (fd < 0 || fsync(fd) != 0)
        status = status_set_errno(err, errno, "cannot sync the folder '%s'", folder);
    if (fd >= 0)
        close(fd);
    return status;
}

enum status manifest_write(const char *folder, struct manifest *m,
                           struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE], fresh[MANIFEST_PATH_SIZE];
    enum status status = manifest_path(folder, MANIFEST_FILE, path, err);
    if (!status)
        status = manifest_path(folder, MANIFEST_FILE ".new", fresh, err);
    if (status)
        return status;
    m->generation++;
    char *text = encode(m);
    if (!text)
        return status_no_memory(err);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        status = status_set_errno(err, errno, "cannot create '%s'", fresh);
    else
        status = write_all(fd, text, fresh, err);
    if (fd >= 0 && close(fd) != 0 && !status)
        status = status_set_errno(err, errno, "cannot write '%s'", fresh);
    if (!status) /* what the manifest names is there before it is */
        status = sync_folder(folder, err);
    if (!status && rename(fresh, path) != 0)
        status = status_set_errno(err, errno, "cannot replace '%s'", path);
    free(text);
    return status ? status : sync_folder(folder, err);
}

bool manifest_is_current(const char *folder, const struct manifest *m)
{
    char path[MANIFEST_PATH_SIZE];
    struct stat now;
    return manifest_path(folder, MANIFEST_FILE, path, NULL) == STATUS_OK &&
           stat(path, &now) == 0 && now.st_ino == m->stamp.st_ino &&
           now.st_size == m->stamp.st_size &&
           now.st_mtim.tv_sec == m->stamp.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == m->stamp.st_mtim.tv_nsec;
}
