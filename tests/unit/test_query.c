#include "tests/test_support.h"

#include "searcher/query/query.h"

#include <stdlib.h>
#include <string.h>

static const char *read_back(const char *text)
{
    static char out[1024];
    struct query q;
    struct buffer printed = BUFFER_INIT(sizeof out - 1);
    assert_int_equal(query_parse(slice_of(text), &(struct query_manner){0}, &q),
                     STATUS_OK);
    query_print(q.root, &printed);
    snprintf(out, sizeof out, "%s", buffer_text(&printed));
    buffer_free(&printed);
    query_free(&q);
    return out;
}

static size_t warnings_of(const char *text)
{
    struct query q;
    assert_int_equal(query_parse(slice_of(text), &(struct query_manner){0}, &q),
                     STATUS_OK);
    size_t count = q.warning_count;
    query_free(&q);
    return count;
}

static void query_parse__precedence(void **state)
{
    (void)state;
    assert_string_equal(read_back("a b AND c d"), "a (b AND c) d");
    assert_string_equal(read_back("a OR b AND c"), "a OR (b AND c)");
    assert_string_equal(read_back("(a OR b) AND c"), "(a OR b) AND c");
    assert_string_equal(read_back("a NOT b"), "a AND NOT b");
    assert_string_equal(read_back("NOT a"), "NOT a");
    assert_string_equal(read_back("a OR b c"), "(a OR b) c");
}

static void query_parse__signs_and_quotes(void **state)
{
    (void)state;
    assert_string_equal(read_back("+a -b c"), "+a -b c");
    assert_string_equal(read_back("-b"), "-b");
    assert_string_equal(read_back("\xE2\x80\x9Csmart guy\xE2\x80\x9D x"),
                        "\"smart guy\" x");
    assert_string_equal(read_back("=caf\xC3\xA9 =\"A b\""), "=caf\xC3\xA9 =\"A b\"");
    assert_string_equal(read_back("C++ well-known"), "C++ well-known");
    assert_string_equal(read_back("a AND -b"), "a AND NOT b");
}

static void query_parse__operators_of_place(void **state)
{
    (void)state;
    assert_string_equal(read_back("a w/5 b"), "a w/5 b");
    assert_string_equal(read_back("a NEAR/5 b"), "a w/5 b");
    assert_string_equal(read_back("a /5 b PRE/3 c ADJ d"), "a w/5 b pre/3 c pre/1 d");
    assert_string_equal(read_back("a NEAR b w/s c w/P d"), "a w/10 b SENT c PARA d");
    assert_string_equal(read_back("a w/5 b AND c"), "a w/5 b AND c");
    assert_string_equal(read_back("a OR b w/5 c d"), "(a OR b w/5 c) d");
    assert_string_equal(read_back("a w/5 (b w/3 c)"), "a w/5 (b w/3 c)");
    assert_string_equal(read_back("a NOT w/5 b"), "a NOT w/5 b");
    assert_string_equal(read_back("a w/5 NOT b"), "a NOT w/5 b");
    assert_string_equal(read_back("NOT a w/5 b"), "NOT a w/5 b");
    assert_string_equal(read_back("-a w/5 b c"), "-a w/5 b c");
    assert_string_equal(read_back("atleast3(a b)"), "ATLEAST/3 (a b)");
    assert_string_equal(read_back("+ATLEAST/2 a b"), "+ATLEAST/2 a b");
    assert_string_equal(read_back("FIRST/50 (a \"b c\")"), "FIRST/50 a FIRST/50 \"b c\"");
    assert_string_equal(read_back("\"a b\"~5 c"), "\"a b\"~5 c");
    assert_string_equal(read_back("quote:\"a b\" links:c"), "quote:\"a b\" links:c");
    assert_string_equal(read_back("a w/5"), "a \"w/5\"");
    assert_string_equal(read_back("w/0 a"), "w/0 a");
}

static const char *words_of(const char *text, enum query_dialect dialect)
{
    static char out[256];
    struct query_manner manner = {.dialect = dialect};
    struct query q;
    struct buffer printed = BUFFER_INIT(sizeof out - 1);
    assert_int_equal(query_parse(slice_of(text), &manner, &q), STATUS_OK);
    query_print(q.root, &printed);
    snprintf(out, sizeof out, "%s", buffer_text(&printed));
    buffer_free(&printed);
    query_free(&q);
    return out;
}

static void query_parse__dialects(void **state)
{
    (void)state;
    assert_string_equal(words_of("a w/5 b near3 c adj2 d", DIALECT_FACTIVA),
                        "a pre/5 b w/3 c pre/2 d");
    assert_string_equal(words_of("a same b", DIALECT_FACTIVA), "a PARA b");
    assert_string_equal(words_of("a near3 b same c", DIALECT_NEXIS), "a near3 b same c");
}

static void query_parse__lengths_and_wide_words(void **state)
{
    (void)state;
    assert_string_equal(read_back("a words:>1000"), "a words:1001..");
    assert_string_equal(read_back("words:>=10"), "words:10..");
    assert_string_equal(read_back("words:<10"), "words:..9");
    assert_string_equal(read_back("words:10..20"), "words:10..20");
    assert_string_equal(read_back("words:10"), "words:10");
    assert_string_equal(read_back("words:many"), "many");
    assert_int_equal(warnings_of("words:many"), 1);
    assert_string_equal(read_back("troop* w?rd *stan"), "troop* w?rd *stan");
    assert_string_equal(read_back("who won?"), "who won?");
    assert_string_equal(read_back("zelensky~ zelensky~2"), "zelensky~1 zelensky~2");
    assert_int_equal(warnings_of("covid19~"), 1);
}

static void query_parse__fields(void **state)
{
    (void)state;
    assert_string_equal(read_back("title:war"), "title:war");
    assert_string_equal(read_back("title:(war peace)"), "title:war title:peace");
    assert_string_equal(read_back("source:\"The Times\" x"), "source:\"The Times\" x");
    assert_string_equal(read_back("source:a source:b x"),
                        "(source:\"a\" OR source:\"b\") x");
    assert_string_equal(read_back("url:https://a.example/b(c) x"),
                        "url:\"https://a.example/b(c\" x");
    assert_string_equal(read_back("date:2025-01..2025-03"),
                        "date:2025-01-01..2025-03-31");
    assert_string_equal(read_back("since:2025"), "since:2025-01-01");
    assert_string_equal(read_back("foo:bar"), "foo:bar");
    assert_string_equal(read_back("title:-war peace"), "-title:war peace");
    assert_string_equal(read_back("(source:a OR b) source:c"),
                        "(source:\"a\" OR b) source:\"c\"");
}

static void query_parse__odd_text_is_words_with_a_warning(void **state)
{
    (void)state;
    assert_string_equal(read_back("\"smart guy"), "smart guy");
    assert_int_equal(warnings_of("\"smart guy"), 1);
    assert_int_equal(warnings_of("(a b"), 1);
    assert_int_equal(warnings_of("a) b"), 1);
    assert_string_equal(read_back("AND"), "\"AND\"");
    assert_string_equal(read_back("a AND"), "a \"AND\"");
    assert_string_equal(read_back(""), "");
    assert_string_equal(read_back("()"), "");
    assert_int_equal(warnings_of("date:soon"), 1);
}

static void query_parse__capitals_throughout_have_no_operators(void **state)
{
    (void)state;
    assert_string_equal(read_back("TROOPS NOT IN SOUTH VIET NAM"),
                        "TROOPS \"NOT\" IN SOUTH VIET NAM");
    assert_string_equal(read_back("NATO AND EU"), "NATO AND EU");
}

static void query_parse__deep_nesting_is_cut(void **state)
{
    (void)state;
    char text[5001];
    memset(text, '(', 5000);
    text[5000] = '\0';
    assert_true(warnings_of(text) > 0);
    for (size_t i = 0; i < 4000; i += 4)
        memcpy(text + i, "NOT ", 4);
    text[4000] = '\0';
    assert_true(warnings_of(text) > 0);
}

static void query_parse__any_bytes_are_read_and_printed_as_they_were_read(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "(",        ")",      "\"",     "+",      "-",
        "=",        "AND ",   "OR ",    "NOT ",   "title:",
        "source:",  "a ",     "b",      "date:",  ":",
        " ",        "2025",   "\xFF",   "..",     "\xE2\x80\x9C",
        "w/5 ",     "pre/2 ", "SENT ",  "NEAR ",  "ATLEAST/2 ",
        "FIRST/9 ", "quote:", "links:", "words:", ">",
        "~2",       "*",      "?",      "ab"};
    unsigned seed = 7;
    char text[256];
    for (int round = 0; round < 20000; round++) {
        size_t at = 0;
        text[0] = '\0';
        for (int n = rand_r(&seed) % 20; n > 0; n--) {
            const char *piece =
                pieces[(size_t)rand_r(&seed) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + at, piece, strlen(piece) + 1);
            at += strlen(piece);
        }
        char first[1024];
        snprintf(first, sizeof first, "%s", read_back(text));
        if (strcmp(first, read_back(first)) != 0 && warnings_of(text) == 0)
            fail_msg("'%s' is read as '%s', and that as '%s'", text, first,
                     read_back(first));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_parse__precedence),
        cmocka_unit_test(query_parse__signs_and_quotes),
        cmocka_unit_test(query_parse__fields),
        cmocka_unit_test(query_parse__operators_of_place),
        cmocka_unit_test(query_parse__dialects),
        cmocka_unit_test(query_parse__lengths_and_wide_words),
        cmocka_unit_test(query_parse__odd_text_is_words_with_a_warning),
        cmocka_unit_test(query_parse__capitals_throughout_have_no_operators),
        cmocka_unit_test(query_parse__deep_nesting_is_cut),
        cmocka_unit_test(query_parse__any_bytes_are_read_and_printed_as_they_were_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
