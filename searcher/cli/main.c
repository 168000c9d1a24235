/* pressmark-searcher: a table of options, one struct, calls of the library, one printer.
 */
#include "searcher/cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    struct options o = options_defaults();
    struct cli_texts words = {0};
    int code;
    signal(SIGPIPE, SIG_IGN);
    if (cli_parse(&options_program, argc, argv, &o, &words, &code)) {
        const char *from_environment = getenv("PRESSMARK_INDEX");
        if (o.index.count == 0)
            cli_texts_add(&o.index,
                          from_environment ? from_environment : "pressmark.index");
        code = commands_run(&o, &words);
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE)
        code = cli_fail(options_program.name, "cannot write the output: %s",
                        strerror(errno));
    cli_texts_free(&words);
    options_free(&o);
    return code;
}
