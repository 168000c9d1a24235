#include "tests/robust/sealed_sample.h"

#include "common/sealed/sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 40, RECORD_SIZE = 8000 };

/* The word at each place: in the title first, then in the text. */
struct document {
    uint32_t title, places;
    uint8_t words[PLACES], forms[PLACES];
};

static uint64_t state; /* of sample_below */
static struct document documents[SAMPLE_DOCUMENTS_MAX + 1];
static struct sealed_postings staged;

void sample_seed(uint64_t seed)
{
    state = seed * UINT64_C(0xD1342543DE82EF95);
}

/* SplitMix64 (Steele et al., Fast splittable pseudorandom number generators, 2014). */
uint32_t sample_below(size_t n)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((z ^ z >> 31) >> 32) * n >> 32);
}

static void must(enum status status, const struct status_error *err)
{
    if (status == STATUS_OK)
        return;
    printf("no sample: %s\n", err->message);
    exit(1);
}

static unsigned form_count(unsigned word)
{
    return 1 + word % SAMPLE_FORMS;
}

/* Some words are long, so that their sizes need another byte. */
void sample_form(unsigned word, unsigned form, char text[SAMPLE_TEXT_SIZE])
{
    static const char *const heads[] = {"w", "W", "W", "w", "other "};
    static const char *const tails[] = {"stem", "stem", "STEM", "sténs", ""};
    snprintf(text, SAMPLE_TEXT_SIZE, "%s%02u%0*u%s", heads[form], word,
             word % 13 == 12 ? 200 : 1, 0U, tails[form]);
}

static uint32_t position_of(const struct document *d, uint32_t place)
{
    return 1 + place + (d->title > 0 && place >= d->title ? SAMPLE_GAP : 0);
}

/* Words of low numbers are in almost every document. */
static void fill(struct document *d)
{
    d->title = sample_below(5);
    d->places = d->title + sample_below(PLACES - d->title);
    for (uint32_t p = 0; p < d->places; p++) {
        unsigned word = sample_below(sample_below(SAMPLE_WORDS) + 1);
        d->words[p] = (uint8_t)(sample_below(6) ? word : SAMPLE_WORDS); /* none */
        d->forms[p] = (uint8_t)(sample_below(3) ? 0 : sample_below(form_count(word)));
    }
}

static void write_document(struct sealed_writer *w, uint32_t docid)
{
    struct document *d = &documents[docid];
    uint32_t items[SEALED_BOUNDARY_COUNT][PLACES], end = position_of(d, d->places);
    struct sealed_positions lists[SEALED_BOUNDARY_COUNT] = {{0}};
    struct sealed_document facts = {.hash = docid, .words = d->places};
    struct status_error err;
    char record[RECORD_SIZE];
    size_t record_size = sample_below(16) ? sample_below(60) : sample_below(RECORD_SIZE);
    for (uint32_t p = 0; p < d->places; p++) {
        facts.length += d->words[p] == SAMPLE_WORDS ? 0 : p < d->title ? 2 : 1;
        for (int k = 0; k < SEALED_BOUNDARY_COUNT; k++)
            if (p >= d->title && sample_below(6) == 0)
                items[k][lists[k].count++] = position_of(d, p);
    }
    for (int k = 0; k < SEALED_BOUNDARY_COUNT; k++)
        lists[k].items = items[k];
    lists[SEALED_QUOTES].count -= lists[SEALED_QUOTES].count % 2;
    if (docid % 3) /* paragraphs that begin with sentences */
        lists[SEALED_PARAGRAPHS] = lists[SEALED_SENTENCES];
    facts.published_s = sample_below(5) ? (int64_t)sample_below(1 << 30) : SEALED_NO_DATE;
    facts.title_end = d->title + 1;
    facts.position_end = end;
    facts.lead_end = end - (d->places - d->title) / 2;
    snprintf(record, sizeof record, "%0*u", (int)record_size, docid);
    must(sealed_writer_document(w, &facts, slice_of(record), lists, &err), &err);
}

/* Writes what is staged when it is a whole block, or the last. */
static void flush(struct sealed_writer *w, bool last)
{
    struct status_error err;
    if (staged.count < SEALED_BLOCK && !last)
        return;
    must(sealed_writer_postings(w, &staged, &err), &err);
    staged.count = staged.positions.count = staged.forms.count = 0;
}

/* A flag of documents that are up to `step` apart; of one when step is 0. */
static void write_flag(struct sealed_writer *w, const char *text, uint32_t step,
                       uint32_t n)
{
    uint32_t docids[SAMPLE_DOCUMENTS_MAX + 1], count = 1;
    struct status_error err;
    docids[0] = 1 + sample_below(step ? 1 : n);
    for (uint32_t d = docids[0] + 1; step > 0 && d <= n; d += 1 + sample_below(step))
        docids[count++] = d;
    must(sealed_writer_term(w, slice_of(text), count, NULL, 0, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        staged.docids[staged.count++] = docids[i];
        flush(w, i + 1 == count);
    }
}

/* Stages the document's occurrences of the word, and counts them. */
static uint32_t stage(const struct document *d, unsigned word)
{
    struct sealed_positions *positions = &staged.positions, *forms = &staged.forms;
    uint32_t count = 0;
    for (uint32_t p = 0; p < d->places; p++) {
        if (d->words[p] != word || sealed_positions_reserve(positions, 1) ||
            sealed_positions_reserve(forms, 1))
            continue;
        positions->items[positions->count++] = position_of(d, p);
        forms->items[forms->count++] = d->forms[p];
        count++;
    }
    return count;
}

static void write_word(struct sealed_writer *w, unsigned word, uint32_t n)
{
    char texts[SAMPLE_FORMS][SAMPLE_TEXT_SIZE];
    struct sealed_form forms[SAMPLE_FORMS];
    struct status_error err;
    uint32_t left = 0;
    for (unsigned f = 0; f < form_count(word); f++) {
        sample_form(word, f, texts[f]);
        forms[f] = (struct sealed_form){slice_of(texts[f]), SAMPLE_FORMS - f};
    }
    for (uint32_t d = 1; d <= n; d++)
        left += memchr(documents[d].words, (int)word, documents[d].places) != NULL;
    if (left == 0)
        return;
    must(sealed_writer_term(w, forms[0].text, left, forms, form_count(word), &err), &err);
    for (uint32_t d = 1; d <= n; d++) {
        uint32_t count = stage(&documents[d], word);
        if (count == 0)
            continue;
        staged.docids[staged.count] = d;
        staged.occurrences[staged.count++] = count;
        flush(w, --left == 0);
    }
}

void sample_write(const char *path, uint32_t n)
{
    struct sealed_writer *w;
    struct status_error err;
    char text[SAMPLE_TEXT_SIZE];
    must(sealed_writer_open(path, SAMPLE_GAP, 1, &w, &err), &err);
    for (uint32_t d = 1; d <= n; d++) {
        fill(&documents[d]);
        write_document(w, d);
    }
    for (uint32_t step = 1; step < 7; step++) {
        snprintf(text, sizeof text, "F%u", step);
        write_flag(w, text, step * step, n);
    }
    for (unsigned i = 0; i < SAMPLE_ONCE; i++) {
        snprintf(text, sizeof text, "I%03u", i * 3);
        write_flag(w, text, 0, n);
    }
    for (unsigned word = 0; word < SAMPLE_WORDS; word++)
        write_word(w, word, n);
    must(sealed_writer_finish(w, &err), &err);
    sealed_writer_close(w);
    sealed_postings_free(&staged);
}
