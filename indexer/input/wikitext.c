/* Two passes. The first has a stack of what is open (`{{`, `[[`): when it closes, what
 * was written since is replaced by what it means, from the inside out. What is never
 * closed was text. The second goes line by line: headings, lists, tables. HTML is last.
 */
#include "indexer/input/wikitext.h"

#include "indexer/html/sgml.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { OPEN_MAX = 200, TAG_MAX = 1000 };

struct opening {
    size_t at; /* in the output, of its first byte */
    char kind; /* `{` or `[` */
};

struct wiki {
    const struct wikitext_site *site;
    struct buffer out;
    struct opening open[OPEN_MAX];
    size_t open_count;
    enum status status;
};

static bool begins(struct slice text, const char *with)
{
    size_t size = strlen(with);
    return text.size >= size && strncasecmp(text.data, with, size) == 0;
}

static bool is_name(struct slice text, const char *name)
{
    return text.size == strlen(name) && begins(text, name);
}

/* --- links --- */

static struct slice after_last(struct slice text, char mark)
{
    const char *at = memrchr(text.data, mark, text.size);
    size_t skipped = at ? (size_t)(at - text.data) + 1 : 0;
    return (struct slice){text.data + skipped, text.size - skipped};
}

static struct slice before_first(struct slice text, char mark)
{
    const char *at = memchr(text.data, mark, text.size);
    return (struct slice){text.data, at ? (size_t)(at - text.data) : text.size};
}

/* Of `Target|label` the label, of `Category:Name` nothing. Moves what stays to the place
 * of the link. */
static void close_link(struct wiki *w, size_t at)
{
    struct slice inside = {buffer_text(&w->out) + at, w->out.size - at};
    struct slice target = slice_trim(before_first(inside, '|')), label;
    bool is_shown = target.size > 0 && target.data[0] == ':'; /* [[:Category:Name]] */
    struct slice name = is_shown ? (struct slice){0} : before_first(target, ':');
    enum wikitext_link kind = WIKITEXT_PAGE;
    if (name.size > 0 && name.size < target.size)
        kind = w->site->link_of(w->site->context, slice_trim(name));
    label = after_last(inside, '|');
    if (kind == WIKITEXT_CATEGORY && !w->status) {
        struct slice category = {target.data + name.size + 1,
                                 target.size - name.size - 1};
        w->status = w->site->category(w->site->context, slice_trim(category));
    }
    if (kind != WIKITEXT_PAGE)
        label.size = 0;
    memmove(w->out.data + at, label.data, label.size);
    w->out.size = at + label.size;
}

/* --- templates --- */

/* The parameter that is text: the last one without a name, of a few templates. */
static struct slice text_of_template(struct slice inside)
{
    static const char *const texts[] = {"w",      "lang",       "nowrap", "nobr",
                                        "quote",  "blockquote", "cquote", "small",
                                        "transl", "angbr",      "nobold", "abbr"};
    struct slice name = slice_trim(before_first(inside, '|'));
    bool is_text = begins(name, "lang-");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        is_text |= is_name(name, texts[i]);
    struct slice none = {inside.data, 0};
    const char *bar = memchr(inside.data, '|', inside.size);
    if (!is_text || !bar)
        return none;
    bool first = is_name(name, "quote") || is_name(name, "abbr") ||
                 is_name(name, "blockquote") || is_name(name, "cquote");
    struct slice rest = {bar + 1, inside.size - (size_t)(bar + 1 - inside.data)};
    struct slice value = first ? before_first(rest, '|') : after_last(rest, '|');
    return memchr(value.data, '=', value.size) && !first ? none : value;
}

/* {{convert|5|km|mi}} is `5 km`. */
static void close_conversion(struct wiki *w, size_t at, struct slice inside)
{
    char *from = memchr(inside.data, '|', inside.size), *end = w->out.data + w->out.size;
    char *unit = from ? memchr(from + 1, '|', (size_t)(end - from - 1)) : NULL;
    char *rest = unit ? memchr(unit + 1, '|', (size_t)(end - unit - 1)) : NULL;
    if (unit)
        *unit = ' ';
    size_t size = from ? (size_t)((rest ? rest : end) - from - 1) : 0;
    memmove(w->out.data + at, from ? from + 1 : end, size);
    w->out.size = at + size;
}

static bool is_space(struct slice name)
{
    static const char *const spaces[] = {"nbsp", "space", "spaces", "snd", "spnd", "dot"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (is_name(name, spaces[i]))
            return true;
    return false;
}

static void close_template(struct wiki *w, size_t at)
{
    struct slice inside = {buffer_text(&w->out) + at, w->out.size - at};
    struct slice name = slice_trim(before_first(inside, '|'));
    if (is_name(name, "convert")) {
        close_conversion(w, at, inside);
        return;
    }
    if (is_space(name)) {
        w->out.size = at;
        buffer_append_byte(&w->out, ' ');
        return;
    }
    struct slice text = text_of_template(inside);
    if (text.size > 0)
        memmove(w->out.data + at, text.data, text.size);
    w->out.size = at + text.size;
}

/* Closes the innermost opening of a kind; what was opened in it was text. */
static bool close_mark(struct wiki *w, char kind)
{
    size_t i = w->open_count;
    while (i > 0 && w->open[i - 1].kind != kind)
        i--;
    if (i == 0)
        return false;
    w->open_count = i - 1;
    if (kind == '{')
        close_template(w, w->open[i - 1].at);
    else
        close_link(w, w->open[i - 1].at);
    return true;
}

static bool open_mark(struct wiki *w, char kind)
{
    if (w->open_count == OPEN_MAX)
        return false;
    w->open[w->open_count++] = (struct opening){w->out.size, kind};
    return true;
}

/* --- what is left out whole --- */

/* Elements whose content is no text. */
static const char *const unseen[] = {"ref",     "math",  "gallery", "timeline",
                                     "source",  "score", "graph",   "syntaxhighlight",
                                     "imagemap"};
enum { UNSEEN_COUNT = sizeof unseen / sizeof *unseen };

/* Where the next closing tag of each stands, so that none is looked for twice. */
struct closings {
    size_t at[UNSEEN_COUNT + 1];
};

static size_t find_closing(struct slice text, size_t from, const char *closing)
{
    size_t size = strlen(closing);
    while (from + size <= text.size) {
        const char *at =
            memchr(text.data + from, closing[0], text.size - from - size + 1);
        if (!at)
            return SIZE_MAX;
        from = (size_t)(at - text.data);
        if (strncasecmp(at, closing, size) == 0)
            return from + size;
        from++;
    }
    return SIZE_MAX;
}

/* The end of a comment or an element that is left out and begins at i; 0: none does. */
static size_t unseen_end(struct slice text, size_t i, struct closings *known)
{
    struct slice rest = {text.data + i, text.size - i};
    size_t which = UNSEEN_COUNT;
    char closing[24] = "-->";
    if (!begins(rest, "<!--")) {
        for (which = 0; which < UNSEEN_COUNT; which++) {
            size_t size = strlen(unseen[which]);
            if (rest.size > size + 1 &&
                strncasecmp(rest.data + 1, unseen[which], size) == 0 &&
                !isalnum((unsigned char)rest.data[size + 1]))
                break;
        }
        if (which == UNSEEN_COUNT)
            return 0;
        struct slice tag = before_first(
            (struct slice){rest.data, rest.size < TAG_MAX ? rest.size : TAG_MAX}, '>');
        if (tag.size < rest.size && rest.data[tag.size] == '>' &&
            tag.data[tag.size - 1] == '/')
            return i + tag.size + 1; /* <ref name="x" /> */
        snprintf(closing, sizeof closing, "</%s>", unseen[which]);
    }
    if (known->at[which] <= i)
        known->at[which] = find_closing(text, i, closing);
    return known->at[which] == SIZE_MAX ? 0 : known->at[which];
}

/* --- the first pass --- */

/* `[http://example.org label]`: the label. Returns where the link ends, or 0. */
static size_t append_outer_link(struct wiki *w, struct slice text, size_t i)
{
    enum { LINK_MAX = 2000 };
    struct slice rest = {text.data + i + 1, text.size - i - 1};
    if (!begins(rest, "http://") && !begins(rest, "https://") && !begins(rest, "//"))
        return 0;
    if (rest.size > LINK_MAX)
        rest.size = LINK_MAX;
    struct slice inside = before_first(rest, ']');
    if (inside.size == rest.size)
        return 0;
    const char *blank = memchr(inside.data, ' ', inside.size);
    if (blank)
        buffer_append(&w->out, blank + 1,
                      inside.size - (size_t)(blank + 1 - inside.data));
    return i + 1 + inside.size + 1;
}

static size_t apostrophes(struct slice text, size_t i)
{
    size_t n = 0;
    while (i + n < text.size && text.data[i + n] == '\'')
        n++;
    return n;
}

static void strip_marks(struct wiki *w, struct slice text)
{
    struct closings known = {{0}};
    for (size_t i = 0; i < text.size && !w->status;) {
        struct slice rest = {text.data + i, text.size - i};
        char c = *rest.data;
        size_t end = 0, quotes = c == '\'' ? apostrophes(text, i) : 0;
        if (c == '<' && (end = unseen_end(text, i, &known)) > 0) {
            i = end;
        } else if (quotes > 1) { /* bold and italic */
            i += quotes;
        } else if (begins(rest, "{{") && open_mark(w, '{')) {
            i += 2;
        } else if (begins(rest, "}}") && close_mark(w, '{')) {
            i += 2;
        } else if (begins(rest, "[[") && open_mark(w, '[')) {
            i += 2;
        } else if (begins(rest, "]]") && close_mark(w, '[')) {
            i += 2;
        } else if (c == '[' && (end = append_outer_link(w, text, i)) > 0) {
            i = end;
        } else {
            buffer_append_byte(&w->out, c);
            i++;
        }
    }
}

/* --- the second pass --- */

/* `style="..." | text` of a cell is its text. */
static struct slice cell_text(struct slice cell)
{
    struct slice front = before_first(cell, '|');
    if (front.size < cell.size && memchr(front.data, '=', front.size))
        cell = (struct slice){cell.data + front.size + 1, cell.size - front.size - 1};
    return slice_trim(cell);
}

static void append_cells(struct buffer *out, struct slice line, bool row_begun)
{
    while (line.size > 0) {
        size_t n = 0;
        while (n < line.size &&
               !(n + 1 < line.size && (line.data[n] == '|' || line.data[n] == '!') &&
                 line.data[n] == line.data[n + 1]))
            n++;
        struct slice text = cell_text((struct slice){line.data, n});
        if (text.size > 0 && row_begun)
            buffer_append_byte(out, '\t');
        buffer_append(out, text.data, text.size);
        row_begun |= text.size > 0;
        n = n + 2 < line.size ? n + 2 : line.size;
        line = (struct slice){line.data + n, line.size - n};
    }
}

struct lines {
    struct buffer *out;
    unsigned tables; /* that are open */
};

static void append_table_line(struct lines *l, struct slice line)
{
    struct buffer *out = l->out;
    bool row_begun = out->size > 0 && out->data[out->size - 1] != '\n';
    if (begins(line, "|}")) {
        l->tables--;
        buffer_append_text(out, "\n\n");
    } else if (begins(line, "|-") || begins(line, "|+")) {
        if (row_begun)
            buffer_append_text(out, "\n");
    } else if (*line.data == '|' || *line.data == '!') {
        append_cells(out, (struct slice){line.data + 1, line.size - 1}, row_begun);
    } else {
        buffer_append_text(out, row_begun ? " " : "");
        buffer_append(out, line.data, line.size);
    }
}

static bool is_switch(struct slice line)
{
    return line.size > 4 && begins(line, "__") &&
           memcmp(line.data + line.size - 2, "__", 2) == 0;
}

static void append_line(struct lines *l, struct slice line)
{
    struct buffer *out = l->out;
    size_t level = 0, marks = 0;
    line = slice_trim(line);
    struct slice unindented = line;
    while (unindented.size > 0 && *unindented.data == ':')
        unindented.data++, unindented.size--;
    if (begins(unindented, "{|")) {
        l->tables++;
        return;
    }
    if (l->tables > 0 && line.size > 0) {
        append_table_line(l, line);
        return;
    }
    while (level < line.size / 2 && line.data[level] == '=' &&
           line.data[line.size - 1 - level] == '=')
        level++;
    while (marks < line.size && strchr("*#:;", line.data[marks]))
        marks++;
    if (is_switch(line) || begins(line, "----"))
        return;
    struct slice text = {line.data + level, line.size - 2 * level};
    if (level == 0)
        text = (struct slice){line.data + marks, line.size - marks};
    text = slice_trim(text);
    if (level > 0)
        buffer_append_text(out, "\n\n");
    buffer_append(out, text.data, text.size);
    buffer_append_text(out, level > 0 ? "\n\n" : "\n");
}

/* Three and more line ends are two. */
static void close_gaps(struct buffer *text)
{
    size_t to = 0, newlines = 2;
    for (size_t i = 0; i < text->size; i++) {
        newlines = text->data[i] == '\n' ? newlines + 1 : 0;
        if (newlines <= 2)
            text->data[to++] = text->data[i];
    }
    while (to > 0 && isspace((unsigned char)text->data[to - 1]))
        to--;
    text->size = to;
}

enum status wikitext_append(struct buffer *out, struct slice text,
                            const struct wikitext_site *site)
{
    struct wiki w = {.site = site};
    struct buffer plain = BUFFER_INIT(out->max_size);
    struct lines l = {.out = &plain};
    buffer_init(&w.out, out->max_size);
    strip_marks(&w, text);
    struct slice rest = {buffer_text(&w.out), w.out.size};
    while (rest.size > 0) {
        struct slice line = before_first(rest, '\n');
        append_line(&l, line);
        size_t n = line.size + (line.size < rest.size);
        rest = (struct slice){rest.data + n, rest.size - n};
    }
    if (plain.size > 0)
        close_gaps(&plain);
    sgml_append_text(out, (struct slice){buffer_text(&plain), plain.size});
    enum status status = w.out.failed   ? w.out.failed
                         : plain.failed ? plain.failed
                                        : out->failed;
    buffer_free(&w.out);
    buffer_free(&plain);
    return w.status ? w.status : status;
}
