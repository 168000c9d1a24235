/* pressmark-indexer: a table of options, one call, one printer. */
#include "common/cli/cli.h"
#include "indexer/admin.h"
#include "indexer/batch.h"
#include "indexer/cli/progress.h"
#include "indexer/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "pressmark-indexer"

struct options {
    const char *index, *format, *language, *store, *rejects, *progress, *export;
    struct cli_texts map, remove, filter;
    uint64_t jobs, memory_bytes, wait_s, article_bytes, file_bytes, words, nesting,
        filter_s, parts;
    bool json, dry_run, delete_missing, follow, compact, check, info;
};

#define AT(member) offsetof(struct options, member)

static const struct cli_option option_table[] = {
    {CLI_HEADING, 0, 0, 0, 0, "Index", 0},
    {CLI_TEXT, 'i', "index", "DIR", 0,
     "the index ($PRESSMARK_INDEX, else ./pressmark.index)", AT(index)},
    {CLI_COUNT, 'j', "jobs", "N", 0, "workers (the processors)", AT(jobs)},
    {CLI_COUNT, 0, "wait", "SECONDS", 0, "wait for another writer (0)", AT(wait_s)},
    {CLI_SIZE, 'm', "memory", "SIZE", 0, "bound on working memory (512M)",
     AT(memory_bytes)},
    {CLI_CHOICE, 0, "store", "text|none", "text|none",
     "keep the text for snippets and --show (text)", AT(store)},
    {CLI_TEXT, 'l', "language", "CODE", 0,
     "language of stemming, auto (of each article), none (en)", AT(language)},
    {CLI_HEADING, 0, 0, 0, 0, "Input", 0},
    {CLI_CHOICE, 'f', "format", "NAME", INPUT_FORMAT_NAMES,
     "auto, text, json, jsonl, csv, tsv, feed, mbox, newsml,\n"
     "                              trec, reuters, html, warc, mediawiki",
     AT(format)},
    {CLI_TEXTS, 0, "map", "FIELD=NAME", 0, "take FIELD from key or column NAME", AT(map)},
    {CLI_TEXTS, 0, "filter", "PATTERN=CMD", 0,
     "make text of such files: '*.pdf=pdftotext - -'", AT(filter)},
    {CLI_COUNT, 0, "filter-timeout", "SECONDS", 0, "of one file (60)", AT(filter_s)},
    {CLI_SIZE, 0, "max-article", "SIZE", 0, "reject larger articles (4M)",
     AT(article_bytes)},
    {CLI_COUNT, 0, "max-words", "N", 0, "reject articles of more words (4194303)",
     AT(words)},
    {CLI_SIZE, 0, "max-file", "SIZE", 0, "read so much of a file, unpacked (1024G)",
     AT(file_bytes)},
    {CLI_COUNT, 0, "max-nesting", "N", 0, "reject pages nested deeper (512)",
     AT(nesting)},
    {CLI_FLAG, 0, "follow", 0, 0,
     "JSON Lines from standard input, each searchable at once", AT(follow)},
    {CLI_FLAG, 0, "delete-missing", 0, 0,
     "remove articles that came from these INPUTs and are gone", AT(delete_missing)},
    {CLI_HEADING, 0, 0, 0, 0, "Output", 0},
    {CLI_TEXT, 0, "rejects", "FILE", 0, "one JSON line per rejected article",
     AT(rejects)},
    {CLI_CHOICE, 0, "progress", "auto|bar|json|none", "auto|bar|json|none",
     "on standard error (auto)", AT(progress)},
    {CLI_FLAG, 0, "json", 0, 0, "the summary as one JSON object", AT(json)},
    {CLI_FLAG, 'n', "dry-run", 0, 0, "read, report, write nothing", AT(dry_run)},
    {CLI_HEADING, 0, 0, 0, 0, "Instead of INPUT, or with it", 0},
    {CLI_TEXTS, 0, "remove", "ID", 0, "remove the article; repeatable", AT(remove)},
    {CLI_FLAG, 0, "compact", 0, 0, "merge all into one sealed segment", AT(compact)},
    {CLI_FLAG, 0, "check", 0, 0, "verify the index; exit 2 names the damage", AT(check)},
    {CLI_FLAG, 0, "info", 0, 0, "counts, bytes, segments, analyser, dates", AT(info)},
    {CLI_TEXT, 0, "export", "jsonl|xapian:DIR", 0,
     "the stored articles, as lines or as a plain Xapian database", AT(export)},
    {CLI_COUNT, 0, "parts", "N", 0, "with --export xapian:DIR: in so many databases (1)",
     AT(parts)},
};

static const struct cli_program program = {
    .name = PROGRAM,
    .version = PROGRAM_VERSION,
    .usage = "[OPTIONS] INPUT...",
    .summary =
        "Adds or updates articles. INPUT is a file, a folder, or - for standard input.",
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int exit_code_of(enum status status)
{
    return status == STATUS_OK       ? CLI_OK
           : status == STATUS_LOCKED ? CLI_LOCKED
                                     : CLI_FAILED;
}

/* Whether --export names a database. */
static bool is_database(const struct options *o)
{
    return o->export && strncmp(o->export, "xapian:", 7) == 0 && o->export[7];
}

static int export_database(const struct options *o)
{
    struct export_summary summary;
    struct status_error err;
    if (o->parts <= EXPORT_PARTS_MAX &&
        !cli_allow_files(PROGRAM, "--parts", o->parts, o->parts * EXPORT_PART_FILES))
        return CLI_FAILED;
    if (export_xapian(o->index, o->export + 7,
                      o->parts <= EXPORT_PARTS_MAX ? (unsigned)o->parts
                                                   : EXPORT_PARTS_MAX + 1,
                      &summary, &err))
        return cli_fail(PROGRAM, "%s", err.message);
    printf("%llu articles exported\n", summary.articles);
    if (summary.without_text > 0)
        fprintf(stderr,
                PROGRAM ": warning: %llu have no text, or it is not stored: only their "
                        "titles and summaries are in the export\n",
                summary.without_text);
    return CLI_OK;
}

static int look(const struct options *o)
{
    struct status_error err = {0};
    enum status status;
    if (is_database(o))
        return export_database(o);
    if (o->check)
        status = admin_check(o->index, &err);
    else if (o->info)
        status = admin_info(o->index, o->json, stdout, &err);
    else
        status = admin_export(o->index, stdout, &err);
    if (status && ferror(stdout) && errno == EPIPE)
        return CLI_OK; /* whoever read it has had enough */
    if (status)
        return cli_fail(PROGRAM, "%s", err.message);
    if (o->check)
        puts("the index is sound");
    return CLI_OK;
}

static enum progress_mode progress_mode_of(const char *name)
{
    if (strcmp(name, "json") == 0)
        return PROGRESS_JSON;
    bool bar = strcmp(name, "bar") == 0 || (strcmp(name, "auto") == 0 && isatty(2));
    return bar ? PROGRESS_BAR : PROGRESS_NONE;
}

static int report(const struct options *o, const struct batch_summary *summary,
                  enum status status, const struct status_error *err)
{
    if (status == STATUS_LOCKED && stop_signal)
        return 128 + stop_signal;
    if (status) {
        cli_fail(PROGRAM, "%s", err->message);
        if (summary->committed > 0)
            cli_fail(
                PROGRAM,
                "%llu changes before that are in the index; run the same command again "
                "to go on",
                (unsigned long long)summary->committed);
        return exit_code_of(status);
    }
    progress_summary(summary, o->json, o->dry_run);
    if (stop_signal) {
        cli_fail(PROGRAM,
                 "stopped; what was complete is in the index, and running the same "
                 "command again goes on");
        return 128 + stop_signal;
    }
    return summary->rejected > 0 ? CLI_PARTIAL : CLI_OK;
}

static unsigned jobs_of(const struct options *o)
{
    enum { JOBS_MAX = 256 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = o->jobs > 0 ? o->jobs : processors > 0 ? (uint64_t)processors : 1;
    return jobs < JOBS_MAX ? (unsigned)jobs : JOBS_MAX;
}

static int run(const struct options *o, const struct cli_texts *inputs)
{
    struct status_error err = {0};
    struct batch_summary summary;
    struct progress_view view = {.mode = progress_mode_of(o->progress)};
    struct batch_options b = {.index = o->index,
                              .language = o->language,
                              .inputs = inputs->items,
                              .input_count = inputs->count,
                              .remove = o->remove.items,
                              .remove_count = o->remove.count,
                              .store_body = strcmp(o->store, "text") == 0,
                              .jobs = jobs_of(o),
                              .follow = o->follow,
                              .delete_missing = o->delete_missing,
                              .compact = o->compact,
                              .dry_run = o->dry_run,
                              .wait_s = (unsigned)o->wait_s,
                              .memory_bytes = o->memory_bytes,
                              .stop = &stop_signal,
                              .progress = progress_show,
                              .message = progress_message,
                              .context = &view};
    b.input.format = input_format_of(o->format);
    b.input.limits.article_bytes = o->article_bytes;
    b.input.limits.article_words = o->words;
    b.input.limits.file_bytes = o->file_bytes;
    b.input.limits.nesting = (unsigned)(o->nesting < 100000 ? o->nesting : 100000);
    for (size_t i = 0; i < o->map.count; i++)
        if (field_map_add(&b.input.map, o->map.items[i], &err))
            return cli_fail(PROGRAM, "%s", err.message);
    b.input.converters.timeout_s = (unsigned)(o->filter_s < 86400 ? o->filter_s : 86400);
    for (size_t i = 0; i < o->filter.count; i++)
        if (converters_add(&b.input.converters, o->filter.items[i], &err)) {
            converters_free(&b.input.converters);
            return cli_fail(PROGRAM, "%s", err.message);
        }
    if (o->rejects && !(b.rejects = fopen(o->rejects, "w")))
        return cli_fail(PROGRAM, "cannot write '%s': %s", o->rejects, strerror(errno));
    b.rejects_path = o->rejects;
    catch_signals();
    enum status status = batch_run(&b, &summary, &err);
    progress_end(&view);
    converters_free(&b.input.converters);
    int code = report(o, &summary, status, &err);
    if (b.rejects && fclose(b.rejects) != 0)
        return cli_fail(PROGRAM, "cannot write '%s': %s", o->rejects, strerror(errno));
    return code;
}

static bool follows_alone(const struct options *o, const struct cli_texts *inputs)
{
    bool is_stdin =
        inputs->count == 0 || (inputs->count == 1 && strcmp(inputs->items[0], "-") == 0);
    bool is_lines = strcmp(o->format, "auto") == 0 || strcmp(o->format, "jsonl") == 0;
    return is_stdin && is_lines && o->remove.count == 0 && !o->delete_missing &&
           !o->dry_run;
}

int main(int argc, char **argv)
{
    const char *from_environment = getenv("PRESSMARK_INDEX");
    struct options o = {.index = from_environment ? from_environment : "pressmark.index",
                        .format = "auto",
                        .store = "text",
                        .progress = "auto",
                        .memory_bytes = 512u << 20,
                        .article_bytes = 4u << 20,
                        .file_bytes = (uint64_t)1 << 40,
                        .nesting = 512,
                        .parts = 1,
                        .filter_s = 60};
    struct cli_texts inputs = {0};
    int code;
    signal(SIGPIPE, SIG_IGN);
    if (cli_parse(&program, argc, argv, &o, &inputs, &code)) {
        int looks = o.check + o.info + (o.export != NULL);
        bool alone = looks == 1 && inputs.count + o.remove.count == 0;
        if (o.parts != 1 && !is_database(&o))
            code = cli_fail(PROGRAM, "--parts needs --export xapian:DIR");
        else if (o.export && strcmp(o.export, "jsonl") != 0 && !is_database(&o))
            code = cli_fail(PROGRAM, "--export takes jsonl or xapian:DIR, not '%s'",
                            o.export);
        else if (looks > 0 && !alone)
            code = cli_fail(PROGRAM, "--check, --info and --export stand alone");
        else if (looks > 0)
            code = look(&o);
        else if (o.follow && !follows_alone(&o, &inputs))
            code = cli_fail(PROGRAM, "--follow reads JSON Lines from standard input, and "
                                     "takes neither INPUT, --remove, --delete-missing, "
                                     "--dry-run nor another format");
        else if (inputs.count == 0 && o.remove.count == 0 && !o.compact && !o.follow)
            code = cli_fail(PROGRAM, "no INPUT (--help shows the usage)");
        else
            code = run(&o, &inputs);
    }
    if (fflush(stdout) != 0 && errno != EPIPE && code == CLI_OK)
        code = cli_fail(PROGRAM, "cannot write the output: %s", strerror(errno));
    cli_texts_free(&inputs);
    cli_texts_free(&o.filter);
    cli_texts_free(&o.map);
    cli_texts_free(&o.remove);
    return code;
}
