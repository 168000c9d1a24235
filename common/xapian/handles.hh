/* handles.hh - what the C handles are inside. */
#ifndef COMMON_XAPIAN_HANDLES_HH
#define COMMON_XAPIAN_HANDLES_HH

#include "common/xapian/xap.h"

#include <string>
#include <xapian.h>

struct xap_reader {
    Xapian::Database db;
    bool writable = false; /* a writer's own view, which has no revision */
};

static inline std::string text_of(struct slice s)
{
    return std::string(s.data ? s.data : "", s.size);
}

struct xap_document {
    Xapian::Document doc;
};

struct xap_query {
    Xapian::Query query;
};

#endif
