#include "searcher/cli/choices.h"

#include <stddef.h>
#include <string.h>

/* The number of the name in `a|b|c`, from 0; -1 when it is none of them. */
static int number_of(const char *choices, const char *name)
{
    for (int i = 0; name; i++) {
        size_t size = strcspn(choices, "|");
        if (strlen(name) == size && memcmp(choices, name, size) == 0)
            return i;
        if (choices[size] == '\0')
            break;
        choices += size + 1;
    }
    return -1;
}

/* What the public header numbers as the names stand in the lists. */
_Static_assert(PRESSMARK_SORT_NEWEST == 1 && PRESSMARK_SORT_OLDEST == 2 &&
                   PRESSMARK_DIALECT_FACTIVA == 1 && PRESSMARK_COLLAPSE_NONE == 1 &&
                   PRESSMARK_TIMELINE_DAY == 1 && PRESSMARK_TIMELINE_YEAR == 4,
               "names and numbers are tied");

static unsigned or_first(int number)
{
    return number < 0 ? 0 : (unsigned)number;
}

enum pressmark_sort choice_sort(const char *name)
{
    return (enum pressmark_sort)or_first(number_of(CHOICES_SORT, name));
}

enum pressmark_dialect choice_dialect(const char *name)
{
    return (enum pressmark_dialect)or_first(number_of(CHOICES_DIALECT, name));
}

enum pressmark_collapse choice_collapse(const char *name)
{
    return (enum pressmark_collapse)or_first(number_of(CHOICES_COLLAPSE, name));
}

enum pressmark_timeline choice_timeline(const char *name)
{
    return (enum pressmark_timeline)(number_of(CHOICES_TIMELINE, name) + 1);
}
