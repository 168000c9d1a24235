/* Mail: a mailbox of messages, each behind a line that begins with `From `, or a single
 * message. GMime reads them; text parts become the body, attachments are left out. */
#include "common/date.h"
#include "common/text/utf8.h"
#include "indexer/html/sgml.h"
#include "indexer/input/reader.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>

/* A message at work. */
struct mail {
    struct reader *reader;
    struct buffer body;
    uint64_t bad; /* bytes that were repaired */
};

/* --- parts --- */

static void append_text(struct mail *m, GMimeTextPart *part)
{
    bool html = g_mime_content_type_is_type(
        g_mime_object_get_content_type(GMIME_OBJECT(part)), "text", "html");
    char *text = g_mime_text_part_get_text(part); /* in UTF-8 */
    if (text && m->body.size > 0)
        buffer_append_text(&m->body, "\n\n");
    if (text && html)
        sgml_append_text(&m->body, slice_of(text));
    else if (text)
        buffer_append_text(&m->body, text);
    g_free(text);
}

static bool is_attachment(GMimeObject *part)
{
    const char *disposition = g_mime_object_get_disposition(part);
    return disposition && g_ascii_strcasecmp(disposition, "attachment") == 0;
}

/* Of several forms of the same content the plain text is taken. */
static GMimeObject *choose_form(GMimeMultipart *multipart)
{
    int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; i++) {
        GMimeObject *part = g_mime_multipart_get_part(multipart, i);
        if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text",
                                        "plain"))
            return part;
    }
    return count > 0 ? g_mime_multipart_get_part(multipart, count - 1) : NULL;
}

static void append_part(struct mail *m, GMimeObject *part, unsigned depth)
{
    enum { DEPTH_MAX = 30 };
    if (!part || depth > DEPTH_MAX || is_attachment(part))
        return;
    if (GMIME_IS_TEXT_PART(part)) {
        append_text(m, GMIME_TEXT_PART(part));
    } else if (GMIME_IS_MULTIPART(part)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(part);
        if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "multipart",
                                        "alternative")) {
            append_part(m, choose_form(multipart), depth + 1);
            return;
        }
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            append_part(m, g_mime_multipart_get_part(multipart, i), depth + 1);
    }
}

/* --- headers --- */

static enum status add(struct mail *m, enum article_field field, const char *text)
{
    struct slice value = slice_trim(slice_of(text ? text : ""));
    struct buffer *repaired = &m->reader->repaired;
    if (value.size == 0)
        return STATUS_OK;
    if (utf8_valid_prefix(value.data, value.size) < value.size) {
        buffer_clear(repaired);
        if (utf8_append_repaired(repaired, value, &m->bad))
            return STATUS_NO_MEMORY;
        value = (struct slice){repaired->data, repaired->size};
    }
    return article_add(&m->reader->article, field, value);
}

/* A folded header is one line. */
static enum status add_title(struct mail *m, const char *subject)
{
    struct buffer *line = &m->body; /* is filled later */
    buffer_clear(line);
    for (const char *c = subject ? subject : ""; *c; c++) {
        bool blank = *c == ' ' || *c == '\t' || *c == '\r' || *c == '\n';
        if (!blank)
            buffer_append_byte(line, *c);
        else if (line->size > 0 && line->data[line->size - 1] != ' ')
            buffer_append_byte(line, ' ');
    }
    return line->failed ? line->failed : add(m, ARTICLE_TITLE, buffer_text(line));
}

static enum status add_authors(struct mail *m, GMimeMessage *message)
{
    InternetAddressList *from = g_mime_message_get_from(message);
    enum status status = STATUS_OK;
    for (int i = 0; from && i < internet_address_list_length(from) && !status; i++) {
        InternetAddress *a = internet_address_list_get_address(from, i);
        const char *name = internet_address_get_name(a);
        if ((!name || !*name) && INTERNET_ADDRESS_IS_MAILBOX(a))
            name = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(a));
        status = add(m, ARTICLE_AUTHOR, name);
    }
    return status;
}

static enum status add_date(struct mail *m, GMimeMessage *message)
{
    char text[DATE_TEXT_SIZE];
    GDateTime *date = g_mime_message_get_date(message);
    return date ? add(m, ARTICLE_DATE, date_format(g_date_time_to_unix(date), text))
                : STATUS_OK;
}

static enum status fill(struct mail *m, GMimeMessage *message)
{
    enum status status = add(m, ARTICLE_ID, g_mime_message_get_message_id(message));
    if (!status)
        status = add_title(m, g_mime_message_get_subject(message));
    if (!status)
        status = add_authors(m, message);
    if (!status)
        status = add_date(m, message);
    buffer_clear(&m->body);
    append_part(m, g_mime_message_get_mime_part(message), 0);
    return status ? status : add(m, ARTICLE_BODY, buffer_text(&m->body));
}

/* --- messages --- */

static enum status emit_message(struct mail *m, uint64_t size, struct status_error *err)
{
    struct reader *r = m->reader;
    article_reset(&r->article);
    r->place.ordinal++;
    m->bad = 0;
    if (size > r->options->limits.article_bytes) {
        reader_reject_size(r, size);
        return STATUS_OK;
    }
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(r->text.data, r->text.size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    enum status status = message ? fill(m, message) : STATUS_OK;
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    if (status == STATUS_LIMIT) {
        reader_reject(r, "a list in it has more than 10,000 values");
        return STATUS_OK;
    }
    if (status || m->body.failed)
        return status_no_memory(err);
    if (message)
        return reader_emit(r, m->bad, err);
    reader_reject(r, "it is no message: it has no header");
    return STATUS_OK;
}

static bool begins_with(const struct buffer *line, const char *text)
{
    size_t size = strlen(text);
    return line->size >= size && memcmp(line->data, text, size) == 0;
}

/* A message ends where an empty line and one with `From ` follow. In a mailbox such a
 * line of a message has a `>` in front. */
static enum status read_messages(struct mail *m, struct buffer *line,
                                 struct status_error *err)
{
    struct reader *r = m->reader;
    bool end = false, after_empty = true, any = false, mailbox = false;
    uint64_t size = 0, too_long;
    for (uint64_t number = 1; !r->stopped; number++) {
        uint64_t start = source_member_bytes(r->source);
        enum status status = source_line(r->source, r->options->limits.article_bytes, 1,
                                         line, &too_long, &end, err);
        bool begins = !status && !end && after_empty && begins_with(line, "From ");
        if (!status && any && (begins || end))
            status = emit_message(m, size, err);
        if (status || end)
            return status;
        after_empty = line->size == 0 || begins_with(line, "\r");
        if (begins || (!any && !after_empty)) {
            buffer_clear(&r->text);
            size = 0;
            any = true;
            mailbox |= begins;
            r->place.line = number;
            r->place.offset = start;
        }
        size += too_long > 0 ? too_long : line->size + 1;
        if (begins || !any || size > r->options->limits.article_bytes)
            continue;
        size_t quoted = mailbox && begins_with(line, ">From ");
        buffer_append(&r->text, line->data + quoted, line->size - quoted);
        buffer_append_byte(&r->text, '\n');
        if (r->text.failed)
            return status_no_memory(err);
    }
    return STATUS_OK;
}

static void start_library(void)
{
    g_mime_init();
}

enum status reader_mbox(struct reader *r, struct status_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct mail m = {.reader = r};
    struct buffer line;
    pthread_once(&once, start_library);
    buffer_init(&m.body, (size_t)1 << 40);
    buffer_init(&line, (size_t)1 << 40);
    enum status status = read_messages(&m, &line, err);
    buffer_free(&m.body);
    buffer_free(&line);
    return status;
}
