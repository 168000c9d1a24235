/* The matches of a segment become a set of bits. For a facet the articles of each value,
 * which are those of its filter term, are counted in it: exact, and as fast as the lists
 * of a field are read once (a million articles in some milliseconds). */
#include "searcher/tally.h"

#include "common/date.h"
#include "common/hash.h"
#include "searcher/match/each.h"

#include <stdlib.h>

enum { FACET_LIMIT = 20 };

/* What counts the values of a field. */
static const struct {
    enum pressmark_field field;
    enum schema_filter filter;
    const char *prefix; /* of its terms */
} facets[] = {{PRESSMARK_SOURCE, SCHEMA_SOURCE, "XSOURCE:"},
              {PRESSMARK_AUTHOR, SCHEMA_AUTHOR_NAME, "XAUTHOR:"},
              {PRESSMARK_SECTION, SCHEMA_SECTION, "XSECTION:"},
              {PRESSMARK_LANGUAGE, SCHEMA_LANGUAGE, "L"},
              {PRESSMARK_TAGS, SCHEMA_TAG, "K"},
              {PRESSMARK_PLACES, SCHEMA_PLACE, "XPLACE:"},
              {PRESSMARK_PEOPLE, SCHEMA_PERSON_NAME, "XPERSONNAME:"}};
enum { FACET_COUNT = sizeof facets / sizeof *facets };

/* A value, and one of the articles that have it. */
struct value {
    struct slice term;
    uint64_t count;
    struct segment *segment;
    uint32_t docid;
};

struct tally {
    struct pressmark_searcher *searcher;
    const struct plan *plan;
    struct segment *segment; /* at hand */
    uint64_t *bits;          /* of its matches */
    uint64_t matches;
    struct value *values; /* of the facet at hand: a table, half full at most */
    size_t value_slots, value_count;
    struct arena arena;
    enum status status;
};

/* --- values --- */

static struct value *slot_of(struct value *values, size_t slots, struct slice term)
{
    size_t i = hash_bytes(term.data, term.size) & (slots - 1);
    while (values[i].term.data && !slice_equal(values[i].term, term))
        i = (i + 1) & (slots - 1);
    return &values[i];
}

static bool make_room(struct tally *t)
{
    size_t slots = t->value_slots ? t->value_slots * 2 : 1024;
    if (t->value_slots && t->value_count * 2 < t->value_slots)
        return true;
    struct value *values = calloc(slots, sizeof *values);
    if (!values)
        return false;
    for (size_t i = 0; i < t->value_slots; i++)
        if (t->values[i].term.data)
            *slot_of(values, slots, t->values[i].term) = t->values[i];
    free(t->values);
    t->values = values;
    t->value_slots = slots;
    return true;
}

static bool add_value(struct tally *t, struct slice term, uint64_t count, uint32_t docid)
{
    if (!make_room(t))
        return false;
    struct value *v = slot_of(t->values, t->value_slots, term);
    if (!v->term.data) {
        v->term.data = arena_copy(&t->arena, term.data, term.size);
        v->term.size = term.size;
        v->segment = t->segment;
        v->docid = docid;
        t->value_count++;
    }
    v->count += count;
    return v->term.data != NULL;
}

static bool count_term(void *context, struct slice term, uint32_t doc_freq)
{
    struct tally *t = context;
    uint64_t count = 0;
    uint32_t first = 0;
    struct segment_cursor *c = segment_cursor_open(t->segment, term);
    (void)doc_freq;
    for (uint32_t d = c ? segment_cursor_docid(c) : SEGMENT_END; d != SEGMENT_END;
         d = segment_cursor_next(c))
        if (t->bits[d / 64] >> (d % 64) & 1) {
            first = count++ ? first : d;
        }
    bool good = c && (count == 0 || add_value(t, term, count, first));
    segment_cursor_close(c);
    if (!good)
        t->status = STATUS_NO_MEMORY;
    return good;
}

static int by_count(const void *x, const void *y)
{
    const struct value *a = x, *b = y;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return slice_compare(a->term, b->term);
}

/* How an article that has the value writes it; terms are folded. */
static enum status written(struct tally *t, size_t facet, const struct value *v,
                           struct slice *text, struct status_error *err)
{
    static const enum article_field fields[][2] = {
        [PRESSMARK_TAGS] = {ARTICLE_TAGS, ARTICLE_TOPICS}};
    struct article a;
    struct schema_term term;
    enum article_field field = (enum article_field)facets[facet].field;
    bool is_tag = facets[facet].field == PRESSMARK_TAGS;
    *text = (struct slice){0};
    article_init(&a);
    enum status status = searcher_load(t->searcher, v->segment, v->docid, &a, err);
    for (int k = 0; k < (is_tag ? 2 : 1) && !status; k++) {
        enum article_field from = is_tag ? fields[PRESSMARK_TAGS][k] : field;
        for (size_t i = 0; i < a.fields[from].count && text->size == 0; i++) {
            struct slice value = slice_trim(a.fields[from].items[i]);
            schema_filter_term(facets[facet].filter, value, &term);
            if (slice_equal(schema_slice(&term), v->term))
                *text = value;
        }
    }
    if (!status && text->size == 0) { /* the language `pt` of `pt-BR` */
        size_t prefix = strlen(facets[facet].prefix);
        *text = (struct slice){v->term.data + prefix, v->term.size - prefix};
    }
    if (!status) {
        text->data = arena_copy(&t->arena, text->data, text->size);
        status = text->data ? STATUS_OK : status_no_memory(err);
    }
    article_free(&a);
    return status;
}

/* --- segments --- */

static size_t segment_count(const struct tally *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->searcher->snapshots.count; i++)
        count += t->searcher->snapshots.items[i]->segment_count;
    return count;
}

static struct segment *segment_at(const struct tally *t, size_t n)
{
    size_t i = 0;
    while (n >= t->searcher->snapshots.items[i]->segment_count)
        n -= t->searcher->snapshots.items[i++]->segment_count;
    return t->searcher->snapshots.items[i]->segments[n];
}

static enum status find_matches(struct tally *t, uint64_t **sets,
                                struct status_error *err)
{
    for (size_t i = 0; i < segment_count(t); i++) {
        struct segment *s = segment_at(t, i);
        sets[i] = calloc(s->docid_end / 64 + 1, sizeof **sets);
        if (!sets[i])
            return status_no_memory(err);
        if (match_each(t->plan, s, sets[i], &t->matches))
            return segment_failed(s, err);
    }
    return STATUS_OK;
}

static enum status count_facet(struct tally *t, uint64_t *const *sets, size_t facet,
                               unsigned limit, struct pressmark_results *r,
                               struct status_error *err)
{
    struct result_facet *out = &r->facets[facets[facet].field];
    t->values = NULL;
    t->value_slots = t->value_count = 0;
    for (size_t i = 0; i < segment_count(t); i++) {
        t->segment = segment_at(t, i);
        t->bits = sets[i];
        t->segment->ops->each_term(t->segment, slice_of(facets[facet].prefix), count_term,
                                   t);
        enum status status =
            t->status ? status_no_memory(err) : segment_failed(t->segment, err);
        if (status)
            return status;
    }
    size_t kept = 0;
    for (size_t i = 0; i < t->value_slots; i++)
        if (t->values[i].term.data)
            t->values[kept++] = t->values[i];
    if (kept > 0)
        qsort(t->values, kept, sizeof *t->values, by_count);
    kept = kept < limit ? kept : limit;
    out->items = arena_alloc(&r->arena, (kept + 1) * sizeof *out->items);
    if (!out->items)
        return status_no_memory(err);
    for (size_t i = 0; i < kept; i++) {
        struct slice text;
        enum status status = written(t, facet, &t->values[i], &text, err);
        char *copy = status ? NULL : arena_copy(&r->arena, text.data, text.size);
        if (!copy)
            return status ? status : status_no_memory(err);
        out->items[out->count++] = (struct result_count){copy, t->values[i].count, 0};
    }
    return STATUS_OK;
}

/* --- time --- */

enum { DAY_S = 86400 };

/* The number of the day, week, month or year that a moment is in. */
static int64_t period_of(int64_t moment, enum pressmark_timeline unit)
{
    int64_t year, day = moment / DAY_S - (moment % DAY_S < 0);
    unsigned month, day_of_month;
    date_to_civil(moment, &year, &month, &day_of_month);
    switch (unit) {
    case PRESSMARK_TIMELINE_DAY:
        return day;
    case PRESSMARK_TIMELINE_WEEK: /* from Monday; 1970-01-01 was a Thursday */
        return (day + 3) / 7 - ((day + 3) % 7 < 0);
    case PRESSMARK_TIMELINE_MONTH:
        return year * 12 + month - 1;
    default:
        return year;
    }
}

static int64_t start_of(int64_t period, enum pressmark_timeline unit)
{
    switch (unit) {
    case PRESSMARK_TIMELINE_DAY:
        return period * DAY_S;
    case PRESSMARK_TIMELINE_WEEK:
        return (period * 7 - 3) * DAY_S;
    case PRESSMARK_TIMELINE_MONTH:
        return date_from_civil(period / 12, (unsigned)(period % 12) + 1, 1);
    default:
        return date_from_civil(period, 1, 1);
    }
}

/* From the first match to the last. */
struct periods {
    enum pressmark_timeline unit;
    int64_t first, last;
    uint64_t *matches, *all;
};

static int64_t date_at(struct segment *s, uint32_t docid)
{
    return segment_column(s, SEGMENT_PUBLISHED, docid);
}

static void find_span(const struct tally *t, uint64_t *const *sets, struct periods *p)
{
    p->first = INT64_MAX;
    p->last = INT64_MIN;
    for (size_t i = 0; i < segment_count(t); i++) {
        struct segment *s = segment_at(t, i);
        for (uint32_t d = 1; d < s->docid_end; d++) {
            int64_t date = sets[i][d / 64] >> (d % 64) & 1 ? date_at(s, d) : DATE_NONE;
            if (date == DATE_NONE)
                continue;
            int64_t period = period_of(date, p->unit);
            p->first = period < p->first ? period : p->first;
            p->last = period > p->last ? period : p->last;
        }
    }
}

/* Every article, for the share that the matches are of them. */
static enum status count_periods(const struct tally *t, uint64_t *const *sets,
                                 struct periods *p, struct status_error *err)
{
    struct plan_node every = {.kind = PLAN_ALL};
    struct plan all = {
        .root = &every, .parameters = t->plan->parameters, .budget = t->plan->budget};
    for (size_t i = 0; i < segment_count(t); i++) {
        struct segment *s = segment_at(t, i);
        uint64_t count = 0, *living = calloc(s->docid_end / 64 + 1, sizeof *living);
        if (!living)
            return status_no_memory(err);
        if (match_each(&all, s, living, &count)) {
            free(living);
            return segment_failed(s, err);
        }
        for (uint32_t d = 1; d < s->docid_end; d++) {
            int64_t date = living[d / 64] >> (d % 64) & 1 ? date_at(s, d) : DATE_NONE;
            int64_t period = date == DATE_NONE ? INT64_MIN : period_of(date, p->unit);
            if (period < p->first || period > p->last)
                continue;
            p->all[period - p->first]++;
            p->matches[period - p->first] += sets[i][d / 64] >> (d % 64) & 1;
        }
        free(living);
    }
    return STATUS_OK;
}

static enum status list_periods(const struct periods *p, struct pressmark_results *r,
                                struct status_error *err)
{
    size_t count = (size_t)(p->last - p->first) + 1;
    struct result_facet *out = &r->timeline;
    out->items = arena_alloc(&r->arena, count * sizeof *out->items);
    if (!out->items)
        return status_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        char text[DATE_TEXT_SIZE];
        date_format_day(start_of(p->first + (int64_t)i, p->unit), text);
        char *copy = arena_copy(&r->arena, text, strlen(text));
        if (!copy)
            return status_no_memory(err);
        double share = p->all[i] ? (double)p->matches[i] / (double)p->all[i] : 0;
        out->items[out->count++] = (struct result_count){copy, p->matches[i], share};
    }
    return STATUS_OK;
}

static enum status count_timeline(const struct tally *t, uint64_t *const *sets,
                                  enum pressmark_timeline unit,
                                  struct pressmark_results *r, struct status_error *err)
{
    struct periods p = {.unit = unit};
    find_span(t, sets, &p);
    if (p.first > p.last)
        return STATUS_OK;
    size_t count = (size_t)(p.last - p.first) + 1;
    p.matches = calloc(count, sizeof *p.matches);
    p.all = calloc(count, sizeof *p.all);
    enum status status =
        p.matches && p.all ? count_periods(t, sets, &p, err) : status_no_memory(err);
    if (!status)
        status = list_periods(&p, r, err);
    free(p.matches);
    free(p.all);
    return status;
}

enum status tally_count(struct pressmark_searcher *s, const struct plan *plan,
                        const struct pressmark_search_options *options,
                        struct pressmark_results *results, struct status_error *err)
{
    struct tally t = {.searcher = s, .plan = plan};
    if (!options->facets && !options->timeline)
        return STATUS_OK;
    size_t segments = segment_count(&t);
    uint64_t **sets = calloc(segments + 1, sizeof *sets);
    enum status status = sets ? find_matches(&t, sets, err) : status_no_memory(err);
    unsigned limit = options->facet_limit ? options->facet_limit : FACET_LIMIT;
    for (size_t f = 0; f < FACET_COUNT && !status; f++) {
        if (!(options->facets >> facets[f].field & 1))
            continue;
        status = count_facet(&t, sets, f, limit, results, err);
        free(t.values);
        t.values = NULL;
    }
    if (!status && options->timeline)
        status = count_timeline(&t, sets, options->timeline, results, err);
    for (size_t i = 0; sets && i < segments; i++)
        free(sets[i]);
    free(sets);
    arena_free(&t.arena);
    results->total = t.matches;
    results->total_is_exact = true;
    return status;
}
