#include "searcher/cli/read_article.h"

#include "common/cli/cli.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As the indexer's --max-article. */
enum { ARTICLE_MAX = 4 << 20 };

static char *read_input(size_t *size, char *error, size_t error_size)
{
    size_t capacity = 1 << 16;
    char *text = cli_check_memory(malloc(capacity + 1));
    *size = 0;
    for (size_t n; (n = fread(text + *size, 1, capacity - *size, stdin)) > 0;) {
        *size += n;
        if (*size > ARTICLE_MAX)
            break;
        if (*size == capacity)
            text = cli_check_memory(realloc(text, (capacity *= 2) + 1));
    }
    text[*size] = '\0';
    if (!ferror(stdin) && *size <= ARTICLE_MAX)
        return text;
    if (ferror(stdin))
        snprintf(error, error_size, "cannot read standard input: %s", strerror(errno));
    else
        snprintf(error, error_size, "the article has more than %d MB", ARTICLE_MAX >> 20);
    free(text);
    return NULL;
}

/* The first of the keys that holds a text. */
static const char *value_of(const json_t *article, const char *const *keys)
{
    for (; *keys; keys++) {
        const char *text = json_string_value(json_object_get(article, *keys));
        if (text)
            return text;
    }
    return "";
}

static char *text_of(const json_t *article)
{
    static const char *const titles[] = {"title", "headline", NULL};
    static const char *const summaries[] = {"summary", "dek", "description", "subtitle",
                                            NULL};
    static const char *const bodies[] = {"body",     "text",        "content",
                                         "maintext", "articleBody", NULL};
    const char *parts[] = {value_of(article, titles), value_of(article, summaries),
                           value_of(article, bodies)};
    char *text = NULL;
    size_t size;
    FILE *out = cli_check_memory(open_memstream(&text, &size));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (*parts[i])
            fprintf(out, "%s\n\n", parts[i]);
    fclose(out);
    return cli_check_memory(text);
}

char *read_article(char *error, size_t error_size)
{
    size_t size;
    char *input = read_input(&size, error, error_size);
    size_t start = input ? strspn(input, " \t\r\n\xEF\xBB\xBF") : 0;
    if (!input || input[start] != '{')
        return input;
    json_error_t why;
    json_t *article = json_loadb(input + start, size - start, 0, &why);
    char *text = article ? text_of(article) : NULL;
    if (!article)
        snprintf(error, error_size, "the article on standard input is no JSON: %s",
                 why.text);
    json_decref(article);
    free(input);
    return text;
}
