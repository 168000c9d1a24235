#include "tests/test_support.h"

#include "common/article.h"
#include "common/index/analyser.h"
#include "common/text/shingles.h"
#include "common/text/utf8.h"

#include <stdlib.h>
#include <string.h>

static struct analyser *analyser;

/* `text` as tokens: word@position, j: joined, w: whole, a: alias, d: dictionary. */
static const char *tokens_of(const char *text)
{
    static char out[4096];
    static const char marks[] = {' ', 'a', 'j', 'd', 'w'};
    struct token_list list = {0};
    assert_int_equal(tokeniser_run(analyser_tokeniser(analyser), slice_of(text), &list),
                     STATUS_OK);
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < list.count; i++) {
        const struct token *t = &list.items[i];
        assert_true(t->start < t->end && t->end <= strlen(text));
        int n = snprintf(out + at, sizeof out - at, "%s%.*s@%u", i ? " " : "",
                         (int)t->word->folded.size, t->word->folded.data, t->position);
        at += (size_t)n;
        if (t->kind != TOKEN_UNIT)
            out[at++] = marks[t->kind];
        out[at] = '\0';
    }
    free(list.items);
    return out;
}

static void token__simple_words_follow_each_other(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("The cat, sat. On (mats)!"),
                        "the@0 cat@1 sat@2 on@3 mats@4");
}

static void token__compounds_are_parts_and_whole(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("COVID-19 cases"), "covid19@0j covid@0 19@1 cases@2");
    assert_string_equal(tokens_of("covid19"), "covid19@0j covid@0 19@1");
    assert_string_equal(tokens_of("AT&T"), "at&t@0w at@0 t@1");
    assert_string_equal(tokens_of("C++ and C#"), "c++@0w c@0 and@1 c#@2w c@2");
    assert_string_equal(tokens_of("@name #tag"), "@name@0w name@0 #tag@1w tag@1");
    assert_string_equal(tokens_of("2010-2015"), "2010@0 2015@1");
    assert_string_equal(tokens_of("word--word"), "word@0 word@1");
}

static void token__numbers_lose_their_separators(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("12,000"), "12000@0");
    assert_string_equal(tokens_of("12\xC2\xA0"
                                  "000 12\xE2\x80\xAF"
                                  "000"),
                        "12000@0 12000@1");
    assert_string_equal(tokens_of("1,234,567.89 3.14"), "1234567.89@0 3.14@1");
    assert_string_equal(tokens_of("12,00 1234,567"), "12@0 00@1 1234@2 567@3");
    assert_string_equal(tokens_of("$1.5bn 40%"), "1.5bn@0j 1.5@0 bn@1 40@2");
}

static void token__acronyms_and_apostrophes(void **state)
{
    (void)state;
    assert_string_equal(tokens_of("U.S. U.K.'s end."), "us@0 uk@1 end@2");
    assert_string_equal(tokens_of("Russia\xE2\x80\x99s O\xE2\x80\x99Neill don't states'"),
                        "russia@0 oneill@1 dont@2 states@3");
    assert_string_equal(tokens_of("d'\xC3\xA9tudes"), "detudes@0 etudes@0a");
    assert_string_equal(tokens_of("'quoted'"), "quoted@0");
}

static void token__scripts_without_spaces(void **state)
{
    (void)state;
    /* "Tokyo's": characters, and the dictionary's words over them */
    const char *text = "\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x81\xAE";
    const char *got = tokens_of(text);
    assert_non_null(strstr(got, "\xE6\x9D\xB1\xE4\xBA\xAC@0d"));
    assert_non_null(strstr(got, "\xE4\xBA\xAC@1"));
}

static void token__any_bytes_are_text(void **state)
{
    (void)state;
    unsigned seed = 42;
    struct token_list list = {0};
    char text[300];
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)(rand_r(&seed) % 300);
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(rand_r(&seed) % (round % 2 ? 256 : 128));
        list.count = 0;
        assert_int_equal(tokeniser_run(analyser_tokeniser(analyser),
                                       (struct slice){text, size}, &list),
                         STATUS_OK);
        for (size_t i = 0; i < list.count; i++) {
            assert_true(list.items[i].start < list.items[i].end);
            assert_true(list.items[i].end <= size);
            assert_true(i == 0 || list.items[i].position >= list.items[i - 1].position);
        }
    }
    free(list.items);
}

static void fold__accents_go_and_letters_stay(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"caf\xC3\xA9", "cafe"},
        {"cafe\xCC\x81", "cafe"},
        {"STRASSE", "strasse"},
        {"Stra\xC3\x9F"
         "e",
         "strasse"},
        {"\xEF\xAC\x81n", "fin"},
        {"\xC5\x81\xC3\xB3"
         "d\xC5\xBA",
         "lodz"},
        {"\xD0\xB9", "\xD0\xB9"},
        {"\xD1\x91", "\xD0\xB5"},
        {"\xD9\xA3", "3"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char out[TEXT_WORD_MAX];
        size_t n = text_fold(slice_of(pairs[i][0]), out);
        assert_int_equal(n, strlen(pairs[i][1]));
        assert_memory_equal(out, pairs[i][1], n);
    }
}

static void utf8__bad_bytes_are_replaced_one_by_one(void **state)
{
    (void)state;
    struct buffer out = BUFFER_INIT(100);
    uint64_t bad = 0;
    assert_int_equal(utf8_append_repaired(&out, slice_of("a\xFF\xC3(\xE2\x82"), &bad),
                     STATUS_OK);
    assert_string_equal(buffer_text(&out),
                        "a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_int_equal(bad, 4);
    buffer_free(&out);
}

static void zones__sentences_heed_abbreviations(void **state)
{
    (void)state;
    struct text_zones z = {0};
    const char *text = "Mr. Smith of the U.S. Senate paid $3.5 million. \xE2\x80\x9CHe "
                       "did!\xE2\x80\x9D she said. Why?";
    assert_int_equal(text_zones_find(&z, slice_of(text)), STATUS_OK);
    assert_int_equal(z.sentences.count, 3);
    assert_int_equal(z.quotes.count, 1);
    assert_int_equal(z.paragraphs.count, 1);
    text_zones_free(&z);
}

static void zones__a_quotation_may_span_paragraphs(void **state)
{
    (void)state;
    struct text_zones z = {0};
    const char *text = "\xE2\x80\x9COne two.\n\n\xE2\x80\x9CThree four.\xE2\x80\x9D He "
                       "left.\n\n\xE2\x80\x9Cunclosed.\n\nPlain.";
    assert_int_equal(text_zones_find(&z, slice_of(text)), STATUS_OK);
    assert_int_equal(z.paragraphs.count, 4);
    assert_int_equal(z.quotes.count, 1);
    assert_memory_equal(text + z.quotes.items[0].start, "One two.", 8);
    text_zones_free(&z);
}

static void zones__wrapped_lines_are_one_paragraph(void **state)
{
    (void)state;
    struct text_zones z = {0};
    const char *text = "Showers continued\nin the zone.\n    The dry period\nmeans late.";
    assert_int_equal(text_zones_find(&z, slice_of(text)), STATUS_OK);
    assert_int_equal(z.paragraphs.count, 2);
    text_zones_free(&z);
}

static void zones__the_related_block_is_found(void **state)
{
    (void)state;
    struct text_spans items = {0};
    size_t size;
    const char *text = "Body text.\n\nRead more:\n- One thing\n* Another\n";
    assert_int_equal(text_find_related(slice_of(text), &items, &size), STATUS_OK);
    assert_int_equal(size, 10);
    assert_int_equal(items.count, 2);
    assert_memory_equal(text + items.items[1].start, "Another", 7);
    const char *none = "He read more: books, papers.\nThen he slept.";
    assert_int_equal(text_find_related(slice_of(none), &items, &size), STATUS_OK);
    assert_int_equal(size, strlen(none));
    free(items.items);
}

/* How alike two bodies are: by their shingles, and as sketches estimate it (-1: there is
 * none). */
static double alike(const char *a, const char *b, double *estimate)
{
    struct text_shingles shingles[2] = {{0}};
    struct text_sketch sketches[2];
    const char *bodies[] = {a, b};
    bool good = true;
    for (int i = 0; i < 2; i++) {
        struct text_analysis analysis = {0};
        struct text_parts parts = {0};
        parts.fields[TEXT_BODY] = slice_of(bodies[i]);
        assert_int_equal(text_analyse(&analysis, analyser_tokeniser(analyser), &parts),
                         0);
        assert_int_equal(text_shingles_read(&shingles[i], &analysis), 0);
        good &= text_sketch_read(&sketches[i], &analysis);
        text_analysis_free(&analysis);
    }
    double similarity = text_shingles_compare(&shingles[0], &shingles[1]);
    *estimate = good ? text_sketch_compare(&sketches[0], &sketches[1]) : -1;
    for (int i = 0; i < 2; i++)
        text_shingles_free(&shingles[i]);
    return similarity;
}

static void shingles__are_compared_as_sets_of_three_words(void **state)
{
    (void)state;
    double estimate;
    const char *ten = "One two three four five six seven eight nine ten.";
    /* 8 shingles; with another last word 7 of 9 are shared */
    assert_true(
        alike(ten, "ONE two, three four five six seven eight nine ten", &estimate) == 1);
    assert_true(estimate == 1);
    assert_true(alike(ten, "One two three four five six seven eight nine eleven",
                      &estimate) == 7.0 / 9);
    assert_true(
        alike(ten, "Ten nine eight seven six five four three two one", &estimate) == 0);
    assert_true(alike("One two three", "One two three", &estimate) == 0); /* too short */
    assert_true(estimate == -1);
}

static void copy_key__holds_id_and_hash(void **state)
{
    (void)state;
    char key[ARTICLE_COPY_OF_MAX];
    struct slice id;
    uint64_t hash;
    size_t size = article_copy_key(slice_of("a b"), UINT64_C(0x0123456789abcdef), key);
    assert_int_equal(size, 19);
    assert_true(article_read_copy_key((struct slice){key, size}, &id, &hash));
    assert_true(slice_equal(id, slice_of("a b")));
    assert_true(hash == UINT64_C(0x0123456789abcdef));
    assert_false(article_read_copy_key(slice_of("0123"), &id, &hash));
    assert_false(article_read_copy_key(slice_of("0123456789abcdeX1"), &id, &hash));
}

static int setup(void **state)
{
    (void)state;
    return analyser_new("en", &analyser, NULL);
}

static int teardown(void **state)
{
    (void)state;
    analyser_free(analyser);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__simple_words_follow_each_other),
        cmocka_unit_test(token__compounds_are_parts_and_whole),
        cmocka_unit_test(token__numbers_lose_their_separators),
        cmocka_unit_test(token__acronyms_and_apostrophes),
        cmocka_unit_test(token__scripts_without_spaces),
        cmocka_unit_test(token__any_bytes_are_text),
        cmocka_unit_test(fold__accents_go_and_letters_stay),
        cmocka_unit_test(utf8__bad_bytes_are_replaced_one_by_one),
        cmocka_unit_test(zones__sentences_heed_abbreviations),
        cmocka_unit_test(zones__a_quotation_may_span_paragraphs),
        cmocka_unit_test(zones__wrapped_lines_are_one_paragraph),
        cmocka_unit_test(zones__the_related_block_is_found),
        cmocka_unit_test(shingles__are_compared_as_sets_of_three_words),
        cmocka_unit_test(copy_key__holds_id_and_hash),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
