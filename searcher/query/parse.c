#include "searcher/query/lexer.h"
#include "searcher/query/query.h"

#include "common/date_words.h"
#include "common/text/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct parser {
    struct query *query;
    const struct lexeme *at;
    unsigned depth;
    const struct query_manner *manner;
    bool loud;
    bool failed; /* no memory */
};

void query_warn(struct query *q, const char *format, ...)
{
    char text[256];
    va_list args;
    if (q->warning_count == QUERY_WARNINGS_MAX)
        return;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t size = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    size = utf8_valid_prefix(text, size);
    for (size_t i = 0; i < q->warning_count; i++)
        if (strncmp(q->warnings[i], text, size) == 0 && q->warnings[i][size] == '\0')
            return;
    char *copy = arena_copy(&q->arena, text, size);
    if (copy)
        q->warnings[q->warning_count++] = copy;
}

static struct query_node *new_node(struct parser *p, enum query_kind kind)
{
    struct query_node *n = arena_alloc(&p->query->arena, sizeof *n);
    if (!n) {
        p->failed = true;
        return NULL;
    }
    *n = (struct query_node){.kind = kind};
    return n;
}

static void append_child(struct query_node *parent, struct query_node *child)
{
    struct query_node *at = parent->last ? parent->last : parent->child;
    while (at && at->next)
        at = at->next;
    if (at)
        at->next = child;
    else
        parent->child = child;
    parent->last = child;
}

static struct query_node *leaf(struct parser *p, enum query_kind kind,
                               const struct lexeme *l)
{
    struct query_node *n = new_node(p, kind);
    if (n) {
        n->text = l->text;
        n->exact = l->exact;
        n->acronym = !p->loud;
        n->width = l->width;
        n->slop = l->slop;
    }
    size_t size = l->text.size;
    if (kind == QUERY_WORD && size > 1 && l->text.data[size - 1] == '~')
        query_warn(p->query, "'%.*s': only words of letters have similar ones", (int)size,
                   l->text.data);
    return n;
}

static enum query_occur occur_of(char sign)
{
    return sign == '+' ? QUERY_MUST : sign == '-' ? QUERY_MUST_NOT : QUERY_SHOULD;
}

static struct query_node *parse_bag(struct parser *p);
static struct query_node *parse_or(struct parser *p);

/* --- fields --- */

static void set_zone(struct query_node *n, enum query_zone zone)
{
    if (n->kind == QUERY_WORD || n->kind == QUERY_PHRASE)
        n->zone = zone;
    for (struct query_node *c = n->child; c; c = c->next)
        set_zone(c, zone);
}

/* Of two limits the tighter holds. */
static void set_first(struct query_node *n, unsigned first)
{
    bool looser = n->first == 0 || n->first > first;
    if ((n->kind == QUERY_WORD || n->kind == QUERY_PHRASE) && looser)
        n->first = first;
    for (struct query_node *c = n->child; c; c = c->next)
        set_first(c, first);
}

static void add_to_bag(struct parser *p, struct query_node *bag, struct query_node *n);

/* Words below become values of the filter; side by side they are alternatives. */
static struct query_node *set_filter(struct parser *p, struct query_node *n,
                                     enum schema_filter filter)
{
    if (n->kind == QUERY_WORD || n->kind == QUERY_PHRASE) {
        n->kind = QUERY_FILTER;
        n->filter = filter;
    }
    struct query_node *rest = n->child;
    struct query_node **end = &n->child;
    bool bag = n->kind == QUERY_BAG;
    n->child = n->last = NULL;
    while (rest) {
        struct query_node *c = rest;
        rest = c->next;
        c->next = NULL;
        c = set_filter(p, c, filter);
        if (bag) {
            add_to_bag(p, n, c);
        } else {
            *end = c;
            end = &c->next;
        }
    }
    bool single = bag && n->child && !n->child->next && n->child->occur != QUERY_MUST_NOT;
    if (!single)
        return n;
    p->query->is_required |= n->child->occur == QUERY_MUST;
    n->child->occur = n->occur;
    return n->child;
}

/* `2025`, `2025-01..2025-03`, `2025..`, `..2025`, `last week`. */
static bool parse_span(struct slice text, int64_t now, struct date_range *range)
{
    const char *dots = text.size >= 2 ? memmem(text.data, text.size, "..", 2) : NULL;
    if (!dots)
        return date_parse_words(text.data, text.size, now, range);
    struct slice from = {text.data, (size_t)(dots - text.data)};
    struct slice to = {dots + 2, text.size - from.size - 2};
    struct date_range a = {.from = INT64_MIN + 1}, b = {.before = INT64_MAX};
    if ((from.size > 0 && !date_parse_words(from.data, from.size, now, &a)) ||
        (to.size > 0 && !date_parse_words(to.data, to.size, now, &b)))
        return false;
    *range = (struct date_range){a.from, b.before};
    return true;
}

static void warn_of_value(struct parser *p, const struct query_node *n, const char *what)
{
    int size = (int)(n->text.size < 60 ? n->text.size : 60);
    query_warn(p->query, "'%.*s' is not a %s; it was read as words", size,
               n->text.data ? n->text.data : "", what);
}

static bool is_value(const struct query_node *n)
{
    return n->kind == QUERY_WORD || n->kind == QUERY_PHRASE;
}

/* `1000`, `>1000`, `>=1000`, `<1000`, `<=1000`, `500..1000`, `500..`, `..1000`. */
static bool parse_lengths(struct slice text, struct query_lengths *out)
{
    unsigned number = 0;
    char sign =
        text.size > 0 && (*text.data == '<' || *text.data == '>') ? *text.data : 0;
    text = slice_from(text, sign != 0);
    bool equal = sign && text.size > 0 && *text.data == '=';
    text = slice_from(text, equal);
    size_t digits = lexer_read_number(text, &number);
    *out = (struct query_lengths){number, number};
    if (sign == '>')
        *out = (struct query_lengths){number + !equal, UINT32_MAX};
    if (sign == '<') /* below 0 there is nothing */
        *out = (struct query_lengths){number > 0 || equal ? 0 : 1,
                                      number - (number > 0 && !equal)};
    struct slice rest = slice_from(text, digits);
    if (sign || rest.size == 0)
        return digits > 0 && rest.size == 0;
    if (rest.size < 2 || memcmp(rest.data, "..", 2) != 0)
        return false;
    rest = slice_from(rest, 2);
    size_t more = lexer_read_number(rest, &number);
    out->to = more > 0 ? number : UINT32_MAX;
    return more == rest.size && digits + more > 0;
}

static void set_lengths(struct parser *p, struct query_node *n)
{
    if (!is_value(n) || !parse_lengths(n->text, &n->lengths))
        warn_of_value(p, n, "number of words");
    else
        n->kind = QUERY_LENGTH;
}

static void set_date(struct parser *p, struct query_node *n, enum lexeme_field field)
{
    struct date_range range;
    if (!is_value(n) || !parse_span(n->text, p->manner->now, &range)) {
        warn_of_value(p, n, "date");
        return;
    }
    if (field == LEXEME_SINCE)
        range.before = INT64_MAX;
    else if (field == LEXEME_UNTIL)
        range.from = INT64_MIN + 1;
    n->kind = QUERY_DATE;
    n->alternative = field == LEXEME_DATE;
    n->range = range;
}

/* --- expressions, tightest first --- */

static bool ends_group(const struct lexeme *l)
{
    return l->kind == LEXEME_END || l->kind == LEXEME_CLOSE;
}

static struct query_node *parse_group(struct parser *p)
{
    p->at++;
    struct query_node *n = parse_bag(p);
    if (p->at->kind == LEXEME_CLOSE)
        p->at++;
    else
        query_warn(p->query, "a bracket is not closed");
    return n;
}

static struct query_node *parse_primary(struct parser *p);

static struct query_node *parse_counted(struct parser *p, const struct lexeme *l)
{
    struct query_node *n = parse_primary(p);
    if (!n || n->kind == QUERY_NOTHING)
        return n;
    if (l->kind == LEXEME_FIRST) {
        set_first(n, l->count);
        return n;
    }
    struct query_node *counted = new_node(p, QUERY_AT_LEAST);
    if (counted) {
        counted->child = n;
        counted->count = l->count;
    }
    return counted;
}

/* Of a word in a warning. */
static int short_size(const struct lexeme *l)
{
    return l->text.size < 60 ? (int)l->text.size : 60;
}

/* `date:"a b".."c d"` */
static void warn_of_range(struct parser *p)
{
    if (p->at->kind == LEXEME_WORD && p->at->text.size >= 2 &&
        memcmp(p->at->text.data, "..", 2) == 0)
        query_warn(p->query,
                   "the range of dates ends before '%.*s': one with blanks stands in "
                   "quotation marks as a whole, date:\"3 march 2024..5 march 2024\"",
                   short_size(p->at), p->at->text.data);
}

static struct query_node *parse_primary(struct parser *p)
{
    const struct lexeme *l = p->at;
    if (p->depth >= QUERY_DEPTH_MAX) {
        query_warn(p->query, "nested more than %d deep; the rest is left out",
                   QUERY_DEPTH_MAX);
        while (p->at->kind != LEXEME_END)
            p->at++;
        return new_node(p, QUERY_NOTHING);
    }
    p->depth++;
    struct query_node *n = NULL;
    switch (l->kind) {
    case LEXEME_OPEN:
        n = parse_group(p);
        break;
    case LEXEME_PHRASE:
        p->at++;
        n = leaf(p, QUERY_PHRASE, l);
        break;
    case LEXEME_FIELD:
        p->at++;
        if (ends_group(p->at)) { /* a word after all */
            query_warn(p->query, "nothing follows '%.*s': it was read as a word",
                       short_size(l), l->text.data);
            n = leaf(p, QUERY_WORD, l);
            break;
        }
        n = parse_primary(p);
        if (n && l->field == LEXEME_ZONE)
            set_zone(n, l->zone);
        else if (n && l->field == LEXEME_FILTER)
            n = set_filter(p, n, l->filter);
        else if (n && l->field == LEXEME_LENGTH)
            set_lengths(p, n);
        else if (n) {
            set_date(p, n, l->field);
            warn_of_range(p);
        }
        break;
    case LEXEME_AT_LEAST:
    case LEXEME_FIRST:
        p->at++;
        n = ends_group(p->at) ? leaf(p, QUERY_WORD, l) : parse_counted(p, l);
        break;
    case LEXEME_AND:
    case LEXEME_OR:
    case LEXEME_NOT:
    case LEXEME_LINK:
        query_warn(p->query, "'%.*s' joins nothing here: it was read as a word",
                   short_size(l), l->text.data);
        p->at++;
        n = leaf(p, QUERY_WORD, l);
        break;
    default:
        p->at++;
        n = leaf(p, QUERY_WORD, l);
        break;
    }
    p->depth--;
    return n;
}

/* The lexeme of a link that begins here, with NOT before it or not. */
static const struct lexeme *link_at(const struct parser *p)
{
    const struct lexeme *l = p->at + (p->at->kind == LEXEME_NOT);
    return l->kind == LEXEME_LINK && !ends_group(l + 1) ? l : NULL;
}

/* `a w/5 b SENT c`: each is tied to the one before. */
static struct query_node *parse_near(struct parser *p)
{
    struct query_node *n = parse_primary(p), *near = NULL;
    for (const struct lexeme *l; n && (l = link_at(p));) {
        struct query_link link = l->link;
        link.negative = l != p->at;
        p->at = l + 1;
        if (p->at->kind == LEXEME_NOT && !ends_group(p->at + 1)) {
            link.negative = true;
            p->at++;
        }
        link.negative |= p->at->sign == '-';
        struct query_node *right = parse_primary(p);
        if (!right)
            return NULL;
        if (right->kind == QUERY_NOTHING || n->kind == QUERY_NOTHING) {
            n = n->kind == QUERY_NOTHING ? right : n;
            continue;
        }
        if (!near) {
            near = new_node(p, QUERY_NEAR);
            if (!near)
                return NULL;
            near->child = n;
            n = near;
        }
        right->occur = QUERY_SHOULD;
        right->link = link;
        append_child(near, right);
    }
    return n;
}

/* Not nothing is nothing: `NOT ()` says nothing. */
static struct query_node *negate(struct parser *p, struct query_node *n)
{
    if (n->kind == QUERY_NOTHING)
        return n;
    struct query_node *not = new_node(p, QUERY_NOT);
    if (not )
        not ->child = n;
    return not ;
}

/* NOT binds its operand; a sign inside an expression is a NOT or nothing. */
static struct query_node *parse_not(struct parser *p, bool inside)
{
    if (p->at->kind == LEXEME_NOT && !ends_group(p->at + 1)) {
        if (p->depth >= QUERY_DEPTH_MAX)
            return parse_primary(p);
        p->at++;
        p->depth++;
        struct query_node *n = parse_not(p, true);
        p->depth--;
        return n ? negate(p, n) : NULL;
    }
    char sign = p->at->sign;
    if (!sign && p->at->kind == LEXEME_FIELD && !ends_group(p->at + 1))
        sign = p->at[1].sign; /* `title:-war` */
    struct query_node *n = parse_near(p);
    if (n && sign == '-' && inside)
        return negate(p, n);
    if (n)
        n->occur = occur_of(sign);
    return n;
}

static struct query_node *join(struct parser *p, enum query_kind kind,
                               struct query_node *left, struct query_node *right)
{
    if (!left || !right)
        return NULL;
    if (left->kind == QUERY_NOTHING || right->kind == QUERY_NOTHING)
        return left->kind == QUERY_NOTHING ? right : left;
    if (left->occur == QUERY_MUST_NOT)
        left = negate(p, left);
    if (!left)
        return NULL;
    left->occur = QUERY_SHOULD;
    struct query_node *n = left;
    if (left->kind != kind) {
        n = new_node(p, kind);
        if (!n)
            return NULL;
        n->child = left;
    }
    append_child(n, right);
    return n;
}

static struct query_node *parse_and(struct parser *p)
{
    struct query_node *n = parse_not(p, false);
    for (;;) {
        bool is_and = p->at->kind == LEXEME_AND && !ends_group(p->at + 1);
        bool is_not = p->at->kind == LEXEME_NOT && !ends_group(p->at + 1);
        if (!n || (!is_and && !is_not))
            return n;
        p->at += is_and;
        n = join(p, QUERY_AND, n, parse_not(p, true));
    }
}

static struct query_node *parse_or(struct parser *p)
{
    struct query_node *n = parse_and(p);
    while (n && p->at->kind == LEXEME_OR && !ends_group(p->at + 1)) {
        p->at++;
        struct query_node *right = parse_and(p);
        if (right && right->occur == QUERY_MUST_NOT)
            right = negate(p, right);
        if (right)
            right->occur = QUERY_SHOULD;
        n = join(p, QUERY_OR, n, right);
    }
    return n;
}

/* Values of one field, which stand for each other side by side. */
static bool is_alternative(const struct query_node *n)
{
    return n->kind == QUERY_FILTER || (n->kind == QUERY_DATE && n->alternative);
}

static bool are_alternatives(const struct query_node *n)
{
    if (n->kind != QUERY_OR)
        return is_alternative(n);
    for (const struct query_node *c = n->child; c; c = c->next)
        if (!is_alternative(c) || c->kind != n->child->kind ||
            c->filter != n->child->filter)
            return false;
    return true;
}

/* Unsigned filters are musts; those of one field side by side are alternatives. */
static void add_to_bag(struct parser *p, struct query_node *bag, struct query_node *n)
{
    bool filter = n->kind == QUERY_DATE || n->kind == QUERY_LENGTH || are_alternatives(n);
    if (filter && n->occur == QUERY_SHOULD)
        n->occur = QUERY_MUST;
    if (!is_alternative(n) || n->occur != QUERY_MUST) {
        append_child(bag, n);
        return;
    }
    for (struct query_node **c = &bag->child; *c; c = &(*c)->next) {
        struct query_node *first = (*c)->kind == QUERY_OR ? (*c)->child : *c;
        if ((*c)->occur != QUERY_MUST || !first || !are_alternatives(*c) ||
            first->kind != n->kind || first->filter != n->filter)
            continue;
        struct query_node *rest = (*c)->next, *single = *c;
        single->next = NULL;
        struct query_node *either = join(p, QUERY_OR, single, n);
        if (!either)
            return;
        n->occur = QUERY_SHOULD;
        either->occur = QUERY_MUST;
        either->next = rest;
        *c = either;
        bag->last = NULL;
        return;
    }
    append_child(bag, n);
}

static struct query_node *parse_bag(struct parser *p)
{
    struct query_node *bag = new_node(p, QUERY_BAG);
    while (bag && !ends_group(p->at)) {
        struct query_node *n = parse_or(p);
        if (!n)
            return NULL;
        if (n->kind != QUERY_NOTHING)
            add_to_bag(p, bag, n);
    }
    if (!bag)
        return NULL;
    if (!bag->child)
        bag->kind = QUERY_NOTHING;
    else if (!bag->child->next && bag->child->occur != QUERY_MUST_NOT) {
        p->query->is_required |= bag->child->occur == QUERY_MUST;
        return bag->child;
    }
    return bag;
}

/* Stray closing brackets are passed over; in a loud query operators are words. */
static void quiet_operators(struct lexemes *l)
{
    size_t depth = 0, kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        struct lexeme *x = &l->items[i];
        bool is_name = x->kind == LEXEME_AND || x->kind == LEXEME_OR ||
                       x->kind == LEXEME_NOT || x->kind == LEXEME_LINK;
        if (l->loud && is_name && !memchr(x->text.data, '/', x->text.size))
            x->kind = LEXEME_WORD;
        if (x->kind == LEXEME_CLOSE && depth == 0)
            continue;
        depth += x->kind == LEXEME_OPEN;
        depth -= x->kind == LEXEME_CLOSE;
        l->items[kept++] = *x;
    }
    l->items[kept] = l->items[l->count];
    l->count = kept;
}

enum status query_parse(struct slice text, const struct query_manner *manner,
                        struct query *out)
{
    struct lexemes lexemes;
    *out = (struct query){0};
    if (text.size > QUERY_BYTES_MAX) {
        text.size = utf8_cut(text.data, text.size, QUERY_BYTES_MAX);
        query_warn(out, "the query is longer than %d bytes; the rest is left out",
                   QUERY_BYTES_MAX);
    }
    struct buffer repaired = BUFFER_INIT(3 * QUERY_BYTES_MAX);
    uint64_t bad = 0;
    enum status status = utf8_append_repaired(&repaired, text, &bad);
    size_t size = repaired.size;
    char *copy = status ? NULL : arena_copy(&out->arena, repaired.data, size);
    buffer_free(&repaired);
    if (!copy ||
        lexer_run((struct slice){copy, size}, manner->dialect, &out->arena, &lexemes))
        return STATUS_NO_MEMORY;
    size_t before = lexemes.count;
    quiet_operators(&lexemes);
    if (lexemes.count < before)
        query_warn(out, "a closing bracket has no opening one");
    if (lexemes.unbalanced_quote)
        query_warn(out, "a quotation mark is not closed; what follows was read as words");
    if (lexemes.cut)
        query_warn(out, "more than %d words; the rest is left out", QUERY_TERMS_MAX);
    struct parser p = {
        .query = out, .at = lexemes.items, .loud = lexemes.loud, .manner = manner};
    out->root = parse_bag(&p);
    if (!out->root || p.failed)
        return STATUS_NO_MEMORY;
    out->is_required |= out->root->occur == QUERY_MUST;
    if (out->root->occur == QUERY_MUST)
        out->root->occur = QUERY_SHOULD;
    if (out->root->kind == QUERY_WORD) { /* `$1.5bn` alone is words side by side */
        struct query_node *bag = new_node(&p, QUERY_BAG);
        if (!bag)
            return STATUS_NO_MEMORY;
        bag->child = out->root;
        out->root = bag;
    }
    return STATUS_OK;
}

void query_free(struct query *q)
{
    if (q)
        arena_free(&q->arena);
}
