#include "searcher/serve/schema.h"

#include <string.h>

static json_t *schema_of_choices(const char *choices)
{
    json_t *list = json_array();
    while (*choices) {
        size_t size = strcspn(choices, "|");
        json_array_append_new(list, json_stringn(choices, size));
        choices += size + (choices[size] == '|');
    }
    return list;
}

json_t *schema_of_param(const struct request_param *p)
{
    switch (p->type) {
    case REQUEST_TEXT:
        return json_pack("{s:s,s:s}", "type", "string", "description", p->help);
    case REQUEST_FLAG:
        return json_pack("{s:s,s:s}", "type", "boolean", "description", p->help);
    case REQUEST_CHOICE:
        return json_pack("{s:s,s:s,s:o}", "type", "string", "description", p->help,
                         "enum", schema_of_choices(p->choices));
    case REQUEST_CHOICES:
        return json_pack("{s:s,s:s,s:{s:s,s:o}}", "type", "array", "description", p->help,
                         "items", "type", "string", "enum",
                         schema_of_choices(p->choices));
    case REQUEST_COUNT:
        break;
    }
    return json_pack("{s:s,s:s,s:i,s:I}", "type", "integer", "description", p->help,
                     "minimum", 0, "maximum", (json_int_t)p->max);
}
