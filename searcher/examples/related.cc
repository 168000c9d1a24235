// The best hit of a query, and what gives context to it: C++ with handles that free
// themselves.
//
// usage: related INDEX QUERY
#include <pressmark.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

struct closer {
    void operator()(pressmark_searcher *s) const
    {
        pressmark_close(s);
    }
    void operator()(pressmark_results *r) const
    {
        pressmark_results_free(r);
    }
};

using searcher_ptr = std::unique_ptr<pressmark_searcher, closer>;
using results_ptr = std::unique_ptr<pressmark_results, closer>;

static searcher_ptr open_index(const char *path)
{
    pressmark_searcher *searcher;
    pressmark_error err;
    if (pressmark_open(&path, 1, &searcher, &err) != PRESSMARK_OK)
        throw std::runtime_error(err.message);
    return searcher_ptr(searcher);
}

static results_ptr search(const searcher_ptr &searcher, const char *query,
                          const pressmark_search_options &options)
{
    pressmark_results *results;
    pressmark_error err;
    if (pressmark_search(searcher.get(), query, &options, &results, &err) != PRESSMARK_OK)
        throw std::runtime_error(err.message);
    return results_ptr(results);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    try {
        searcher_ptr searcher = open_index(argv[1]);
        pressmark_search_options options = PRESSMARK_SEARCH_OPTIONS_INIT;
        options.limit = 3;
        options.no_snippet = 1;
        results_ptr found = search(searcher, argv[2], options);
        if (pressmark_results_count(found.get()) == 0)
            return 1;
        std::string id = pressmark_hit_text(found.get(), 0, PRESSMARK_ID);
        options.related_to = id.c_str();
        results_ptr related = search(searcher, "", options);
        std::printf("%s\n", pressmark_hit_text(found.get(), 0, PRESSMARK_TITLE));
        for (size_t i = 0; i < pressmark_results_count(related.get()); i++)
            std::printf("  %s\n", pressmark_hit_text(related.get(), i, PRESSMARK_TITLE));
    } catch (const std::exception &e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 2;
    }
}
