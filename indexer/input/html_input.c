/* Web pages: one file, one article. */
#include "indexer/html/attributes.h"
#include "indexer/html/html.h"

#include "indexer/input/reader.h"

#include <stdio.h>

enum status reader_emit_page(struct reader *r, struct slice page, struct slice declared,
                             struct slice address, struct status_error *err)
{
    struct slice text;
    uint64_t bad = 0;
    struct page_limits limits = {.nesting = r->options->limits.nesting};
    if (declared.size == 0)
        declared = charset_of_html(page);
    r->charset[0] = '\0';
    enum status status =
        charset_to_utf8(page, declared, r->charset, &r->repaired, &text, &bad);
    if (!status)
        status = html_read(&r->html, text, address, &limits, &r->article);
    if (status == STATUS_LIMIT) {
        char reason[160];
        snprintf(reason, sizeof reason,
                 "elements in elements, more than %u deep (--max-nesting raises it), or "
                 "a tag with more than %d attributes",
                 limits.nesting, ATTRIBUTES_MAX);
        reader_reject(r, reason);
        return STATUS_OK;
    }
    return status ? status_no_memory(err) : reader_emit(r, bad, err);
}

enum status reader_html(struct reader *r, struct status_error *err)
{
    uint64_t too_long;
    enum status status = source_rest(r->source, r->options->limits.article_bytes,
                                     &r->text, &too_long, err);
    if (status)
        return status;
    if (too_long) {
        reader_reject_size(r, too_long);
        return STATUS_OK;
    }
    struct slice page = {buffer_text(&r->text), r->text.size};
    return reader_emit_page(r, page, (struct slice){0}, (struct slice){0}, err);
}
