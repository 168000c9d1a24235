#include "searcher/cli/options.h"

#include "searcher/cli/choices.h"

#include <string.h>

#define AT(member) offsetof(struct options, member)

static const struct cli_option option_table[] = {
    {CLI_HEADING, 0, 0, 0, 0, "Index", 0},
    {CLI_TEXTS, 'i', "index", "DIR", 0,
     "the index ($PRESSMARK_INDEX, else ./pressmark.index); repeatable", AT(index)},
    {CLI_HEADING, 0, 0, 0, 0, "Search", 0},
    {CLI_COUNT, 'n', "limit", "N", 0, "hits (10)", AT(limit)},
    {CLI_COUNT, 0, "offset", "N", 0, "hits to leave out in front", AT(offset)},
    {CLI_FLAG, 0, "all", 0, 0, "every hit", AT(all)},
    {CLI_CHOICE, 0, "sort", "ORDER", CHOICES_SORT,
     "relevance, newest or oldest (relevance)", AT(sort)},
    {CLI_TEXT, 0, "since", "DATE", 0,
     "published then or later: 2025-01, yesterday, 'last week'", AT(since)},
    {CLI_TEXT, 0, "until", "DATE", 0, "published then or earlier", AT(until)},
    {CLI_COUNT, 0, "recency", "DAYS", 0,
     "a bonus for recent articles, halved every so many days", AT(recency)},
    {CLI_COUNT, 0, "time-limit", "MS", 0,
     "milliseconds, then what was found is the answer (none;\n"
     "                              10000 with --serve http)",
     AT(time_ms)},
    {CLI_TEXT, 0, "now", "DATE", 0, "what today means (the clock)", AT(now)},
    {CLI_TEXT, 0, "language", "CODE", 0,
     "of the query, where articles are in several (all of them)", AT(language)},
    {CLI_CHOICE, 0, "dialect", "NAME", CHOICES_DIALECT,
     "what w/5 means: nexis, in any order; factiva, in this (nexis)", AT(dialect)},
    {CLI_CHOICE, 0, "collapse", "WHAT", CHOICES_COLLAPSE,
     "fold reprints into one hit: duplicates, or none\n"
     "                              (duplicates; none with -o trec and --eval)",
     AT(collapse)},
    {CLI_FLAG, 0, "no-variants", 0, 0, "names as they are typed: Kyiv is not Kiev",
     AT(no_variants)},
    {CLI_FLAG, 0, "feedback", 0, 0, "also look for what the ten best articles are about",
     AT(feedback)},
    {CLI_FLAG, 0, "exact-count", 0, 0, "count all matches", AT(exact_count)},
    {CLI_TEXTS, 0, "facet", "FIELD", "source|author|section|place|person|tag|language",
     "count source, author, section, place, person, tag or\n"
     "                              language over all matches; repeatable",
     AT(facet)},
    {CLI_COUNT, 0, "facet-limit", "N", 0, "values of each (20)", AT(facet_limit)},
    {CLI_CHOICE, 0, "timeline", "PERIOD", CHOICES_TIMELINE,
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
    {CLI_TEXT, 0, "related", "ID", 0,
     "articles that give context to this one, among those that\n"
     "                              match QUERY if there is one; - reads an article",
     AT(related)},
    {CLI_TEXT, 0, "verify-quote", "TEXT", 0,
     "where these words stand in a quotation, or the nearest\n"
     "                              wording, in articles that match QUERY if there is "
     "one",
     AT(verify_quote)},
    {CLI_TEXT, 0, "complete", "PREFIX", 0, "words that continue it, by frequency",
     AT(complete)},
    {CLI_TEXT, 0, "serve", "WHERE", 0,
     "stay, and answer: JSON-RPC 2.0, a message a line, on\n"
     "                              stdio or a socket, unix:PATH; or http:HOST:PORT, "
     "with\n"
     "                              a page for browsers",
     AT(serve)},
    {CLI_FLAG, 0, "mcp", 0, 0,
     "stay, as tools of an agent (Model Context Protocol, stdio)", AT(mcp)},
    {CLI_TEXT, 0, "batch", "FILE", 0,
     "one query a line, `qid TAB query`; - is standard input", AT(batch)},
    {CLI_TEXT, 0, "eval", "QRELS", 0,
     "with --batch: MAP, nDCG@10, P@10, R@100, MRR by these\n"
     "                              judgements (of 1,000 hits, when -n is not given)",
     AT(eval)},
    {CLI_HEADING, 0, 0, 0, 0, "With --serve http:HOST:PORT", 0},
    {CLI_TEXT, 0, "token-file", "FILE", 0,
     "who asks needs the token on its first line; for other\n"
     "                              machines than this one it must be given",
     AT(token_file)},
    {CLI_TEXTS, 0, "allow-host", "NAME", 0,
     "a name that the server goes by, as behind a proxy; repeatable", AT(allow_host)},
    {CLI_COUNT, 0, "max-connections", "N", 0, "at once (256)", AT(max_connections)},
    {CLI_SIZE, 0, "max-query", "SIZE", 0, "of a query (8K)", AT(max_query)},
    {CLI_SIZE, 0, "max-body", "SIZE", 0, "of a request's body (1M)", AT(max_body)},
    {CLI_COUNT, 0, "timeout", "SECONDS", 0,
     "for a client to send a request, and to take its answer (30)", AT(timeout_s)},
};

const struct cli_program options_program = {
    .name = "pressmark-searcher",
    .version = PROGRAM_VERSION,
    .usage = "[OPTIONS] QUERY...",
    .summary = "Searches an index of articles. Words are joined into one query.",
    .options = option_table,
    .dashes_are_words = true,
    .option_count = sizeof option_table / sizeof *option_table,
};

struct options options_defaults(void)
{
    return (struct options){.format = "text",
                            .sort = "relevance",
                            .color = "auto",
                            .dialect = "nexis",
                            .limit = LIMIT_UNSET,
                            .time_ms = LIMIT_UNSET,
                            .max_connections = LIMIT_UNSET,
                            .max_query = LIMIT_UNSET,
                            .max_body = LIMIT_UNSET,
                            .timeout_s = LIMIT_UNSET};
}

void options_free(struct options *o)
{
    cli_texts_free(&o->index);
    cli_texts_free(&o->facet);
    cli_texts_free(&o->allow_host);
}

unsigned options_time_ms(const struct options *o, unsigned usual)
{
    return o->time_ms == LIMIT_UNSET ? usual : (unsigned)o->time_ms;
}

unsigned options_limit(const struct options *o)
{
    if (o->all)
        return PRESSMARK_ALL_HITS;
    if (o->limit == LIMIT_UNSET)
        return 0;
    return o->limit < PRESSMARK_NO_HITS ? (unsigned)o->limit : PRESSMARK_NO_HITS - 1;
}

struct pressmark_search_options options_of_search(const struct options *o,
                                                  const struct output *out)
{
    struct pressmark_search_options s = PRESSMARK_SEARCH_OPTIONS_INIT;
    s.limit = o->limit == 0 && !o->all ? PRESSMARK_NO_HITS : options_limit(o);
    s.offset = (unsigned)o->offset;
    s.sort = choice_sort(o->sort);
    s.since = o->since;
    s.until = o->until;
    s.now = o->now;
    s.recency_days = (double)o->recency;
    s.language = o->language;
    s.dialect = choice_dialect(o->dialect);
    s.facets = out->facets;
    s.facet_limit = (unsigned)o->facet_limit;
    s.timeline = choice_timeline(o->timeline);
    s.exact_count = o->exact_count;
    s.feedback = o->feedback;
    s.time_ms = options_time_ms(o, 0);
    bool is_judged = o->eval || strcmp(o->format, "trec") == 0;
    s.collapse = choice_collapse(o->collapse ? o->collapse : is_judged ? "none" : NULL);
    s.verify_quote = o->verify_quote;
    s.no_variants = o->no_variants;
    s.snippet_chars = (unsigned)o->snippet_chars;
    s.explain = o->explain;
    s.no_snippet =
        o->no_snippet || strcmp(o->format, "trec") == 0 || strcmp(o->format, "ids") == 0;
    return s;
}
