#include "common/article_json.h"

static json_t *text_of(struct slice s)
{
    return json_stringn(s.data ? s.data : "", s.size);
}

static json_t *related_of(const struct article *a, size_t i)
{
    const struct article_values *urls = &a->fields[ARTICLE_RELATED_URL];
    struct slice title = a->fields[ARTICLE_RELATED].items[i];
    if (i >= urls->count || urls->items[i].size == 0)
        return text_of(title);
    return json_pack("{s:o,s:o}", "title", text_of(title), "url",
                     text_of(urls->items[i]));
}

json_t *article_to_json(const struct article *a)
{
    json_t *object = json_object();
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++) {
        enum article_field field = (enum article_field)f;
        const struct article_values *values = &a->fields[field];
        if (values->count == 0 || field == ARTICLE_RELATED_URL)
            continue;
        json_t *value = NULL;
        if (article_field_is_list(field)) {
            value = json_array();
            for (size_t i = 0; i < values->count; i++)
                json_array_append_new(value, field == ARTICLE_RELATED
                                                 ? related_of(a, i)
                                                 : text_of(values->items[i]));
        } else {
            value = text_of(values->items[0]);
        }
        if (json_object_set_new(object, article_field_key(field), value) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
