#include "tests/test_support.h"

#include "common/date.h"
#include "common/index/live.h"
#include "common/index/lock.h"
#include "common/index/snapshot.h"
#include "common/index/writer.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/pressmark-test-XXXXXX";
static char path[64];

static struct index_writer *open_writer(void)
{
    struct index_writer *w = NULL;
    struct status_error err = {0};
    struct index_writer_options o = {.store_body = true, .memory_bytes = 64u << 20};
    if (index_writer_open(path, &o, &w, &err))
        fail_msg("%s", err.message);
    return w;
}

static enum index_outcome put(struct index_writer *w, const char *id, const char *title,
                              const char *body)
{
    struct article a;
    enum index_outcome outcome;
    article_init(&a);
    article_add(&a, ARTICLE_ID, slice_of(id));
    article_add(&a, ARTICLE_TITLE, slice_of(title));
    article_add(&a, ARTICLE_BODY, slice_of(body));
    article_add(&a, ARTICLE_SOURCE, slice_of("The  Caf\xC3\xA9 Times"));
    article_set_date(&a, ARTICLE_DATE, date_from_civil(2025, 1, 24));
    assert_int_equal(index_writer_put(w, &a, &outcome, NULL), STATUS_OK);
    article_free(&a);
    return outcome;
}

static void writer__outcomes_tell_what_happened(void **state)
{
    (void)state;
    bool removed;
    uint64_t articles;
    struct index_writer *w = open_writer();
    assert_int_equal(put(w, "a", "Cats", "A cat sat. The CAT ran."), INDEX_ADDED);
    assert_int_equal(put(w, "b", "Dogs", "No such animal."), INDEX_ADDED);
    assert_int_equal(put(w, "a", "Cats", "A cat sat. The CAT ran."), INDEX_UNCHANGED);
    assert_int_equal(put(w, "b", "Dogs", "A dog."), INDEX_UPDATED);
    assert_int_equal(put(w, "c", "", "Gone soon."), INDEX_ADDED);
    assert_int_equal(index_writer_remove(w, slice_of("c"), &removed, NULL), STATUS_OK);
    assert_true(removed);
    assert_int_equal(index_writer_remove(w, slice_of("c"), &removed, NULL), STATUS_OK);
    assert_false(removed);
    assert_int_equal(index_writer_committed(w), 0);
    assert_int_equal(index_writer_commit(w, NULL), STATUS_OK);
    assert_int_equal(index_writer_committed(w), 5);
    assert_int_equal(put(w, "d", "", "Never committed."), INDEX_ADDED);
    index_writer_close(w); /* drops d */
    w = open_writer();
    assert_int_equal(index_writer_articles(w, &articles, NULL), STATUS_OK);
    assert_int_equal(articles, 2);
    index_writer_close(w);
}

static void writer__a_second_one_is_locked_out(void **state)
{
    (void)state;
    struct index_writer *w = open_writer(), *second;
    struct index_writer_options o = {0};
    struct status_error err;
    char expected[64];
    assert_int_equal(index_writer_open(path, &o, &second, &err), STATUS_LOCKED);
    assert_null(second);
    snprintf(expected, sizeof expected, "process %ld", (long)getpid());
    assert_non_null(strstr(err.message, expected));
    index_writer_close(w);
    o.language = "fr";
    assert_int_equal(index_writer_open(path, &o, &second, &err), STATUS_ARGUMENT);
}

static bool count_term(void *context, struct slice term, uint32_t doc_freq)
{
    (void)term;
    *(unsigned *)context += doc_freq;
    return true;
}

static void check_positions(struct segment *s)
{
    struct segment_forms forms = {0};
    struct segment_positions p = {0};
    s->ops->forms(s, slice_of("cat"), &forms); /* CAT Cats cat */
    assert_int_equal(forms.count, 3);
    struct segment_cursor *c = segment_cursor_open(s, slice_of("cat"));
    s->ops->positions(c, &forms, NULL, &p);
    assert_int_equal(p.count, 3);
    assert_int_equal(p.items[0], TEXT_FIRST_POSITION);
    assert_int_equal(p.items[1], TEXT_FIRST_POSITION + 1 + TEXT_FIELD_GAP + 1);
    bool capitals[3];
    for (size_t i = 0; i < forms.count; i++)
        capitals[i] = slice_equal(forms.items[i].text, slice_of("CAT"));
    s->ops->positions(c, &forms, capitals, &p);
    segment_cursor_close(c);
    assert_int_equal(p.count, 1);
    s->ops->boundaries(s, SCHEMA_SENTENCE, 1, &p);
    assert_int_equal(p.count, 2);
    free(p.items);
    segment_forms_free(&forms);
}

static void segment__a_live_one_gives_all_that_was_put_in(void **state)
{
    (void)state;
    struct snapshot *snapshot;
    struct segment_term info;
    struct schema_term filter;
    struct buffer record = BUFFER_INIT(10000);
    unsigned count = 0;
    assert_int_equal(snapshot_open(path, &snapshot, NULL), STATUS_OK);
    struct segment *s = snapshot->segments[0];
    assert_int_equal(s->articles, 2);
    segment_get_term(s, slice_of("cat"), &info);
    assert_int_equal(info.doc_freq, 1);
    assert_int_equal(info.collection_freq, 4); /* the title counts twice */
    schema_filter_term(SCHEMA_SOURCE, slice_of("the cafe  TIMES"), &filter);
    struct segment_cursor *c = segment_cursor_open(s, schema_slice(&filter));
    assert_int_equal(segment_cursor_docid(c), 1);
    assert_int_equal(segment_cursor_next(c), 2);
    assert_int_equal(segment_cursor_next(c), SEGMENT_END);
    segment_cursor_close(c);
    check_positions(s);
    s->ops->each_term(s, slice_of("ca"), count_term, &count);
    assert_int_equal(count, 1);
    assert_true(segment_column(s, SEGMENT_PUBLISHED, 2) == date_from_civil(2025, 1, 24));
    assert_int_equal(segment_column(s, SEGMENT_WORDS, 1), 7);
    s->ops->record(s, 1, &record);
    assert_non_null(memmem(record.data, record.size, "The CAT ran", 11));
    assert_int_equal(segment_failed(s, NULL), STATUS_OK);
    buffer_free(&record);
    snapshot_close(snapshot);
}

static void snapshot__a_refresh_sees_the_last_commit(void **state)
{
    (void)state;
    struct snapshot *snapshot;
    struct segment_term info;
    assert_int_equal(snapshot_open(path, &snapshot, NULL), STATUS_OK);
    struct index_writer *w = open_writer();
    put(w, "e", "Elephants", "One elephant.");
    assert_int_equal(index_writer_commit(w, NULL), STATUS_OK);
    index_writer_close(w);
    segment_get_term(snapshot->segments[0], slice_of("eleph"), &info);
    assert_int_equal(info.doc_freq, 0);
    assert_int_equal(snapshot_refresh(snapshot, NULL), STATUS_OK);
    segment_get_term(snapshot->segments[0], slice_of("eleph"), &info);
    assert_int_equal(info.doc_freq, 1);
    snapshot_close(snapshot);
}

static void manifest__damage_is_named(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{", "[]", "{\"format_version\":2}",
                                        "{\"format_version\":\"x\"}"};
    struct manifest m;
    struct status_error err;
    char file[128];
    assert_int_equal(manifest_read(path, &m, &err), STATUS_OK);
    snprintf(file, sizeof file, "%s/manifest.json", folder);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        FILE *out = fopen(file, "w");
        fputs(texts[i], out);
        fclose(out);
        assert_int_equal(manifest_read(folder, &m, &err), STATUS_CORRUPT);
        assert_non_null(strstr(err.message, file));
    }
    unlink(file);
    m.analyser.analysis++;
    assert_int_equal(analyser_check(&m.analyser, "x", &err), STATUS_VERSION);
}

static void schema__long_values_are_hashed_apart(void **state)
{
    (void)state;
    char a[3000], b[3000];
    struct schema_term x, y;
    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    b[2999] = 'b';
    schema_filter_term(SCHEMA_ID, (struct slice){a, sizeof a}, &x);
    schema_filter_term(SCHEMA_ID, (struct slice){b, sizeof b}, &y);
    assert_in_range(x.size, 1, XAP_TERM_MAX);
    assert_false(slice_equal(schema_slice(&x), schema_slice(&y)));
    schema_form_term((struct slice){a, TEXT_WORD_MAX}, (struct slice){a, TEXT_WORD_MAX},
                     &x);
    assert_in_range(x.size, TEXT_WORD_MAX, XAP_TERM_MAX);
}

static void xap__bad_terms_are_refused_before_they_do_harm(void **state)
{
    (void)state;
    char zeros[200] = {0};
    struct status_error err;
    struct xap_document *d = xap_document_new();
    assert_int_equal(xap_document_add_term(d, (struct slice){zeros, 200}, 1, &err),
                     STATUS_ARGUMENT);
    assert_int_equal(xap_document_add_term(d, (struct slice){0}, 1, &err),
                     STATUS_ARGUMENT);
    assert_int_equal(xap_document_add_term(d, (struct slice){zeros, 100}, 1, &err),
                     STATUS_OK);
    xap_document_free(d);
    struct xap_reader *r;
    assert_int_equal(xap_reader_open("/nonexistent", &r, &err), STATUS_NOT_FOUND);
    assert_int_equal(xap_reader_open("/etc/passwd", &r, &err), STATUS_NOT_FOUND);
    struct xap_stemmer *s;
    assert_int_equal(xap_stemmer_new("klingon", &s, &err), STATUS_ARGUMENT);
}

static void xap__metadata_belongs_to_the_transaction(void **state)
{
    (void)state;
    char database[128];
    struct xap_writer *w;
    struct xap_reader *r;
    struct buffer value = BUFFER_INIT(100);
    snprintf(database, sizeof database, "%s/metadata", folder);
    assert_int_equal(xap_writer_open(database, true, &w, NULL), STATUS_OK);
    assert_int_equal(xap_writer_set_metadata(w, slice_of("k"), slice_of("v"), NULL),
                     STATUS_OK);
    assert_int_equal(xap_writer_set_metadata(w, (struct slice){0}, slice_of("v"), NULL),
                     STATUS_ARGUMENT);
    assert_int_equal(xap_writer_commit(w, NULL), STATUS_OK);
    assert_int_equal(xap_writer_set_metadata(w, slice_of("k"), slice_of("x"), NULL),
                     STATUS_OK);
    xap_writer_close(w); /* drops x */
    assert_int_equal(xap_reader_open(database, &r, NULL), STATUS_OK);
    assert_int_equal(xap_metadata(r, slice_of("k"), &value, NULL), STATUS_OK);
    assert_string_equal(buffer_text(&value), "v");
    buffer_free(&value);
    xap_reader_close(r);
}

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/index", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char *const roots[] = {folder, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *e; fts && (e = fts_read(fts)) != NULL;)
        if (e->fts_info != FTS_D)
            remove(e->fts_path);
    return fts ? fts_close(fts) : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer__outcomes_tell_what_happened),
        cmocka_unit_test(writer__a_second_one_is_locked_out),
        cmocka_unit_test(segment__a_live_one_gives_all_that_was_put_in),
        cmocka_unit_test(snapshot__a_refresh_sees_the_last_commit),
        cmocka_unit_test(manifest__damage_is_named),
        cmocka_unit_test(schema__long_values_are_hashed_apart),
        cmocka_unit_test(xap__bad_terms_are_refused_before_they_do_harm),
        cmocka_unit_test(xap__metadata_belongs_to_the_transaction),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
