/* unpack.h - what lies in packed files and archives, by libarchive; for this folder only.
 *
 * Archives are peeled like onions: a member that is packed, or an archive itself, is
 * opened in turn, up to a depth at which nobody packs. */
#ifndef INDEXER_INPUT_UNPACK_H
#define INDEXER_INPUT_UNPACK_H

#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>
#include <stdint.h>

struct unpack;

/* Takes fd, which is closed in the end; path is for names and messages. */
enum status unpack_open(int fd, const char *path, struct unpack **out,
                        struct status_error *err);
void unpack_close(struct unpack *u);

/* Moves to the next member; see source_next. */
enum status unpack_next(struct unpack *u, bool *found, struct status_error *err);

/* After a failure: whether unpack_next may find more. */
bool unpack_goes_on(const struct unpack *u);

/* Path and member; whether there is one in an archive. */
const char *unpack_name(const struct unpack *u);
bool unpack_is_member(const struct unpack *u);

/* The next bytes of the member, good until the next call; none at its end. CORRUPT or IO,
 * with a message. */
enum status unpack_block(struct unpack *u, struct slice *bytes, struct status_error *err);

/* After a failure in a file of several gzip members: goes on with the next one, whose
 * bytes come next. False when there is none. */
bool unpack_resume(struct unpack *u);

/* Bytes read of the file. */
uint64_t unpack_packed_bytes(const struct unpack *u);

#endif
