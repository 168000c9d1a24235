/* The public header and the shared library, nothing else.
 *
 * usage: test_api INDEX   (of the corpus) */
#include "tests/test_support.h"

#include <pressmark.h>
#include <string.h>

static const char *index_path;

static struct pressmark_searcher *open_corpus(void)
{
    struct pressmark_searcher *s = NULL;
    assert_int_equal(pressmark_open(&index_path, 1, &s, NULL), PRESSMARK_OK);
    return s;
}

static void open__failures_are_told_apart(void **state)
{
    (void)state;
    struct pressmark_error err;
    struct pressmark_searcher *s = (struct pressmark_searcher *)&err;
    const char *missing = "/nonexistent/index";
    assert_int_equal(pressmark_open(&missing, 1, &s, &err), PRESSMARK_NOT_FOUND);
    assert_null(s);
    assert_int_equal(err.status, PRESSMARK_NOT_FOUND);
    assert_non_null(strstr(err.message, "'/nonexistent/index'"));
    assert_int_equal(pressmark_open(NULL, 0, &s, &err), PRESSMARK_ARGUMENT);
    const char *file = "/etc/passwd";
    assert_int_equal(pressmark_open(&file, 1, &s, &err), PRESSMARK_NOT_FOUND);
    const char *folder = "/tmp";
    assert_int_equal(pressmark_open(&folder, 1, &s, &err), PRESSMARK_NOT_FOUND);
}

static void search__options_are_checked(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    o.since = "soon";
    assert_int_equal(pressmark_search(s, "x", &o, &r, &err), PRESSMARK_ARGUMENT);
    assert_null(r);
    assert_non_null(strstr(err.message, "'soon'"));
    o.since = NULL;
    o.version = 99;
    assert_int_equal(pressmark_search(s, "x", &o, &r, &err), PRESSMARK_ARGUMENT);
    pressmark_close(s);
}

static void search__ends_when_it_is_cancelled(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    volatile int cancel = 1;
    o.cancel = &cancel;
    assert_int_equal(pressmark_search(s, "ferry OR strike", &o, &r, &err),
                     PRESSMARK_CANCELLED);
    assert_null(r);
    cancel = 0;
    assert_int_equal(pressmark_search(s, "ferry OR strike", &o, &r, &err), PRESSMARK_OK);
    assert_true(pressmark_results_count(r) > 0);
    pressmark_results_free(r);
    pressmark_close(s);
}

static void search__related_articles_and_expansions_have_getters(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    struct pressmark_error err;
    size_t start = 1, end = 1;
    double similarity = 1;
    o.related_to = "nobody";
    assert_int_equal(pressmark_search(s, "", &o, &r, &err), PRESSMARK_NOT_FOUND);
    assert_null(r);
    assert_non_null(strstr(err.message, "'nobody'"));
    o.related_to = "tc-001";
    assert_int_equal(pressmark_search(s, "", &o, &r, NULL), PRESSMARK_OK);
    assert_true(pressmark_results_count(r) > 0);
    assert_string_not_equal(pressmark_hit_text(r, 0, PRESSMARK_ID), "tc-001");
    assert_string_equal(pressmark_results_suggestion(r), "");
    assert_null(pressmark_results_expansion(r, 0, NULL));
    assert_null(pressmark_hit_copy(r, 0, 1000));
    assert_int_equal(pressmark_hit_verdict(r, 0), 0);
    assert_string_equal(pressmark_hit_wording(r, 0, &start, &end, &similarity), "");
    assert_int_equal(start + end, 0);
    pressmark_results_free(r);
    pressmark_close(s);
}

static void search__getters_stay_within_the_results(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_results *r;
    size_t start, end;
    const char *name;
    double value;
    assert_int_equal(pressmark_search(s, "ferry", NULL, &r, NULL), PRESSMARK_OK);
    pressmark_close(s); /* results outlive the searcher */
    size_t count = pressmark_results_count(r);
    assert_in_range(count, 1, 10);
    assert_string_equal(pressmark_hit_text(r, count, PRESSMARK_TITLE), "");
    assert_string_equal(pressmark_hit_snippet(r, count), "");
    assert_null(pressmark_hit_value(r, 0, PRESSMARK_AUTHOR, 1000));
    assert_null(pressmark_hit_value(r, 0, (enum pressmark_field)99, 0));
    assert_int_equal(pressmark_hit_highlight(r, count, 0, &start, &end), 0);
    assert_int_equal(pressmark_hit_part(r, 0, 0, &name, &value), 0);
    assert_null(pressmark_results_warning(r, 0));
    assert_string_equal(pressmark_results_interpreted(r), "ferry");
    pressmark_results_free(r);
    pressmark_results_free(NULL);
    pressmark_close(NULL);
    pressmark_article_free(NULL);
}

static void search__offset_goes_on_where_the_limit_ended(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *all, *rest;
    o.limit = 6;
    assert_int_equal(pressmark_search(s, "election water", &o, &all, NULL), PRESSMARK_OK);
    o.limit = 3;
    o.offset = 3;
    assert_int_equal(pressmark_search(s, "election water", &o, &rest, NULL),
                     PRESSMARK_OK);
    assert_int_equal(pressmark_results_count(rest), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(pressmark_hit_text(rest, i, PRESSMARK_ID),
                            pressmark_hit_text(all, i + 3, PRESSMARK_ID));
    pressmark_results_free(all);
    pressmark_results_free(rest);
    pressmark_close(s);
}

static void search__several_indexes_are_one(void **state)
{
    (void)state;
    const char *paths[] = {index_path, index_path};
    struct pressmark_searcher *s = NULL;
    struct pressmark_results *one, *two;
    assert_int_equal(pressmark_open(paths, 2, &s, NULL), PRESSMARK_OK);
    assert_int_equal(pressmark_search(s, "ferry", NULL, &two, NULL), PRESSMARK_OK);
    pressmark_close(s);
    s = open_corpus();
    assert_int_equal(pressmark_search(s, "ferry", NULL, &one, NULL), PRESSMARK_OK);
    assert_true(pressmark_results_total(two, NULL) ==
                2 * pressmark_results_total(one, NULL));
    pressmark_results_free(one);
    pressmark_results_free(two);
    pressmark_close(s);
}

static void get__an_article_and_its_highlights(void **state)
{
    (void)state;
    struct pressmark_searcher *s = open_corpus();
    struct pressmark_article *a;
    struct pressmark_error err;
    size_t starts[50], ends[50], count;
    assert_int_equal(pressmark_get(s, "tc-011", &a, &err), PRESSMARK_OK);
    assert_int_equal(pressmark_article_highlight(s, a, "ferry NOT inquiry", NULL, 50,
                                                 starts, ends, &count, &err),
                     PRESSMARK_OK);
    const char *body = pressmark_article_text(a, PRESSMARK_BODY);
    assert_in_range(count, 1, 50);
    for (size_t i = 0; i < count; i++)
        assert_true(strncasecmp(body + starts[i], "ferr", 4) == 0);
    pressmark_article_free(a);
    assert_int_equal(pressmark_get(s, "no such id", &a, &err), PRESSMARK_NOT_FOUND);
    assert_null(a);
    pressmark_close(s);
}

static void status__every_one_has_a_text(void **state)
{
    (void)state;
    for (int i = 0; i <= PRESSMARK_INVALID; i++)
        assert_true(strlen(pressmark_status_text((enum pressmark_status)i)) > 3);
    assert_true(PRESSMARK_CHECK_VERSION(0, 1, 0));
    assert_non_null(strchr(pressmark_version(), '.'));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open__failures_are_told_apart),
        cmocka_unit_test(search__options_are_checked),
        cmocka_unit_test(search__ends_when_it_is_cancelled),
        cmocka_unit_test(search__related_articles_and_expansions_have_getters),
        cmocka_unit_test(search__getters_stay_within_the_results),
        cmocka_unit_test(search__offset_goes_on_where_the_limit_ended),
        cmocka_unit_test(search__several_indexes_are_one),
        cmocka_unit_test(get__an_article_and_its_highlights),
        cmocka_unit_test(status__every_one_has_a_text),
    };
    if (argc != 2)
        return 2;
    index_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
