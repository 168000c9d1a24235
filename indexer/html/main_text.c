/* The article is where the prose is. Every paragraph gives points, more for its length
 * and commas, to the boxes around it, half as many with every step outwards; the box with
 * the most is the article's heart. The boxes around it are taken too as long as what they
 * add is prose, and asides in it are left out. (The points are those of Arc90's
 * Readability of 2009; that a name of a class weighs only against a box, and the way
 * outwards, are ours.) The figures were chosen on news pages, and most matter little:
 * halving or doubling them changes a thousandth of the words. */
#include "indexer/html/main_text.h"

#include "common/text/zones.h"

#include <stdlib.h>
#include <strings.h>

enum {
    PROSE_MIN = 20, /* letters of a sentence */
    LONG_MIN = 80,  /* letters of what is prose without the end of a sentence */
    OUTWARDS = 6    /* boxes around the heart that are looked at */
};

static const double aside_weight = .1, chrome_weight = .25, body_weight = 3;

/* Of an element, with all that is in it. */
struct tally {
    double points;
    double weight;  /* of what stands in it, up to 1 */
    uint64_t prose; /* letters */
    uint64_t all, linked;
    bool is_out; /* none of the article's */
};

struct search {
    const struct page *page;
    struct tally *of; /* of each element */
    enum main_text_part *parts;
};

static bool is_linked(const struct page_block *b)
{
    return b->link_letters * 2 >= b->letters;
}

static bool is_prose(const struct page_block *b)
{
    return !is_linked(b) && b->letters >= PROSE_MIN &&
           (b->sentence || b->letters >= LONG_MIN);
}

/* Elements come before those in them: one way up the tree, from the last, adds up. */
static void count_letters(struct search *s)
{
    const struct page *p = s->page;
    for (size_t e = 0; e < p->element_count; e++)
        s->of[e].prose = s->of[e].all = s->of[e].linked = 0;
    for (size_t i = 0; i < p->block_count; i++) {
        const struct page_block *b = &p->blocks[i];
        if (b->element == PAGE_NONE || s->of[b->element].is_out)
            continue;
        struct tally *t = &s->of[b->element];
        t->prose += is_prose(b) ? b->letters - b->link_letters : 0;
        t->all += b->letters;
        t->linked += b->link_letters;
    }
    for (size_t e = p->element_count; e-- > 0;) {
        uint32_t parent = p->elements[e].parent;
        if (parent == PAGE_NONE)
            continue;
        s->of[parent].prose += s->of[e].prose;
        s->of[parent].all += s->of[e].all;
        s->of[parent].linked += s->of[e].linked;
    }
}

static void weigh_elements(struct search *s)
{
    const struct page *p = s->page;
    for (size_t e = 0; e < p->element_count; e++) {
        uint32_t kind = p->elements[e].kind, parent = p->elements[e].parent;
        double around = parent == PAGE_NONE ? 1 : s->of[parent].weight;
        double own = kind & (PAGE_ASIDE | PAGE_CAPTION) ? aside_weight
                     : kind & PAGE_CHROME               ? chrome_weight
                                                        : 1;
        s->of[e].weight = own < around ? own : around;
    }
}

static void give_points(struct search *s)
{
    const struct page *p = s->page;
    for (size_t i = 0; i < p->block_count; i++) {
        const struct page_block *b = &p->blocks[i];
        uint32_t e = b->element;
        if (e == PAGE_NONE || !is_prose(b))
            continue;
        double points = 1 + b->commas + (b->letters > 300 ? 3 : b->letters / 100.);
        points *= s->of[e].weight;
        if (p->elements[e].kind & (PAGE_PARAGRAPH | PAGE_QUOTE))
            e = p->elements[e].parent;
        for (double part = 1; e != PAGE_NONE && part > .05; part /= 2) {
            s->of[e].points += points * part;
            e = p->elements[e].parent;
        }
    }
}

static uint32_t find_heart(const struct search *s)
{
    const struct page *p = s->page;
    uint32_t heart = PAGE_NONE;
    double most = 0;
    for (size_t e = 0; e < p->element_count; e++) {
        const struct tally *t = &s->of[e];
        double linked = t->all > 0 ? (double)t->linked / (double)t->all : 0;
        double points = t->points * (1 - linked);
        if (p->elements[e].kind & PAGE_BODY)
            points *= body_weight;
        if (points > most) {
            most = points;
            heart = (uint32_t)e;
        }
    }
    return heart;
}

static bool holds(const struct page *p, uint32_t outer, uint32_t inner)
{
    return outer <= inner && inner < p->elements[outer].end_element;
}

/* Asides are out, but for one that is around the heart or the most of it. Posts from
 * elsewhere are quoted in boxes with any name. */
static void leave_asides_out(struct search *s, uint32_t heart)
{
    const struct page *p = s->page;
    for (uint32_t e = 0; e < p->element_count; e++) {
        uint32_t kind = p->elements[e].kind, parent = p->elements[e].parent;
        bool in_heart = holds(p, heart, e);
        bool is_most = in_heart && s->of[e].prose * 2 > s->of[heart].prose;
        bool is_aside = kind & (PAGE_ASIDE | PAGE_CHROME | PAGE_CAPTION);
        bool is_out = parent != PAGE_NONE && s->of[parent].is_out;
        if (is_out && in_heart && (kind & PAGE_QUOTE))
            is_out = page_is_in(p, parent, PAGE_ASIDE);
        else if (is_aside && !is_most && !holds(p, e, heart) && !(kind & PAGE_BODY))
            is_out = true;
        s->of[e].is_out = is_out;
    }
}

/* An article may lie in several boxes: one around the heart is taken when it adds a fifth
 * to it and seven tenths of that are prose. */
static uint32_t go_outwards(const struct search *s, uint32_t heart)
{
    const struct page *p = s->page;
    uint32_t top = heart, at = heart;
    for (unsigned i = 0; i < OUTWARDS && !(p->elements[at].kind & PAGE_ARTICLE); i++) {
        at = p->elements[at].parent;
        if (at == PAGE_NONE)
            break;
        uint64_t prose = s->of[at].prose - s->of[top].prose;
        uint64_t all = s->of[at].all - s->of[top].all;
        if (prose * 5 >= s->of[top].prose && prose * 10 >= all * 7)
            top = at;
    }
    return top;
}

/* Where advertisements were. */
static bool is_label_of_nothing(struct slice text)
{
    static const char *const labels[] = {"advert",
                                         "advertisement",
                                         "advertising",
                                         "anzeige",
                                         "publicidad",
                                         "publicidade",
                                         "publicit\u00E9",
                                         "pubblicit\u00E0",
                                         "\u0440\u0435\u043A\u043B\u0430\u043C\u0430"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (text.size == strlen(labels[i]) &&
            strncasecmp(text.data, labels[i], text.size) == 0)
            return true;
    return false;
}

/* A list, a table or a quotation may be the last of an article, and a short sentence in
 * the paragraph of others. */
static bool may_end(const struct page *p, size_t i)
{
    const struct page_block *b = &p->blocks[i];
    bool is_after = i > 0 && p->blocks[i - 1].element == b->element && b->sentence;
    return is_prose(b) || (is_after && is_prose(b - 1)) ||
           page_is_in(p, b->element, PAGE_ITEM | PAGE_TABLE | PAGE_QUOTE);
}

static void take_body(struct search *s, uint32_t top)
{
    const struct page *p = s->page;
    size_t first = p->elements[top].first_block, end = p->elements[top].end_block;
    for (size_t i = first; i < end; i++) {
        const struct page_block *b = &p->blocks[i];
        if (!s->of[b->element].is_out && !is_linked(b) &&
            !is_label_of_nothing(page_block_text(p, b)))
            s->parts[i] = MAIN_TEXT_BODY;
    }
    for (size_t i = first; i < end; i++) {
        if (s->parts[i] == MAIN_TEXT_BODY && is_prose(&p->blocks[i]))
            break;
        s->parts[i] = MAIN_TEXT_NONE;
    }
    for (size_t i = end; i-- > first;) {
        if (s->parts[i] == MAIN_TEXT_BODY && may_end(p, i))
            break;
        s->parts[i] = MAIN_TEXT_NONE;
    }
}

/* A page without prose: what is neither linked nor aside. */
static void take_all(struct search *s)
{
    const struct page *p = s->page;
    for (size_t i = 0; i < p->block_count; i++) {
        const struct page_block *b = &p->blocks[i];
        uint32_t asides = PAGE_ASIDE | PAGE_CHROME | PAGE_HEADING;
        if (!is_linked(b) && !page_is_in(p, b->element, asides))
            s->parts[i] = MAIN_TEXT_BODY;
    }
}

/* Headlines that are links: in a box that is named so, or behind a label. */
static void find_related(struct search *s)
{
    enum { HEADLINE_MIN = 15, HEADLINE_MAX = 300, RELATED_MAX = 50 };
    const struct page *p = s->page;
    uint32_t labelled = PAGE_NONE; /* the box of the last label */
    unsigned count = 0;
    for (size_t i = 0; i < p->block_count && count < RELATED_MAX; i++) {
        const struct page_block *b = &p->blocks[i];
        struct slice text = page_block_text(p, b);
        size_t label = text_related_label(text);
        if (b->element == PAGE_NONE)
            continue;
        if (label > 0)
            labelled = label == text.size ? p->elements[b->element].parent : PAGE_NONE;
        else if (labelled != PAGE_NONE && !holds(p, labelled, b->element))
            labelled = PAGE_NONE;
        bool is_headline = is_linked(b) && b->link != PAGE_NONE &&
                           text.size - label >= HEADLINE_MIN && text.size < HEADLINE_MAX;
        if (label > 0 && s->parts[i] == MAIN_TEXT_BODY && text.size < HEADLINE_MAX)
            s->parts[i] = MAIN_TEXT_NONE;
        bool is_named =
            label > 0 || labelled != PAGE_NONE || page_is_in(p, b->element, PAGE_RELATED);
        if (!is_headline || !is_named || page_is_in(p, b->element, PAGE_CAPTION))
            continue;
        s->parts[i] = MAIN_TEXT_RELATED;
        count++;
    }
}

enum status main_text_find(const struct page *p, enum main_text_part *parts)
{
    struct search s = {.page = p, .parts = parts};
    for (size_t i = 0; i < p->block_count; i++)
        parts[i] = MAIN_TEXT_NONE;
    s.of = calloc(p->element_count + 1, sizeof *s.of);
    if (!s.of)
        return STATUS_NO_MEMORY;
    count_letters(&s);
    weigh_elements(&s);
    give_points(&s);
    uint32_t heart = find_heart(&s);
    if (heart == PAGE_NONE) {
        take_all(&s);
    } else {
        leave_asides_out(&s, heart);
        count_letters(&s);
        take_body(&s, go_outwards(&s, heart));
    }
    find_related(&s);
    free(s.of);
    return STATUS_OK;
}
