#include "common/article.h"

#include "common/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    unsigned char tag;
    bool is_list;
} fields[ARTICLE_FIELD_COUNT] = {
#define ARTICLE_FIELD_ROW(name, key, tag, list) {key, tag, list},
    ARTICLE_FIELD_MAP(ARTICLE_FIELD_ROW)
#undef ARTICLE_FIELD_ROW
};

const char *article_field_key(enum article_field field)
{
    return fields[field].key;
}

bool article_field_is_list(enum article_field field)
{
    return fields[field].is_list;
}

void article_init(struct article *a)
{
    *a = (struct article){.published_s = DATE_NONE, .updated_s = DATE_NONE};
}

void article_reset(struct article *a)
{
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++)
        a->fields[f].count = 0;
    a->published_s = DATE_NONE;
    a->updated_s = DATE_NONE;
    a->origin = a->copy_of = (struct slice){0};
    arena_free(&a->arena);
}

void article_free(struct article *a)
{
    if (!a)
        return;
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++)
        free(a->fields[f].items);
    arena_free(&a->arena);
    article_init(a);
}

enum status article_add_borrowed(struct article *a, enum article_field field,
                                 struct slice value)
{
    struct article_values *v = &a->fields[field];
    if (v->count >= ARTICLE_VALUES_MAX)
        return STATUS_LIMIT;
    struct slice *items =
        buffer_grow_array(v->items, &v->capacity, v->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    v->items = items;
    v->items[v->count++] = value;
    return STATUS_OK;
}

enum status article_add(struct article *a, enum article_field field, struct slice value)
{
    char *copy = arena_copy(&a->arena, value.data, value.size);
    if (!copy)
        return STATUS_NO_MEMORY;
    return article_add_borrowed(a, field, (struct slice){copy, value.size});
}

enum status article_set_borrowed(struct article *a, enum article_field field,
                                 struct slice value)
{
    a->fields[field].count = 0;
    return article_add_borrowed(a, field, value);
}

struct slice article_text(const struct article *a, enum article_field field)
{
    const struct article_values *v = &a->fields[field];
    return v->count > 0 ? v->items[0] : (struct slice){0};
}

enum status article_set_date(struct article *a, enum article_field field, int64_t moment)
{
    char text[DATE_TEXT_SIZE];
    if (field == ARTICLE_DATE)
        a->published_s = moment;
    else
        a->updated_s = moment;
    a->fields[field].count = 0;
    if (moment == DATE_NONE)
        return STATUS_OK;
    return article_add(a, field, slice_of(date_format(moment, text)));
}

size_t article_copy_key(struct slice id, uint64_t hash, char key[ARTICLE_COPY_OF_MAX])
{
    size_t size = id.size < ARTICLE_ID_MAX ? id.size : ARTICLE_ID_MAX;
    snprintf(key, ARTICLE_COPY_OF_MAX, "%016llx", (unsigned long long)hash);
    if (size > 0)
        memcpy(key + 16, id.data, size);
    return 16 + size;
}

bool article_read_copy_key(struct slice key, struct slice *id, uint64_t *hash)
{
    *hash = 0;
    for (size_t i = 0; i < 16; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = i < key.size ? memchr(digits, key.data[i], 16) : NULL;
        if (!digit)
            return false;
        *hash = *hash << 4 | (uint64_t)(digit - digits);
    }
    *id = (struct slice){key.data + 16, key.size - 16};
    return true;
}

enum status article_set_copy_of(struct article *a, struct slice id, uint64_t hash)
{
    char key[ARTICLE_COPY_OF_MAX];
    size_t size = article_copy_key(id, hash, key);
    char *copy = arena_copy(&a->arena, key, size);
    a->copy_of = (struct slice){copy, copy ? size : 0};
    return copy ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The tag of copy_of, after those of the fields. */
enum { TAG_COPY_OF = 18 };

static void encode_value(struct buffer *record, unsigned tag, struct slice value)
{
    buffer_append_byte(record, (char)tag);
    buffer_append_varint(record, value.size);
    buffer_append(record, value.data, value.size);
}

enum status article_encode(const struct article *a, struct buffer *record)
{
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++) {
        for (size_t i = 0; i < a->fields[f].count; i++)
            encode_value(record, fields[f].tag, a->fields[f].items[i]);
    }
    if (a->copy_of.size > 0)
        encode_value(record, TAG_COPY_OF, a->copy_of);
    return record->failed;
}

static bool field_of_tag(unsigned char tag, enum article_field *field)
{
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++) {
        if (fields[f].tag == tag) {
            *field = (enum article_field)f;
            return true;
        }
    }
    return false;
}

static void decode_moment(const struct article *a, enum article_field field,
                          int64_t *moment)
{
    struct slice text = article_text(a, field);
    if (text.size > 0 && !date_parse(text.data, text.size, moment))
        *moment = DATE_NONE;
}

enum status article_decode(struct article *a, struct slice record)
{
    const char *at = record.data;
    const char *end = record.data + record.size;
    while (at < end) {
        enum article_field field = ARTICLE_FIELD_COUNT;
        unsigned char tag = (unsigned char)*at++;
        uint64_t size;
        if ((tag != TAG_COPY_OF && !field_of_tag(tag, &field)) ||
            !buffer_read_varint(&at, end, &size) || size > (uint64_t)(end - at))
            return STATUS_CORRUPT;
        struct slice value = {at, (size_t)size};
        at += size;
        if (tag == TAG_COPY_OF)
            a->copy_of = value;
        else if (article_add_borrowed(a, field, value))
            return STATUS_NO_MEMORY;
    }
    decode_moment(a, ARTICLE_DATE, &a->published_s);
    decode_moment(a, ARTICLE_UPDATED, &a->updated_s);
    return STATUS_OK;
}
