#include "searcher/serve/html.h"

#include <string.h>

/* Control characters are none in HTML. */
static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default:
        return c < 0x20 || c == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void html_bytes(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0, from = 0; i <= size; i++) {
        const char *escape = i < size ? escape_of((unsigned char)text[i]) : "";
        if (!escape)
            continue;
        fwrite(text + from, 1, i - from, out);
        fputs(escape, out);
        from = i + 1;
    }
}

void html_text(FILE *out, const char *text)
{
    html_bytes(out, text, strlen(text));
}

void html_marked(FILE *out, const char *text, size_t begin, size_t end,
                 const json_t *spans, size_t *next)
{
    for (; *next < json_array_size(spans); ++*next) {
        const json_t *span = json_array_get(spans, *next);
        size_t from = (size_t)json_integer_value(json_object_get(span, "start"));
        size_t to = (size_t)json_integer_value(json_object_get(span, "end"));
        if (to > end)
            break;
        if (from < begin)
            continue;
        html_bytes(out, text + begin, from - begin);
        fputs("<mark>", out);
        html_bytes(out, text + from, to - from);
        fputs("</mark>", out);
        begin = to;
    }
    html_bytes(out, text + begin, end - begin);
}

void html_encoded(FILE *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c))
            fputc(c, out);
        else
            fprintf(out, "%%%02X", c);
    }
}

void html_number(FILE *out, json_int_t number)
{
    if (number >= 1000) {
        html_number(out, number / 1000);
        fprintf(out, ",%03d", (int)(number % 1000));
    } else {
        fprintf(out, "%d", (int)number);
    }
}
