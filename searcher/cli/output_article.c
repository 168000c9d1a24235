#include "common/cli/cli.h"
#include "searcher/cli/json.h"

#include <string.h>

/* What stands between the title and the text. */
static const struct {
    enum pressmark_field field;
    const char *label;
} lines[] = {
    {PRESSMARK_ID, "id"},
    {PRESSMARK_URL, "url"},
    {PRESSMARK_SUMMARY, "summary"},
    {PRESSMARK_DATE, "date"},
    {PRESSMARK_UPDATED, "updated"},
    {PRESSMARK_SOURCE, "source"},
    {PRESSMARK_AUTHOR, "author"},
    {PRESSMARK_SECTION, "section"},
    {PRESSMARK_LANGUAGE, "language"},
    {PRESSMARK_TAGS, "tags"},
    {PRESSMARK_PLACES, "places"},
    {PRESSMARK_PEOPLE, "people"},
    {PRESSMARK_TOPICS, "topics"},
};

static void print_values(const struct output *o, const struct pressmark_article *a,
                         enum pressmark_field field, const char *label)
{
    const char *value;
    for (size_t k = 0; (value = pressmark_article_value(a, field, k)); k++) {
        fprintf(o->out, k == 0 ? "%-10s" : "; ", label);
        cli_print_safe(o->out, value, strlen(value), true);
    }
    if (pressmark_article_value(a, field, 0))
        fputc('\n', o->out);
}

static void print_article(const struct output *o, const struct pressmark_article *a)
{
    const char *title = pressmark_article_text(a, PRESSMARK_TITLE);
    const char *body = pressmark_article_text(a, PRESSMARK_BODY);
    const char *related;
    if (*title) {
        fputs(o->color ? "\033[1m" : "", o->out);
        cli_print_safe(o->out, title, strlen(title), true);
        fputs(o->color ? "\033[0m\n\n" : "\n\n", o->out);
    }
    for (size_t f = 0; f < sizeof lines / sizeof *lines; f++)
        print_values(o, a, lines[f].field, lines[f].label);
    if (*body) {
        fputc('\n', o->out);
        cli_print_safe(o->out, body, strlen(body), false);
        fputc('\n', o->out);
    }
    for (size_t k = 0; (related = pressmark_article_value(a, PRESSMARK_RELATED, k));
         k++) {
        fputs(k == 0 ? "\nRelated:\n- " : "- ", o->out);
        cli_print_safe(o->out, related, strlen(related), true);
        fputc('\n', o->out);
    }
}

enum pressmark_status output_article(struct output *o,
                                     struct pressmark_searcher *searcher,
                                     const struct pressmark_article *article,
                                     const char *highlight, struct pressmark_error *err)
{
    if (o->format != OUTPUT_JSON && o->format != OUTPUT_JSONL) {
        print_article(o, article);
        return PRESSMARK_OK;
    }
    json_t *object = json_of_article(searcher, article, highlight, NULL, err);
    if (!object)
        return err->status;
    json_print(o->out, object);
    return PRESSMARK_OK;
}
