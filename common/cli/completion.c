#include "common/cli/completion.h"

#include <string.h>

/* What an option's value is, by the name that --help gives it. */
enum value { VALUE_NONE, VALUE_ANY, VALUE_FILE, VALUE_FOLDER, VALUE_CHOICE };

static enum value value_of(const struct cli_option *o)
{
    if (!o->argument)
        return VALUE_NONE;
    if (o->choices)
        return VALUE_CHOICE;
    if (strcmp(o->argument, "DIR") == 0)
        return VALUE_FOLDER;
    bool is_file = strcmp(o->argument, "FILE") == 0 || strcmp(o->argument, "QRELS") == 0;
    return is_file ? VALUE_FILE : VALUE_ANY;
}

/* With runs of blanks as one; what ends with a quote is escaped as the shell wants. */
static void print_text(FILE *out, const char *text, const char *escaped,
                       const char *escape)
{
    for (; *text; text++) {
        bool is_blank = *text == ' ' || *text == '\n';
        if (is_blank && (text[1] == ' ' || text[1] == '\n' || text[1] == '\0'))
            continue;
        if (*text == '\'')
            fputs(escape, out);
        else if (strchr(escaped, *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(is_blank ? ' ' : *text, out);
    }
}

static void print_choices(FILE *out, const char *choices)
{
    for (; *choices; choices++)
        fputc(*choices == '|' ? ' ' : *choices, out);
}

/* The name with underscores. */
static void print_function(FILE *out, const struct cli_program *p)
{
    fputc('_', out);
    for (const char *at = p->name; *at; at++)
        fputc(*at == '-' ? '_' : *at, out);
}

/* --- bash --- */

static void bash_case(FILE *out, const struct cli_option *o)
{
    static const char *const commands[] = {
        [VALUE_ANY] = "", [VALUE_FILE] = "-f", [VALUE_FOLDER] = "-d"};
    enum value value = value_of(o);
    if (value == VALUE_NONE)
        return;
    fputs("    ", out);
    if (o->letter)
        fprintf(out, "-%c | ", o->letter);
    fprintf(out, "--%s)\n", o->name);
    if (value == VALUE_CHOICE) {
        fputs("        mapfile -t COMPREPLY < <(compgen -W '", out);
        print_choices(out, o->choices);
        fputs("' -- \"$word\")\n", out);
    } else if (value != VALUE_ANY) {
        fprintf(out, "        mapfile -t COMPREPLY < <(compgen %s -- \"$word\")\n",
                commands[value]);
    }
    fputs("        return ;;\n", out);
}

static void print_bash(FILE *out, const struct cli_program *p)
{
    print_function(out, p);
    fputs("() {\n    local word=${COMP_WORDS[COMP_CWORD]} "
          "before=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    if [[ $word == = ]]; then\n        word=\n" /* `=` parts words */
          "    elif [[ $before == = ]]; then\n"
          "        before=${COMP_WORDS[COMP_CWORD-2]}\n    fi\n"
          "    COMPREPLY=()\n    case $before in\n"
          "    --completion)\n"
          "        mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- \"$word\")\n"
          "        return ;;\n",
          out);
    for (size_t i = 0; i < p->option_count; i++)
        if (p->options[i].type != CLI_HEADING)
            bash_case(out, &p->options[i]);
    fputs("    esac\n    if [[ $word == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W '--help --version --completion",
          out);
    for (size_t i = 0; i < p->option_count; i++)
        if (p->options[i].type != CLI_HEADING)
            fprintf(out, " --%s", p->options[i].name);
    fputs("' -- \"$word\")\n    else\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n    fi\n}\n"
          "complete -o filenames -F ",
          out);
    print_function(out, p);
    fprintf(out, " %s\n", p->name);
}

/* --- zsh --- */

static void zsh_value(FILE *out, const struct cli_option *o)
{
    enum value value = value_of(o);
    if (value == VALUE_NONE)
        return;
    fputc(':', out);
    print_text(out, o->argument, "[]:\\", "'\\''");
    fputc(':', out);
    if (value == VALUE_CHOICE) {
        fputc('(', out);
        print_choices(out, o->choices);
        fputc(')', out);
    } else if (value != VALUE_ANY) {
        fputs(value == VALUE_FILE ? "_files" : "_directories", out);
    } else {
        fputc(' ', out);
    }
}

static void zsh_option(FILE *out, const struct cli_option *o)
{
    const char *again = o->type == CLI_TEXTS ? "*" : "";
    fputs("    ", out);
    if (o->letter && *again)
        fprintf(out, "'*'{-%c,--%s}'[", o->letter, o->name);
    else if (o->letter)
        fprintf(out, "'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
    else
        fprintf(out, "'%s--%s[", again, o->name);
    print_text(out, o->help, "[]:\\", "'\\''");
    fputc(']', out);
    zsh_value(out, o);
    fputs("' \\\n", out);
}

static void print_zsh(FILE *out, const struct cli_program *p)
{
    fprintf(out, "#compdef %s\n_arguments -s \\\n", p->name);
    for (size_t i = 0; i < p->option_count; i++)
        if (p->options[i].type != CLI_HEADING)
            zsh_option(out, &p->options[i]);
    fputs("    '(- *)--help[show the help]' \\\n"
          "    '(- *)--version[show the version]' \\\n    '*:file:_files'\n",
          out);
}

/* --- fish --- */

static void fish_option(FILE *out, const struct cli_program *p,
                        const struct cli_option *o)
{
    fprintf(out, "complete -c %s -l %s", p->name, o->name);
    if (o->letter)
        fprintf(out, " -s %c", o->letter);
    switch (value_of(o)) {
    case VALUE_NONE:
        break;
    case VALUE_ANY:
        fputs(" -x", out);
        break;
    case VALUE_FILE:
        fputs(" -r -F", out);
        break;
    case VALUE_FOLDER:
        fputs(" -x -a '(__fish_complete_directories)'", out);
        break;
    case VALUE_CHOICE:
        fputs(" -x -a '", out);
        print_choices(out, o->choices);
        fputc('\'', out);
        break;
    }
    fputs(" -d '", out);
    print_text(out, o->help, "\\", "\\'");
    fputs("'\n", out);
}

static void print_fish(FILE *out, const struct cli_program *p)
{
    for (size_t i = 0; i < p->option_count; i++)
        if (p->options[i].type != CLI_HEADING)
            fish_option(out, p, &p->options[i]);
    fprintf(out,
            "complete -c %s -l help -d 'show the help'\n"
            "complete -c %s -l version -d 'show the version'\n",
            p->name, p->name);
}

bool completion_print(const struct cli_program *program, const char *shell, FILE *out)
{
    if (strcmp(shell, "bash") == 0)
        print_bash(out, program);
    else if (strcmp(shell, "zsh") == 0)
        print_zsh(out, program);
    else if (strcmp(shell, "fish") == 0)
        print_fish(out, program);
    else
        return false;
    return true;
}
