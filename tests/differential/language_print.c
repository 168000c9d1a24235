/* A tree as a query. Precedence, tightest first: field and unary operators; NEAR, ADJ,
 * SENT, PARA; NOT; AND; OR; juxtaposition. */
#include "tests/differential/language_queries.h"

#include <stdio.h>
#include <string.h>

#define PICK(n, array) ((array)[news_random(n, sizeof(array) / sizeof *(array))])

/* How tightly something holds together. */
enum level { LEVEL_BAG, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_NEAR, LEVEL_UNARY };

struct printer {
    struct news *news;
    bool factiva;
    struct buffer *out;
};

static void print(struct printer *p, const struct tree *t, enum level level);
static void print_bare(struct printer *p, const struct tree *t);

static void add(struct printer *p, const char *text)
{
    buffer_append_text(p->out, text);
}

static void add_number(struct printer *p, const char *format, unsigned number)
{
    char text[32];
    snprintf(text, sizeof text, "%s%u", format, number);
    add(p, text);
}

/* --- leaves --- */

static void print_word(struct printer *p, const struct tree *t)
{
    add(p, t->exact ? "=" : "");
    add(p, t->text);
    if (t->edits > 0)
        add(p, t->edits == 2 ? "~2" : news_one_in(p->news, 2) ? "~" : "~1");
}

static void print_quoted(struct printer *p, const char *text)
{
    static const char *const marks[][2] = {
        {"\"", "\""}, {"\u201C", "\u201D"}, {"\u00AB", "\u00BB"}};
    const char *const *mark = PICK(p->news, marks);
    add(p, mark[0]);
    add(p, text);
    add(p, mark[1]);
}

static void print_phrase(struct printer *p, const struct tree *t)
{
    add(p, t->exact ? "=" : "");
    print_quoted(p, t->text);
    if (t->number > 0)
        add_number(p, "~", t->number);
}

static void print_value(struct printer *p, const char *text)
{
    if (strchr(text, ' ') || news_one_in(p->news, 3))
        print_quoted(p, text);
    else
        add(p, text);
}

/* Of two values in brackets either is meant. */
static void print_values(struct printer *p, const char *field, const struct tree *t)
{
    bool each = t->other && news_one_in(p->news, 2);
    add(p, each ? "(" : "");
    add(p, field);
    if (!t->other) {
        print_value(p, t->text);
        return;
    }
    add(p, each ? "" : "(");
    print_quoted(p, t->text);
    add(p, each || news_one_in(p->news, 2) ? " OR " : " ");
    add(p, each ? field : "");
    print_quoted(p, t->other);
    add(p, ")");
}

static void print_date(struct printer *p, const struct tree *t)
{
    if (t->open) {
        add(p, t->text ? "since:" : "until:");
        add(p, t->text ? t->text : t->other);
        return;
    }
    add(p, "date:");
    add(p, t->text ? t->text : "");
    if (t->text && t->other == t->text)
        return;
    add(p, "..");
    add(p, t->other ? t->other : "");
}

static void print_length(struct printer *p, const struct tree *t)
{
    bool sign = news_one_in(p->news, 2);
    if (t->most == UINT32_MAX && sign) {
        add_number(p, t->least > 0 ? "words:>" : "words:>=", t->least - (t->least > 0));
    } else if (t->least == 0 && sign) {
        add_number(p, "words:<", t->most + 1);
    } else if (t->least == t->most) {
        add_number(p, "words:", t->least);
    } else {
        add_number(p, "words:", t->least);
        add(p, "..");
        if (t->most < UINT32_MAX)
            add_number(p, "", t->most);
    }
}

static void print_linked(struct printer *p, const struct tree *t)
{
    add(p, "links:");
    if (strchr(t->text, ' '))
        print_quoted(p, t->text);
    else
        add(p, t->text);
}

/* --- operators --- */

static void print_distance(struct printer *p, const struct tree *t)
{
    static const char *const near[] = {"w/", "W/", "NEAR/", "/"};
    static const char *const before[] = {"pre/", "PRE/", "ADJ/"};
    static const char *const factiva_near[] = {"near", "NEAR/", "Near"};
    static const char *const factiva_before[] = {"w/", "/", "adj", "ADJ/", "pre/"};
    bool short_name = news_one_in(p->news, 2);
    if (t->link == TIED_NEAR && t->distance == 10 && short_name)
        add(p, "NEAR");
    else if (t->link == TIED_BEFORE && t->distance == 1 && short_name)
        add(p, "ADJ");
    else if (t->link == TIED_NEAR)
        add_number(p, p->factiva ? PICK(p->news, factiva_near) : PICK(p->news, near),
                   t->distance);
    else
        add_number(p, p->factiva ? PICK(p->news, factiva_before) : PICK(p->news, before),
                   t->distance);
}

static void print_link(struct printer *p, const struct tree *t)
{
    static const char *const sentence[] = {"SENT", "w/s", "W/S", "w/sent"};
    static const char *const paragraph[] = {"PARA", "w/p", "w/P", "w/para"};
    unsigned how = news_random(p->news, 5);
    add(p, t->negative && how > 1 ? " NOT " : " ");
    if (t->link == TIED_SENTENCE)
        add(p, PICK(p->news, sentence));
    else if (t->link == TIED_PARAGRAPH && p->factiva && news_one_in(p->news, 2))
        add(p, "same");
    else if (t->link == TIED_PARAGRAPH)
        add(p, PICK(p->news, paragraph));
    else
        print_distance(p, t);
    add(p, t->negative && how <= 1 ? how == 0 ? " NOT " : " -" : " ");
}

static void print_near(struct printer *p, const struct tree *t)
{
    for (const struct tree *c = t->child; c; c = c->next) {
        if (c != t->child)
            print_link(p, c);
        print(p, c, LEVEL_UNARY);
    }
}

static void print_and(struct printer *p, const struct tree *t)
{
    for (const struct tree *c = t->child; c; c = c->next) {
        bool negative = c != t->child && c->kind == TREE_NOT;
        unsigned how = negative ? news_random(p->news, 3) : 2;
        if (c != t->child)
            add(p, how == 0 ? " " : " AND ");
        if (how == 1) {
            add(p, "-");
            print(p, c->child, LEVEL_NEAR);
        } else if (how == 0) { /* in brackets it would be taken from nothing */
            print_bare(p, c);
        } else {
            print(p, c, LEVEL_NOT);
        }
    }
}

static void print_or(struct printer *p, const struct tree *t)
{
    for (const struct tree *c = t->child; c; c = c->next) {
        add(p, c != t->child ? " OR " : "");
        print(p, c, LEVEL_AND);
    }
}

/* What begins with NOT would be taken from what stands before it. */
static void print_bag(struct printer *p, const struct tree *t)
{
    struct buffer text = BUFFER_INIT(1 << 20), *out = p->out;
    for (const struct tree *c = t->child; c; c = c->next) {
        char sign[2] = {c->sign, '\0'};
        buffer_clear(&text);
        p->out = &text;
        print(p, c, c->sign ? LEVEL_NEAR : LEVEL_OR);
        p->out = out;
        bool negative = strncmp(buffer_text(&text), "NOT ", 4) == 0;
        add(p, c != t->child ? " " : "");
        add(p, sign);
        add(p, negative ? "(" : "");
        add(p, buffer_text(&text));
        add(p, negative ? ")" : "");
    }
    buffer_free(&text);
}

static void print_unary(struct printer *p, const struct tree *t)
{
    static const char *const zones[][2] = {{"", ""},
                                           {"title:", "Headline:"},
                                           {"lead:", "LEAD:"},
                                           {"hlead:", "hlead:"},
                                           {"body:", "body:"},
                                           {"quote:", "Quote:"},
                                           {"links:", "links:"}};
    static const char *const at_least[] = {"ATLEAST/", "atleast", "AtLeast/"};
    if (t->kind == TREE_ZONE)
        add(p, PICK(p->news, zones[t->zone]));
    else if (t->kind == TREE_FIRST)
        add_number(p, "FIRST/", t->number);
    else
        add_number(p, PICK(p->news, at_least), t->number);
    add(p, t->kind == TREE_ZONE ? "" : " ");
    print(p, t->child, LEVEL_UNARY);
}

static enum level level_of(const struct tree *t)
{
    switch (t->kind) {
    case TREE_BAG:
        return LEVEL_BAG;
    case TREE_OR:
        return LEVEL_OR;
    case TREE_AND:
        return LEVEL_AND;
    case TREE_NOT:
        return LEVEL_NOT;
    case TREE_NEAR:
        return LEVEL_NEAR;
    default:
        return LEVEL_UNARY;
    }
}

static void print_bare(struct printer *p, const struct tree *t)
{
    switch (t->kind) {
    case TREE_WORD:
        print_word(p, t);
        break;
    case TREE_PHRASE:
        print_phrase(p, t);
        break;
    case TREE_LINKED:
        print_linked(p, t);
        break;
    case TREE_SOURCE:
        print_values(p, "source:", t);
        break;
    case TREE_SECTION:
        print_values(p, "section:", t);
        break;
    case TREE_DATE:
        print_date(p, t);
        break;
    case TREE_LENGTH:
        print_length(p, t);
        break;
    case TREE_AND:
        print_and(p, t);
        break;
    case TREE_OR:
        print_or(p, t);
        break;
    case TREE_NOT:
        add(p, "NOT ");
        print(p, t->child, LEVEL_NOT);
        break;
    case TREE_BAG:
        print_bag(p, t);
        break;
    case TREE_NEAR:
        print_near(p, t);
        break;
    default:
        print_unary(p, t);
    }
}

static void print(struct printer *p, const struct tree *t, enum level level)
{
    bool brackets = level_of(t) < level || news_one_in(p->news, 15);
    add(p, brackets ? "(" : "");
    print_bare(p, t);
    add(p, brackets ? ")" : "");
}

void question_print(struct news *n, const struct tree *t, bool factiva,
                    struct buffer *out)
{
    struct printer p = {.news = n, .factiva = factiva, .out = out};
    print(&p, t, LEVEL_BAG);
}
