/* schema.h - parameters of methods as JSON Schema, for descriptions. */
#ifndef SEARCHER_SERVE_SCHEMA_H
#define SEARCHER_SERVE_SCHEMA_H

#include "searcher/serve/request.h"

json_t *schema_of_param(const struct request_param *p);

#endif
