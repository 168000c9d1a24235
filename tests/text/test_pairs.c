/* The table of (text, query, must match or must not): what a word is, and where it
 * stands; in a live segment, and in a sealed one.
 *
 * usage: test_pairs INDEXER pairs.jsonl FOLDER   (FOLDER is emptied by the caller) */
#include <jansson.h>
#include <pressmark.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, LANGUAGES_MAX = 32 };

extern char **environ;

struct language {
    char code[16];
    FILE *articles;
    char input[PATH_SIZE], index[PATH_SIZE];
    struct pressmark_searcher *searcher;
};

struct table {
    const char *indexer, *folder;
    struct language languages[LANGUAGES_MAX];
    size_t language_count;
    json_t *pairs;
};

static const char *text_at(json_t *pair, const char *key, const char *missing)
{
    const char *text = json_string_value(json_object_get(pair, key));
    return text ? text : missing;
}

static struct language *language_of(struct table *t, const char *code)
{
    for (size_t i = 0; i < t->language_count; i++)
        if (strcmp(t->languages[i].code, code) == 0)
            return &t->languages[i];
    if (t->language_count == LANGUAGES_MAX)
        return NULL;
    struct language *l = &t->languages[t->language_count++];
    snprintf(l->code, sizeof l->code, "%s", code);
    snprintf(l->input, sizeof l->input, "%s/%s.jsonl", t->folder, code);
    snprintf(l->index, sizeof l->index, "%s/%s.index", t->folder, code);
    l->articles = fopen(l->input, "w");
    return l->articles ? l : NULL;
}

/* Reads the pairs; their texts become articles whose ids are the pairs' numbers. */
static int read_pairs(struct table *t, const char *path)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *in = fopen(path, "r");
    t->pairs = json_array();
    while (in && getline(&line, &capacity, in) > 0) {
        json_t *pair = json_loads(line, 0, NULL);
        struct language *l =
            pair ? language_of(t, text_at(pair, "language", "en")) : NULL;
        if (!l)
            return 0;
        char id[32];
        snprintf(id, sizeof id, "%zu", json_array_size(t->pairs));
        json_t *article =
            json_pack("{s:s,s:s,s:s}", "id", id, "title", text_at(pair, "title", ""),
                      "body", text_at(pair, "text", ""));
        json_t *related = json_object_get(pair, "related");
        if (related)
            json_object_set(article, "related", related);
        json_dumpf(article, l->articles, JSON_COMPACT);
        fputc('\n', l->articles);
        json_decref(article);
        json_array_append_new(t->pairs, pair);
    }
    free(line);
    if (in)
        fclose(in);
    return json_array_size(t->pairs) > 0;
}

static int build(const struct table *t, struct language *l, int sealed)
{
    char program[] = "pressmark-indexer", i[] = "-i", lang[] = "-l",
         compact[] = "--compact";
    char *argv[] = {program, i, l->index, lang, l->code, sealed ? compact : l->input,
                    NULL};
    pid_t child;
    int status;
    if (!sealed)
        fclose(l->articles);
    pressmark_close(l->searcher);
    l->searcher = NULL;
    if (posix_spawn(&child, t->indexer, NULL, NULL, argv, environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0)
        return 0;
    const char *path = l->index;
    return pressmark_open(&path, 1, &l->searcher, NULL) == PRESSMARK_OK;
}

static int check(struct table *t, size_t number)
{
    json_t *pair = json_array_get(t->pairs, number);
    struct language *l = language_of(t, text_at(pair, "language", "en"));
    struct pressmark_search_options o = PRESSMARK_SEARCH_OPTIONS_INIT;
    struct pressmark_results *r;
    const char *query = text_at(pair, "query", "");
    int expected = json_is_true(json_object_get(pair, "match")), found = 0;
    char id[32];
    o.collapse = PRESSMARK_COLLAPSE_NONE;
    snprintf(id, sizeof id, "%zu", number);
    o.limit = PRESSMARK_ALL_HITS;
    o.no_snippet = 1;
    if (pressmark_search(l->searcher, query, &o, &r, NULL) != PRESSMARK_OK)
        return 0;
    for (size_t i = 0; i < pressmark_results_count(r); i++)
        found |= strcmp(pressmark_hit_text(r, i, PRESSMARK_ID), id) == 0;
    if (found != expected)
        printf("line %zu: '%.80s' must%s match '%.80s' (%s)\n", number + 1, query,
               expected ? "" : " not", text_at(pair, "text", ""),
               text_at(pair, "why", ""));
    pressmark_results_free(r);
    return found == expected;
}

int main(int argc, char **argv)
{
    struct table t = {0};
    size_t failures = 0;
    if (argc != 4)
        return 2;
    t.indexer = argv[1];
    t.folder = argv[3];
    if (!read_pairs(&t, argv[2]))
        return 2;
    for (int sealed = 0; sealed < 2; sealed++) {
        for (size_t i = 0; i < t.language_count; i++)
            if (!build(&t, &t.languages[i], sealed))
                return 2;
        for (size_t i = 0; i < json_array_size(t.pairs); i++)
            failures += !check(&t, i);
    }
    printf("%zu pairs, %zu failures\n", json_array_size(t.pairs), failures);
    for (size_t i = 0; i < t.language_count; i++)
        pressmark_close(t.languages[i].searcher);
    json_decref(t.pairs);
    return failures > 0;
}
