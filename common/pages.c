#include "common/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20 };

static size_t rounded(size_t size)
{
    return (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
}

/* A mapping begins anywhere: one that is a page longer has an aligned part. */
void *pages_alloc(size_t size)
{
    if (size < LARGE_PAGE)
        return calloc(1, size ? size : 1);
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = rounded(size), mapped = need + LARGE_PAGE;
    char *start = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    size_t before = (size_t)(-(uintptr_t)start % LARGE_PAGE);
    if (before > 0)
        munmap(start, before);
    munmap(start + before + need, LARGE_PAGE - before);
    madvise(start + before, need, MADV_HUGEPAGE); /* advice: it may not be taken */
    return start + before;
}

void pages_free(void *pages, size_t size)
{
    if (!pages)
        return;
    if (size < LARGE_PAGE)
        free(pages);
    else
        munmap(pages, rounded(size));
}
