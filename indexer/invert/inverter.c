#include "indexer/invert/inverter.h"

#include "common/index/analyser.h"
#include "common/index/schema.h"
#include "indexer/invert/flags.h"
#include "indexer/invert/occurrences.h"
#include "indexer/invert/seal.h"

#include <stdlib.h>

/* The level of packing for stored articles; higher ones pack hardly better
 * (tests/bench). */
enum { PACK_LEVEL = 6 };

struct inverter {
    struct sealed_writer *writer; /* NULL: no segment at hand */
    struct occurrences occurrences;
    struct flags flags;
    struct flags ids; /* flags of which each article has its own: they are looked up, and
                         stay in memory until the segment is sealed */
    bool in_order;    /* occurrences came by document and position */
    const char *folder;
    uint32_t spilled; /* articles in the runs */
    struct run *runs;
    size_t run_count, run_capacity;
};

enum status inverter_new(struct inverter **out, struct status_error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? STATUS_OK : status_no_memory(err);
}

void inverter_cancel(struct inverter *inv)
{
    sealed_writer_close(inv->writer);
    inv->writer = NULL;
    occurrences_clear(&inv->occurrences);
    flags_free(&inv->flags);
    flags_free(&inv->ids);
    for (size_t i = 0; i < inv->run_count; i++)
        run_close(&inv->runs[i]);
    inv->run_count = 0;
    inv->spilled = 0;
}

void inverter_free(struct inverter *inv)
{
    if (!inv)
        return;
    inverter_cancel(inv);
    occurrences_free(&inv->occurrences);
    free(inv->runs);
    free(inv);
}

enum status inverter_begin(struct inverter *inv, const char *folder, const char *path,
                           struct status_error *err)
{
    inverter_cancel(inv);
    inv->folder = folder;
    inv->in_order = true;
    return sealed_writer_open(path, TEXT_FIELD_GAP, PACK_LEVEL, &inv->writer, err);
}

bool inverter_has_begun(const struct inverter *inv)
{
    return inv->writer != NULL;
}

uint32_t inverter_articles(const struct inverter *inv)
{
    return inv->writer ? sealed_writer_documents(inv->writer) : 0;
}

uint32_t inverter_unspilled(const struct inverter *inv)
{
    return inverter_articles(inv) - inv->spilled;
}

size_t inverter_spills(const struct inverter *inv)
{
    return inv->run_count;
}

size_t inverter_bytes(const struct inverter *inv)
{
    size_t writer = inv->writer ? sealed_writer_memory(inv->writer) : 0;
    return occurrences_bytes(&inv->occurrences) + flags_bytes(&inv->flags) +
           flags_bytes(&inv->ids) + writer;
}

uint32_t inverter_find(const struct inverter *inv, struct slice flag)
{
    return flags_find(&inv->ids, flag);
}

uint64_t inverter_hash(const struct inverter *inv, uint32_t docid)
{
    return sealed_writer_hash(inv->writer, docid);
}

/* --- from an analysis --- */

static enum status add_tokens(struct inverter *inv, const struct text_analysis *a,
                              uint32_t docid, uint32_t *length)
{
    const struct token_list *tokens = &a->tokens;
    uint32_t before = 0; /* no position */
    *length = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *t = &tokens->items[i];
        const struct text_word *word = t->word;
        uint32_t weight = t->position < a->title_end ? 2 : 1;
        bool same = t->position == before;
        if (!same || !text_stem_repeats(tokens, i, word->stem)) {
            *length += weight;
            if (occurrences_add(
                    &inv->occurrences,
                    occurrence_make(seal_key(word->id, false), docid, t->position)))
                return STATUS_NO_MEMORY;
        }
        if (word->other_stem &&
            !(same && text_stem_repeats(tokens, i, word->other_stem))) {
            *length += weight;
            if (occurrences_add(
                    &inv->occurrences,
                    occurrence_make(seal_key(word->id, true), docid, t->position)))
                return STATUS_NO_MEMORY;
        }
        before = t->position;
    }
    return STATUS_OK;
}

struct flag_context {
    struct inverter *inv;
    uint32_t docid;
};

static enum status add_flag(void *context, struct slice term)
{
    struct flag_context *c = context;
    return inverter_add_flag(c->inv, term, c->docid);
}

static uint32_t count_words(const struct token_list *tokens)
{
    uint32_t words = 0;
    for (size_t i = 0; i < tokens->count; i++)
        words += tokens->items[i].kind == TOKEN_UNIT;
    return words;
}

static struct sealed_positions borrow(const struct text_positions *p)
{
    return (struct sealed_positions){p->items, p->count, p->capacity};
}

enum status inverter_add(struct inverter *inv, const struct inverter_article *in,
                         struct status_error *err)
{
    const struct text_analysis *a = in->analysis;
    uint32_t docid = inverter_articles(inv) + 1;
    struct flag_context context = {inv, docid};
    if (analyser_check_size(a, err))
        return STATUS_LIMIT;
    struct sealed_document document = {.published_s = in->article->published_s,
                                       .hash = in->hash,
                                       .title_end = a->title_end,
                                       .lead_end = a->lead_end,
                                       .position_end = a->tokens.next_position,
                                       .words = count_words(&a->tokens)};
    const struct sealed_positions boundaries[SEALED_BOUNDARY_COUNT] = {
        [SEALED_SENTENCES] = borrow(&a->sentences),
        [SEALED_PARAGRAPHS] = borrow(&a->paragraphs),
        [SEALED_QUOTES] = borrow(&a->quotes)};
    enum status status = add_tokens(inv, a, docid - inv->spilled, &document.length);
    if (!status)
        status = schema_each_filter(in->article, &a->links, add_flag, &context);
    if (status)
        return status_set(err, status, "%s", status_text(status));
    return sealed_writer_document(inv->writer, &document, in->record, boundaries, err);
}

/* --- from parts --- */

enum status inverter_add_document(struct inverter *inv,
                                  const struct sealed_document *document,
                                  struct slice record,
                                  const struct sealed_positions *boundaries,
                                  struct status_error *err)
{
    return sealed_writer_document(inv->writer, document, record, boundaries, err);
}

enum status inverter_add_flag(struct inverter *inv, struct slice flag, uint32_t docid)
{
    bool is_id = flag.data[0] == SCHEMA_ID_PREFIX;
    return flags_add(is_id ? &inv->ids : &inv->flags, flag, docid);
}

enum status inverter_add_occurrence(struct inverter *inv, uint32_t word, uint32_t docid,
                                    uint32_t position)
{
    inv->in_order = false;
    if (word >= OCCURRENCE_KEYS / 2 || position >= OCCURRENCE_POSITIONS)
        return STATUS_LIMIT;
    return occurrences_add(&inv->occurrences,
                           occurrence_make(seal_key(word, false), docid, position));
}

/* --- sealing --- */

static enum status pass_on_words(struct inverter *inv, struct term_sink *sink,
                                 const struct text_word *const *words, size_t count,
                                 struct status_error *err)
{
    struct seal_input in = {.occurrences = &inv->occurrences,
                            .flags = &inv->flags,
                            .base = inv->spilled,
                            .in_order = inv->in_order,
                            .words = words,
                            .word_count = count};
    enum status status = seal_terms(sink, &in, err);
    occurrences_clear(&inv->occurrences);
    flags_free(&inv->flags);
    inv->spilled = inverter_articles(inv);
    return status;
}

static enum status pass_on(struct inverter *inv, struct term_sink *sink,
                           const struct text_words *words, struct status_error *err)
{
    const struct text_word **list = malloc((words->word_count + 1ull) * sizeof *list);
    if (!list)
        return status_no_memory(err);
    text_words_list(words, list);
    enum status status = pass_on_words(inv, sink, list, words->word_count, err);
    free(list);
    return status;
}

enum status inverter_spill(struct inverter *inv, const struct text_words *words,
                           struct status_error *err)
{
    struct run *runs = buffer_grow_array(inv->runs, &inv->run_capacity,
                                         inv->run_count + 1, sizeof *runs);
    if (!runs)
        return status_no_memory(err);
    inv->runs = runs;
    struct run *r = &inv->runs[inv->run_count++];
    enum status status = run_open(r, inv->folder, err);
    return status ? status : pass_on(inv, &r->head, words, err);
}

/* The last part of a segment has the ids of all. */
static enum status add_ids(struct inverter *inv)
{
    enum status status = STATUS_OK;
    struct flags rest = inv->flags;
    for (size_t i = 0; i < rest.entry_count && !status; i++)
        status = flags_add(&inv->ids, rest.items[rest.entries[i].flag].text,
                           rest.entries[i].docid);
    inv->flags = inv->ids;
    inv->ids = (struct flags){0};
    flags_free(&rest);
    return status;
}

size_t inverter_id_bytes(const struct inverter *inv)
{
    return flags_bytes(&inv->ids);
}

void inverter_trim(struct inverter *inv, size_t bytes)
{
    occurrences_trim(&inv->occurrences, bytes);
}

/* With runs the last part goes to the disk too, and its memory is free for the merge. */
static enum status seal_all(struct inverter *inv, struct term_sink *sink,
                            struct text_words *words, struct status_error *err)
{
    if (add_ids(inv))
        return status_no_memory(err);
    if (inv->run_count == 0)
        return pass_on(inv, sink, words, err);
    enum status status = inverter_spill(inv, words, err);
    occurrences_free(&inv->occurrences);
    text_words_clear(words);
    return status ? status : seal_runs(sink, inv->runs, inv->run_count, err);
}

enum status inverter_seal(struct inverter *inv, struct text_words *words,
                          struct status_error *err)
{
    struct sealed_sink sink;
    sealed_sink_init(&sink, inv->writer);
    enum status status = seal_all(inv, &sink.head, words, err);
    if (!status)
        status = sealed_writer_finish(inv->writer, err);
    sealed_sink_free(&sink);
    inverter_cancel(inv);
    return status;
}

enum status inverter_seal_words(struct inverter *inv,
                                const struct text_word *const *words, size_t count,
                                struct status_error *err)
{
    struct sealed_sink sink;
    sealed_sink_init(&sink, inv->writer);
    enum status status = add_ids(inv) ? status_no_memory(err) : STATUS_OK;
    if (!status)
        status = pass_on_words(inv, &sink.head, words, count, err);
    if (!status)
        status = sealed_writer_finish(inv->writer, err);
    sealed_sink_free(&sink);
    inverter_cancel(inv);
    return status;
}
