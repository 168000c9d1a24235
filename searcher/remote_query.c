/* A query's tree as Xapian's operators. */
#include "searcher/remote.h"

#include "common/index/stock.h"

#include <string.h>

/* What is told once. */
enum told {
    TOLD_ZONE = 1,
    TOLD_EXACT = 2,
    TOLD_EDITS = 4,
    TOLD_PATTERN = 8,
    TOLD_NEAR = 16,
    TOLD_TIMES = 32,
    TOLD_LENGTH = 64,
    TOLD_FIRST = 128
};

struct translation {
    struct query *query;
    struct xap_terms *terms;
    unsigned told;
    enum status status;
    struct status_error *err;
};

static struct xap_query *translate(struct translation *t, const struct query_node *q);

static void tell(struct translation *t, enum told what, const char *text)
{
    if (!(t->told & what))
        query_warn(t->query, "over tcp: %s", text);
    t->told |= what;
}

/* The query, or NULL after a failure. */
static struct xap_query *given(struct translation *t, enum status status,
                               struct xap_query *q)
{
    if (status)
        t->status = status;
    return q;
}

static struct xap_query *nothing(struct translation *t)
{
    struct xap_query *q;
    enum status status = xap_query_none(&q, t->err);
    return given(t, status, q);
}

static struct xap_query *everything(struct translation *t)
{
    struct xap_query *q;
    enum status status = xap_query_all(&q, t->err);
    return given(t, status, q);
}

/* What both are together; takes them. a: NULL is b alone. */
static struct xap_query *join(struct translation *t, struct xap_query *a,
                              enum xap_join how, struct xap_query *b)
{
    if (!a || t->status) {
        xap_query_free(a);
        return b;
    }
    if (b && !t->status)
        t->status = xap_query_join(a, how, b, t->err);
    xap_query_free(b);
    return a;
}

/* --- words --- */

static const char *prefix_of(struct translation *t, const struct query_node *q)
{
    if (q->zone == QUERY_TITLE)
        return STOCK_TITLE;
    if (q->zone != QUERY_ANYWHERE)
        tell(t, TOLD_ZONE,
             "of the parts of an article only title: is known; others are "
             "looked for anywhere");
    return "";
}

/* Letters, and one `*` behind them. */
static bool is_beginning(struct slice text)
{
    return text.size > 2 &&
           memchr(text.data, '*', text.size) == text.data + text.size - 1 &&
           !memchr(text.data, '?', text.size);
}

static struct xap_query *word(struct translation *t, const struct query_node *q)
{
    const char *prefix = prefix_of(t, q);
    struct xap_query *out;
    enum status status;
    if (q->exact)
        tell(t, TOLD_EXACT, "=word is looked for without its case and accents");
    if (q->first)
        tell(t, TOLD_FIRST, "FIRST is not looked at");
    if (q->width.edits)
        tell(t, TOLD_EDITS, "word~ is looked for as it is typed");
    if (q->width.pattern && !is_beginning(q->text)) {
        tell(t, TOLD_PATTERN, "words with * or ? other than at their end are left out");
        return nothing(t);
    }
    if (q->width.pattern)
        status = xap_query_beginning((struct slice){q->text.data, q->text.size - 1},
                                     prefix, QUERY_WIDE_MAX, &out, t->err);
    else
        status = xap_query_words(t->terms, q->text, prefix, q->kind == QUERY_PHRASE,
                                 q->slop, &out, t->err);
    return given(t, status, out);
}

/* --- near --- */

enum { NEAR_MAX = 16 };

/* Whether all parts are words in one kind of nearness. */
static bool is_plain_near(const struct query_node *q, size_t *count)
{
    const struct query_link *link = NULL;
    *count = 0;
    for (const struct query_node *c = q->child; c; c = c->next, ++*count) {
        bool is_linked = c != q->child;
        if (c->kind != QUERY_WORD || query_is_wide(c) || *count == NEAR_MAX)
            return false;
        if (is_linked && (c->link.negative || c->link.kind > LINK_BEFORE))
            return false;
        if (is_linked && link &&
            (link->kind != c->link.kind || link->distance != c->link.distance))
            return false;
        link = is_linked ? &c->link : NULL;
    }
    return *count > 1;
}

static struct xap_query *near(struct translation *t, const struct query_node *q)
{
    struct slice words[NEAR_MAX];
    struct xap_query *out = NULL;
    size_t count, i = 0;
    if (is_plain_near(q, &count)) {
        const struct query_link *link = &q->child->next->link;
        for (const struct query_node *c = q->child; c; c = c->next)
            words[i++] = c->text;
        enum status status =
            xap_query_near(words, count, link->kind == LINK_BEFORE,
                           link->distance * (unsigned)(count - 1) + 1, &out, t->err);
        return given(t, status, out);
    }
    tell(t, TOLD_NEAR, "w/n and pre/n know only words; other parts must be anywhere");
    for (const struct query_node *c = q->child; c; c = c->next)
        if (c == q->child || !c->link.negative)
            out = join(t, out, XAP_AND, translate(t, c));
    return out ? out : nothing(t);
}

/* --- operators --- */

static struct xap_query *all_of(struct translation *t, const struct query_node *q)
{
    struct xap_query *must = NULL, *without = NULL;
    for (const struct query_node *c = q->child; c; c = c->next)
        if (c->kind == QUERY_NOT)
            without = join(t, without, XAP_OR, translate(t, c->child));
        else if (c->kind != QUERY_NOTHING)
            must = join(t, must, XAP_AND, translate(t, c));
    if (!must)
        must = without ? everything(t) : nothing(t);
    return without ? join(t, must, XAP_AND_NOT, without) : must;
}

static struct xap_query *any_of(struct translation *t, const struct query_node *q)
{
    struct xap_query *any = NULL;
    for (const struct query_node *c = q->child; c; c = c->next)
        any = join(t, any, XAP_OR, translate(t, c));
    return any ? any : nothing(t);
}

static bool is_filter(const struct query_node *q)
{
    bool all = q->kind == QUERY_OR && q->child;
    for (const struct query_node *c = q->child; all && c; c = c->next)
        all = is_filter(c);
    return all || q->kind == QUERY_FILTER || q->kind == QUERY_DATE;
}

/* Words only add to the score where others must be there. */
static struct xap_query *bag(struct translation *t, const struct query_node *q)
{
    struct xap_query *should = NULL, *must = NULL, *filters = NULL, *without = NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        struct xap_query **to = c->occur == QUERY_MUST_NOT ? &without
                                : c->occur == QUERY_SHOULD ? &should
                                : is_filter(c)             ? &filters
                                                           : &must;
        bool joins = to == &must || to == &filters;
        if (c->kind != QUERY_NOTHING)
            *to = join(t, *to, joins ? XAP_AND : XAP_OR, translate(t, c));
    }
    if (must && should)
        must = join(t, must, XAP_AND_MAYBE, should);
    else if (should)
        must = should;
    if (must && filters)
        must = join(t, must, XAP_FILTER, filters);
    else if (filters)
        must = filters;
    if (!must)
        must = without ? everything(t) : nothing(t);
    return without ? join(t, must, XAP_AND_NOT, without) : must;
}

/* --- filters --- */

enum status remote_dates(struct date_range range, struct xap_query **out,
                         struct status_error *err)
{
    char from[STOCK_DATE_SIZE], to[STOCK_DATE_SIZE];
    struct slice lowest = {0}, highest = {0};
    if (range.from > INT64_MIN + 1)
        lowest = slice_of(stock_date(range.from, from));
    if (range.before < INT64_MAX)
        highest = slice_of(stock_date(range.before - 1, to));
    if (lowest.size == 0) /* those without a date are in none */
        lowest = slice_of("0");
    return xap_query_range(STOCK_DATE, lowest, highest, out, err);
}

static struct xap_query *filter(struct translation *t, const struct query_node *q)
{
    struct schema_term term;
    struct xap_query *out;
    enum status status;
    if (q->kind == QUERY_DATE) {
        status = remote_dates(q->range, &out, t->err);
    } else {
        schema_filter_term(q->filter, q->text, &term);
        status = xap_query_filter(schema_slice(&term), &out, t->err);
    }
    return given(t, status, out);
}

static struct xap_query *translate(struct translation *t, const struct query_node *q)
{
    switch (q->kind) {
    case QUERY_NOTHING:
        break;
    case QUERY_WORD:
    case QUERY_PHRASE:
        return word(t, q);
    case QUERY_FILTER:
    case QUERY_DATE:
        return filter(t, q);
    case QUERY_LENGTH:
        tell(t, TOLD_LENGTH, "words:>n is not looked at");
        return everything(t);
    case QUERY_AND:
        return all_of(t, q);
    case QUERY_OR:
        return any_of(t, q);
    case QUERY_NOT:
        return join(t, everything(t), XAP_AND_NOT, translate(t, q->child));
    case QUERY_BAG:
        return bag(t, q);
    case QUERY_NEAR:
        return near(t, q);
    case QUERY_AT_LEAST:
        tell(t, TOLD_TIMES, "ATLEAST is not looked at");
        return translate(t, q->child);
    }
    return nothing(t);
}

enum status remote_query(struct query *query, struct xap_terms *terms,
                         struct xap_query **out, struct status_error *err)
{
    struct translation t = {.query = query, .terms = terms, .err = err};
    *out = translate(&t, query->root);
    if (!t.status)
        return STATUS_OK;
    xap_query_free(*out);
    *out = NULL;
    return t.status;
}
