#include "tests/differential/brute_match.h"

#include "tests/differential/brute_spans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void brute_read(struct tokeniser *t, const struct story *story, struct brute_article *out)
{
    struct slice links[STORY_LINKS_MAX];
    struct text_parts parts = {.links = links, .link_count = story->link_count};
    *out = (struct brute_article){.story = story};
    parts.fields[TEXT_TITLE] = slice_trim(slice_of(story->title));
    parts.fields[TEXT_SUMMARY] = slice_trim(slice_of(story->summary));
    parts.fields[TEXT_BODY] = slice_trim(slice_of(story->body));
    for (size_t i = 0; i < story->link_count; i++)
        links[i] = slice_of(story->links[i]);
    if (text_analyse(&out->text, t, &parts)) {
        puts("no memory");
        exit(2);
    }
    for (size_t i = 0; i < out->text.tokens.count; i++)
        out->words += out->text.tokens.items[i].kind == TOKEN_UNIT;
}

void brute_free(struct brute_article *a)
{
    text_analysis_free(&a->text);
}

const struct tree *brute_prepare(struct arena *arena, struct tree *t)
{
    return tree_spread(arena, tree_settle(t));
}

/* --- filters --- */

static bool has_value(const struct tree *t, const char *value)
{
    return value &&
           (strcmp(value, t->text) == 0 || (t->other && strcmp(value, t->other) == 0));
}

/* `2024` and `2024-03` are all their days. */
static bool is_dated(const struct tree *t, const char *day)
{
    return *day && (!t->text || strncmp(day, t->text, strlen(t->text)) >= 0) &&
           (!t->other || strncmp(day, t->other, strlen(t->other)) <= 0);
}

/* All words of the text are in related headlines. */
static bool is_linked(const struct brute_reader *r, const struct tree *t)
{
    struct token_list asked = brute_tokens(r->tokeniser, t->text);
    const struct token_list *links = &r->article->text.links;
    bool all = true;
    for (size_t i = 0; i < asked.count; i++) {
        bool found = asked.items[i].kind != TOKEN_UNIT;
        for (size_t k = 0; k < links->count && !found; k++)
            found = links->items[k].word->stem == asked.items[i].word->stem;
        all &= found;
    }
    free(asked.items);
    return all;
}

/* --- bags --- */

static bool matches(const struct brute_reader *r, const struct tree *t);

static bool is_alternative(const struct tree *a, const struct tree *b)
{
    return a == b || (a->kind == b->kind && a->kind != TREE_LENGTH &&
                      (a->kind != TREE_DATE || (!a->open && !b->open)));
}

/* Filters of one field are alternatives, those of different ones must all be. */
static bool passes_filters(const struct brute_reader *r, const struct tree *bag)
{
    for (const struct tree *c = bag->child; c; c = c->next) {
        bool any = c->sign != SIGN_FILTER;
        for (const struct tree *k = bag->child; k && !any; k = k->next)
            any = k->sign == SIGN_FILTER && is_alternative(c, k) && matches(r, k);
        if (!any)
            return false;
    }
    return true;
}

static bool may_be_left_out(const struct tree *t)
{
    return t->kind == TREE_WORD && !t->exact && !t->pattern && t->edits == 0 &&
           story_is_stop_word(t->text);
}

/* One of the words without a sign, and not one of those that every article has unless
 * there are no others. */
static bool has_any(const struct brute_reader *r, const struct tree *bag)
{
    bool others = false, words = false;
    for (const struct tree *c = bag->child; c; c = c->next) {
        others |= !c->sign && !may_be_left_out(c);
        words |= !c->sign;
    }
    for (const struct tree *c = bag->child; c; c = c->next)
        if (!c->sign && !(others && may_be_left_out(c)) && matches(r, c))
            return true;
    return !words;
}

static bool matches_bag(const struct brute_reader *r, const struct tree *bag)
{
    bool must = false;
    for (const struct tree *c = bag->child; c; c = c->next) {
        must |= c->sign == '+';
        if ((c->sign == '+' && !matches(r, c)) || (c->sign == '-' && matches(r, c)))
            return false;
    }
    return passes_filters(r, bag) && (must || has_any(r, bag));
}

static bool matches_boolean(const struct brute_reader *r, const struct tree *t)
{
    for (const struct tree *c = t->child; c; c = c->next)
        if (matches(r, c) == (t->kind == TREE_OR))
            return t->kind == TREE_OR;
    return t->kind == TREE_AND;
}

static bool matches(const struct brute_reader *r, const struct tree *t)
{
    const struct story *story = r->article->story;
    switch (t->kind) {
    case TREE_LINKED:
        return is_linked(r, t);
    case TREE_SOURCE:
        return has_value(t, story->source);
    case TREE_SECTION:
        return has_value(t, story->section);
    case TREE_DATE:
        return is_dated(t, story->day);
    case TREE_LENGTH:
        return r->article->words >= t->least && r->article->words <= t->most;
    case TREE_AND:
    case TREE_OR:
        return matches_boolean(r, t);
    case TREE_NOT:
        return !matches(r, t->child);
    case TREE_BAG:
        return matches_bag(r, t);
    default: {
        struct brute_spans spans = brute_find(r, t);
        free(spans.items);
        return spans.count > 0;
    }
    }
}

bool brute_matches(struct tokeniser *t, const struct brute_article *a,
                   const struct tree *prepared)
{
    return matches(&(struct brute_reader){t, a}, prepared);
}
