#include "common/index/stock.h"

#include "common/date.h"
#include "common/index/schema.h"
#include "common/text/fold.h"

#include <stdio.h>
#include <string.h>

enum { TITLE_WEIGHT = 2, SAMPLE_BYTES = 300 };

/* Later than any. */
#define NO_DATE "99999999999999"

const char *stock_date(int64_t moment, char text[STOCK_DATE_SIZE])
{
    enum { DAY_S = 86400 };
    int64_t year, second = ((moment % DAY_S) + DAY_S) % DAY_S;
    unsigned month, day;
    date_to_civil(moment, &year, &month, &day);
    snprintf(text, STOCK_DATE_SIZE, "%04u%02u%02u%02u%02u%02u", (unsigned)year % 10000,
             month % 100, day % 100, (unsigned)(second / 3600),
             (unsigned)(second / 60 % 60), (unsigned)(second % 60));
    return text;
}

/* --- data --- */

static void add_line(struct buffer *data, const char *name, struct slice value)
{
    buffer_append_text(data, name);
    buffer_append_byte(data, '=');
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '\n' || c == '\r' || c == '\\') {
            buffer_append_byte(data, '\\');
            c = c == '\n' ? 'n' : c == '\r' ? 'r' : '\\';
        }
        buffer_append_byte(data, c);
    }
    buffer_append_byte(data, '\n');
}

static struct slice sample_of(const struct article *a)
{
    struct slice text = article_text(a, ARTICLE_SUMMARY);
    if (text.size == 0)
        text = article_text(a, ARTICLE_BODY);
    if (text.size > SAMPLE_BYTES)
        for (text.size = SAMPLE_BYTES;
             text.size > 0 && ((unsigned char)text.data[text.size] & 0xC0) == 0x80;)
            text.size--;
    return text;
}

static enum status add_data(const struct article *a, struct xap_document *d,
                            struct status_error *err)
{
    struct buffer data = BUFFER_INIT(ARTICLE_RECORD_MAX);
    add_line(&data, "caption", article_text(a, ARTICLE_TITLE));
    add_line(&data, "sample", sample_of(a));
    for (enum article_field f = 0; f < ARTICLE_FIELD_COUNT; f++)
        for (size_t i = 0; i < a->fields[f].count; i++)
            add_line(&data, article_field_key(f), a->fields[f].items[i]);
    enum status status = data.failed;
    if (!status)
        status = xap_document_set_data(d, (struct slice){data.data, data.size}, err);
    buffer_free(&data);
    return status;
}

static enum article_field field_of(struct slice name)
{
    enum article_field f = 0;
    while (f < ARTICLE_FIELD_COUNT && !slice_equal(name, slice_of(article_field_key(f))))
        f++;
    return f;
}

static enum status read_line(struct slice line, struct buffer *value, struct article *a)
{
    const char *equal = memchr(line.data, '=', line.size), *end = line.data + line.size;
    int64_t moment;
    if (!equal)
        return STATUS_OK;
    enum article_field f =
        field_of((struct slice){line.data, (size_t)(equal - line.data)});
    if (f == ARTICLE_FIELD_COUNT)
        return STATUS_OK;
    buffer_clear(value);
    for (const char *at = equal + 1; at < end; at++) {
        char c = *at;
        if (c == '\\' && at + 1 < end) {
            c = *++at;
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
        }
        buffer_append_byte(value, c);
    }
    struct slice text = {buffer_text(value), value->size};
    if (value->failed)
        return value->failed;
    if (f != ARTICLE_DATE && f != ARTICLE_UPDATED)
        return article_add(a, f, text);
    return date_parse(text.data, text.size, &moment) ? article_set_date(a, f, moment)
                                                     : STATUS_OK;
}

enum status stock_read(struct slice data, struct article *a)
{
    struct buffer value = BUFFER_INIT(ARTICLE_RECORD_MAX);
    enum status status = STATUS_OK;
    article_reset(a);
    for (const char *at = data.data, *end = at + data.size; at < end && !status;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        status = read_line((struct slice){at, (size_t)(stop - at)}, &value, a);
        at = stop + 1;
    }
    buffer_free(&value);
    return status;
}

/* --- terms --- */

struct sink {
    struct xap_document *document;
    struct status_error *err;
};

static enum status add_filter(void *context, struct slice term)
{
    static const char copy[] = "XCOPY:"; /* which no tool knows what to do with */
    struct sink *s = context;
    if (term.size >= sizeof copy - 1 && memcmp(term.data, copy, sizeof copy - 1) == 0)
        return STATUS_OK;
    return xap_document_add_term(s->document, term, 0, s->err);
}

_Static_assert(XAP_FOLDED_MAX == TEXT_WORD_MAX, "words are as long");

enum status stock_terms(const char *language, struct xap_terms **out,
                        struct status_error *err)
{
    return xap_terms_new(language, text_fold, out, err);
}

static enum status add_words(const struct article *a, struct xap_terms *terms,
                             struct xap_document *d, struct status_error *err)
{
    struct slice title = article_text(a, ARTICLE_TITLE);
    enum status status = xap_document_add_text(d, terms, title, "", TITLE_WEIGHT, err);
    if (!status)
        status = xap_document_add_text(d, terms, title, STOCK_TITLE, 1, err);
    if (!status)
        status =
            xap_document_add_text(d, terms, article_text(a, ARTICLE_SUMMARY), "", 1, err);
    if (!status)
        status =
            xap_document_add_text(d, terms, article_text(a, ARTICLE_BODY), "", 1, err);
    if (!status)
        status = xap_document_add_folded(d, terms, err);
    return status;
}

static enum status add_dates(const struct article *a, struct xap_document *d,
                             struct status_error *err)
{
    char text[STOCK_DATE_SIZE] = NO_DATE;
    bool has_date = a->published_s != DATE_NONE;
    if (has_date)
        stock_date(a->published_s, text);
    enum status status = xap_document_set_value(d, STOCK_DATE_LAST, slice_of(text), err);
    return status || !has_date
               ? status
               : xap_document_set_value(d, STOCK_DATE, slice_of(text), err);
}

enum status stock_document(const struct article *a, struct xap_terms *terms,
                           struct xap_document *d, struct status_error *err)
{
    static const struct token_list no_links = {0};
    struct sink sink = {d, err};
    enum status status = add_words(a, terms, d, err);
    if (!status)
        status = schema_each_filter(a, &no_links, add_filter, &sink);
    if (!status)
        status = add_dates(a, d, err);
    return status ? status : add_data(a, d, err);
}
