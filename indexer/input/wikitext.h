/* wikitext.h - the text of a MediaWiki page without its markup. */
#ifndef INDEXER_INPUT_WIKITEXT_H
#define INDEXER_INPUT_WIKITEXT_H

#include "common/buffer.h"
#include "common/slice.h"

#include <stdbool.h>

/* What a link is for, by the name before its colon. */
enum wikitext_link {
    WIKITEXT_PAGE,
    WIKITEXT_FILE,
    WIKITEXT_CATEGORY,
    WIKITEXT_ELSEWHERE
};

struct wikitext_site {
    /* What the wiki uses a name such as `File` or `de` for. */
    enum wikitext_link (*link_of)(void *context, struct slice name);
    /* Takes the name of a category. */
    enum status (*category)(void *context, struct slice name);
    void *context;
};

/* Appends the text: paragraphs, headings and lists in lines of their own, the cells of a
 * row set apart by tabs. Templates, references, files and formulas are left out; of the
 * few templates that set text the text stays. Never more than the text's size. */
enum status wikitext_append(struct buffer *out, struct slice text,
                            const struct wikitext_site *site);

#endif
