/* text_speed: how fast the analysis is on one core.
 *
 * usage: text_speed FILE [ROUNDS]   (FILE: plain text, or anything that is mostly text)
 */
#include "common/buffer.h"
#include "common/index/analyser.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    struct analyser *analyser;
    struct text_analysis analysis = {0};
    struct buffer text = BUFFER_INIT((size_t)1 << 32);
    char chunk[65536];
    size_t n, tokens = 0;
    FILE *in = argc > 1 ? fopen(argv[1], "r") : NULL;
    unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5;
    if (!in || analyser_new("en", &analyser, NULL)) {
        fputs("usage: text_speed FILE [ROUNDS]\n", stderr);
        return 2;
    }
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        buffer_append(&text, chunk, n);
    fclose(in);
    double start = cpu_s();
    for (unsigned r = 0; r < rounds; r++) {
        /* articles of 4 KB, as news are */
        for (size_t at = 0; at < text.size; at += 4096) {
            size_t size = text.size - at < 4096 ? text.size - at : 4096;
            struct text_parts parts = {.fields[TEXT_BODY] = {text.data + at, size}};
            if (text_analyse(&analysis, analyser_tokeniser(analyser), &parts))
                return 1;
            tokens += analysis.tokens.count;
        }
    }
    double seconds = cpu_s() - start;
    printf("%.1f MB/s, %zu tokens, %.2f CPU s\n",
           (double)text.size * rounds / 1e6 / seconds, tokens / rounds, seconds);
    text_analysis_free(&analysis);
    analyser_free(analyser);
    buffer_free(&text);
    return 0;
}
