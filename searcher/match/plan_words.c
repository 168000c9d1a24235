/* What written words ask for: terms, phrases, and in each language of the index. */
#include "searcher/match/plan_build.h"
#include "searcher/match/word_set.h"

/* --- terms --- */

static struct plan_term *add_term(struct plan *plan, struct plan_term like)
{
    struct plan_term **terms = buffer_grow_array(plan->terms, &plan->term_capacity,
                                                 plan->term_count + 1, sizeof *terms);
    struct plan_term *t = terms ? arena_alloc(&plan->arena, sizeof *t) : NULL;
    if (terms)
        plan->terms = terms;
    if (!t)
        return NULL;
    *t = like;
    t->query_freq = 1;
    if (t->share == 0)
        t->share = 1;
    t->term.data = arena_copy(&plan->arena, like.term.data, like.term.size);
    t->form.data = arena_copy(&plan->arena, like.form.data, like.form.size);
    if (!t->term.data || !t->form.data)
        return NULL;
    plan->terms[plan->term_count++] = t;
    return t;
}

struct plan_node *build_term(struct plan *plan, struct plan_term like)
{
    struct plan_node *n = build_node(plan, PLAN_TERM);
    if (n)
        n->term = add_term(plan, like);
    return n && n->term ? n : NULL;
}

/* What a word of the query asks for: its stem, or one form of it. */
static struct plan_term word_term(const struct query_node *q,
                                  const struct text_word *word, bool phrase)
{
    struct plan_term t = {.term = word->stem->text, .zone = q->zone, .first = q->first};
    if (q->exact) {
        t.forms = FORMS_EXACT;
        t.form = word->form;
    } else if (phrase) {
        t.forms = FORMS_FOLDED;
        t.form = word->folded;
    }
    return t;
}

/* --- written words --- */

/* A unit: its stem, or where a stemmer of accented text sees another one, either; of a
 * name, in all its spellings. */
static struct plan_node *unit_node(struct builder *b, const struct query_node *q,
                                   const struct text_word *word)
{
    struct plan_node *n = build_term(b->plan, word_term(q, word, false));
    if (!n || q->exact || !build_name(b, word, n->term))
        return q->exact ? n : NULL;
    if (!word->other_stem)
        return n;
    struct plan_term other = word_term(q, word, false);
    other.term = word->other_stem->text;
    return plan_or(b->plan, n, build_term(b->plan, other));
}

/* `US`: the stem as for any word, and its capitals once more, so that articles with the
 * acronym come first. */
static struct plan_node *acronym_node(struct builder *b, const struct query_node *q,
                                      const struct text_word *word)
{
    struct plan_term form = word_term(q, word, false);
    form.forms = FORMS_EXACT;
    form.form = word->form;
    form.hidden = true;
    struct plan_node *any = build_term(b->plan, word_term(q, word, false));
    return plan_or(b->plan, any, build_term(b->plan, form));
}

static const struct token *find_kind(const struct token *tokens, size_t count,
                                     enum token_kind kind)
{
    for (size_t i = 0; i < count; i++)
        if (tokens[i].kind == kind)
            return &tokens[i];
    return NULL;
}

static size_t group_size(const struct token *tokens, size_t count)
{
    size_t n = 1;
    while (n < count && tokens[n].group == tokens[0].group)
        n++;
    return n;
}

static bool add_element(struct builder *b, struct plan_node *phrase,
                        const struct query_node *q, const struct token *token,
                        uint32_t first_position, bool exact_words)
{
    struct plan_element *e = &phrase->elements[phrase->element_count++];
    e->offset = token->position - first_position;
    e->term = add_term(b->plan, word_term(q, token->word, exact_words));
    return e->term != NULL;
}

/* The units of all groups, one after the other; of a group with a whole, that alone. */
static struct plan_node *phrase_node(struct builder *b, const struct query_node *q,
                                     const struct token *tokens, size_t count,
                                     bool exact_words)
{
    struct plan_node *n = build_node(b->plan, PLAN_PHRASE);
    if (n)
        n->elements = arena_alloc(&b->plan->arena, count * sizeof *n->elements);
    if (!n || !n->elements)
        return NULL;
    for (size_t i = 0, size; i < count; i += size) {
        size = group_size(tokens + i, count - i);
        const struct token *whole = find_kind(tokens + i, size, TOKEN_WHOLE);
        for (const struct token *t = tokens + i; t < tokens + i + size; t++)
            if ((whole ? t == whole : t->kind == TOKEN_UNIT) &&
                !add_element(b, n, q, t, tokens[0].position, exact_words))
                return NULL;
    }
    n->slop = q->slop;
    n->one_quote = q->zone == QUERY_IN_QUOTE;
    if (n->element_count == 1) {
        n->kind = PLAN_TERM;
        n->term = n->elements[0].term;
    }
    return n;
}

/* The joined form or the units side by side. In a bag neither scores: the parts do (see
 * add_parts), which measured +.015 MAP on Cranfield and +.01 on CACM. */
static struct plan_node *compound_node(struct builder *b, const struct query_node *q,
                                       const struct token *tokens, size_t count,
                                       bool in_bag)
{
    const struct token *joined = find_kind(tokens, count, TOKEN_JOINED);
    struct plan_node *phrase = phrase_node(b, q, tokens, count, false);
    struct plan_node *whole = joined ? unit_node(b, q, joined->word) : NULL;
    if (!phrase || (joined && !whole))
        return NULL;
    for (size_t i = 0; in_bag && i < phrase->element_count; i++)
        phrase->elements[i].term->unscored = true;
    if (in_bag && whole && whole->term)
        whole->term->unscored = true;
    return whole ? plan_or(b->plan, whole, phrase) : phrase;
}

/* One written word: `C++` is its whole only; `COVID-19` is the joined word or its parts
 * side by side; `d'études` is either reading. */
static struct plan_node *group_node(struct builder *b, const struct query_node *q,
                                    const struct token *tokens, size_t count, bool in_bag)
{
    const struct token *whole = find_kind(tokens, count, TOKEN_WHOLE);
    const struct token *word = find_kind(tokens, count, TOKEN_DICTIONARY);
    const struct token *alias = find_kind(tokens, count, TOKEN_ALIAS);
    const struct token *unit = find_kind(tokens, count, TOKEN_UNIT);
    size_t units = 0;
    for (size_t i = 0; i < count; i++)
        units += tokens[i].kind == TOKEN_UNIT;
    if (whole)
        return unit_node(b, q, whole->word);
    struct plan_node *n = NULL;
    if (units == 1 && q->acronym && !q->exact && (unit->word->flags & WORD_UPPER))
        n = acronym_node(b, q, unit->word);
    else if (units == 1)
        n = unit_node(b, q, unit->word);
    else if (word)
        n = plan_or(b->plan, unit_node(b, q, word->word),
                    phrase_node(b, q, tokens, count, false));
    else if (units > 1)
        n = compound_node(b, q, tokens, count, in_bag);
    if (n && alias && units == 1)
        n = plan_or(b->plan, n, unit_node(b, q, alias->word));
    return n;
}

/* The stop word that a bag may leave out. */
static bool is_stop(const struct builder *b, const struct query_node *q,
                    const struct text_word *word)
{
    bool loud_enough = q->acronym && (word->flags & WORD_UPPER);
    return b->plan->parameters.stop_words && !q->exact && !loud_enough &&
           score_is_stop_word(word->folded.data, (unsigned)word->folded.size);
}

static bool has_stem(const struct plan_term *t, struct slice stem)
{
    for (size_t i = 0; i < t->stem_count; i++)
        if (slice_equal(t->stems[i].text, stem))
            return true;
    return false;
}

/* Two spellings of a name stand for the same ones; in another language for others. */
static bool same_stems(const struct plan_term *a, const struct plan_term *b)
{
    bool same = a->stem_count == b->stem_count;
    for (size_t i = 0; i < b->stem_count && same; i++)
        same = has_stem(a, b->stems[i].text);
    return same;
}

static bool same_term(const struct plan_term *a, const struct plan_term *b)
{
    return a->forms == b->forms && a->zone == b->zone && a->first == b->first &&
           a->filter == b->filter && slice_equal(a->form, b->form) &&
           (slice_equal(a->term, b->term) || has_stem(b, a->term)) && same_stems(a, b);
}

/* The bag's term that is the same; or NULL. */
static struct plan_term *find_term(const struct plan_node *bag, const struct plan_term *t)
{
    if (!bag->words) {
        for (const struct plan_node *c = bag->child; c; c = c->next)
            if (c->kind == PLAN_TERM && same_term(c->term, t))
                return c->term;
        return NULL;
    }
    struct plan_term *found = word_set_find(bag->words, t->term, same_term, t);
    for (size_t i = 0; i < t->stem_count && !found; i++)
        found = word_set_find(bag->words, t->stems[i].text, same_term, t);
    return found;
}

/* Puts the bag's terms into its set, when they are too many to go through. */
static bool keep_set(struct plan *plan, struct plan_node *bag, struct plan_node *n)
{
    enum { FEW = 16 };
    struct plan_node *from = n;
    if (bag->child_count < FEW || n->kind != PLAN_TERM)
        return true;
    if (!bag->words) {
        from = bag->child;
        bag->words = arena_alloc(&plan->arena, sizeof *bag->words);
        if (!bag->words)
            return false;
        *bag->words = (struct word_set){0};
    }
    for (; from; from = from->next)
        if (from->kind == PLAN_TERM && word_set_add(bag->words, from->term, &plan->arena))
            return false;
    return true;
}

/* Adds a word's node to a bag; a plain term that is there already counts once more.
 * False: no memory. */
static bool add_word(struct plan *plan, struct plan_node *bag, struct plan_node *n)
{
    struct plan_term *same = n->kind == PLAN_TERM ? find_term(bag, n->term) : NULL;
    if (same) {
        same->query_freq++;
        n->term->query_freq = 0;
        return true;
    }
    build_child(bag, n);
    return keep_set(plan, bag, n);
}

static size_t language_count(const struct builder *b)
{
    size_t count = b->reading->languages->count;
    return analyser_is_auto(b->reading->analyser) && count > 0 ? count : 1;
}

static bool speak(struct builder *b, size_t l)
{
    const struct plan_reading *r = b->reading;
    struct status_error err;
    return r->languages->count == 0 ||
           !analyser_speak(r->analyser, slice_of(r->languages->codes[l]), &err);
}

/* Tokenises in every language. The words are the same in all, their stems are not. */
static enum status tokenise(struct builder *b, struct slice text)
{
    const struct plan_reading *r = b->reading;
    struct tokeniser *tokeniser = analyser_tokeniser(r->analyser);
    size_t languages = language_count(b);
    size_t left =
        b->plan->term_count < QUERY_TERMS_MAX ? QUERY_TERMS_MAX - b->plan->term_count : 0;
    size_t room = left / languages;
    enum status status = STATUS_OK;
    for (size_t l = 0; l < languages && !status; l++) {
        struct token_list *tokens = &b->tokens[l];
        struct status_error err;
        tokens->count = tokens->next_position = tokens->next_group = 0;
        if (r->languages->count > 0)
            status = analyser_speak(r->analyser, slice_of(r->languages->codes[l]), &err);
        if (!status)
            status = tokeniser_run(tokeniser, text, tokens);
        if (tokens->count <= room)
            continue;
        tokens->count = room;
        if (l == 0)
            query_warn(b->query, "more than %d words; the rest is left out",
                       QUERY_TERMS_MAX);
    }
    return status;
}

static bool same_node(const struct plan_node *a, const struct plan_node *b)
{
    if (a->kind != b->kind || a->child_count != b->child_count)
        return false;
    if (a->kind == PLAN_TERM)
        return same_term(a->term, b->term);
    if (a->kind == PLAN_PHRASE &&
        (a->element_count != b->element_count || a->slop != b->slop))
        return false;
    for (size_t i = 0; a->kind == PLAN_PHRASE && i < a->element_count; i++)
        if (!same_term(a->elements[i].term, b->elements[i].term))
            return false;
    const struct plan_node *x = a->child, *y = b->child;
    for (; x && y && same_node(x, y); x = x->next)
        y = y->next;
    return !x;
}

/* Makes a node of the tokens from `first` on in each language, and of those that differ
 * one that matches any of them. */
static struct plan_node *in_any_language(
    struct builder *b, const struct query_node *q, size_t first, size_t count, bool flag,
    struct plan_node *make_one(struct builder *b, const struct query_node *q,
                               const struct token *tokens, size_t count, bool flag))
{
    struct plan_node *made[ANALYSER_LANGUAGES_MAX], *all = NULL;
    size_t made_count = 0;
    for (size_t l = 0; l < language_count(b); l++) {
        size_t term_count = b->plan->term_count, k = 0;
        if (b->tokens[l].count < first + count)
            continue;
        if (!speak(b, l)) /* spellings of names are stemmed in it */
            return NULL;
        struct plan_node *n = make_one(b, q, b->tokens[l].items + first, count, flag);
        if (!n)
            return NULL;
        while (k < made_count && !same_node(made[k], n))
            k++;
        if (k < made_count) { /* it adds nothing */
            b->plan->term_count = term_count;
            continue;
        }
        made[made_count++] = n;
        all = all ? plan_or(b->plan, all, n) : n;
        if (!all)
            return NULL;
    }
    return all;
}

/* The parts of a compound in a bag do not match by themselves, but they say what an
 * article that matches is about: `re-entry` lifts one with `entry`. */
static bool add_parts(struct builder *b, const struct query_node *q,
                      const struct token *tokens, size_t count)
{
    bool compound = count > 1 && tokens[count - 1].position > tokens[0].position;
    if (!compound || find_kind(tokens, count, TOKEN_WHOLE) ||
        find_kind(tokens, count, TOKEN_DICTIONARY))
        return true;
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].kind != TOKEN_UNIT || is_stop(b, q, tokens[i].word))
            continue;
        struct plan_node *n = build_term(b->plan, word_term(q, tokens[i].word, false));
        if (!n || !add_word(b->plan, b->parts, n))
            return false;
    }
    return true;
}

/* Adds the words of a query word to parent (a bag or AND). stops: 0 leaves stop words
 * out, 1 takes them. Returns how many were added, or -1. */
int build_words(struct builder *b, const struct query_node *q, struct plan_node *parent,
                bool stops)
{
    int added = 0;
    if (tokenise(b, q->text))
        return -1;
    for (size_t i = 0, count; i < b->tokens[0].count; i += count) {
        const struct token *first = &b->tokens[0].items[i];
        count = group_size(first, b->tokens[0].count - i);
        if (!stops && count == 1 && is_stop(b, q, first->word))
            continue;
        struct plan_node *n =
            in_any_language(b, q, i, count, parent->kind == PLAN_BAG, group_node);
        if (!n)
            return -1;
        if (parent->kind == PLAN_BAG && !add_parts(b, q, first, count))
            return -1;
        if (parent->kind != PLAN_BAG)
            build_child(parent, n);
        else if (!add_word(b->plan, parent, n))
            return -1;
        added++;
    }
    return added;
}

static struct plan_node *link_node(struct builder *b, struct slice stem)
{
    struct schema_term term;
    schema_link_term(stem, &term);
    return build_term(b->plan,
                      (struct plan_term){.term = schema_slice(&term), .filter = true});
}

/* A whole, or every part. */
static struct plan_node *linked_group(struct builder *b, const struct query_node *q,
                                      const struct token *tokens, size_t count, bool flag)
{
    const struct token *whole = find_kind(tokens, count, TOKEN_WHOLE);
    struct plan_node *n = build_node(b->plan, PLAN_AND);
    (void)q;
    (void)flag;
    for (const struct token *t = tokens; n && t < tokens + count; t++) {
        if (whole ? t != whole : t->kind != TOKEN_UNIT)
            continue;
        struct plan_node *word = link_node(b, t->word->stem->text);
        if (word && t->word->other_stem)
            word = plan_or(b->plan, word, link_node(b, t->word->other_stem->text));
        if (!word)
            return NULL;
        build_child(n, word);
    }
    return n ? build_collapsed(n) : NULL;
}

/* Of related headlines the index knows which words they have. */
static struct plan_node *build_linked(struct builder *b, const struct query_node *q)
{
    struct plan_node *n = build_node(b->plan, PLAN_AND);
    if (q->kind == QUERY_PHRASE || query_is_wide(q))
        query_warn(b->query,
                   "links: has words, but not their order, forms or beginnings");
    if (!n || tokenise(b, q->text))
        return NULL;
    for (size_t i = 0, count; i < b->tokens[0].count; i += count) {
        count = group_size(&b->tokens[0].items[i], b->tokens[0].count - i);
        struct plan_node *group = in_any_language(b, q, i, count, false, linked_group);
        if (!group)
            return NULL;
        build_child(n, group);
    }
    return build_collapsed(n);
}

/* A word that stands alone in an expression: all its words must be there. */
struct plan_node *build_word(struct builder *b, const struct query_node *q)
{
    if (q->zone == QUERY_IN_LINKS)
        return build_linked(b, q);
    if (query_is_wide(q))
        return build_wide(b, q);
    struct plan_node *n = build_node(b->plan, PLAN_AND);
    return n && build_words(b, q, n, true) >= 0 ? build_collapsed(n) : NULL;
}

struct plan_node *build_placed_word(struct builder *b, const struct query_node *q)
{
    if (query_is_wide(q))
        return build_wide(b, q);
    if (tokenise(b, q->text))
        return NULL;
    size_t count = b->tokens[0].count;
    if (count == 0)
        return build_node(b->plan, PLAN_NOTHING);
    bool single = group_size(b->tokens[0].items, count) == count;
    return in_any_language(b, q, 0, count, false, single ? group_node : phrase_node);
}

struct plan_node *build_quoted(struct builder *b, const struct query_node *q)
{
    if (q->zone == QUERY_IN_LINKS)
        return build_linked(b, q);
    if (tokenise(b, q->text))
        return NULL;
    size_t count = b->tokens[0].count;
    if (count == 0)
        return build_node(b->plan, PLAN_NOTHING);
    if (count > QUERY_PHRASE_MAX) {
        count = QUERY_PHRASE_MAX;
        query_warn(b->query, "a phrase of more than %d words; the rest is left out",
                   QUERY_PHRASE_MAX);
    }
    return in_any_language(b, q, 0, count, true, phrase_node);
}
