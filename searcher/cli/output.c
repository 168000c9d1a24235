#include "searcher/cli/output.h"

#include "common/cli/cli.h"

#include <inttypes.h>
#include <string.h>

#define BOLD   "\033[1m"
#define DIM    "\033[2m"
#define MARKED "\033[1;33m"
#define PLAIN  "\033[0m"

enum output_format output_format_of(const char *name)
{
    static const char *const names[OUTPUT_FORMAT_COUNT] = {"text", "json", "jsonl",
                                                           "csv",  "trec", "ids"};
    for (int f = 0; f < OUTPUT_FORMAT_COUNT; f++)
        if (strcmp(name, names[f]) == 0)
            return (enum output_format)f;
    return OUTPUT_TEXT;
}

static const struct {
    const char *name;
    enum pressmark_field field;
} facets[] = {{"source", PRESSMARK_SOURCE},     {"author", PRESSMARK_AUTHOR},
              {"section", PRESSMARK_SECTION},   {"place", PRESSMARK_PLACES},
              {"person", PRESSMARK_PEOPLE},     {"tag", PRESSMARK_TAGS},
              {"language", PRESSMARK_LANGUAGE}, {"lang", PRESSMARK_LANGUAGE}};
enum { FACET_COUNT = sizeof facets / sizeof *facets };

bool output_add_facet(struct output *o, const char *name)
{
    for (size_t i = 0; i < FACET_COUNT; i++)
        if (strcmp(name, facets[i].name) == 0) {
            o->facets |= 1u << facets[i].field;
            return true;
        }
    return false;
}

const char *output_facet(size_t i, enum pressmark_field *field)
{
    if (i + 1 >= FACET_COUNT) /* the last is another name */
        return NULL;
    *field = facets[i].field;
    return facets[i].name;
}

static const char *style(const struct output *o, const char *code)
{
    return o->color ? code : "";
}

static void print_line(const struct output *o, const char *text)
{
    cli_print_safe(o->out, text, strlen(text), true);
}

static void print_snippet(const struct output *o, const struct pressmark_results *r,
                          size_t i)
{
    const char *snippet = pressmark_hit_snippet(r, i);
    size_t at = 0, start, end;
    if (!o->snippets || *snippet == '\0')
        return;
    fputs("    ", o->out);
    for (size_t k = 0; pressmark_hit_highlight(r, i, k, &start, &end); k++) {
        cli_print_safe(o->out, snippet + at, start - at, false);
        fputs(style(o, MARKED), o->out);
        cli_print_safe(o->out, snippet + start, end - start, false);
        fputs(style(o, PLAIN), o->out);
        at = end;
    }
    cli_print_safe(o->out, snippet + at, strlen(snippet) - at, false);
    fputc('\n', o->out);
}

static void print_parts(const struct output *o, const struct pressmark_results *r,
                        size_t i)
{
    const char *name;
    double value;
    for (size_t k = 0; pressmark_hit_part(r, i, k, &name, &value); k++) {
        fprintf(o->out, "    %8.4f  ", value);
        print_line(o, name);
        fputc('\n', o->out);
    }
}

/* Authors, separated by semicolons. */
static void print_authors(const struct output *o, const struct pressmark_results *r,
                          size_t i, const char *before)
{
    const char *author;
    for (size_t k = 0; (author = pressmark_hit_value(r, i, PRESSMARK_AUTHOR, k)); k++) {
        fputs(k == 0 ? before : "; ", o->out);
        print_line(o, author);
    }
}

const char *output_verdict(int verdict)
{
    static const char *const names[] = {"", "quoted", "unquoted", "nearest"};
    return verdict > 0 && verdict <= PRESSMARK_NEAREST ? names[verdict] : "";
}

/* `quoted: “...”`, the words marked within. */
static void print_wording(const struct output *o, const struct pressmark_results *r,
                          size_t i)
{
    double similarity;
    const char *text = pressmark_hit_wording(r, i, NULL, NULL, &similarity);
    int verdict = pressmark_hit_verdict(r, i);
    fprintf(o->out, "    %s", output_verdict(verdict));
    if (verdict == PRESSMARK_NEAREST)
        fprintf(o->out, " (%.0f %%)", similarity * 100);
    if (*text) {
        fputs(": ", o->out);
        print_line(o, text);
    }
    fputc('\n', o->out);
}

static void print_hit(const struct output *o, const struct pressmark_results *r, size_t i)
{
    const char *title = pressmark_hit_text(r, i, PRESSMARK_TITLE);
    const char *date = pressmark_hit_text(r, i, PRESSMARK_DATE);
    const char *source = pressmark_hit_text(r, i, PRESSMARK_SOURCE);
    fprintf(o->out, "%zu. %s", i + 1 + o->offset, style(o, BOLD));
    print_line(o, *title ? title : "(no title)");
    fprintf(o->out, "%s\n    %s", style(o, PLAIN), style(o, DIM));
    fprintf(o->out, "%.10s%s", date, *date && *source ? ", " : "");
    print_line(o, source);
    print_authors(o, r, i, *date || *source ? ", " : "");
    fputs(*date || *source ? "  [" : "[", o->out);
    print_line(o, pressmark_hit_text(r, i, PRESSMARK_ID));
    size_t copies = 0;
    while (pressmark_hit_copy(r, i, copies))
        copies++;
    fprintf(o->out, "]  %.3f", pressmark_hit_score(r, i));
    if (copies > 0)
        fprintf(o->out, "  +%zu %s", copies, copies == 1 ? "copy" : "copies");
    fprintf(o->out, "%s%s\n",
            pressmark_hit_is_linked(r, i) ? "  linked by the editor" : "",
            style(o, PLAIN));
    if (pressmark_hit_verdict(r, i))
        print_wording(o, r, i);
    else
        print_snippet(o, r, i);
    if (o->explain)
        print_parts(o, r, i);
}

static void print_facets(const struct output *o, const struct pressmark_results *r)
{
    enum pressmark_field field;
    const char *name, *value;
    uint64_t count;
    for (size_t f = 0; (name = output_facet(f, &field)); f++) {
        if (!(o->facets >> field & 1))
            continue;
        fprintf(o->out, "\n%s%s%s\n", style(o, BOLD), name, style(o, PLAIN));
        for (size_t i = 0; (value = pressmark_results_facet(r, field, i, &count)); i++) {
            fprintf(o->out, "%8" PRIu64 "  ", count);
            print_line(o, value);
            fputc('\n', o->out);
        }
    }
}

/* A bar for each period; the longest is BAR_MAX eighths of a character. */
static void print_timeline(const struct output *o, const struct pressmark_results *r)
{
    static const char *const eighths[] = {"",       "\u258F", "\u258E", "\u258D",
                                          "\u258C", "\u258B", "\u258A", "\u2589"};
    enum { BAR_MAX = 320 };
    const char *from;
    uint64_t count, most = 0;
    double share;
    for (size_t i = 0; pressmark_results_period(r, i, &count, NULL); i++)
        most = count > most ? count : most;
    for (size_t i = 0; (from = pressmark_results_period(r, i, &count, &share)); i++) {
        uint64_t bar = most > 0 ? count * BAR_MAX / most : 0;
        fprintf(o->out, "%s%s  ", i == 0 ? "\n" : "", from);
        for (uint64_t k = 0; k < bar / 8; k++)
            fputs("\u2588", o->out);
        fprintf(o->out, "%s%s%" PRIu64, eighths[bar % 8], bar > 0 ? " " : "", count);
        fprintf(o->out, count > 0 ? " (%.1f %%)\n" : "\n", share * 100);
    }
}

static void print_text(const struct output *o, const char *qid, const char *query,
                       const struct pressmark_results *r)
{
    int exact;
    uint64_t total = pressmark_results_total(r, &exact);
    if (qid) {
        fprintf(o->out, "== %s: ", qid);
        print_line(o, query);
        fputc('\n', o->out);
    }
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        print_hit(o, r, i);
    print_facets(o, r);
    print_timeline(o, r);
    if (qid)
        return;
    fflush(o->out);
    fprintf(stderr, "%s%" PRIu64 " article%s, %.1f ms\n",
            exact || total == 0 ? "" : "at least ", total, total == 1 ? "" : "s",
            pressmark_results_elapsed_ms(r));
}

/* Text for another program; made harmless when a terminal reads it after all. */
static void print_data(const struct output *o, const char *text)
{
    if (o->terminal)
        cli_print_safe(o->out, text, strlen(text), false);
    else
        fputs(text, o->out);
}

/* Without the quotation marks around it. */
static void print_csv_text(const struct output *o, const char *text)
{
    while (*text) {
        char piece[256];
        size_t n = 0;
        for (; *text && n + 2 < sizeof piece; text++) {
            if (*text == '"')
                piece[n++] = '"';
            piece[n++] = *text;
        }
        piece[n] = '\0';
        print_data(o, piece);
    }
}

static void print_csv_field(const struct output *o, const char *text)
{
    fputc('"', o->out);
    print_csv_text(o, text);
    fputc('"', o->out);
}

static void print_csv_authors(const struct output *o, const struct pressmark_results *r,
                              size_t i)
{
    const char *author;
    fputc('"', o->out);
    for (size_t k = 0; (author = pressmark_hit_value(r, i, PRESSMARK_AUTHOR, k)); k++) {
        fputs(k > 0 ? "; " : "", o->out);
        print_csv_text(o, author);
    }
    fputc('"', o->out);
}

/* RFC 4180; text is quoted always, numbers never. */
static void print_csv(struct output *o, const char *qid,
                      const struct pressmark_results *r)
{
    static const enum pressmark_field fields[] = {PRESSMARK_TITLE, PRESSMARK_DATE,
                                                  PRESSMARK_SOURCE, PRESSMARK_URL};
    if (!o->csv_header_written)
        fprintf(o->out, "%srank,id,score,title,date,source,url,author,snippet\r\n",
                qid ? "qid," : "");
    o->csv_header_written = true;
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        if (qid) {
            print_csv_field(o, qid);
            fputc(',', o->out);
        }
        fprintf(o->out, "%zu,", i + 1 + o->offset);
        print_csv_field(o, pressmark_hit_text(r, i, PRESSMARK_ID));
        fprintf(o->out, ",%.6f,", pressmark_hit_score(r, i));
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            print_csv_field(o, pressmark_hit_text(r, i, fields[f]));
            fputc(',', o->out);
        }
        print_csv_authors(o, r, i);
        fputc(',', o->out);
        print_csv_field(o, pressmark_hit_snippet(r, i));
        fputs("\r\n", o->out);
    }
}

static void print_trec(const struct output *o, const char *qid,
                       const struct pressmark_results *r)
{
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        fprintf(o->out, "%s Q0 ", qid ? qid : "1");
        print_data(o, pressmark_hit_text(r, i, PRESSMARK_ID));
        fprintf(o->out, " %zu %.9f pressmark\n", i + 1 + o->offset,
                pressmark_hit_score(r, i));
    }
}

/* Two spellings in one query stand for the same others. */
static bool is_told(const struct pressmark_results *r, size_t i)
{
    const char *word = pressmark_results_expansion(r, i, NULL);
    for (size_t k = 0; k < i; k++)
        if (strcmp(pressmark_results_expansion(r, k, NULL), word) == 0)
            return true;
    return false;
}

/* A notice, as warnings are. */
static void print_variants(const struct pressmark_results *r)
{
    const char *word;
    for (size_t i = 0; (word = pressmark_results_expansion(r, i, NULL)); i++) {
        if (is_told(r, i))
            continue;
        fputs(i == 0 ? "also looked for: " : ", ", stderr);
        cli_print_safe(stderr, word, strlen(word), true);
    }
    if (pressmark_results_expansion(r, 0, NULL))
        fputs(" (not with --no-variants)\n", stderr);
}

void output_results(struct output *o, const char *qid, const char *query,
                    const struct pressmark_results *r)
{
    const char *warning;
    for (size_t i = 0; !qid && (warning = pressmark_results_warning(r, i)); i++)
        if (o->format != OUTPUT_JSON && o->format != OUTPUT_JSONL)
            cli_fail("pressmark-searcher", "warning: %s", warning);
    if (!qid)
        print_variants(r);
    const char *suggestion = pressmark_results_suggestion(r);
    if (!qid && *suggestion) {
        fputs("did you mean: ", stderr);
        cli_print_safe(stderr, suggestion, strlen(suggestion), true);
        fputc('\n', stderr);
    }
    switch (o->format) {
    case OUTPUT_JSON:
    case OUTPUT_JSONL:
        output_json(o, qid, query, r);
        break;
    case OUTPUT_CSV:
        print_csv(o, qid, r);
        break;
    case OUTPUT_TREC:
        print_trec(o, qid, r);
        break;
    case OUTPUT_IDS:
        for (size_t i = 0; i < pressmark_results_count(r); i++) {
            print_data(o, pressmark_hit_text(r, i, PRESSMARK_ID));
            fputc('\n', o->out);
        }
        break;
    default:
        print_text(o, qid, query, r);
        break;
    }
}
