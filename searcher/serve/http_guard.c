/* Who may ask: a page of another site must not reach an archive through the browser of
 * somebody who may (Origin; and Host, for names that are pointed at this machine). */
#include "searcher/serve/http_server.h"

#include "common/cli/cli.h"
#include "searcher/cli/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *header(const struct http_request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

/* The name in `name:port` or `[address]:port`. */
static size_t name_size(const char *host)
{
    const char *end = *host == '[' ? strchr(host, ']') : strchr(host, ':');
    return end ? (size_t)(end - host) + (*end == ']') : strlen(host);
}

static bool is_name(const char *host, size_t size, const char *name)
{
    return strlen(name) == size && strncasecmp(host, name, size) == 0;
}

/* A name of somebody's domain cannot be a number. */
static bool is_number(const char *host, size_t size)
{
    char text[64];
    struct in_addr v4;
    bool is_v6 = size > 2 && host[0] == '[' && host[size - 1] == ']';
    if (is_v6 || size >= sizeof text)
        return is_v6;
    memcpy(text, host, size);
    text[size] = '\0';
    return inet_pton(AF_INET, text, &v4) == 1;
}

static bool is_own_host(const struct http_server *s, const char *host)
{
    size_t size = name_size(host);
    bool found = is_number(host, size) || is_name(host, size, "localhost") ||
                 is_name(host, size, s->host);
    for (size_t i = 0; i < s->options.host_count; i++)
        found |= is_name(host, size, s->options.hosts[i]);
    return found;
}

static bool is_own_origin(const char *origin, const char *host)
{
    size_t scheme = strncmp(origin, "https://", 8) == 0  ? 8
                    : strncmp(origin, "http://", 7) == 0 ? 7
                                                         : 0;
    return scheme > 0 && strcasecmp(origin + scheme, host) == 0;
}

/* Takes as long whatever differs. */
static bool is_token(const char *given, const char *token)
{
    size_t size = strlen(token);
    unsigned differ = strlen(given) != size;
    for (size_t i = 0; i < size; i++)
        differ |= (unsigned char)(differ ? 0 : given[i]) ^ (unsigned char)token[i];
    return differ == 0;
}

/* As `Bearer TOKEN`; or as the password of Basic, which browsers ask for. */
static bool has_token(const struct http_server *s, const struct http_request *r)
{
    const char *given = header(r, "Authorization");
    char *password = NULL;
    if (s->token[0] == '\0')
        return true;
    if (given && strncasecmp(given, "Bearer ", 7) == 0)
        return is_token(given + 7, s->token);
    char *name = MHD_basic_auth_get_username_password(r->connection, &password);
    bool good = password && is_token(password, s->token);
    MHD_free(name);
    MHD_free(password);
    return good;
}

bool http_guard(struct http_server *server, struct http_request *request,
                struct http_response *response)
{
    const char *host = header(request, "Host"), *origin = header(request, "Origin");
    if (!host)
        http_fail(response, MHD_HTTP_BAD_REQUEST, "the request has no Host");
    else if (!is_own_host(server, host))
        http_fail(response, MHD_HTTP_FORBIDDEN,
                  "this server does not go by the name that the request has as its Host "
                  "(--allow-host NAME allows it)");
    else if (origin && !is_own_origin(origin, host))
        http_fail(response, MHD_HTTP_FORBIDDEN,
                  "pages of other sites may not ask this server");
    else if (strcmp(request->path, "/healthz") != 0 && !has_token(server, request))
        http_fail(response, MHD_HTTP_UNAUTHORIZED,
                  "a token is needed: Authorization: Bearer TOKEN");
    else
        return true;
    return false;
}

bool http_read_token(struct http_server *server)
{
    const char *path = server->options.token_file;
    if (!path)
        return true;
    FILE *in = fopen(path, "r");
    size_t size = in ? fread(server->token, 1, sizeof server->token - 1, in) : 0;
    bool good = in && !ferror(in);
    if (in)
        fclose(in);
    if (!good)
        return cli_fail(options_program.name, "cannot read '%s': %s", path,
                        strerror(errno)) == CLI_OK;
    server->token[size] = '\0';
    size_t used = strcspn(server->token, "\r\n");
    server->token[used] = '\0';
    if (used >= HTTP_TOKEN_MIN && strspn(server->token, " \t") == 0)
        return true;
    return cli_fail(options_program.name,
                    "'%s': the token on its first line needs %d characters, and no "
                    "blank in front",
                    path, HTTP_TOKEN_MIN) == CLI_OK;
}
