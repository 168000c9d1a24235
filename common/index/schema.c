#include "common/index/schema.h"

#include "common/date.h"
#include "common/hash.h"
#include "common/text/fold.h"
#include "common/text/utf8.h"

#include <stdio.h>

/* Of a filter's value only the first FILTER_VALUE_MAX bytes count. */
enum {
    VALUE_MAX = 180,
    HASH_HEX = 32,
    FORM_STEM_MAX = 40,
    FILTER_VALUE_MAX = 4096,
    HOST_MAX = 253
};

static const char *const prefixes[SCHEMA_FILTER_COUNT] = {
    [SCHEMA_SOURCE] = "XSOURCE:",
    [SCHEMA_AUTHOR] = "A",
    [SCHEMA_SECTION] = "XSECTION:",
    [SCHEMA_PLACE] = "XPLACE:",
    [SCHEMA_PERSON] = "XPERSON:",
    [SCHEMA_TAG] = "K",
    [SCHEMA_LANGUAGE] = "L",
    [SCHEMA_SITE] = "H",
    [SCHEMA_ID] = "Q",
    [SCHEMA_URL] = "U",
    [SCHEMA_AUTHOR_NAME] = "XAUTHOR:",
    [SCHEMA_PERSON_NAME] = "XPERSONNAME:",
    [SCHEMA_ORIGIN] = "XORIGIN:",
    [SCHEMA_COPY] = "XCOPY:",
};

static void append(struct schema_term *t, const char *bytes, size_t size)
{
    size_t left = sizeof t->bytes - t->size;
    if (size > left)
        size = utf8_cut(bytes, size, left);
    if (size > 0)
        memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
}

static void append_hash(struct schema_term *t, struct slice content)
{
    static const char digits[] = "0123456789abcdef";
    struct hash128 h = hash_content(content);
    char hex[HASH_HEX];
    for (size_t i = 0; i < sizeof h.bytes; i++) {
        hex[2 * i] = digits[h.bytes[i] >> 4];
        hex[2 * i + 1] = digits[h.bytes[i] & 15];
    }
    append(t, hex, sizeof hex);
}

/* A long value, or one with bytes that a term counts twice, ends in a hash of it. */
static void append_value(struct schema_term *t, struct slice value)
{
    bool zeros = value.size > 0 && memchr(value.data, '\0', value.size);
    if (value.size <= VALUE_MAX && !zeros) {
        append(t, value.data, value.size);
        return;
    }
    if (!zeros)
        append(t, value.data, utf8_cut(value.data, value.size, VALUE_MAX - HASH_HEX));
    append_hash(t, value);
}

/* Runs of blanks become one space; the ends are trimmed. Returns the size. */
static size_t squeeze(struct slice value, char *out, size_t capacity)
{
    size_t n = 0;
    for (size_t i = 0; i < value.size && n < capacity; i++) {
        bool blank = (unsigned char)value.data[i] <= ' ';
        if (!blank)
            out[n++] = value.data[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    return n;
}

static struct slice without_www(struct slice host)
{
    if (host.size > 4 && strncasecmp(host.data, "www.", 4) == 0)
        return (struct slice){host.data + 4, host.size - 4};
    return host;
}

/* text_fold in pieces, for text longer than a word; what would not fit is left out. */
static size_t fold_long(const char *text, size_t size, char *folded, size_t capacity)
{
    size_t used = 0;
    while (size > 0 && used + TEXT_WORD_MAX <= capacity) {
        size_t piece = utf8_cut(text, size, TEXT_WORD_MAX / 2);
        piece = piece > 0 ? piece : size;
        used += text_fold((struct slice){text, piece}, folded + used);
        text += piece;
        size -= piece;
    }
    return used;
}

void schema_filter_term(enum schema_filter filter, struct slice value,
                        struct schema_term *term)
{
    term->size = 0;
    append(term, prefixes[filter], strlen(prefixes[filter]));
    if (filter == SCHEMA_ID || filter == SCHEMA_URL || filter == SCHEMA_ORIGIN ||
        filter == SCHEMA_COPY) {
        append_value(term, value);
        return;
    }
    char plain[FILTER_VALUE_MAX], folded[FILTER_VALUE_MAX * 3];
    size_t size =
        squeeze(filter == SCHEMA_SITE ? without_www(value) : value, plain, sizeof plain);
    append_value(term,
                 (struct slice){folded, fold_long(plain, size, folded, sizeof folded)});
}

/* Passes filter terms on until one fails. */
struct filter_sink {
    enum status (*add)(void *context, struct slice term);
    void *context;
    enum status status;
};

static void add_value(struct filter_sink *sink, enum schema_filter filter,
                      struct slice value)
{
    struct schema_term term;
    value = slice_trim(value);
    if (value.size == 0 || sink->status)
        return;
    schema_filter_term(filter, value, &term);
    sink->status = sink->add(sink->context, schema_slice(&term));
}

static void add_values(struct filter_sink *sink, const struct article *a,
                       enum article_field field, enum schema_filter filter)
{
    for (size_t i = 0; i < a->fields[field].count; i++)
        add_value(sink, filter, a->fields[field].items[i]);
}

/* Names are also found by one of their words: `author:smith`. */
static void add_names(struct filter_sink *sink, const struct article *a,
                      enum article_field field, enum schema_filter filter)
{
    add_values(sink, a, field, filter);
    for (size_t i = 0; i < a->fields[field].count; i++) {
        struct slice rest = a->fields[field].items[i];
        while (rest.size > 0) {
            size_t n = 0;
            while (n < rest.size && !memchr(" ,;.", rest.data[n], 4))
                n++;
            if (n < rest.size || rest.data != a->fields[field].items[i].data)
                add_value(sink, filter, (struct slice){rest.data, n});
            n += n < rest.size;
            rest = (struct slice){rest.data + n, rest.size - n};
        }
    }
}

/* `pt-BR` is `pt` too. */
static void add_languages(struct filter_sink *sink, const struct article *a)
{
    add_values(sink, a, ARTICLE_LANGUAGE, SCHEMA_LANGUAGE);
    for (size_t i = 0; i < a->fields[ARTICLE_LANGUAGE].count; i++) {
        struct slice code = a->fields[ARTICLE_LANGUAGE].items[i];
        size_t n = 0;
        while (n < code.size && code.data[n] != '-' && code.data[n] != '_')
            n++;
        if (n < code.size)
            add_value(sink, SCHEMA_LANGUAGE, (struct slice){code.data, n});
    }
}

/* The host of a URL, without `www.`. */
static struct slice url_host(struct slice url)
{
    const char *at = url.size ? memmem(url.data, url.size, "://", 3) : NULL;
    if (!at)
        return (struct slice){0};
    at += 3;
    const char *end = url.data + url.size;
    const char *stop = at;
    while (stop < end && !memchr("/?#:", *stop, 4))
        stop++;
    struct slice host = {at, (size_t)(stop - at)};
    return without_www(host);
}

/* The host and the domains that it is in: `news.example.com`, `example.com`. */
static void add_sites(struct filter_sink *sink, struct slice host)
{
    if (host.size > HOST_MAX)
        return;
    for (;;) {
        add_value(sink, SCHEMA_SITE, host);
        const char *dot = host.size ? memchr(host.data, '.', host.size) : NULL;
        if (!dot)
            return;
        host = (struct slice){dot + 1, host.size - (size_t)(dot + 1 - host.data)};
        if (!memchr(host.data, '.', host.size))
            return;
    }
}

/* D20250124, M202501, Y2025. */
static void add_date(struct filter_sink *sink, int64_t published_s)
{
    static const struct {
        char prefix;
        size_t digits;
    } terms[] = {{'D', 8}, {'M', 6}, {'Y', 4}};
    char day[DATE_TEXT_SIZE], text[16], *at = text + 1;
    if (published_s == DATE_NONE)
        return;
    for (const char *from = date_format_day(published_s, day); *from; from++)
        if (*from != '-')
            *at++ = *from;
    for (size_t i = 0; i < sizeof terms / sizeof *terms && !sink->status; i++) {
        text[0] = terms[i].prefix;
        sink->status =
            sink->add(sink->context, (struct slice){text, 1 + terms[i].digits});
    }
}

void schema_link_term(struct slice stem, struct schema_term *term)
{
    static const char prefix[] = "XLINK:";
    term->size = 0;
    append(term, prefix, sizeof prefix - 1);
    append(term, stem.data, stem.size);
}

static void add_link_words(struct filter_sink *sink, const struct token_list *links)
{
    struct schema_term term;
    for (size_t i = 0; i < links->count && !sink->status; i++) {
        const struct text_word *w = links->items[i].word;
        schema_link_term(w->stem->text, &term);
        sink->status = sink->add(sink->context, schema_slice(&term));
        if (!w->other_stem || sink->status)
            continue;
        schema_link_term(w->other_stem->text, &term);
        sink->status = sink->add(sink->context, schema_slice(&term));
    }
}

enum status schema_each_filter(const struct article *a, const struct token_list *links,
                               enum status add(void *context, struct slice term),
                               void *context)
{
    struct filter_sink sink = {add, context, STATUS_OK};
    struct slice url = article_text(a, ARTICLE_URL);
    add_values(&sink, a, ARTICLE_ID, SCHEMA_ID);
    add_values(&sink, a, ARTICLE_URL, SCHEMA_URL);
    add_sites(&sink, url_host(url));
    add_values(&sink, a, ARTICLE_SOURCE, SCHEMA_SOURCE);
    add_names(&sink, a, ARTICLE_AUTHOR, SCHEMA_AUTHOR);
    add_values(&sink, a, ARTICLE_AUTHOR, SCHEMA_AUTHOR_NAME);
    add_values(&sink, a, ARTICLE_SECTION, SCHEMA_SECTION);
    add_values(&sink, a, ARTICLE_PLACES, SCHEMA_PLACE);
    add_names(&sink, a, ARTICLE_PEOPLE, SCHEMA_PERSON);
    add_values(&sink, a, ARTICLE_PEOPLE, SCHEMA_PERSON_NAME);
    add_values(&sink, a, ARTICLE_TAGS, SCHEMA_TAG);
    add_values(&sink, a, ARTICLE_TOPICS, SCHEMA_TAG);
    add_languages(&sink, a);
    add_value(&sink, SCHEMA_ORIGIN, a->origin);
    add_value(&sink, SCHEMA_COPY, a->copy_of);
    add_date(&sink, a->published_s);
    add_link_words(&sink, links);
    return sink.status;
}

void schema_form_prefix(struct slice stem, struct schema_term *prefix)
{
    prefix->size = 0;
    append(prefix, "=", 1);
    if (stem.size <= FORM_STEM_MAX)
        append(prefix, stem.data, stem.size);
    else
        append_hash(prefix, stem);
    append(prefix, "\t", 1);
}

void schema_form_term(struct slice stem, struct slice form, struct schema_term *term)
{
    schema_form_prefix(stem, term);
    append(term, form.data, form.size);
}

static void put_le(char *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (char)(unsigned char)(value >> (8 * i));
}

static uint64_t get_le(const char *from, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)(unsigned char)from[i] << (8 * i);
    return value;
}

void schema_columns_encode(const struct schema_columns *c,
                           char bytes[SCHEMA_COLUMNS_SIZE])
{
    put_le(bytes, (uint64_t)c->published_s, 8);
    put_le(bytes + 8, c->length, 4);
    put_le(bytes + 12, c->title_end, 4);
    put_le(bytes + 16, c->lead_end, 4);
    put_le(bytes + 20, c->words, 4);
}

bool schema_columns_decode(struct slice bytes, struct schema_columns *c)
{
    if (bytes.size != SCHEMA_COLUMNS_SIZE)
        return false;
    c->published_s = (int64_t)get_le(bytes.data, 8);
    c->length = (uint32_t)get_le(bytes.data + 8, 4);
    c->title_end = (uint32_t)get_le(bytes.data + 12, 4);
    c->lead_end = (uint32_t)get_le(bytes.data + 16, 4);
    c->words = (uint32_t)get_le(bytes.data + 20, 4);
    return true;
}

uint64_t schema_hash(struct slice hash128)
{
    return hash128.size >= 8 ? get_le(hash128.data, 8) : 0;
}
