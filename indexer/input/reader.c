#include "indexer/input/reader.h"

#include "common/date.h"
#include "common/hash.h"
#include "common/text/utf8.h"
#include "common/text/zones.h"
#include "indexer/input/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* Reports what was read since the last time. */
void reader_tell(struct reader *r)
{
    if (!r->source) /* it reads single pages for another */
        return;
    uint64_t packed = source_packed_bytes(r->source);
    uint64_t plain = source_plain_bytes(r->source);
    r->sink->bytes(r->sink->context, packed - r->packed_told, plain - r->plain_told);
    r->packed_told = packed;
    r->plain_told = plain;
}

/* What a pool has of the same source comes first. */
static void keep_order(struct reader *r)
{
    struct status_error err; /* the pool keeps it too */
    if (r->source && r->options->pages)
        page_pool_drain(r->options->pages, &err);
}

void reader_reject(struct reader *r, const char *reason)
{
    keep_order(r);
    struct slice id = article_text(&r->article, ARTICLE_ID);
    r->found = true;
    if (!r->sink->reject(r->sink->context, &r->place, id, reason))
        r->stopped = true;
}

void reader_reject_rest(struct reader *r, const char *reason)
{
    r->place.is_rest = true;
    reader_reject(r, reason);
    r->place.is_rest = false;
}

void reader_reject_size(struct reader *r, uint64_t bytes)
{
    char reason[160];
    snprintf(reason, sizeof reason,
             "the article has %" PRIu64 " bytes; the limit is %" PRIu64
             " (--max-article raises it)",
             bytes, r->options->limits.article_bytes);
    reader_reject(r, reason);
}

enum status reader_take_rest(struct reader *r, bool *taken, struct status_error *err)
{
    uint64_t too_long = 0;
    enum status status = source_rest(r->source, r->options->limits.article_bytes,
                                     &r->text, &too_long, err);
    *taken = !status && too_long == 0;
    if (!status && too_long)
        reader_reject_size(r, too_long);
    return status;
}

static uint64_t content_number(const struct article *a)
{
    struct slice title = article_text(a, ARTICLE_TITLE);
    struct slice body = article_text(a, ARTICLE_BODY);
    return hash_bytes(title.data, title.size) * 31 + hash_bytes(body.data, body.size);
}

/* The id of an article that has none: its URL, else where it stands. */
static enum status set_id(struct reader *r)
{
    struct article *a = &r->article;
    struct slice id = slice_trim(article_text(a, ARTICLE_ID));
    if (id.size > 0)
        return article_set_borrowed(a, ARTICLE_ID, id);
    id = article_text(a, ARTICLE_URL);
    if (id.size > 0)
        return article_set_borrowed(a, ARTICLE_ID, id);
    char place[ARTICLE_ID_MAX];
    if (strcmp(r->place.source, "-") == 0) /* its ordinals mean nothing in the next run */
        snprintf(place, sizeof place, "-#%016" PRIx64, content_number(a));
    else if (r->place.ordinal > 0)
        snprintf(place, sizeof place, "%s#%" PRIu64, r->place.source, r->place.ordinal);
    else
        snprintf(place, sizeof place, "%s", r->place.source);
    a->fields[ARTICLE_ID].count = 0;
    struct buffer id_text = BUFFER_INIT(3 * sizeof place); /* a path may be any bytes */
    uint64_t bad = 0;
    enum status status = utf8_append_repaired(&id_text, slice_of(place), &bad);
    if (!status)
        status = article_add(a, ARTICLE_ID, (struct slice){id_text.data, id_text.size});
    buffer_free(&id_text);
    return status;
}

/* The values of DATE or UPDATED become one moment; a date that cannot be is dropped. */
static enum status set_date(struct reader *r, enum article_field field)
{
    int64_t moment = DATE_NONE;
    struct slice text = article_text(&r->article, field);
    if (text.size > 0 && !date_parse(text.data, text.size, &moment)) {
        char warning[160];
        int n = (int)(text.size < 60 ? text.size : 60);
        snprintf(warning, sizeof warning, "the %s '%.*s' is not a date; it was left out",
                 article_field_key(field), n, text.data);
        r->sink->warn(r->sink->context, &r->place, warning);
        moment = DATE_NONE;
    }
    return article_set_date(&r->article, field, moment);
}

/* Cuts the final `Read more:` block off the body; its headlines become related. */
static enum status cut_related(struct reader *r)
{
    struct slice body = article_text(&r->article, ARTICLE_BODY);
    struct text_spans items = {0};
    size_t size;
    enum status status = text_find_related(body, &items, &size);
    for (size_t i = 0; i < items.count && !status; i++) {
        struct slice item = {body.data + items.items[i].start,
                             items.items[i].end - items.items[i].start};
        status = article_add_borrowed(&r->article, ARTICLE_RELATED, item);
        if (!status)
            status =
                article_add_borrowed(&r->article, ARTICLE_RELATED_URL, (struct slice){0});
    }
    free(items.items);
    if (!status && size < body.size)
        status = article_set_borrowed(&r->article, ARTICLE_BODY,
                                      (struct slice){body.data, size});
    return status;
}

/* What headers of others hold, and what parsers of XML recover, may be any bytes. */
static enum status repair_values(struct reader *r, uint64_t *bad)
{
    struct article *a = &r->article;
    enum status status = STATUS_OK;
    for (int f = 0; f < ARTICLE_FIELD_COUNT && !r->is_json; f++)
        for (size_t i = 0; i < a->fields[f].count && !status; i++) {
            struct slice *value = &a->fields[f].items[i];
            struct buffer good = BUFFER_INIT((size_t)1 << 40);
            if (utf8_valid_prefix(value->data, value->size) == value->size)
                continue;
            status = utf8_append_repaired(&good, *value, bad);
            value->data = arena_copy(&a->arena, buffer_text(&good), good.size);
            value->size = good.size;
            status = value->data ? status : STATUS_NO_MEMORY;
            buffer_free(&good);
        }
    return status;
}

/* A body that came as a list of paragraphs. */
static enum status join_body(struct reader *r)
{
    const struct article_values *parts = &r->article.fields[ARTICLE_BODY];
    if (parts->count < 2)
        return STATUS_OK;
    buffer_clear(&r->joined);
    for (size_t i = 0; i < parts->count; i++) {
        if (i > 0)
            buffer_append_text(&r->joined, "\n\n");
        buffer_append(&r->joined, parts->items[i].data, parts->items[i].size);
    }
    if (r->joined.failed)
        return STATUS_NO_MEMORY;
    return article_set_borrowed(&r->article, ARTICLE_BODY,
                                (struct slice){r->joined.data, r->joined.size});
}

static bool begins_with(struct slice text, const char *start)
{
    size_t size = strlen(start);
    return text.size > size && strncasecmp(text.data, start, size) == 0;
}

/* Of `By Ann Lund, The Post` in an article of The Post the name. */
static struct slice name_of(struct slice author, struct slice source)
{
    author = slice_trim(author);
    if (begins_with(author, "by "))
        author = slice_trim((struct slice){author.data + 3, author.size - 3});
    if (source.size == 0 || author.size <= source.size + 1)
        return author;
    size_t rest = author.size - source.size;
    struct slice name = slice_trim((struct slice){author.data, rest});
    bool is_behind = strncasecmp(author.data + rest, source.data, source.size) == 0 &&
                     name.size > 1 && name.data[name.size - 1] == ',';
    return is_behind ? slice_trim((struct slice){name.data, name.size - 1}) : author;
}

static void clean_authors(struct article *a)
{
    struct article_values *authors = &a->fields[ARTICLE_AUTHOR];
    for (size_t i = 0; i < authors->count; i++)
        authors->items[i] = name_of(authors->items[i], article_text(a, ARTICLE_SOURCE));
}

static uint64_t count_words(struct slice text)
{
    uint64_t words = 0;
    bool blank = true;
    for (size_t i = 0; i < text.size; i++) {
        bool next = slice_is_blank(text.data[i]);
        words += blank && !next;
        blank = next;
    }
    return words;
}

/* Rejects it then. */
static bool has_too_many_words(struct reader *r)
{
    uint64_t max = r->options->limits.article_words, words = 0;
    char reason[160];
    if (max > 0)
        words = count_words(article_text(&r->article, ARTICLE_TITLE)) +
                count_words(article_text(&r->article, ARTICLE_BODY));
    if (words <= max)
        return false;
    snprintf(reason, sizeof reason,
             "the article has %" PRIu64 " words; the limit is %" PRIu64
             " (--max-words raises it)",
             words, max);
    reader_reject(r, reason);
    return true;
}

static bool is_empty(struct slice s)
{
    return slice_trim(s).size == 0;
}

enum status reader_emit(struct reader *r, uint64_t bad_bytes, struct status_error *err)
{
    struct article *a = &r->article;
    char text[160];
    if (is_empty(article_text(a, ARTICLE_TITLE)) &&
        is_empty(article_text(a, ARTICLE_BODY))) {
        reader_reject(r, "it has neither a title nor a body");
        return STATUS_OK;
    }
    enum status status = repair_values(r, &bad_bytes);
    if (!status)
        status = join_body(r);
    clean_authors(a);
    if (!status && has_too_many_words(r))
        return STATUS_OK;
    if (!status)
        status = set_id(r);
    if (!status && article_text(a, ARTICLE_ID).size > ARTICLE_ID_MAX) {
        snprintf(text, sizeof text, "its id has %zu bytes; the limit is %d",
                 article_text(a, ARTICLE_ID).size, ARTICLE_ID_MAX);
        reader_reject(r, text);
        return STATUS_OK;
    }
    if (!status)
        status = set_date(r, ARTICLE_DATE);
    if (!status)
        status = set_date(r, ARTICLE_UPDATED);
    if (!status)
        status = cut_related(r);
    if (status == STATUS_LIMIT) {
        reader_reject(r, "a list in it has more than 10,000 values");
        return STATUS_OK;
    }
    if (status)
        return status_no_memory(err);
    if (bad_bytes > 0) {
        snprintf(text, sizeof text, "bad bytes that U+FFFD replaces: %" PRIu64,
                 bad_bytes);
        r->sink->warn(r->sink->context, &r->place, text);
    }
    reader_tell(r);
    keep_order(r);
    r->found = true;
    r->place.charset = r->wide[0] ? r->wide : r->charset;
    if (r->place.charset[0] == '\0' || strcmp(r->place.charset, "utf-8") == 0)
        r->place.charset = NULL;
    if (!r->sink->article(r->sink->context, a, &r->place))
        r->stopped = true;
    return STATUS_OK;
}

/* --- choosing the format --- */

/* A name tells the format, but for text, which may be marked up. */
static enum status find_format(struct reader *r, bool is_converted,
                               enum input_format *format, struct status_error *err)
{
    enum input_format named = is_converted ? INPUT_AUTO : format_of_name(r->place.source);
    struct slice head;
    *format = r->options->format != INPUT_AUTO ? r->options->format : named;
    if (*format != INPUT_AUTO &&
        (*format != INPUT_TEXT || r->options->format != INPUT_AUTO))
        return STATUS_OK;
    enum status status = source_peek(r->source, &head, err);
    if (status)
        return status;
    if (named != INPUT_TEXT)
        *format = head.size == 0 ? INPUT_TEXT : format_of_content(head);
    else if (format_is_markup(head) && format_of_markup(head) != INPUT_AUTO)
        *format = format_of_markup(head);
    if (*format != INPUT_AUTO)
        return STATUS_OK;
    return status_set(err, STATUS_INVALID,
                      "'%s' is in no format that is known: give one with --format, "
                      "or a program that makes text of it with --filter",
                      r->place.source);
}

static enum status read_as(struct reader *r, enum input_format format,
                           struct status_error *err)
{
    bool is_pages = format == INPUT_HTML || format == INPUT_WARC;
    r->is_json = format == INPUT_JSON || format == INPUT_JSONL;
    if (r->options->pages && !is_pages && page_pool_drain(r->options->pages, err))
        return STATUS_NO_MEMORY; /* all go on in the order of the files */
    switch (format) {
    case INPUT_TEXT:
        return reader_text(r, err);
    case INPUT_JSON:
        return reader_json(r, err);
    case INPUT_CSV:
    case INPUT_TSV:
        return reader_table(r, format == INPUT_TSV, err);
    case INPUT_TREC:
    case INPUT_REUTERS:
        return reader_sgml(r, format == INPUT_REUTERS, err);
    case INPUT_FEED:
        return reader_feed(r, err);
    case INPUT_MBOX:
        return reader_mbox(r, err);
    case INPUT_NEWSML:
        return reader_newsml(r, err);
    case INPUT_HTML:
        return reader_html(r, err);
    case INPUT_WARC:
        return reader_warc(r, err);
    case INPUT_MEDIAWIKI:
        return reader_mediawiki(r, err);
    default:
        return reader_jsonl(r, err);
    }
}

/* Text of two or four bytes a character is decoded as it is read, but for XML, whose
 * parser does that itself. */
static enum status decode_wide(struct reader *r, struct status_error *err)
{
    struct slice head;
    enum status status = source_peek(r->source, &head, err);
    size_t mark = status ? 0 : charset_of_mark(head, r->wide);
    size_t first = mark;
    while (mark > 0 && first < head.size && head.data[first] == '\0')
        first++;
    if (status || mark == 0 || (first < head.size && head.data[first] == '<')) {
        r->wide[0] = '\0';
        return status;
    }
    source_skip(r->source, mark);
    return source_decode(r->source, r->wide, err);
}

/* What a converter makes of a member is read in its place. */
static enum status convert(struct reader *r, bool *is_converted, struct status_error *err)
{
    const struct converters *c = &r->options->converters;
    const struct converter *found = converters_find(c, r->place.source);
    if (!found)
        return STATUS_OK;
    *is_converted = true;
    buffer_clear(&r->converted);
    struct status_error why;
    enum status status =
        converter_run(found, c->timeout_s, (size_t)r->options->limits.article_bytes,
                      r->source, &r->converted, &why);
    source_replace(r->source,
                   (struct slice){buffer_text(&r->converted), r->converted.size});
    return status ? status_set(err, status, "'%s': %s", r->place.source, why.message)
                  : STATUS_OK;
}

static enum status read_member(struct reader *r, struct status_error *err)
{
    enum input_format format = INPUT_AUTO;
    r->found = false;
    r->charset[0] = r->wide[0] = '\0';
    bool is_converted = false;
    enum status status = convert(r, &is_converted, err);
    if (!status)
        status = decode_wide(r, err);
    if (!status)
        status = find_format(r, is_converted, &format, err);
    if (!status)
        status = read_as(r, format, err);
    if (!status && !r->found && !r->stopped)
        reader_reject(r, "there is no article in it");
    return status;
}

static void begin_member(struct reader *r)
{
    r->place = (struct input_place){.source = source_name(r->source)};
    article_reset(&r->article);
    buffer_clear(&r->text);
    buffer_clear(&r->repaired);
}

/* What is wrong with one member of an archive keeps nothing from the others. */
static enum status read_members(struct reader *r, struct status_error *err)
{
    enum status status = STATUS_OK;
    bool found = false, any = false;
    do {
        status = source_next(r->source, &found, err);
        begin_member(r);
        if (!status && found)
            status = read_member(r, err);
        any |= status || found;
        bool of_member = status == STATUS_CORRUPT || status == STATUS_INVALID;
        if (of_member && source_is_member(r->source) && source_goes_on(r->source)) {
            begin_member(r);
            reader_reject_rest(r, err->message);
            status = STATUS_OK;
            found = true;
        }
    } while (!status && found && !r->stopped);
    if (!any)
        reader_reject(r, "there is no article in it");
    return status;
}

static enum status read_source(struct reader *r, struct status_error *err)
{
    buffer_init(&r->text, (size_t)1 << 40);
    buffer_init(&r->repaired, (size_t)1 << 40);
    buffer_init(&r->joined, (size_t)1 << 40);
    buffer_init(&r->converted, (size_t)1 << 40);
    buffer_init(&r->whole, (size_t)1 << 40);
    buffer_init(&r->unpacked, (size_t)1 << 40);
    article_init(&r->article);
    enum status status = read_members(r, err);
    reader_tell(r);
    article_free(&r->article);
    buffer_free(&r->text);
    buffer_free(&r->repaired);
    buffer_free(&r->joined);
    buffer_free(&r->converted);
    buffer_free(&r->whole);
    buffer_free(&r->unpacked);
    html_free(&r->html);
    source_close(r->source);
    return status;
}

enum status input_read(const char *path, const struct input_options *options,
                       const struct input_sink *sink, struct status_error *err)
{
    struct reader r = {.options = options, .sink = sink, .place = {.source = path}};
    enum status status = source_open(path, &r.source, err);
    if (!status)
        source_limit(r.source, options->limits.file_bytes);
    return status ? status : read_source(&r, err);
}

enum status input_follow(const struct input_options *options,
                         const struct input_sink *sink, void (*wait)(void *context),
                         struct status_error *err)
{
    struct input_options lines = *options;
    struct reader r = {.options = &lines, .sink = sink, .place = {.source = "-"}};
    lines.format = INPUT_JSONL;
    enum status status = source_open_stream(wait, sink->context, &r.source, err);
    return status ? status : read_source(&r, err);
}
