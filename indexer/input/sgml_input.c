/* Collections of research, marked up in SGML: TREC documents (`<DOC>`), and the articles
 * of Reuters-21578 (`<REUTERS>`). Both are cut into records without being parsed. */
#include "common/date.h"
#include "common/text/utf8.h"
#include "indexer/html/sgml.h"
#include "indexer/input/reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A kind of collection. */
struct collection {
    const char *open, *close; /* names of the tags around an article */
    enum status (*fill)(struct reader *r, struct slice record, const char **reason);
};

/* Adds the plain text of an element as a value of a field. */
static enum status add_text(struct reader *r, enum article_field field,
                            struct slice content)
{
    struct buffer *plain = &r->joined;
    buffer_clear(plain);
    sgml_append_text(plain, content);
    struct slice text = slice_trim((struct slice){buffer_text(plain), plain->size});
    if (plain->failed)
        return STATUS_NO_MEMORY;
    return text.size > 0 ? article_add(&r->article, field, text) : STATUS_OK;
}

/* All elements of a name; how many there are. */
static size_t add_elements(struct reader *r, enum article_field field,
                           struct slice record, const char *name, enum status *status)
{
    size_t at = 0, count = 0;
    struct slice content;
    while (!*status && sgml_find(record, name, &at, &content)) {
        *status = add_text(r, field, content);
        count++;
    }
    return count;
}

/* The first of several names that the record has. */
static void add_first(struct reader *r, enum article_field field, struct slice record,
                      const char *const *names, enum status *status)
{
    while (*names && add_elements(r, field, record, *names, status) == 0)
        names++;
}

/* --- dates --- */

struct moment {
    unsigned year, month, day, hour, minute, second;
};

static enum status add_moment(struct reader *r, struct moment m)
{
    char iso[64];
    int size = snprintf(iso, sizeof iso, "%04u-%02u-%02u", m.year, m.month, m.day);
    if (m.hour < 24 && m.minute < 60 && m.second < 60) /* else the day is what is known */
        size += snprintf(iso + size, sizeof iso - (size_t)size, "T%02u:%02u:%02uZ",
                         m.hour, m.minute, m.second);
    return article_add(&r->article, ARTICLE_DATE, (struct slice){iso, (size_t)size});
}

/* The numbers in a text, and the month that its first letters name (0: none). */
struct date_parts {
    unsigned numbers[6];
    size_t count;
    unsigned month;
};

static struct date_parts split_date(struct slice text)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    struct date_parts parts = {0};
    for (size_t i = 0; i < text.size && parts.count < 6;) {
        unsigned number = 0;
        size_t start = i;
        for (; i < text.size && isdigit((unsigned char)text.data[i]); i++)
            number =
                number < 10000 ? number * 10 + (unsigned)(text.data[i] - '0') : number;
        if (i > start) {
            parts.numbers[parts.count++] = number;
            continue;
        }
        for (unsigned m = 0; m < 12 && parts.month == 0 && i + 3 <= text.size; m++)
            if (strncasecmp(months + 3 * m, text.data + i, 3) == 0)
                parts.month = m + 1;
        i++;
    }
    return parts;
}

/* Besides what is a date elsewhere: the Linguistic Data Consortium's `03/14/1998
 * 10:36:00`, Reuters' `26-FEB-1987 15:01:01.79`, and `January 1, 1989, Sunday`. */
static enum status add_date(struct reader *r, struct slice content)
{
    enum { NO_HOUR = 99 };
    struct date_parts p = split_date(content);
    const unsigned *n = p.numbers;
    int64_t moment;
    struct slice text = slice_trim(content);
    bool slashes = memchr(content.data, '/', content.size) != NULL;
    if (date_parse(text.data, text.size, &moment))
        return add_text(r, ARTICLE_DATE, content);
    if (p.month == 0 && slashes && p.count == 6 && n[2] >= 1000)
        return add_moment(r, (struct moment){n[2], n[0], n[1], n[3], n[4], n[5]});
    if (p.month > 0 && p.count >= 2 && n[1] >= 1000)
        return add_moment(r, (struct moment){n[1], p.month, n[0],
                                             p.count >= 5 ? n[2] : NO_HOUR, n[3], n[4]});
    return add_text(r, ARTICLE_DATE, content);
}

static void add_first_date(struct reader *r, struct slice record,
                           const char *const *names, enum status *status)
{
    struct slice content;
    for (size_t at = 0; *names && !*status; names++, at = 0) {
        if (sgml_find(record, *names, &at, &content)) {
            *status = add_date(r, content);
            return;
        }
    }
}

/* --- TREC --- */

static enum status fill_trec(struct reader *r, struct slice record, const char **reason)
{
    static const char *const titles[] = {"HEADLINE", "HL", "TITLE", "TI", "HEAD", NULL};
    static const char *const bodies[] = {"TEXT", "BODY", "html", NULL};
    static const char *const dates[] = {"DATE_TIME", "DATE", "DATE1", NULL};
    static const char *const sources[] = {"SOURCE", "SO", NULL};
    static const char *const authors[] = {"BYLINE", "AUTHOR", NULL};
    enum status status = STATUS_OK;
    size_t at = 0;
    struct slice id = sgml_attribute(record, "id");
    if (sgml_find(record, "DOCNO", &at, &id))
        id = slice_trim(id);
    if (id.size == 0) {
        *reason = "it has no <DOCNO>";
        return STATUS_OK;
    }
    status = add_text(r, ARTICLE_ID, id);
    add_first(r, ARTICLE_TITLE, record, titles, &status);
    add_elements(r, ARTICLE_BODY, record, "LP", &status); /* the lead paragraph */
    add_first(r, ARTICLE_BODY, record, bodies, &status);
    add_first_date(r, record, dates, &status);
    add_first(r, ARTICLE_AUTHOR, record, authors, &status);
    add_first(r, ARTICLE_SOURCE, record, sources, &status);
    add_elements(r, ARTICLE_SECTION, record, "SECTION", &status);
    return status;
}

/* --- Reuters-21578 --- */

static enum status add_list(struct reader *r, enum article_field field,
                            struct slice record, const char *name)
{
    struct slice list;
    size_t at = 0;
    enum status status = STATUS_OK;
    if (sgml_find(record, name, &at, &list))
        add_elements(r, field, list, "D", &status);
    return status;
}

/* The agency's name stands in the last line of its articles, or in capitals behind the
 * last word; with or without dots. */
static struct slice without_signature(struct slice body)
{
    size_t end = body.size;
    while (end > 6 && body.data[end - 1] == '.')
        end--;
    size_t start = end;
    while (start > 0 && isalpha((unsigned char)body.data[start - 1]))
        start--;
    if (start == 0 || end - start != 6 ||
        strncasecmp(body.data + start, "Reuter", 6) != 0)
        return body;
    size_t before = start;
    while (before > 0 && (body.data[before - 1] == ' ' || body.data[before - 1] == '\t'))
        before--;
    bool alone = before > 0 && body.data[before - 1] == '\n';
    if (alone || memcmp(body.data + start, "REUTER", 6) == 0)
        return slice_trim((struct slice){body.data, before});
    return body;
}

/* An article that was not processed has its text beside the other elements. */
static enum status add_reuters_body(struct reader *r, struct slice text)
{
    size_t at = 0, behind = 0;
    struct slice content, skipped;
    static const char *const before[] = {"AUTHOR", "TITLE", "DATELINE"};
    if (!sgml_find(text, "BODY", &at, &content)) {
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            at = 0;
            if (sgml_find(text, before[i], &at, &skipped) && at > behind)
                behind = at;
        }
        content = (struct slice){text.data + behind, text.size - behind};
        if (behind > 0) { /* it stands in the closing tag */
            const char *end = memchr(content.data, '>', content.size);
            size_t size = end ? (size_t)(end - content.data) + 1 : content.size;
            content = (struct slice){content.data + size, content.size - size};
        }
    }
    enum status status = add_text(r, ARTICLE_BODY, content);
    struct slice body = article_text(&r->article, ARTICLE_BODY);
    if (!status && body.size > 0)
        status = article_set_borrowed(&r->article, ARTICLE_BODY, without_signature(body));
    return status;
}

static enum status fill_reuters(struct reader *r, struct slice record,
                                const char **reason)
{
    static const struct {
        const char *name;
        enum article_field field;
    } lists[] = {{"TOPICS", ARTICLE_TOPICS},  {"PLACES", ARTICLE_PLACES},
                 {"PEOPLE", ARTICLE_PEOPLE},  {"ORGS", ARTICLE_TAGS},
                 {"EXCHANGES", ARTICLE_TAGS}, {"COMPANIES", ARTICLE_TAGS}};
    struct slice text, id = sgml_attribute(record, "NEWID");
    size_t at = 0;
    (void)reason;
    enum status status = id.size > 0 ? add_text(r, ARTICLE_ID, id) : STATUS_OK;
    if (!status)
        status = article_add(&r->article, ARTICLE_SOURCE, slice_of("Reuters"));
    add_first_date(r, record, (const char *const[]){"DATE", NULL}, &status);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !status; i++)
        status = add_list(r, lists[i].field, record, lists[i].name);
    if (status || !sgml_find(record, "TEXT", &at, &text))
        return status;
    add_elements(r, ARTICLE_TITLE, text, "TITLE", &status);
    add_elements(r, ARTICLE_AUTHOR, text, "AUTHOR", &status);
    return status ? status : add_reuters_body(r, text);
}

/* --- records --- */

static enum status emit_record(struct reader *r, const struct collection *c,
                               struct slice record, uint64_t size,
                               struct status_error *err)
{
    const char *reason = NULL;
    uint64_t bad = 0;
    enum status status = STATUS_OK;
    article_reset(&r->article);
    r->place.ordinal++;
    if (size > r->options->limits.article_bytes) {
        reader_reject_size(r, size);
        return STATUS_OK;
    }
    if (utf8_valid_prefix(record.data, record.size) < record.size) {
        buffer_clear(&r->repaired);
        status = utf8_append_repaired(&r->repaired, record, &bad);
        record = (struct slice){r->repaired.data, r->repaired.size};
    }
    if (!status)
        status = c->fill(r, record, &reason);
    if (status == STATUS_LIMIT)
        reason = "a list in it has more than 10,000 values";
    else if (status)
        return status_no_memory(err);
    if (!reason)
        return reader_emit(r, bad, err);
    reader_reject(r, reason);
    return STATUS_OK;
}

/* Cuts the lines of a file into records. */
struct cutter {
    struct reader *reader;
    const struct collection *collection;
    bool inside;   /* a record, whose beginning is in the reader's text */
    uint64_t size; /* of it */
    uint64_t line_start;
    struct buffer line;
};

static void begin_record(struct cutter *c, size_t at, uint64_t line)
{
    struct reader *r = c->reader;
    r->place.line = line;
    r->place.offset = c->line_start + at;
    buffer_clear(&r->text);
    c->inside = true;
    c->size = 0;
}

static void reject_open(struct cutter *c)
{
    char reason[80];
    snprintf(reason, sizeof reason, "it is not closed by <%s>", c->collection->close);
    article_reset(&c->reader->article);
    c->reader->place.ordinal++;
    reader_reject(c->reader, reason);
    c->inside = false;
}

static void take(struct cutter *c, struct slice bytes)
{
    struct buffer *text = &c->reader->text;
    c->size += bytes.size + 1;
    if (c->size > c->reader->options->limits.article_bytes)
        return;
    buffer_append(text, bytes.data, bytes.size);
    buffer_append_byte(text, '\n');
}

/* Passes on what ends in the line; a record ends where the next one begins at the latest.
 */
static enum status cut_line(struct cutter *c, uint64_t number, struct status_error *err)
{
    const char *open = c->collection->open, *close = c->collection->close;
    struct slice line = {buffer_text(&c->line), c->line.size};
    struct reader *r = c->reader;
    enum status status = STATUS_OK;
    for (size_t from = 0, behind = 0; !status && !r->stopped;) {
        if (!c->inside) {
            from = sgml_find_tag(line, from, open);
            if (from == SIZE_MAX)
                break;
            begin_record(c, from, number);
            behind = from + 1;
        }
        size_t end = sgml_find_tag(line, behind, close);
        size_t next = sgml_find_tag(line, behind, open);
        if (next < end) {
            reject_open(c);
            from = next;
            continue;
        }
        size_t to = end == SIZE_MAX ? line.size : end;
        take(c, (struct slice){line.data + from, to - from});
        if (r->text.failed)
            return status_no_memory(err);
        if (end == SIZE_MAX)
            break;
        c->inside = false;
        status = emit_record(r, c->collection, (struct slice){r->text.data, r->text.size},
                             c->size, err);
        from = end + 1;
    }
    return status;
}

static enum status read_records(struct cutter *c, struct status_error *err)
{
    struct reader *r = c->reader;
    enum status status = STATUS_OK;
    bool end = false;
    for (uint64_t number = 1, too_long; !status && !r->stopped; number++) {
        c->line_start = source_member_bytes(r->source);
        status = source_line(r->source, r->options->limits.article_bytes, 1, &c->line,
                             &too_long, &end, err);
        if (status || end)
            break;
        c->size += too_long;
        status = cut_line(c, number, err);
    }
    if (!status && c->inside && !r->stopped)
        reject_open(c);
    return status;
}

enum status reader_sgml(struct reader *r, bool reuters, struct status_error *err)
{
    static const struct collection trec = {"DOC", "/DOC", fill_trec};
    static const struct collection articles = {"REUTERS", "/REUTERS", fill_reuters};
    struct cutter c = {.reader = r, .collection = reuters ? &articles : &trec};
    buffer_init(&c.line, (size_t)1 << 40);
    enum status status = read_records(&c, err);
    buffer_free(&c.line);
    return status;
}
