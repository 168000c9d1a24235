#include "common/text/token.h"

#include "common/buffer.h"
#include "common/text/charclass.h"
#include "common/text/dictionary.h"
#include "common/text/utf8.h"

#include <stdlib.h>

enum {
    UNITS_MAX = 32,  /* of one group; a longer chain of parts goes on as another group */
    JOINED_MAX = 8,  /* units of which a joined form is kept */
    JOINERS_MAX = 64 /* apostrophes inside one unit */
};

struct tokeniser {
    struct text_words words;
    struct dictionary dictionary;
    struct buffer scratch;
};

/* A part of the written word, as it is read. The spelling lies in the text, or in the
 * scratch buffer when separators had to be left out (then `copied`, and it is found by
 * offset because the buffer may move). */
struct unit {
    const char *start, *end; /* in the text */
    const char *alias;       /* where another reading begins, or NULL */
    size_t scratch_at, scratch_size;
    bool copied;
    char joiner; /* kept sign between this unit and the next, or 0 */
    bool digits;
    bool strict; /* joined to the next by a sign that a query means */
};

struct group {
    struct unit units[UNITS_MAX];
    size_t count;
    const char *start, *end; /* with its signs */
    char prefix;             /* @ or #, or 0 */
    const char *suffix;      /* "++", "#" or "" */
};

/* What stands at a place of the text. */
struct glyph {
    enum char_class class;
    size_t size;
};

static inline struct glyph glyph_at(const char *at, const char *end)
{
    if (at >= end)
        return (struct glyph){CHAR_OTHER, 0};
    if ((unsigned char)*at < 0x80)
        return (struct glyph){(enum char_class)charclass_ascii[(unsigned char)*at], 1};
    size_t size;
    uint32_t code = utf8_decode(at, end, &size);
    return (struct glyph){charclass_of(code), size};
}

static inline bool begins_word(enum char_class class)
{
    return class == CHAR_LETTER || class == CHAR_DIGIT;
}

struct tokeniser *tokeniser_new(struct text_stemmer stemmer)
{
    struct tokeniser *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    text_words_init(&t->words, stemmer);
    buffer_init(&t->scratch, 1u << 30);
    return t;
}

void tokeniser_free(struct tokeniser *t)
{
    if (!t)
        return;
    text_words_free(&t->words);
    dictionary_free(&t->dictionary);
    buffer_free(&t->scratch);
    free(t);
}

struct text_words *tokeniser_words(struct tokeniser *t)
{
    return &t->words;
}

static enum status push(struct token_list *list, struct token token)
{
    if (list->count == list->capacity) {
        struct token *items = buffer_grow_array(list->items, &list->capacity,
                                                list->count + 1, sizeof *items);
        if (!items)
            return STATUS_NO_MEMORY;
        list->items = items;
    }
    list->items[list->count++] = token;
    return STATUS_OK;
}

/* --- reading units -------------------------------------------------------------------
 */

static const char *skip_letters(const char *at, const char *end)
{
    for (;;) {
        struct glyph g = glyph_at(at, end);
        if (g.class != CHAR_LETTER && g.class != CHAR_MARK && g.class != CHAR_IGNORED)
            return at;
        at += g.size;
    }
}

static const char *skip_digits(const char *at, const char *end)
{
    for (;;) {
        struct glyph g = glyph_at(at, end);
        if (g.class != CHAR_DIGIT)
            return at;
        at += g.size;
    }
}

static size_t count_glyphs(const char *at, const char *end)
{
    size_t n = 0;
    for (; at < end; at += glyph_at(at, end).size)
        n++;
    return n;
}

/* From here on the spelling of the unit is what is appended to the scratch buffer. */
static void copy_spelling(struct tokeniser *t, struct unit *u)
{
    if (u->copied)
        return;
    u->copied = true;
    u->scratch_at = t->scratch.size;
    buffer_append(&t->scratch, u->start, (size_t)(u->end - u->start));
}

static void extend(struct tokeniser *t, struct unit *u, const char *from, const char *to)
{
    copy_spelling(t, u);
    buffer_append(&t->scratch, from, (size_t)(to - from));
    u->end = to;
}

/* `12,000`, `12 000` (no-break), `3.14`, `1.2.3`: u holds the first digits. */
static void read_number(struct tokeniser *t, struct unit *u, const char *end)
{
    if (count_glyphs(u->start, u->end) <= 3) {
        for (;;) {
            struct glyph g = glyph_at(u->end, end);
            const char *group = u->end + g.size;
            if (g.class != CHAR_COMMA && g.class != CHAR_GROUP_SPACE)
                break;
            const char *group_end = skip_digits(group, end);
            if (count_glyphs(group, group_end) != 3)
                break;
            extend(t, u, group, group_end);
        }
    }
    for (;;) {
        struct glyph g = glyph_at(u->end, end);
        const char *more = u->end + g.size;
        if (g.class != CHAR_DOT || glyph_at(more, end).class != CHAR_DIGIT)
            return;
        if (u->copied)
            buffer_append_byte(&t->scratch, '.');
        const char *stop = skip_digits(more, end);
        if (u->copied)
            buffer_append(&t->scratch, more, (size_t)(stop - more));
        u->end = stop;
    }
}

/* A dot and a single letter follow: returns the letter's end, else NULL. */
static const char *dotted_letter(const char *at, const char *end)
{
    if (glyph_at(at, end).class != CHAR_DOT)
        return NULL;
    const char *letter = at + glyph_at(at, end).size;
    struct glyph g = glyph_at(letter, end);
    if (g.class != CHAR_LETTER)
        return NULL;
    const char *stop = letter + g.size;
    return begins_word(glyph_at(stop, end).class) ? NULL : stop;
}

/* `U.S.`, `e.g.`: u holds the first letter. The last dot belongs to it unless a word
 * follows at once. */
static void read_acronym(struct tokeniser *t, struct unit *u, const char *end)
{
    const char *stop = dotted_letter(u->end, end);
    if (!stop || glyph_at(u->start, end).size != (size_t)(u->end - u->start))
        return;
    for (; stop; stop = dotted_letter(u->end, end))
        extend(t, u, u->end + glyph_at(u->end, end).size, stop);
    struct glyph g = glyph_at(u->end, end);
    if (g.class == CHAR_DOT && !begins_word(glyph_at(u->end + g.size, end).class))
        u->end += g.size;
}

/* Articles and particles that lose their vowel before another word. */
static bool is_elided(const char *start, const char *end)
{
    static const char *const particles[] = {
        "c",     "d",     "j",     "l",      "m",      "n",     "s",    "t",
        "qu",    "un",    "all",   "dell",   "dall",   "nell",  "sull", "coll",
        "quell", "quest", "jusqu", "puisqu", "lorsqu", "quoiqu"};
    char lower[8];
    size_t size = (size_t)(end - start);
    if (size > 6)
        return false;
    for (size_t i = 0; i < size; i++)
        lower[i] = (char)(start[i] | 0x20);
    for (size_t i = 0; i < sizeof particles / sizeof *particles; i++)
        if (strlen(particles[i]) == size && memcmp(particles[i], lower, size) == 0)
            return true;
    return false;
}

/* Apostrophes after the letters that u holds: a possessive goes, an elision leaves an
 * alias, others vanish. Returns where reading goes on. */
static const char *read_apostrophes(struct tokeniser *t, struct unit *u, const char *end)
{
    for (int i = 0; i < JOINERS_MAX; i++) {
        struct glyph g = glyph_at(u->end, end);
        const char *next = u->end + g.size;
        if ((g.class != CHAR_APOSTROPHE && g.class != CHAR_MIDDLE_DOT) ||
            glyph_at(next, end).class != CHAR_LETTER)
            return u->end;
        const char *stop = skip_letters(next, end);
        enum char_class after = glyph_at(stop, end).class;
        if (g.class == CHAR_APOSTROPHE && stop - next == 1 && (*next | 0x20) == 's' &&
            after != CHAR_DIGIT && after != CHAR_APOSTROPHE)
            return stop;
        if (g.class == CHAR_APOSTROPHE && i == 0 && is_elided(u->start, u->end) &&
            stop - next > 1)
            u->alias = next;
        extend(t, u, next, stop);
    }
    return u->end;
}

/* Reads the unit that begins at `at`; returns where reading goes on. */
static const char *read_unit(struct tokeniser *t, struct unit *u, const char *at,
                             const char *end)
{
    *u = (struct unit){.start = at};
    const char *next;
    if (glyph_at(at, end).class == CHAR_DIGIT) {
        u->digits = true;
        u->end = skip_digits(at, end);
        read_number(t, u, end);
        next = u->end;
    } else {
        u->end = skip_letters(at, end);
        read_acronym(t, u, end);
        next = read_apostrophes(t, u, end);
    }
    if (u->copied)
        u->scratch_size = t->scratch.size - u->scratch_at;
    return next;
}

/* The sign at `at` joins u to a unit that follows: returns where that begins, else NULL.
 */
static const char *read_joiner(struct unit *u, const char *at, const char *end)
{
    struct glyph g = glyph_at(at, end);
    if (begins_word(g.class))
        return at;
    switch (g.class) {
    case CHAR_DASH:
    case CHAR_UNDERSCORE:
    case CHAR_MIDDLE_DOT:
        break;
    case CHAR_DOT:
        u->joiner = '.';
        break;
    case CHAR_AMPERSAND:
        u->joiner = '&';
        u->strict = true;
        break;
    case CHAR_AT:
        u->joiner = '@';
        break;
    default:
        return NULL;
    }
    if (begins_word(glyph_at(at + g.size, end).class))
        return at + g.size;
    u->joiner = 0;
    u->strict = false;
    return NULL;
}

/* `C++`, `C#`: signs after a single unit of one or two letters. */
static void read_suffix(struct group *g, const char *end)
{
    const struct unit *u = &g->units[0];
    struct glyph first = glyph_at(g->end, end);
    const char *after = g->end + first.size;
    struct glyph second = glyph_at(after, end);
    g->suffix = "";
    if (g->count != 1 || u->digits || u->copied || u->end != g->end ||
        count_glyphs(u->start, u->end) > 2)
        return;
    bool plus = first.class == CHAR_PLUS && second.class == CHAR_PLUS;
    if (!plus && first.class != CHAR_HASH)
        return;
    after += plus ? second.size : 0;
    enum char_class class = glyph_at(after, end).class;
    if (begins_word(class) || class == CHAR_PLUS || class == CHAR_HASH)
        return;
    g->suffix = plus ? "++" : "#";
    g->end = after;
}

static void read_group(struct tokeniser *t, struct group *g, const char *at,
                       const char *end)
{
    buffer_clear(&t->scratch);
    g->count = 0;
    for (;;) {
        struct unit *u = &g->units[g->count++];
        at = read_unit(t, u, at, end);
        if (g->count == UNITS_MAX)
            break;
        const char *next = read_joiner(u, at, end);
        if (!next)
            break;
        at = next;
    }
    g->end = at;
    read_suffix(g, end);
}

/* --- tokens of a group ----------------------------------------------------------------
 */

static struct slice spelling(const struct tokeniser *t, const struct unit *u)
{
    if (u->copied)
        return (struct slice){buffer_text(&t->scratch) + u->scratch_at, u->scratch_size};
    return (struct slice){u->start, (size_t)(u->end - u->start)};
}

static enum status emit(struct tokeniser *t, struct slice word, struct token token,
                        struct token_list *tokens)
{
    token.word = text_words_get(&t->words, word);
    if (!token.word)
        return STATUS_NO_MEMORY;
    return token.word->folded.size > 0 ? push(tokens, token) : STATUS_OK;
}

/* The whole of a group of several units or with a sign. */
static enum status emit_whole(struct tokeniser *t, const struct group *g,
                              struct token token, struct token_list *tokens)
{
    bool digits = true, strict = g->prefix || *g->suffix;
    size_t at = t->scratch.size;
    if (g->prefix)
        buffer_append_byte(&t->scratch, g->prefix);
    for (size_t i = 0; i < g->count; i++) {
        struct slice word = spelling(t, &g->units[i]);
        char *to =
            buffer_reserve(&t->scratch, word.size); /* word may lie in the scratch */
        if (!to)
            return STATUS_NO_MEMORY;
        word = spelling(t, &g->units[i]);
        buffer_append(&t->scratch, word.data, word.size);
        if (i + 1 < g->count && g->units[i].joiner)
            buffer_append_byte(&t->scratch, g->units[i].joiner);
        digits &= g->units[i].digits;
        strict |= g->units[i].strict;
    }
    buffer_append_text(&t->scratch, g->suffix);
    if (t->scratch.failed)
        return STATUS_NO_MEMORY;
    if (digits && !strict)
        return STATUS_OK;
    token.kind = strict ? TOKEN_WHOLE : TOKEN_JOINED;
    return emit(t, (struct slice){t->scratch.data + at, t->scratch.size - at}, token,
                tokens);
}

static enum status emit_unit(struct tokeniser *t, const struct unit *u,
                             struct token token, const char *text,
                             struct token_list *tokens)
{
    token.start = (uint32_t)(u->start - text);
    token.end = (uint32_t)(u->end - text);
    enum status status = emit(t, spelling(t, u), token, tokens);
    if (status || !u->alias)
        return status;
    token.kind = TOKEN_ALIAS;
    token.start = (uint32_t)(u->alias - text);
    return emit(t, (struct slice){u->alias, (size_t)(u->end - u->alias)}, token, tokens);
}

static enum status emit_group(struct tokeniser *t, const struct group *g,
                              const char *text, struct token_list *tokens)
{
    struct token token = {.start = (uint32_t)(g->start - text),
                          .end = (uint32_t)(g->end - text),
                          .position = tokens->next_position,
                          .group = tokens->next_group++,
                          .kind = TOKEN_UNIT};
    enum status status = STATUS_OK;
    if ((g->count > 1 && g->count <= JOINED_MAX) || g->prefix || *g->suffix)
        status = emit_whole(t, g, token, tokens);
    for (size_t i = 0; i < g->count && !status; i++) {
        status = emit_unit(t, &g->units[i], token, text, tokens);
        token.position++;
    }
    tokens->next_position += (uint32_t)g->count;
    return status;
}

/* A word that needs thought: reads it, emits it, moves *at behind it. */
static enum status run_group(struct tokeniser *t, const char *text, const char **at,
                             const char *end, struct token_list *tokens)
{
    struct group g;
    g.start = *at;
    struct glyph first = glyph_at(*at, end);
    g.prefix = first.class == CHAR_AT ? '@' : first.class == CHAR_HASH ? '#' : '\0';
    read_group(t, &g, *at + (g.prefix ? first.size : 0), end);
    *at = g.end;
    return emit_group(t, &g, text, tokens);
}

/* --- scripts without spaces -----------------------------------------------------------
 */

/* Words of the dictionary as wholes over their characters, so that text which was cut
 * differently is found as a phrase of characters. */
static enum status run_dictionary(struct tokeniser *t, const char *text, const char **at,
                                  const char *end, struct token_list *tokens)
{
    struct dictionary_run run;
    if (!dictionary_cut(&t->dictionary, *at, end, &run))
        return STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    for (size_t w = 0; w < run.word_count && !status; w++) {
        size_t first = run.words[w], count = run.words[w + 1] - first;
        struct token token = {.start = (uint32_t)(run.starts[first] - text),
                              .end = (uint32_t)(run.starts[first + count] - text),
                              .position = tokens->next_position,
                              .group = tokens->next_group++,
                              .kind = TOKEN_DICTIONARY};
        if (count > 1)
            status = emit(t, (struct slice){text + token.start, token.end - token.start},
                          token, tokens);
        token.kind = TOKEN_UNIT;
        for (size_t c = first; c < first + count && !status; c++) {
            token.start = (uint32_t)(run.starts[c] - text);
            token.end = (uint32_t)(run.starts[c + 1] - text);
            status = emit(t, (struct slice){text + token.start, token.end - token.start},
                          token, tokens);
            token.position++;
        }
        tokens->next_position += (uint32_t)count;
    }
    *at = run.starts[run.char_count];
    return status;
}

/* --- the loop -------------------------------------------------------------------------
 */

/* The plain ASCII word before `at` goes on in a way that needs thought. */
static inline bool goes_on(const char *at, const char *end)
{
    if (at == end)
        return false;
    unsigned char c = (unsigned char)*at;
    if (c >= 0x80)
        return true;
    enum char_class class = (enum char_class)charclass_ascii[c];
    if (class == CHAR_OTHER)
        return false;
    if (begins_word(class))
        return true;
    if (at + 1 == end)
        return class == CHAR_HASH;
    unsigned char d = (unsigned char)at[1];
    return d >= 0x80 || begins_word((enum char_class)charclass_ascii[d]) ||
           class == CHAR_HASH || (class == CHAR_PLUS && d == '+');
}

static inline const char *skip_class(const char *at, const char *end,
                                     enum char_class class)
{
    while (at < end && (unsigned char)*at < 0x80 &&
           charclass_ascii[(unsigned char)*at] == (unsigned char)class)
        at++;
    return at;
}

/* A run of ASCII letters or digits that stands alone. Its word is looked up later, when
 * what that takes is in the cache. */
static inline enum status run_plain(struct tokeniser *t, const char *text, const char *at,
                                    const char *stop, struct token_list *tokens)
{
    struct token token = {NULL,
                          (uint32_t)(at - text),
                          (uint32_t)(stop - text),
                          tokens->next_position++,
                          tokens->next_group++,
                          TOKEN_UNIT};
    text_words_prefetch(&t->words, (struct slice){at, (size_t)(stop - at)});
    return push(tokens, token);
}

/* Looks up the words of the tokens from `from` on that have none yet. */
static enum status resolve(struct tokeniser *t, const char *text,
                           struct token_list *tokens, size_t from)
{
    for (size_t i = from; i < tokens->count; i++) {
        struct token *token = &tokens->items[i];
        if (token->word)
            continue;
        struct slice spelling = {text + token->start, token->end - token->start};
        token->word = text_words_get(&t->words, spelling);
        if (!token->word)
            return STATUS_NO_MEMORY;
        __builtin_prefetch(token->word);
    }
    return STATUS_OK;
}

/* Punctuation parts what is written without spaces; a line break does not. */
static bool is_blank(const char *at, size_t size)
{
    return (unsigned char)*at <= ' ' || (size == 3 && memcmp(at, "\xE3\x80\x80", 3) == 0);
}

enum status tokeniser_run(struct tokeniser *t, struct slice text,
                          struct token_list *tokens)
{
    enum { AHEAD = 256 }; /* tokens whose words are looked up together */
    const char *at = text.data;
    const char *end = text.data + text.size;
    enum status status = STATUS_OK;
    bool after_dictionary = false;
    size_t resolved = tokens->count;
    while (at < end && !status) {
        if (tokens->count - resolved >= AHEAD) {
            status = resolve(t, text.data, tokens, resolved);
            resolved = tokens->count;
            if (status)
                break;
        }
        unsigned char c = (unsigned char)*at;
        bool ascii = c < 0x80;
        if (ascii && !after_dictionary) { /* most text: plain words and blanks */
            enum char_class class = (enum char_class)charclass_ascii[c];
            if (begins_word(class)) {
                const char *stop = skip_class(at + 1, end, class);
                if (goes_on(stop, end)) {
                    status = run_group(t, text.data, &at, end, tokens);
                } else {
                    status = run_plain(t, text.data, at, stop, tokens);
                    at = stop;
                }
                continue;
            }
            if (class != CHAR_AT && class != CHAR_HASH) {
                at++;
                continue;
            }
        }
        struct glyph g = glyph_at(at, end);
        bool sign = (g.class == CHAR_AT || g.class == CHAR_HASH) &&
                    begins_word(glyph_at(at + g.size, end).class);
        if (g.class == CHAR_DICTIONARY) {
            status = run_dictionary(t, text.data, &at, end, tokens);
            after_dictionary = true;
            continue;
        }
        if (begins_word(g.class) || sign) {
            const char *stop = ascii ? skip_class(at, end, g.class) : at;
            if (ascii && !sign && !goes_on(stop, end)) {
                status = run_plain(t, text.data, at, stop, tokens);
                at = stop;
            } else {
                status = run_group(t, text.data, &at, end, tokens);
            }
        } else {
            bool parts = after_dictionary && !is_blank(at, g.size);
            tokens->next_position += parts;
            after_dictionary &= !parts;
            at += g.size;
            continue;
        }
        after_dictionary = false;
    }
    return status ? status : resolve(t, text.data, tokens, resolved);
}
