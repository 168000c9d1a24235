/* guard.hh - no exception leaves this folder: every call goes through one `try`, and
 * guard.cc alone tells what was caught. */
#ifndef COMMON_XAPIAN_GUARD_HH
#define COMMON_XAPIAN_GUARD_HH

#include "common/status.h"

#include <utility>
#include <xapian.h>

/* The status of the exception in flight, its message in err. */
enum status xap_caught(struct status_error *err) noexcept;

/* Runs body; returns its status, or that of what it threw. */
template <typename Body>
enum status xap_guard(struct status_error *err, Body &&body) noexcept
{
    try {
        return std::forward<Body>(body)();
    } catch (...) {
        return xap_caught(err);
    }
}

#endif
