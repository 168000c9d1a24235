/* A name is searched in all its spellings: those of the table of names, and in the
 * letters of other scripts. They are one term, and the answer tells what was added. */
#include "common/text/transliterate.h"
#include "searcher/match/names.h"
#include "searcher/match/plan_build.h"

#include <stdlib.h>
#include <string.h>

/* Stems of one name. */
enum { NAME_STEMS_MAX = 48 };

struct name {
    struct builder *builder;
    const struct text_word *word; /* of the query */
    struct plan_term *term;
    struct plan_stem stems[NAME_STEMS_MAX];
    size_t count;
    bool failed;
};

static bool has_stem(const struct name *n, struct slice stem)
{
    for (size_t i = 0; i < n->count; i++)
        if (slice_equal(n->stems[i].text, stem))
            return true;
    return false;
}

/* How often the stem occurs. Without an index, for a text alone, it may. */
static void frequencies(const struct builder *b, struct slice stem, uint64_t *doc_freq,
                        uint64_t *collection_freq)
{
    struct segment_term info;
    for (size_t i = 0; i < b->snapshots->count; i++)
        for (size_t k = 0; k < b->snapshots->items[i]->segment_count; k++) {
            segment_get_term(b->snapshots->items[i]->segments[k], stem, &info);
            *doc_freq += info.doc_freq;
            *collection_freq += info.collection_freq;
        }
}

/* Of another language it may have another stem. */
static bool is_as_typed(const struct name *n, struct slice spelling)
{
    char a[TEXT_WORD_MAX], b[TEXT_WORD_MAX];
    struct slice x = {a, text_fold(spelling, a)}, y = {b, text_fold(n->word->form, b)};
    return slice_equal(x, y);
}

static void add_stem(struct name *n, struct slice stem, struct slice spelling, bool own)
{
    struct plan *plan = n->builder->plan;
    uint64_t doc_freq = 0, collection_freq = 0;
    if (n->count == NAME_STEMS_MAX || has_stem(n, stem))
        return;
    frequencies(n->builder, stem, &doc_freq, &collection_freq);
    if (!own && doc_freq == 0 && n->builder->snapshots->count > 0)
        return;
    char *copy = arena_copy(&plan->arena, stem.data, stem.size);
    n->failed |= !copy;
    n->stems[n->count++] = (struct plan_stem){{copy, stem.size}, true};
    n->term->doc_freq += doc_freq;
    n->term->collection_freq += collection_freq;
    if (!own && !is_as_typed(n, spelling))
        n->failed |= !build_expansion(n->builder, n->word->form, spelling);
}

/* The stems of a spelling in the language that is spoken. */
static void add_spelling(struct name *n, struct slice spelling)
{
    struct tokeniser *tokeniser = analyser_tokeniser(n->builder->reading->analyser);
    struct token_list tokens = {0};
    n->failed |= tokeniser_run(tokeniser, spelling, &tokens) != STATUS_OK;
    if (!n->failed && tokens.count == 1)
        add_stem(n, tokens.items[0].word->stem->text, spelling, false);
    free(tokens.items);
}

static void add_line(struct name *n, const char *line)
{
    while (line && *line) {
        size_t size = strcspn(line, " ");
        add_spelling(n, (struct slice){line, size});
        line += size + (line[size] == ' ');
    }
}

/* --- other scripts --- */

static bool is_ascii(struct slice word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((unsigned char)word.data[i] >= 0x80)
            return false;
    return true;
}

static bool stop_at_first(void *context, struct slice term, uint32_t doc_freq)
{
    (void)term;
    *(bool *)context |= doc_freq > 0;
    return false;
}

/* Some word of the index begins with a Cyrillic letter, which are all in these rows. */
static bool has_cyrillic(const struct builder *b)
{
    bool found = false;
    for (size_t i = 0; i < b->snapshots->count; i++)
        for (size_t k = 0; k < b->snapshots->items[i]->segment_count && !found; k++) {
            struct segment *s = b->snapshots->items[i]->segments[k];
            s->ops->each_term(s, slice_of("\xD0"), stop_at_first, &found);
            s->ops->each_term(s, slice_of("\xD1"), stop_at_first, &found);
        }
    return found;
}

static void add_cyrillic(struct name *n, const char *line)
{
    struct transliterations t;
    while (*line) {
        char folded[TEXT_WORD_MAX];
        struct slice spelling = {line, strcspn(line, " ")};
        struct slice word = {folded, text_fold(spelling, folded)};
        transliterate_to_cyrillic(n->builder->reading->transliterator, word, &t);
        for (size_t i = 0; i < t.count; i++)
            add_spelling(n, t.items[i]);
        line += spelling.size + (line[spelling.size] == ' ');
    }
}

/* A capital first: a name, unless the table knows it. */
static void add_latin(struct name *n)
{
    struct transliterations t;
    char small[TEXT_WORD_MAX];
    struct slice form = n->word->form;
    bool is_small = slice_equal(form, (struct slice){small, text_fold_case(form, small)});
    transliterate_to_latin(n->builder->reading->transliterator, n->word->folded, &t);
    for (size_t i = 0; i < t.count; i++) {
        const char *line = names_like(t.items[i]);
        if (line) {
            add_line(n, line);
            add_cyrillic(n, line);
        } else if (!is_small) {
            add_spelling(n, t.items[i]);
        }
    }
}

bool build_name(struct builder *b, const struct text_word *word, struct plan_term *term)
{
    struct name n = {.builder = b, .word = word, .term = term};
    bool is_latin = is_ascii(word->folded);
    const char *line = is_latin ? names_like(word->folded) : NULL;
    bool is_name = !(word->flags & (WORD_NUMBER | WORD_SIGN)) && (line || !is_latin);
    if (!b->reading->transliterator || !is_name)
        return true;
    uint64_t doc_freq = term->doc_freq, collection_freq = term->collection_freq;
    add_stem(&n, word->stem->text, word->form, true);
    add_line(&n, line);
    if (line && has_cyrillic(b))
        add_cyrillic(&n, line);
    if (!is_latin)
        add_latin(&n);
    if (n.count == 1) { /* nothing was added */
        term->doc_freq = doc_freq;
        term->collection_freq = collection_freq;
        return !n.failed;
    }
    struct plan_stem *stems = arena_alloc(&b->plan->arena, n.count * sizeof *stems);
    if (!stems || n.failed)
        return false;
    memcpy(stems, n.stems, n.count * sizeof *stems);
    term->stems = stems;
    term->stem_count = n.count;
    term->is_counted = true;
    return true;
}
