/* Web pages: one file, one article. */
#include "indexer/html/attributes.h"
#include "indexer/html/html.h"
#include "indexer/input/http.h"

#include "indexer/input/reader.h"

#include <stdio.h>
#include <strings.h>

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

static bool is_named(struct slice type, const char *name)
{
    return type.size == strlen(name) && strncasecmp(type.data, name, type.size) == 0;
}

static bool is_html(struct slice type, struct slice body)
{
    enum { LOOKED_AT = 512 };
    if (type.size > 0)
        return is_named(type, "text/html") || is_named(type, "application/xhtml+xml");
    size_t size = body.size < LOOKED_AT ? body.size : LOOKED_AT;
    for (size_t i = 0; i + 9 < size; i++)
        if (strncasecmp(body.data + i, "<html", 5) == 0 ||
            strncasecmp(body.data + i, "<!doctype", 9) == 0)
            return true;
    return false;
}

static void parse(const struct page_task *task, struct http_response *response)
{
    *response =
        (struct http_response){.media_type = task->media_type, .body = task->block};
    if (task->is_http)
        http_parse(task->block, response);
}

bool reader_is_page(const struct page_task *task)
{
    struct http_response response;
    parse(task, &response);
    bool is_good =
        response.status == 0 || (response.status >= 200 && response.status < 300);
    return is_good && is_html(response.media_type, response.body);
}

enum status reader_emit_response(struct reader *r, const struct page_task *task,
                                 struct status_error *err)
{
    struct http_response response;
    struct slice body;
    bool cut;
    size_t max_bytes = r->options->limits.article_bytes;
    parse(task, &response);
    if (response.is_unknown) {
        reader_reject(r, "its Content-Encoding is not known (gzip and deflate are)");
        return STATUS_OK;
    }
    enum status status =
        http_body(&response, max_bytes, &r->whole, &r->unpacked, &body, &cut);
    if (status == STATUS_LIMIT) {
        reader_reject_size(r, body.size > max_bytes ? body.size : r->unpacked.size);
        return STATUS_OK;
    }
    if (status)
        return status_no_memory(err);
    if (cut)
        r->sink->warn(r->sink->context, &r->place,
                      "the page breaks off; what there is was taken");
    return reader_emit_page(r, body, response.charset, task->address, err);
}

enum status reader_read_page(struct reader *r, const struct page_task *task,
                             struct status_error *err)
{
    struct page_pool *pool = r->options->pages;
    if (!pool)
        return reader_emit_response(r, task, err);
    reader_tell(r);
    r->found = true;
    if (!page_pool_put(pool, task))
        r->stopped = true;
    return STATUS_OK;
}

enum status reader_html(struct reader *r, struct status_error *err)
{
    bool taken;
    enum status status = reader_take_rest(r, &taken, err);
    if (!taken)
        return status;
    struct page_task task = {.place = r->place,
                             .block = {buffer_text(&r->text), r->text.size}};
    return reader_read_page(r, &task, err);
}
