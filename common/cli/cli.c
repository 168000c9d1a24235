#include "common/cli/cli.h"

#include "common/cli/completion.h"
#include "common/number.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void *cli_check_memory(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(CLI_FAILED);
    }
    return memory;
}

void cli_texts_add(struct cli_texts *t, const char *text)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 8;
        t->items = cli_check_memory(realloc(t->items, t->capacity * sizeof *t->items));
    }
    t->items[t->count++] = text;
}

void cli_texts_free(struct cli_texts *t)
{
    free(t->items);
    *t = (struct cli_texts){0};
}

int cli_fail(const char *program, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: ", program);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return CLI_FAILED;
}

/* --- help --- */

enum { HELP_COLUMN = 30 };

static void print_option(const struct cli_option *o)
{
    char left[80];
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
    if (strlen(left) >= HELP_COLUMN)
        printf("%s\n%*s%s\n", left, HELP_COLUMN, "", o->help);
    else
        printf("%-*s%s\n", HELP_COLUMN, left, o->help);
}

static void print_help(const struct cli_program *p)
{
    printf("usage: %s %s\n\n%s\n", p->name, p->usage, p->summary);
    for (size_t i = 0; i < p->option_count; i++) {
        if (p->options[i].type == CLI_HEADING)
            printf("\n%s:\n", p->options[i].help);
        else
            print_option(&p->options[i]);
    }
    puts("      --help                  show this help\n"
         "      --version               show the version\n"
         "      --completion=SHELL      print a script for bash, zsh or fish");
}

/* --- parsing --- */

struct parse {
    const struct cli_program *program;
    char **argv;
    int argc, at;
    void *options;
};

static const struct cli_option *find_long(const struct cli_program *p, const char *name,
                                          size_t size)
{
    for (size_t i = 0; i < p->option_count; i++) {
        const struct cli_option *o = &p->options[i];
        if (o->type != CLI_HEADING && strlen(o->name) == size &&
            memcmp(o->name, name, size) == 0)
            return o;
    }
    return NULL;
}

static const struct cli_option *find_letter(const struct cli_program *p, char letter)
{
    for (size_t i = 0; i < p->option_count; i++)
        if (p->options[i].type != CLI_HEADING && p->options[i].letter == letter)
            return &p->options[i];
    return NULL;
}

static bool is_choice(const char *choices, const char *value)
{
    size_t size = strlen(value);
    for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == size && memcmp(at, value, size) == 0)
            return true;
    return false;
}

/* Stores a value; false after a message. */
static bool store(const struct parse *p, const struct cli_option *o, const char *value)
{
    const char *name = p->program->name;
    void *to = (char *)p->options + o->offset;
    uint64_t number;
    switch (o->type) {
    case CLI_FLAG:
        *(bool *)to = true;
        return true;
    case CLI_TEXT:
        *(const char **)to = value;
        return true;
    case CLI_TEXTS:
        cli_texts_add(to, value);
        return true;
    case CLI_CHOICE:
        if (!is_choice(o->choices, value)) {
            cli_fail(name, "--%s takes one of %s, not '%s'", o->name, o->choices, value);
            return false;
        }
        *(const char **)to = value;
        return true;
    case CLI_COUNT:
    case CLI_SIZE:
        if (o->type == CLI_COUNT
                ? !number_parse_unsigned(value, strlen(value), UINT32_MAX, &number)
                : !number_parse_size(value, &number)) {
            cli_fail(name, "--%s takes %s, not '%s'", o->name,
                     o->type == CLI_COUNT ? "a whole number up to 4294967295"
                                          : "a size such as 512M, below 16E",
                     value);
            return false;
        }
        *(uint64_t *)to = number;
        return true;
    case CLI_HEADING:
        break;
    }
    return false;
}

static bool parse_long(struct parse *p, const char *arg)
{
    const char *equals = strchr(arg, '=');
    size_t size = equals ? (size_t)(equals - arg) : strlen(arg);
    const struct cli_option *o = find_long(p->program, arg, size);
    if (!o) {
        cli_fail(p->program->name, "unknown option '--%.*s' (--help lists the options)",
                 (int)size, arg);
        return false;
    }
    if (o->type == CLI_FLAG) {
        if (equals)
            cli_fail(p->program->name, "--%s takes no value", o->name);
        return !equals && store(p, o, NULL);
    }
    if (!equals && p->at + 1 >= p->argc) {
        cli_fail(p->program->name, "--%s needs %s", o->name, o->argument);
        return false;
    }
    return store(p, o, equals ? equals + 1 : p->argv[++p->at]);
}

/* `-n5`, `-n 5`, `-ab`. */
static bool parse_letters(struct parse *p, const char *arg)
{
    for (; *arg; arg++) {
        const struct cli_option *o = find_letter(p->program, *arg);
        if (!o) {
            cli_fail(p->program->name, "unknown option '-%c' (--help lists the options)",
                     *arg);
            return false;
        }
        if (o->type == CLI_FLAG) {
            store(p, o, NULL);
            continue;
        }
        if (arg[1])
            return store(p, o, arg + 1);
        if (p->at + 1 >= p->argc) {
            cli_fail(p->program->name, "-%c needs %s", *arg, o->argument);
            return false;
        }
        return store(p, o, p->argv[++p->at]);
    }
    return true;
}

/* A word that begins with a dash is an option only when its letter is known to be one:
 * `-trump` in a query is a word to leave out. */
static bool is_letters(const struct parse *p, const char *arg)
{
    if (arg[0] != '-' || arg[1] == '\0' || arg[1] == '-')
        return false;
    const struct cli_option *o = find_letter(p->program, arg[1]);
    if (!p->program->dashes_are_words)
        return true;
    if (!o)
        return false;
    if (o->type == CLI_COUNT)
        return arg[2] == '\0' || (arg[2] >= '0' && arg[2] <= '9');
    return arg[2] == '\0' || (o->type == CLI_CHOICE && is_choice(o->choices, arg + 2));
}

bool cli_parse(const struct cli_program *program, int argc, char **argv, void *options,
               struct cli_texts *operands, int *exit_code)
{
    struct parse p = {program, argv, argc, 1, options};
    *exit_code = CLI_OK;
    for (; p.at < argc; p.at++) {
        const char *arg = argv[p.at];
        bool good = true;
        if (strcmp(arg, "--") == 0) {
            while (++p.at < argc)
                cli_texts_add(operands, argv[p.at]);
            return true;
        }
        if (strcmp(arg, "--help") == 0) {
            print_help(program);
            return false;
        }
        if (strcmp(arg, "--version") == 0) {
            printf("%s %s\n", program->name, program->version);
            return false;
        }
        if (strncmp(arg, "--completion=", 13) == 0) {
            if (!completion_print(program, arg + 13, stdout))
                *exit_code =
                    cli_fail(program->name, "--completion takes one of %s, not '%s'",
                             COMPLETION_SHELLS, arg + 13);
            return false;
        }
        if (strncmp(arg, "--", 2) == 0)
            good = parse_long(&p, arg + 2);
        else if (is_letters(&p, arg))
            good = parse_letters(&p, arg + 1);
        else
            cli_texts_add(operands, arg);
        if (!good) {
            *exit_code = CLI_FAILED;
            return false;
        }
    }
    return true;
}

/* --- limits --- */

bool cli_allow_files(const char *program, const char *option, uint64_t value,
                     uint64_t needed)
{
    enum { OTHERS = 128 }; /* files that are open anyway */
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return true;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= needed + OTHERS)
        return true;
    cli_fail(program,
             "%s %" PRIu64 " needs %" PRIu64 " open files, but only %" PRIu64
             " are allowed (ulimit -n)",
             option, value, needed + OTHERS, (uint64_t)files.rlim_cur);
    return false;
}

/* --- output --- */

bool cli_use_color(const char *mode, FILE *out)
{
    if (strcmp(mode, "auto") != 0)
        return strcmp(mode, "always") == 0;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fileno(out)) && !(no_color && *no_color) && term &&
           strcmp(term, "dumb") != 0;
}

void cli_print_safe(FILE *out, const char *text, size_t size, bool one_line)
{
    bool blank = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char next = i + 1 < size ? (unsigned char)text[i + 1] : 0;
        bool c1 = c == 0xC2 && next >= 0x80 && next < 0xA0; /* U+0080 to U+009F */
        if (one_line && (c == ' ' || (c >= '\t' && c <= '\r'))) {
            blank = true;
            continue;
        }
        if (blank)
            fputc(' ', out);
        blank = false;
        if (c1 || (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
            fputs("\xEF\xBF\xBD", out);
            i += c1;
        } else {
            fputc(c, out);
        }
    }
}
