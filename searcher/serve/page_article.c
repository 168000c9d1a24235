/* The page of an article: its text with the query's words, related articles, reprints. */
#include "searcher/serve/page.h"

#include "common/cli/cli.h"
#include "searcher/serve/html.h"

#include <stdlib.h>
#include <string.h>

/* In a text with blank lines or indented ones, other lines only go on. */
static bool is_wrapped(const char *text)
{
    return strstr(text, "\n\n") || strstr(text, "\n\r\n") || strstr(text, "\n  ");
}

static size_t paragraph_end(const char *text, size_t at, bool wrapped)
{
    for (;;) {
        at += strcspn(text + at, "\n");
        const char *next = text + at + (text[at] == '\n');
        bool is_break = strncmp(next, "  ", 2) == 0 || *next == '\n' || *next == '\r';
        if (text[at] == '\0' || !wrapped || is_break)
            return at;
        at++;
    }
}

static void body(FILE *out, const json_t *article)
{
    const char *text = page_text(article, "body");
    size_t size = strlen(text), next = 0;
    json_t *spans = json_object_get(article, "highlights");
    bool wrapped = is_wrapped(text);
    for (size_t begin = 0, end; begin < size; begin = end + 1) {
        end = paragraph_end(text, begin, wrapped);
        if (strspn(text + begin, " \t\r") >= end - begin)
            continue;
        fputs("<p dir=\"auto\">", out);
        html_marked(out, text, begin, end, spans, &next);
        fputs("</p>", out);
    }
    if (size == 0)
        fputs("<p>The text of this article is not stored.</p>", out);
}

static void values(FILE *out, const json_t *article, const char *key, const char *filter,
                   const char *label)
{
    json_t *list = json_object_get(article, key), *value;
    size_t i;
    if (json_array_size(list) == 0)
        return;
    fprintf(out, "<div><dt>%s</dt>", label);
    json_array_foreach(list, i, value)
    {
        char *text = page_filter(filter, json_string_value(value));
        fputs("<dd><a href=\"/?q=", out);
        html_encoded(out, text + 1);
        fputs("\">", out);
        free(text);
        html_text(out, json_string_value(value));
        fputs("</a></dd>", out);
    }
    fputs("</div>", out);
}

/* Only addresses of the web are links. */
static bool is_web_address(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static void article(FILE *out, const json_t *a)
{
    const char *summary = page_text(a, "summary"), *url = page_text(a, "url");
    const char *language = page_text(a, "language");
    fputs("<article class=\"full\"", out);
    if (*language) {
        fputs(" lang=\"", out);
        html_text(out, language);
        fputc('"', out);
    }
    fputs("><h1 dir=\"auto\">", out);
    html_text(out, page_title(a));
    fputs("</h1>", out);
    page_facts(out, a);
    if (*summary) {
        fputs("<p class=\"summary\" dir=\"auto\">", out);
        html_text(out, summary);
        fputs("</p>", out);
    }
    body(out, a);
    if (is_web_address(url)) {
        fputs("<p><a rel=\"noreferrer\" href=\"", out);
        html_text(out, url);
        fputs("\">Where it was published</a></p>", out);
    }
    fputs("<dl class=\"values\">", out);
    values(out, a, "tags", "tag", "Tags");
    values(out, a, "topics", "tag", "Topics");
    values(out, a, "places", "place", "Places");
    values(out, a, "people", "person", "People");
    fputs("</dl></article>", out);
}

static void section(FILE *out, const char *id, const char *heading,
                    const json_t *articles, const struct page_view *view)
{
    if (json_array_size(articles) == 0)
        return;
    fprintf(out, "<section id=\"%s\"><h2>%s</h2>", id, heading);
    page_links(out, articles, view);
    fputs("</section>", out);
}

/* A query that cannot be shown in the text does not keep the article from being read. */
static json_t *get(struct http_server *server, const struct http_request *request,
                   const char *id, const char *q, struct request_error *error,
                   unsigned *status)
{
    json_t *params = json_pack("{s:s}", "id", id), *a = NULL;
    *status = MHD_HTTP_BAD_REQUEST;
    snprintf(error->message, sizeof error->message, "the address is not text in UTF-8");
    if (!params)
        return NULL;
    if (q && *q) {
        json_t *marked = json_pack("{s:s,s:s}", "id", id, "highlight", q);
        a = http_run(server, request, "get_article", marked, error, status);
    }
    if (a || (q && *q && *status != MHD_HTTP_BAD_REQUEST)) {
        json_decref(params);
        return a;
    }
    return http_run(server, request, "get_article", params, error, status);
}

void http_page_article(struct http_server *server, struct http_request *request,
                       struct http_response *response)
{
    const char *id = request->path + strlen(request->route->path);
    struct request_error error = {0}, ignored = {0};
    struct page_view view;
    unsigned also;
    bool good = page_read_view(request, &view);
    json_t *a =
        get(server, request, good ? id : "\xFF", view.q, &error, &response->status);
    json_t *others = NULL;
    if (a)
        others = http_run(
            server, request, "related",
            json_pack("{s:s,s:i,s:b}", "id", id, "limit", PAGE_RELATED, "no_snippet", 1),
            &ignored, &also);
    page_read_copies(server, request, others);
    FILE *out = cli_check_memory(open_memstream(&response->body, &response->size));
    response->type = "text/html; charset=utf-8";
    page_begin(out, a ? page_title(a) : "Pressmark", &view);
    fputs("<main>", out);
    if (page_is_asked(&view)) {
        fputs("<p><a id=\"back\" href=\"", out);
        page_address(out, &view);
        fputs("\">Back to the results</a></p>", out);
    }
    if (a)
        article(out, a);
    else
        page_problem(out, response->status, error.message);
    fputs("</main><aside>", out);
    section(out, "related", "Related", json_object_get(others, "hits"), &view);
    section(out, "reprints", "Reprints", json_object_get(others, "copies_read"), &view);
    fputs("</aside>", out);
    page_end(out);
    fclose(out);
    json_decref(a);
    json_decref(others);
}
