#include "indexer/input/gunzip.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 256 * 1024 };

enum place {
    PLAIN,     /* no gzip at all */
    BETWEEN,   /* a member begins, or the file ends */
    IN_MEMBER, /* deflate's state says where */
    AT_PROBLEM
};

struct gunzip {
    int fd, errnum;
    const char *what;
    enum place place;
    bool end, is_regular;
    uint64_t read_bytes; /* of the file */
    void (*wait)(void *context);
    void *context;
    z_stream inflater;
    unsigned char chunk[CHUNK];
};

void gunzip_on_wait(struct gunzip *g, void (*wait)(void *context), void *context)
{
    g->wait = wait;
    g->context = context;
}

static void tell_of_waiting(struct gunzip *g)
{
    struct pollfd now = {.fd = g->fd, .events = POLLIN};
    if (g->wait && poll(&now, 1, 0) == 0)
        g->wait(g->context);
}

/* Reads more of the file behind what is left of the chunk; false at a problem. */
static bool fill(struct gunzip *g)
{
    memmove(g->chunk, g->inflater.next_in, g->inflater.avail_in);
    g->inflater.next_in = g->chunk;
    while (!g->end && g->inflater.avail_in < CHUNK) {
        tell_of_waiting(g);
        ssize_t n =
            read(g->fd, g->chunk + g->inflater.avail_in, CHUNK - g->inflater.avail_in);
        if (n < 0) { /* by a signal too, which ends a run */
            g->errnum = errno;
            return false;
        }
        g->end = n == 0;
        g->inflater.avail_in += (unsigned)n;
        g->read_bytes += (uint64_t)n;
        break;
    }
    return true;
}

static bool fill_to(struct gunzip *g, unsigned size)
{
    while (g->inflater.avail_in < size && !g->end)
        if (!fill(g))
            return false;
    return true;
}

static bool is_member(const unsigned char *bytes, size_t size)
{
    return size >= 4 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == Z_DEFLATED &&
           bytes[3] < 0x20;
}

struct gunzip *gunzip_open(int fd)
{
    struct stat st;
    struct gunzip *g = calloc(1, sizeof *g);
    if (!g || inflateInit2(&g->inflater, 15 + 16) != Z_OK) {
        close(fd);
        free(g);
        return NULL;
    }
    g->fd = fd;
    g->is_regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    g->inflater.next_in = g->chunk;
    g->place = PLAIN;
    if (fill_to(g, 4) && is_member(g->inflater.next_in, g->inflater.avail_in))
        g->place = BETWEEN;
    return g; /* a problem with the file shows when it is read */
}

void gunzip_close(struct gunzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->inflater);
    close(g->fd);
    free(g);
}

static ssize_t problem(struct gunzip *g, const char *what)
{
    g->what = what;
    g->place = AT_PROBLEM;
    return -1;
}

static ssize_t read_plain(struct gunzip *g, void *bytes, size_t size)
{
    if (g->inflater.avail_in == 0 && !fill(g))
        return -1;
    size_t n = g->inflater.avail_in < size ? g->inflater.avail_in : size;
    memcpy(bytes, g->inflater.next_in, n);
    g->inflater.next_in += n;
    g->inflater.avail_in -= (unsigned)n;
    return (ssize_t)n;
}

/* Moves to the beginning of a member: 1, or 0 at the end of the file. Zero bytes, with
 * which tapes are filled, mean nothing. */
static int begin_member(struct gunzip *g)
{
    do {
        while (g->inflater.avail_in > 0 && *g->inflater.next_in == 0) {
            g->inflater.next_in++;
            g->inflater.avail_in--;
        }
        if (!fill_to(g, 4))
            return -1;
    } while (g->inflater.avail_in > 0 && *g->inflater.next_in == 0);
    if (g->inflater.avail_in == 0)
        return 0;
    if (!is_member(g->inflater.next_in, g->inflater.avail_in))
        return (int)problem(g, "are followed by bytes that are none");
    inflateReset(&g->inflater);
    g->place = IN_MEMBER;
    return 1;
}

ssize_t gunzip_read(struct gunzip *g, void *bytes, size_t size)
{
    if (g->errnum || g->place == AT_PROBLEM)
        return -1;
    if (g->place == PLAIN)
        return read_plain(g, bytes, size);
    g->inflater.next_out = bytes;
    g->inflater.avail_out = size < CHUNK ? (unsigned)size : CHUNK;
    unsigned room = g->inflater.avail_out;
    while (g->inflater.avail_out == room) {
        int begun = g->place == BETWEEN ? begin_member(g) : 1;
        if (begun <= 0)
            return begun;
        if (g->inflater.avail_in == 0 && !fill(g))
            return -1;
        if (g->inflater.avail_in == 0)
            return problem(g, "break off");
        int result = inflate(&g->inflater, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            g->place = BETWEEN;
        else if (result != Z_OK && result != Z_BUF_ERROR && problem(g, "are damaged") &&
                 g->inflater.avail_out == room)
            return -1; /* else with the next call: what came before it is sound */
    }
    return room - g->inflater.avail_out;
}

int gunzip_problem(const struct gunzip *g, const char **what)
{
    *what = g->what ? g->what : "are damaged";
    return g->errnum;
}

bool gunzip_resume(struct gunzip *g)
{
    if (g->errnum || g->place != AT_PROBLEM)
        return false;
    for (;;) {
        while (g->inflater.avail_in >= 4) {
            if (is_member(g->inflater.next_in, g->inflater.avail_in)) {
                g->place = BETWEEN;
                return true;
            }
            g->inflater.next_in++;
            g->inflater.avail_in--;
        }
        if (g->end || !fill(g) || (g->end && g->inflater.avail_in < 4))
            return false;
    }
}

bool gunzip_can_seek(const struct gunzip *g)
{
    return g->place == PLAIN && g->is_regular;
}

bool gunzip_seek(struct gunzip *g, uint64_t offset)
{
    if (lseek(g->fd, (off_t)offset, SEEK_SET) < 0)
        return false;
    g->inflater.next_in = g->chunk;
    g->inflater.avail_in = 0;
    g->read_bytes = offset;
    g->end = false;
    return true;
}

uint64_t gunzip_offset(const struct gunzip *g)
{
    return g->read_bytes - g->inflater.avail_in;
}
