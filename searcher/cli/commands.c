#include "searcher/cli/commands.h"

#include "searcher/cli/evaluate.h"
#include "searcher/cli/read_article.h"
#include "searcher/serve/http.h"
#include "searcher/serve/mcp.h"
#include "searcher/serve/rpc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Prints the answer, or scores it. article: what hits shall be related to, or NULL. */
static int search(struct pressmark_searcher *searcher, const struct options *o,
                  struct output *out, struct evaluation *evaluation, const char *qid,
                  const char *query, const char *article)
{
    struct pressmark_search_options s = options_of_search(o, out);
    s.related_text = article;
    s.related_to = article ? NULL : o->related;
    struct pressmark_results *results;
    struct pressmark_error err;
    if (pressmark_search(searcher, query, &s, &results, &err))
        return cli_fail(options_program.name, "%s", err.message);
    if (evaluation)
        evaluation_add(evaluation, qid, results);
    else
        output_results(out, qid, query, results);
    int code = pressmark_results_total(results, NULL) > 0 ? CLI_OK : CLI_PARTIAL;
    pressmark_results_free(results);
    return code;
}

/* Found something when one of the queries did. */
static int run_batch(struct pressmark_searcher *searcher, const struct options *o,
                     struct output *out, struct evaluation *evaluation)
{
    FILE *in = strcmp(o->batch, "-") == 0 ? stdin : fopen(o->batch, "r");
    char *line = NULL;
    size_t capacity = 0, number = 0;
    ssize_t size;
    int code = CLI_PARTIAL;
    if (!in)
        return cli_fail(options_program.name, "cannot read '%s': %s", o->batch,
                        strerror(errno));
    while (code != CLI_FAILED && (size = getline(&line, &capacity, in)) >= 0) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (*line == '\0')
            continue;
        if (!tab) {
            code = cli_fail(options_program.name,
                            "'%s', line %zu: no tab between qid and query", o->batch,
                            number);
            break;
        }
        *tab = '\0';
        int one = search(searcher, o, out, evaluation, line, tab + 1, NULL);
        code = one == CLI_FAILED ? CLI_FAILED : one == CLI_OK ? CLI_OK : code;
    }
    if (ferror(in))
        code = cli_fail(options_program.name, "cannot read '%s': %s", o->batch,
                        strerror(errno));
    free(line);
    if (in != stdin)
        fclose(in);
    return code;
}

static int evaluate(struct pressmark_searcher *searcher, const struct options *o,
                    struct output *out)
{
    struct options deep = *o;
    struct evaluation *evaluation = evaluation_read(options_program.name, o->eval);
    if (!evaluation)
        return CLI_FAILED;
    if (o->limit == LIMIT_UNSET)
        deep.limit = EVALUATION_LIMIT;
    deep.no_snippet = true;
    int code = run_batch(searcher, &deep, out, evaluation);
    if (code != CLI_FAILED)
        evaluation_print(evaluation, out->format == OUTPUT_JSON, stdout);
    evaluation_free(evaluation);
    return code;
}

static int show(struct pressmark_searcher *searcher, const struct options *o,
                struct output *out)
{
    struct pressmark_article *article;
    struct pressmark_error err;
    enum pressmark_status status = pressmark_get(searcher, o->show, &article, &err);
    if (status == PRESSMARK_OK)
        status = output_article(out, searcher, article, o->highlight, &err);
    pressmark_article_free(article);
    if (status == PRESSMARK_OK)
        return CLI_OK;
    cli_fail(options_program.name, "%s", err.message);
    return status == PRESSMARK_NOT_FOUND ? CLI_PARTIAL : CLI_FAILED;
}

static int complete(struct pressmark_searcher *searcher, const struct options *o,
                    struct output *out)
{
    struct pressmark_words *words;
    struct pressmark_error err;
    unsigned limit = options_limit(o);
    if (pressmark_complete(searcher, o->complete, limit, &words, &err))
        return cli_fail(options_program.name, "%s", err.message);
    output_words(out, o->complete, words);
    int code = pressmark_words_get(words, 0, NULL) ? CLI_OK : CLI_PARTIAL;
    pressmark_words_free(words);
    return code;
}

static char *join(const struct cli_texts *words)
{
    size_t size = 1;
    for (size_t i = 0; i < words->count; i++)
        size += strlen(words->items[i]) + 1;
    char *query = cli_check_memory(calloc(size, 1));
    for (size_t i = 0, at = 0; i < words->count; i++) {
        size_t n = strlen(words->items[i]);
        if (i > 0)
            query[at++] = ' ';
        memcpy(query + at, words->items[i], n);
        at += n;
    }
    return query;
}

/* Related articles, or what a query finds. */
static int search_words(struct pressmark_searcher *searcher, const struct options *o,
                        struct output *out, const struct cli_texts *words)
{
    char why[256], *query = join(words), *article = NULL;
    int code;
    if (o->related && strcmp(o->related, "-") == 0)
        article = read_article(why, sizeof why);
    if (o->related && strcmp(o->related, "-") == 0 && !article)
        code = cli_fail(options_program.name, "%s", why);
    else
        code = search(searcher, o, out, NULL, NULL, query, article);
    free(article);
    free(query);
    return code;
}

static bool has_task(const struct options *o, const struct cli_texts *words)
{
    return words->count > 0 || o->facet.count > 0 || o->timeline || o->complete ||
           o->show || o->batch || o->since || o->until || o->related || o->verify_quote ||
           o->serve || o->mcp;
}

static int check(const struct options *o, struct output *out,
                 const struct cli_texts *words)
{
    for (size_t i = 0; i < o->facet.count; i++)
        if (!output_add_facet(out, o->facet.items[i]))
            return cli_fail(options_program.name,
                            "--facet: '%s' is none of source, author, section, place, "
                            "person, tag and language",
                            o->facet.items[i]);
    const char *tasks[] = {
        o->show,  o->complete,          o->batch, o->related, o->verify_quote,
        o->serve, o->mcp ? "mcp" : NULL};
    int count = 0;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
        count += tasks[i] != NULL;
    if (count > 1)
        return cli_fail(options_program.name,
                        "only one of --show, --complete, --batch, --related, "
                        "--verify-quote, --serve and --mcp");
    bool is_http = o->serve && strncmp(o->serve, "http:", 5) == 0;
    bool has_limits = o->max_connections != LIMIT_UNSET || o->max_query != LIMIT_UNSET ||
                      o->max_body != LIMIT_UNSET || o->timeout_s != LIMIT_UNSET;
    if (!is_http && (o->token_file || o->allow_host.count > 0 || has_limits))
        return cli_fail(options_program.name,
                        "--token-file, --allow-host, --max-connections, --max-query, "
                        "--max-body and --timeout are for --serve http:HOST:PORT");
    if ((o->serve || o->mcp) && words->count > 0)
        return cli_fail(options_program.name,
                        "--serve and --mcp take no query: it comes with each request");
    if (o->eval && !o->batch)
        return cli_fail(options_program.name, "--eval needs --batch, with the queries");
    if (!has_task(o, words))
        return cli_fail(options_program.name, "no query (--help shows the usage)");
    return CLI_OK;
}

static uint64_t value_or(uint64_t value, uint64_t usual)
{
    return value == LIMIT_UNSET ? usual : value;
}

static int serve_http(const struct options *o)
{
    struct http_options options = {
        .indexes = o->index.items,
        .index_count = o->index.count,
        .address = o->serve + 5,
        .token_file = o->token_file,
        .hosts = o->allow_host.items,
        .host_count = o->allow_host.count,
        .time_ms = options_time_ms(o, HTTP_TIME_MS),
        .max_connections = (unsigned)value_or(o->max_connections, HTTP_CONNECTIONS),
        .timeout_s = (unsigned)value_or(o->timeout_s, HTTP_TIMEOUT_S),
        .max_query = value_or(o->max_query, HTTP_MAX_QUERY),
        .max_body = value_or(o->max_body, HTTP_MAX_BODY)};
    return http_serve(&options);
}

static int serve(const struct options *o)
{
    struct rpc_options options = {o->index.items, o->index.count, options_time_ms(o, 0)};
    if (o->mcp)
        return rpc_serve_stdio(&mcp_protocol, &options);
    if (strcmp(o->serve, "stdio") == 0)
        return rpc_serve_stdio(&rpc_own, &options);
    if (strncmp(o->serve, "unix:", 5) == 0 && o->serve[5])
        return rpc_serve_unix(&rpc_own, &options, o->serve + 5);
    if (strncmp(o->serve, "http:", 5) == 0)
        return serve_http(o);
    return cli_fail(options_program.name,
                    "--serve takes stdio, unix:PATH or http:HOST:PORT, not '%s'",
                    o->serve);
}

int commands_run(struct options *o, const struct cli_texts *words)
{
    struct pressmark_searcher *searcher;
    struct pressmark_error err;
    struct output out = {.format = output_format_of(o->format),
                         .out = stdout,
                         .color = cli_use_color(o->color, stdout),
                         .terminal = isatty(STDOUT_FILENO) != 0,
                         .snippets = !o->no_snippet,
                         .explain = o->explain,
                         .offset = (unsigned)o->offset};
    int code = check(o, &out, words);
    if (code)
        return code;
    if (o->serve || o->mcp)
        return serve(o);
    if (pressmark_open(o->index.items, o->index.count, &searcher, &err))
        return cli_fail(options_program.name, "%s", err.message);
    if (o->show)
        code = show(searcher, o, &out);
    else if (o->complete)
        code = complete(searcher, o, &out);
    else if (o->eval)
        code = evaluate(searcher, o, &out);
    else if (o->batch)
        code = run_batch(searcher, o, &out, NULL);
    else
        code = search_words(searcher, o, &out, words);
    pressmark_close(searcher);
    return code;
}
