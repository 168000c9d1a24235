#include "indexer/worker.h"

#include "common/index/analyser.h"
#include "common/index/sealed_segment.h"
#include "common/pages.h"
#include "indexer/invert/inverter.h"
#include "indexer/invert/run.h"
#include "indexer/reprints.h"

#include <stdlib.h>
#include <time.h>

/* Seconds of work that go into one segment. */
#define CHECKPOINT_S 40

/* A segment that this worker published in this run. */
struct own_segment {
    char name[MANIFEST_NAME_SIZE];
    struct sealed_reader *reader;
};

/* Where an earlier version of an article is. */
enum place_kind { PLACE_NONE, PLACE_AT_HAND, PLACE_OWN, PLACE_BASE };

struct place {
    enum place_kind kind;
    size_t segment;
    uint32_t docid;
};

/* Ids that this worker has taken in this run, as 32 bits of their hashes: one that is not
 * here was not taken. */
struct seen {
    uint32_t *slots; /* 0: free */
    size_t slot_count, count;
};

struct worker {
    const struct worker_shared *shared;
    struct analyser *analyser;
    struct text_analysis analysis;
    struct inverter *inverter;
    struct reprint_finder *reprints;
    struct article article;
    struct buffer hashed, record;
    char name[MANIFEST_NAME_SIZE]; /* of the segment at hand */
    struct timespec begun;         /* it was */
    struct seen seen;
    struct own_segment *own;
    size_t own_count, own_capacity;
    struct index_death *deaths; /* to be published with the segment at hand */
    size_t death_count, death_capacity;
    uint64_t changes; /* of the segment at hand */
    struct pipeline_counts counts;
};

enum status worker_new(const struct worker_shared *shared, struct worker **out,
                       struct status_error *err)
{
    *out = NULL;
    struct worker *w = calloc(1, sizeof *w);
    if (!w)
        return status_no_memory(err);
    w->shared = shared;
    buffer_init(&w->hashed, ARTICLE_RECORD_MAX);
    buffer_init(&w->record, ARTICLE_RECORD_MAX);
    article_init(&w->article);
    enum status status = analyser_new(shared->options->language, &w->analyser, err);
    if (!status)
        status = inverter_new(&w->inverter, err);
    if (!status)
        status = reprint_finder_new(shared->reprints,
                                    index_writer_path(shared->options->writer),
                                    w->analyser, &w->reprints, err);
    if (status)
        worker_free(w);
    else
        *out = w;
    return status;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    inverter_free(w->inverter);
    reprint_finder_free(w->reprints);
    text_analysis_free(&w->analysis);
    analyser_free(w->analyser);
    article_free(&w->article);
    buffer_free(&w->hashed);
    buffer_free(&w->record);
    for (size_t i = 0; i < w->own_count; i++)
        sealed_reader_close(w->own[i].reader);
    free(w->own);
    free(w->deaths);
    pages_free(w->seen.slots, w->seen.slot_count * sizeof *w->seen.slots);
    free(w);
}

const struct pipeline_counts *worker_counts(const struct worker *w)
{
    return &w->counts;
}

/* --- earlier versions --- */

enum { SEEN_FIRST = 1 << 12 };

/* The slot of a value (not 0), or the free one where it belongs. */
static uint32_t *seen_slot(uint32_t *slots, size_t count, uint32_t value)
{
    size_t i = value & (count - 1);
    while (slots[i] != 0 && slots[i] != value)
        i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool grow_seen(struct seen *s)
{
    if (s->slots && s->count * 2 < s->slot_count)
        return true;
    size_t wanted = s->slot_count ? s->slot_count * 2 : SEEN_FIRST;
    uint32_t *slots = pages_alloc(wanted * sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < s->slot_count; i++)
        if (s->slots[i] != 0)
            *seen_slot(slots, wanted, s->slots[i]) = s->slots[i];
    pages_free(s->slots, s->slot_count * sizeof *slots);
    s->slots = slots;
    s->slot_count = wanted;
    return true;
}

/* Notes the id; *before tells whether it may have been taken already. */
static enum status note_id(struct seen *s, struct slice id, bool *before)
{
    uint32_t value = (uint32_t)(hash_bytes(id.data, id.size) >> 32);
    value = value ? value : 1;
    if (!grow_seen(s))
        return STATUS_NO_MEMORY;
    uint32_t *slot = seen_slot(s->slots, s->slot_count, value);
    *before = *slot != 0;
    s->count += *slot == 0;
    *slot = value;
    return STATUS_OK;
}

/* The newest version comes first: the segment at hand, those of this run, those of
 * before. */
static enum status find_id(struct worker *w, struct slice term, bool seen,
                           struct place *place, struct status_error *err)
{
    const struct worker_shared *shared = w->shared;
    enum status status = STATUS_OK;
    uint32_t docid = seen ? inverter_find(w->inverter, term) : 0;
    *place = (struct place){docid > 0 ? PLACE_AT_HAND : PLACE_NONE, 0, docid};
    for (size_t i = seen ? w->own_count : 0; !place->kind && !status && i-- > 0;) {
        status = sealed_segment_find(w->own[i].reader, term, &docid, err);
        if (docid > 0)
            *place = (struct place){PLACE_OWN, i, docid};
    }
    for (size_t i = shared->base_count; !place->kind && !status && i-- > 0;) {
        status = sealed_segment_find(shared->base[i]->reader, term, &docid, err);
        if (docid > 0 && !tombstones_has(&shared->base_dead[i], docid))
            *place = (struct place){PLACE_BASE, i, docid};
    }
    return status;
}

static uint64_t hash_at(const struct worker *w, struct place place)
{
    switch (place.kind) {
    case PLACE_AT_HAND:
        return inverter_hash(w->inverter, place.docid);
    case PLACE_OWN:
        return sealed_hash(w->own[place.segment].reader, place.docid);
    case PLACE_BASE:
        return sealed_hash(w->shared->base[place.segment]->reader, place.docid);
    default:
        return 0;
    }
}

static enum status bury(struct worker *w, struct place place)
{
    const char *name = place.kind == PLACE_AT_HAND ? w->name
                       : place.kind == PLACE_OWN   ? w->own[place.segment].name
                                                   : w->shared->base[place.segment]->name;
    struct index_death *deaths = buffer_grow_array(w->deaths, &w->death_capacity,
                                                   w->death_count + 1, sizeof *deaths);
    if (!deaths)
        return STATUS_NO_MEMORY;
    w->deaths = deaths;
    struct index_death *d = &w->deaths[w->death_count++];
    memcpy(d->name, name, sizeof d->name);
    d->docid = place.docid;
    return STATUS_OK;
}

/* --- sealing --- */

static struct text_words *words_of(const struct worker *w)
{
    return tokeniser_words(analyser_tokeniser(w->analyser));
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) +
           (double)(now.tv_nsec - then->tv_nsec) * 1e-9;
}

static enum status begin(struct worker *w, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    clock_gettime(CLOCK_MONOTONIC, &w->begun);
    enum status status =
        index_writer_new_name(w->shared->options->writer, w->name, path, err);
    const char *folder = index_writer_path(w->shared->options->writer);
    return status ? status : inverter_begin(w->inverter, folder, path, err);
}

/* Ids of this segment may come again: it stays open for looking them up. */
static enum status keep(struct worker *w, struct status_error *err)
{
    char path[MANIFEST_PATH_SIZE];
    struct own_segment *own =
        buffer_grow_array(w->own, &w->own_capacity, w->own_count + 1, sizeof *own);
    if (!own)
        return status_no_memory(err);
    w->own = own;
    struct own_segment *s = &w->own[w->own_count];
    memcpy(s->name, w->name, sizeof s->name);
    enum status status =
        manifest_path(index_writer_path(w->shared->options->writer), w->name, path, err);
    if (!status)
        status = sealed_reader_open(path, &s->reader, err);
    w->own_count += status == STATUS_OK;
    return status;
}

enum status worker_finish(struct worker *w, struct status_error *err)
{
    if (!inverter_has_begun(w->inverter))
        return STATUS_OK;
    enum status status = inverter_seal(w->inverter, words_of(w), err);
    struct index_change change = {.added = w->name,
                                  .deaths = w->deaths,
                                  .death_count = w->death_count,
                                  .changes = w->changes};
    if (!status)
        status = index_writer_publish(w->shared->options->writer, &change, err);
    if (!status)
        status = keep(w, err);
    w->death_count = 0;
    w->changes = 0;
    return status;
}

/* Sorting needs room itself: lists of the words, and the largest bucket of occurrences.
 */
enum { SORT_BYTES_PER_WORD = 48, BUCKET_SHARE = 8 };

/* Memory that is not freed by a spill, but for that of the words. */
static size_t kept_bytes(const struct worker *w)
{
    const struct text_words *words = words_of(w);
    return text_words_bytes(words) + words->word_count * (size_t)SORT_BYTES_PER_WORD +
           inverter_spills(w->inverter) * RUN_BUFFER +
           w->seen.slot_count * sizeof *w->seen.slots;
}

static bool is_full(struct worker *w)
{
    size_t inverted = inverter_bytes(w->inverter);
    return inverted + inverted / BUCKET_SHARE + kept_bytes(w) >=
               w->shared->memory_bytes ||
           inverter_unspilled(w->inverter) >= INVERTER_ARTICLES_MAX ||
           words_of(w)->word_count >= INVERTER_WORDS_MAX;
}

/* A segment is sealed after CHECKPOINT_S: with the sealing, a crash costs a minute. Words
 * are forgotten between spills, when they take too much of the memory. */
static enum status make_room(struct worker *w, struct status_error *err)
{
    enum { SPILLS_MAX = 32, ARTICLES_MAX = 2000000 };
    bool due = seconds_since(&w->begun) >= CHECKPOINT_S;
    if (!due && !is_full(w))
        return STATUS_OK;
    bool seal = due || inverter_spills(w->inverter) >= SPILLS_MAX ||
                inverter_articles(w->inverter) >= ARTICLES_MAX ||
                inverter_id_bytes(w->inverter) >= w->shared->memory_bytes / 3;
    enum status status =
        seal ? worker_finish(w, err) : inverter_spill(w->inverter, words_of(w), err);
    if (text_words_bytes(words_of(w)) > w->shared->memory_bytes / 3 ||
        words_of(w)->word_count >= INVERTER_WORDS_MAX)
        text_words_clear(words_of(w));
    size_t kept = inverter_bytes(w->inverter) + kept_bytes(w);
    inverter_trim(w->inverter,
                  kept < w->shared->memory_bytes ? w->shared->memory_bytes - kept : 0);
    return status;
}

/* --- articles --- */

static enum status analyse(struct worker *w)
{
    struct text_parts parts = analyser_parts(&w->article);
    return text_analyse(&w->analysis, analyser_tokeniser(w->analyser), &parts);
}

static enum status invert(struct worker *w, const struct hash128 *hash,
                          struct status_error *err)
{
    buffer_clear(&w->record);
    enum status status = inverter_has_begun(w->inverter) ? STATUS_OK : begin(w, err);
    if (status)
        return status;
    status =
        analyser_speak(w->analyser, article_text(&w->article, ARTICLE_LANGUAGE), err);
    if (status)
        return status;
    if (analyse(w))
        return status_no_memory(err);
    uint64_t number =
        schema_hash((struct slice){(const char *)hash->bytes, sizeof hash->bytes});
    status = reprint_finder_find(w->reprints, &w->article, number, &w->analysis, err);
    if (status)
        return status;
    if (sealed_segment_encode(&w->article, w->shared->options->store_body, &w->record))
        return status_no_memory(err);
    struct inverter_article in = {.article = &w->article,
                                  .analysis = &w->analysis,
                                  .record = {w->record.data, w->record.size},
                                  .hash = number};
    return inverter_add(w->inverter, &in, err);
}

static enum status put(struct worker *w, struct status_error *err)
{
    struct schema_term term;
    struct hash128 hash;
    struct slice id = article_text(&w->article, ARTICLE_ID);
    bool seen = false;
    if (index_hash(&w->article, w->shared->options->store_body, &w->hashed, &hash) ||
        note_id(&w->seen, id, &seen))
        return status_no_memory(err);
    schema_filter_term(SCHEMA_ID, id, &term);
    struct place place;
    enum status status = find_id(w, schema_slice(&term), seen, &place, err);
    if (status)
        return status;
    struct slice bytes = {(const char *)hash.bytes, sizeof hash.bytes};
    if (place.kind != PLACE_NONE && hash_at(w, place) == schema_hash(bytes)) {
        w->counts.unchanged++;
        return STATUS_OK;
    }
    status = invert(w, &hash, err);
    if (status == STATUS_LIMIT) {
        w->counts.rejected++;
        w->shared->reject(w->shared->context, id, err->message);
        return STATUS_OK;
    }
    if (!status && place.kind != PLACE_NONE && bury(w, place))
        status = status_no_memory(err);
    w->counts.added += place.kind == PLACE_NONE;
    w->counts.updated += place.kind != PLACE_NONE;
    w->changes++;
    return status ? status : make_room(w, err);
}

enum status worker_put(struct worker *w, struct slice origin, struct slice record,
                       struct status_error *err)
{
    article_reset(&w->article);
    w->article.origin = origin;
    enum status status = article_decode(&w->article, record);
    return status ? status_set(err, status, "%s", status_text(status)) : put(w, err);
}
