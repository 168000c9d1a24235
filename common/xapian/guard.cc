#include "common/xapian/guard.hh"

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

static bool mentions(const Xapian::Error &e, int errnum)
{
    const char *text = e.get_error_string();
    return text && std::strcmp(text, std::strerror(errnum)) == 0;
}

/* Xapian::Error has no base class; its type name is a stable string. */
static enum status status_of(const Xapian::Error &e)
{
    static const struct {
        const char *type;
        enum status code;
    } map[] = {
        {"DatabaseNotFoundError", STATUS_NOT_FOUND},
        {"DatabaseVersionError", STATUS_VERSION},
        {"DatabaseLockError", STATUS_LOCKED},
        {"DatabaseCorruptError", STATUS_CORRUPT},
        {"SerialisationError", STATUS_CORRUPT},
        {"DatabaseModifiedError", STATUS_STALE},
        {"InvalidArgumentError", STATUS_ARGUMENT},
        {"NetworkError", STATUS_IO},
        {"NetworkTimeoutError", STATUS_IO},
        {"UnimplementedError", STATUS_UNSUPPORTED},
        {"FeatureUnavailableError", STATUS_UNSUPPORTED},
    };
    if (mentions(e, ENOSPC) || mentions(e, EDQUOT))
        return STATUS_NO_SPACE;
    for (const auto &row : map)
        if (std::strcmp(e.get_type(), row.type) == 0)
            return row.code;
    if (e.get_error_string())
        return STATUS_IO;
    return std::strncmp(e.get_type(), "Database", 8) == 0 ? STATUS_IO : STATUS_INTERNAL;
}

static enum status report(struct status_error *err, const Xapian::Error &e)
{
    const char *reason = e.get_error_string();
    const std::string &context = e.get_context();
    return status_set(err, status_of(e), "%s%s%s%s%s", e.get_msg().c_str(),
                      reason ? ": " : "", reason ? reason : "",
                      context.empty() ? "" : ", ", context.c_str());
}

/* Rethrows to find out what it was; formatting may itself run out of memory. */
enum status xap_caught(struct status_error *err) noexcept
{
    try {
        try {
            throw;
        } catch (const Xapian::Error &e) {
            return report(err, e);
        } catch (const std::bad_alloc &) {
            return status_no_memory(err);
        } catch (const std::length_error &) {
            return status_no_memory(err);
        } catch (const std::exception &e) {
            return status_set(err, STATUS_INTERNAL, "%s", e.what());
        } catch (...) {
            return status_set(err, STATUS_INTERNAL, "an unknown exception");
        }
    } catch (...) {
        return status_no_memory(err);
    }
}
