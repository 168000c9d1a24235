#include "indexer/invert/seal.h"

#include "common/buffer.h"

#include <stdlib.h>
#include <string.h>

/* A word that occurs, with the first bytes of its stem to compare by. */
struct sort_item {
    uint64_t prefix; /* big-endian */
    uint32_t key;
};

struct sealer {
    struct term_sink *sink;
    const struct seal_input *in;
    struct status_error *err;
    size_t next_flag;
    struct sort_item *order; /* words by stem */
    size_t order_count;
    uint32_t *counts; /* of each key's occurrences; then local, see below */
    uint32_t *ranks;  /* of each key's stem */
    uint32_t *totals; /* occurrences of each rank */
    uint32_t *firsts; /* of each rank, in order; one more for the end */
    uint32_t rank_count;
    uint32_t *form_of; /* by key: index in the list of its stem's forms */
    struct sealed_form *forms;
    uint32_t *last_docids;
    uint32_t *form_ranks;
    struct form_order {
        struct sealed_form form;
        uint32_t index;
    } * form_order;
    size_t form_capacity;
    struct sealed_positions positions, forms_of_positions; /* of one document */
};

/* --- the order of the stems --- */

static struct slice stem_of_key(const struct text_word *const *words, uint32_t key)
{
    const struct text_word *word = words[key >> 1];
    return (key & 1 ? word->other_stem : word->stem)->text;
}

static struct slice stem_of(const struct sealer *s, size_t i)
{
    return stem_of_key(s->in->words, s->order[i].key);
}

static uint64_t prefix_of(struct slice text)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < sizeof prefix; i++)
        prefix = prefix << 8 | (i < text.size ? (unsigned char)text.data[i] : 0);
    return prefix;
}

static int compare_items(const void *x, const void *y, void *context)
{
    const struct sort_item *a = x;
    const struct sort_item *b = y;
    const struct text_word *const *words = context;
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return slice_compare(stem_of_key(words, a->key), stem_of_key(words, b->key));
}

static bool sort_words(struct sealer *s)
{
    size_t keys = s->in->word_count * 2;
    s->counts = calloc(keys + 1, sizeof *s->counts);
    s->ranks = malloc((keys + 1) * sizeof *s->ranks);
    if (!s->counts || !s->ranks)
        return false;
    occurrences_count(s->in->occurrences, s->counts);
    for (size_t k = 0; k < keys; k++)
        s->order_count += s->counts[k] > 0;
    s->order = malloc((s->order_count + 1) * sizeof *s->order);
    if (!s->order)
        return false;
    size_t n = 0;
    for (size_t k = 0; k < keys; k++)
        if (s->counts[k] > 0)
            s->order[n++] = (struct sort_item){
                prefix_of(stem_of_key(s->in->words, (uint32_t)k)), (uint32_t)k};
    if (n > 1)
        qsort_r(s->order, n, sizeof *s->order, compare_items,
                (void *)(uintptr_t)s->in->words);
    return true;
}

/* Equal stems share a rank. */
static bool rank_words(struct sealer *s)
{
    size_t n = s->order_count, most = 0;
    s->totals = calloc(n + 1, sizeof *s->totals);
    s->firsts = malloc((n + 1) * sizeof *s->firsts);
    if (!s->totals || !s->firsts)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t key = s->order[i].key;
        if (i == 0 || !slice_equal(stem_of(s, i), stem_of(s, i - 1)))
            s->firsts[s->rank_count++] = (uint32_t)i;
        size_t forms = i + 1 - s->firsts[s->rank_count - 1];
        most = forms > most ? forms : most;
        s->ranks[key] = s->rank_count - 1;
        s->totals[s->rank_count - 1] += s->counts[key];
    }
    s->firsts[s->rank_count] = (uint32_t)n;
    s->form_of = s->counts; /* the counts have done their work */
    s->forms = malloc((most + 1) * sizeof *s->forms);
    s->last_docids = malloc((most + 1) * sizeof *s->last_docids);
    s->form_ranks = malloc((most + 1) * sizeof *s->form_ranks);
    s->form_order = malloc((most + 1) * sizeof *s->form_order);
    return s->forms && s->last_docids && s->form_ranks && s->form_order;
}

/* --- flags --- */

static enum status write_flag(struct sealer *s, const struct flag *flag)
{
    enum status status = s->sink->term(s->sink, flag->text, flag->count, NULL, 0, s->err);
    for (uint32_t i = 0; i < flag->count && !status; i++)
        status = s->sink->posting(s->sink, flag->docids[i], NULL, NULL, 0, s->err);
    return status;
}

/* Writes the flags that come before a word (NULL: all that are left). */
static enum status write_flags(struct sealer *s, const struct slice *before)
{
    const struct flags *f = s->in->flags;
    enum status status = STATUS_OK;
    while (s->next_flag < f->count && !status &&
           (!before || slice_compare(f->items[s->next_flag].text, *before) < 0))
        status = write_flag(s, &f->items[s->next_flag++]);
    return status;
}

/* --- words --- */

static int compare_occurrences(const void *x, const void *y)
{
    const occurrence mask =
        (UINT64_C(1) << (OCCURRENCE_DOCUMENT_BITS + OCCURRENCE_POSITION_BITS)) - 1;
    occurrence a = *(const occurrence *)x & mask, b = *(const occurrence *)y & mask;
    return (a > b) - (a < b);
}

/* Counts the documents of the stem and of each of its forms. */
static uint32_t count_documents(struct sealer *s, size_t form_count,
                                const occurrence *items, size_t count)
{
    uint32_t doc_freq = 0, last = UINT32_MAX;
    memset(s->last_docids, 255, form_count * sizeof *s->last_docids);
    for (size_t i = 0; i < count; i++) {
        uint32_t docid = occurrence_document(items[i]);
        uint32_t form = s->form_of[occurrence_key(items[i])];
        doc_freq += docid != last;
        last = docid;
        s->forms[form].doc_freq += docid != s->last_docids[form];
        s->last_docids[form] = docid;
    }
    return doc_freq;
}

static int compare_form_order(const void *x, const void *y)
{
    const struct form_order *a = x;
    const struct form_order *b = y;
    return sealed_compare_forms(&a->form, &b->form);
}

/* Sorts the forms and tells where each went. */
static void order_forms(struct sealer *s, size_t count)
{
    for (size_t f = 0; f < count; f++)
        s->form_order[f] = (struct form_order){s->forms[f], (uint32_t)f};
    if (count > 1)
        qsort(s->form_order, count, sizeof *s->form_order, compare_form_order);
    for (size_t f = 0; f < count; f++) {
        s->forms[f] = s->form_order[f].form;
        s->form_ranks[s->form_order[f].index] = (uint32_t)f;
    }
}

static enum status write_postings(struct sealer *s, const occurrence *items, size_t count)
{
    struct sealed_positions *p = &s->positions, *f = &s->forms_of_positions;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status;) {
        uint32_t document = occurrence_document(items[i]);
        size_t end = i + 1;
        while (end < count && occurrence_document(items[end]) == document)
            end++;
        p->count = f->count = 0;
        if (sealed_positions_reserve(p, end - i) || sealed_positions_reserve(f, end - i))
            return status_no_memory(s->err);
        for (; i < end; i++) {
            uint32_t form = s->form_of[occurrence_key(items[i])];
            p->items[p->count++] = occurrence_position(items[i]);
            f->items[f->count++] = s->form_ranks[form];
        }
        status = s->sink->posting(s->sink, s->in->base + document, p->items, f->items,
                                  p->count, s->err);
    }
    return status;
}

static enum status write_word(void *context, uint32_t rank, occurrence *items,
                              size_t count)
{
    enum { AHEAD = 8 };
    struct sealer *s = context;
    size_t first = s->firsts[rank], form_count = s->firsts[rank + 1] - first;
    struct slice stem = stem_of(s, first);
    enum status status = write_flags(s, &stem);
    if (status)
        return status;
    if (first + form_count + AHEAD < s->order_count) /* words lie here and there */
        __builtin_prefetch(s->in->words[s->order[first + form_count + AHEAD].key >> 1]);
    for (size_t f = 0; f < form_count; f++) {
        uint32_t key = s->order[first + f].key;
        s->form_of[key] = (uint32_t)f;
        s->forms[f] = (struct sealed_form){s->in->words[key >> 1]->form, 0};
    }
    if (!s->in->in_order)
        qsort(items, count, sizeof *items, compare_occurrences);
    uint32_t doc_freq = count_documents(s, form_count, items, count);
    order_forms(s, form_count);
    status = s->sink->term(s->sink, stem, doc_freq, s->forms, form_count, s->err);
    return status ? status : write_postings(s, items, count);
}

enum status seal_terms(struct term_sink *sink, const struct seal_input *in,
                       struct status_error *err)
{
    struct sealer s = {.sink = sink, .in = in, .err = err};
    enum status status = flags_sort(in->flags);
    if (!status && (!sort_words(&s) || !rank_words(&s)))
        status = STATUS_NO_MEMORY;
    if (status)
        status_set(err, status, "%s", status_text(status));
    if (!status)
        status = occurrences_take(in->occurrences, s.ranks, s.totals, s.rank_count,
                                  write_word, &s);
    if (status == STATUS_NO_MEMORY)
        status_no_memory(err);
    if (!status)
        status = write_flags(&s, NULL);
    free(s.positions.items);
    free(s.forms_of_positions.items);
    free(s.order);
    free(s.counts);
    free(s.ranks);
    free(s.totals);
    free(s.firsts);
    free(s.forms);
    free(s.last_docids);
    free(s.form_ranks);
    free(s.form_order);
    return status;
}
