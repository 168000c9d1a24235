/* pressmark-searcher: a table of options, one struct, calls of the library, one printer.
 */
#include "common/cli/cli.h"
#include "searcher/cli/evaluate.h"
#include "searcher/cli/output.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "pressmark-searcher"

/* -n was not given. */
#define LIMIT_UNSET UINT64_MAX

struct options {
    struct cli_texts index, facet;
    const char *format, *sort, *since, *until, *now, *language, *color, *show, *complete,
        *highlight, *timeline, *batch, *eval, *dialect;
    uint64_t limit, offset, snippet_chars, facet_limit;
    bool all, exact_count, explain, no_snippet;
};

#define AT(member) offsetof(struct options, member)

static const struct cli_option option_table[] = {
    {CLI_HEADING, 0, 0, 0, 0, "Index", 0},
    {CLI_TEXTS, 'i', "index", "DIR", 0,
     "the index ($PRESSMARK_INDEX, else ./pressmark.index); repeatable", AT(index)},
    {CLI_HEADING, 0, 0, 0, 0, "Search", 0},
    {CLI_COUNT, 'n', "limit", "N", 0, "hits (10)", AT(limit)},
    {CLI_COUNT, 0, "offset", "N", 0, "hits to leave out in front", AT(offset)},
    {CLI_FLAG, 0, "all", 0, 0, "every hit", AT(all)},
    {CLI_CHOICE, 0, "sort", "ORDER", "relevance|newest|oldest",
     "relevance, newest or oldest (relevance)", AT(sort)},
    {CLI_TEXT, 0, "since", "DATE", 0,
     "published then or later: 2025-01, yesterday, 'last week'", AT(since)},
    {CLI_TEXT, 0, "until", "DATE", 0, "published then or earlier", AT(until)},
    {CLI_TEXT, 0, "now", "DATE", 0, "what today means (the clock)", AT(now)},
    {CLI_TEXT, 0, "language", "CODE", 0,
     "of the query, where articles are in several (all of them)", AT(language)},
    {CLI_CHOICE, 0, "dialect", "NAME", "nexis|factiva",
     "what w/5 means: nexis, in any order; factiva, in this (nexis)", AT(dialect)},
    {CLI_FLAG, 0, "exact-count", 0, 0, "count all matches", AT(exact_count)},
    {CLI_TEXTS, 0, "facet", "FIELD", 0,
     "count source, author, section, place, person, tag or\n"
     "                              language over all matches; repeatable",
     AT(facet)},
    {CLI_COUNT, 0, "facet-limit", "N", 0, "values of each (20)", AT(facet_limit)},
    {CLI_CHOICE, 0, "timeline", "PERIOD", "day|week|month|year",
     "count over time: day, week, month or year", AT(timeline)},
    {CLI_HEADING, 0, 0, 0, 0, "Output", 0},
    {CLI_CHOICE, 'o', "format", "NAME", OUTPUT_FORMAT_NAMES,
     "text, json, jsonl, csv, trec or ids (text)", AT(format)},
    {CLI_FLAG, 0, "explain", 0, 0, "per hit, parts that add up to the score",
     AT(explain)},
    {CLI_FLAG, 0, "no-snippet", 0, 0, "no text of the hits", AT(no_snippet)},
    {CLI_COUNT, 0, "snippet-chars", "N", 0, "about this long (240)", AT(snippet_chars)},
    {CLI_CHOICE, 0, "color", "WHEN", "auto|always|never", "auto, always or never (auto)",
     AT(color)},
    {CLI_HEADING, 0, 0, 0, 0, "Instead of a query", 0},
    {CLI_TEXT, 0, "show", "ID", 0, "the article; with -o json all its fields", AT(show)},
    {CLI_TEXT, 0, "highlight", "QUERY", 0, "with --show -o json: where its words stand",
     AT(highlight)},
    {CLI_TEXT, 0, "complete", "PREFIX", 0, "words that continue it, by frequency",
     AT(complete)},
    {CLI_TEXT, 0, "batch", "FILE", 0,
     "one query a line, `qid TAB query`; - is standard input", AT(batch)},
    {CLI_TEXT, 0, "eval", "QRELS", 0,
     "with --batch: MAP, nDCG@10, P@10, R@100, MRR by these\n"
     "                              judgements (of 1,000 hits, when -n is not given)",
     AT(eval)},
};

static const struct cli_program program = {
    .name = PROGRAM,
    .version = PROGRAM_VERSION,
    .usage = "[OPTIONS] QUERY...",
    .summary = "Searches an index of articles. Words are joined into one query.",
    .options = option_table,
    .dashes_are_words = true,
    .option_count = sizeof option_table / sizeof *option_table,
};

static enum pressmark_timeline timeline_of(const char *name)
{
    static const char *const names[] = {"", "day", "week", "month", "year"};
    for (int i = 1; name && i <= PRESSMARK_TIMELINE_YEAR; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum pressmark_timeline)i;
    return PRESSMARK_TIMELINE_NONE;
}

static struct pressmark_search_options search_options(const struct options *o,
                                                      const struct output *out)
{
    struct pressmark_search_options s = PRESSMARK_SEARCH_OPTIONS_INIT;
    s.limit = o->all                    ? PRESSMARK_ALL_HITS
              : o->limit == LIMIT_UNSET ? 0
              : o->limit                ? (unsigned)o->limit
                                        : PRESSMARK_NO_HITS;
    s.offset = (unsigned)o->offset;
    s.sort = strcmp(o->sort, "newest") == 0   ? PRESSMARK_SORT_NEWEST
             : strcmp(o->sort, "oldest") == 0 ? PRESSMARK_SORT_OLDEST
                                              : PRESSMARK_SORT_RELEVANCE;
    s.since = o->since;
    s.until = o->until;
    s.now = o->now;
    s.language = o->language;
    s.dialect = strcmp(o->dialect, "factiva") == 0 ? PRESSMARK_DIALECT_FACTIVA
                                                   : PRESSMARK_DIALECT_NEXIS;
    s.facets = out->facets;
    s.facet_limit = (unsigned)o->facet_limit;
    s.timeline = timeline_of(o->timeline);
    s.exact_count = o->exact_count;
    s.snippet_chars = (unsigned)o->snippet_chars;
    s.explain = o->explain;
    s.no_snippet =
        o->no_snippet || strcmp(o->format, "trec") == 0 || strcmp(o->format, "ids") == 0;
    return s;
}

/* Prints the answer, or scores it. */
static int search(struct pressmark_searcher *searcher, const struct options *o,
                  struct output *out, struct evaluation *evaluation, const char *qid,
                  const char *query)
{
    struct pressmark_search_options s = search_options(o, out);
    struct pressmark_results *results;
    struct pressmark_error err;
    if (pressmark_search(searcher, query, &s, &results, &err))
        return cli_fail(PROGRAM, "%s", err.message);
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
        return cli_fail(PROGRAM, "cannot read '%s': %s", o->batch, strerror(errno));
    while (code != CLI_FAILED && (size = getline(&line, &capacity, in)) >= 0) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (*line == '\0')
            continue;
        if (!tab) {
            code = cli_fail(PROGRAM, "'%s', line %zu: no tab between qid and query",
                            o->batch, number);
            break;
        }
        *tab = '\0';
        int one = search(searcher, o, out, evaluation, line, tab + 1);
        code = one == CLI_FAILED ? CLI_FAILED : one == CLI_OK ? CLI_OK : code;
    }
    if (ferror(in))
        code = cli_fail(PROGRAM, "cannot read '%s': %s", o->batch, strerror(errno));
    free(line);
    if (in != stdin)
        fclose(in);
    return code;
}

static int evaluate(struct pressmark_searcher *searcher, const struct options *o,
                    struct output *out)
{
    struct options deep = *o;
    struct evaluation *evaluation = evaluation_read(PROGRAM, o->eval);
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
    cli_fail(PROGRAM, "%s", err.message);
    return status == PRESSMARK_NOT_FOUND ? CLI_PARTIAL : CLI_FAILED;
}

static int complete(struct pressmark_searcher *searcher, const struct options *o,
                    struct output *out)
{
    struct pressmark_words *words;
    struct pressmark_error err;
    unsigned limit = o->all                    ? PRESSMARK_ALL_HITS
                     : o->limit == LIMIT_UNSET ? 0
                                               : (unsigned)o->limit;
    if (pressmark_complete(searcher, o->complete, limit, &words, &err))
        return cli_fail(PROGRAM, "%s", err.message);
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

static int run(struct options *o, const struct cli_texts *words)
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
    int code;
    for (size_t i = 0; i < o->facet.count; i++)
        if (!output_add_facet(&out, o->facet.items[i]))
            return cli_fail(PROGRAM,
                            "--facet: '%s' is none of source, author, section, place, "
                            "person, tag and language",
                            o->facet.items[i]);
    if (o->eval && !o->batch)
        return cli_fail(PROGRAM, "--eval needs --batch, with the queries");
    if (words->count == 0 && out.facets == 0 && !o->timeline && !o->complete &&
        !o->show && !o->batch && !o->since && !o->until)
        return cli_fail(PROGRAM, "no query (--help shows the usage)");
    if (pressmark_open(o->index.items, o->index.count, &searcher, &err))
        return cli_fail(PROGRAM, "%s", err.message);
    if (o->show) {
        code = show(searcher, o, &out);
    } else if (o->complete) {
        code = complete(searcher, o, &out);
    } else if (o->batch) {
        code = o->eval ? evaluate(searcher, o, &out) : run_batch(searcher, o, &out, NULL);
    } else {
        char *query = join(words);
        code = search(searcher, o, &out, NULL, NULL, query);
        free(query);
    }
    pressmark_close(searcher);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = {.format = "text",
                        .sort = "relevance",
                        .color = "auto",
                        .dialect = "nexis",
                        .limit = LIMIT_UNSET};
    struct cli_texts words = {0};
    int code;
    signal(SIGPIPE, SIG_IGN);
    if (cli_parse(&program, argc, argv, &o, &words, &code)) {
        const char *from_environment = getenv("PRESSMARK_INDEX");
        if (o.index.count == 0)
            cli_texts_add(&o.index,
                          from_environment ? from_environment : "pressmark.index");
        code = run(&o, &words);
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE)
        code = cli_fail(PROGRAM, "cannot write the output: %s", strerror(errno));
    cli_texts_free(&words);
    cli_texts_free(&o.index);
    cli_texts_free(&o.facet);
    return code;
}
