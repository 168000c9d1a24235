#include "common/text/utf8.h"
#include "indexer/input/json_parser.h"
#include "indexer/input/reader.h"

#include <string.h>

/* The keys of one object on their way into an article. */
struct intake {
    struct reader *reader;
    unsigned best_rank[ARTICLE_FIELD_COUNT]; /* of the names seen for a field; 0: none */
    uint64_t bad_bytes;
};

static bool wants_key(void *context, struct slice key)
{
    const struct intake *in = context;
    enum article_field field;
    unsigned rank;
    if (!field_of_key(&in->reader->options->map, key, &field, &rank))
        return false;
    return in->best_rank[field] == 0 || rank + 1 <= in->best_rank[field];
}

/* The better name for a field wins, once it has a value; equal names add to a list. */
static void prefer(struct intake *in, enum article_field field, unsigned rank)
{
    struct article *a = &in->reader->article;
    if (in->best_rank[field] != rank + 1) {
        a->fields[field].count = 0;
        if (field == ARTICLE_RELATED)
            a->fields[ARTICLE_RELATED_URL].count = 0;
    }
    in->best_rank[field] = rank + 1;
}

/* A zero byte (an escaped U+0000) is no text: it becomes U+FFFD, as any bad byte. */
static enum status add_without_zeros(struct intake *in, enum article_field field,
                                     struct slice text)
{
    struct buffer *repaired = &in->reader->repaired;
    buffer_clear(repaired);
    if (utf8_append_repaired(repaired, text, &in->bad_bytes))
        return STATUS_NO_MEMORY;
    return article_add(&in->reader->article, field,
                       (struct slice){repaired->data, repaired->size});
}

/* A list keeps all values, the body its paragraphs, another field the first value; blanks
 * are none. Numbers are
 * copied because the parser has one place for them. */
static enum status take_value(void *context, struct slice key, struct json_value value)
{
    struct intake *in = context;
    struct article *a = &in->reader->article;
    enum article_field field;
    unsigned rank;
    struct slice text = value.text;
    field_of_key(&in->reader->options->map, key, &field, &rank);
    if (field != ARTICLE_BODY)
        text = slice_trim(text);
    if (slice_trim(text).size == 0)
        return STATUS_OK;
    prefer(in, field, rank);
    bool several = article_field_is_list(field) || field == ARTICLE_BODY;
    if (!several && a->fields[field].count > 0)
        return STATUS_OK;
    bool zeros = memchr(text.data, '\0', text.size) != NULL;
    enum status status = zeros            ? add_without_zeros(in, field, text)
                         : text.size < 64 ? article_add(a, field, text)
                                          : article_add_borrowed(a, field, text);
    if (!status && field == ARTICLE_RELATED)
        status = article_add_borrowed(a, ARTICLE_RELATED_URL, value.url);
    return status;
}

static enum status read_object(struct reader *r, struct json_parser *parser,
                               struct slice text, struct status_error *err)
{
    struct intake in = {.reader = r};
    struct json_visitor visitor = {wants_key, take_value, &in};
    struct status_error why;
    uint64_t bad;
    article_reset(&r->article);
    enum status status = json_parse(parser, text, &visitor, &bad, &why);
    if (status == STATUS_INVALID || status == STATUS_LIMIT) {
        reader_reject(r, status == STATUS_LIMIT
                             ? "a list in it has more than 10,000 values"
                             : why.message);
        return STATUS_OK;
    }
    if (status)
        return status_no_memory(err);
    return reader_emit(r, bad + in.bad_bytes, err);
}

/* --- JSON Lines --- */

static bool is_blank_line(const struct buffer *line)
{
    return slice_trim((struct slice){buffer_text(line), line->size}).size == 0;
}

static enum status read_lines(struct reader *r, struct json_parser *parser,
                              struct status_error *err)
{
    size_t max_bytes = r->options->limits.article_bytes;
    while (!r->stopped) {
        uint64_t too_long;
        bool end;
        r->place.offset = source_member_bytes(r->source);
        enum status status = source_line(r->source, max_bytes, JSON_PADDING, &r->text,
                                         &too_long, &end, err);
        if (status)
            return status;
        if (end)
            break;
        r->place.line++;
        if (!too_long && is_blank_line(&r->text))
            continue;
        r->place.ordinal++;
        struct slice text = {r->text.data, r->text.size};
        if (r->place.line == 1 && text.size >= 3 &&
            memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
            text = (struct slice){text.data + 3, text.size - 3};
        if (too_long) {
            article_reset(&r->article);
            reader_reject_size(r, too_long);
        } else if ((status = read_object(r, parser, text, err)) != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

enum status reader_jsonl(struct reader *r, struct status_error *err)
{
    struct json_parser *parser = json_parser_new();
    enum status status = parser ? read_lines(r, parser, err) : status_no_memory(err);
    json_parser_free(parser);
    return status;
}

/* --- JSON: objects, in arrays or one after the other --- */

/* Cuts a stream of JSON into its objects without parsing them: outside of objects only
 * brackets, commas and blanks may stand. */
struct cutter {
    unsigned depth; /* of braces */
    bool in_string, escaped;
    uint64_t size; /* of the object so far */
};

/* Takes the bytes of the current object; returns how many belong to it. */
static size_t cut(struct cutter *c, struct slice bytes, uint64_t *line)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char b = bytes.data[i];
        *line += b == '\n';
        if (c->in_string) {
            if (c->escaped)
                c->escaped = false;
            else if (b == '\\')
                c->escaped = true;
            else if (b == '"')
                c->in_string = false;
        } else if (b == '"') {
            c->in_string = true;
        } else if (b == '{') {
            c->depth++;
        } else if (b == '}' && --c->depth == 0) {
            return i + 1;
        }
    }
    return bytes.size;
}

/* Passes over an element that is no object: a string, or anything up to the next comma,
 * bracket or blank. */
static enum status skip_scalar(struct reader *r, uint64_t *line, struct status_error *err)
{
    bool started = false, in_string = false, escaped = false;
    for (;;) {
        struct slice bytes;
        enum status status = source_peek(r->source, &bytes, err);
        if (status || bytes.size == 0)
            return status;
        size_t i = 0;
        for (; i < bytes.size; i++, started = true) {
            char b = bytes.data[i];
            if (!in_string && started && b != '\0' && strchr(",[]{ \t\r\n", b))
                break;
            *line += b == '\n';
            in_string ^= b == '"' && !escaped;
            escaped = in_string && b == '\\' && !escaped;
        }
        source_skip(r->source, i);
        if (i < bytes.size)
            return STATUS_OK;
    }
}

/* Skips to the next object. False at the end, or when the file is no JSON at all; what is
 * no object in an array is rejected. */
static bool find_object(struct reader *r, uint64_t *line, bool *in_array,
                        enum status *status, struct status_error *err)
{
    while (!r->stopped) {
        struct slice bytes;
        *status = source_peek(r->source, &bytes, err);
        if (*status || bytes.size == 0)
            return false;
        size_t i = 0;
        for (; i < bytes.size && bytes.data[i] != '\0' &&
               strchr("[], \t\r\n\xEF\xBB\xBF", bytes.data[i]);
             i++) {
            *line += bytes.data[i] == '\n';
            *in_array |= bytes.data[i] == '[';
        }
        source_skip(r->source, i);
        if (i == bytes.size)
            continue;
        if (bytes.data[i] == '{')
            return true;
        r->place.offset = source_member_bytes(r->source);
        r->place.line = *line;
        r->place.ordinal++;
        article_reset(&r->article);
        reader_reject(r, *in_array
                             ? "not a JSON object"
                             : "invalid JSON: neither an object nor an array of objects");
        if (!*in_array)
            return false;
        *status = skip_scalar(r, line, err);
        if (*status)
            return false;
    }
    return false;
}

static enum status read_cut(struct reader *r, struct json_parser *parser, uint64_t *line,
                            struct status_error *err)
{
    struct cutter c = {0};
    uint64_t max_bytes = r->options->limits.article_bytes;
    buffer_clear(&r->text);
    do {
        struct slice bytes;
        enum status status = source_peek(r->source, &bytes, err);
        if (status)
            return status;
        if (bytes.size == 0)
            break; /* the parser will say that it is not closed */
        size_t n = cut(&c, bytes, line);
        c.size += n;
        if (c.size <= max_bytes)
            buffer_append(&r->text, bytes.data, n);
        source_skip(r->source, n);
    } while (c.depth > 0);
    char *padding = buffer_reserve(&r->text, JSON_PADDING);
    if (!padding)
        return status_no_memory(err);
    memset(padding, 0, JSON_PADDING);
    if (c.size <= max_bytes)
        return read_object(r, parser, (struct slice){r->text.data, r->text.size}, err);
    article_reset(&r->article);
    reader_reject_size(r, c.size);
    return STATUS_OK;
}

enum status reader_json(struct reader *r, struct status_error *err)
{
    struct json_parser *parser = json_parser_new();
    enum status status = parser ? STATUS_OK : status_no_memory(err);
    uint64_t line = 1;
    bool in_array = false;
    while (!status && find_object(r, &line, &in_array, &status, err)) {
        r->place.offset = source_member_bytes(r->source);
        r->place.line = line;
        r->place.ordinal++;
        status = read_cut(r, parser, &line, err);
    }
    json_parser_free(parser);
    return status;
}
