#include "searcher/match/names.h"

#include <stddef.h>

struct name_spelling {
    const char *text;
    unsigned line;
};

#include "name_variants.inc"

const char *names_like(struct slice folded)
{
    size_t low = 0, high = sizeof name_spellings / sizeof *name_spellings;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(folded, slice_of(name_spellings[middle].text));
        if (order == 0)
            return name_lines[name_spellings[middle].line];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
