/* fields.h - which key of the input is which field of an article. */
#ifndef INDEXER_INPUT_FIELDS_H
#define INDEXER_INPUT_FIELDS_H

#include "common/article.h"
#include "common/status.h"

enum { FIELD_MAP_MAX = 64 };

/* What the user mapped with --map; names are borrowed. */
struct field_map {
    struct {
        enum article_field field;
        struct slice name;
    } entries[FIELD_MAP_MAX];
    size_t count;
};

/* Adds `FIELD=NAME`. ARGUMENT, with the known fields, when FIELD is none. */
enum status field_map_add(struct field_map *map, const char *assignment,
                          struct status_error *err);

/* Finds the field of a key: the user's mapping, else the field's name or one of its
 * aliases. *rank tells how good a name it is (lower is better), so that `body` wins over
 * `text` when both are there. */
bool field_of_key(const struct field_map *map, struct slice key,
                  enum article_field *field, unsigned *rank);

#endif
