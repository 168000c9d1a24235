/* Where the words of an article stand: in which zone, and one behind the other. */
#include "searcher/match/merged.h"
#include "searcher/match/node.h"

/* --- parts of an article --- */

const struct segment_positions *match_boundaries(struct match_context *c,
                                                 enum match_boundary kind, uint32_t docid)
{
    static const char *const terms[] = {SCHEMA_SENTENCE, SCHEMA_PARAGRAPH, SCHEMA_QUOTE,
                                        SCHEMA_QUOTE_END};
    struct match_boundaries *b = &c->boundaries[kind];
    if (b->docid != docid) {
        b->docid = docid;
        b->positions.count = 0;
        c->segment->ops->boundaries(c->segment, terms[kind], docid, &b->positions);
    }
    return &b->positions;
}

size_t match_first_at(const struct segment_positions *p, uint32_t position)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p->items[middle] < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool match_in_one_quote(struct match_context *c, uint32_t docid, uint32_t from,
                        uint32_t to)
{
    const struct segment_positions *starts = match_boundaries(c, MATCH_QUOTES, docid);
    const struct segment_positions *ends = match_boundaries(c, MATCH_QUOTE_ENDS, docid);
    for (size_t i = match_first_at(starts, from + 1); i > 0; i--)
        if (i <= ends->count && to < ends->items[i - 1])
            return true;
    return false;
}

/* The position before which the first `count` words stand: the headline's come first,
 * then the summary's and the body's; between these are TEXT_FIELD_GAP positions each. */
static uint32_t end_of_first(struct match_context *c, uint32_t docid, uint32_t count)
{
    uint32_t title_end = (uint32_t)segment_column(c->segment, SEGMENT_TITLE_END, docid);
    uint32_t in_title = title_end - TEXT_FIRST_POSITION;
    if (count <= in_title)
        return TEXT_FIRST_POSITION + count;
    uint32_t rest = count - in_title;
    uint32_t start = title_end + (in_title > 0 ? TEXT_FIELD_GAP : 0);
    const struct segment_positions *paragraphs =
        match_boundaries(c, MATCH_PARAGRAPHS, docid);
    uint32_t body = paragraphs->count > 0 ? paragraphs->items[0] : start;
    if (body <= start)
        return start + rest;
    uint32_t in_summary = body - TEXT_FIELD_GAP - start;
    return rest <= in_summary ? start + rest : body + rest - in_summary;
}

/* Keeps the positions that lie in the term's zone. */
static void keep_zone(const struct match_node *n, struct segment_positions *p)
{
    const struct plan_term *term = n->term;
    uint32_t from = 0, before = UINT32_MAX;
    if (term->zone == QUERY_ANYWHERE && term->first == 0)
        return;
    struct segment *s = n->context->segment;
    uint32_t title_end = (uint32_t)segment_column(s, SEGMENT_TITLE_END, n->docid);
    uint32_t lead_end = (uint32_t)segment_column(s, SEGMENT_LEAD_END, n->docid);
    bool rest = term->zone == QUERY_LEAD || term->zone == QUERY_IN_BODY;
    if (term->zone == QUERY_TITLE)
        before = title_end;
    else if (term->zone == QUERY_LEAD || term->zone == QUERY_HEADLINE_LEAD)
        before = lead_end;
    if (rest)
        from = title_end;
    if (term->first > 0) {
        uint32_t end = end_of_first(n->context, n->docid, term->first);
        before = end < before ? end : before;
    }
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        uint32_t at = p->items[i];
        bool quoted = term->zone != QUERY_IN_QUOTE ||
                      match_in_one_quote(n->context, n->docid, at, at);
        if (at >= from && at < before && quoted)
            p->items[kept++] = at;
    }
    p->count = kept;
}

/* --- words --- */

static bool open_forms(struct match_node *n)
{
    struct segment *s = n->context->segment;
    s->ops->forms(s, n->term->term, &n->forms);
    n->wanted = arena_alloc(&n->context->arena, n->forms.count + 1);
    for (size_t i = 0; n->wanted && i < n->forms.count; i++)
        n->wanted[i] = plan_form_counts(n->term, n->forms.items[i].text);
    return n->wanted != NULL;
}

/* The list of forms is read at the first article whose positions are needed. */
static const struct segment_positions *read_positions(struct match_node *n, bool any_form)
{
    struct segment *s = n->context->segment;
    n->positions.count = 0;
    if (n->merged) {
        merged_positions(n->merged, n->docid, &n->positions);
    } else if (!n->wanted && !open_forms(n)) {
        segment_fail(s, STATUS_NO_MEMORY, NULL);
        return &n->positions;
    } else {
        s->ops->positions(n->cursor, &n->forms,
                          any_form || n->term->forms == FORMS_ANY ? NULL : n->wanted,
                          &n->positions);
    }
    keep_zone(n, &n->positions);
    return &n->positions;
}

const struct segment_positions *match_positions(struct match_node *n)
{
    return read_positions(n, false);
}

/* --- phrases --- */

/* Keeps the positions of the phrase's beginning in `starts` where word i follows. */
static void keep_followed(const struct match_node *n, size_t i,
                          struct segment_positions *starts)
{
    const struct segment_positions *p = &n->children[i]->positions;
    uint32_t offset = n->plan->elements[i].offset;
    size_t kept = 0;
    for (size_t k = 0; k < starts->count; k++) {
        size_t at = match_first_at(p, starts->items[k] + offset);
        if (at < p->count && p->items[at] == starts->items[k] + offset)
            starts->items[kept++] = starts->items[k];
    }
    starts->count = kept;
}

static bool start_with(struct match_node *n, const struct segment_positions *p,
                       uint32_t offset)
{
    struct segment_positions *starts = &n->positions;
    uint32_t *items =
        buffer_grow_array(starts->items, &starts->capacity, p->count + 1, sizeof *items);
    starts->count = 0;
    if (!items) {
        segment_fail(n->context->segment, STATUS_NO_MEMORY, NULL);
        return false;
    }
    starts->items = items;
    for (size_t k = 0; k < p->count; k++)
        if (p->items[k] >= offset)
            starts->items[starts->count++] = p->items[k] - offset;
    return true;
}

/* The words stand as the phrase wants: `count` of them, in that order of looking. */
static bool words_follow(struct match_node *n, const size_t *order, size_t count,
                         bool any_form)
{
    struct segment_positions *starts = &n->positions;
    const struct segment_positions *p = read_positions(n->children[order[0]], any_form);
    if (!start_with(n, p, n->plan->elements[order[0]].offset))
        return false;
    for (size_t i = 1; i < count && starts->count > 0; i++) {
        read_positions(n->children[order[i]], any_form);
        keep_followed(n, order[i], starts);
    }
    return starts->count > 0;
}

bool match_pair(struct match_node *n, size_t a, size_t b)
{
    bool turned = n->children[b]->wdf < n->children[a]->wdf;
    return words_follow(n, (size_t[]){turned ? b : a, turned ? a : b}, 2, true);
}

/* The rarest in the article first: most articles are out after two words. */
static void order_words(struct match_node *n)
{
    for (size_t i = 0; i < n->child_count; i++) {
        size_t at = i;
        for (; at > 0 && n->children[n->order[at - 1]]->wdf > n->children[i]->wdf; at--)
            n->order[at] = n->order[at - 1];
        n->order[at] = i;
    }
}

uint32_t match_phrase_end(const struct match_node *n, uint32_t start)
{
    const struct plan_element *e = n->plan->elements;
    uint32_t at = start;
    for (size_t i = 1; i < n->child_count; i++) {
        const struct segment_positions *p = &n->children[i]->positions;
        size_t k = match_first_at(p, at + e[i].offset - e[i - 1].offset);
        if (k == p->count)
            return UINT32_MAX;
        at = p->items[k];
    }
    uint32_t length = e[n->child_count - 1].offset - e[0].offset;
    return at - start <= (uint64_t)length + n->plan->slop ? at : UINT32_MAX;
}

/* The words in their order, with some others between. */
static bool words_follow_loosely(struct match_node *n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->child_count; i++)
        if (read_positions(n->children[i], false)->count == 0)
            return false;
    struct segment_positions *starts = &n->positions;
    if (!start_with(n, &n->children[0]->positions, 0))
        return false;
    for (size_t k = 0; k < starts->count; k++)
        if (match_phrase_end(n, starts->items[k]) != UINT32_MAX)
            starts->items[kept++] = starts->items[k];
    starts->count = kept;
    return kept > 0;
}

static bool is_quoted(struct match_node *n)
{
    size_t kept = 0;
    uint32_t length = n->plan->elements[n->child_count - 1].offset;
    for (size_t k = 0; k < n->positions.count; k++) {
        uint32_t from = n->positions.items[k];
        uint32_t to = n->plan->slop > 0 ? match_phrase_end(n, from) : from + length;
        if (match_in_one_quote(n->context, n->docid, from, to))
            n->positions.items[kept++] = from;
    }
    n->positions.count = kept;
    return kept > 0;
}

/* Forms are looked at only where the stems stand side by side. */
static bool phrase_matches(struct match_node *n)
{
    bool any_form = true;
    if (n->plan->slop > 0)
        return words_follow_loosely(n);
    for (size_t i = 0; i < n->child_count; i++)
        any_form &= n->children[i]->term->forms == FORMS_ANY;
    order_words(n);
    return words_follow(n, n->order, n->child_count, true) &&
           (any_form || words_follow(n, n->order, n->child_count, false));
}

bool match_phrase(struct match_node *n)
{
    return phrase_matches(n) && (!n->plan->one_quote || is_quoted(n));
}
