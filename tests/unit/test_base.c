#include "tests/test_support.h"

#include "common/arena.h"
#include "common/article.h"
#include "common/buffer.h"
#include "common/date.h"
#include "common/deflate.h"
#include "common/number.h"

#include <errno.h>
#include <string.h>

static void buffer__a_failed_append_leaves_it_whole(void **state)
{
    (void)state;
    struct buffer b = BUFFER_INIT(8);
    assert_int_equal(buffer_append(&b, "12345", 5), STATUS_OK);
    assert_int_equal(buffer_append(&b, "6789", 4), STATUS_LIMIT);
    assert_int_equal(buffer_append(&b, "6", 1), STATUS_LIMIT);
    assert_string_equal(buffer_text(&b), "12345");
    buffer_clear(&b);
    assert_int_equal(buffer_append(&b, "6789", 4), STATUS_OK);
    buffer_free(&b);
}

static void buffer__varints_come_back(void **state)
{
    (void)state;
    const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct buffer b = BUFFER_INIT(1000);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        buffer_append_varint(&b, values[i]);
    const char *at = b.data;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint64_t v;
        assert_true(buffer_read_varint(&at, b.data + b.size, &v));
        assert_true(v == values[i]);
    }
    uint64_t v;
    assert_false(buffer_read_varint(&at, b.data + b.size, &v));
    const char *overlong = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02";
    assert_false(buffer_read_varint(&overlong, overlong + 10, &v));
    buffer_free(&b);
}

static void arena__objects_are_aligned_and_strings_whole(void **state)
{
    (void)state;
    struct arena a = {0};
    for (int i = 1; i < 3000; i++) {
        char *s = arena_copy(&a, "abcdefghijklmnopqrstuvwxyz", (size_t)i % 26);
        double *d = arena_alloc(&a, sizeof *d * (size_t)(i % 40));
        assert_int_equal(strlen(s), i % 26);
        assert_int_equal((uintptr_t)d % sizeof(double), 0);
    }
    assert_non_null(arena_alloc(&a, 1000000));
    arena_free(&a);
}

static void number__sizes_have_units(void **state)
{
    (void)state;
    uint64_t v;
    assert_true(number_parse_size("512M", &v));
    assert_true(v == 512u << 20);
    assert_true(number_parse_size("2GiB", &v));
    assert_true(v == 2ull << 30);
    assert_true(number_parse_size("100", &v));
    assert_true(v == 100);
    assert_false(number_parse_size("", &v));
    assert_false(number_parse_size("12X", &v));
    assert_false(number_parse_size("99999999999999999999", &v));
    assert_false(number_parse_size("-1", &v));
}

static void date__every_form_is_one_moment(void **state)
{
    (void)state;
    static const char *const forms[] = {"2025-01-24T10:30:00Z",
                                        "2025-01-24T10:30:00+00:00",
                                        "2025-01-24 11:30:00 +0100",
                                        "Fri, 24 Jan 2025 10:30:00 GMT",
                                        "24 Jan 2025 05:30:00 EST",
                                        "20250124T103000Z",
                                        "1737714600",
                                        "1737714600000",
                                        " 2025-01-24T10:30:00.123456Z\n",
                                        "2025-01-24T10:30Z"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int64_t moment = 0;
        char text[DATE_TEXT_SIZE];
        if (!date_parse(forms[i], strlen(forms[i]), &moment))
            fail_msg("not read: %s", forms[i]);
        assert_string_equal(date_format(moment, text), "2025-01-24T10:30:00Z");
    }
}

static void date__what_cannot_be_is_none(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "",           "2025-02-29",          "2025-13-01",
        "yesterday",  "2025-1-24",           "20251301",
        "0000-01-01", "24/01/2025",          "2025-01-24x",
        "12:00",      "99999999999999999999"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int64_t moment;
        if (date_parse(forms[i], strlen(forms[i]), &moment))
            fail_msg("read: %s", forms[i]);
    }
}

static void date__civil_days_come_back(void **state)
{
    (void)state;
    for (int64_t day = -300000; day < 1000000; day += 17) {
        int64_t year;
        unsigned month, dom;
        date_to_civil(day * 86400, &year, &month, &dom);
        assert_true(date_from_civil(year, month, dom) == day * 86400);
    }
}

static void date__ranges_cover_their_span(void **state)
{
    (void)state;
    struct date_range r;
    assert_true(date_parse_range("2024", 4, &r));
    assert_true(r.from == date_from_civil(2024, 1, 1));
    assert_true(r.before == date_from_civil(2025, 1, 1));
    assert_true(date_parse_range("2024-12", 7, &r));
    assert_true(r.before == date_from_civil(2025, 1, 1));
    assert_true(date_parse_range("2024-02-29", 10, &r));
    assert_true(r.before - r.from == 86400);
    assert_false(date_parse_range("2024-00", 7, &r));
}

static void article__a_record_comes_back(void **state)
{
    (void)state;
    struct article a, b;
    struct buffer record = BUFFER_INIT(10000);
    article_init(&a);
    article_init(&b);
    article_add(&a, ARTICLE_ID, slice_of("x-1"));
    article_add(&a, ARTICLE_BODY, slice_of("text"));
    article_add(&a, ARTICLE_AUTHOR, slice_of("A"));
    article_add(&a, ARTICLE_AUTHOR, slice_of("B"));
    article_set_date(&a, ARTICLE_DATE, date_from_civil(2025, 1, 24));
    assert_int_equal(article_encode(&a, &record), STATUS_OK);
    struct slice bytes = {record.data, record.size};
    assert_int_equal(article_decode(&b, bytes), STATUS_OK);
    assert_true(slice_equal(article_text(&b, ARTICLE_ID), slice_of("x-1")));
    assert_int_equal(b.fields[ARTICLE_AUTHOR].count, 2);
    assert_true(b.published_s == a.published_s);
    for (size_t cut = 1; cut < bytes.size; cut++) { /* never read out of bounds */
        article_reset(&b);
        article_decode(&b, (struct slice){bytes.data, cut});
    }
    article_free(&a);
    article_free(&b);
    buffer_free(&record);
}

static void deflate__damage_is_found(void **state)
{
    (void)state;
    struct buffer packed = BUFFER_INIT(10000), plain = BUFFER_INIT(10000);
    struct status_error err;
    struct deflate_packer *packer = deflate_packer_new(6);
    assert_int_equal(deflate_pack(packer, slice_of("one two one two"), &packed, &err),
                     STATUS_OK);
    deflate_packer_free(packer);
    assert_int_equal(
        deflate_unpack((struct slice){packed.data, packed.size}, &plain, &err),
        STATUS_OK);
    assert_string_equal(buffer_text(&plain), "one two one two");
    for (size_t cut = 0; cut < packed.size; cut++) {
        buffer_clear(&plain);
        assert_int_equal(deflate_unpack((struct slice){packed.data, cut}, &plain, &err),
                         STATUS_CORRUPT);
    }
    buffer_free(&packed);
    buffer_free(&plain);
}

static void status__errno_values_become_causes(void **state)
{
    (void)state;
    struct status_error err;
    assert_int_equal(status_set_errno(&err, ENOSPC, "cannot write '%s'", "x"),
                     STATUS_NO_SPACE);
    assert_string_equal(err.message, "cannot write 'x': No space left on device");
    assert_int_equal(status_set_errno(NULL, ENOENT, "x"), STATUS_NOT_FOUND);
    assert_string_equal(status_text((enum status)99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer__a_failed_append_leaves_it_whole),
        cmocka_unit_test(buffer__varints_come_back),
        cmocka_unit_test(arena__objects_are_aligned_and_strings_whole),
        cmocka_unit_test(number__sizes_have_units),
        cmocka_unit_test(date__every_form_is_one_moment),
        cmocka_unit_test(date__what_cannot_be_is_none),
        cmocka_unit_test(date__civil_days_come_back),
        cmocka_unit_test(date__ranges_cover_their_span),
        cmocka_unit_test(article__a_record_comes_back),
        cmocka_unit_test(deflate__damage_is_found),
        cmocka_unit_test(status__errno_values_become_causes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
