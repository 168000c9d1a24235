#include "common/sealed/forms.h"

#include <stdlib.h>

enum {
    CASE_SPELLED,
    CASE_FIRST,
    CASE_ALL,
    CASE_MASK = 3,
    DROP_SHIFT = 2,
    DROP_ALL = 7,
    SUFFIX_SHIFT = 5,
    SUFFIX_LONG = 3,
    LAST = 128
};

static inline char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static void set_case(char *text, size_t size, unsigned letter_case)
{
    size_t count = letter_case == CASE_ALL ? size : letter_case == CASE_FIRST;
    for (size_t i = 0; i < count && i < size; i++)
        text[i] = upper(text[i]);
}

/* The case from which the form can be made again; its plain text goes into plain. */
static unsigned find_case(struct slice form, char plain[SEALED_TERM_MAX])
{
    char again[SEALED_TERM_MAX];
    for (size_t i = 0; i < form.size; i++)
        plain[i] = lower(form.data[i]);
    for (unsigned c = CASE_SPELLED; c <= CASE_ALL; c++) {
        memcpy(again, plain, form.size);
        set_case(again, form.size, c);
        if (memcmp(again, form.data, form.size) == 0)
            return c;
    }
    memcpy(plain, form.data, form.size);
    return CASE_SPELLED;
}

static void put_form(struct buffer *out, struct slice stem, struct slice form, bool last)
{
    char plain[SEALED_TERM_MAX];
    unsigned head = find_case(form, plain);
    size_t shared = 0;
    while (shared < stem.size && shared < form.size && stem.data[shared] == plain[shared])
        shared++;
    size_t drop = stem.size - shared;
    if (drop >= DROP_ALL) {
        drop = DROP_ALL;
        shared = 0;
    }
    size_t suffix = form.size - shared;
    head |= (unsigned)drop << DROP_SHIFT;
    head |= (unsigned)(suffix < SUFFIX_LONG ? suffix : SUFFIX_LONG) << SUFFIX_SHIFT;
    buffer_append_byte(out, (char)(head | (last ? LAST : 0)));
    if (suffix >= SUFFIX_LONG)
        buffer_append_byte(out, (char)suffix);
    buffer_append(out, plain + shared, suffix);
}

void form_list_put(struct buffer *out, struct slice stem, const struct sealed_form *forms,
                   size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_form(out, stem, forms[i].text, i + 1 == count);
    for (size_t i = 0; i < count && count > 1; i++)
        buffer_append_varint(out, forms[i].doc_freq);
}

/* The head of a form; its suffix begins at *at, which is moved there. */
static bool read_head(const uint8_t **at, const uint8_t *end, unsigned *head,
                      size_t *suffix)
{
    if (*at == end)
        return false;
    *head = *(*at)++;
    *suffix = *head >> SUFFIX_SHIFT & 3;
    if (*suffix == SUFFIX_LONG) {
        if (*at == end)
            return false;
        *suffix = *(*at)++;
    }
    return *suffix <= (size_t)(end - *at);
}

static size_t skip_texts(const uint8_t **at, const uint8_t *end)
{
    unsigned head;
    size_t suffix;
    for (size_t count = 1; read_head(at, end, &head, &suffix); count++) {
        *at += suffix;
        if (head & LAST)
            return count;
    }
    return 0;
}

static bool read_number(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    const char *from = (const char *)*at;
    bool good = buffer_read_varint(&from, (const char *)end, number);
    *at = (const uint8_t *)from;
    return good;
}

size_t form_list_skip(const uint8_t **at, const uint8_t *end)
{
    uint64_t doc_freq;
    size_t count = skip_texts(at, end);
    for (size_t i = 0; i < count && count > 1; i++)
        if (!read_number(at, end, &doc_freq))
            return 0;
    return count;
}

static bool read_text(const uint8_t **at, const uint8_t *end, struct slice stem,
                      struct arena *arena, struct slice *text)
{
    unsigned head;
    size_t suffix;
    if (!read_head(at, end, &head, &suffix))
        return false;
    size_t drop = head >> DROP_SHIFT & 7;
    if (drop == DROP_ALL || drop > stem.size)
        drop = stem.size;
    size_t shared = stem.size - drop, size = shared + suffix;
    char *to = arena_alloc(arena, size + 1);
    if (!to || size > SEALED_TERM_MAX)
        return false;
    memcpy(to, stem.data, shared);
    memcpy(to + shared, *at, suffix);
    to[size] = '\0';
    set_case(to, size, head & CASE_MASK);
    *at += suffix;
    *text = (struct slice){to, size};
    return true;
}

struct sealed_form *form_list_get(const uint8_t **at, const uint8_t *end,
                                  struct slice stem, uint32_t doc_freq,
                                  struct arena *arena, size_t *count)
{
    const uint8_t *peek = *at;
    uint64_t number;
    *count = skip_texts(&peek, end);
    struct sealed_form *forms =
        *count > 0 ? arena_alloc(arena, *count * sizeof *forms) : NULL;
    for (size_t i = 0; forms && i < *count; i++) {
        forms[i].doc_freq = doc_freq;
        if (!read_text(at, end, stem, arena, &forms[i].text))
            return NULL;
    }
    for (size_t i = 0; forms && i<*count && * count> 1; i++) {
        if (!read_number(at, end, &number) || number == 0 ||
            number > SEALED_DOCUMENTS_MAX)
            return NULL;
        forms[i].doc_freq = (uint32_t)number;
    }
    return forms;
}
