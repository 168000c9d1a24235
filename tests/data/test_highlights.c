/* What is highlighted is a word of the query: random queries of an index's own words, and
 * every highlight of every hit is one that the query asks for, in some form, and none
 * that stands only under NOT.
 *
 * usage: test_highlights INDEX QUERIES [SEED [HITS]]   (20 hits of each query) */
#include "searcher/internal.h"

#include "common/text/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4000, WANTED_MAX = 8 };

struct world {
    struct pressmark_searcher *searcher;
    char *words[WORDS_MAX]; /* forms that several articles have */
    size_t word_count, met;
    uint64_t random;
    /* of the query at hand */
    char query[1024];
    const char *wanted[WANTED_MAX];
    size_t wanted_count;
    const char *beginning; /* of `beginning*`; or NULL */
    char beginning_text[64];
    uint64_t highlights, hits;
    int failures;
};

static size_t random_below(struct world *w, size_t n)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random % n;
}

static bool keep_word(void *context, struct slice stem, const struct segment_forms *forms)
{
    struct world *w = context;
    (void)stem;
    for (size_t i = 0; i < forms->count; i++) {
        struct slice form = forms->items[i].text;
        if (forms->items[i].doc_freq < 5 || form.size < 4 || form.size > 40 ||
            strcspn(form.data, "0123456789\"*?~()") < form.size)
            continue;
        size_t at = w->met < WORDS_MAX ? w->met : random_below(w, w->met + 1);
        w->met++;
        if (at >= WORDS_MAX)
            continue;
        free(w->words[at]);
        w->words[at] = strndup(form.data, form.size);
        w->word_count += w->word_count < WORDS_MAX && at == w->word_count;
    }
    return true;
}

static const char *word(struct world *w, bool wanted)
{
    const char *chosen = w->words[random_below(w, w->word_count)];
    if (wanted)
        w->wanted[w->wanted_count++] = chosen;
    return chosen;
}

/* One of ten shapes; the words are taken in the order in which they are written. */
static void make_query(struct world *w)
{
    char *q = w->query;
    const size_t size = sizeof w->query;
    w->wanted_count = 0;
    w->beginning = NULL;
    const char *a = word(w, true), *b, *c;
    switch (random_below(w, 10)) {
    case 0:
        b = word(w, true);
        snprintf(q, size, "%s %s", a, b);
        break;
    case 1:
        b = word(w, false);
        snprintf(q, size, "%s NOT %s", a, b);
        break;
    case 2:
        b = word(w, false);
        c = word(w, false);
        snprintf(q, size, "%s -%s -%s", a, b, c);
        break;
    case 3:
        b = word(w, true);
        snprintf(q, size, "%s w/20 %s", a, b);
        break;
    case 4:
        b = word(w, false);
        snprintf(q, size, "%s NOT w/5 %s", a, b);
        break;
    case 5:
        b = word(w, true);
        c = word(w, false);
        snprintf(q, size, "(%s OR %s) AND NOT (%s)", a, b, c);
        break;
    case 6:
        w->beginning = w->beginning_text;
        snprintf(w->beginning_text, sizeof w->beginning_text, "%.4s", word(w, false));
        snprintf(q, size, "%s %s*", a, w->beginning);
        break;
    case 7:
        snprintf(q, size, "=%s", a);
        break;
    case 8:
        b = word(w, true);
        snprintf(q, size, "\"%s %s\"~20 OR %s", a, b, a);
        break;
    default:
        b = word(w, true);
        c = word(w, false);
        snprintf(q, size, "title:%s %s -source:\"%s\"", a, b, c);
        break;
    }
}

/* --- what is highlighted --- */

static bool same_stem(const struct text_word *a, const struct text_word *b)
{
    return slice_equal(a->stem->text, b->stem->text) ||
           (a->other_stem && slice_equal(a->other_stem->text, b->stem->text)) ||
           (b->other_stem && slice_equal(a->stem->text, b->other_stem->text));
}

static bool has_beginning(const struct world *w, struct slice folded)
{
    char beginning[TEXT_WORD_MAX];
    size_t size = w->beginning ? text_fold(slice_of(w->beginning), beginning) : SIZE_MAX;
    return size <= folded.size && memcmp(folded.data, beginning, size) == 0;
}

/* Some word of the stretch is one that was asked for, or another spelling of it. */
static bool is_wanted(struct world *w, const struct pressmark_results *r,
                      struct slice text)
{
    struct tokeniser *tokeniser = analyser_tokeniser(w->searcher->analyser);
    struct token_list shown = {0}, asked = {0};
    const char *expansion;
    bool found = false;
    enum status status = tokeniser_run(tokeniser, text, &shown);
    for (size_t i = 0; i < w->wanted_count && !status; i++)
        status = tokeniser_run(tokeniser, slice_of(w->wanted[i]), &asked);
    for (size_t i = 0; (expansion = pressmark_results_expansion(r, i, NULL)); i++)
        status = status ? status : tokeniser_run(tokeniser, slice_of(expansion), &asked);
    for (size_t i = 0; i < shown.count && !found && !status; i++) {
        found = has_beginning(w, shown.items[i].word->folded);
        for (size_t k = 0; k < asked.count && !found; k++)
            found = same_stem(shown.items[i].word, asked.items[k].word);
    }
    free(shown.items);
    free(asked.items);
    return found;
}

static void check_hit(struct world *w, const struct pressmark_results *r, size_t i)
{
    const char *snippet = pressmark_hit_snippet(r, i);
    size_t start, end;
    for (size_t k = 0; pressmark_hit_highlight(r, i, k, &start, &end); k++) {
        struct slice text = {snippet + start, end - start};
        w->highlights++;
        if (start < end && end <= strlen(snippet) && is_wanted(w, r, text))
            continue;
        w->failures++;
        printf("'%s', %s: highlights '%.*s'\n", w->query,
               pressmark_hit_text(r, i, PRESSMARK_ID), (int)text.size, text.data);
    }
}

int main(int argc, char **argv)
{
    struct world w = {.random = argc > 3 ? strtoull(argv[3], NULL, 10) | 1 : 77};
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    if (argc < 3 || pressmark_open((const char *const *)&argv[1], 1, &w.searcher, &err)) {
        printf("%s\n", argc < 3 ? "usage: test_highlights INDEX QUERIES [SEED [HITS]]"
                                : err.message);
        return 2;
    }
    struct segment *s = w.searcher->snapshots.items[0]->segments[0];
    s->ops->each_word(s, (struct slice){0}, keep_word, &w);
    o.limit = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 20;
    for (unsigned long n = strtoul(argv[2], NULL, 10); n > 0 && w.word_count > 0; n--) {
        make_query(&w);
        if (pressmark_search(w.searcher, w.query, &o, &r, &err)) {
            printf("'%s': %s\n", w.query, err.message);
            return 2;
        }
        for (size_t i = 0; i < pressmark_results_count(r); i++)
            check_hit(&w, r, i);
        w.hits += pressmark_results_count(r);
        pressmark_results_free(r);
    }
    printf("%s queries, %llu hits, %llu highlights, %d failures\n", argv[2],
           (unsigned long long)w.hits, (unsigned long long)w.highlights, w.failures);
    for (size_t i = 0; i < w.word_count; i++)
        free(w.words[i]);
    pressmark_close(w.searcher);
    return w.failures > 0 || w.highlights == 0;
}
