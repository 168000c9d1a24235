/* status.h - what went wrong: one list of causes, and a message for a person.
 *
 * Every function that can fail returns an `enum status`; detail goes into an optional
 * `struct status_error` that the caller owns. Numbers are fixed and never reused: the
 * public header repeats them and is tied to this list by static assertions. */
#ifndef COMMON_STATUS_H
#define COMMON_STATUS_H

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, number, text) */
#define STATUS_MAP(X)                                         \
    X(OK, 0, "success")                                       \
    X(NO_MEMORY, 1, "out of memory")                          \
    X(ARGUMENT, 2, "bad argument")                            \
    X(NOT_FOUND, 3, "not found")                              \
    X(IO, 4, "input or output failed")                        \
    X(NO_SPACE, 5, "no space left on the device")             \
    X(CORRUPT, 6, "the index is damaged")                     \
    X(VERSION, 7, "the index was written by another version") \
    X(LOCKED, 8, "another writer holds the index")            \
    X(STALE, 9, "the index changed while it was read")        \
    X(LIMIT, 10, "a limit was exceeded")                      \
    X(UNSUPPORTED, 11, "not supported")                       \
    X(INTERNAL, 12, "internal error")                         \
    X(INVALID, 13, "the input is not valid")                  \
    X(CANCELLED, 14, "cancelled")

enum status {
#define STATUS_ENUM(name, number, text) STATUS_##name = number,
    STATUS_MAP(STATUS_ENUM)
#undef STATUS_ENUM
};

#define STATUS_MESSAGE_MAX 512

/* Caller-owned; {0} is a valid empty one. The message is one line, cut to fit. */
struct status_error {
    enum status code;
    char message[STATUS_MESSAGE_MAX];
};

/* The fixed text of a status; a static string, also for unknown numbers. */
const char *status_text(enum status code);

/* Stores code and the formatted message in err (may be NULL); returns code. */
enum status status_set(struct status_error *err, enum status code, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));

/* As status_set, with the text of errno value errnum after the message. The code is
 * NO_SPACE, NO_MEMORY, NOT_FOUND or IO by that value. */
enum status status_set_errno(struct status_error *err, int errnum, const char *format,
                             ...) __attribute__((format(printf, 3, 4)));

/* "out of memory"; never allocates. */
enum status status_no_memory(struct status_error *err);

#ifdef __cplusplus
}
#endif
#endif
