/* Damaged sealed files: whatever the bytes are, reading and merging them ends with a
 * status, and what a merge makes of them is sound; open and verify find every flipped
 * byte.
 *
 * usage: test_sealed_damage [ROUNDS] [SEED] [FIRST]
 *
 * A round of a seed is the same in every run. The file of a round that crashes is left
 * behind, in $TMPDIR/pressmark-damage-XXXXXX, with the number of the round in its name.
 */
#include "common/arena.h"
#include "common/sealed/sealed.h"
#include "tests/robust/sealed_damage.h"
#include "tests/robust/sealed_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    SAMPLE_ROUNDS = 1000, /* that damage the same file */
    PATH_SIZE = 512,
    ROUND_SECONDS = 5,  /* of processor time */
    HANG_SECONDS = 120, /* then the alarm ends the program */
    MEMORY_MAX_KB = 2 << 20,
    FAILURES_MAX = 20
};

static char folder[PATH_SIZE - 32];
static unsigned failures;
static unsigned long long round_now;
static struct status_error why; /* the last failure */
static unsigned damaged_records;
static unsigned long long opened, merged_well; /* rounds */
static uint64_t sink;                          /* of numbers that are only read */

static void promise(bool kept, const char *what)
{
    if (kept || failures++ >= FAILURES_MAX)
        return;
    printf("round %llu: %s (%s)\n", round_now, what, why.message);
    fflush(stdout);
}

static void path_of(const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
}

/* --- use: everything that can be read; how much of it was damaged --- */

static unsigned use_documents(const struct sealed_reader *r)
{
    enum { LOOKS = 16 };
    uint32_t n = sealed_reader_documents(r), step = 1 + n / LOOKS;
    uint32_t *lengths = malloc((n + 1) * sizeof *lengths);
    struct sealed_positions list = {0};
    struct sealed_unpacked unpacked = {.clock = 0};
    struct buffer record = BUFFER_INIT(1 << 20);
    unsigned damaged = 0;
    if (lengths)
        sealed_lengths(r, lengths);
    for (uint32_t d = 1; d <= n; d++) {
        for (int k = 0; k < SEALED_COLUMN_COUNT; k++)
            sink += (uint64_t)sealed_column_get(r, (enum sealed_column)k, d);
        sink += sealed_hash(r, d) + lengths[d];
    }
    for (uint32_t d = 1 + sample_below(step); d <= n; d += step) {
        int kind = (int)sample_below(SEALED_BOUNDARY_COUNT);
        buffer_clear(&record);
        damaged_records += sealed_record(r, &unpacked, d, &record, &why) != STATUS_OK;
        damaged +=
            sealed_boundaries(r, d, (enum sealed_boundary)kind, &list, &why) != STATUS_OK;
        for (size_t i = 0; i < list.count; i++)
            sink += list.items[i];
    }
    free(lengths);
    free(list.items);
    buffer_free(&record);
    sealed_unpacked_free(&unpacked);
    return damaged;
}

/* Positions of the loaded block: of some in any order, or of all, with forms or without.
 */
static void use_positions(struct sealed_cursor *c)
{
    struct sealed_positions positions = {0}, forms = {0};
    bool with_forms = sample_below(2), in_order = sample_below(4);
    for (uint32_t k = 0; k < c->count; k++) {
        uint32_t i = in_order ? k : sample_below(c->count);
        positions.count = forms.count = 0;
        if (!sealed_cursor_positions(c, i, &positions, with_forms ? &forms : NULL))
            break;
        promise(!with_forms || forms.count == positions.count, "a form too few");
        for (size_t p = 0; p < positions.count; p++)
            sink += positions.items[p];
        for (size_t p = 0; p < forms.count; p++)
            promise(forms.items[p] < c->form_count, "a form that there is not");
    }
    free(positions.items);
    free(forms.items);
}

static bool use_postings(const struct sealed_reader *r, const struct sealed_term *term)
{
    struct sealed_cursor c;
    uint32_t docids[SEALED_BLOCK], wdfs[SEALED_BLOCK], count, last = 0;
    if (sealed_cursor_open(&c, r, term, &why))
        return false;
    for (uint32_t b = 0; b < c.block_count; b++) {
        if (sample_below(8) == 0)
            sealed_cursor_read(&c, sample_below(c.block_count), docids, wdfs, &count);
        if (!sealed_cursor_load(&c, b))
            continue;
        for (uint32_t i = 0; i < c.count; i++) {
            promise(c.docids[i] > last, "docids that do not ascend");
            last = c.docids[i];
            sink += c.wdfs[i];
        }
        promise(last <= sealed_reader_documents(r), "a docid that is too great");
        if (term->is_word)
            use_positions(&c);
    }
    bool good = !c.damaged;
    sealed_cursor_close(&c);
    return good;
}

static unsigned use_terms(const struct sealed_reader *r)
{
    struct arena arena = {0};
    struct sealed_terms t;
    struct sealed_form *forms;
    struct sealed_term found;
    unsigned damaged = 0;
    size_t count;
    bool bad;
    sealed_terms_start(&t, r, (struct slice){0});
    while (sealed_terms_next(&t)) {
        struct slice text = {t.bytes, t.size};
        damaged += !use_postings(r, &t.term);
        bool good = !sealed_forms(r, text, &t.term, &arena, &forms, &count, &why);
        for (size_t f = 0; good && f < count; f++)
            sink += forms[f].doc_freq + forms[f].text.size;
        damaged += !good;
        if (sample_below(8) == 0)
            sink += sealed_find(r, text, &found, &bad);
    }
    arena_free(&arena);
    return damaged + t.damaged;
}

/* Terms that the sample has, and a walk from somewhere. */
static void use_lookups(const struct sealed_reader *r)
{
    struct sealed_terms t;
    struct sealed_term found;
    char text[SAMPLE_TEXT_SIZE];
    bool bad;
    for (unsigned i = 0; i < SAMPLE_WORDS + SAMPLE_ONCE; i++) {
        if (i < SAMPLE_WORDS)
            sample_form(i, 0, text);
        else
            snprintf(text, sizeof text, "I%03u", (i - SAMPLE_WORDS) * 3);
        if (!sealed_find(r, slice_of(text), &found, &bad))
            continue;
        promise(found.doc_freq <= sealed_reader_documents(r), "a term in too many");
        if (sample_below(8) == 0)
            use_postings(r, &found);
    }
    sealed_terms_start(&t, r, slice_of(text));
    for (unsigned i = 0; i < 40 && sealed_terms_next(&t); i++)
        sink += t.size;
}

/* The number of things that are damaged, without records. */
static unsigned use(struct sealed_reader *r)
{
    damaged_records = 0;
    const char *name;
    uint64_t size, sum = 0;
    unsigned damaged = 0;
    for (size_t i = 0; sealed_reader_section(r, i, &name, &size); i++)
        sum += size + (name == NULL);
    promise(sum < sealed_reader_bytes(r), "sections that are more than the file");
    if (sample_below(2))
        damaged += sealed_reader_load_zones(r, &why) != STATUS_OK;
    damaged += use_documents(r);
    damaged += use_terms(r);
    use_lookups(r);
    sealed_reader_release(r);
    return damaged;
}

/* Some documents are dead. Just as large as it must be. */
static uint64_t *make_dead(uint32_t documents)
{
    size_t words = documents / 64 + 1;
    uint64_t *dead = calloc(words, sizeof *dead);
    uint32_t step = 1 + sample_below(20);
    for (uint32_t d = 1 + sample_below(step); dead && d <= documents; d += step)
        dead[d / 64] |= UINT64_C(1) << d % 64;
    return dead;
}

/* There must be a status, or what the merge makes must be sound; but records are copied
 * as they are when their checksum is right. */
static void merge(struct sealed_reader *a, struct sealed_reader *b)
{
    struct sealed_input inputs[2] = {{a, NULL}, {b, NULL}};
    struct sealed_reader *merged;
    uint64_t *dead[2] = {NULL, NULL};
    char path[PATH_SIZE];
    bool stopped;
    size_t count = sample_below(4) ? 2 : 1;
    for (size_t i = 0; i < count; i++)
        if (sample_below(2))
            inputs[i].dead = dead[i] =
                make_dead(sealed_reader_documents(inputs[i].reader));
    path_of("merged", path);
    if (sealed_merge(inputs, count, path, 1, NULL, &stopped, &why) == STATUS_OK) {
        merged_well++;
        for (size_t i = 0; i < count; i++)
            promise(sealed_reader_verify(inputs[i].reader, &why) == STATUS_OK,
                    "a merge of a file that is not what was written");
        if (sealed_reader_open(path, &merged, &why) ||
            sealed_reader_verify(merged, &why) || use(merged) > 0)
            promise(false, "a merged file that is damaged");
        sealed_reader_close(merged);
    } else {
        promise(access(path, F_OK) != 0, "a failed merge that left a file");
    }
    unlink(path);
    free(dead[0]);
    free(dead[1]);
}

static void run_round(const struct bytes *sound, struct sealed_reader *other)
{
    struct rusage usage;
    struct sealed_reader *r;
    struct bytes f = {malloc(sound->size), sound->size};
    char name[32], path[PATH_SIZE];
    clock_t start = clock();
    alarm(HANG_SECONDS);
    snprintf(name, sizeof name, "round-%llu", round_now);
    path_of(name, path);
    memcpy(f.data, sound->data, f.size);
    damage(&f);
    bytes_write(path, &f);
    if (sealed_reader_open(path, &r, &why) == STATUS_OK) {
        opened++;
        use(r);
        sink += sealed_reader_verify(r, &why);
        uint32_t way = sample_below(4);
        if (way < 2)
            merge(way ? r : other, way ? other : r);
        sealed_reader_close(r);
    }
    promise((clock() - start) / CLOCKS_PER_SEC < ROUND_SECONDS, "takes too long");
    getrusage(RUSAGE_SELF, &usage);
    promise(usage.ru_maxrss < MEMORY_MAX_KB, "takes too much memory");
    unlink(path);
    free(f.data);
}

static void make_sample(const char *path, uint32_t documents, struct bytes *out)
{
    struct sealed_reader *r;
    free(out->data);
    sample_write(path, documents);
    bytes_read(path, out);
    if (sealed_reader_open(path, &r, &why) || sealed_reader_verify(r, &why) ||
        use(r) + damaged_records > 0)
        promise(false, "the sample is not sound");
    sealed_reader_close(r);
}

static void run_rounds(uint64_t seed, unsigned long long first, unsigned long long rounds)
{
    struct bytes sound = {0}, small = {0};
    struct sealed_reader *other = NULL;
    char path[PATH_SIZE], small_path[PATH_SIZE];
    path_of("sound", path);
    path_of("small", small_path);
    for (round_now = first; round_now < first + rounds; round_now++) {
        if (round_now == first || round_now % SAMPLE_ROUNDS == 0) {
            sealed_reader_close(other);
            sample_seed(seed << 32 ^ round_now / SAMPLE_ROUNDS);
            make_sample(path, 129 + sample_below(SAMPLE_DOCUMENTS_MAX - 129), &sound);
            make_sample(small_path, 1 + sample_below(60), &small);
            if (sealed_reader_open(small_path, &other, &why))
                exit(2);
        }
        sample_seed(seed << 32 ^ (round_now + 1) << 8);
        run_round(&sound, other);
    }
    sealed_reader_close(other);
    unlink(path);
    unlink(small_path);
    free(sound.data);
    free(small.data);
}

static void check_every_byte(void)
{
    struct bytes f = {0};
    char path[PATH_SIZE];
    path_of("flipped", path);
    make_sample(path, 40, &f);
    for (size_t i = 0; i < f.size; i++) {
        struct sealed_reader *r;
        uint8_t byte = f.data[i];
        f.data[i] ^= (uint8_t)(1 << i % 8);
        bytes_write(path, &f);
        bool found = sealed_reader_open(path, &r, &why) != STATUS_OK ||
                     sealed_reader_verify(r, &why) != STATUS_OK;
        promise(found, "a flipped byte that was not found");
        sealed_reader_close(r);
        f.data[i] = byte;
    }
    unlink(path);
    printf("%zu bytes flipped\n", f.size);
    free(f.data);
}

int main(int argc, char **argv)
{
    const char *where = getenv("TMPDIR");
    unsigned long long rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 3000;
    unsigned long long seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    unsigned long long first = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    snprintf(folder, sizeof folder, "%s/pressmark-damage-XXXXXX", where ? where : "/tmp");
    if (!mkdtemp(folder))
        return 2;
    sample_seed(seed);
    check_every_byte();
    run_rounds(seed, first, rounds);
    rmdir(folder);
    printf("%llu rounds, %llu opened, %llu merged, %u failures (%llx)\n", rounds, opened,
           merged_well, failures, (unsigned long long)sink);
    return failures > 0;
}
