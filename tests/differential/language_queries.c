#include "tests/differential/language_queries.h"

#include <stdio.h>
#include <string.h>

#define PICK(n, array) ((array)[news_random(n, sizeof(array) / sizeof *(array))])

/* --- words --- */

static const char *keep(struct question_maker *q, const char *text)
{
    const char *copy = arena_copy(q->arena, text, strlen(text));
    return copy ? copy : "";
}

/* A place between letters; at is moved back to the beginning of one. */
static size_t cut(const char *word, size_t at)
{
    while (at > 0 && ((unsigned char)word[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static bool is_letters(const char *word)
{
    for (; *word; word++)
        if (*word == '-' || *word == '\'' || (*word >= '0' && *word <= '9') ||
            strncmp(word, "\u2019", 3) == 0)
            return false;
    return true;
}

/* `ban*`, `*ank`, `b*k`, `b?nk`. */
static void make_pattern(struct question_maker *q, struct tree *t, const char *word)
{
    char text[64];
    size_t size = strlen(word);
    size_t from = cut(word, 1 + news_random(q->news, (unsigned)size - 1));
    size_t to = cut(word, from + news_random(q->news, (unsigned)(size - from)));
    switch (news_random(q->news, 4)) {
    case 0:
        snprintf(text, sizeof text, "%.*s*", (int)(from ? from : size), word);
        break;
    case 1:
        snprintf(text, sizeof text, "*%s", word + to);
        break;
    case 2:
        snprintf(text, sizeof text, "%.*s*%s", (int)from, word, word + to);
        break;
    default:
        if (from == 0 || from + 1 >= size || ((unsigned char)word[from] & 0x80) ||
            ((unsigned char)word[from + 1] & 0xC0) == 0x80) {
            snprintf(text, sizeof text, "%s*", word);
            break;
        }
        snprintf(text, sizeof text, "%.*s?%s", (int)from, word, word + from + 1);
    }
    t->text = keep(q, text);
    t->pattern = true;
}

/* A letter left out, doubled, or two swapped. */
static void make_edits(struct question_maker *q, struct tree *t, const char *word)
{
    char text[64];
    size_t size = strlen(word), at = news_random(q->news, (unsigned)size - 1);
    unsigned kind = news_random(q->news, 4);
    t->edits = 1 + news_random(q->news, 2);
    t->text = keep(q, word);
    if (kind == 3 || ((unsigned char)word[at] | (unsigned char)word[at + 1]) & 0x80)
        return;
    if (kind == 0)
        snprintf(text, sizeof text, "%.*s%s", (int)at, word, word + at + 1);
    else if (kind == 1)
        snprintf(text, sizeof text, "%.*s%s", (int)at + 1, word, word + at);
    else
        snprintf(text, sizeof text, "%.*s%c%c%s", (int)at, word, word[at + 1], word[at],
                 word + at + 2);
    t->text = keep(q, text);
}

static struct tree *make_word(struct question_maker *q)
{
    struct tree *t = tree_new(q->arena, TREE_WORD);
    const char *word = story_word(q->news);
    unsigned kind = news_random(q->news, 10);
    t->exact = news_one_in(q->news, 6);
    t->text = word;
    if (kind == 0 && is_letters(word))
        make_pattern(q, t, word);
    else if (kind == 1 && is_letters(word))
        make_edits(q, t, word);
    return t;
}

static struct tree *make_phrase(struct question_maker *q)
{
    struct tree *t = tree_new(q->arena, TREE_PHRASE);
    struct buffer text = BUFFER_INIT(1 << 16);
    unsigned story = news_random(q->news, q->story_count);
    if (news_one_in(q->news, 3)) {
        buffer_append_text(&text, story_word(q->news));
        buffer_append_byte(&text, ' ');
        buffer_append_text(&text, story_word(q->news));
    } else {
        story_extract(q->news, &q->stories[story], &text);
    }
    t->text = text.size > 0 ? keep(q, buffer_text(&text)) : story_word(q->news);
    t->exact = news_one_in(q->news, 8);
    t->number = news_one_in(q->news, 3) ? 1 + news_random(q->news, 6) : 0;
    buffer_free(&text);
    return t;
}

static struct tree *make_placed_leaf(struct question_maker *q)
{
    return news_one_in(q->news, 5) ? make_phrase(q) : make_word(q);
}

static struct tree *make_linked(struct question_maker *q)
{
    struct tree *t = tree_new(q->arena, TREE_LINKED);
    char text[64];
    snprintf(text, sizeof text, "%s %s", story_word(q->news), story_word(q->news));
    t->text = news_one_in(q->news, 4) ? keep(q, text) : story_word(q->news);
    return t;
}

/* --- filters --- */

static struct tree *make_date(struct question_maker *q)
{
    struct tree *t = tree_new(q->arena, TREE_DATE);
    char from[STORY_DAY_SIZE], to[STORY_DAY_SIZE];
    unsigned kind = news_random(q->news, 5);
    story_span(q->news, from);
    story_span(q->news, to);
    t->open = kind < 2;
    if (kind != 1)
        t->text = keep(q, from);
    if (kind == 1 || kind == 2)
        t->other = keep(q, to);
    else if (kind == 3)
        t->other = t->text;
    return t;
}

static struct tree *make_length(struct question_maker *q)
{
    struct tree *t = tree_new(q->arena, TREE_LENGTH);
    unsigned kind = news_random(q->news, 4);
    t->least = kind == 1 ? 0 : news_random(q->news, 60);
    t->most = kind == 0   ? UINT32_MAX
              : kind == 3 ? t->least
                          : t->least + news_random(q->news, 40);
    return t;
}

static struct tree *make_filter(struct question_maker *q)
{
    unsigned kind = news_random(q->news, 6);
    if (kind == 0)
        return make_length(q);
    if (kind < 3)
        return make_date(q);
    bool source = kind < 5;
    struct tree *t = tree_new(q->arena, source ? TREE_SOURCE : TREE_SECTION);
    t->text = source ? story_source(q->news) : story_section(q->news);
    if (news_one_in(q->news, 4))
        t->other = source ? story_source(q->news) : story_section(q->news);
    return t;
}

/* --- operators --- */

static struct tree *make_any(struct question_maker *q, unsigned depth);

/* What stands beside w/5: mostly something that has places. */
static struct tree *make_operand(struct question_maker *q, unsigned depth)
{
    if (news_one_in(q->news, 9))
        return make_any(q, depth);
    return make_placed_leaf(q);
}

static struct tree *make_near(struct question_maker *q, unsigned depth)
{
    static const unsigned counts[] = {2, 2, 2, 2, 3, 3, 4}, far[] = {10, 20, 50, 120};
    struct tree *t = tree_new(q->arena, TREE_NEAR);
    for (unsigned i = PICK(q->news, counts); i > 0; i--) {
        bool nested = depth > 0 && news_one_in(q->news, 3);
        struct tree *c = nested ? make_any(q, depth - 1) : make_operand(q, 0);
        c->link = (enum tree_link)news_random(q->news, 6);
        if (c->link > TIED_PARAGRAPH)
            c->link = TIED_NEAR;
        c->distance =
            news_one_in(q->news, 5) ? PICK(q->news, far) : 1 + news_random(q->news, 6);
        c->negative = t->child && news_one_in(q->news, 7);
        tree_append(t, c);
    }
    return t;
}

static struct tree *make_bag(struct question_maker *q, unsigned depth)
{
    static const char signs[] = {0, 0, 0, 0, '+', '-'};
    struct tree *t = tree_new(q->arena, TREE_BAG);
    for (unsigned i = 2 + news_random(q->news, 3); i > 0; i--) {
        struct tree *c = make_any(q, depth - 1);
        c->sign = PICK(q->news, signs);
        tree_append(t, c);
    }
    return t;
}

/* Alternatives that are filters alone would be one filter: a word is the first. */
static struct tree *make_boolean(struct question_maker *q, enum tree_kind kind,
                                 unsigned depth)
{
    struct tree *t = tree_new(q->arena, kind);
    if (kind == TREE_OR)
        tree_append(t, make_placed_leaf(q));
    for (unsigned i = (kind == TREE_AND ? 2 : 1) + news_random(q->news, 2); i > 0; i--)
        tree_append(t, make_any(q, depth - 1));
    return t;
}

/* Words of related headlines: `links:(storm OR tax)`. */
static struct tree *make_links(struct question_maker *q)
{
    static const enum tree_kind kinds[] = {TREE_BAG, TREE_AND, TREE_OR};
    struct tree *zone = tree_new(q->arena, TREE_ZONE);
    struct tree *t = tree_new(q->arena, PICK(q->news, kinds));
    for (unsigned i = 2; i > 0; i--) {
        struct tree *word = tree_new(q->arena, TREE_WORD);
        word->text = story_word(q->news);
        tree_append(t, word);
    }
    zone->zone = ZONE_LINKS;
    tree_append(zone, t);
    return zone;
}

static struct tree *make_zone(struct question_maker *q, unsigned depth)
{
    struct tree *t = tree_new(q->arena, TREE_ZONE);
    if (q->in_zone)
        return make_placed_leaf(q);
    if (news_one_in(q->news, 12))
        return make_links(q);
    t->zone = (enum tree_zone)(ZONE_TITLE + news_random(q->news, 5));
    if (news_one_in(q->news, 3))
        t->zone = ZONE_QUOTE;
    q->in_zone = true;
    tree_append(t, make_any(q, depth - 1));
    q->in_zone = false;
    return t;
}

static struct tree *make_counted(struct question_maker *q, enum tree_kind kind,
                                 unsigned depth)
{
    struct tree *t = tree_new(q->arena, kind);
    bool nested = news_one_in(q->news, 2);
    t->number =
        kind == TREE_FIRST ? 1 + news_random(q->news, 40) : 1 + news_random(q->news, 4);
    tree_append(t, nested ? make_any(q, depth - 1) : make_placed_leaf(q));
    return t;
}

static struct tree *make_leaf(struct question_maker *q)
{
    unsigned kind = news_random(q->news, 10);
    if (kind == 0)
        return make_filter(q);
    if (kind == 1 && !q->in_zone)
        return make_linked(q);
    return make_placed_leaf(q);
}

static struct tree *make_any(struct question_maker *q, unsigned depth)
{
    unsigned kind = depth > 0 ? news_random(q->news, 100) : 0;
    if (kind < 18)
        return make_leaf(q);
    if (kind < 30)
        return make_bag(q, depth);
    if (kind < 40)
        return make_boolean(q, TREE_AND, depth);
    if (kind < 50)
        return make_boolean(q, TREE_OR, depth);
    if (kind < 77)
        return make_near(q, depth);
    if (kind < 83)
        return make_counted(q, TREE_AT_LEAST, depth);
    if (kind < 87)
        return make_counted(q, TREE_FIRST, depth);
    if (kind < 95)
        return make_zone(q, depth);
    struct tree *t = tree_new(q->arena, TREE_NOT);
    tree_append(t, make_any(q, depth - 1));
    return t;
}

struct tree *question_make(struct question_maker *q, unsigned depth)
{
    q->in_zone = false;
    return make_any(q, depth);
}
