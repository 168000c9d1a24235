/* json_parser.h - simdjson in C: one JSON text at a time. */
#ifndef INDEXER_INPUT_JSON_PARSER_H
#define INDEXER_INPUT_JSON_PARSER_H

#include "common/buffer.h"
#include "common/slice.h"
#include "common/status.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that must be readable after the text. */
enum { JSON_PADDING = 64 };

struct json_parser;

struct json_parser *json_parser_new(void); /* NULL: no memory */
void json_parser_free(struct json_parser *p);

/* A value as text: a string, a number (a fraction in 17 digits), `true` or `false`. Of an
 * object only a name (`name`, `title`, `headline` or `text`) and an address (`url` or
 * `link`) are taken. Valid until the next parse. */
struct json_value {
    struct slice text;
    struct slice url;
};

/* Called with every key of the top-level object that `wants` accepts, once per value: the
 * elements of an array one by one; null is left out. */
struct json_visitor {
    bool (*wants)(void *context, struct slice key);
    enum status (*value)(void *context, struct slice key, struct json_value value);
    void *context;
};

/* Parses text, which must be a JSON object that is followed by JSON_PADDING readable
 * bytes. Bad UTF-8 is repaired and counted in *bad_bytes. INVALID with the reason in err.
 */
enum status json_parse(struct json_parser *p, struct slice text,
                       const struct json_visitor *visitor, uint64_t *bad_bytes,
                       struct status_error *err);

#ifdef __cplusplus
}
#endif
#endif
