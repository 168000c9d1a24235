/* lock.h - one writer at a time. */
#ifndef COMMON_INDEX_LOCK_H
#define COMMON_INDEX_LOCK_H

#include "common/status.h"

/* Takes the kernel's lock on the file (created when absent), trying for wait_s seconds;
 * writes the process id into it for the message of others. *fd is closed to let go.
 * LOCKED with the holder's id when it is not to be had. */
enum status lock_take(const char *path, unsigned wait_s, int *fd,
                      struct status_error *err);

#endif
