/* Sealed segments: what is written is read. */
#include "common/arena.h"
#include "common/sealed/bits.h"
#include "common/sealed/block.h"
#include "common/sealed/positions.h"
#include "common/sealed/sealed.h"
#include "tests/test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned seed = 1;

static uint32_t below(uint32_t limit)
{
    return (uint32_t)rand_r(&seed) % limit;
}

/* --- bits and positions --- */

static void bits__numbers_of_every_code_come_back(void **state)
{
    struct buffer out = BUFFER_INIT(1 << 20);
    struct bits_writer w = {0};
    (void)state;
    assert_true(bits_open(&w, &out, 2000 * 600));
    for (unsigned i = 0; i < 2000; i++) {
        bits_put(&w, i % 64, 6);
        bits_put_unary(&w, i % 100);
        bits_put_gamma(&w, i * i);
        bits_put_rice(&w, i, i % 16);
        bits_put_below(&w, i % 37, 37 + i);
        bits_put_below(&w, 0, 1);
        bits_put_below(&w, UINT32_MAX - 1 - i, UINT32_MAX);
    }
    bits_flush(&w);
    bits_close(&w);
    buffer_reserve(&out, BITS_PADDING);
    struct bits_reader r = bits_read((const uint8_t *)out.data, out.size);
    for (unsigned i = 0; i < 2000; i++) {
        assert_int_equal(bits_get(&r, 6), i % 64);
        assert_int_equal(bits_get_unary(&r), i % 100);
        assert_int_equal(bits_get_gamma(&r), (uint64_t)i * i);
        assert_int_equal(bits_get_rice(&r, i % 16), i);
        assert_int_equal(bits_get_below(&r, 37 + i), i % 37);
        assert_int_equal(bits_get_below(&r, 1), 0);
        assert_int_equal(bits_get_below(&r, UINT32_MAX), UINT32_MAX - 1 - i);
    }
    assert_false(r.overrun);
    assert_true(r.end - r.at < 8);
    bits_get(&r, 40);
    assert_true(r.overrun);
    buffer_free(&out);
}

static void bits__ascending_numbers_come_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        uint32_t values[300], back[300], low = below(50), at = low, high;
        size_t count = below(300);
        struct buffer out = BUFFER_INIT(1 << 20);
        struct bits_writer w = {0};
        unsigned spread = 1 + below(20);
        for (size_t i = 0; i < count; i++) {
            values[i] = at + below(spread);
            at = values[i] + 1;
        }
        high = at + below(10);
        assert_true(bits_open(&w, &out, count * 64));
        bits_put_ascending(&w, values, count, low, high);
        bits_flush(&w);
        bits_close(&w);
        buffer_reserve(&out, BITS_PADDING);
        struct bits_reader r = bits_read((const uint8_t *)out.data, out.size);
        bits_get_ascending(&r, back, count, low, high);
        assert_false(r.overrun);
        if (count > 0)
            assert_memory_equal(values, back, count * sizeof *values);
        struct bits_reader over = bits_read((const uint8_t *)out.data, out.size);
        bits_skip_ascending(&over, count, low, high);
        assert_false(over.overrun);
        assert_int_equal(over.at, r.at);
        buffer_free(&out);
    }
}

static void check_few(uint32_t low, uint32_t high, const uint32_t *values, size_t count)
{
    struct buffer out = BUFFER_INIT(1 << 10);
    struct bits_writer w = {0};
    uint32_t back[4];
    assert_true(bits_open(&w, &out, 200));
    bits_put_ascending(&w, values, count, low, high);
    bits_put(&w, 21, 5);
    bits_flush(&w);
    bits_close(&w);
    buffer_reserve(&out, BITS_PADDING);
    struct bits_reader r = bits_read((const uint8_t *)out.data, out.size), over = r;
    bits_get_ascending(&r, back, count, low, high);
    assert_memory_equal(values, back, count * sizeof *values);
    assert_int_equal(bits_get(&r, 5), 21);
    bits_skip_ascending(&over, count, low, high);
    assert_int_equal(bits_get(&over, 5), 21);
    buffer_free(&out);
}

static void check_all_sets(uint32_t low, uint32_t high, uint32_t *values, size_t count,
                           size_t known)
{
    uint32_t first = known > 0 ? values[known - 1] + 1 : low;
    if (known == count) {
        check_few(low, high, values, count);
        return;
    }
    for (uint32_t v = first; v <= high; v++) {
        values[known] = v;
        check_all_sets(low, high, values, count, known + 1);
    }
}

/* Numbers near the middle, the lower or the upper end of a range. */
static void check_some_set(uint32_t high, size_t count, unsigned round)
{
    uint32_t values[4], spread = round % 8 < 4 ? 3 : 1 + high / 8;
    for (size_t i = 0, at = 0; i < count; i++) {
        at += below(spread);
        values[i] = (uint32_t)at++;
    }
    uint32_t last = values[count - 1], to = round % 3 == 0   ? high - last
                                            : round % 3 == 1 ? (high - last) / 2
                                                             : 0;
    for (size_t i = 0; i < count; i++)
        values[i] += to;
    check_few(0, high, values, count);
}

/* Up to four numbers of a small range are one, which roots in double precision take
 * apart. */
static void bits__a_few_numbers_come_back_from_ranges_of_any_size(void **state)
{
    uint32_t values[4];
    (void)state;
    for (size_t count = 1; count <= 4; count++) {
        for (uint32_t range = (uint32_t)count; range <= 18; range++)
            check_all_sets(3, 2 + range, values, count, 0);
        for (unsigned width = 6; width < 32; width++)
            for (unsigned round = 0; round < 200; round++)
                check_some_set((UINT32_C(1) << width) - 2 + round % 4, count, round);
    }
}

static void bits__nothing_is_filled_in_behind_the_end(void **state)
{
    enum { COUNT = 1 << 20 };
    const uint8_t bytes[4 + BITS_PADDING] = {0x55, 0x55, 0x55, 0x55};
    struct bits_reader r = bits_read(bytes, 4);
    uint32_t *values = calloc(COUNT, sizeof *values);
    (void)state;
    assert_non_null(values);
    bits_get_ascending(&r, values, COUNT, 7, 1 << 28);
    assert_true(r.overrun);
    assert_int_equal(values[0], 0);
    free(values);
}

static void positions__more_than_the_zones_hold_are_damage(void **state)
{
    const uint8_t bytes[8 + BITS_PADDING] = {0};
    const uint32_t wdfs[] = {0, 5, 1000, UINT32_MAX - 1, UINT32_MAX};
    struct sealed_positions out = {0};
    size_t count;
    (void)state;
    for (size_t i = 0; i < sizeof wdfs / sizeof *wdfs; i++) {
        struct bits_reader r = bits_read(bytes, 8);
        struct zones z = {.title = 2};
        assert_false(positions_get(&r, wdfs[i], z, 100, &out, &count));
    }
    free(out.items);
}

/* --- blocks --- */

static void fill_numbers(uint32_t values[BLOCK_COUNT], unsigned width, unsigned most)
{
    for (int i = 0; i < BLOCK_COUNT; i++) {
        uint32_t bits = (uint32_t)rand_r(&seed) ^ (uint32_t)rand_r(&seed) << 16;
        unsigned w = below(12) == 0 ? most : below(5) == 0 ? width + 1 : width;
        w = w > most ? most : w;
        values[i] = w == 0 ? 0 : bits >> (32 - w);
    }
}

static void block__numbers_of_every_width_come_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        uint32_t gaps[BLOCK_COUNT], wdfs[BLOCK_COUNT], docids[BLOCK_COUNT];
        uint32_t docids_back[BLOCK_COUNT], wdfs_back[BLOCK_COUNT];
        struct buffer out = BUFFER_INIT(1 << 20);
        bool both = round % 3;
        uint32_t before = below(1000);
        fill_numbers(gaps, round % 23, 22);
        fill_numbers(wdfs, round / 23 % 30, 29);
        for (int i = 0; i < BLOCK_COUNT; i++)
            docids[i] = (i > 0 ? docids[i - 1] : before) + gaps[i] + 1;
        uint32_t last = docids[BLOCK_COUNT - 1];
        block_put(&out, gaps, both ? wdfs : NULL);
        size_t size = out.size;
        assert_non_null(buffer_reserve(&out, BLOCK_PADDING));
        const uint8_t *block = (const uint8_t *)out.data;
        assert_true(block_get_docids(block, size, before, last, docids_back));
        assert_memory_equal(docids, docids_back, sizeof docids);
        assert_true(block_get_wdfs(block, size, wdfs_back));
        for (int i = 0; i < BLOCK_COUNT; i++)
            assert_int_equal(wdfs_back[i], both ? wdfs[i] + 1 : 1);
        assert_false(block_get_docids(block, size, before, last - 1, docids_back));
        for (size_t cut = 0; cut < 40 && cut < size; cut++) {
            block_get_docids(block, cut, before, last, docids_back);
            block_get_wdfs(block, cut, wdfs_back);
        }
        buffer_free(&out);
    }
}

/* --- a random segment --- */

enum { WORDS = 60, FLAGS = 6, FORMS = 5, GAP = 100, LONGEST = 120 };

struct occurrence {
    uint32_t position;
    uint16_t word, form;
};

struct sample {
    struct sealed_document facts;
    struct occurrence items[LONGEST];
    size_t count;
    uint32_t sentences[LONGEST], paragraphs[LONGEST], quotes[LONGEST];
    size_t sentence_count, paragraph_count, quote_count;
    bool flags[FLAGS];
    char record[64];
};

/* Word i is in about one document of i / 4 + 1. */
static unsigned pick_word(void)
{
    for (;;) {
        unsigned w = below(WORDS);
        if (below(w / 4 + 1) == 0)
            return w;
    }
}

static void make_sample(struct sample *s, uint32_t docid)
{
    uint32_t title = below(6), rest = below(LONGEST - 8);
    uint32_t start = 1 + title + (title ? GAP : 0);
    *s = (struct sample){0};
    for (uint32_t p = 0; p < title + rest; p++) {
        if (below(8) == 0)
            continue;
        struct occurrence *o = &s->items[s->count++];
        o->position = p < title ? 1 + p : start + (p - title);
        o->word = (uint16_t)pick_word();
        o->form = (uint16_t)(o->word % 3 == 0 ? 0 : below(FORMS) / 2);
        s->facts.length += p < title ? 2 : 1;
    }
    for (uint32_t p = start; p < start + rest; p++) {
        bool sentence = below(9) == 0;
        if (sentence)
            s->sentences[s->sentence_count++] = p;
        if (sentence ? below(3) == 0 : docid % 7 == 0 && below(20) == 0)
            s->paragraphs[s->paragraph_count++] = p;
    }
    for (uint32_t p = start; p + 3 <= start + rest && s->quote_count + 2 < LONGEST;) {
        uint32_t end = p + 1 + below(3);
        s->quotes[s->quote_count++] = p;
        s->quotes[s->quote_count++] = end;
        p = end + below(30);
    }
    for (unsigned f = 0; f < FLAGS; f++)
        s->flags[f] = f == 0 ? docid == 5 : below(f * f) == 0;
    s->facts.published_s =
        below(5) == 0 ? SEALED_NO_DATE : (int64_t)below(2000000000) - 500000000;
    s->facts.hash = (uint64_t)rand_r(&seed) << 32 ^ docid;
    s->facts.title_end = 1 + title;
    s->facts.lead_end = start + rest / 2;
    s->facts.position_end = start + rest;
    s->facts.words = title + rest;
    snprintf(s->record, sizeof s->record, "record %u%s", docid,
             docid % 3 ? "" : " of a longer kind");
}

static void word_text(unsigned word, char text[16])
{
    snprintf(text, 16, "w%03ustem", word * 7);
}

static void form_text(unsigned word, unsigned form, char text[32])
{
    snprintf(text, 32, "%c%03ust%s", form == 1 ? 'W' : 'w', word * 7,
             form == 2 ? "éms" : "em");
}

static void flag_text(unsigned flag, char text[16])
{
    snprintf(text, 16, "F%u", flag);
}

static void check(enum status status, const struct status_error *err)
{
    if (status)
        fail_msg("%s", err->message);
}

static void write_documents(struct sealed_writer *w, struct sample *samples, uint32_t n)
{
    struct status_error err;
    for (uint32_t d = 1; d <= n; d++) {
        struct sample *s = &samples[d];
        struct sealed_positions lists[] = {{s->sentences, s->sentence_count, 0},
                                           {s->paragraphs, s->paragraph_count, 0},
                                           {s->quotes, s->quote_count, 0}};
        check(sealed_writer_document(w, &s->facts, slice_of(s->record), lists, &err),
              &err);
    }
}

static void write_flags(struct sealed_writer *w, const struct sample *samples, uint32_t n)
{
    struct status_error err;
    struct sealed_postings p = {0};
    char text[16];
    for (unsigned f = 0; f < FLAGS; f++) {
        uint32_t doc_freq = 0;
        for (uint32_t d = 1; d <= n; d++)
            doc_freq += samples[d].flags[f];
        if (doc_freq == 0)
            continue;
        flag_text(f, text);
        check(sealed_writer_term(w, slice_of(text), doc_freq, NULL, 0, &err), &err);
        for (uint32_t d = 1; d <= n; d++) {
            if (samples[d].flags[f])
                p.docids[p.count++] = d;
            if (p.count == SEALED_BLOCK || (d == n && p.count > 0)) {
                check(sealed_writer_postings(w, &p, &err), &err);
                p.count = 0;
            }
        }
    }
}

/* How often the word is in the document; its positions and forms are added to p. */
static uint32_t add_occurrences(const struct sample *s, unsigned word,
                                struct sealed_postings *p)
{
    uint32_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->items[i].word != word)
            continue;
        sealed_positions_reserve(&p->positions, 1);
        sealed_positions_reserve(&p->forms, 1);
        p->positions.items[p->positions.count++] = s->items[i].position;
        p->forms.items[p->forms.count++] = s->items[i].form;
        count++;
    }
    return count;
}

static uint32_t count_documents(const struct sample *samples, uint32_t n, unsigned word)
{
    uint32_t count = 0;
    for (uint32_t d = 1; d <= n; d++) {
        size_t i = 0;
        while (i < samples[d].count && samples[d].items[i].word != word)
            i++;
        count += i < samples[d].count;
    }
    return count;
}

static void write_words(struct sealed_writer *w, const struct sample *samples, uint32_t n)
{
    struct status_error err;
    struct sealed_postings p = {0};
    char stem[16], texts[3][32];
    for (unsigned word = 0; word < WORDS; word++) {
        struct sealed_form forms[3];
        uint32_t left = count_documents(samples, n, word);
        if (left == 0)
            continue;
        word_text(word, stem);
        for (unsigned f = 0; f < 3; f++) {
            form_text(word, f, texts[f]);
            forms[f] = (struct sealed_form){slice_of(texts[f]), word + f + 1};
        }
        check(sealed_writer_term(w, slice_of(stem), left, forms, word % 3 ? 3 : 1, &err),
              &err);
        for (uint32_t d = 1; d <= n && left > 0; d++) {
            uint32_t count = add_occurrences(&samples[d], word, &p);
            if (count == 0)
                continue;
            p.docids[p.count] = d;
            p.occurrences[p.count++] = count;
            left--;
            if (p.count == SEALED_BLOCK || left == 0) {
                check(sealed_writer_postings(w, &p, &err), &err);
                p.count = p.positions.count = p.forms.count = 0;
            }
        }
    }
    sealed_postings_free(&p);
}

static void check_document(const struct sealed_reader *r, struct sample *s, uint32_t d)
{
    struct status_error err;
    struct sealed_unpacked unpacked = {.clock = 0};
    struct buffer record = BUFFER_INIT(1 << 20);
    struct sealed_positions list = {0};
    const uint32_t *expected[] = {s->sentences, s->paragraphs, s->quotes};
    size_t counts[] = {s->sentence_count, s->paragraph_count, s->quote_count};
    assert_int_equal(sealed_column_get(r, SEALED_PUBLISHED, d), s->facts.published_s);
    assert_int_equal(sealed_column_get(r, SEALED_LENGTH, d), s->facts.length);
    assert_int_equal(sealed_column_get(r, SEALED_TITLE_END, d), s->facts.title_end);
    assert_int_equal(sealed_column_get(r, SEALED_LEAD_END, d), s->facts.lead_end);
    assert_int_equal(sealed_column_get(r, SEALED_POSITION_END, d), s->facts.position_end);
    assert_int_equal(sealed_column_get(r, SEALED_WORDS, d), s->facts.words);
    assert_int_equal(sealed_hash(r, d), s->facts.hash);
    check(sealed_record(r, &unpacked, d, &record, &err), &err);
    assert_string_equal(buffer_text(&record), s->record);
    for (int k = 0; k < SEALED_BOUNDARY_COUNT; k++) {
        check(sealed_boundaries(r, d, (enum sealed_boundary)k, &list, &err), &err);
        assert_int_equal(list.count, counts[k]);
        if (list.count > 0)
            assert_memory_equal(list.items, expected[k], list.count * sizeof *list.items);
    }
    free(list.items);
    sealed_unpacked_free(&unpacked);
    buffer_free(&record);
}

static void check_word(const struct sealed_reader *r, const struct sample *samples,
                       uint32_t n, unsigned word)
{
    struct status_error err;
    struct sealed_term term;
    struct sealed_cursor c;
    struct sealed_postings want = {0}, got = {0};
    char stem[16], text[32];
    bool damaged;
    struct arena arena = {0};
    struct sealed_form *forms;
    size_t form_count;
    uint32_t doc_freq = count_documents(samples, n, word);
    word_text(word, stem);
    bool found = sealed_find(r, slice_of(stem), &term, &damaged);
    assert_false(damaged);
    assert_int_equal(found, doc_freq > 0);
    if (!found)
        return;
    assert_int_equal(term.doc_freq, doc_freq);
    check(sealed_forms(r, slice_of(stem), &term, &arena, &forms, &form_count, &err),
          &err);
    assert_int_equal(form_count, word % 3 ? 3 : 1);
    for (unsigned f = 0; f < form_count; f++) {
        form_text(word, f, text);
        assert_true(slice_equal(forms[f].text, slice_of(text)));
        assert_int_equal(forms[f].doc_freq, form_count > 1 ? word + f + 1 : doc_freq);
    }
    check(sealed_cursor_open(&c, r, &term, &err), &err);
    uint32_t d = 0, total = 0;
    for (uint32_t b = 0; b < c.block_count; b++) {
        assert_true(sealed_cursor_load(&c, b));
        bool skip = below(2);
        for (uint32_t i = 0; i < c.count; i++) {
            uint32_t count = 0;
            want.positions.count = want.forms.count = 0;
            while (count == 0 && d < n)
                count = add_occurrences(&samples[++d], word, &want);
            assert_int_equal(c.docids[i], d);
            uint32_t in_title = 0;
            for (uint32_t k = 0; k < count; k++)
                in_title += want.positions.items[k] < samples[d].facts.title_end;
            assert_int_equal(c.wdfs[i], count + in_title);
            double k1 = SEALED_BOUND_K1, bb = SEALED_BOUND_B;
            double mean = (double)sealed_reader_total_length(r) / n;
            double wdf = c.wdfs[i], length = samples[d].facts.length;
            if (c.bounds)
                assert_true(wdf / (k1 * (1 - bb + bb * length / mean) + wdf) <=
                            sealed_bound(c.bounds[b]));
            total += c.wdfs[i];
            if (skip && below(4))
                continue;
            for (unsigned again = 0; again < 2; again++) {
                got.positions.count = got.forms.count = 0;
                assert_true(sealed_cursor_positions(&c, i, &got.positions, &got.forms));
                assert_int_equal(got.positions.count, count);
                assert_memory_equal(got.positions.items, want.positions.items, count * 4);
                assert_memory_equal(got.forms.items, want.forms.items, count * 4);
            }
        }
    }
    assert_int_equal(total, term.collection_freq);
    assert_false(c.damaged);
    sealed_cursor_close(&c);
    sealed_postings_free(&want);
    sealed_postings_free(&got);
    arena_free(&arena);
}

static void check_flag(const struct sealed_reader *r, const struct sample *samples,
                       uint32_t n, unsigned flag)
{
    struct sealed_term term;
    struct sealed_cursor c;
    struct status_error err;
    char text[16];
    bool damaged;
    uint32_t d = 0;
    flag_text(flag, text);
    if (!sealed_find(r, slice_of(text), &term, &damaged))
        term.doc_freq = 0;
    else
        check(sealed_cursor_open(&c, r, &term, &err), &err);
    for (uint32_t i = 0; i < term.doc_freq; i++) {
        assert_true(sealed_cursor_load(&c, i / SEALED_BLOCK));
        do
            d++;
        while (d <= n && !samples[d].flags[flag]);
        assert_int_equal(c.docids[i % SEALED_BLOCK], d);
    }
    while (++d <= n)
        assert_false(samples[d].flags[flag]);
    if (term.doc_freq > 0)
        sealed_cursor_close(&c);
}

static void sealed__everything_written_is_read(void **state)
{
    static const uint32_t sizes[] = {0, 1, 2, 127, 128, 129, 600, 3000};
    char path[] = "/tmp/pressmark-sealed-XXXXXX";
    struct status_error err;
    (void)state;
    close(mkstemp(path));
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint32_t n = sizes[k];
        struct sample *samples = calloc(n + 1, sizeof *samples);
        for (uint32_t d = 1; d <= n; d++)
            make_sample(&samples[d], d);
        struct sealed_writer *w;
        struct sealed_reader *r;
        check(sealed_writer_open(path, GAP, 6, &w, &err), &err);
        write_documents(w, samples, n);
        write_flags(w, samples, n);
        write_words(w, samples, n);
        check(sealed_writer_finish(w, &err), &err);
        sealed_writer_close(w);
        check(sealed_reader_open(path, &r, &err), &err);
        check(sealed_reader_verify(r, &err), &err);
        assert_int_equal(sealed_reader_documents(r), n);
        for (uint32_t d = 1; d <= n; d++)
            check_document(r, &samples[d], d);
        for (unsigned word = 0; word < WORDS; word++)
            check_word(r, samples, n, word);
        for (unsigned f = 0; f < FLAGS; f++)
            check_flag(r, samples, n, f);
        struct sealed_terms t;
        char last[16] = "";
        sealed_terms_start(&t, r, slice_of("w"));
        while (sealed_terms_next(&t)) {
            assert_true(t.size < sizeof last && t.bytes[0] == 'w');
            assert_true(strncmp(last, t.bytes, t.size) < 0);
            memcpy(last, t.bytes, t.size);
        }
        assert_false(t.damaged);
        sealed_reader_close(r);
        free(samples);
    }
    unlink(path);
}

static void sealed__a_form_of_no_document_is_damage(void **state)
{
    char path[] = "/tmp/pressmark-sealed-XXXXXX";
    struct sealed_positions none[SEALED_BOUNDARY_COUNT] = {{0}};
    struct sealed_document document = {
        .length = 1, .title_end = 1, .lead_end = 2, .position_end = 2, .words = 1};
    uint32_t position = 1, form = 0;
    struct sealed_postings p = {.count = 1,
                                .docids = {1},
                                .occurrences = {1},
                                .positions = {&position, 1, 0},
                                .forms = {&form, 1, 0}};
    struct sealed_form forms[] = {{slice_of("word"), 1}, {slice_of("words"), 0}}, *found;
    struct sealed_writer *w;
    struct sealed_reader *r;
    struct sealed_term term;
    struct status_error err;
    struct arena arena = {0};
    size_t count;
    bool damaged;
    (void)state;
    close(mkstemp(path));
    check(sealed_writer_open(path, GAP, 6, &w, &err), &err);
    check(sealed_writer_document(w, &document, slice_of("record"), none, &err), &err);
    check(sealed_writer_term(w, forms[0].text, 1, forms, 2, &err), &err);
    check(sealed_writer_postings(w, &p, &err), &err);
    check(sealed_writer_finish(w, &err), &err);
    sealed_writer_close(w);
    check(sealed_reader_open(path, &r, &err), &err);
    assert_true(sealed_find(r, forms[0].text, &term, &damaged));
    assert_int_equal(sealed_forms(r, forms[0].text, &term, &arena, &found, &count, &err),
                     STATUS_CORRUPT);
    sealed_reader_close(r);
    arena_free(&arena);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits__numbers_of_every_code_come_back),
        cmocka_unit_test(bits__ascending_numbers_come_back),
        cmocka_unit_test(bits__a_few_numbers_come_back_from_ranges_of_any_size),
        cmocka_unit_test(bits__nothing_is_filled_in_behind_the_end),
        cmocka_unit_test(positions__more_than_the_zones_hold_are_damage),
        cmocka_unit_test(block__numbers_of_every_width_come_back),
        cmocka_unit_test(sealed__everything_written_is_read),
        cmocka_unit_test(sealed__a_form_of_no_document_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
