#include "indexer/html/attributes.h"

#include <ctype.h>
#include <strings.h>

static bool begins(const char *at, const char *end, const char *with)
{
    size_t size = strlen(with);
    return (size_t)(end - at) >= size && strncasecmp(at, with, size) == 0;
}

/* What was looked for in vain is not looked for again. */
struct absent {
    bool comment_end, script_end, style_end;
};

/* Behind a comment that begins at `at`; behind its first bytes when it does not end. */
static const char *after_comment(const char *at, const char *end, bool *absent)
{
    for (const char *c = at + 4; !*absent && (c = memchr(c, '-', (size_t)(end - c)));
         c++) {
        if (begins(c, end, "-->"))
            return c + 3;
        if (begins(c, end, "--!>"))
            return c + 4;
    }
    *absent = true;
    return at + 4;
}

/* Behind a script or style sheet whose tag ends at `at`. */
static const char *after_raw(const char *at, const char *end, const char *closing,
                             bool *absent)
{
    const char *c = at;
    while (!*absent && (c = memchr(c, '<', (size_t)(end - c)))) {
        if (begins(c, end, closing))
            return c;
        c++;
    }
    *absent = true;
    return at;
}

static bool is_name_byte(char c)
{
    return !slice_is_blank(c) && !strchr("<>=\"'/", c);
}

/* Whether a quote at c opens a value: behind a name and `=`, with blanks between. */
static bool opens_value(const char *tag, const char *c)
{
    do
        c--;
    while (c > tag && slice_is_blank(*c));
    if (*c != '=')
        return false;
    do
        c--;
    while (c > tag && slice_is_blank(*c));
    return is_name_byte(*c);
}

/* Where the tag ends, or NULL when it has too many names; those of attributes are among
 * them. */
static const char *end_of_tag(const char *tag, const char *end)
{
    unsigned names = 0;
    for (const char *c = tag + 1; c < end; c++) {
        if (*c == '>')
            return c;
        if ((*c == '"' || *c == '\'') && opens_value(tag, c)) {
            const char *closing = memchr(c + 1, *c, (size_t)(end - c - 1));
            if (!closing)
                return end;
            c = closing;
        } else if (is_name_byte(*c) && !is_name_byte(c[-1]) && ++names > ATTRIBUTES_MAX) {
            return NULL;
        }
    }
    return end;
}

bool attributes_are_too_many(struct slice html)
{
    const char *end = html.data + html.size, *at = html.data;
    struct absent absent = {false};
    while ((at = memchr(at, '<', (size_t)(end - at)))) {
        if (begins(at, end, "<!--")) {
            at = after_comment(at, end, &absent.comment_end);
            continue;
        }
        if (at + 1 == end || !isalpha((unsigned char)at[1])) {
            at++;
            continue;
        }
        const char *tag = at;
        at = end_of_tag(tag, end);
        if (!at)
            return true;
        if (at < end && at[-1] != '/' && begins(tag, end, "<script"))
            at = after_raw(at, end, "</script", &absent.script_end);
        else if (at < end && at[-1] != '/' && begins(tag, end, "<style"))
            at = after_raw(at, end, "</style", &absent.style_end);
    }
    return false;
}
