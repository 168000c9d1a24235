/* options.h - what the command line of pressmark-searcher says. */
#ifndef SEARCHER_CLI_OPTIONS_H
#define SEARCHER_CLI_OPTIONS_H

#include "common/cli/cli.h"
#include "searcher/cli/output.h"

/* The option was not given. */
#define LIMIT_UNSET UINT64_MAX

struct options {
    struct cli_texts index, facet, allow_host;
    const char *format, *sort, *since, *until, *now, *language, *color, *show, *complete,
        *highlight, *timeline, *batch, *eval, *dialect, *related, *verify_quote,
        *collapse, *serve, *token_file;
    uint64_t limit, offset, snippet_chars, facet_limit, recency, time_ms, max_connections,
        max_query, max_body, timeout_s;
    bool all, exact_count, explain, no_snippet, feedback, no_variants, mcp;
};

/* The program and its table of options, each an offset into struct options. */
extern const struct cli_program options_program;

/* What they mean when they are not given. */
struct options options_defaults(void);
void options_free(struct options *o);

/* As the library takes them. */
struct pressmark_search_options options_of_search(const struct options *o,
                                                  const struct output *out);

/* --time-limit, or what is usual. */
unsigned options_time_ms(const struct options *o, unsigned usual);

/* The limit of hits or words, as the library takes it. */
unsigned options_limit(const struct options *o);

#endif
