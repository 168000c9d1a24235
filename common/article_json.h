/* article_json.h - an article as JSON (contract: the same shape in and out). */
#ifndef COMMON_ARTICLE_JSON_H
#define COMMON_ARTICLE_JSON_H

#include "common/article.h"

#include <jansson.h>

/* A new JSON object; NULL when there is no memory. Empty fields are left out. */
json_t *article_to_json(const struct article *a);

#endif
