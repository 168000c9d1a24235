#include "indexer/reprints.h"

#include "common/hash.h"
#include "common/index/snapshot.h"
#include "common/text/shingles.h"

#include <pthread.h>
#include <stdlib.h>

/* Sketches are looked up by bands of three of their numbers, of which one is the same
 * with .997 at a similarity of .8. The estimate is off by .07 or so, and copies that are
 * none are told later. */
enum { BANDS = 8, BAND_NUMBERS = 3, LOOKS_MAX = 64 };
#define ESTIMATE_MIN 0.55

/* What is like another this much is found by the other's bands as well. */
#define ESTIMATE_SAME 0.9

/* Of a text so many of its longest words are looked up, and of those that are in few
 * articles the rarest; where most of them meet is an article to compare, if it is about
 * as long. */
enum { WORDS_LOOKED_UP = 16, WORDS_RAREST = 8, WORDS_FEW = 4, COMPARED_MAX = 4 };
enum { WORD_ARTICLES_MAX = 64, WORD_ARTICLES_MOST = 500 };
#define WORDS_SHARE  0.7
#define LENGTH_SHARE 0.7
#define COPY_MIN     0.7

struct entry {
    struct text_sketch sketch;
    uint64_t id;      /* its hash */
    struct slice key; /* of the first of the copies, see article.h */
};

/* Articles that were noted one after the other. */
struct generation {
    struct entry *entries;
    size_t count, capacity;
    uint32_t *slots; /* a table by band: index of an entry + 1 */
    size_t slot_count;
    struct arena keys;
};

struct reprints {
    pthread_mutex_t mutex;
    struct generation now, before;
    size_t bytes_max;
    bool text_is_stored;
};

struct rare_word {
    const struct text_stem *stem;
    uint32_t doc_freq;
};

struct reprint_finder {
    struct reprints *shared;
    struct snapshot *base;
    struct analyser *analyser;
    struct text_analysis analysis; /* of an article that is compared */
    struct text_shingles own, other;
    bool own_is_read;                          /* of the article at hand */
    struct rare_word longest[WORDS_LOOKED_UP]; /* its longest words */
    size_t longest_count;
    struct buffer record;
    struct article article;
    uint32_t *docids; /* those of the rarest words */
    size_t docid_count, docid_capacity;
};

/* --- generations --- */

static void free_generation(struct generation *g)
{
    free(g->entries);
    free(g->slots);
    arena_free(&g->keys);
    *g = (struct generation){0};
}

static size_t generation_bytes(const struct generation *g)
{
    return g->capacity * sizeof *g->entries + g->slot_count * sizeof *g->slots +
           g->keys.used_bytes;
}

static uint64_t band_of(const struct text_sketch *s, size_t band)
{
    const uint16_t *n = s->items + band * BAND_NUMBERS;
    uint64_t h = (uint64_t)n[0] << 32 | (uint64_t)n[1] << 16 | n[2];
    h = (h + band + 1) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

/* The entries that are most like a sketch: of another article, and of an earlier version
 * of the same. */
struct likeness {
    const struct entry *other, *earlier;
    double other_estimate, earlier_estimate;
};

static void find_in(const struct generation *g, const struct text_sketch *sketch,
                    uint64_t id, struct likeness *l)
{
    for (size_t b = 0; b < BANDS && g->slot_count > 0; b++) {
        size_t i = band_of(sketch, b) & (g->slot_count - 1);
        for (int looks = 0; g->slots[i] != 0 && looks < LOOKS_MAX; looks++) {
            const struct entry *e = &g->entries[g->slots[i] - 1];
            double alike = text_sketch_compare(&e->sketch, sketch);
            if (e->id == id && alike >= l->earlier_estimate) {
                l->earlier = e;
                l->earlier_estimate = alike;
            } else if (e->id != id && alike > l->other_estimate) {
                l->other = e;
                l->other_estimate = alike;
            }
            i = (i + 1) & (g->slot_count - 1);
        }
    }
}

static void put_bands(struct generation *g, uint32_t entry)
{
    for (size_t b = 0; b < BANDS; b++) {
        size_t i = band_of(&g->entries[entry].sketch, b) & (g->slot_count - 1);
        int looks = 0;
        while (g->slots[i] != 0 && looks++ < LOOKS_MAX)
            i = (i + 1) & (g->slot_count - 1);
        if (g->slots[i] == 0) /* else there are enough that are like it */
            g->slots[i] = entry + 1;
    }
}

static bool make_room(struct generation *g)
{
    struct entry *entries =
        buffer_grow_array(g->entries, &g->capacity, g->count + 1, sizeof *entries);
    if (!entries)
        return false;
    g->entries = entries;
    if ((g->count + 1) * BANDS * 2 <= g->slot_count)
        return true;
    size_t wanted = g->slot_count > 0 ? g->slot_count * 2 : 1 << 12;
    uint32_t *slots = calloc(wanted, sizeof *slots);
    if (!slots)
        return false;
    free(g->slots);
    g->slots = slots;
    g->slot_count = wanted;
    for (size_t i = 0; i < g->count; i++)
        put_bands(g, (uint32_t)i);
    return true;
}

static enum status note(struct reprints *r, const struct text_sketch *sketch,
                        struct slice id, struct slice key)
{
    struct generation *g = &r->now;
    if (generation_bytes(g) > r->bytes_max / 2) {
        free_generation(&r->before);
        r->before = r->now;
        *g = (struct generation){0};
    }
    char *copy = arena_copy(&g->keys, key.data, key.size);
    if (!copy || !make_room(g))
        return STATUS_NO_MEMORY;
    g->entries[g->count] =
        (struct entry){*sketch, hash_bytes(id.data, id.size), {copy, key.size}};
    put_bands(g, (uint32_t)g->count++);
    return STATUS_OK;
}

struct reprints *reprints_new(size_t bytes_max, bool text_is_stored)
{
    struct reprints *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    pthread_mutex_init(&r->mutex, NULL);
    r->bytes_max = bytes_max;
    r->text_is_stored = text_is_stored;
    return r;
}

void reprints_free(struct reprints *r)
{
    if (!r)
        return;
    free_generation(&r->now);
    free_generation(&r->before);
    pthread_mutex_destroy(&r->mutex);
    free(r);
}

/* --- articles of before --- */

enum status reprint_finder_new(struct reprints *r, const char *path,
                               struct analyser *analyser, struct reprint_finder **out,
                               struct status_error *err)
{
    struct reprint_finder *f = *out = calloc(1, sizeof *f);
    if (!f)
        return status_no_memory(err);
    f->shared = r;
    f->analyser = analyser;
    buffer_init(&f->record, ARTICLE_RECORD_MAX);
    article_init(&f->article);
    enum status status =
        r->text_is_stored ? snapshot_open(path, &f->base, err) : STATUS_OK;
    if (status) {
        reprint_finder_free(f);
        *out = NULL;
    }
    return status;
}

void reprint_finder_free(struct reprint_finder *f)
{
    if (!f)
        return;
    snapshot_close(f->base);
    text_analysis_free(&f->analysis);
    text_shingles_free(&f->own);
    text_shingles_free(&f->other);
    buffer_free(&f->record);
    article_free(&f->article);
    free(f->docids);
    free(f);
}

/* The longest words of the body, in no order. */
static size_t longest_words(const struct text_analysis *a, struct rare_word *words)
{
    size_t count = 0;
    for (size_t i = a->field_tokens[TEXT_BODY]; i < a->tokens.count; i++) {
        const struct text_stem *stem = a->tokens.items[i].word->stem;
        size_t k = 0, shortest = 0;
        for (; k < count && words[k].stem != stem; k++)
            if (words[k].stem->text.size < words[shortest].stem->text.size)
                shortest = k;
        if (k < count)
            continue;
        if (count < WORDS_LOOKED_UP)
            words[count++].stem = stem;
        else if (stem->text.size > words[shortest].stem->text.size)
            words[shortest].stem = stem;
    }
    return count;
}

static int by_frequency(const void *x, const void *y)
{
    const struct rare_word *a = x, *b = y;
    if (a->doc_freq != b->doc_freq)
        return a->doc_freq < b->doc_freq ? -1 : 1;
    return slice_compare(a->stem->text, b->stem->text);
}

/* Of the longest words those that few articles of the segment have, the rarest first. */
static size_t choose_rarest(struct segment *s, const struct rare_word *longest,
                            size_t count, struct rare_word *words)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct segment_term info;
        segment_get_term(s, longest[i].stem->text, &info);
        if (info.doc_freq > 0 && info.doc_freq <= WORD_ARTICLES_MOST)
            words[kept++] = (struct rare_word){longest[i].stem, info.doc_freq};
    }
    if (kept > 1)
        qsort(words, kept, sizeof *words, by_frequency);
    kept = kept < WORDS_RAREST ? kept : WORDS_RAREST;
    while (kept > WORDS_FEW && words[kept - 1].doc_freq > WORD_ARTICLES_MAX)
        kept--;
    return kept;
}

static enum status collect_docids(struct reprint_finder *f, struct segment *s,
                                  struct slice stem)
{
    struct segment_cursor *c = segment_cursor_open(s, stem);
    uint32_t docid = c ? segment_cursor_docid(c) : SEGMENT_END;
    for (; docid != SEGMENT_END; docid = segment_cursor_next(c)) {
        uint32_t *docids = buffer_grow_array(f->docids, &f->docid_capacity,
                                             f->docid_count + 1, sizeof *docids);
        if (!docids) {
            segment_cursor_close(c);
            return STATUS_NO_MEMORY;
        }
        f->docids = docids;
        f->docids[f->docid_count++] = docid;
    }
    segment_cursor_close(c);
    return c ? STATUS_OK : STATUS_NO_MEMORY;
}

static int compare_docids(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* Sets copy_of when the article of before has the text. */
static enum status compare_with(struct reprint_finder *f, struct segment *s,
                                uint32_t docid, const struct text_analysis *analysis,
                                struct article *article, double *most,
                                struct status_error *err)
{
    buffer_clear(&f->record);
    article_reset(&f->article);
    s->ops->record(s, docid, &f->record);
    if (s->failed)
        return segment_failed(s, err);
    if (article_decode(&f->article, (struct slice){f->record.data, f->record.size}))
        return status_set(err, STATUS_CORRUPT, "a stored article is damaged");
    struct slice id = article_text(&f->article, ARTICLE_ID);
    if (slice_equal(id, article_text(article, ARTICLE_ID)))
        return STATUS_OK;
    struct text_parts parts = analyser_parts(&f->article);
    parts.link_count = 0;
    if (!f->own_is_read && text_shingles_read(&f->own, analysis))
        return status_no_memory(err);
    f->own_is_read = true;
    if (text_analyse(&f->analysis, analyser_tokeniser(f->analyser), &parts) ||
        text_shingles_read(&f->other, &f->analysis))
        return status_no_memory(err);
    double alike = text_shingles_compare(&f->own, &f->other);
    if (alike < COPY_MIN || alike <= *most)
        return STATUS_OK;
    *most = alike;
    uint64_t hash = (uint64_t)segment_column(s, SEGMENT_HASH, docid);
    struct slice key = f->article.copy_of;
    if (key.size == 0)
        return article_set_copy_of(article, id, hash) ? status_no_memory(err) : STATUS_OK;
    char *copy = arena_copy(&article->arena, key.data, key.size);
    article->copy_of = (struct slice){copy, copy ? key.size : 0};
    return copy ? STATUS_OK : status_no_memory(err);
}

static bool is_about_as_long(struct segment *s, uint32_t docid, int64_t length)
{
    int64_t other = segment_column(s, SEGMENT_WORDS, docid);
    double less = (double)(other < length ? other : length);
    return less >= LENGTH_SHARE * (double)(other < length ? length : other);
}

static enum status find_in_segment(struct reprint_finder *f, struct segment *s,
                                   const struct text_analysis *analysis,
                                   struct article *article, double *most,
                                   struct status_error *err)
{
    struct rare_word words[WORDS_LOOKED_UP];
    int64_t length = (int64_t)analysis->tokens.count;
    size_t count = choose_rarest(s, f->longest, f->longest_count, words), compared = 0;
    enum status status = STATUS_OK;
    f->docid_count = 0;
    for (size_t i = 0; i < count; i++)
        if (collect_docids(f, s, words[i].stem->text))
            return status_no_memory(err);
    if (f->docid_count > 1)
        qsort(f->docids, f->docid_count, sizeof *f->docids, compare_docids);
    for (size_t i = 0, end; i < f->docid_count && !status; i = end) {
        for (end = i + 1; end < f->docid_count && f->docids[end] == f->docids[i];)
            end++;
        bool meets = (double)(end - i) >= WORDS_SHARE * (double)count;
        if (meets && !segment_is_dead(s, f->docids[i]) &&
            is_about_as_long(s, f->docids[i], length) && compared++ < COMPARED_MAX)
            status = compare_with(f, s, f->docids[i], analysis, article, most, err);
    }
    return status ? status : segment_failed(s, err);
}

static enum status find_before(struct reprint_finder *f,
                               const struct text_analysis *analysis,
                               struct article *article, double *most,
                               struct status_error *err)
{
    if (!f->base || f->base->segment_count == 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    f->own_is_read = false;
    f->longest_count = longest_words(analysis, f->longest);
    for (size_t i = 0; i < f->base->segment_count && !status; i++)
        status = find_in_segment(f, f->base->segments[i], analysis, article, most, err);
    return status;
}

/* --- all --- */

/* What others were noted as copies of an earlier version of it they stay copies of: it
 * takes that one's key, which no article has any more. */
static enum status find_in_run(struct reprints *r, const struct text_sketch *sketch,
                               struct article *article, uint64_t hash, double most)
{
    char own[ARTICLE_COPY_OF_MAX];
    struct slice id = article_text(article, ARTICLE_ID);
    struct slice key = {own, article_copy_key(id, hash, own)};
    struct likeness like = {0};
    double least = r->text_is_stored ? ESTIMATE_MIN : TEXT_REPRINT;
    enum status status = STATUS_OK;
    pthread_mutex_lock(&r->mutex);
    find_in(&r->before, sketch, hash_bytes(id.data, id.size), &like);
    find_in(&r->now, sketch, hash_bytes(id.data, id.size), &like);
    const struct entry *best = like.earlier_estimate >= least ? like.earlier : NULL;
    bool is_known = best && like.earlier_estimate >= ESTIMATE_SAME;
    if (!best && like.other_estimate >= least && like.other_estimate > most) {
        best = like.other;
        is_known = like.other_estimate >= ESTIMATE_SAME;
    }
    if (best) {
        char *copy = arena_copy(&article->arena, best->key.data, best->key.size);
        article->copy_of = (struct slice){copy, copy ? best->key.size : 0};
        status = copy ? STATUS_OK : STATUS_NO_MEMORY;
    }
    if (article->copy_of.size > 0)
        key = article->copy_of;
    if (!status && !is_known)
        status = note(r, sketch, id, key);
    pthread_mutex_unlock(&r->mutex);
    return status;
}

enum status reprint_finder_find(struct reprint_finder *f, struct article *article,
                                uint64_t hash, const struct text_analysis *analysis,
                                struct status_error *err)
{
    struct text_sketch sketch;
    double most = 0;
    article->copy_of = (struct slice){0};
    if (!text_sketch_read(&sketch, analysis))
        return STATUS_OK;
    enum status status = find_before(f, analysis, article, &most, err);
    if (status)
        return status;
    return find_in_run(f->shared, &sketch, article, hash, most) ? status_no_memory(err)
                                                                : STATUS_OK;
}
