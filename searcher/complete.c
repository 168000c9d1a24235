/* Words that continue a prefix. An index keeps stems, and the forms of each: those of the
 * stems that begin with the prefix's first letter are looked through, because a stem may
 * go on otherwise than its forms do (`cri` of `cry`, `die` of `dying`). */
#include "common/hash.h"
#include "common/text/fold.h"
#include "common/text/utf8.h"
#include "searcher/internal.h"

#include <stdlib.h>

enum { LIMIT_DEFAULT = 10 };

struct word_count {
    struct slice word; /* as it is written most often */
    struct slice folded;
    uint64_t articles, most; /* of all its forms; of the one that is shown */
};

struct pressmark_words {
    struct word_count *items;
    size_t count;
    struct arena arena;
};

struct completion {
    struct pressmark_searcher *searcher;
    struct slice prefix; /* folded */
    char folded[TEXT_WORD_MAX];
    unsigned limit;
    struct segment *segment;
    struct pressmark_words *words; /* a table while it is filled */
    size_t slots;
    enum status status;
};

static struct word_count *slot_of(const struct completion *c, struct slice folded)
{
    size_t i = hash_bytes(folded.data, folded.size) & (c->slots - 1);
    while (c->words->items[i].folded.data &&
           !slice_equal(c->words->items[i].folded, folded))
        i = (i + 1) & (c->slots - 1);
    return &c->words->items[i];
}

static bool make_room(struct completion *c)
{
    struct word_count *old = c->words->items;
    size_t old_slots = c->slots;
    if (old && c->words->count * 2 < c->slots)
        return true;
    struct word_count *items = calloc(old ? old_slots * 2 : 256, sizeof *items);
    if (!items)
        return false;
    c->slots = old ? old_slots * 2 : 256;
    c->words->items = items;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i].folded.data)
            *slot_of(c, old[i].folded) = old[i];
    free(old);
    return true;
}

static struct slice keep(struct completion *c, struct slice text)
{
    return (struct slice){arena_copy(&c->words->arena, text.data, text.size), text.size};
}

static bool add_form(struct completion *c, struct slice form, struct slice folded,
                     uint32_t articles)
{
    if (!make_room(c))
        return false;
    struct word_count *w = slot_of(c, folded);
    if (!w->folded.data) {
        w->folded = keep(c, folded);
        c->words->count++;
    }
    w->articles += articles;
    bool is_small = articles == w->most && slice_compare(form, w->word) > 0;
    if (articles > w->most || is_small) { /* small letters come after capitals */
        w->most = articles;
        w->word = keep(c, form);
    }
    return w->folded.data && w->word.data;
}

static bool visit(void *context, struct slice stem, const struct segment_forms *forms)
{
    struct completion *c = context;
    char folded[TEXT_WORD_MAX];
    bool good = true;
    (void)stem;
    for (size_t i = 0; i < forms->count && good; i++) {
        struct slice form = forms->items[i].text;
        struct slice plain = {folded, text_fold(form, folded)};
        if (plain.size >= c->prefix.size &&
            memcmp(plain.data, c->prefix.data, c->prefix.size) == 0)
            good = add_form(c, form, plain, forms->items[i].doc_freq);
    }
    if (!good)
        c->status = STATUS_NO_MEMORY;
    return good;
}

static int by_articles(const void *x, const void *y)
{
    const struct word_count *a = x, *b = y;
    if (a->articles != b->articles)
        return a->articles < b->articles ? 1 : -1;
    return slice_compare(a->folded, b->folded);
}

static void sort(struct completion *c)
{
    struct word_count *items = c->words->items;
    size_t kept = 0;
    for (size_t i = 0; i < c->slots; i++)
        if (items[i].folded.data)
            items[kept++] = items[i];
    if (kept > 0)
        qsort(items, kept, sizeof *items, by_articles);
    c->words->count = kept < c->limit ? kept : c->limit;
}

static enum status try_complete(struct pressmark_searcher *s, void *context,
                                struct status_error *err)
{
    struct completion *c = context;
    struct slice first = c->prefix;
    pressmark_words_free(c->words);
    c->slots = 0;
    c->words = calloc(1, sizeof *c->words);
    if (!c->words)
        return status_no_memory(err);
    if (analyser_keeps_first_letter(s->analyser, &s->languages))
        utf8_decode(first.data, first.data + first.size, &first.size);
    else
        first.size = 0;
    for (size_t i = 0; i < s->snapshots.count; i++)
        for (size_t k = 0; k < s->snapshots.items[i]->segment_count; k++) {
            c->segment = s->snapshots.items[i]->segments[k];
            c->segment->ops->each_word(c->segment, first, visit, c);
            enum status status =
                c->status ? status_no_memory(err) : segment_failed(c->segment, err);
            if (status)
                return status;
        }
    sort(c);
    return STATUS_OK;
}

enum pressmark_status pressmark_complete(struct pressmark_searcher *searcher,
                                         const char *prefix, unsigned limit,
                                         struct pressmark_words **words,
                                         struct pressmark_error *err)
{
    struct status_error why = {0};
    struct completion c = {.searcher = searcher, .limit = limit ? limit : LIMIT_DEFAULT};
    struct slice text = slice_trim(slice_of(prefix));
    *words = NULL;
    if (text.size > TEXT_WORD_MAX / 4) /* no word is as long */
        text.size = 0;
    c.prefix = (struct slice){c.folded, text_fold(text, c.folded)};
    enum status status = STATUS_OK;
    if (searcher->remote)
        status =
            status_set(&why, STATUS_UNSUPPORTED, "words cannot be completed over tcp:");
    else if (c.prefix.size > 0)
        status = searcher_repeat(searcher, try_complete, &c, &why);
    else if (!(c.words = calloc(1, sizeof *c.words)))
        status = status_no_memory(&why);
    if (status)
        pressmark_words_free(c.words);
    else
        *words = c.words;
    return searcher_status(status, &why, err);
}

const char *pressmark_words_get(const struct pressmark_words *words, size_t i,
                                uint64_t *articles)
{
    if (i >= words->count)
        return NULL;
    if (articles)
        *articles = words->items[i].articles;
    return words->items[i].word.data;
}

void pressmark_words_free(struct pressmark_words *words)
{
    if (!words)
        return;
    free(words->items);
    arena_free(&words->arena);
    free(words);
}
