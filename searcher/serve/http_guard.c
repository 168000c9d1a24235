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

/* Headers that tell where a request ends and whose it is: once each. */
struct framing {
    unsigned length, encoding, host, origin, authorization;
    bool is_odd; /* an encoding other than chunked */
};

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind,
                                    const char *key, const char *value)
{
    struct framing *f = context;
    (void)kind;
    f->length += strcasecmp(key, "Content-Length") == 0;
    f->host += strcasecmp(key, "Host") == 0;
    f->origin += strcasecmp(key, "Origin") == 0;
    f->authorization += strcasecmp(key, "Authorization") == 0;
    if (strcasecmp(key, "Transfer-Encoding") == 0) {
        f->encoding++;
        f->is_odd |= !value || strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

/* What a proxy in front may read as another request than we do. */
static bool is_ambiguous(const struct http_request *r)
{
    struct framing f = {0};
    MHD_get_connection_values(r->connection, MHD_HEADER_KIND, count_header, &f);
    return f.length + f.encoding > 1 || f.is_odd || f.host > 1 || f.origin > 1 ||
           f.authorization > 1;
}

/* Browsers say so, also where they send no Origin: `<img>` and the like. A link that is
 * followed is no harm. */
static bool is_from_other_site(const struct http_request *r)
{
    const char *site = header(r, "Sec-Fetch-Site"), *mode = header(r, "Sec-Fetch-Mode");
    return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0 &&
           !(mode && strcmp(mode, "navigate") == 0);
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
        return is_token(given + 7 + strspn(given + 7, " \t"), s->token);
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
    if (is_ambiguous(request)) {
        response->closes = true;
        http_fail(response, MHD_HTTP_BAD_REQUEST,
                  "headers that may be there once are there twice, or contradict each "
                  "other, or name an encoding other than chunked");
    } else if (!host)
        http_fail(response, MHD_HTTP_BAD_REQUEST, "the request has no Host");
    else if (!is_own_host(server, host))
        http_fail(response, MHD_HTTP_FORBIDDEN,
                  "this server does not go by the name that the request has as its Host "
                  "(--allow-host NAME allows it)");
    else if ((origin && !is_own_origin(origin, host)) || is_from_other_site(request))
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
    bool is_whole = size < sizeof server->token - 1 || memchr(server->token, '\n', size);
    bool good = in && !ferror(in);
    if (in)
        fclose(in);
    if (!good)
        return cli_fail(options_program.name, "cannot read '%s': %s", path,
                        strerror(errno)) == CLI_OK;
    server->token[size] = '\0';
    size_t used = strcspn(server->token, "\r\n");
    server->token[used] = '\0';
    bool is_trimmed = used > 0 && strspn(server->token, " \t") == 0 &&
                      !strchr(" \t", server->token[used - 1]);
    if (used >= HTTP_TOKEN_MIN && is_trimmed && is_whole)
        return true;
    return cli_fail(options_program.name,
                    "'%s': the token on its first line needs %d to %d characters, and no "
                    "blank at either end",
                    path, HTTP_TOKEN_MIN, HTTP_TOKEN_MAX - 1) == CLI_OK;
}
