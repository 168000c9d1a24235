#include "common/xapian/guard.hh"
#include "common/xapian/xap.h"

#include <new>

struct xap_stemmer {
    Xapian::Stem stem;
};

enum status xap_stemmer_new(const char *language, struct xap_stemmer **out,
                            struct status_error *err)
{
    *out = nullptr;
    enum status status = xap_guard(err, [&] {
        *out = new xap_stemmer{Xapian::Stem(language)};
        return STATUS_OK;
    });
    if (status == STATUS_ARGUMENT)
        return status_set(
            err, status,
            "there is no stemmer for the language '%s'; there are: ar, ca, da, de, "
            "en, es, eu, fi, fr, ga, hu, hy, id, it, lt, ne, nl, no, pt, ro, ru, "
            "sv, ta, tr, and none",
            language);
    return status;
}

void xap_stemmer_free(struct xap_stemmer *s)
{
    delete s;
}

size_t xap_stem(struct xap_stemmer *s, struct slice word, char *out)
{
    size_t size = 0;
    xap_guard(nullptr, [&] {
        std::string stem = s->stem(std::string(word.data, word.size));
        if (!stem.empty() && stem.size() <= word.size)
            size = stem.copy(out, stem.size());
        return STATUS_OK;
    });
    return size > 0 ? size : (memcpy(out, word.data, word.size), word.size);
}

const char *xap_version(void)
{
    return Xapian::version_string();
}
