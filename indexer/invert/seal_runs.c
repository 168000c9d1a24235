#include "indexer/invert/seal.h"

#include <stdlib.h>
#include <string.h>

/* A run at work. */
struct source {
    struct run *run;
    bool ended, has_term; /* it stands on the term at hand */
    struct arena arena;   /* of its term */
    uint32_t *form_map;   /* index of each of its forms in the merged list */
};

struct form_entry {
    struct sealed_form form;
    struct source *source;
    size_t index;
};

struct merge {
    struct term_sink *sink;
    struct source *sources;
    size_t count;
    struct arena arena; /* of the term at hand */
    struct status_error *err;
};

static int compare_entries(const void *x, const void *y)
{
    const struct form_entry *a = x;
    const struct form_entry *b = y;
    return slice_compare(a->form.text, b->form.text);
}

static int compare_forms(const void *x, const void *y)
{
    return sealed_compare_forms(x, y);
}

static enum status next_term(struct merge *m, struct source *s)
{
    bool found;
    arena_free(&s->arena);
    enum status status = run_next(s->run, &s->arena, &found, m->err);
    s->ended = !found;
    return status;
}

/* Marks the sources that stand on the least term; false when all have ended. */
static bool find_least(struct merge *m, struct slice *least)
{
    bool found = false;
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        s->has_term = false;
        if (s->ended)
            continue;
        int order = found ? slice_compare(s->run->text, *least) : -1;
        for (size_t k = 0; order < 0 && k < i; k++)
            m->sources[k].has_term = false;
        s->has_term = order <= 0;
        if (order < 0)
            *least = s->run->text;
        found = true;
    }
    return found;
}

/* The union of the sources' forms; documents of different runs are different. */
static enum status merge_forms(struct merge *m, struct sealed_form **list, size_t *count)
{
    size_t total = 0, n = 0;
    for (size_t i = 0; i < m->count; i++)
        total += m->sources[i].has_term ? m->sources[i].run->form_count : 0;
    struct form_entry *entries = arena_alloc(&m->arena, (total + 1) * sizeof *entries);
    *list = arena_alloc(&m->arena, (total + 1) * sizeof **list);
    if (!entries || !*list)
        return status_no_memory(m->err);
    for (size_t i = 0; i < m->count; i++) {
        struct source *s = &m->sources[i];
        if (!s->has_term)
            continue;
        s->form_map =
            arena_alloc(&m->arena, (s->run->form_count + 1) * sizeof *s->form_map);
        if (!s->form_map)
            return status_no_memory(m->err);
        for (size_t f = 0; f < s->run->form_count; f++)
            entries[n++] = (struct form_entry){s->run->forms[f], s, f};
    }
    qsort(entries, n, sizeof *entries, compare_entries);
    *count = 0;
    for (size_t e = 0; e < n; e++) {
        if (e > 0 && compare_entries(&entries[e - 1], &entries[e]) == 0)
            (*list)[*count - 1].doc_freq += entries[e].form.doc_freq;
        else
            (*list)[(*count)++] = entries[e].form;
    }
    qsort(*list, *count, sizeof **list, compare_forms);
    for (size_t e = 0; e < n; e++) {
        uint32_t f = 0;
        while (slice_compare((*list)[f].text, entries[e].form.text) != 0)
            f++;
        entries[e].source->form_map[entries[e].index] = f;
    }
    return STATUS_OK;
}

static enum status copy_postings(struct merge *m, struct source *s)
{
    struct run *r = s->run;
    enum status status = STATUS_OK;
    while (r->left > 0 && !status) {
        uint32_t docid;
        status = run_posting(r, &docid, m->err);
        for (size_t i = 0; i < r->form_indices.count && r->form_count > 0; i++)
            r->form_indices.items[i] = s->form_map[r->form_indices.items[i]];
        if (!status)
            status = m->sink->posting(m->sink, docid, r->positions.items,
                                      r->form_indices.items, r->positions.count, m->err);
    }
    return status;
}

static enum status merge_term(struct merge *m, struct slice text)
{
    struct sealed_form *forms = NULL;
    size_t form_count = 0;
    uint32_t doc_freq = 0;
    for (size_t i = 0; i < m->count; i++)
        doc_freq += m->sources[i].has_term ? m->sources[i].run->doc_freq : 0;
    enum status status = merge_forms(m, &forms, &form_count);
    if (!status)
        status = m->sink->term(m->sink, text, doc_freq, forms, form_count, m->err);
    for (size_t i = 0; i < m->count && !status; i++)
        if (m->sources[i].has_term)
            status = copy_postings(m, &m->sources[i]);
    return status;
}

enum status seal_runs(struct term_sink *sink, struct run *runs, size_t count,
                      struct status_error *err)
{
    struct merge m = {.sink = sink, .count = count, .err = err};
    struct slice least = {0};
    m.sources = calloc(count + 1, sizeof *m.sources);
    enum status status = m.sources ? STATUS_OK : status_no_memory(err);
    for (size_t i = 0; i < count && !status; i++) {
        m.sources[i].run = &runs[i];
        status = run_rewind(&runs[i], err);
        if (!status)
            status = next_term(&m, &m.sources[i]);
    }
    while (!status && find_least(&m, &least)) {
        status = merge_term(&m, least);
        for (size_t i = 0; i < count && !status; i++)
            if (m.sources[i].has_term)
                status = next_term(&m, &m.sources[i]);
        arena_free(&m.arena);
    }
    for (size_t i = 0; m.sources && i < count; i++)
        arena_free(&m.sources[i].arena);
    arena_free(&m.arena);
    free(m.sources);
    return status;
}
