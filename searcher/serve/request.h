/* request.h - what can be asked of a searcher that stays: methods with parameters in
 * JSON, answers as the program prints them with -o json. The same for every protocol. */
#ifndef SEARCHER_CLI_REQUEST_H
#define SEARCHER_CLI_REQUEST_H

#include <jansson.h>
#include <pressmark.h>

#include <stdbool.h>

enum request_param_type {
    REQUEST_TEXT,
    REQUEST_COUNT, /* a whole number, 0 to max */
    REQUEST_FLAG,
    REQUEST_CHOICE, /* a text, one of choices */
    REQUEST_CHOICES /* a list of those */
};

struct request_param {
    const char *name;
    enum request_param_type type;
    long long max;
    const char *choices; /* `a|b|c` */
    const char *help;
    size_t offset; /* in the parameters that were read */
};

struct request_method {
    const char *name;
    const char *help;
    const char *required; /* the parameter that must be there; NULL: none */
    const char *params;   /* names, blanks around each */
};

/* Method i; NULL when there are no more. Parameter i of a method, likewise. */
const struct request_method *request_method(size_t i);
const struct request_param *request_param(const struct request_method *m, size_t i);

/* Those of a name; NULL when there is none. */
const struct request_method *request_find_method(const char *name);
const struct request_param *request_find_param(const struct request_method *m,
                                               const char *name);

enum request_failure {
    REQUEST_NO_METHOD = 1,
    REQUEST_BAD_PARAMS,
    REQUEST_NOT_FOUND,
    REQUEST_CANCELLED,
    REQUEST_UNSUPPORTED, /* of archives on other machines */
    REQUEST_FAILED
};

struct request_error {
    enum request_failure failure;
    char message[600];
};

/* What holds for all requests of a server. */
struct request_limits {
    unsigned time_ms;           /* no request may take longer; 0: none */
    const volatile int *cancel; /* see pressmark_search_options */
    uint64_t max_query;         /* bytes; 0: none but the library's own */
};

/* Answers; params may be NULL. The answer is the caller's; NULL when it fails. */
json_t *request_answer(struct pressmark_searcher *searcher, const char *method,
                       const json_t *params, const struct request_limits *limits,
                       struct request_error *error);

#endif
