/* pages.h - large zeroed memory that is read here and there, in large pages where the
 * kernel has them: each access then needs one lookup of an address less. */
#ifndef COMMON_PAGES_H
#define COMMON_PAGES_H

#include <stddef.h>

/* NULL when there is no memory. Small sizes are fine too. */
void *pages_alloc(size_t size);

/* size: as it was allocated. */
void pages_free(void *pages, size_t size);

#endif
