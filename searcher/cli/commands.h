/* commands.h - what pressmark-searcher does. */
#ifndef SEARCHER_CLI_COMMANDS_H
#define SEARCHER_CLI_COMMANDS_H

#include "searcher/cli/options.h"

/* Does what the options and the words of the query say; returns the exit code. */
int commands_run(struct options *o, const struct cli_texts *words);

#endif
