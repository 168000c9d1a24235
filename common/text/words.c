#include "common/text/words.h"

#include "common/hash.h"
#include "common/pages.h"
#include "common/text/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>

enum { FIRST_SLOTS = 4096, SHORT_MAX = 16, SIZE_BITS = 16 };

_Static_assert(TEXT_WORD_MAX < (1 << SIZE_BITS) - 1, "a size fits");

/* A string to look up. One of up to SHORT_MAX bytes is in low and high whole; of a longer
 * one low is a hash and high the address of its bytes. */
struct key {
    uint64_t low, high;
    uint32_t size_1; /* size + 1, and above SIZE_BITS the language; 0: no key */
    uint32_t hash;
};

/* Open addressing with linear probing; at most half full. Two slots fill a cache line,
 * and short words are told apart without another access. */
struct word_slot {
    struct key key;
    union {
        struct text_word *word;
        struct text_stem *stem;
    } value;
};

_Static_assert(sizeof(struct word_slot) == 32, "two slots fill a cache line");

static inline uint64_t load(const char *from, size_t size)
{
    uint64_t bytes = 0;
    memcpy(&bytes, from, size);
    return bytes;
}

/* The halves overlap; with the size they are still the bytes of one string only. */
static inline struct key make_key(struct slice text, uint32_t language)
{
    struct key k = {.size_1 = ((uint32_t)text.size + 1) | language << SIZE_BITS};
    if (text.size > SHORT_MAX) {
        k.low = hash_bytes(text.data, text.size);
        k.high = (uint64_t)(uintptr_t)text.data;
        k.hash = (uint32_t)k.low + language;
        return k;
    }
    if (text.size >= 8) {
        k.low = load(text.data, 8);
        k.high = load(text.data + text.size - 8, 8);
    } else if (text.size >= 4) {
        k.low = load(text.data, 4);
        k.high = load(text.data + text.size - 4, 4);
    } else if (text.size > 0) {
        k.low = (unsigned char)text.data[0] |
                (uint64_t)(unsigned char)text.data[text.size / 2] << 8;
        k.high = (unsigned char)text.data[text.size - 1];
    }
    uint64_t mixed = k.low * UINT64_C(0x9E3779B97F4A7C15) ^
                     (k.high + text.size) * UINT64_C(0xD6E8FEB86659FD93);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xBF58476D1CE4E5B9);
    k.hash = (uint32_t)(mixed >> 32) + language;
    return k;
}

static inline bool same_key(const struct key *a, const struct key *b)
{
    if (a->low != b->low || a->size_1 != b->size_1)
        return false;
    size_t size = (a->size_1 & ((1u << SIZE_BITS) - 1)) - 1;
    return a->high == b->high ||
           (size > SHORT_MAX && memcmp((const char *)(uintptr_t)a->high,
                                       (const char *)(uintptr_t)b->high, size) == 0);
}

void text_words_init(struct text_words *w, struct text_stemmer stemmer)
{
    *w = (struct text_words){.stemmer = stemmer};
}

void text_words_clear(struct text_words *w)
{
    pages_free(w->slots, w->slot_count * sizeof *w->slots);
    pages_free(w->stems, w->stem_slot_count * sizeof *w->stems);
    arena_free(&w->arena);
    uint32_t language = w->language;
    text_words_init(w, w->stemmer);
    w->language = language;
}

void text_words_speak(struct text_words *w, struct text_stemmer stemmer,
                      uint32_t language)
{
    w->stemmer = stemmer;
    w->language = language;
}

void text_words_free(struct text_words *w)
{
    if (w)
        text_words_clear(w);
}

size_t text_words_bytes(const struct text_words *w)
{
    return w->arena.used_bytes + (w->slot_count + w->stem_slot_count) * sizeof *w->slots;
}

static inline struct word_slot *find_slot(struct word_slot *slots, size_t count,
                                          const struct key *key)
{
    size_t mask = count - 1;
    for (size_t i = key->hash & mask;; i = (i + 1) & mask)
        if (slots[i].key.size_1 == 0 || same_key(&slots[i].key, key))
            return &slots[i];
}

/* Doubles the table when it is half full. False when there is no memory. */
static bool make_room(struct word_slot **slots, size_t *count, size_t used)
{
    if (*slots && used * 2 < *count)
        return true;
    size_t wanted = *count ? *count * 2 : FIRST_SLOTS;
    struct word_slot *fresh = pages_alloc(wanted * sizeof *fresh);
    if (!fresh)
        return false;
    for (size_t i = 0; i < *count; i++) {
        const struct word_slot *old = &(*slots)[i];
        if (old->key.size_1 > 0)
            *find_slot(fresh, wanted, &old->key) = *old;
    }
    pages_free(*slots, *count * sizeof **slots);
    *slots = fresh;
    *count = wanted;
    return true;
}

static const struct text_stem *get_stem(struct text_words *w, struct slice text)
{
    if (!make_room(&w->stems, &w->stem_slot_count, w->stem_count))
        return NULL;
    struct key key = make_key(text, 0);
    struct word_slot *slot = find_slot(w->stems, w->stem_slot_count, &key);
    if (slot->key.size_1 == 0) {
        struct text_stem *stem = arena_alloc(&w->arena, sizeof *stem);
        char *copy = arena_copy(&w->arena, text.data, text.size);
        if (!stem || !copy)
            return NULL;
        *stem = (struct text_stem){{copy, text.size}, w->stem_count++};
        *slot = (struct word_slot){make_key(stem->text, 0), {.stem = stem}};
    }
    return slot->value.stem;
}

static uint32_t form_flags(struct slice form)
{
    uint32_t flags = 0;
    unsigned upper = 0, lower = 0;
    const char *end = form.data + form.size;
    size_t size;
    for (const char *at = form.data; at < end; at += size) {
        UChar32 c = (UChar32)utf8_decode(at, end, &size);
        if (c < 0x80 ? (c >= '0' && c <= '9') : u_isdigit(c))
            flags |= WORD_NUMBER;
        else if (c < 0x80 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            flags |= WORD_SIGN;
        else if (c < 0x80 ? c < 'a' : u_isupper(c))
            upper++;
        else if (c < 0x80 || u_islower(c))
            lower++;
    }
    if (upper >= 2 && lower == 0)
        flags |= WORD_UPPER;
    return flags;
}

static struct slice copy_to(struct arena *arena, const char *bytes, size_t size)
{
    return (struct slice){arena_copy(arena, bytes, size), size};
}

/* Sets the stems of a word whose form, folded form and flags are known. */
static bool set_stems(struct text_words *w, struct text_word *word)
{
    char plain[TEXT_WORD_MAX], cased[TEXT_WORD_MAX], stemmed[TEXT_WORD_MAX];
    char folded[TEXT_WORD_MAX];
    struct slice folded_word = word->folded;
    if (!w->stemmer.stem || (word->flags & (WORD_NUMBER | WORD_SIGN))) {
        word->stem = get_stem(w, folded_word);
        return word->stem != NULL;
    }
    size_t size = w->stemmer.stem(w->stemmer.context, folded_word, plain);
    word->stem = get_stem(w, (struct slice){plain, size});
    if (!word->stem || !w->stemmer.keeps_accents)
        return word->stem != NULL;
    size = text_fold_case(word->form, cased);
    if (slice_equal((struct slice){cased, size}, folded_word))
        return true;
    size = w->stemmer.stem(w->stemmer.context, (struct slice){cased, size}, stemmed);
    size = text_fold((struct slice){stemmed, size}, folded);
    const struct text_stem *other = get_stem(w, (struct slice){folded, size});
    if (other != word->stem)
        word->other_stem = other;
    return other != NULL;
}

static struct text_word *new_word(struct text_words *w, struct slice form)
{
    char folded[TEXT_WORD_MAX];
    size_t size = text_fold(form, folded);
    struct text_word *word = arena_alloc(&w->arena, sizeof *word);
    if (!word)
        return NULL;
    *word = (struct text_word){.form = copy_to(&w->arena, form.data, form.size),
                               .folded = copy_to(&w->arena, folded, size),
                               .id = w->word_count,
                               .flags = form_flags(form)};
    if (!word->form.data || !word->folded.data || !set_stems(w, word))
        return NULL;
    w->word_count++;
    return word;
}

/* kept: the bytes of the key, which stay. */
static void fill_slot(struct text_words *w, struct word_slot *slot, struct slice kept,
                      struct text_word *word)
{
    *slot = (struct word_slot){make_key(kept, w->language), {.word = word}};
    w->slots_used++;
}

/* The first time that this spelling is seen. Its form may be known already. */
static const struct text_word *add_spelling(struct text_words *w, struct slice spelling)
{
    char form[TEXT_WORD_MAX];
    struct slice written = {form, text_form(spelling, form)};
    bool same = slice_equal(written, spelling);
    struct key key = make_key(written, w->language);
    struct word_slot *slot = find_slot(w->slots, w->slot_count, &key);
    if (slot->key.size_1 == 0) {
        struct text_word *word = new_word(w, written);
        if (!word)
            return NULL;
        fill_slot(w, slot, word->form, word);
    }
    struct text_word *word = slot->value.word;
    if (!same) {
        char *copy = arena_copy(&w->arena, spelling.data, spelling.size);
        if (!copy)
            return NULL;
        struct slice kept = {copy, spelling.size};
        key = make_key(kept, w->language);
        fill_slot(w, find_slot(w->slots, w->slot_count, &key), kept, word);
    }
    return word;
}

void text_words_prefetch(const struct text_words *w, struct slice spelling)
{
    if (w->slot_count > 0 && spelling.size <= SHORT_MAX)
        __builtin_prefetch(
            &w->slots[make_key(spelling, w->language).hash & (w->slot_count - 1)]);
}

void text_words_list(const struct text_words *w, const struct text_word **by_id)
{
    for (size_t i = 0; i < w->slot_count; i++)
        if (w->slots[i].key.size_1 > 0)
            by_id[w->slots[i].value.word->id] = w->slots[i].value.word;
}

const struct text_word *text_words_get(struct text_words *w, struct slice spelling)
{
    if (spelling.size > TEXT_WORD_MAX)
        spelling.size = utf8_cut(spelling.data, spelling.size, TEXT_WORD_MAX);
    if (!make_room(&w->slots, &w->slot_count, w->slots_used + 2))
        return NULL;
    struct key key = make_key(spelling, w->language);
    struct word_slot *slot = find_slot(w->slots, w->slot_count, &key);
    return slot->key.size_1 > 0 ? slot->value.word : add_spelling(w, spelling);
}
