/* The page of a search. All of it is made here, so that it needs no script; the script
 * adds completion and keys. */
#include "searcher/serve/page.h"

#include "common/cli/cli.h"
#include "searcher/serve/html.h"

#include "page_files.inc"

#include <stdlib.h>
#include <string.h>

/* --- addresses --- */

bool page_read_view(const struct http_request *request, struct page_view *view)
{
    static const char *const names[] = {"q", "since", "until", "sort", "offset"};
    const char *values[5];
    bool good = true;
    for (size_t i = 0; i < 5; i++)
        good &= http_argument(request, names[i], &values[i]);
    long number = values[4] ? strtol(values[4], NULL, 10) : 0;
    *view = (struct page_view){values[0], values[1], values[2], values[3], 0};
    view->offset = number > 0 && number < 1000000 ? (unsigned)number : 0;
    return good;
}

static void add_value(FILE *out, const char **mark, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    fprintf(out, "%s%s=", *mark, key);
    html_encoded(out, value);
    *mark = "&amp;";
}

static void add_view(FILE *out, const struct page_view *view)
{
    const char *mark = "?";
    char offset[16];
    snprintf(offset, sizeof offset, "%u", view->offset);
    add_value(out, &mark, "q", view->q);
    add_value(out, &mark, "since", view->since);
    add_value(out, &mark, "until", view->until);
    add_value(out, &mark, "sort", view->sort);
    add_value(out, &mark, "offset", view->offset > 0 ? offset : NULL);
}

void page_address(FILE *out, const struct page_view *view)
{
    fputc('/', out);
    add_view(out, view);
}

void page_article_address(FILE *out, const char *id, const struct page_view *view)
{
    fputs("/read/", out);
    html_encoded(out, id);
    add_view(out, view);
}

/* --- the frame --- */

static void option(FILE *out, const char *value, const char *label, const char *chosen)
{
    fprintf(out, "<option value=\"%s\"%s>%s</option>", value,
            chosen && strcmp(chosen, value) == 0 ? " selected" : "", label);
}

static void date_input(FILE *out, const char *name, const char *label, const char *value)
{
    fprintf(out,
            "<label>%s <input name=\"%s\" placeholder=\"2024-05 or yesterday\" "
            "autocomplete=\"off\" value=\"",
            label, name);
    html_text(out, value ? value : "");
    fputs("\"></label>", out);
}

static void form(FILE *out, const struct page_view *view)
{
    bool is_narrowed =
        (view->since && *view->since) || (view->until && *view->until) || view->sort;
    fputs("<form action=\"/\" role=\"search\" id=\"form\">"
          "<div class=\"ask\"><label class=\"hidden\" for=\"q\">Search</label>"
          "<input id=\"q\" name=\"q\" type=\"search\" autocomplete=\"off\" "
          "spellcheck=\"false\" placeholder=\"words, &quot;a phrase&quot;, "
          "title:word, date:2024-05\" value=\"",
          out);
    html_text(out, view->q ? view->q : "");
    fputs("\"><button>Search</button></div>", out);
    fprintf(out, "<details%s><summary>Dates and order</summary><div class=\"more\">",
            is_narrowed ? " open" : "");
    date_input(out, "since", "since", view->since);
    date_input(out, "until", "until", view->until);
    fputs("<label>order <select name=\"sort\">", out);
    option(out, "relevance", "best first", view->sort);
    option(out, "newest", "newest first", view->sort);
    option(out, "oldest", "oldest first", view->sort);
    fputs("</select></label></div></details></form>", out);
}

void page_begin(FILE *out, const char *title, const struct page_view *view)
{
    fputs("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
          "<meta name=\"color-scheme\" content=\"light dark\"><title>",
          out);
    html_text(out, title);
    fputs("</title><link rel=\"stylesheet\" href=\"/page.css\">"
          "<link rel=\"icon\" href=\"data:,\">"
          "<script src=\"/page.js\" defer></script></head><body>"
          "<header><a class=\"home\" href=\"/\">Pressmark</a>",
          out);
    form(out, view);
    fputs("</header>", out);
}

void page_end(FILE *out)
{
    fputs("<footer id=\"keys\" hidden><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next "
          "and previous <kbd>Enter</kbd> read <kbd>u</kbd> back</footer></body></html>",
          out);
}

/* --- articles --- */

const char *page_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

const char *page_title(const json_t *article)
{
    const char *title = page_text(article, "title");
    return *title ? title : "(no headline)";
}

void page_facts(FILE *out, const json_t *article)
{
    const char *date = page_text(article, "date"), *source = page_text(article, "source");
    size_t i;
    json_t *author;
    fputs("<p class=\"facts\">", out);
    if (*date) { /* 2025-01-24T10:30:00Z without its seconds */
        fputs("<time datetime=\"", out);
        html_text(out, date);
        fprintf(out, strlen(date) > 10 ? "\">%.10s %.5s UTC</time>" : "\">%.10s</time>",
                date, date + (strlen(date) > 10 ? 11 : 0));
    }
    if (*source) {
        fputs("<span>", out);
        html_text(out, source);
        fputs("</span>", out);
    }
    json_array_foreach(json_object_get(article, "author"), i, author)
    {
        fputs("<span>", out);
        html_text(out, json_string_value(author));
        fputs("</span>", out);
    }
    fputs("</p>", out);
}

void page_read_copies(struct http_server *server, const struct http_request *request,
                      json_t *answer)
{
    json_t *ids = json_object_get(answer, "copy_ids"), *list = json_array(), *id;
    struct request_error ignored;
    unsigned status;
    size_t i;
    json_array_foreach(ids, i, id)
    {
        json_t *copy = NULL;
        if (i < PAGE_COPIES)
            copy = http_run(server, request, "get_article", json_pack("{s:O}", "id", id),
                            &ignored, &status);
        json_object_del(copy, "body"); /* which may be long, and is not shown */
        if (copy)
            json_array_append_new(list, copy);
    }
    if (json_array_size(list) > 0)
        json_object_set(answer, "copies_read", list);
    json_decref(list);
}

void page_links(FILE *out, const json_t *articles, const struct page_view *view)
{
    json_t *article;
    size_t i;
    fputs("<ul>", out);
    json_array_foreach(articles, i, article)
    {
        fputs("<li><a dir=\"auto\" href=\"", out);
        page_article_address(out, page_text(article, "id"), view);
        fputs("\">", out);
        html_text(out, page_title(article));
        fputs("</a>", out);
        page_facts(out, article);
        fputs("</li>", out);
    }
    fputs("</ul>", out);
}

static void copies(FILE *out, const json_t *hit, const struct page_view *view)
{
    size_t count = json_array_size(json_object_get(hit, "copy_ids"));
    if (count == 0)
        return;
    fprintf(out, "<details class=\"copies\"><summary>+%zu %s</summary>", count,
            count == 1 ? "copy" : "copies");
    page_links(out, json_object_get(hit, "copies_read"), view);
    fputs("</details>", out);
}

static void hit(FILE *out, const json_t *hit, const struct page_view *view)
{
    const char *snippet = page_text(hit, "snippet");
    fputs("<li><article><h2 dir=\"auto\"><a href=\"", out);
    page_article_address(out, page_text(hit, "id"), view);
    fputs("\">", out);
    html_text(out, page_title(hit));
    fputs("</a></h2>", out);
    page_facts(out, hit);
    if (*snippet) {
        fputs("<p class=\"snippet\" dir=\"auto\">", out);
        size_t next = 0;
        html_marked(out, snippet, 0, strlen(snippet), json_object_get(hit, "highlights"),
                    &next);
        fputs("</p>", out);
    }
    copies(out, hit, view);
    fputs("</article></li>", out);
}

/* --- the search --- */

static void said(FILE *out, const json_t *answer, const struct page_view *view)
{
    const char *suggestion = page_text(answer, "suggestion");
    json_t *warning, *word, *other;
    size_t i, k;
    if (*suggestion) {
        struct page_view better = *view;
        better.q = suggestion;
        better.offset = 0;
        fputs("<p class=\"said\">Did you mean <a href=\"", out);
        page_address(out, &better);
        fputs("\">", out);
        html_text(out, suggestion);
        fputs("</a>?</p>", out);
    }
    json_array_foreach(json_object_get(answer, "variants"), i, word)
    {
        fputs("<p class=\"said\">", out);
        html_text(out, page_text(word, "word"));
        fputs(" is also ", out);
        json_array_foreach(json_object_get(word, "also"), k, other)
        {
            fputs(k > 0 ? ", " : "", out);
            html_text(out, json_string_value(other));
        }
        fputs("</p>", out);
    }
    json_array_foreach(json_object_get(answer, "warnings"), i, warning)
    {
        fputs("<p class=\"said\">", out);
        html_text(out, json_string_value(warning));
        fputs("</p>", out);
    }
}

static void pages(FILE *out, json_int_t total, const struct page_view *view)
{
    struct page_view other = *view;
    fputs("<nav class=\"pages\" aria-label=\"Pages\">", out);
    if (view->offset > 0) {
        other.offset = view->offset > PAGE_HITS ? view->offset - PAGE_HITS : 0;
        fputs("<a rel=\"prev\" href=\"", out);
        page_address(out, &other);
        fputs("\">Previous</a> ", out);
    }
    if (view->offset + PAGE_HITS < total) {
        other.offset = view->offset + PAGE_HITS;
        fputs("<a rel=\"next\" href=\"", out);
        page_address(out, &other);
        fputs("\">Next</a>", out);
    }
    fputs("</nav>", out);
}

static void results(FILE *out, const json_t *answer, const struct page_view *view)
{
    json_t *hits = json_object_get(answer, "hits"), *one;
    json_int_t total =
        json_integer_value(json_object_get(json_object_get(answer, "total"), "count"));
    size_t i;
    fputs("<main id=\"results\"><h1>", out);
    html_number(out, total);
    fputs(total == 1 ? " article</h1>" : " articles</h1>", out);
    said(out, answer, view);
    fprintf(out, "<ol class=\"hits\" start=\"%u\">", view->offset + 1);
    json_array_foreach(hits, i, one) hit(out, one, view);
    fputs("</ol>", out);
    if (total == 0)
        fputs("<p>Nothing has these words. Fewer words, <code>word*</code> or "
              "<code>word~</code> find more.</p>",
              out);
    pages(out, total, view);
    fputs("</main><aside>", out);
    page_timeline(out, answer, view);
    page_facets(out, answer, view);
    fputs("</aside>", out);
}

static json_t *params_of(const struct page_view *view)
{
    json_t *params =
        json_pack("{s:s,s:i,s:i,s:i,s:s,s:[s,s,s,s,s,s,s]}", "query",
                  view->q ? view->q : "", "limit", PAGE_HITS, "offset", (int)view->offset,
                  "facet_limit", PAGE_FACET_VALUES, "timeline", "month", "facets",
                  "source", "section", "author", "place", "person", "tag", "language");
    if (params && view->since && *view->since)
        json_object_set_new(params, "since", json_string(view->since));
    if (params && view->until && *view->until)
        json_object_set_new(params, "until", json_string(view->until));
    if (params && view->sort && *view->sort)
        json_object_set_new(params, "sort", json_string(view->sort));
    return params;
}

static void welcome(FILE *out, const json_t *info)
{
    json_t *years = json_object_get(info, "years");
    size_t count = json_array_size(years);
    fputs("<main><h1>", out);
    html_number(out, json_integer_value(json_object_get(info, "articles")));
    fputs(" articles</h1>", out);
    if (count > 0) {
        fputs("<p>from ", out);
        html_bytes(out, page_text(json_array_get(years, 0), "from"), 4);
        fputs(" to ", out);
        html_bytes(out, page_text(json_array_get(years, count - 1), "from"), 4);
        fputs("</p>", out);
    }
    fputs("<dl class=\"help\"><dt>coffee exports</dt><dd>any of the words; all of them, "
          "close together, come first</dd><dt>\"export quotas\"</dt><dd>these words in "
          "this order</dd><dt>+coffee -tea</dt><dd>with one, without the other</dd>"
          "<dt>title:coffee quote:price</dt><dd>in the headline; said by somebody</dd>"
          "<dt>export* harbour~</dt><dd>any ending; another spelling</dd>"
          "<dt>coffee w/5 price</dt><dd>within five words</dd>"
          "<dt>date:2024-05 source:\"The Post\"</dt><dd>when and where</dd></dl></main>",
          out);
}

void page_problem(FILE *out, unsigned status, const char *message)
{
    fprintf(out, "<h1>%s</h1><p role=\"alert\">",
            status == MHD_HTTP_NOT_FOUND             ? "No such article"
            : status == MHD_HTTP_SERVICE_UNAVAILABLE ? "Too much to do"
            : status == MHD_HTTP_BAD_REQUEST         ? "This cannot be searched"
                                                     : "Something went wrong");
    html_text(out, message);
    fputs("</p>", out);
}

static void failed(FILE *out, unsigned status, const char *message)
{
    fputs("<main>", out);
    page_problem(out, status, message);
    fputs("</main>", out);
}

bool page_is_asked(const struct page_view *view)
{
    return (view->q && view->q[strspn(view->q, " ")]) || (view->since && *view->since) ||
           (view->until && *view->until);
}

void http_page(struct http_server *server, struct http_request *request,
               struct http_response *response)
{
    struct request_error error = {REQUEST_BAD_PARAMS, "the address is not text in UTF-8"};
    struct page_view view;
    json_t *one;
    size_t i;
    bool good = page_read_view(request, &view), asked = page_is_asked(&view);
    json_t *params = asked && good ? params_of(&view) : NULL, *answer = NULL;
    if (!asked && good)
        params = json_object();
    response->status = MHD_HTTP_BAD_REQUEST;
    if (params)
        answer = http_run(server, request, asked ? "search" : "index_info", params,
                          &error, &response->status);
    json_array_foreach(json_object_get(answer, "hits"), i, one)
        page_read_copies(server, request, one);
    FILE *out = cli_check_memory(open_memstream(&response->body, &response->size));
    response->type = "text/html; charset=utf-8";
    page_begin(out, asked && view.q && *view.q ? view.q : "Pressmark", &view);
    if (!answer)
        failed(out, response->status, error.message);
    else if (asked)
        results(out, answer, &view);
    else
        welcome(out, answer);
    page_end(out);
    fclose(out);
    json_decref(answer);
}

void http_page_style(struct http_server *server, struct http_request *request,
                     struct http_response *response)
{
    (void)server;
    (void)request;
    response->type = "text/css; charset=utf-8";
    response->text = (const char *)page_css;
    response->size = sizeof page_css;
}

void http_page_script(struct http_server *server, struct http_request *request,
                      struct http_response *response)
{
    (void)server;
    (void)request;
    response->type = "text/javascript; charset=utf-8";
    response->text = (const char *)page_js;
    response->size = sizeof page_js;
}
