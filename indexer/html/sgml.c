#include "indexer/html/sgml.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool ends_name(char c)
{
    return c == '>' || c == '/' || isspace((unsigned char)c);
}

size_t sgml_find_tag(struct slice text, size_t from, const char *name)
{
    size_t size = strlen(name);
    while (from < text.size) {
        const char *open = memchr(text.data + from, '<', text.size - from);
        if (!open)
            return SIZE_MAX;
        from = (size_t)(open - text.data);
        if (text.size - from > size + 1 && strncasecmp(open + 1, name, size) == 0 &&
            ends_name(open[1 + size]))
            return from;
        from++;
    }
    return SIZE_MAX;
}

bool sgml_find(struct slice text, const char *name, size_t *at, struct slice *content)
{
    char closing[32] = "/";
    size_t start = sgml_find_tag(text, *at, name);
    if (start == SIZE_MAX)
        return false;
    const char *close = memchr(text.data + start, '>', text.size - start);
    if (!close)
        return false;
    start = (size_t)(close - text.data) + 1;
    strncat(closing, name, sizeof closing - 2);
    size_t end = sgml_find_tag(text, start, closing);
    *at = end == SIZE_MAX ? text.size : end + 1;
    end = end == SIZE_MAX ? text.size : end;
    *content = (struct slice){text.data + start, end - start};
    return true;
}

struct slice sgml_attribute(struct slice text, const char *name)
{
    const char *end = memchr(text.data, '>', text.size);
    size_t size = strlen(name), limit = end ? (size_t)(end - text.data) : text.size;
    for (size_t i = 1; i + size + 1 < limit; i++) {
        if (!isspace((unsigned char)text.data[i - 1]) ||
            strncasecmp(text.data + i, name, size) != 0 || text.data[i + size] != '=')
            continue;
        size_t from = i + size + 1;
        char quote = text.data[from];
        bool quoted = quote == '"' || quote == '\'';
        size_t to = from += quoted;
        while (to < limit &&
               (quoted ? text.data[to] != quote : !ends_name(text.data[to])))
            to++;
        return (struct slice){text.data + from, to - from};
    }
    return (struct slice){0};
}

/* --- text --- */

void sgml_append_character(struct buffer *out, unsigned long code)
{
    if ((code < ' ' && code != '\n' && code != '\t') || code == 127)
        return;
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        code = 0xFFFD;
    unsigned more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char heads[] = {0, 0xC0, 0xE0, 0xF0};
    buffer_append_byte(out, (char)(heads[more] | code >> (6 * more)));
    while (more-- > 0)
        buffer_append_byte(out, (char)(0x80 | (code >> (6 * more) & 0x3F)));
}

/* The entities of HTML. */
static size_t append_named(struct buffer *out, struct slice text)
{
    char name[12] = "";
    size_t n = 0;
    while (n < sizeof name - 1 && 1 + n < text.size &&
           isalnum((unsigned char)text.data[1 + n])) {
        name[n] = text.data[1 + n];
        n++;
    }
    if (n == 0 || 1 + n == text.size || text.data[1 + n] != ';')
        return 0;
    const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
    if (!entity)
        return 0;
    sgml_append_character(out, entity->value);
    return n + 2;
}

/* Returns how many bytes the reference has; 0: it is none. */
static size_t append_reference(struct buffer *out, struct slice text)
{
    size_t named = append_named(out, text);
    if (named > 0)
        return named;
    char digits[12] = "";
    size_t n = 0;
    bool hex = text.size > 2 && (text.data[2] | 0x20) == 'x';
    if (text.size < 3 || text.data[1] != '#')
        return 0;
    size_t from = 2 + hex;
    while (n < sizeof digits - 1 && from + n < text.size &&
           isxdigit((unsigned char)text.data[from + n])) {
        digits[n] = text.data[from + n];
        n++;
    }
    if (n == 0 || from + n == text.size || text.data[from + n] != ';')
        return 0;
    sgml_append_character(out, strtoul(digits, NULL, hex ? 16 : 10));
    return from + n + 1;
}

/* What a tag does to the text: "" nothing, or a break. */
static const char *break_of(struct slice tag)
{
    static const char *const paragraphs[] = {"p",  "div",   "h1", "h2", "h3",
                                             "h4", "table", "ul", "ol"};
    static const char *const lines[] = {"br", "li", "tr"};
    size_t from = tag.size > 1 && tag.data[1] == '/' ? 2 : 1, size = 0;
    while (from + size < tag.size && isalnum((unsigned char)tag.data[from + size]))
        size++;
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++)
        if (strlen(paragraphs[i]) == size &&
            strncasecmp(tag.data + from, paragraphs[i], size) == 0)
            return "\n\n";
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strlen(lines[i]) == size && strncasecmp(tag.data + from, lines[i], size) == 0)
            return "\n";
    return "";
}

/* Bytes of the tag or comment that begins the text; 0: it is none. No tag ends behind
 * last. */
static size_t tag_size(struct slice text, const char *last)
{
    if (text.size < 2 || !(isalpha((unsigned char)text.data[1]) || text.data[1] == '/' ||
                           text.data[1] == '!' || text.data[1] == '?'))
        return 0;
    if (text.size >= 4 && memcmp(text.data, "<!--", 4) == 0) {
        const char *end = memmem(text.data, text.size, "-->", 3);
        return end ? (size_t)(end - text.data) + 3 : text.size;
    }
    const char *end = last && text.data < last ? memchr(text.data, '>', text.size) : NULL;
    return end ? (size_t)(end - text.data) + 1 : 0;
}

/* Bytes of a script or style sheet that begins the text, but for its closing tag. */
static size_t unseen_size(struct slice text)
{
    static const char *const names[] = {"script", "style"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char closing[16] = "/";
        if (sgml_find_tag((struct slice){text.data, text.size < 10 ? text.size : 10}, 0,
                          names[i]) != 0)
            continue;
        strncat(closing, names[i], sizeof closing - 2);
        size_t end = sgml_find_tag(text, 1, closing);
        return end == SIZE_MAX ? text.size : end;
    }
    return 0;
}

/* Instead of the blanks before, unless they are an empty line. */
static void append_break(struct buffer *out, size_t start, const char *newlines)
{
    unsigned lines = 0;
    while (out->size > start && isspace((unsigned char)out->data[out->size - 1]))
        lines += out->data[--out->size] == '\n';
    buffer_append_text(out, lines > 1 ? "\n\n" : newlines);
}

void sgml_append_text(struct buffer *out, struct slice text)
{
    size_t start = out->size;
    const char *last = text.size > 0 ? memrchr(text.data, '>', text.size) : NULL;
    bool broken = false; /* there is a break at the end: blanks mean nothing */
    for (size_t i = 0; i < text.size;) {
        struct slice rest = {text.data + i, text.size - i};
        unsigned char c = (unsigned char)rest.data[0];
        size_t taken = c == '<' ? unseen_size(rest) : 0;
        if (taken > 0) {
            i += taken;
            continue;
        }
        taken = c == '<' ? tag_size(rest, last) : 0;
        if (taken > 0) {
            const char *newlines = break_of((struct slice){rest.data, taken});
            broken |= newlines[0] != '\0';
            if (newlines[0] != '\0')
                append_break(out, start, newlines);
            i += taken;
            continue;
        }
        if (c == '&')
            taken = append_reference(out, rest);
        else if (isspace(c) ? !broken : c >= ' ')
            buffer_append_byte(out, rest.data[0]);
        broken &= isspace(c) || (c < ' ' && c != '&');
        i += taken > 0 ? taken : 1;
        if (c == '&' && taken == 0)
            buffer_append_byte(out, '&');
    }
}
