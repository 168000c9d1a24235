/* Every byte string is a query: random ones, and random pieces of the language.
 *
 * usage: test_random_queries INDEX [QUERIES] [SEED] */
#include <pressmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUERY_SIZE = 200 };

static const char *const pieces[] = {"the",
                                     "ferry",
                                     "COVID-19",
                                     "U.S.",
                                     "\"",
                                     "\xE2\x80\x9C",
                                     "\xE2\x80\x9D",
                                     "(",
                                     ")",
                                     "+",
                                     "-",
                                     "=",
                                     "AND",
                                     "OR",
                                     "NOT",
                                     "title:",
                                     "lead:",
                                     "source:",
                                     "date:",
                                     "since:",
                                     "2024..",
                                     "..",
                                     "\t",
                                     " ",
                                     " ",
                                     " ",
                                     "*",
                                     "~",
                                     "\xC3\xA9",
                                     "\xE6\x9D\xB1\xE4\xBA\xAC",
                                     "\xFF",
                                     "C++",
                                     "@",
                                     "#",
                                     "&",
                                     "'s",
                                     "12,000",
                                     "\xD9\x8A",
                                     "\xE0\xB8\x81",
                                     "body:",
                                     "id:",
                                     "tc-001",
                                     "w/5",
                                     "pre/3",
                                     "SENT",
                                     "PARA",
                                     "NEAR",
                                     "ATLEAST/2",
                                     "FIRST/30",
                                     "quote:",
                                     "links:",
                                     "words:>50",
                                     "fer*",
                                     "?",
                                     "the~2",
                                     "~5",
                                     "\xF0\x9F\x98\x80"};

static size_t random_bytes(unsigned *seed, char *text)
{
    size_t size = (size_t)rand_r(seed) % QUERY_SIZE;
    for (size_t i = 0; i < size; i++)
        text[i] = (char)(1 + rand_r(seed) % 255);
    return size;
}

static size_t random_pieces(unsigned *seed, char *text)
{
    size_t size = 0;
    for (int n = rand_r(seed) % 15; n > 0; n--) {
        const char *piece =
            pieces[(size_t)rand_r(seed) % (sizeof pieces / sizeof *pieces)];
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
        if (rand_r(seed) % 2)
            text[size++] = ' ';
    }
    return size;
}

/* What the results promise: highlights in order and within the snippet. */
static int is_sound(const struct pressmark_results *r)
{
    for (size_t i = 0; i < pressmark_results_count(r); i++) {
        size_t size = strlen(pressmark_hit_snippet(r, i)), start, end, last = 0;
        for (size_t k = 0; pressmark_hit_highlight(r, i, k, &start, &end); k++) {
            if (start < last || start >= end || end > size)
                return 0;
            last = end;
        }
    }
    return pressmark_results_interpreted(r) != NULL;
}

int main(int argc, char **argv)
{
    struct pressmark_searcher *s;
    struct pressmark_error err;
    unsigned queries = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 3000;
    unsigned seed = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1, found = 0;
    char text[QUERY_SIZE * 2];
    if (argc < 2 || pressmark_open((const char *const *)&argv[1], 1, &s, &err)) {
        fputs("usage: test_random_queries INDEX [QUERIES] [SEED]\n", stderr);
        return 2;
    }
    for (unsigned i = 0; i < queries; i++) {
        struct pressmark_results *r;
        size_t size = i % 2 ? random_bytes(&seed, text) : random_pieces(&seed, text);
        text[size] = '\0';
        if (pressmark_search(s, text, NULL, &r, &err) != PRESSMARK_OK || !is_sound(r)) {
            printf("query %u '%s': %s\n", i, text, err.message);
            return 1;
        }
        found += pressmark_results_count(r) > 0;
        pressmark_results_free(r);
    }
    printf("%u queries, %u found something\n", queries, found);
    pressmark_close(s);
    return found == 0;
}
