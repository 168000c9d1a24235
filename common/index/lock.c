#include "common/index/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_MS = 100 };

static void nap(void)
{
    struct timespec t = {0, RETRY_MS * 1000000L};
    nanosleep(&t, NULL);
}

static enum status report_holder(int fd, const char *path, struct status_error *err)
{
    char pid[32] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    pid[n > 0 ? n : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    return status_set(
        err, STATUS_LOCKED,
        "another writer%s%s holds '%s': wait for it, or give --wait SECONDS",
        *pid ? ", process " : "", pid, path);
}

static void write_holder(int fd)
{
    char pid[32];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* only for other writers' messages: a failure costs them the number */
    if (ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)n, 0) != n)
        (void)ftruncate(fd, 0);
}

enum status lock_take(const char *path, unsigned wait_s,
                      const volatile sig_atomic_t *stop, int *fd,
                      struct status_error *err)
{
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (*fd < 0)
        return status_set_errno(err, errno, "cannot open the lock '%s'", path);
    for (unsigned long left = wait_s * (1000ul / RETRY_MS);; left--) {
        if (flock(*fd, LOCK_EX | LOCK_NB) == 0) {
            write_holder(*fd);
            return STATUS_OK;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            enum status status = status_set_errno(err, errno, "cannot lock '%s'", path);
            close(*fd);
            *fd = -1;
            return status;
        }
        if (left == 0 || (stop && *stop))
            break;
        nap();
    }
    enum status status = report_holder(*fd, path, err);
    close(*fd);
    *fd = -1;
    return status;
}

void lock_release(int fd)
{
    if (fd < 0)
        return;
    (void)!ftruncate(fd, 0);
    close(fd);
}
