#include "searcher/internal.h"

#include <stdlib.h>

enum status searcher_copy_article(struct article *to, const struct article *from,
                                  struct arena *arena, bool body)
{
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++) {
        if (f == ARTICLE_BODY && !body)
            continue;
        for (size_t i = 0; i < from->fields[f].count; i++) {
            struct slice value = from->fields[f].items[i];
            char *copy = arena_copy(arena, value.data, value.size);
            if (!copy || article_add_borrowed(to, (enum article_field)f,
                                              (struct slice){copy, value.size}))
                return STATUS_NO_MEMORY;
        }
    }
    to->published_s = from->published_s;
    to->updated_s = from->updated_s;
    return STATUS_OK;
}

const char *searcher_article_value(const struct article *a, enum pressmark_field field,
                                   size_t k)
{
    if ((int)field < 0 || (int)field >= ARTICLE_FIELD_COUNT ||
        k >= a->fields[field].count)
        return NULL;
    return a->fields[field].items[k].data;
}

const char *searcher_article_text(const struct article *a, enum pressmark_field field)
{
    const char *text = searcher_article_value(a, field, 0);
    return text ? text : "";
}

void pressmark_results_free(struct pressmark_results *results)
{
    if (!results)
        return;
    for (size_t i = 0; i < results->count; i++) {
        article_free(&results->hits[i].article);
        free(results->hits[i].parts);
    }
    free(results->hits);
    arena_free(&results->arena);
    free(results);
}

size_t pressmark_results_count(const struct pressmark_results *results)
{
    return results->count;
}

uint64_t pressmark_results_total(const struct pressmark_results *results, int *exact)
{
    if (exact)
        *exact = results->total_is_exact;
    return results->total;
}

double pressmark_results_elapsed_ms(const struct pressmark_results *results)
{
    return results->elapsed_ms;
}

const char *pressmark_results_interpreted(const struct pressmark_results *results)
{
    return results->interpreted;
}

const char *pressmark_results_copy(const struct pressmark_results *results, size_t i)
{
    return i < results->copy_count ? results->copies[i] : NULL;
}

const char *pressmark_results_expansion(const struct pressmark_results *results, size_t i,
                                        const char **of)
{
    if (i >= results->expansion_count)
        return NULL;
    if (of)
        *of = results->expansions[i].of;
    return results->expansions[i].word;
}

const char *pressmark_results_suggestion(const struct pressmark_results *results)
{
    return results->suggestion ? results->suggestion : "";
}

const char *pressmark_results_warning(const struct pressmark_results *results, size_t i)
{
    return i < results->warning_count ? results->warnings[i] : NULL;
}

static const char *count_of(const struct result_facet *f, size_t i, uint64_t *count,
                            double *share)
{
    if (i >= f->count)
        return NULL;
    if (count)
        *count = f->items[i].count;
    if (share)
        *share = f->items[i].share;
    return f->items[i].text;
}

const char *pressmark_results_facet(const struct pressmark_results *results,
                                    enum pressmark_field field, size_t i, uint64_t *count)
{
    if ((int)field < 0 || (int)field >= ARTICLE_FIELD_COUNT)
        return NULL;
    return count_of(&results->facets[field], i, count, NULL);
}

const char *pressmark_results_period(const struct pressmark_results *results, size_t i,
                                     uint64_t *count, double *share)
{
    return count_of(&results->timeline, i, count, share);
}

static const struct result_hit *hit_of(const struct pressmark_results *results, size_t i)
{
    static const struct result_hit none = {.snippet = ""};
    return i < results->count ? &results->hits[i] : &none;
}

const char *pressmark_hit_text(const struct pressmark_results *results, size_t i,
                               enum pressmark_field field)
{
    return searcher_article_text(&hit_of(results, i)->article, field);
}

const char *pressmark_hit_value(const struct pressmark_results *results, size_t i,
                                enum pressmark_field field, size_t k)
{
    return searcher_article_value(&hit_of(results, i)->article, field, k);
}

double pressmark_hit_score(const struct pressmark_results *results, size_t i)
{
    return hit_of(results, i)->score;
}

int pressmark_hit_is_linked(const struct pressmark_results *results, size_t i)
{
    return hit_of(results, i)->is_linked;
}

int pressmark_hit_verdict(const struct pressmark_results *results, size_t i)
{
    return (int)hit_of(results, i)->verdict;
}

const char *pressmark_hit_wording(const struct pressmark_results *results, size_t i,
                                  size_t *start, size_t *end, double *similarity)
{
    const struct result_hit *hit = hit_of(results, i);
    if (start)
        *start = hit->wording_start;
    if (end)
        *end = hit->wording_end;
    if (similarity)
        *similarity = hit->similarity;
    return hit->wording ? hit->wording : "";
}

const char *pressmark_hit_copy(const struct pressmark_results *results, size_t i,
                               size_t k)
{
    const struct result_hit *hit = hit_of(results, i);
    return k < hit->copy_count ? hit->copies[k] : NULL;
}

const char *pressmark_hit_snippet(const struct pressmark_results *results, size_t i)
{
    return hit_of(results, i)->snippet;
}

int pressmark_hit_highlight(const struct pressmark_results *results, size_t i, size_t k,
                            size_t *start, size_t *end)
{
    const struct result_hit *hit = hit_of(results, i);
    if (k >= hit->highlight_count)
        return 0;
    *start = hit->highlights[k].start;
    *end = hit->highlights[k].end;
    return 1;
}

int pressmark_hit_part(const struct pressmark_results *results, size_t i, size_t k,
                       const char **name, double *value)
{
    const struct result_hit *hit = hit_of(results, i);
    if (k >= hit->part_count)
        return 0;
    *name = hit->parts[k].name;
    *value = hit->parts[k].value;
    return 1;
}
