/* The service described as OpenAPI 3.1: paths and parameters from the tables that answer
 * them, answers from answers.json. */
#include "searcher/cli/json.h"
#include "searcher/cli/options.h"
#include "searcher/serve/http_server.h"
#include "searcher/serve/schema.h"

#include "common/cli/cli.h"

#include "answers.inc"

#include <string.h>

/* The name of the answer of a path, in answers.json; NULL: it is not described. */
static const char *answer_of(const struct http_route *r)
{
    static const char *const names[][2] = {
        {"get_article", "Article"}, {"complete", "Words"}, {"index_info", "Index"}};
    for (size_t i = 0; r->request && i < sizeof names / sizeof *names; i++)
        if (strcmp(r->request, names[i][0]) == 0)
            return names[i][1];
    return r->request ? "Results" : strcmp(r->path, "/healthz") == 0 ? "Health" : NULL;
}

static json_t *reference(const char *schema)
{
    char text[64];
    snprintf(text, sizeof text, "#/components/schemas/%s", schema);
    return json_pack("{s:s}", "$ref", text);
}

static json_t *response_of(const char *description, const char *schema)
{
    json_t *content =
        schema ? json_pack("{s:{s:o}}", "application/json", "schema", reference(schema))
               : json_pack("{s:{}}", "*/*");
    return json_pack("{s:s,s:o}", "description", description, "content", content);
}

static json_t *responses_of(const struct http_route *r)
{
    return json_pack("{s:o,s:o}", "200", response_of("The answer.", answer_of(r)),
                     "default", response_of("What is wrong.", "Error"));
}

static json_t *parameter_of(const struct http_route *r, const struct request_method *m,
                            const struct request_param *p)
{
    bool in_path = r->path_param && strcmp(p->name, r->path_param) == 0;
    bool required = in_path || (m->required && strcmp(m->required, p->name) == 0);
    json_t *one =
        json_pack("{s:s,s:s,s:b,s:o}", "name", p->name, "in", in_path ? "path" : "query",
                  "required", required, "schema", schema_of_param(p));
    if (p->type == REQUEST_CHOICES) { /* a,b */
        json_set(one, "style", json_string("form"));
        json_set(one, "explode", json_false());
    }
    return one;
}

static json_t *operation_of(const struct http_route *r, const struct request_method *m)
{
    json_t *parameters = json_array();
    const struct request_param *p;
    for (size_t i = 0; m && (p = request_param(m, i)); i++)
        if (!(r->path_param && strcmp(p->name, "text") == 0)) /* an id stands for it */
            json_array_append_new(parameters, parameter_of(r, m, p));
    return json_pack("{s:s,s:o,s:o}", "summary", r->help ? r->help : m->help,
                     "parameters", parameters, "responses", responses_of(r));
}

/* The same with the parameters as one object. */
static json_t *post_of(const struct http_route *r, const struct request_method *m)
{
    json_t *properties = json_object();
    const struct request_param *p;
    for (size_t i = 0; (p = request_param(m, i)); i++)
        json_set(properties, p->name, schema_of_param(p));
    json_t *schema = json_pack("{s:s,s:o,s:b}", "type", "object", "properties",
                               properties, "additionalProperties", 0);
    if (m->required)
        json_set(schema, "required", json_pack("[s]", m->required));
    return json_pack("{s:s,s:{s:b,s:{s:{s:o}}},s:o}", "summary", m->help, "requestBody",
                     "required", 1, "content", "application/json", "schema", schema,
                     "responses", responses_of(r));
}

static void add_path(json_t *paths, const struct http_route *r)
{
    const struct request_method *m = r->request ? request_find_method(r->request) : NULL;
    char path[64];
    if (r->help && *r->help == '\0')
        return;
    snprintf(path, sizeof path, r->path_param ? "%s{%s}" : "%s", r->path, r->path_param);
    json_t *item = json_pack("{s:o}", "get", operation_of(r, m));
    if (r->takes_body)
        json_set(item, "post", post_of(r, m));
    json_set(paths, path, item);
}

void http_openapi(struct http_server *server, struct http_request *request,
                  struct http_response *response)
{
    json_t *paths = json_object();
    json_t *schemas = cli_check_memory(
        json_loadb((const char *)answers_json, sizeof answers_json, 0, NULL));
    (void)request;
    for (size_t i = 0; i < http_route_count(); i++)
        add_path(paths, http_route(i));
    json_t *components = json_pack("{s:o}", "schemas", schemas);
    json_t *description = json_pack(
        "{s:s,s:{s:s,s:s,s:s},s:o,s:O}", "openapi", "3.1.0", "info", "title", "Pressmark",
        "description", "Ranked search in an archive of news articles.", "version",
        options_program.version, "paths", paths, "components", components);
    if (server->token[0]) {
        json_set(components, "securitySchemes",
                 json_pack("{s:{s:s,s:s}}", "token", "type", "http", "scheme", "bearer"));
        json_set(description, "security", json_pack("[{s:[]}]", "token"));
    }
    json_decref(components);
    http_json(response, description);
}
