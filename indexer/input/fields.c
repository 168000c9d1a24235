#include "indexer/input/fields.h"

#include <stdio.h>

/* Aliases, best first. */
static const struct {
    const char *name;
    enum article_field field;
} aliases[] = {
    {"headline", ARTICLE_TITLE},      {"dek", ARTICLE_SUMMARY},
    {"description", ARTICLE_SUMMARY}, {"subtitle", ARTICLE_SUMMARY},
    {"articleBody", ARTICLE_BODY},    {"maintext", ARTICLE_BODY},
    {"text", ARTICLE_BODY},           {"content", ARTICLE_BODY},
    {"published", ARTICLE_DATE},      {"published_at", ARTICLE_DATE},
    {"pubDate", ARTICLE_DATE},        {"datePublished", ARTICLE_DATE},
    {"publishedAt", ARTICLE_DATE},    {"published_date", ARTICLE_DATE},
    {"pub_date", ARTICLE_DATE},       {"publication_date", ARTICLE_DATE},
    {"date_published", ARTICLE_DATE}, {"paragraphs", ARTICLE_BODY},
    {"date_publish", ARTICLE_DATE},   {"timestamp", ARTICLE_DATE},
    {"publisher", ARTICLE_SOURCE},    {"site", ARTICLE_SOURCE},
    {"source_name", ARTICLE_SOURCE},  {"authors", ARTICLE_AUTHOR},
    {"byline", ARTICLE_AUTHOR},       {"lang", ARTICLE_LANGUAGE},
    {"keywords", ARTICLE_TAGS},       {"link", ARTICLE_URL},
    {"read_more", ARTICLE_RELATED},
};

enum { ALIAS_COUNT = sizeof aliases / sizeof *aliases };

static bool field_of_name(struct slice name, enum article_field *field)
{
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++) {
        if (f != ARTICLE_RELATED_URL &&
            slice_equal(name, slice_of(article_field_key((enum article_field)f)))) {
            *field = (enum article_field)f;
            return true;
        }
    }
    return false;
}

enum status field_map_add(struct field_map *map, const char *assignment,
                          struct status_error *err)
{
    const char *equals = strchr(assignment, '=');
    enum article_field field;
    if (!equals || equals[1] == '\0')
        return status_set(err, STATUS_ARGUMENT, "--map takes FIELD=NAME, not '%.80s'",
                          assignment);
    struct slice name = {assignment, (size_t)(equals - assignment)};
    if (!field_of_name(name, &field))
        return status_set(
            err, STATUS_ARGUMENT,
            "--map: '%.*s' is no field of an article; the fields are id, url, "
            "title, summary, body, date, updated, source, author, section, "
            "language, tags, places, people, topics, related",
            (int)name.size, name.data);
    if (map->count == FIELD_MAP_MAX)
        return status_set(err, STATUS_LIMIT, "more than %d --map options", FIELD_MAP_MAX);
    map->entries[map->count].field = field;
    map->entries[map->count].name = slice_of(equals + 1);
    map->count++;
    return STATUS_OK;
}

bool field_of_key(const struct field_map *map, struct slice key,
                  enum article_field *field, unsigned *rank)
{
    for (size_t i = 0; i < map->count; i++) {
        if (slice_equal(key, map->entries[i].name)) {
            *field = map->entries[i].field;
            *rank = 0;
            return true;
        }
    }
    *rank = 1;
    if (field_of_name(key, field))
        return true;
    for (unsigned i = 0; i < ALIAS_COUNT; i++) {
        if (slice_equal(key, slice_of(aliases[i].name))) {
            *field = aliases[i].field;
            *rank = 2 + i;
            return true;
        }
    }
    return false;
}
