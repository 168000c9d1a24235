/* A query's tree as Xapian's operators. */
#include "searcher/remote.h"

#include "common/index/stock.h"
#include "common/text/fold.h"

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
    const struct remote_words *words;
    bool leaves_stops; /* stop words say nothing where others are */
    bool is_negative;  /* what is below is left out of the answer */
    unsigned told;
    enum status status;
    struct status_error *err;
};

/* NULL: it asks for nothing that is known here, or a failure. */
static struct xap_query *translate(struct translation *t, const struct query_node *q);

static void tell(struct translation *t, enum told what, const char *text)
{
    if (!(t->told & what))
        query_warn(t->query, "over tcp: %s", text);
    t->told |= what;
}

static struct xap_query *given(struct translation *t, enum status status,
                               struct xap_query *q)
{
    if (status)
        t->status = status;
    return q;
}

static struct xap_query *everything(struct translation *t)
{
    struct xap_query *q;
    enum status status = xap_query_all(&q, t->err);
    return given(t, status, q);
}

/* What both are together; takes them. NULL asks for nothing. */
static struct xap_query *join(struct translation *t, struct xap_query *a,
                              enum xap_join how, struct xap_query *b)
{
    if (a && b && !t->status)
        t->status = xap_query_join(a, how, b, t->err);
    if (!a)
        return b;
    xap_query_free(b);
    return a;
}

static struct xap_query *without(struct translation *t, struct xap_query *a,
                                 struct xap_query *b)
{
    return b ? join(t, a ? a : everything(t), XAP_AND_NOT, b) : a;
}

static struct xap_query *negative(struct translation *t, const struct query_node *q)
{
    t->is_negative = !t->is_negative;
    struct xap_query *out = translate(t, q);
    t->is_negative = !t->is_negative;
    return out;
}

/* --- words --- */

/* What is not known of a word here; true when it must be left out, because without that
 * it would leave out too much. */
static bool is_lost(struct translation *t, const struct query_node *q)
{
    bool is_zoned = q->zone != QUERY_ANYWHERE && q->zone != QUERY_TITLE;
    if (is_zoned)
        tell(t, TOLD_ZONE,
             "of the parts of an article only title: is known; words of "
             "others are looked for anywhere, and not left out");
    if (q->exact)
        tell(t, TOLD_EXACT,
             "=word is looked for whatever its case and accents, and not "
             "left out");
    if (q->first)
        tell(t, TOLD_FIRST,
             "FIRST is not known: its words are looked for anywhere, and "
             "not left out");
    return t->is_negative && (is_zoned || q->exact || q->first);
}

static const char *prefix_of(const struct query_node *q)
{
    return q->zone == QUERY_TITLE ? STOCK_TITLE : "";
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
    struct xap_terms *const *terms = t->words->items;
    struct xap_query *out;
    enum status status;
    if (is_lost(t, q))
        return NULL;
    if (q->width.edits)
        tell(t, TOLD_EDITS, "word~ is looked for as it is typed");
    if (q->width.pattern && !is_beginning(q->text)) {
        tell(t, TOLD_PATTERN, "words with * or ? other than at their end are left out");
        return NULL;
    }
    if (q->width.pattern)
        status =
            xap_query_beginning(terms[0], (struct slice){q->text.data, q->text.size - 1},
                                prefix_of(q), QUERY_WIDE_MAX, &out, t->err);
    else
        status = xap_query_words(terms, t->words->count, q->text, prefix_of(q),
                                 q->kind == QUERY_PHRASE, q->slop, &out, t->err);
    return given(t, status, out);
}

/* `US` is none, `us` is one. */
static bool is_stop(const struct query_node *q)
{
    char folded[TEXT_WORD_MAX];
    bool is_loud = q->acronym && q->text.size > 1;
    for (size_t i = 0; i < q->text.size; i++)
        is_loud &= q->text.data[i] >= 'A' && q->text.data[i] <= 'Z';
    if (q->kind != QUERY_WORD || query_is_wide(q) || q->exact || is_loud ||
        q->text.size > sizeof folded)
        return false;
    return score_is_stop_word(folded, (unsigned)text_fold(q->text, folded));
}

/* --- near --- */

enum { NEAR_MAX = 16 };

/* Whether all parts are words, of one part of an article, in one kind of nearness. */
static bool is_plain_near(const struct query_node *q, size_t *count)
{
    const struct query_link *link = NULL;
    *count = 0;
    for (const struct query_node *c = q->child; c; c = c->next, ++*count) {
        bool is_linked = c != q->child;
        if (c->kind != QUERY_WORD || query_is_wide(c) || *count == NEAR_MAX ||
            c->zone != q->child->zone)
            return false;
        if (is_linked && (c->link.negative || c->link.kind > LINK_BEFORE))
            return false;
        if (link && (link->kind != c->link.kind || link->distance != c->link.distance))
            return false;
        link = is_linked ? &c->link : NULL;
    }
    return *count > 1;
}

static struct xap_query *plain_near(struct translation *t, const struct query_node *q,
                                    size_t count)
{
    const struct query_link *link = &q->child->next->link;
    struct slice words[NEAR_MAX];
    struct xap_query *out;
    size_t i = 0;
    for (const struct query_node *c = q->child; c; c = c->next) {
        if (is_lost(t, c))
            return NULL;
        words[i++] = c->text;
    }
    enum status status =
        xap_query_near(t->words->items[0], words, count, prefix_of(q->child),
                       link->kind == LINK_BEFORE, link->distance, &out, t->err);
    return given(t, status, out);
}

static struct xap_query *near(struct translation *t, const struct query_node *q)
{
    struct xap_query *out = NULL;
    size_t count;
    if (is_plain_near(q, &count))
        return plain_near(t, q, count);
    tell(t, TOLD_NEAR,
         "w/n and pre/n know only words; other parts are looked for "
         "anywhere, and not left out");
    if (t->is_negative)
        return NULL;
    for (const struct query_node *c = q->child; c; c = c->next)
        if (c == q->child || !c->link.negative)
            out = join(t, out, XAP_AND, translate(t, c));
    return out;
}

/* --- operators --- */

static struct xap_query *all_of(struct translation *t, const struct query_node *q)
{
    struct xap_query *must = NULL, *not = NULL;
    for (const struct query_node *c = q->child; c; c = c->next)
        if (c->kind == QUERY_NOT)
            not = join(t, not, XAP_OR, negative(t, c->child));
        else
            must = join(t, must, XAP_AND, translate(t, c));
    return without(t, must, not );
}

static struct xap_query *any_of(struct translation *t, const struct query_node *q)
{
    struct xap_query *any = NULL;
    for (const struct query_node *c = q->child; c; c = c->next)
        any = join(t, any, XAP_OR, translate(t, c));
    return any;
}

static bool is_filter(const struct query_node *q)
{
    bool all = q->kind == QUERY_OR && q->child;
    for (const struct query_node *c = q->child; all && c; c = c->next)
        all = is_filter(c);
    return all || q->kind == QUERY_FILTER || q->kind == QUERY_DATE;
}

/* The words that may be there; stop words only when there are no others. */
static struct xap_query *should_of(struct translation *t, const struct query_node *q)
{
    struct xap_query *should = NULL;
    bool others = false;
    for (const struct query_node *c = q->child; c; c = c->next)
        others |= c->occur == QUERY_SHOULD && !is_stop(c);
    for (const struct query_node *c = q->child; c; c = c->next)
        if (c->occur == QUERY_SHOULD && !(others && t->leaves_stops && is_stop(c)))
            should = join(t, should, XAP_OR, translate(t, c));
    return should;
}

/* Words only add to the score where others must be there. */
static struct xap_query *bag(struct translation *t, const struct query_node *q)
{
    struct xap_query *should = should_of(t, q), *must = NULL, *filters = NULL;
    struct xap_query *not = NULL;
    for (const struct query_node *c = q->child; c; c = c->next) {
        if (c->occur == QUERY_MUST_NOT)
            not = join(t, not, XAP_OR, negative(t, c));
        else if (c->occur == QUERY_MUST && is_filter(c))
            filters = join(t, filters, XAP_AND, translate(t, c));
        else if (c->occur == QUERY_MUST)
            must = join(t, must, XAP_AND, translate(t, c));
    }
    must = join(t, must, XAP_AND_MAYBE, should);
    return without(t, join(t, must, XAP_FILTER, filters), not );
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
        tell(t, TOLD_LENGTH, "words:>n is left out");
        break;
    case QUERY_AND:
        return all_of(t, q);
    case QUERY_OR:
        return any_of(t, q);
    case QUERY_NOT:
        return without(t, everything(t), negative(t, q->child));
    case QUERY_BAG:
        return bag(t, q);
    case QUERY_NEAR:
        return near(t, q);
    case QUERY_AT_LEAST:
        tell(t, TOLD_TIMES,
             "ATLEAST is not known: its words are looked for once, and "
             "not left out");
        return t->is_negative ? NULL : translate(t, q->child);
    }
    return NULL;
}

enum status remote_query(struct query *query, const struct remote_words *words,
                         const struct score_parameters *parameters,
                         struct xap_query **out, struct status_error *err)
{
    struct translation t = {.query = query,
                            .words = words,
                            .leaves_stops = parameters->stop_words,
                            .err = err};
    *out = translate(&t, query->root);
    if (!t.status && !*out)
        t.status = xap_query_none(out, err);
    if (!t.status)
        return STATUS_OK;
    xap_query_free(*out);
    *out = NULL;
    return t.status;
}
