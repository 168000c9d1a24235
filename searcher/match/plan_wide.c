/* The words of the index that a word with wildcards or edits stands for. They are
 * searched as one: how often an article has any of them counts, not how rare each is. */
#include "common/hash.h"
#include "searcher/match/plan_build.h"
#include "searcher/match/wide.h"

#include <stdlib.h>
#include <string.h>

/* What one stem has of the words that are looked for. */
struct found_stem {
    struct slice text;
    uint64_t doc_freq; /* of the forms that match */
    bool any_form;     /* all do */
};

struct search {
    struct builder *builder;
    const struct wide_word *wide;
    struct found_stem *slots; /* a table */
    size_t slot_count, count;
    bool failed;
};

static struct found_stem *slot_of(const struct search *s, struct slice stem)
{
    size_t i = hash_bytes(stem.data, stem.size) & (s->slot_count - 1);
    while (s->slots[i].text.data && !slice_equal(s->slots[i].text, stem))
        i = (i + 1) & (s->slot_count - 1);
    return &s->slots[i];
}

static bool make_room(struct search *s)
{
    struct found_stem *old = s->slots;
    size_t old_count = s->slot_count;
    if (s->count * 2 < old_count)
        return true;
    s->slot_count = old_count > 0 ? old_count * 2 : 256;
    s->slots = calloc(s->slot_count, sizeof *s->slots);
    if (!s->slots) {
        s->slots = old;
        s->slot_count = old_count;
        return false;
    }
    for (size_t i = 0; i < old_count; i++)
        if (old[i].text.data)
            *slot_of(s, old[i].text) = old[i];
    free(old);
    return true;
}

/* The stem's place in the table; NULL: no memory. */
static struct found_stem *add_stem(struct search *s, struct slice stem)
{
    if (!make_room(s))
        return NULL;
    struct found_stem *f = slot_of(s, stem);
    if (f->text.data)
        return f;
    char *copy = arena_copy(&s->builder->plan->arena, stem.data, stem.size);
    if (!copy)
        return NULL;
    *f = (struct found_stem){.text = {copy, stem.size}, .any_form = true};
    s->count++;
    return f;
}

static bool visit(void *context, struct slice stem, const struct segment_forms *forms)
{
    struct search *s = context;
    uint64_t doc_freq = 0;
    size_t matching = 0;
    if (budget_is_spent(s->builder->plan->budget))
        return false;
    for (size_t i = 0; i < forms->count; i++) {
        if (!wide_matches(s->wide, forms->items[i].text))
            continue;
        doc_freq += forms->items[i].doc_freq;
        matching++;
    }
    if (matching == 0)
        return true;
    struct found_stem *f = add_stem(s, stem);
    if (!f) {
        s->failed = true;
        return false;
    }
    f->doc_freq += doc_freq;
    f->any_form &= matching == forms->count;
    return true;
}

/* What the stems of all words that match begin with. */
static struct slice first_letter(const struct search *s)
{
    const struct plan_reading *r = s->builder->reading;
    uint32_t first = s->wide->letters[0];
    bool any = s->wide->edits > 0 || first == '*' || first == '?' || s->wide->exact ||
               !analyser_keeps_first_letter(r->analyser, r->languages);
    return (struct slice){s->wide->first, any ? 0 : s->wide->first_size};
}

static enum status find_stems(struct search *s)
{
    const struct snapshot_list *list = s->builder->snapshots;
    struct slice prefix = first_letter(s);
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i]->segment_count; k++) {
            struct segment *segment = list->items[i]->segments[k];
            segment->ops->each_word(segment, prefix, visit, s);
            if (s->failed || segment->failed)
                return s->failed ? STATUS_NO_MEMORY : segment->failed;
        }
    return STATUS_OK;
}

static int by_frequency(const void *x, const void *y)
{
    const struct found_stem *a = x, *b = y;
    if (a->doc_freq != b->doc_freq)
        return a->doc_freq < b->doc_freq ? 1 : -1;
    return slice_compare(a->text, b->text);
}

/* The most frequent ones, in order; the others are left out, with a warning. */
static void choose(struct search *s, const struct query_node *q)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->slot_count; i++)
        if (s->slots[i].text.data)
            s->slots[kept++] = s->slots[i];
    if (kept > 0)
        qsort(s->slots, kept, sizeof *s->slots, by_frequency);
    s->count = kept;
    if (kept <= QUERY_WIDE_MAX)
        return;
    s->count = QUERY_WIDE_MAX;
    query_warn(s->builder->query,
               "'%.*s%s' stands for %zu words; the %d most frequent were looked for",
               (int)q->text.size, q->text.data, q->width.edits > 0 ? "~" : "", kept,
               QUERY_WIDE_MAX);
}

/* A stem that is whole where it matched may have other forms in other segments. */
static void look_elsewhere(struct search *s)
{
    const struct snapshot_list *list = s->builder->snapshots;
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i]->segment_count; k++) {
            struct segment *segment = list->items[i]->segments[k];
            for (size_t f = 0; f < s->count; f++) {
                struct segment_forms forms = {0};
                if (!s->slots[f].any_form)
                    continue;
                segment->ops->forms(segment, s->slots[f].text, &forms);
                for (size_t j = 0; j < forms.count; j++)
                    s->slots[f].any_form &= wide_matches(s->wide, forms.items[j].text);
                segment_forms_free(&forms);
            }
        }
}

static bool has_one_segment(const struct snapshot_list *list)
{
    return list->count == 1 && list->items[0]->segment_count == 1;
}

static bool fill_term(struct search *s, struct plan_term *term)
{
    struct plan_stem *stems =
        arena_alloc(&s->builder->plan->arena, (s->count + 1) * sizeof *stems);
    if (!stems)
        return false;
    term->forms = FORMS_ANY;
    for (size_t i = 0; i < s->count; i++) {
        stems[i] = (struct plan_stem){s->slots[i].text, s->slots[i].any_form};
        term->doc_freq += s->slots[i].doc_freq;
        if (!s->slots[i].any_form)
            term->forms = FORMS_WIDE;
    }
    if (s->count == 0)
        term->forms = FORMS_WIDE;
    term->collection_freq = term->doc_freq;
    term->stems = stems;
    term->stem_count = s->count;
    return true;
}

struct plan_node *build_wide(struct builder *b, const struct query_node *q)
{
    struct wide_word *wide = arena_alloc(&b->plan->arena, sizeof *wide);
    if (!wide)
        return NULL;
    if (!wide_read(wide, q->text, q->width.edits, q->exact)) {
        query_warn(b->query, "'%.40s' has more than %d letters", q->text.data,
                   WIDE_LETTERS_MAX);
        return build_node(b->plan, PLAN_NOTHING);
    }
    struct search s = {.builder = b, .wide = wide};
    struct plan_term term = {.term = slice_of("!"), /* of no article */
                             .form = q->text,
                             .wide = wide,
                             .zone = q->zone,
                             .first = q->first,
                             .is_counted = true};
    enum status status = find_stems(&s);
    if (!status) {
        choose(&s, q);
        if (!has_one_segment(b->snapshots))
            look_elsewhere(&s);
    }
    bool good = (!status || status != STATUS_NO_MEMORY) && fill_term(&s, &term);
    free(s.slots);
    return good ? build_term(b->plan, term) : NULL;
}
