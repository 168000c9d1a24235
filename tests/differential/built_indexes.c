#include "tests/differential/built_indexes.h"

#include "tests/differential/run_indexer.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A live segment of more than LIVE_MAX articles may become a sealed one, with dead ones.
 */
enum { SMALL_BATCH = 190, LIVE_MAX = 4000, VERSION_BACK = 3 };

/* What happens to an article: version 0 comes first, then 1 up to `last`. */
struct fate {
    unsigned char last;
    bool removed, back; /* after that; and comes back as VERSION_BACK */
    bool late;          /* comes after all that */
    bool gone;          /* is removed in the end */
};

struct item {
    unsigned number, version;
};

struct list {
    struct item *items;
    size_t count, capacity;
};

static void fail(const char *what, const char *path)
{
    printf("cannot %s '%s'\n", what, path);
    exit(2);
}

/* Runs the indexer on an index; args ends in NULL. */
static void index_with(const struct built_indexes *b, const char *index,
                       const char *const *args)
{
    enum { ARGS_MAX = 200 };
    const char *argv[ARGS_MAX] = {b->indexer,  "-i",      index,    "-l",
                                  b->language, "--store", b->store, "--progress=none"};
    size_t count = 8;
    while (*args && count + 1 < ARGS_MAX)
        argv[count++] = *args++;
    if (run_indexer(argv) != 0)
        fail("build", index);
}

static void push(struct list *l, unsigned number, unsigned version)
{
    l->items = buffer_grow_array(l->items, &l->capacity, l->count + 1, sizeof *l->items);
    if (!l->items)
        fail("keep", "a list");
    l->items[l->count++] = (struct item){number, version};
}

/* Sends the list in batches of at most so many, and empties it. */
static void send(struct built_indexes *b, const char *index, struct list *l, size_t most,
                 const char *jobs)
{
    char path[BUILT_PATH_SIZE];
    const char *args[] = {path, "-j", jobs, "-m", "32M", NULL};
    struct buffer lines = BUFFER_INIT(1u << 30);
    snprintf(path, sizeof path, "%s/batch.jsonl", b->folder);
    for (size_t at = 0; at < l->count;) {
        size_t size = most / 2 + news_random(&b->news, (unsigned)(most - most / 2)) + 1;
        FILE *out = fopen(path, "w");
        if (!out)
            fail("write", path);
        buffer_clear(&lines);
        for (; size > 0 && at < l->count; size--, at++)
            news_add_article(&b->news, l->items[at].number, l->items[at].version, &lines);
        fwrite(lines.data, 1, lines.size, out);
        fclose(out);
        index_with(b, index, args);
    }
    buffer_free(&lines);
    l->count = 0;
}

/* Removes the articles of a list, and empties it. */
static void remove_all(struct built_indexes *b, const char *index, struct list *l)
{
    enum { IDS_MAX = 50 };
    char ids[IDS_MAX][16];
    for (size_t at = 0; at < l->count;) {
        const char *args[2 * IDS_MAX + 1];
        size_t n = 0;
        for (; n < IDS_MAX && at < l->count; n++, at++) {
            snprintf(ids[n], sizeof ids[n], "a%u", l->items[at].number);
            args[2 * n] = "--remove";
            args[2 * n + 1] = ids[n];
        }
        args[2 * n] = NULL;
        index_with(b, index, args);
    }
    l->count = 0;
}

static void decide(struct built_indexes *b)
{
    for (unsigned i = 0; i < b->news.articles; i++) {
        struct fate *f = &b->fates[i];
        *f = (struct fate){.late = news_one_in(&b->news, 12),
                           .gone = news_one_in(&b->news, 25)};
        if (f->late)
            continue;
        f->last =
            (unsigned char)(news_one_in(&b->news, 4) ? 1 + news_random(&b->news, 2) : 0);
        f->removed = news_one_in(&b->news, 15);
        f->back = f->removed && news_one_in(&b->news, 3);
    }
}

/* The whole story, in batches of at most so many articles. */
static void live_through(struct built_indexes *b, const char *index, size_t most,
                         size_t last, const char *jobs)
{
    struct list l = {0};
    const struct fate *f = b->fates;
    unsigned count = b->news.articles;
    for (unsigned version = 0; version < VERSION_BACK; version++) {
        for (unsigned i = 0; i < count; i++) {
            unsigned before = i - news_random(&b->news, i < 20 ? i + 1 : 20);
            bool again = news_one_in(&b->news, 20); /* it changes nothing */
            if (!f[i].late && (f[i].last >= version || again))
                push(&l, i, f[i].last < version ? f[i].last : version);
            if (version == 0 && again && !f[before].late && f[before].last > 0)
                push(&l, before, 1);
        }
        send(b, index, &l, most, jobs);
    }
    for (unsigned i = 0; i < count; i++)
        if (f[i].removed)
            push(&l, i, 0);
    remove_all(b, index, &l);
    for (unsigned i = 0; i < count; i++)
        if (f[i].back || f[i].late)
            push(&l, i, f[i].back ? VERSION_BACK : 0);
    send(b, index, &l, last, jobs);
    for (unsigned i = 0; i < count; i++)
        if (f[i].gone)
            push(&l, i, 0);
    remove_all(b, index, &l);
    free(l.items);
}

/* What is there in the end, in another order; of every `step` articles one. */
static void build_at_once(struct built_indexes *b, const char *index, unsigned first,
                          unsigned step, size_t most)
{
    struct list l = {0};
    for (unsigned i = first; i < b->news.articles; i += step) {
        const struct fate *f = &b->fates[i];
        if (!f->gone && (!f->removed || f->back))
            push(&l, i, f->back ? VERSION_BACK : f->last);
    }
    for (size_t i = l.count; i > 1; i--) {
        size_t k = news_random(&b->news, (unsigned)i);
        struct item swap = l.items[i - 1];
        l.items[i - 1] = l.items[k];
        l.items[k] = swap;
    }
    send(b, index, &l, most, "1");
    free(l.items);
}

static void open_searcher(struct built *one)
{
    const char *paths[] = {one->paths[0], one->paths[1]};
    struct pressmark_error err;
    if (pressmark_open(paths, one->path_count, &one->searcher, &err))
        fail(err.message, one->paths[0]);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st, (void)kind, (void)f;
    return remove(path);
}

static void remove_files(const struct built *one)
{
    for (size_t k = 0; k < one->path_count; k++)
        nftw(one->paths[k], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void name_all(struct built_indexes *b)
{
    static const char *const names[] = {"live", "sealed", "parts", "pair"};
    for (int i = 0; i < WAYS; i++) {
        struct built *one = &b->built[i];
        *one = (struct built){.path_count = i == PAIR ? 2 : 1, .has_dead = i == PARTS};
        for (size_t k = 0; k < one->path_count; k++)
            snprintf(one->paths[k], BUILT_PATH_SIZE, "%s/%" PRIu64 "-%s-%zu", b->folder,
                     b->seed, names[i], k);
        remove_files(one);
    }
}

void built_indexes_open(struct built_indexes *b, uint64_t seed, unsigned articles)
{
    static const char *const languages[] = {"en", "en", "fr", "none", "de"};
    b->seed = seed;
    b->news = (struct news){.seed = seed, .state = seed * 77};
    b->news.articles = articles ? articles : 300 + news_random(&b->news, 900);
    b->language = languages[news_random(&b->news, 5)];
    b->store = news_one_in(&b->news, 6) ? "none" : "text";
    b->fates = calloc(b->news.articles, sizeof *b->fates);
    if (!b->fates)
        fail("keep", "articles");
    decide(b);
    name_all(b);
    size_t half = b->news.articles / 2, sizes[] = {SMALL_BATCH, 400, half + 200};
    size_t most = sizes[1 + news_random(&b->news, 2)];
    const char *jobs = news_one_in(&b->news, 4) ? "1" : "3";
    if (b->news.articles <= LIVE_MAX)
        live_through(b, b->built[LIVE].paths[0], SMALL_BATCH, SMALL_BATCH, "1");
    else
        build_at_once(b, b->built[LIVE].paths[0], 0, 1, SMALL_BATCH);
    build_at_once(b, b->built[SEALED].paths[0], 0, 1, 2 * (size_t)b->news.articles);
    live_through(b, b->built[PARTS].paths[0], most, sizes[news_random(&b->news, 3)],
                 jobs);
    build_at_once(b, b->built[PAIR].paths[0], 0, 2, most);
    build_at_once(b, b->built[PAIR].paths[1], 1, 2, SMALL_BATCH);
    for (int i = 0; i < WAYS; i++)
        open_searcher(&b->built[i]);
}

void built_indexes_compact(struct built_indexes *b)
{
    static const char *const compact[] = {"--compact", NULL};
    index_with(b, b->built[LIVE].paths[0], compact);
    index_with(b, b->built[PARTS].paths[0], compact);
    b->built[PARTS].has_dead = false;
}

void built_indexes_close(struct built_indexes *b, bool keep_files)
{
    for (int i = 0; i < WAYS; i++) {
        pressmark_close(b->built[i].searcher);
        if (!keep_files)
            remove_files(&b->built[i]);
    }
    free(b->fates);
}
