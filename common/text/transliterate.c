#include "common/text/transliterate.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* Those of the United States' Board on Geographic Names are what newspapers follow. */
static const char *const to_latin[] = {"Russian-Latin/BGN", "Ukrainian-Latin/BGN",
                                       "Greek-Latin/BGN", "Any-Latin; Latin-ASCII"};
static const char *const to_cyrillic[] = {"Latin-Russian/BGN"};

enum {
    LATIN_RULES = sizeof to_latin / sizeof *to_latin,
    CYRILLIC_RULES = sizeof to_cyrillic / sizeof *to_cyrillic
};

struct rule {
    UTransliterator *open;
    bool is_tried;
};

struct transliterator {
    struct rule latin[LATIN_RULES], cyrillic[CYRILLIC_RULES];
};

struct transliterator *transliterator_new(void)
{
    return calloc(1, sizeof(struct transliterator));
}

void transliterator_free(struct transliterator *t)
{
    for (size_t i = 0; t && i < LATIN_RULES; i++)
        if (t->latin[i].open)
            utrans_close(t->latin[i].open);
    for (size_t i = 0; t && i < CYRILLIC_RULES; i++)
        if (t->cyrillic[i].open)
            utrans_close(t->cyrillic[i].open);
    free(t);
}

static UTransliterator *open_rule(struct rule *r, const char *name)
{
    UChar id[64];
    UErrorCode error = U_ZERO_ERROR;
    if (r->is_tried)
        return r->open;
    r->is_tried = true;
    u_uastrcpy(id, name);
    r->open = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    return r->open;
}

static bool has(const struct transliterations *list, struct slice word)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->items[i], word))
            return true;
    return false;
}

/* Signs that stand for no letter of the other script, such as that of softness, are left
 * out. */
static void add(struct transliterations *out, const char *text, size_t size)
{
    char bare[TEXT_WORD_MAX], *to = out->bytes[out->count];
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        bool is_prime = i + 1 < size && (memcmp(text + i, "\xCA\xB9", 2) == 0 ||
                                         memcmp(text + i, "\xCA\xBA", 2) == 0);
        if (is_prime)
            i++;
        else if (text[i] != '\'' && text[i] != ' ' && text[i] != '`')
            bare[n++] = text[i];
    }
    struct slice word = {to, text_fold((struct slice){bare, n}, to)};
    if (word.size > 0 && !has(out, word))
        out->items[out->count++] = word;
}

static void apply(struct rule *r, const char *name, struct slice word,
                  struct transliterations *out)
{
    UChar buffer[TEXT_WORD_MAX];
    char text[TEXT_WORD_MAX];
    int32_t length = 0, limit, size = 0;
    UErrorCode error = U_ZERO_ERROR;
    UTransliterator *rule = open_rule(r, name);
    if (!rule || word.size >= TEXT_WORD_MAX / 4)
        return;
    u_strFromUTF8(buffer, TEXT_WORD_MAX, &length, word.data, (int32_t)word.size, &error);
    limit = length;
    utrans_transUChars(rule, buffer, &length, TEXT_WORD_MAX, 0, &limit, &error);
    u_strToUTF8(text, sizeof text, &size, buffer, length, &error);
    struct slice result = {text, (size_t)size};
    if (U_SUCCESS(error) && !slice_equal(result, word))
        add(out, text, (size_t)size);
}

void transliterate_to_latin(struct transliterator *t, struct slice word,
                            struct transliterations *out)
{
    out->count = 0;
    for (size_t i = 0; i < LATIN_RULES; i++)
        apply(&t->latin[i], to_latin[i], word, out);
}

void transliterate_to_cyrillic(struct transliterator *t, struct slice word,
                               struct transliterations *out)
{
    out->count = 0;
    for (size_t i = 0; i < CYRILLIC_RULES; i++)
        apply(&t->cyrillic[i], to_cyrillic[i], word, out);
}
