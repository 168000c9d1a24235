/* lock.h - one writer at a time. */
#ifndef COMMON_INDEX_LOCK_H
#define COMMON_INDEX_LOCK_H

#include "common/status.h"

#include <signal.h>

/* Takes the kernel's lock on the file (created when absent), trying for wait_s seconds;
 * writes the process id into it for the message of others. lock_release lets go.
 * LOCKED with the holder's id when it is not to be had,
 * or when *stop (may be NULL) becomes non-zero meanwhile. */
enum status lock_take(const char *path, unsigned wait_s,
                      const volatile sig_atomic_t *stop, int *fd,
                      struct status_error *err);

/* Lets go of the lock; the file, which stays, holds nothing then. fd below 0: nothing. */
void lock_release(int fd);

#endif
