#include "tests/differential/brute_spans.h"

#include "common/buffer.h"
#include "common/text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS_MAX = 256 };

static void no_memory(void)
{
    puts("no memory");
    exit(2);
}

struct token_list brute_tokens(struct tokeniser *t, const char *text)
{
    struct token_list tokens = {0};
    if (tokeniser_run(t, slice_of(text), &tokens))
        no_memory();
    return tokens;
}

static void add(struct brute_spans *s, uint32_t first, uint32_t last)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].first == first && s->items[i].last == last)
            return;
    s->items = buffer_grow_array(s->items, &s->capacity, s->count + 1, sizeof *s->items);
    if (!s->items)
        no_memory();
    s->items[s->count++] = (struct brute_span){first, last};
}

/* --- where a word may stand --- */

static bool is_quoted(const struct text_analysis *a, uint32_t first, uint32_t last)
{
    for (size_t i = 0; i + 1 < a->quotes.count; i += 2)
        if (first >= a->quotes.items[i] && last < a->quotes.items[i + 1])
            return true;
    return false;
}

/* How many words the article has up to a position, with it. */
static unsigned words_up_to(const struct text_analysis *a, uint32_t position)
{
    unsigned count = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < a->tokens.count; i++) {
        uint32_t at = a->tokens.items[i].position;
        count += at != last && at <= position;
        last = at;
    }
    return count;
}

static bool is_in_place(const struct text_analysis *a, const struct tree *t, size_t token)
{
    uint32_t position = a->tokens.items[token].position;
    bool in_title = token < a->field_tokens[TEXT_SUMMARY];
    if (t->first > 0 && words_up_to(a, position) > t->first)
        return false;
    switch (t->zone) {
    case ZONE_TITLE:
        return in_title;
    case ZONE_LEAD:
        return !in_title && position < a->lead_end;
    case ZONE_HEADLINE_LEAD:
        return position < a->lead_end;
    case ZONE_BODY:
        return !in_title;
    case ZONE_QUOTE:
        return is_quoted(a, position, position);
    default:
        return true;
    }
}

/* --- words that stand for others --- */

struct letters {
    uint32_t items[LETTERS_MAX];
    size_t count;
};

static struct letters letters_of(struct slice word)
{
    struct letters l;
    l.count = 0;
    const char *end = word.data + word.size;
    for (size_t at = 0, size; at < word.size && l.count < LETTERS_MAX; at += size)
        l.items[l.count++] = utf8_decode(word.data + at, end, &size);
    return l;
}

static bool fits(const uint32_t *pattern, size_t pattern_size, const uint32_t *word,
                 size_t size)
{
    if (pattern_size == 0)
        return size == 0;
    if (*pattern == '*')
        return fits(pattern + 1, pattern_size - 1, word, size) ||
               (size > 0 && fits(pattern, pattern_size, word + 1, size - 1));
    return size > 0 && (*pattern == '?' || *pattern == *word) &&
           fits(pattern + 1, pattern_size - 1, word + 1, size - 1);
}

/* Letters put in, left out, changed, or two neighbours swapped, as few as will do. */
static unsigned edits_between(const struct letters *a, const struct letters *b)
{
    static unsigned d[LETTERS_MAX + 1][LETTERS_MAX + 1];
    for (size_t i = 0; i <= a->count; i++) {
        for (size_t k = 0; k <= b->count; k++) {
            unsigned best = (unsigned)(i + k); /* for the first row and column */
            if (i > 0 && k > 0) {
                best = d[i - 1][k - 1] + (a->items[i - 1] != b->items[k - 1]);
                best = d[i - 1][k] + 1 < best ? d[i - 1][k] + 1 : best;
                best = d[i][k - 1] + 1 < best ? d[i][k - 1] + 1 : best;
            }
            bool swapped = i > 1 && k > 1 && a->items[i - 1] == b->items[k - 2] &&
                           a->items[i - 2] == b->items[k - 1];
            if (swapped && d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    }
    return d[a->count][b->count];
}

static bool has_digit(const struct letters *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->items[i] >= '0' && l->items[i] <= '9')
            return true;
    return false;
}

static bool stands_for(const struct tree *t, const struct letters *asked,
                       const struct text_word *word)
{
    struct letters own = letters_of(t->exact ? word->form : word->folded);
    if (t->pattern)
        return fits(asked->items, asked->count, own.items, own.count);
    return !has_digit(&own) && edits_between(asked, &own) <= t->edits;
}

/* --- words and phrases --- */

/* Of a phrase the folded words count, of words their stems. */
static bool is_word(const struct tree *t, const struct text_word *asked,
                    const struct text_word *word)
{
    if (t->exact)
        return slice_equal(asked->form, word->form);
    if (t->kind == TREE_PHRASE)
        return slice_equal(asked->folded, word->folded);
    return asked->stem == word->stem || asked->stem == word->other_stem;
}

/* Whether the word stands at the position, where the tree wants it. */
static bool stands_at(const struct text_analysis *a, const struct tree *t,
                      const struct text_word *asked, uint32_t position)
{
    const struct token *items = a->tokens.items; /* in order of position */
    for (size_t i = 0; i < a->tokens.count && items[i].position <= position; i++)
        if (items[i].position == position && is_word(t, asked, items[i].word) &&
            is_in_place(a, t, i))
            return true;
    return false;
}

/* The units of the phrase one after the other, from a position on, with at most t->number
 * words more. Of the ways that there may be the shortest one counts. */
static bool follow(const struct text_analysis *a, const struct tree *t,
                   const struct token_list *units, uint32_t first, uint32_t *last)
{
    unsigned more = t->kind == TREE_PHRASE ? t->number : 0;
    uint32_t at = first;
    if (!stands_at(a, t, units->items[0].word, at))
        return false;
    for (size_t i = 1; i < units->count; i++) {
        at += units->items[i].position - units->items[i - 1].position;
        for (; !stands_at(a, t, units->items[i].word, at); at++)
            if (more-- == 0)
                return false;
    }
    *last = at;
    return t->zone != ZONE_QUOTE || is_quoted(a, first, at);
}

static void keep_units(struct token_list *tokens)
{
    size_t kept = 0;
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->items[i].kind == TOKEN_UNIT)
            tokens->items[kept++] = tokens->items[i];
    tokens->count = kept;
}

/* A compound such as `re-entry` is its joined form too, when it is no part of a phrase.
 */
static void find_joined(const struct text_analysis *a, const struct tree *t,
                        const struct token_list *asked, struct brute_spans *out)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->items[i].kind != TOKEN_JOINED)
            continue;
        for (size_t k = 0; k < a->tokens.count; k++) {
            uint32_t at = a->tokens.items[k].position;
            if (stands_at(a, t, asked->items[i].word, at))
                add(out, at, at);
        }
    }
}

static void find_text(const struct brute_reader *r, const struct tree *t,
                      struct brute_spans *out)
{
    const struct text_analysis *a = &r->article->text;
    struct token_list asked = brute_tokens(r->tokeniser, t->text);
    if (t->kind == TREE_WORD)
        find_joined(a, t, &asked, out);
    keep_units(&asked);
    for (size_t i = 0; i < a->tokens.count && asked.count > 0; i++) {
        uint32_t first = a->tokens.items[i].position, last;
        if (follow(a, t, &asked, first, &last))
            add(out, first, last);
    }
    free(asked.items);
}

static void find_wide(const struct brute_reader *r, const struct tree *t,
                      struct brute_spans *out)
{
    const struct text_analysis *a = &r->article->text;
    char folded[TEXT_WORD_MAX];
    struct slice text = slice_of(t->text);
    size_t size = t->exact ? text_form(text, folded) : text_fold(text, folded);
    struct letters asked = letters_of((struct slice){folded, size});
    for (size_t i = 0; i < a->tokens.count; i++) {
        const struct token *token = &a->tokens.items[i];
        if (stands_for(t, &asked, token->word) && is_in_place(a, t, i))
            add(out, token->position, token->position);
    }
}

/* --- chains --- */

/* The sentence or paragraph that holds a position: those of the body are counted from 2,
 * the summary is 1 and the headline 0. */
static size_t part_of(const struct text_analysis *a, enum tree_link link,
                      uint32_t position)
{
    const struct text_positions *starts =
        link == TIED_SENTENCE ? &a->sentences : &a->paragraphs;
    size_t part = 1;
    if (position < a->title_end)
        return 0;
    for (size_t i = 0; i < starts->count; i++)
        part += starts->items[i] <= position;
    return part;
}

/* Whether y stands to x as y's link says. */
static bool are_tied(const struct text_analysis *a, const struct tree *link,
                     struct brute_span x, struct brute_span y)
{
    if (x.first <= y.last && y.first <= x.last)
        return false;
    if (link->link == TIED_SENTENCE || link->link == TIED_PARAGRAPH) {
        size_t part = part_of(a, link->link, x.first);
        return part == part_of(a, link->link, x.last) &&
               part == part_of(a, link->link, y.first) &&
               part == part_of(a, link->link, y.last);
    }
    if (y.first > x.last)
        return y.first - x.last <= link->distance;
    return link->link == TIED_NEAR && x.first - y.last <= link->distance;
}

/* A way to place the parts so far: all that they cover, and the last of them. */
struct way {
    struct brute_span whole, last;
};

struct ways {
    struct way *items;
    size_t count, capacity;
};

static void add_way(struct ways *w, struct brute_span whole, struct brute_span last)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct way *o = &w->items[i];
        if (o->whole.first == whole.first && o->whole.last == whole.last &&
            o->last.first == last.first && o->last.last == last.last)
            return;
    }
    w->items = buffer_grow_array(w->items, &w->capacity, w->count + 1, sizeof *w->items);
    if (!w->items)
        no_memory();
    w->items[w->count++] = (struct way){whole, last};
}

static struct brute_span hull(struct brute_span a, struct brute_span b)
{
    return (struct brute_span){a.first < b.first ? a.first : b.first,
                               a.last > b.last ? a.last : b.last};
}

static void go_on(const struct text_analysis *a, const struct tree *part,
                  const struct brute_spans *next, struct way way, struct ways *out)
{
    bool near = false;
    for (size_t k = 0; k < next->count; k++) {
        struct brute_span s = next->items[k];
        if (!are_tied(a, part, way.last, s))
            continue;
        near = true;
        if (!part->negative)
            add_way(out, hull(way.whole, s), s);
    }
    if (part->negative && !near)
        add_way(out, way.whole, way.last);
}

/* Each part is tied to the one before it that is there; what must not be near is not. */
static void find_chain(const struct brute_reader *r, const struct tree *t,
                       struct brute_spans *out)
{
    const struct text_analysis *a = &r->article->text;
    struct ways ways = {0};
    struct brute_spans spans = brute_find(r, t->child);
    for (size_t i = 0; i < spans.count; i++)
        add_way(&ways, spans.items[i], spans.items[i]);
    free(spans.items);
    for (const struct tree *c = t->child->next; c; c = c->next) {
        struct ways longer = {0};
        spans = brute_find(r, c);
        for (size_t i = 0; i < ways.count; i++)
            go_on(a, c, &spans, ways.items[i], &longer);
        free(spans.items);
        free(ways.items);
        ways = longer;
    }
    bool quoted = tree_is_quoted(t);
    for (size_t i = 0; i < ways.count; i++) {
        struct brute_span s = ways.items[i].whole;
        if (!quoted || is_quoted(a, s.first, s.last))
            add(out, s.first, s.last);
    }
    free(ways.items);
}

/* --- how often --- */

static int compare_ends(const void *x, const void *y)
{
    const struct brute_span *a = x, *b = y;
    return (a->last > b->last) - (a->last < b->last);
}

/* So many times at most without a word that counts twice. */
static unsigned count_apart(struct brute_spans *s)
{
    unsigned count = 0;
    uint32_t free_from = 0;
    if (s->count > 0)
        qsort(s->items, s->count, sizeof *s->items, compare_ends);
    for (size_t i = 0; i < s->count; i++) {
        if (s->items[i].first < free_from)
            continue;
        free_from = s->items[i].last + 1;
        count++;
    }
    return count;
}

struct brute_spans brute_find(const struct brute_reader *r, const struct tree *t)
{
    struct brute_spans out = {0};
    if (t->kind == TREE_AT_LEAST) {
        out = brute_find(r, t->child);
        if (count_apart(&out) < t->number)
            out.count = 0;
    } else if (t->kind == TREE_NEAR) {
        find_chain(r, t, &out);
    } else if (t->pattern || t->edits > 0) {
        find_wide(r, t, &out);
    } else if (t->kind == TREE_WORD || t->kind == TREE_PHRASE) {
        find_text(r, t, &out);
    } else {
        for (const struct tree *c = t->child; c; c = c->next) {
            struct brute_spans some = brute_find(r, c);
            for (size_t i = 0; i < some.count; i++)
                add(&out, some.items[i].first, some.items[i].last);
            free(some.items);
        }
    }
    return out;
}
