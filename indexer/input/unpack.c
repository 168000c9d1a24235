#include "indexer/input/unpack.h"

#include "common/buffer.h"
#include "indexer/input/gunzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, DEPTH_MAX = 4, NAME_MAX_BYTES = 3000 };

/* An archive, or a packed file, which is an archive of one member without a name. Its
 * bytes are those of the file, or of the member that the layer outside stands on. */
struct layer {
    struct archive *archive;
    struct unpack *unpack;
    struct slice pending; /* bytes of the layer outside that were looked at */
    size_t name_size;     /* of unpack->name without its own members */
};

struct unpack {
    struct gunzip *file;
    char *path;
    bool can_seek;
    off_t file_size;
    struct layer layers[DEPTH_MAX];
    size_t depth;         /* layers that are open */
    struct slice pending; /* bytes of the member that were looked at */
    struct buffer name;
    bool is_member;
    int read_error;           /* errno of the file, or 0 */
    const char *gzip_problem; /* with its data, that is not told yet */
    char chunk[CHUNK];
};

/* --- reading --- */

static la_ssize_t read_file(struct archive *a, void *context, const void **bytes)
{
    struct unpack *u = context;
    const char *what;
    ssize_t n = gunzip_read(u->file, u->chunk, CHUNK);
    *bytes = u->chunk;
    if (n >= 0)
        return n;
    u->read_error = gunzip_problem(u->file, &what);
    if (!u->read_error) { /* what is before the problem is read first */
        u->gzip_problem = what;
        return 0;
    }
    archive_set_error(a, u->read_error, "it cannot be read");
    return ARCHIVE_FATAL;
}

/* Zip archives have their table at the end. */
static la_int64_t seek_file(struct archive *a, void *context, la_int64_t offset,
                            int whence)
{
    struct unpack *u = context;
    if (whence == SEEK_CUR)
        offset += (la_int64_t)gunzip_offset(u->file);
    if (whence == SEEK_END)
        offset += u->file_size;
    if (offset >= 0 && gunzip_seek(u->file, (uint64_t)offset))
        return offset;
    archive_set_error(a, EINVAL, "cannot seek");
    return ARCHIVE_FATAL;
}

static int read_block(struct layer *l, struct slice *bytes)
{
    const void *data = NULL;
    size_t size = 0;
    la_int64_t offset;
    int result = ARCHIVE_OK;
    if (l->pending.size > 0) {
        *bytes = l->pending;
        l->pending = (struct slice){0};
        return ARCHIVE_OK;
    }
    while (size == 0 && result == ARCHIVE_OK)
        result = archive_read_data_block(l->archive, &data, &size, &offset);
    *bytes = (struct slice){data, result == ARCHIVE_OK ? size : 0};
    return result == ARCHIVE_EOF ? ARCHIVE_OK : result;
}

static la_ssize_t read_outside(struct archive *a, void *context, const void **bytes)
{
    struct layer *l = context;
    struct slice block;
    struct layer *outside = l - 1;
    if (read_block(outside, &block) != ARCHIVE_OK) {
        archive_set_error(a, EINVAL, "%s", archive_error_string(outside->archive));
        return ARCHIVE_FATAL;
    }
    *bytes = block.data;
    return (la_ssize_t)block.size;
}

/* The gzip data of the file are not sound from here on. */
static enum status broken(struct unpack *u, struct status_error *err)
{
    const char *what = u->gzip_problem;
    u->gzip_problem = NULL;
    return status_set(err, STATUS_CORRUPT, "cannot read '%s' further: its gzip data %s",
                      buffer_text(&u->name), what);
}

static enum status failed(struct unpack *u, struct archive *a, struct status_error *err)
{
    const char *why = archive_error_string(a);
    if (u->read_error)
        return status_set_errno(err, u->read_error, "cannot read '%s'", u->path);
    if (u->gzip_problem)
        return broken(u, err);
    if (archive_errno(a) == ENOMEM)
        return status_no_memory(err);
    return status_set(err, STATUS_CORRUPT, "cannot read '%s' further: %s",
                      buffer_text(&u->name), why ? why : "its data are damaged");
}

/* --- layers --- */

static void close_layer(struct unpack *u)
{
    struct layer *l = &u->layers[--u->depth];
    archive_read_free(l->archive);
    *l = (struct layer){0};
}

static struct archive *new_archive(void)
{
    struct archive *a = archive_read_new();
    if (!a)
        return NULL;
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_empty(a);
    archive_read_support_format_raw(a);
    return a;
}

static enum status open_layer(struct unpack *u, struct status_error *err)
{
    struct layer *l = &u->layers[u->depth];
    *l = (struct layer){.archive = new_archive(), .unpack = u, .name_size = u->name.size};
    if (!l->archive)
        return status_no_memory(err);
    u->depth++;
    if (u->depth > 1) {
        l[-1].pending = u->pending;
        u->pending = (struct slice){0};
        archive_read_set_callback_data(l->archive, l);
        archive_read_set_read_callback(l->archive, read_outside);
    } else {
        archive_read_set_callback_data(l->archive, u);
        archive_read_set_read_callback(l->archive, read_file);
        if (u->can_seek)
            archive_read_set_seek_callback(l->archive, seek_file);
    }
    if (archive_read_open1(l->archive) == ARCHIVE_OK)
        return STATUS_OK;
    enum status status = failed(u, l->archive, err);
    close_layer(u);
    return status;
}

enum status unpack_open(int fd, const char *path, struct unpack **out,
                        struct status_error *err)
{
    struct stat st;
    off_t file_size = fstat(fd, &st) == 0 ? st.st_size : 0;
    struct unpack *u = calloc(1, sizeof *u);
    *out = u;
    if (u)
        u->path = strdup(path);
    if (!u || !u->path) {
        close(fd);
        free(u);
        *out = NULL;
        return status_no_memory(err);
    }
    u->file = gunzip_open(fd);
    if (!u->file) {
        unpack_close(u);
        *out = NULL;
        return status_no_memory(err);
    }
    u->can_seek = gunzip_can_seek(u->file);
    u->file_size = file_size;
    buffer_init(&u->name, 1 << 20);
    enum status status = buffer_append_text(&u->name, path);
    status = status ? status_no_memory(err) : open_layer(u, err);
    if (status) {
        unpack_close(u);
        *out = NULL;
    }
    return status;
}

void unpack_close(struct unpack *u)
{
    if (!u)
        return;
    while (u->depth > 0)
        close_layer(u);
    gunzip_close(u->file);
    buffer_free(&u->name);
    free(u->path);
    free(u);
}

/* --- members --- */

static bool begins_with(struct slice bytes, const char *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.data, magic, size) == 0;
}

static bool is_packed(struct slice head)
{
    enum { TAR_MAGIC = 257 };
    return begins_with(head, "\x1F\x8B\x08", 3) || begins_with(head, "BZh", 3) ||
           begins_with(head,
                       "\xFD"
                       "7zXZ\0",
                       6) ||
           begins_with(head, "\x28\xB5\x2F\xFD", 4) || begins_with(head, "PK\3\4", 4) ||
           (head.size >= TAR_MAGIC + 5 && memcmp(head.data + TAR_MAGIC, "ustar", 5) == 0);
}

/* As in a folder, what is hidden is passed over. */
static bool is_hidden(const char *name)
{
    const char *slash = strrchr(name, '/');
    return (slash ? slash[1] : name[0]) == '.';
}

/* Office documents, books and programs are zip archives too, of no articles. */
static bool is_document(const struct layer *l, const char *name)
{
    static const char *const firsts[] = {"[Content_Types].xml", "mimetype", "META-INF/"};
    if ((archive_format(l->archive) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_ZIP ||
        archive_file_count(l->archive) > 1 || !name)
        return false;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        if (strncmp(name, firsts[i], strlen(firsts[i])) == 0)
            return true;
    return false;
}

static void set_name(struct unpack *u, const struct layer *l, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);
    bool raw = archive_format(l->archive) == ARCHIVE_FORMAT_RAW;
    if (!name)
        name = archive_entry_pathname(entry);
    u->name.size = l->name_size; /* what a member had is cut off */
    u->name.data[u->name.size] = '\0';
    u->is_member = u->depth > 1 || !raw;
    if (raw)
        return;
    name = name ? name : "(a member without a name)";
    buffer_append_byte(&u->name, '/');
    buffer_append(&u->name, name, strnlen(name, NAME_MAX_BYTES));
}

static enum status unknown(const struct unpack *u, struct status_error *err)
{
    return status_set(err, STATUS_INVALID,
                      "'%s' is a document of no format that is known",
                      buffer_text(&u->name));
}

/* Opens the member when it is packed itself. */
static enum status open_inside(struct unpack *u, bool *opened, struct status_error *err)
{
    struct layer *l = &u->layers[u->depth - 1];
    *opened = false;
    if (archive_format(l->archive) == ARCHIVE_FORMAT_RAW || u->depth == DEPTH_MAX)
        return STATUS_OK;
    if (read_block(l, &u->pending) != ARCHIVE_OK)
        return failed(u, l->archive, err);
    *opened = is_packed(u->pending);
    return *opened ? open_layer(u, err) : STATUS_OK;
}

/* Looks at a member: *found when it is to be read. */
static enum status visit(struct unpack *u, struct archive_entry *entry, bool *found,
                         struct status_error *err)
{
    struct layer *l = &u->layers[u->depth - 1];
    bool opened, raw = archive_format(l->archive) == ARCHIVE_FORMAT_RAW;
    enum status status;
    if (is_document(l, archive_entry_pathname(entry))) {
        status = unknown(u, err);
        close_layer(u);
        return status;
    }
    set_name(u, l, entry);
    if (!raw &&
        (archive_entry_filetype(entry) != AE_IFREG || is_hidden(buffer_text(&u->name))))
        return STATUS_OK;
    status = open_inside(u, &opened, err);
    *found = !status && !opened;
    return status;
}

enum status unpack_next(struct unpack *u, bool *found, struct status_error *err)
{
    enum status status = STATUS_OK;
    *found = false;
    u->pending = (struct slice){0};
    while (!status && !*found && u->depth > 0) {
        struct archive *a = u->layers[u->depth - 1].archive;
        struct archive_entry *entry;
        u->layers[u->depth - 1].pending = (struct slice){0};
        int result = archive_read_next_header(a, &entry);
        if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
            status = visit(u, entry, found, err);
        } else if (result != ARCHIVE_RETRY) { /* the archive outside may go on */
            status = result == ARCHIVE_EOF ? STATUS_OK : failed(u, a, err);
            close_layer(u);
        }
    }
    if (!status && !*found && u->gzip_problem)
        status = broken(u, err);
    return status;
}

bool unpack_goes_on(const struct unpack *u)
{
    return u->depth > 0;
}

const char *unpack_name(const struct unpack *u)
{
    return buffer_text(&u->name);
}

bool unpack_is_member(const struct unpack *u)
{
    return u->is_member;
}

enum status unpack_block(struct unpack *u, struct slice *bytes, struct status_error *err)
{
    *bytes = u->pending;
    u->pending = (struct slice){0};
    if (bytes->size > 0 || u->depth == 0)
        return STATUS_OK;
    struct layer *l = &u->layers[u->depth - 1];
    int result = read_block(l, bytes);
    enum status status = result == ARCHIVE_OK ? STATUS_OK : failed(u, l->archive, err);
    bool is_file = u->depth == 1 && archive_format(l->archive) == ARCHIVE_FORMAT_RAW;
    if (!status && bytes->size == 0 && is_file && u->gzip_problem)
        status = broken(u, err);
    if (result == ARCHIVE_FATAL) /* the archive outside may go on */
        close_layer(u);
    return status;
}

bool unpack_resume(struct unpack *u)
{
    struct status_error err;
    bool found = false;
    if (u->is_member || u->depth > 1 || !gunzip_resume(u->file))
        return false;
    if (u->depth > 0)
        close_layer(u);
    u->name.size = strlen(u->path);
    return open_layer(u, &err) == STATUS_OK &&
           unpack_next(u, &found, &err) == STATUS_OK && found;
}

uint64_t unpack_packed_bytes(const struct unpack *u)
{
    return gunzip_offset(u->file);
}
