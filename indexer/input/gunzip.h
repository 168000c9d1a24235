/* gunzip.h - the bytes of a file that may be of gzip members, one behind another, as logs
 * and web archives are. Unlike zlib's gzread it tells of what is behind a damaged member
 * instead of ending there, and can go on at the next one. */
#ifndef INDEXER_INPUT_GUNZIP_H
#define INDEXER_INPUT_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct gunzip;

/* Takes fd, which is closed in the end, also when NULL is returned: no memory. */
struct gunzip *gunzip_open(int fd);
void gunzip_close(struct gunzip *g);

/* Has wait called before each read that would wait for bytes to come. */
void gunzip_on_wait(struct gunzip *g, void (*wait)(void *context), void *context);

/* Reads up to size bytes; 0 at the end, -1 when there is a problem. */
ssize_t gunzip_read(struct gunzip *g, void *bytes, size_t size);

/* The problem: errno of the file, or 0 and what is wrong with the data, as in `its gzip
 * data ...`. */
int gunzip_problem(const struct gunzip *g, const char **what);

/* After a problem with the data: moves to the next member; false when there is none. */
bool gunzip_resume(struct gunzip *g);

/* Whether the file is plain, and can be moved about in; moves there. */
bool gunzip_can_seek(const struct gunzip *g);
bool gunzip_seek(struct gunzip *g, uint64_t offset);

/* Bytes of the file that were taken. */
uint64_t gunzip_offset(const struct gunzip *g);

#endif
