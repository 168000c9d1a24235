#include "searcher/present/snippet.h"

#include "common/text/utf8.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* Enough to choose a stretch by; more would only cost time. */
enum { WINDOW_HIGHLIGHTS = 40, HIGHLIGHTS_LOOKED_AT = 20000 };

struct window {
    size_t first, last; /* highlights, last excluded */
};

static bool is_repeated(const struct highlights *h, size_t first, size_t i)
{
    for (size_t k = first; k < i; k++)
        if (h->items[k].term == h->items[i].term)
            return true;
    return false;
}

/* New words count by their weight, more of the same a little. */
static double window_worth(const struct highlights *h, struct window w)
{
    double worth = 0;
    for (size_t i = w.first; i < w.last; i++) {
        double weight = h->items[i].term->weight + 0.01;
        worth += is_repeated(h, w.first, i) ? weight * 0.1 : weight;
    }
    return worth;
}

static struct window best_window(const struct highlights *h, size_t max_bytes)
{
    struct window best = {0, 0};
    double best_worth = -1;
    size_t last = 0;
    for (size_t first = 0; first < h->count && first < HIGHLIGHTS_LOOKED_AT; first++) {
        while (last < h->count && last - first < WINDOW_HIGHLIGHTS &&
               h->items[last].end - h->items[first].start <= max_bytes)
            last++;
        struct window w = {first, last > first ? last : first + 1};
        double worth = window_worth(h, w);
        if (worth > best_worth) {
            best = w;
            best_worth = worth;
        }
    }
    return best;
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* The start of a word at or after `at`, if there is one not too far on. */
static size_t word_start(struct slice text, size_t at, size_t limit)
{
    if (at == 0)
        return 0;
    for (size_t i = at; i < limit; i++)
        if (is_blank(text.data[i - 1]) && !is_blank(text.data[i]))
            return i;
    size_t cut = utf8_cut(text.data, text.size, at);
    return cut;
}

/* The end of a word at or before `at`, not before limit. */
static size_t word_end(struct slice text, size_t at, size_t limit)
{
    if (at >= text.size)
        return text.size;
    for (size_t i = at; i > limit; i--)
        if (is_blank(text.data[i]) && !is_blank(text.data[i - 1]))
            return i;
    size_t cut = utf8_cut(text.data, text.size, at);
    while (cut <= limit && at < text.size &&
           ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at++; /* not even one character fits: it is whole all the same */
    return cut > limit ? cut : at;
}

/* Places the window's words a little before the middle of the stretch. */
static void choose_stretch(struct slice text, const struct highlights *h,
                           size_t max_bytes, size_t *from, size_t *to)
{
    *from = 0;
    if (h->count > 0) {
        struct window w = best_window(h, max_bytes);
        size_t start = h->items[w.first].start, end = h->items[w.last - 1].end;
        size_t room = max_bytes > end - start ? max_bytes - (end - start) : 0;
        size_t before = room / 3 < start ? room / 3 : start;
        *from = word_start(text, start - before, start);
    }
    while (*from < text.size && is_blank(text.data[*from]))
        (*from)++;
    size_t limit = *from + max_bytes;
    for (size_t i = 0; i < h->count; i++)
        if (h->items[i].start < limit && h->items[i].start >= *from &&
            h->items[i].end > limit && h->items[i].end - h->items[i].start <= max_bytes)
            limit = h->items[i].end;
    *to = word_end(text, limit, *from);
    for (size_t i = 0; i < h->count; i++) /* a word is whole or out */
        if (h->items[i].start < *to && h->items[i].end > *to &&
            h->items[i].start >= *from &&
            h->items[i].end - h->items[i].start <= max_bytes)
            *to = h->items[i].end;
}

static enum status add_found(struct highlights *found, size_t start, size_t end,
                             const struct plan_term *term)
{
    struct highlight *items = buffer_grow_array(found->items, &found->capacity,
                                                found->count + 1, sizeof *items);
    if (!items)
        return STATUS_NO_MEMORY;
    found->items = items;
    found->items[found->count++] =
        (struct highlight){(uint32_t)start, (uint32_t)end, term};
    return STATUS_OK;
}

/* Appends text with every run of blanks as one space. */
static void append_line(struct buffer *out, const char *text, size_t size, size_t base)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_blank(text[i]))
            buffer_append_byte(out, text[i]);
        else if (out->size > base && out->data[out->size - 1] != ' ')
            buffer_append_byte(out, ' ');
    }
}

enum status snippet_make(struct slice text, const struct highlights *highlights,
                         size_t max_bytes, struct buffer *snippet,
                         struct highlights *found)
{
    size_t from, to, at, base = snippet->size;
    choose_stretch(text, highlights, max_bytes, &from, &to);
    if (from > 0)
        buffer_append_text(snippet, ELLIPSIS);
    at = from;
    for (size_t i = 0; i < highlights->count; i++) {
        const struct highlight *h = &highlights->items[i];
        if (h->start < from || h->end > to)
            continue;
        append_line(snippet, text.data + at, h->start - at, base);
        size_t start = snippet->size;
        append_line(snippet, text.data + h->start, h->end - h->start, start);
        if (add_found(found, start - base, snippet->size - base, h->term))
            return STATUS_NO_MEMORY;
        at = h->end;
    }
    append_line(snippet, text.data + at, to - at, base);
    while (snippet->size > base && snippet->data[snippet->size - 1] == ' ')
        snippet->size--;
    if (to < text.size && !snippet->failed) {
        snippet->data[snippet->size] = '\0';
        buffer_append_text(snippet, ELLIPSIS);
    }
    return snippet->failed;
}
