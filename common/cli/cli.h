/* cli.h - what both programs' command lines share: one table of options that parses,
 * prints --help and is checked against the man pages; exit codes; messages. */
#ifndef COMMON_CLI_CLI_H
#define COMMON_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum cli_exit {
    CLI_OK = 0,
    CLI_PARTIAL = 1, /* indexer: some articles were rejected; searcher: nothing found */
    CLI_FAILED = 2,
    CLI_LOCKED = 75 /* EX_TEMPFAIL */
};

enum cli_type {
    CLI_FLAG,   /* bool */
    CLI_TEXT,   /* const char * */
    CLI_TEXTS,  /* struct cli_texts; repeatable */
    CLI_COUNT,  /* uint64_t */
    CLI_SIZE,   /* uint64_t, bytes, with K M G */
    CLI_CHOICE, /* const char *, one of `choices` */
    CLI_HEADING /* only a line of --help */
};

struct cli_option {
    enum cli_type type;
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* its name in --help; NULL for a flag */
    const char *choices;  /* `a|b|c` for CLI_CHOICE */
    const char *help;
    size_t offset; /* of the value in the options struct */
};

struct cli_texts {
    const char **items;
    size_t count, capacity;
};

struct cli_program {
    const char *name;
    const char *version;
    const char *usage;   /* after the name */
    const char *summary; /* one sentence */
    const struct cli_option *options;
    size_t option_count;
    bool dashes_are_words; /* `-trump` is an operand, not an unknown option */
};

/* Parses argv into the struct at `options` and its operands; options may stand anywhere,
 * `--` ends them. --help and --version print to stdout and set *exit_code to 0. False
 * after those and after a usage error (a message on stderr, *exit_code 2). */
bool cli_parse(const struct cli_program *program, int argc, char **argv, void *options,
               struct cli_texts *operands, int *exit_code);

void cli_texts_free(struct cli_texts *t);

/* Adds a text, borrowed; ends the program when there is no memory. */
void cli_texts_add(struct cli_texts *t, const char *text);

/* `name: message` on stderr. Returns CLI_FAILED. */
int cli_fail(const char *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The only way in which a program dies of lack of memory. */
void *cli_check_memory(void *memory);

/* Lets the program have as many files open as it may; false, with a message that names
 * the option and its value, when those that are needed for it are more. */
bool cli_allow_files(const char *program, const char *option, uint64_t value,
                     uint64_t needed);

/* True when output goes to a terminal that should be coloured: mode is auto, always or
 * never; auto honours NO_COLOR and TERM=dumb. */
bool cli_use_color(const char *mode, FILE *out);

/* Prints text so that a terminal cannot be driven by it: control characters become
 * U+FFFD; with one_line, runs of blanks become one space. */
void cli_print_safe(FILE *out, const char *text, size_t size, bool one_line);

#endif
