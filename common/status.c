#include "common/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *status_text(enum status code)
{
    switch (code) {
#define STATUS_CASE(name, number, text) \
    case STATUS_##name:                 \
        return text;
        STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "unknown status";
}

static void format_message(struct status_error *err, const char *format, va_list args)
{
    int n = vsnprintf(err->message, sizeof err->message, format, args);
    if (n < 0)
        err->message[0] = '\0';
}

enum status status_set(struct status_error *err, enum status code, const char *format,
                       ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->code = code;
        format_message(err, format, args);
        va_end(args);
    }
    return code;
}

static enum status errno_status(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
        return STATUS_NO_SPACE;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    default:
        return STATUS_IO;
    }
}

enum status status_set_errno(struct status_error *err, int errnum, const char *format,
                             ...)
{
    enum status code = errno_status(errnum);
    if (!err)
        return code;
    va_list args;
    va_start(args, format);
    err->code = code;
    format_message(err, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    char reason[128];
    snprintf(err->message + used, sizeof err->message - used, ": %s",
             strerror_r(errnum, reason, sizeof reason));
    return code;
}

enum status status_no_memory(struct status_error *err)
{
    return status_set(err, STATUS_NO_MEMORY, "out of memory");
}
