/* What the user may have meant by words that are found nowhere: the word of the index
 * with the fewest edits, of those the most frequent. */
#include "common/text/fold.h"
#include "searcher/job.h"
#include "searcher/match/wide.h"

#include <stdlib.h>
#include <string.h>

/* Words of a query that are looked at: each may take a walk over all words of an index.
 */
enum { WORDS_MAX = 4 };

/* Shorter words have too many neighbours. */
enum { LETTERS_MIN = 3, LETTERS_OF_TWO_EDITS = 6 };

struct suggester {
    struct pressmark_searcher *searcher;
    const struct plan *plan;
    struct arena *arena;
    size_t looked_at, replaced;
    bool may_walk_all;
    bool failed;
    uint32_t letters[WIDE_LETTERS_MAX]; /* of the word at hand */
    unsigned letter_count;
    unsigned most; /* edits that are still good enough */
    struct slice best;
    uint64_t best_freq;
    char bytes[TEXT_WORD_MAX]; /* of the best */
};

/* --- the dictionary --- */

static bool has_digit(const uint32_t *letters, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (letters[i] >= '0' && letters[i] <= '9')
            return true;
    return false;
}

static void consider(struct suggester *g, const struct segment_form *form)
{
    char folded[TEXT_WORD_MAX];
    uint32_t letters[WIDE_LETTERS_MAX];
    size_t bytes = form->text.size;
    if (bytes + g->most < g->letter_count || bytes > 4 * (g->letter_count + g->most))
        return;
    unsigned count =
        wide_letters((struct slice){folded, text_fold(form->text, folded)}, letters);
    if (count > WIDE_LETTERS_MAX || has_digit(letters, count))
        return;
    unsigned edits = wide_distance(g->letters, g->letter_count, letters, count, g->most);
    bool is_better =
        edits < g->most || (edits == g->most && form->doc_freq > g->best_freq);
    if (edits == 0 || !is_better)
        return;
    g->most = edits;
    g->best_freq = form->doc_freq;
    memcpy(g->bytes, form->text.data, bytes);
    g->best = (struct slice){g->bytes, bytes};
}

static bool visit(void *context, struct slice stem, const struct segment_forms *forms)
{
    struct suggester *g = context;
    (void)stem;
    for (size_t i = 0; i < forms->count; i++)
        consider(g, &forms->items[i]);
    return !budget_is_spent(g->plan->budget);
}

static bool each_segment(struct suggester *g,
                         bool work(struct suggester *g, struct segment *s,
                                   struct slice text),
                         struct slice text)
{
    const struct snapshot_list *list = &g->searcher->snapshots;
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i]->segment_count; k++)
            if (work(g, list->items[i]->segments[k], text))
                return true;
    return false;
}

static bool walk(struct suggester *g, struct segment *s, struct slice prefix)
{
    s->ops->each_word(s, prefix, visit, g);
    return s->failed != STATUS_OK;
}

static bool has_stem(struct suggester *g, struct segment *s, struct slice stem)
{
    struct segment_term term;
    (void)g;
    segment_get_term(s, stem, &term);
    return term.doc_freq > 0;
}

/* Words seldom have their first letter wrong: all others are looked through only when the
 * query found nothing, for one of its words and one edit. */
static bool find_best(struct suggester *g, struct slice folded)
{
    struct slice first = {folded.data, 0};
    g->best = (struct slice){0};
    g->best_freq = 0;
    g->letter_count = wide_letters(folded, g->letters);
    if (g->letter_count < LETTERS_MIN || g->letter_count > WIDE_LETTERS_MAX)
        return false;
    g->most = g->letter_count < LETTERS_OF_TWO_EDITS ? 1 : 2;
    while (first.size < folded.size &&
           (first.size == 0 || (folded.data[first.size] & 0xC0) == 0x80))
        first.size++;
    if (analyser_keeps_first_letter(g->searcher->analyser, &g->searcher->languages))
        each_segment(g, walk, first);
    if (!g->best.data && g->may_walk_all) {
        g->may_walk_all = false;
        g->most = 1;
        each_segment(g, walk, (struct slice){0});
    }
    return g->best.data != NULL;
}

/* --- the query --- */

static bool is_unknown(struct suggester *g, const struct token *t)
{
    const struct text_word *w = t->word;
    if (t->kind != TOKEN_UNIT || (w->flags & (WORD_NUMBER | WORD_SIGN)) ||
        w->folded.size == 0)
        return false;
    return !each_segment(g, has_stem, w->stem->text) &&
           !(w->other_stem && each_segment(g, has_stem, w->other_stem->text));
}

/* A name that occurs in other spellings was found. */
static bool has_variants(const struct suggester *g, const struct text_word *word)
{
    for (size_t i = 0; i < g->plan->expansion_count; i++)
        if (slice_equal(g->plan->expansions[i].of, word->form))
            return true;
    return false;
}

/* Known in one language is known. */
static bool is_unknown_in_all(struct suggester *g, struct slice spelling)
{
    struct pressmark_searcher *s = g->searcher;
    size_t languages = s->languages.count > 0 ? s->languages.count : 1;
    bool unknown = true;
    for (size_t l = 0; l < languages && unknown; l++) {
        struct token_list tokens = {0};
        struct status_error err;
        if (s->languages.count > 0)
            g->failed |= analyser_speak(s->analyser, slice_of(s->languages.codes[l]),
                                        &err) != STATUS_OK;
        g->failed |= tokeniser_run(analyser_tokeniser(s->analyser), spelling, &tokens) !=
                     STATUS_OK;
        unknown = !g->failed && tokens.count == 1 && is_unknown(g, &tokens.items[0]);
        free(tokens.items);
    }
    return unknown;
}

/* As the index writes it; small, when what was asked for is. */
static void put_best(const struct suggester *g, struct slice spelling, struct buffer *out)
{
    char form[TEXT_WORD_MAX], small[TEXT_WORD_MAX];
    struct slice asked = {form, text_form(spelling, form)};
    if (slice_equal(asked, (struct slice){small, text_fold_case(spelling, small)}))
        buffer_append(out, small, text_fold_case(g->best, small));
    else
        buffer_append(out, g->best.data, g->best.size);
}

/* Puts words of the index in the place of those that are in none. */
static void mend_text(struct suggester *g, struct query_node *n)
{
    struct buffer text = BUFFER_INIT(4 * QUERY_BYTES_MAX);
    struct token_list tokens = {0};
    size_t done = 0, replaced = g->replaced;
    g->failed |= tokeniser_run(analyser_tokeniser(g->searcher->analyser), n->text,
                               &tokens) != STATUS_OK;
    for (size_t i = 0; i < tokens.count && g->looked_at < WORDS_MAX; i++) {
        const struct token *t = &tokens.items[i];
        struct slice spelling = {n->text.data + t->start, t->end - t->start};
        char folded[TEXT_WORD_MAX];
        if (t->kind != TOKEN_UNIT || has_variants(g, t->word) ||
            !is_unknown_in_all(g, spelling))
            continue;
        g->looked_at++;
        if (!find_best(g, (struct slice){folded, text_fold(spelling, folded)}))
            continue;
        buffer_append(&text, n->text.data + done, t->start - done);
        put_best(g, spelling, &text);
        done = t->end;
        g->replaced++;
    }
    if (g->replaced > replaced) {
        buffer_append(&text, n->text.data + done, n->text.size - done);
        n->text.data = arena_copy(g->arena, text.data, text.size);
        n->text.size = text.size;
        g->failed |= !n->text.data || text.failed;
    }
    free(tokens.items);
    buffer_free(&text);
}

static void mend(struct suggester *g, struct query_node *n)
{
    bool is_text =
        (n->kind == QUERY_WORD && !query_is_wide(n)) || n->kind == QUERY_PHRASE;
    bool is_negative =
        n->kind == QUERY_NOT || n->occur == QUERY_MUST_NOT || n->link.negative;
    if (is_negative || g->failed)
        return;
    if (is_text && n->zone != QUERY_IN_LINKS)
        mend_text(g, n);
    for (struct query_node *c = n->child; c; c = c->next)
        mend(g, c);
}

static struct query_node *copy_of(struct suggester *g, const struct query_node *n)
{
    struct query_node *copy = arena_alloc(g->arena, sizeof *copy);
    if (!copy) {
        g->failed = true;
        return NULL;
    }
    *copy = *n;
    struct query_node **end = &copy->child;
    for (const struct query_node *c = n->child; c && !g->failed; c = c->next) {
        *end = copy_of(g, c);
        end = *end ? &(*end)->next : end;
    }
    return copy;
}

static enum status any_failure(const struct pressmark_searcher *s,
                               struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->snapshots.count && !status; i++)
        for (size_t k = 0; k < s->snapshots.items[i]->segment_count && !status; k++)
            status = segment_failed(s->snapshots.items[i]->segments[k], err);
    return status;
}

enum status suggest(struct pressmark_searcher *s, struct job *job,
                    struct status_error *err)
{
    struct buffer text = BUFFER_INIT(8 * QUERY_BYTES_MAX);
    struct suggester g = {.searcher = s,
                          .plan = &job->plan,
                          .arena = &job->results->arena,
                          .may_walk_all = job->results->total == 0};
    if (job->budget.is_spent)
        return STATUS_OK;
    struct query_node *copy = copy_of(&g, job->query.root);
    if (copy)
        mend(&g, copy);
    if (!g.failed && g.replaced > 0) {
        query_print(copy, &text);
        job->results->suggestion = arena_copy(g.arena, buffer_text(&text), text.size);
        g.failed = !job->results->suggestion;
    }
    buffer_free(&text);
    return g.failed ? status_no_memory(err) : any_failure(s, err);
}
