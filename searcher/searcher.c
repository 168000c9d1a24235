#include "searcher/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define TIE_STATUS(name, number, text)                          \
    _Static_assert((int)STATUS_##name == (int)PRESSMARK_##name, \
                   "status numbers are tied");
STATUS_MAP(TIE_STATUS)
#undef TIE_STATUS

#define TIE_FIELD(name, key, tag, list)                                                \
    _Static_assert((int)ARTICLE_##name == (int)PRESSMARK_##name || ARTICLE_##name < 0, \
                   "fields are tied");
TIE_FIELD(ID, , , )
TIE_FIELD(BODY, , , )
TIE_FIELD(AUTHOR, , , )
TIE_FIELD(TOPICS, , , )
TIE_FIELD(RELATED_URL, , , )
#undef TIE_FIELD

enum { REPEATS_MAX = 100, REPEAT_NAP_MS = 2 };

const char *pressmark_version(void)
{
    return PRESSMARK_LIBRARY_VERSION;
}

const char *pressmark_status_text(enum pressmark_status status)
{
    return status_text((enum status)status);
}

enum pressmark_status searcher_status(enum status status, const struct status_error *from,
                                      struct pressmark_error *to)
{
    if (status && to) {
        const char *message = from->message[0] ? from->message : status_text(status);
        to->status = (enum pressmark_status)status;
        snprintf(to->message, sizeof to->message, "%s", message);
    }
    return (enum pressmark_status)status;
}

void pressmark_close(struct pressmark_searcher *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->snapshots.count; i++)
        snapshot_close(s->snapshots.items[i]);
    free(s->snapshots.items);
    remote_close(s->remote);
    analyser_free(s->analyser);
    transliterator_free(s->transliterator);
    free(s->tokens.items);
    free(s->highlights.items);
    buffer_free(&s->record);
    free(s);
}

/* How many articles are in each language. */
struct language_count {
    char code[16];
    uint64_t articles;
};

struct language_counts {
    struct language_count items[64];
    size_t count;
};

static bool count_language(void *context, struct slice term, uint32_t doc_freq)
{
    struct language_counts *c = context;
    size_t size = term.size - 1, i = 0; /* without the prefix */
    if (size >= sizeof c->items[0].code)
        return true;
    while (i < c->count && (strlen(c->items[i].code) != size ||
                            memcmp(c->items[i].code, term.data + 1, size) != 0))
        i++;
    if (i == sizeof c->items / sizeof *c->items)
        return true;
    if (i == c->count)
        memcpy(c->items[c->count++].code, term.data + 1, size);
    c->items[i].articles += doc_freq;
    return true;
}

static int by_articles(const void *x, const void *y)
{
    const struct language_count *a = x, *b = y;
    return (a->articles < b->articles) - (a->articles > b->articles);
}

/* The languages that the articles are in, most frequent first. */
static enum status find_languages(struct pressmark_searcher *s, struct status_error *err)
{
    struct language_counts counts = {.count = 0};
    struct slice prefix = slice_of("L");
    uint64_t articles = 0, known = 0;
    for (size_t i = 0; i < s->snapshots.count; i++) {
        struct snapshot *snapshot = s->snapshots.items[i];
        for (size_t k = 0; k < snapshot->segment_count; k++) {
            struct segment *segment = snapshot->segments[k];
            segment->ops->each_term(segment, prefix, count_language, &counts);
            enum status status = segment_failed(segment, err);
            if (status)
                return status;
            articles += segment->articles;
        }
    }
    qsort(counts.items, counts.count, sizeof *counts.items, by_articles);
    s->languages.count = 0;
    for (size_t i = 0; i < counts.count; i++) {
        known += counts.items[i].articles;
        analyser_add_language(&s->languages, slice_of(counts.items[i].code));
    }
    if (known < articles)
        analyser_add_language(&s->languages, slice_of("none"));
    return STATUS_OK;
}

/* The indexes have one language, and the analyser has it; they may have been built anew.
 */
static enum status match_language(struct pressmark_searcher *s, struct status_error *err)
{
    const struct snapshot *first = s->snapshots.items[0];
    const char *language = first->manifest.analyser.language;
    for (size_t i = 1; i < s->snapshots.count; i++) {
        const struct snapshot *other = s->snapshots.items[i];
        if (strcmp(language, other->manifest.analyser.language) != 0)
            return status_set(
                err, STATUS_ARGUMENT,
                "'%s' has the language '%s' and '%s' has '%s': search them one "
                "by one",
                first->path, language, other->path, other->manifest.analyser.language);
    }
    if (!s->analyser || strcmp(language, s->language) != 0) {
        analyser_free(s->analyser);
        snprintf(s->language, sizeof s->language, "%s", language);
        enum status status = analyser_new(language, &s->analyser, err);
        if (status)
            return status;
    }
    return analyser_is_auto(s->analyser) ? find_languages(s, err) : STATUS_OK;
}

static enum status open_all(struct pressmark_searcher *s, const char *const *paths,
                            size_t count, struct status_error *err)
{
    if (count == 0 || !paths)
        return status_set(err, STATUS_ARGUMENT, "no index was given");
    for (size_t i = 0; i < count; i++)
        if (remote_is_path(paths[i]))
            return remote_open(s, paths, count, err);
    s->snapshots.items = calloc(count, sizeof *s->snapshots.items);
    if (!s->snapshots.items)
        return status_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        enum status status = snapshot_open(paths[i], &s->snapshots.items[i], err);
        if (status)
            return status;
        s->snapshots.count++;
    }
    return match_language(s, err);
}

enum pressmark_status pressmark_open(const char *const *paths, size_t count,
                                     struct pressmark_searcher **searcher,
                                     struct pressmark_error *err)
{
    struct status_error why = {0};
    *searcher = NULL;
    struct pressmark_searcher *s = calloc(1, sizeof *s);
    if (!s)
        return searcher_status(status_no_memory(&why), &why, err);
    s->parameters = score_defaults;
    buffer_init(&s->record, ARTICLE_RECORD_MAX);
    s->transliterator = transliterator_new();
    enum status status =
        s->transliterator ? open_all(s, paths, count, &why) : status_no_memory(&why);
    if (status)
        pressmark_close(s);
    else
        *searcher = s;
    return searcher_status(status, &why, err);
}

static enum status refresh(struct pressmark_searcher *s, struct status_error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < s->snapshots.count && !status; i++)
        status = snapshot_refresh(s->snapshots.items[i], err);
    return status ? status : match_language(s, err);
}

/* A writer that merges takes files away while they are read. */
static bool is_overtaken(const struct pressmark_searcher *s)
{
    bool overtaken = false;
    for (size_t i = 0; i < s->snapshots.count; i++)
        overtaken |= snapshot_is_replaced(s->snapshots.items[i]);
    return overtaken;
}

enum status searcher_repeat(struct pressmark_searcher *s,
                            enum status work(struct pressmark_searcher *s, void *context,
                                             struct status_error *err),
                            void *context, struct status_error *err)
{
    enum status status = STATUS_STALE;
    for (int i = 0; i < REPEATS_MAX && status == STATUS_STALE; i++) {
        struct timespec nap = {0, REPEAT_NAP_MS * 1000000L};
        if (i > 1)
            nanosleep(&nap, NULL);
        status = refresh(s, err);
        if (status)
            continue;
        status = work(s, context, err);
        if (status && is_overtaken(s))
            status = STATUS_STALE;
    }
    return status;
}

const struct analyser_fingerprint *searcher_weights(const struct pressmark_searcher *s)
{
    return &s->snapshots.items[0]->manifest.analyser;
}

enum status searcher_analyse(struct pressmark_searcher *s, const struct article *a,
                             struct text_analysis *analysis, struct status_error *err)
{
    struct text_parts parts = analyser_parts(a);
    parts.link_count = 0;
    enum status status =
        analyser_speak(s->analyser, article_text(a, ARTICLE_LANGUAGE), err);
    if (!status && text_analyse(analysis, analyser_tokeniser(s->analyser), &parts))
        status = status_no_memory(err);
    return status;
}

/* For English there is a list of stop words. Those of other languages are told by being
 * in most articles: rare as they are in an index of several languages, they would weigh
 * most. Of few articles half is no measure. */
uint64_t searcher_common(const struct pressmark_searcher *s, struct slice language)
{
    enum { FEW = 20 };
    struct schema_term term;
    uint64_t all = 0, own = 0;
    schema_filter_term(SCHEMA_LANGUAGE, language, &term);
    for (size_t i = 0; i < s->snapshots.count; i++)
        for (size_t k = 0; k < s->snapshots.items[i]->segment_count; k++) {
            struct segment *segment = s->snapshots.items[i]->segments[k];
            struct segment_term info = {0};
            if (language.size > 0)
                segment_get_term(segment, schema_slice(&term), &info);
            own += info.doc_freq;
            all += segment->documents;
        }
    struct slice spoken = language.size > 0 ? language : slice_of(s->language);
    bool is_english = spoken.size >= 2 && strncasecmp(spoken.data, "en", 2) == 0;
    uint64_t articles = own > 0 ? own : all;
    return is_english || articles < FEW ? UINT64_MAX : articles / 2;
}

enum status searcher_load(struct pressmark_searcher *s, struct segment *segment,
                          uint32_t docid, struct article *a, struct status_error *err)
{
    buffer_clear(&s->record);
    article_reset(a);
    segment->ops->record(segment, docid, &s->record);
    if (segment->failed)
        return segment_failed(segment, err);
    enum status status =
        article_decode(a, (struct slice){s->record.data, s->record.size});
    return status ? status_set(err, status, "a stored article is damaged") : STATUS_OK;
}
