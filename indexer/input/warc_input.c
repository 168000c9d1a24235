/* Web archives: WARC of any version and ARC. Each response that is an HTML page becomes
 * an article, each text that others drew from one (WET files) too; the rest is passed
 * over. A record that is damaged costs itself: reading goes on at the next one, in a file
 * that is packed record by record at the next gzip member. */
#include "indexer/input/http.h"
#include "indexer/input/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 1 << 16, HEADERS_MAX_BYTES = 1 << 20, TAIL_SIZE = 5 };

struct archive {
    struct reader *reader;
    struct buffer line, headers;
    char tail[TAIL_SIZE]; /* the last bytes of the block before, behind zero bytes */
    struct status_error *err;
};

/* What a record says of itself. */
struct record {
    struct slice type, address, media_type;
    uint64_t size; /* of its block */
    bool is_arc;
};

static bool is_text(struct slice value, const char *text)
{
    return value.size == strlen(text) && strncasecmp(value.data, text, value.size) == 0;
}

static bool begins_with(const struct buffer *line, const char *text)
{
    return line->size >= strlen(text) && strncasecmp(line->data, text, strlen(text)) == 0;
}

static bool parse_size(struct slice text, uint64_t *size)
{
    char digits[24];
    char *end;
    if (text.size == 0 || text.size >= sizeof digits || *text.data == '-')
        return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    *size = strtoull(digits, &end, 10);
    return *end == '\0';
}

/* --- headers --- */

static enum status read_line(struct archive *w, bool *end)
{
    uint64_t too_long;
    enum status status = source_line(w->reader->source, LINE_MAX_BYTES, 1, &w->line,
                                     &too_long, end, w->err);
    struct slice line = slice_trim((struct slice){buffer_text(&w->line), w->line.size});
    if (!status && line.size < w->line.size) {
        memmove(w->line.data, line.data, line.size);
        w->line.size = line.size;
        w->line.data[line.size] = '\0';
    }
    return status;
}

/* `http://site/page 10.0.0.1 20090101120000 text/html 1234`; the last field is the size,
 * in version 2 there are more before it. */
static bool parse_arc_line(struct archive *w, struct record *record)
{
    struct slice fields[11], rest = {buffer_text(&w->line), w->line.size};
    size_t count = 0;
    while (rest.size > 0 && count < 11) {
        const char *blank = memchr(rest.data, ' ', rest.size);
        size_t size = blank ? (size_t)(blank - rest.data) : rest.size;
        fields[count++] = (struct slice){rest.data, size};
        size += blank != NULL;
        rest = (struct slice){rest.data + size, rest.size - size};
    }
    if ((count != 5 && count != 10) || !memmem(fields[0].data, fields[0].size, ":", 1) ||
        fields[2].size < 8 || !parse_size(fields[count - 1], &record->size))
        return false;
    record->is_arc = true;
    record->type = slice_of("response");
    record->address = fields[0];
    record->media_type = fields[3];
    return true;
}

/* Reads the lines of a WARC header up to the empty one. */
static enum status read_headers(struct archive *w, struct record *record, bool *is_one)
{
    bool end = false;
    enum status status = STATUS_OK;
    buffer_clear(&w->headers);
    do {
        status = read_line(w, &end);
        if (!status && w->headers.size < HEADERS_MAX_BYTES) {
            buffer_append(&w->headers, buffer_text(&w->line), w->line.size);
            buffer_append_byte(&w->headers, '\n');
        }
    } while (!status && !end && w->line.size > 0);
    struct slice headers = {buffer_text(&w->headers), w->headers.size};
    struct slice address = http_header(headers, "WARC-Target-URI");
    if (address.size > 2 && *address.data == '<') /* as in drafts of the standard */
        address = (struct slice){address.data + 1, address.size - 2};
    record->type = http_header(headers, "WARC-Type");
    record->address = address;
    record->media_type = http_header(headers, "Content-Type");
    *is_one = parse_size(http_header(headers, "Content-Length"), &record->size);
    if (w->headers.failed)
        return status_no_memory(w->err);
    return status;
}

/* A line that begins a record; the size of the block before may have been some bytes too
 * large, as when line ends were changed, and have taken the beginning of the line. */
static bool begins_record(const struct archive *w)
{
    static const char mark[] = "WARC/";
    for (size_t n = 0; n < sizeof w->tail; n++)
        if (begins_with(&w->line, mark + n) &&
            (n == 0 || (memcmp(w->tail + sizeof w->tail - n, mark, n) == 0 &&
                        w->tail[sizeof w->tail - n - 1] == '\n')))
            return true;
    return false;
}

/* Finds the next record, behind blank lines. What stands there instead is one rejection.
 */
static enum status next_record(struct archive *w, struct record *record, bool *found)
{
    struct reader *r = w->reader;
    bool end = false, lost = false;
    enum status status = STATUS_OK;
    *found = false;
    *record = (struct record){0};
    while (!status && !*found && !end && !r->stopped) {
        uint64_t offset = source_member_bytes(r->source);
        status = read_line(w, &end);
        if (status || end || w->line.size == 0)
            continue;
        bool is_warc = begins_record(w);
        memset(w->tail, 0, sizeof w->tail);
        if (!lost)
            r->place.offset = offset;
        if (is_warc)
            status = read_headers(w, record, found);
        else
            *found = parse_arc_line(w, record);
        if (!*found && !lost && !status) {
            article_reset(&r->article);
            reader_reject_rest(r, is_warc
                                      ? "a record without a Content-Length"
                                      : "bytes that belong to no record of the archive");
            lost = true;
        }
        r->place.offset = *found ? offset : r->place.offset;
    }
    return status;
}

/* --- records --- */

/* Text that was drawn from a page; its first line is the page's title. */
static enum status emit_text(struct archive *w, struct slice text, struct slice address)
{
    enum { TITLE_MAX_BYTES = 200 };
    struct reader *r = w->reader;
    struct slice utf8;
    uint64_t bad = 0;
    enum status status =
        charset_to_utf8(text, (struct slice){0}, r->charset, &r->repaired, &utf8, &bad);
    utf8 = slice_trim(utf8);
    const char *end = memchr(utf8.data, '\n', utf8.size);
    if (!status && end && end - utf8.data <= TITLE_MAX_BYTES) {
        size_t size = (size_t)(end - utf8.data);
        status = article_add_borrowed(&r->article, ARTICLE_TITLE,
                                      slice_trim((struct slice){utf8.data, size}));
        utf8 = slice_trim((struct slice){end, utf8.size - size});
    }
    if (!status && address.size > 0)
        status = article_add(&r->article, ARTICLE_URL, address);
    if (!status && utf8.size > 0)
        status = article_add_borrowed(&r->article, ARTICLE_BODY, utf8);
    return status ? status_no_memory(w->err) : reader_emit(r, bad, w->err);
}

/* Passes over the rest of a block and keeps its last bytes. */
static enum status pass_rest(struct archive *w, uint64_t size)
{
    struct reader *r = w->reader;
    uint64_t last = size < sizeof w->tail ? size : sizeof w->tail;
    enum status status = source_pass(r->source, size - last, w->err);
    buffer_clear(&w->line);
    if (!status)
        status = source_take(r->source, last, &w->line, w->err);
    const struct buffer *end = size > 0 ? &w->line : &r->text;
    size_t n = end->size < sizeof w->tail ? end->size : sizeof w->tail;
    if (n > 0)
        memcpy(w->tail + sizeof w->tail - n, end->data + end->size - n, n);
    return status;
}

/* Addresses are copied: the next line replaces them. */
static enum status read_block(struct archive *w, struct record *record)
{
    struct reader *r = w->reader;
    bool is_response = is_text(record->type, "response");
    bool is_page = is_response || is_text(record->type, "resource");
    bool is_wanted = is_page || is_text(record->type, "conversion");
    uint64_t limit = r->options->limits.article_bytes + HEADERS_MAX_BYTES;
    uint64_t taken = !is_wanted ? 0 : record->size < limit ? record->size : limit;
    article_reset(&r->article);
    char *address =
        arena_copy(&r->article.arena, record->address.data, record->address.size);
    buffer_clear(&r->text);
    enum status status = address ? source_take(r->source, taken, &r->text, w->err)
                                 : status_no_memory(w->err);
    if (!status)
        status = pass_rest(w, record->size - taken);
    struct slice block = {buffer_text(&r->text), r->text.size};
    if (status || !is_wanted || strncasecmp(address, "filedesc:", 9) == 0)
        return status;
    struct page_task task = {.block = block,
                             .media_type = record->media_type,
                             .address = {address, record->address.size}};
    task.is_http = is_response && (!record->is_arc || block.size < 5 ||
                                   strncasecmp(block.data, "HTTP/", 5) == 0);
    if (!is_page)
        return emit_text(w, block, task.address);
    if (!reader_is_page(&task))
        return STATUS_OK;
    r->place.ordinal++;
    if (record->size > limit) {
        reader_reject_size(r, record->size);
        return STATUS_OK;
    }
    task.place = r->place;
    return reader_read_page(r, &task, w->err);
}

/* A member that is damaged is one rejection. */
static enum status go_on(struct archive *w, enum status status)
{
    struct reader *r = w->reader;
    if (status != STATUS_CORRUPT)
        return status;
    article_reset(&r->article);
    struct status_error why = *w->err;
    if (!source_resume(r->source))
        return status;
    reader_reject_rest(r, why.message);
    return STATUS_OK;
}

enum status reader_warc(struct reader *r, struct status_error *err)
{
    struct archive w = {.reader = r, .err = err};
    enum status status = STATUS_OK;
    bool found = true;
    struct buffer *all[] = {&w.line, &w.headers};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buffer_init(all[i], (size_t)1 << 32);
    while (!status && found && !r->stopped) {
        struct record record;
        status = next_record(&w, &record, &found);
        if (!status && found)
            status = read_block(&w, &record);
        if (status == STATUS_CORRUPT) {
            status = go_on(&w, status);
            found = true;
        }
    }
    r->found = true; /* an archive of pictures is none the worse */
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buffer_free(all[i]);
    return status;
}
