#include "indexer/html/ld_json.h"

#include "indexer/html/metadata.h"

#include <jansson.h>
#include <strings.h>

struct intake {
    struct article *article;
    struct slice *body;
    enum status status;
};

static void add(struct intake *in, enum article_field field, const char *text)
{
    if (text && !in->status)
        in->status = metadata_add(in->article, field, slice_of(text));
}

/* A text, or the name of a thing. */
static const char *text_of(const json_t *value)
{
    if (json_is_array(value))
        value = json_array_get(value, 0);
    if (json_is_object(value)) {
        const char *name = json_string_value(json_object_get(value, "name"));
        return name ? name : json_string_value(json_object_get(value, "@id"));
    }
    return json_string_value(value);
}

static void add_list(struct intake *in, enum article_field field, const json_t *value)
{
    if (in->article->fields[field].count > 0)
        return;
    if (!json_is_array(value))
        add(in, field, text_of(value));
    for (size_t i = 0; i < json_array_size(value); i++)
        add(in, field, text_of(json_array_get(value, i)));
}

static void add_article(struct intake *in, const json_t *object)
{
    add(in, ARTICLE_TITLE, text_of(json_object_get(object, "headline")));
    add(in, ARTICLE_DATE, text_of(json_object_get(object, "datePublished")));
    add(in, ARTICLE_DATE, text_of(json_object_get(object, "dateCreated")));
    add(in, ARTICLE_UPDATED, text_of(json_object_get(object, "dateModified")));
    add(in, ARTICLE_SUMMARY, text_of(json_object_get(object, "description")));
    add(in, ARTICLE_SECTION, text_of(json_object_get(object, "articleSection")));
    add(in, ARTICLE_LANGUAGE, text_of(json_object_get(object, "inLanguage")));
    add(in, ARTICLE_SOURCE, text_of(json_object_get(object, "publisher")));
    add(in, ARTICLE_URL, text_of(json_object_get(object, "mainEntityOfPage")));
    add(in, ARTICLE_URL, text_of(json_object_get(object, "url")));
    add_list(in, ARTICLE_AUTHOR, json_object_get(object, "author"));
    add_list(in, ARTICLE_TAGS, json_object_get(object, "keywords"));
    const char *body = json_string_value(json_object_get(object, "articleBody"));
    if (body && !in->status) {
        struct slice text = slice_of(body);
        text.data = arena_copy(&in->article->arena, text.data, text.size);
        if (text.data)
            *in->body = text;
        else
            in->status = STATUS_NO_MEMORY;
    }
}

static bool is_article_type(const char *type)
{
    static const char *const ends[] = {"Article", "Posting", "Report", "Review"};
    size_t size = type ? strlen(type) : 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        if (size >= n && strcmp(type + size - n, ends[i]) == 0)
            return true;
    }
    return false;
}

static bool is_article(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    for (size_t i = 0; i < json_array_size(type); i++)
        if (is_article_type(json_string_value(json_array_get(type, i))))
            return true;
    return is_article_type(json_string_value(type));
}

/* An article stands alone, in a list, in a graph, or as what a page is about. */
static const json_t *find_article(const json_t *value, unsigned depth)
{
    static const char *const inside[] = {"@graph", "mainEntity", "mainEntityOfPage"};
    const json_t *found = NULL;
    if (depth == 0)
        return NULL;
    for (size_t i = 0; i < json_array_size(value) && !found; i++)
        found = find_article(json_array_get(value, i), depth - 1);
    if (json_is_object(value) && is_article(value))
        return value;
    for (size_t i = 0; i < sizeof inside / sizeof *inside && !found; i++)
        found = find_article(json_object_get(value, inside[i]), depth - 1);
    return found;
}

enum status ld_json_read(struct slice json, struct article *a, struct slice *body)
{
    enum { DEPTH_MAX = 5 };
    struct intake in = {.article = a, .body = body};
    json_error_t problem;
    char *text = arena_copy(&a->arena, json.data, json.size);
    if (!text)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < json.size; i++) /* many write line ends into strings */
        if ((unsigned char)text[i] < ' ')
            text[i] = ' ';
    json_t *root = json_loadb(text, json.size, JSON_DISABLE_EOF_CHECK, &problem);
    const json_t *article = root ? find_article(root, DEPTH_MAX) : NULL;
    if (article)
        add_article(&in, article);
    json_decref(root);
    return in.status;
}
