/* Any bytes, to the reader of one format, which the first argument or, under libFuzzer,
 * the name of the program tells (fuzz_html, fuzz_warc, ...; fuzz_auto finds it out). What
 * a reader passes on must be valid UTF-8.
 *
 * usage without libFuzzer: fuzz_input FORMAT FILE... */
#include "common/article.h"
#include "common/text/utf8.h"
#include "indexer/input/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct input_options options = {
    .limits = {.article_bytes = 1 << 16, .file_bytes = 1 << 26, .nesting = 100}};

static void must(bool promise, const char *what)
{
    if (promise)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static bool on_article(void *context, struct article *a, const struct input_place *place)
{
    (void)context, (void)place;
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++)
        for (size_t i = 0; i < a->fields[f].count; i++) {
            struct slice value = a->fields[f].items[i];
            must(utf8_valid_prefix(value.data, value.size) == value.size,
                 "a field is not valid UTF-8");
        }
    must(a->fields[ARTICLE_ID].count == 1, "an article has no id");
    must(a->fields[ARTICLE_RELATED].count == a->fields[ARTICLE_RELATED_URL].count,
         "related headlines and addresses are not of one number");
    return true;
}

static bool on_reject(void *context, const struct input_place *place, struct slice id,
                      const char *reason)
{
    (void)context, (void)place, (void)id;
    must(*reason != '\0', "a rejection has no reason");
    return true;
}

static void on_warning(void *context, const struct input_place *place,
                       const char *warning)
{
    (void)context, (void)place, (void)warning;
}

static void on_bytes(void *context, uint64_t packed, uint64_t plain)
{
    (void)context, (void)packed, (void)plain;
}

static void read_bytes(const uint8_t *data, size_t size)
{
    struct input_sink sink = {on_article, on_reject, on_warning, on_bytes, NULL};
    struct status_error err;
    char path[64];
    int fd = memfd_create("input", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no memory for the input");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    input_read(path, &options, &sink, &err);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_bytes(data, size);
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = strrchr((*argv)[0], '_');
    (void)argc;
    options.format = input_format_of(name ? name + 1 : "auto");
    return 0;
}

#ifndef FUZZER
int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    options.format = input_format_of(argv[1]);
    for (int i = 2; i < argc; i++) {
        static uint8_t data[1 << 20];
        FILE *in = fopen(argv[i], "rb");
        must(in != NULL, argv[i]);
        read_bytes(data, fread(data, 1, sizeof data, in));
        fclose(in);
    }
    return 0;
}
#endif
