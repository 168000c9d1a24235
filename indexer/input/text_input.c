#include "indexer/input/reader.h"

/* A first line that is longer is no title. */
enum { TITLE_MAX_BYTES = 200 };

/* If the first line is short and followed by a blank one, it is the title. */
static void split_title(struct slice text, struct slice *title, struct slice *body)
{
    *title = (struct slice){0};
    *body = text;
    const char *newline = memchr(text.data, '\n', text.size);
    if (!newline)
        return;
    struct slice line =
        slice_trim((struct slice){text.data, (size_t)(newline - text.data)});
    const char *at = newline + 1;
    const char *end = text.data + text.size;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    if (line.size == 0 || line.size > TITLE_MAX_BYTES || at == end || *at != '\n')
        return;
    *title = line;
    *body = slice_trim((struct slice){at, (size_t)(end - at)});
}

enum status reader_text(struct reader *r, struct status_error *err)
{
    uint64_t bad = 0;
    bool taken;
    r->place.line = 1;
    enum status status = reader_take_rest(r, &taken, err);
    if (!taken)
        return status;
    struct slice text = {buffer_text(&r->text), r->text.size};
    r->charset[0] = '\0';
    if (charset_to_utf8(text, (struct slice){0}, r->charset, &r->repaired, &text, &bad))
        return status_no_memory(err);
    if (slice_trim(text).size == 0)
        return STATUS_OK;
    struct slice title, body;
    split_title(slice_trim(text), &title, &body);
    if (title.size > 0)
        status = article_set_borrowed(&r->article, ARTICLE_TITLE, title);
    if (!status)
        status = article_set_borrowed(&r->article, ARTICLE_BODY, body);
    return status ? status_no_memory(err) : reader_emit(r, bad, err);
}
