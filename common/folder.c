#include "common/folder.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void folder_remove(const char *path)
{
    char *root = strdup(path), *const roots[] = {root, NULL};
    FTS *fts = root ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    for (FTSENT *e; fts && (e = fts_read(fts)) != NULL;)
        if (e->fts_info != FTS_D)
            remove(e->fts_path);
    if (fts)
        fts_close(fts);
    free(root);
}
