/* Beside the hits: when the matches were published, and values that they have. */
#include "searcher/serve/page.h"

#include "common/cli/cli.h"
#include "searcher/serve/html.h"

#include <stdlib.h>
#include <string.h>

/* --- the timeline --- */

enum { MONTHS_MAX = 72, BAR_WIDTH = 10, BAR_HEIGHT = 60, LEAST_BAR = 2 };

/* Characters of `2025-01-24` that name a month, a year. */
enum { OF_MONTH = 7, OF_YEAR = 4 };

struct period {
    char name[16];
    json_int_t count;
};

/* Months, or years when there are too many; the caller's. */
static struct period *periods_of(const json_t *timeline, size_t *count)
{
    size_t i, months = json_array_size(timeline);
    struct period *list = cli_check_memory(calloc(months + 1, sizeof *list));
    json_t *month;
    *count = 0;
    json_array_foreach(timeline, i, month)
    {
        int size = months > MONTHS_MAX ? OF_YEAR : OF_MONTH;
        struct period *p = &list[*count];
        char name[sizeof p->name];
        snprintf(name, sizeof name, "%.*s", size, page_text(month, "from"));
        if (*count > 0 && strcmp(p[-1].name, name) == 0)
            p--;
        else
            ++*count;
        memcpy(p->name, name, sizeof name);
        p->count += json_integer_value(json_object_get(month, "count"));
    }
    return list;
}

static void bar(FILE *out, const struct period *p, size_t i, json_int_t most,
                const struct page_view *view)
{
    struct page_view narrow = *view;
    int height = p->count == 0 ? 0
                               : LEAST_BAR + (int)((double)(BAR_HEIGHT - LEAST_BAR) *
                                                   (double)p->count / (double)most);
    narrow.since = narrow.until = p->name;
    narrow.offset = 0;
    fputs("<a href=\"", out);
    page_address(out, &narrow);
    fprintf(out, "\" aria-label=\"%s: %lld\"><title>%s: ", p->name, (long long)p->count,
            p->name);
    html_number(out, p->count);
    fprintf(out,
            "</title><rect class=\"back\" x=\"%zu\" y=\"0\" width=\"%d\" height=\"%d\"/>"
            "<rect x=\"%zu\" y=\"%d\" width=\"%d\" height=\"%d\"/></a>",
            i * BAR_WIDTH, BAR_WIDTH, BAR_HEIGHT, i * BAR_WIDTH + 1, BAR_HEIGHT - height,
            BAR_WIDTH - 2, height);
}

static void whole_time(FILE *out, const struct page_view *view)
{
    struct page_view whole = *view;
    if ((!view->since || !*view->since) && (!view->until || !*view->until))
        return;
    whole.since = whole.until = NULL;
    whole.offset = 0;
    fputs("<p><a href=\"", out);
    page_address(out, &whole);
    fputs("\">Any time</a></p>", out);
}

void page_timeline(FILE *out, const json_t *answer, const struct page_view *view)
{
    size_t count;
    json_int_t most = 1;
    struct period *list = periods_of(json_object_get(answer, "timeline"), &count);
    for (size_t i = 0; i < count; i++)
        most = list[i].count > most ? list[i].count : most;
    fputs("<section id=\"timeline\">", out);
    if (count > 0) {
        fprintf(out,
                "<h2>Over time</h2><svg viewBox=\"0 0 %zu %d\" "
                "preserveAspectRatio=\"none\" role=\"group\" "
                "aria-label=\"Articles over time\">",
                count * BAR_WIDTH, BAR_HEIGHT);
        for (size_t i = 0; i < count; i++)
            bar(out, &list[i], i, most, view);
        fprintf(out, "</svg><p class=\"ends\"><span>%s</span><span>%s</span></p>",
                list[0].name, list[count - 1].name);
    }
    whole_time(out, view);
    fputs("</section>", out);
    free(list);
}

/* --- facets --- */

static const struct {
    const char *key, *filter, *label;
} facets[] = {{"source", "source", "Source"},  {"section", "section", "Section"},
              {"author", "author", "Author"},  {"place", "place", "Place"},
              {"person", "person", "Person"},  {"tag", "tag", "Tag"},
              {"language", "lang", "Language"}};

char *page_filter(const char *filter, const char *value)
{
    size_t size = strlen(filter) + strlen(value) + 5;
    char *text = cli_check_memory(malloc(size));
    snprintf(text, size, " %s:\"%s\"", filter, value);
    for (char *at = text + strlen(filter) + 3; at[1]; at++)
        *at = *at == '"' ? ' ' : *at;
    return text;
}

/* The query without the filter, when it has it already; else with it, behind the query as
 * it was read, so that an open quotation or bracket takes in nothing. The caller's. */
static char *toggled(const char *q, const char *read, const char *filter, bool *has_it)
{
    size_t q_size = strlen(q), read_size = strlen(read), size = strlen(filter);
    size_t most = q_size > read_size ? q_size : read_size;
    char *text = cli_check_memory(calloc(most + size + 1, 1));
    bool skips_blank = strncmp(q, filter + 1, size - 1) == 0;
    const char *at = skips_blank ? q : strstr(q, filter);
    *has_it = at != NULL;
    if (at) {
        const char *rest = at + size - skips_blank;
        memcpy(text, q, (size_t)(at - q));
        memcpy(text + (at - q), rest, strlen(rest));
    } else {
        memcpy(text, read, read_size);
        memcpy(text + read_size, filter + (read_size == 0), size - (read_size == 0));
    }
    return text;
}

static void value(FILE *out, const char *filter, const json_t *v, const char *read,
                  const struct page_view *view)
{
    const char *text = page_text(v, "value");
    struct page_view narrow = *view;
    bool has_it;
    char *added = page_filter(filter, text);
    char *q = toggled(view->q ? view->q : "", read, added, &has_it);
    narrow.q = q;
    narrow.offset = 0;
    fputs(has_it ? "<li class=\"on\"><a aria-current=\"true\" href=\"" : "<li><a href=\"",
          out);
    page_address(out, &narrow);
    fputs("\">", out);
    html_text(out, text);
    fputs("</a> <span class=\"count\">", out);
    html_number(out, json_integer_value(json_object_get(v, "count")));
    fputs("</span></li>", out);
    free(added);
    free(q);
}

void page_facets(FILE *out, const json_t *answer, const struct page_view *view)
{
    json_t *all = json_object_get(answer, "facets"), *one;
    size_t k;
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++) {
        json_t *list = json_object_get(all, facets[i].key);
        if (json_array_size(list) == 0)
            continue;
        fprintf(out, "<details class=\"facet\" open><summary>%s</summary><ul>",
                facets[i].label);
        json_array_foreach(list, k, one)
            value(out, facets[i].filter, one, page_text(answer, "interpreted"), view);
        fputs("</ul></details>", out);
    }
}
