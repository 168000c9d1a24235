/* completion.h - scripts for shells, from the table of options. */
#ifndef COMMON_CLI_COMPLETION_H
#define COMMON_CLI_COMPLETION_H

#include "common/cli/cli.h"

#define COMPLETION_SHELLS "bash|zsh|fish"

/* Prints the script for a shell of COMPLETION_SHELLS; false: it is none. */
bool completion_print(const struct cli_program *program, const char *shell, FILE *out);

#endif
