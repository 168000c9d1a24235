#include "common/text/zones.h"

#include "common/buffer.h"
#include "common/text/utf8.h"

#include <stdlib.h>
#include <string.h>

static enum status add_span(struct text_spans *spans, size_t start, size_t end)
{
    struct text_span *items = buffer_grow_array(spans->items, &spans->capacity,
                                                spans->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    spans->items = items;
    spans->items[spans->count++] = (struct text_span){(uint32_t)start, (uint32_t)end};
    return STATUS_OK;
}

void text_zones_free(struct text_zones *z)
{
    if (!z)
        return;
    free(z->paragraphs.items);
    free(z->sentences.items);
    free(z->quotes.items);
    *z = (struct text_zones){0};
}

/* --- paragraphs ------------------------------------------------------------------------
 */

/* How paragraphs are set apart in a text. */
enum layout {
    LAYOUT_BLANK_LINES, /* by empty lines */
    LAYOUT_INDENT,      /* lines are wrapped, the first of a paragraph is indented */
    LAYOUT_LINES        /* every line is a paragraph */
};

enum { WRAPPED_LINE_MAX = 90, INDENT_MIN = 2 };

struct line {
    size_t start, end, next; /* without and with its newline */
    bool blank, indented;
};

static struct line line_at(struct slice text, size_t at)
{
    const char *newline = memchr(text.data + at, '\n', text.size - at);
    struct line l = {.start = at};
    l.end = newline ? (size_t)(newline - text.data) : text.size;
    l.next = newline ? l.end + 1 : text.size;
    size_t first = at;
    while (first < l.end && slice_is_blank(text.data[first]))
        first++;
    l.blank = first == l.end;
    l.indented = first - at >= INDENT_MIN || (first > at && text.data[at] == '\t');
    return l;
}

/* Wrapped lines are short and many; a line that is a paragraph may have any length. */
static enum layout find_layout(struct slice text)
{
    size_t lines = 0, indented = 0, longest = 0;
    bool blank_inside = false, seen_text = false, blank_pending = false;
    for (size_t at = 0; at < text.size;) {
        struct line l = line_at(text, at);
        at = l.next;
        if (l.blank) {
            blank_pending = seen_text;
            continue;
        }
        blank_inside |= blank_pending;
        seen_text = true;
        lines++;
        indented += l.indented && l.start > 0;
        if (l.end - l.start > longest)
            longest = l.end - l.start;
    }
    if (blank_inside)
        return LAYOUT_BLANK_LINES;
    if (longest <= WRAPPED_LINE_MAX && lines > 1)
        return LAYOUT_INDENT;
    return LAYOUT_LINES;
}

static bool starts_paragraph(enum layout layout, const struct line *l, bool after_blank)
{
    switch (layout) {
    case LAYOUT_BLANK_LINES:
        return after_blank;
    case LAYOUT_INDENT:
        return l->indented;
    default:
        return true;
    }
}

static enum status find_paragraphs(struct text_spans *paragraphs, struct slice text)
{
    enum layout layout = find_layout(text);
    bool after_blank = true;
    for (size_t at = 0; at < text.size;) {
        struct line l = line_at(text, at);
        at = l.next;
        if (l.blank) {
            after_blank = true;
            continue;
        }
        if (paragraphs->count == 0 || starts_paragraph(layout, &l, after_blank)) {
            if (add_span(paragraphs, l.start, l.end))
                return STATUS_NO_MEMORY;
        } else {
            paragraphs->items[paragraphs->count - 1].end = (uint32_t)l.end;
        }
        after_blank = false;
    }
    return STATUS_OK;
}

/* --- sentences -------------------------------------------------------------------------
 */

/* Abbreviations before a name or number, that end no sentence. */
static bool is_abbreviation(struct slice word)
{
    static const char *const words[] = {
        "mr",   "mrs",    "ms",  "dr",   "prof", "rev",  "gen", "col", "lt",   "sgt",
        "capt", "gov",    "sen", "rep",  "st",   "no",   "vs",  "jr",  "sr",   "messrs",
        "hon",  "pres",   "jan", "feb",  "mar",  "apr",  "jun", "jul", "aug",  "sep",
        "sept", "oct",    "nov", "dec",  "inc",  "corp", "ltd", "co",  "bros", "mln",
        "pct",  "approx", "fig", "art",  "nr",   "bzw",  "ca",  "mme", "mlle", "sra",
        "tel",  "dept",   "maj", "cmdr", "adm"};
    char lower[8];
    if (word.size == 0 || word.size >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.size; i++)
        lower[i] = (char)(word.data[i] | 0x20);
    if (word.size == 1)
        return lower[0] >= 'a' && lower[0] <= 'z';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][0] == lower[0] && strlen(words[i]) == word.size &&
            memcmp(words[i], lower, word.size) == 0)
            return true;
    return false;
}

/* The letters before `at`, back to a blank, sign or dot. */
static struct slice word_before(struct slice text, size_t from, size_t at)
{
    size_t start = at;
    while (start > from && ((text.data[start - 1] | 0x20) >= 'a') &&
           ((text.data[start - 1] | 0x20) <= 'z'))
        start--;
    return (struct slice){text.data + start, at - start};
}

/* Skips closing quotation marks and brackets. */
static size_t skip_closers(struct slice text, size_t at, size_t end)
{
    for (;;) {
        if (at < end && strchr("\"')]", text.data[at]) && text.data[at]) {
            at++;
        } else if (end - at >= 3 && memcmp(text.data + at, "\xE2\x80", 2) == 0 &&
                   (text.data[at + 2] == '\x9D' || text.data[at + 2] == '\x99')) {
            at += 3; /* right double or single quotation mark */
        } else if (end - at >= 2 && memcmp(text.data + at, "\xC2\xBB", 2) == 0) {
            at += 2; /* right guillemet */
        } else {
            return at;
        }
    }
}

/* The size of a terminator that needs no blank after it (CJK, Devanagari, Arabic). */
static size_t wide_terminator(struct slice text, size_t at, size_t end)
{
    static const char *const signs[] = {"\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x9F",
                                        "\xD8\x9F", "\xE0\xA5\xA4"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t size = strlen(signs[i]);
        if (end - at >= size && memcmp(text.data + at, signs[i], size) == 0)
            return size;
    }
    return 0;
}

/* A sentence ends before the returned offset, or the offset is 0. `at` holds . ! or ?. */
static size_t sentence_end(struct slice text, size_t start, size_t at, size_t end)
{
    size_t after = skip_closers(text, at + 1, end);
    if (after < end && !slice_is_blank(text.data[after]))
        return 0;
    size_t next = after;
    while (next < end && slice_is_blank(text.data[next]))
        next++;
    if (next < end && text.data[next] >= 'a' && text.data[next] <= 'z')
        return 0;
    if (text.data[at] == '.' && next < end) {
        if (is_abbreviation(word_before(text, start, at)))
            return 0;
    }
    return after;
}

/* Sixteen bytes at a time; a compiler without such vectors takes them one by one. */
typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* The first byte that is not 0; 16 when all are. */
static inline size_t first_of(bytes16 found)
{
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    if ((halves[0] | halves[1]) == 0)
        return sizeof found;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return halves[0] ? (size_t)__builtin_clzll(halves[0]) / 8
                     : 8 + (size_t)__builtin_clzll(halves[1]) / 8;
#else
    return halves[0] ? (size_t)__builtin_ctzll(halves[0]) / 8
                     : 8 + (size_t)__builtin_ctzll(halves[1]) / 8;
#endif
}

/* Passes over runs in which no sentence ends: no . ! ? and no byte of a wide sign. */
static inline size_t skip_inside(struct slice text, size_t at, size_t end)
{
    for (bytes16 b; end - at >= sizeof b; at += sizeof b) {
        memcpy(&b, text.data + at, sizeof b);
        size_t first =
            first_of((bytes16)((b == '.') | (b == '!') | (b == '?') | (b >= 0xD8)));
        if (first < sizeof b)
            return at + first;
    }
    return at;
}

/* Passes over runs without a quotation mark. */
static inline size_t skip_unmarked(struct slice text, size_t at, size_t end)
{
    for (bytes16 b; end - at >= sizeof b; at += sizeof b) {
        memcpy(&b, text.data + at, sizeof b);
        size_t first = first_of((bytes16)((b == '"') | (b >= 0xC2)));
        if (first < sizeof b)
            return at + first;
    }
    return at;
}

static enum status find_sentences(struct text_zones *z, struct slice text,
                                  struct text_span paragraph)
{
    size_t start = paragraph.start;
    for (size_t at = start; at < paragraph.end; at++) {
        if ((at = skip_inside(text, at, paragraph.end)) == paragraph.end)
            break;
        char c = text.data[at];
        size_t stop = 0;
        if (c == '.' || c == '!' || c == '?')
            stop = sentence_end(text, start, at, paragraph.end);
        else if ((unsigned char)c >= 0xD8 && wide_terminator(text, at, paragraph.end))
            stop = skip_closers(text, at + wide_terminator(text, at, paragraph.end),
                                paragraph.end);
        if (stop == 0)
            continue;
        if (add_span(&z->sentences, start, stop))
            return STATUS_NO_MEMORY;
        for (start = stop; start < paragraph.end && slice_is_blank(text.data[start]);)
            start++;
        at = start > at ? start - 1 : at;
    }
    return start < paragraph.end ? add_span(&z->sentences, start, paragraph.end)
                                 : STATUS_OK;
}

/* --- quotations ------------------------------------------------------------------------
 */

enum quote_kind {
    QUOTE_NONE,
    QUOTE_CURLY,
    QUOTE_STRAIGHT,
    QUOTE_ANGLE,
    QUOTE_LOW,
    QUOTE_CORNER
};

/* A quotation mark: what it can open and what it can close. */
struct mark {
    enum quote_kind opens, closes;
    size_t size;
};

static struct mark mark_at(struct slice text, size_t at, size_t end)
{
    const char *p = text.data + at;
    if (*p == '"')
        return (struct mark){QUOTE_STRAIGHT, QUOTE_STRAIGHT, 1};
    if (end - at >= 2 && p[0] == '\xC2' && p[1] == '\xAB')
        return (struct mark){QUOTE_ANGLE, QUOTE_NONE, 2};
    if (end - at >= 2 && p[0] == '\xC2' && p[1] == '\xBB')
        return (struct mark){QUOTE_NONE, QUOTE_ANGLE, 2};
    if (end - at < 3)
        return (struct mark){QUOTE_NONE, QUOTE_NONE, 0};
    if (memcmp(p, "\xE2\x80\x9E", 3) == 0)
        return (struct mark){QUOTE_LOW, QUOTE_NONE, 3};
    if (memcmp(p, "\xE2\x80\x9C", 3) == 0) /* opens in English, closes in German */
        return (struct mark){QUOTE_CURLY, QUOTE_LOW, 3};
    if (memcmp(p, "\xE2\x80\x9D", 3) == 0)
        return (struct mark){QUOTE_NONE, QUOTE_CURLY, 3};
    if (memcmp(p, "\xE3\x80\x8C", 3) == 0)
        return (struct mark){QUOTE_CORNER, QUOTE_NONE, 3};
    if (memcmp(p, "\xE3\x80\x8D", 3) == 0)
        return (struct mark){QUOTE_NONE, QUOTE_CORNER, 3};
    return (struct mark){QUOTE_NONE, QUOTE_NONE, 0};
}

static bool may_be_mark(char c)
{
    return c == '"' || c == '\xC2' || c == '\xE2' || c == '\xE3';
}

/* Reads one paragraph. `open` and `*inside` tell of a quotation that began in an earlier
 * paragraph: it goes on only when this one opens with a mark of its kind. */
static enum status find_quotes(struct text_spans *quotes, struct slice text,
                               struct text_span paragraph, enum quote_kind *open,
                               size_t *inside)
{
    size_t first = paragraph.start;
    while (first < paragraph.end && slice_is_blank(text.data[first]))
        first++;
    for (size_t at = first; at < paragraph.end;) {
        struct mark m = may_be_mark(text.data[at]) ? mark_at(text, at, paragraph.end)
                                                   : (struct mark){.size = 0};
        bool continues = at == first && *open != QUOTE_NONE && m.opens == *open;
        if (at == first && *open != QUOTE_NONE && !continues)
            *open = QUOTE_NONE;
        if (m.size > 0 && !continues) {
            if (*open != QUOTE_NONE && m.closes == *open) {
                if (add_span(quotes, *inside, at))
                    return STATUS_NO_MEMORY;
                *open = QUOTE_NONE;
            } else if (m.opens != QUOTE_NONE) {
                *open = m.opens;
                *inside = at + m.size;
            }
        }
        at += m.size > 0 ? m.size : 1;
        at = skip_unmarked(text, at, paragraph.end);
    }
    return STATUS_OK;
}

enum status text_zones_find(struct text_zones *z, struct slice text)
{
    z->paragraphs.count = z->sentences.count = z->quotes.count = 0;
    enum quote_kind open = QUOTE_NONE;
    size_t inside = 0;
    enum status status = find_paragraphs(&z->paragraphs, text);
    for (size_t i = 0; i < z->paragraphs.count && !status; i++) {
        status = find_sentences(z, text, z->paragraphs.items[i]);
        if (!status)
            status =
                find_quotes(&z->quotes, text, z->paragraphs.items[i], &open, &inside);
    }
    return status;
}

/* --- the related block -----------------------------------------------------------------
 */

enum { RELATED_LINE_MAX = 300, RELATED_LINES_MAX = 50 };

size_t text_related_label(struct slice line)
{
    static const char *const labels[] = {
        "read more", "related", "see also", "also read", "more on this", "read also",
        "related articles", "related stories", "more on this story", "lesen sie auch",
        "mehr zum thema", "lire aussi", "\xC3\xA0 lire aussi", "\xC3\x80 lire aussi",
        "leer m\xC3\xA1s", "lea tambi\xC3\xA9n", "leggi anche",
        /* Ukrainian and Russian "read also" */
        "\xD0\xA7\xD0\xB8\xD1\x82\xD0\xB0\xD0\xB9\xD1\x82\xD0\xB5 "
        "\xD1\x82\xD0\xB0\xD0\xBA\xD0\xBE\xD0\xB6",
        "\xD0\xA7\xD0\xB8\xD1\x82\xD0\xB0\xD0\xB9\xD1\x82\xD0\xB5 "
        "\xD1\x82\xD0\xB0\xD0\xBA\xD0\xB6\xD0\xB5"};
    static const char initials[] = "rRsSaAmMlL\xC3\xD0"; /* of the labels */
    size_t best = 0;
    if (line.size == 0 || !strchr(initials, line.data[0]))
        return 0;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t size = strlen(labels[i]);
        if (line.size < size || strncasecmp(line.data, labels[i], size) != 0)
            continue;
        size_t at = size;
        while (at < line.size && line.data[at] == ' ')
            at++;
        if (at == line.size)
            return at;
        if (line.data[at] == ':')
            best = at + 1;
        else if (line.size - at >= 3 && memcmp(line.data + at, "\xEF\xBC\x9A", 3) == 0)
            best = at + 3;
    }
    return best;
}

/* Without blanks and a bullet or number in front. */
static struct slice strip_bullet(struct slice line)
{
    static const char *const bullets[] = {
        "-", "*", ">", "+", "\xE2\x80\xA2", "\xC2\xB7", "\xE2\x80\x93", "\xE2\x80\x94"};
    line = slice_trim(line);
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        size_t size = strlen(bullets[i]);
        if (line.size > size && memcmp(line.data, bullets[i], size) == 0)
            return slice_trim((struct slice){line.data + size, line.size - size});
    }
    return line;
}

/* A sentence ends in the line: prose, not a headline. */
static bool is_prose(struct slice line)
{
    for (size_t i = 1; i < line.size; i++)
        if (line.data[i] == '.' && (i + 1 == line.size || line.data[i + 1] == ' ') &&
            line.data[i - 1] >= 'a' && line.data[i - 1] <= 'z')
            return true;
    return false;
}

/* Collects the lines after the label; false when one can be no headline. */
static bool collect_related(struct slice text, size_t at, struct text_spans *items,
                            enum status *status)
{
    items->count = 0;
    while (at < text.size) {
        struct line l = line_at(text, at);
        at = l.next;
        struct slice item =
            strip_bullet((struct slice){text.data + l.start, l.end - l.start});
        if (item.size == 0)
            continue;
        bool bullet = item.data > text.data + l.start && item.data[-1] == ' ';
        if (item.size > RELATED_LINE_MAX || items->count == RELATED_LINES_MAX ||
            (!bullet && is_prose(item)))
            return false;
        size_t start = (size_t)(item.data - text.data);
        *status = add_span(items, start, start + item.size);
        if (*status)
            return false;
    }
    return items->count > 0;
}

enum status text_find_related(struct slice text, struct text_spans *items,
                              size_t *body_size)
{
    enum status status = STATUS_OK;
    size_t lines = 0;
    *body_size = text.size;
    for (size_t end = text.size; end > 0 && lines <= RELATED_LINES_MAX * 2; lines++) {
        const char *newline = memrchr(text.data, '\n', end - (lines > 0));
        size_t start = newline ? (size_t)(newline - text.data) + 1 : 0;
        struct slice line = slice_trim((struct slice){text.data + start, end - start});
        if (line.size > RELATED_LINE_MAX * 2)
            break;
        size_t label = text_related_label(line);
        if (label > 0 && collect_related(text, (size_t)(line.data - text.data) + label,
                                         items, &status)) {
            while (start > 0 && slice_is_blank(text.data[start - 1]))
                start--;
            *body_size = start;
            return STATUS_OK;
        }
        if (status)
            return status;
        end = start;
    }
    items->count = 0;
    return STATUS_OK;
}
