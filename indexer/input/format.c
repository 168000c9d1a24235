#include "indexer/input/format.h"

#include "indexer/html/sgml.h"

#include <ctype.h>
#include <stdint.h>
#include <strings.h>

enum input_format input_format_of(const char *name)
{
    static const char *const names[INPUT_FORMAT_COUNT] = {
        "auto",    "text", "json", "jsonl",  "csv",  "tsv",  "trec",
        "reuters", "feed", "mbox", "newsml", "html", "warc", "mediawiki"};
    for (int f = 0; f < INPUT_FORMAT_COUNT; f++)
        if (strcmp(name, names[f]) == 0)
            return (enum input_format)f;
    return INPUT_AUTO;
}

static bool ends_with(const char *name, size_t size, const char *ending)
{
    size_t n = strlen(ending);
    return size > n && strncasecmp(name + size - n, ending, n) == 0;
}

enum input_format format_of_name(const char *path)
{
    static const struct {
        const char *ending;
        enum input_format format;
    } endings[] = {
        {".jsonl", INPUT_JSONL}, {".ndjson", INPUT_JSONL}, {".jl", INPUT_JSONL},
        {".json", INPUT_JSON},   {".txt", INPUT_TEXT},     {".text", INPUT_TEXT},
        {".csv", INPUT_CSV},     {".tsv", INPUT_TSV},      {".tab", INPUT_TSV},
        {".rss", INPUT_FEED},    {".atom", INPUT_FEED},    {".mbox", INPUT_MBOX},
        {".eml", INPUT_MBOX},    {".html", INPUT_HTML},    {".htm", INPUT_HTML},
        {".xhtml", INPUT_HTML},  {".warc", INPUT_WARC},    {".arc", INPUT_WARC},
        {".wet", INPUT_WARC}};
    static const char *const packings[] = {".gz", ".zst", ".xz", ".bz2"};
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++)
        if (ends_with(path, size, packings[i]))
            size -= strlen(packings[i]);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(path, size, endings[i].ending))
            return endings[i].format;
    return INPUT_AUTO;
}

bool format_is_markup(struct slice head)
{
    struct slice trimmed = slice_trim(head);
    return trimmed.size > 0 && trimmed.data[0] == '<';
}

/* Marked up text begins with the tag of an article, or with what may come before it. What
 * is XML or HTML of another kind is not known: as plain text it would be full of tags. */
enum input_format format_of_markup(struct slice head)
{
    if (sgml_find_tag(head, 0, "REUTERS") != SIZE_MAX)
        return INPUT_REUTERS;
    if (sgml_find_tag(head, 0, "DOC") != SIZE_MAX)
        return INPUT_TREC;
    if (sgml_find_tag(head, 0, "rss") != SIZE_MAX ||
        sgml_find_tag(head, 0, "feed") != SIZE_MAX ||
        sgml_find_tag(head, 0, "rdf:RDF") != SIZE_MAX)
        return INPUT_FEED;
    if (sgml_find_tag(head, 0, "nitf") != SIZE_MAX ||
        sgml_find_tag(head, 0, "newsItem") != SIZE_MAX ||
        sgml_find_tag(head, 0, "newsMessage") != SIZE_MAX)
        return INPUT_NEWSML;
    if (sgml_find_tag(head, 0, "mediawiki") != SIZE_MAX)
        return INPUT_MEDIAWIKI;
    if (sgml_find_tag(head, 0, "html") != SIZE_MAX ||
        sgml_find_tag(head, 0, "!DOCTYPE html") != SIZE_MAX ||
        sgml_find_tag(head, 0, "body") != SIZE_MAX)
        return INPUT_HTML;
    struct slice trimmed = slice_trim(head);
    char next = trimmed.size > 1 ? trimmed.data[1] : ' ';
    bool unknown = isalpha((unsigned char)next) || next == '?' || next == '!';
    return unknown ? INPUT_AUTO : INPUT_TEXT;
}

static bool is_web_archive(struct slice head)
{
    return (head.size > 9 && memcmp(head.data, "filedesc:", 9) == 0) ||
           (head.size > 6 && memcmp(head.data, "WARC/", 5) == 0 &&
            isdigit((unsigned char)head.data[5]));
}

static bool is_mail(struct slice head)
{
    static const char *const beginnings[] = {"From ", "Return-Path: ", "Received: "};
    const char *header = memmem(head.data, head.size, "\nFrom: ", 7);
    for (size_t i = 0; header && i < sizeof beginnings / sizeof *beginnings; i++)
        if (head.size > strlen(beginnings[i]) &&
            memcmp(head.data, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* By the first bytes: a line that is an object is JSON Lines, an object or array that
 * goes on is JSON, bytes with a NUL are nothing that is known, the rest is text. */
enum input_format format_of_content(struct slice head)
{
    struct slice trimmed = slice_trim(head);
    if (is_web_archive(head)) /* has pictures in it */
        return INPUT_WARC;
    if (memchr(head.data, '\0', head.size))
        return INPUT_AUTO;
    if (trimmed.size > 0 && trimmed.data[0] == '[') {
        struct slice rest =
            slice_trim((struct slice){trimmed.data + 1, trimmed.size - 1});
        bool array = rest.size == 0 || memchr("{[]", rest.data[0], 3);
        return array ? INPUT_JSON : INPUT_TEXT;
    }
    if (format_is_markup(head))
        return format_of_markup(head);
    if (is_mail(head))
        return INPUT_MBOX;
    if (trimmed.size == 0 || trimmed.data[0] != '{')
        return INPUT_TEXT;
    const char *newline = memchr(trimmed.data, '\n', trimmed.size);
    struct slice line = {trimmed.data,
                         newline ? (size_t)(newline - trimmed.data) : trimmed.size};
    line = slice_trim(line);
    bool cut = !newline && line.data[line.size - 1] != '}';
    return cut || (line.size > 1 && line.data[line.size - 1] == '}') ? INPUT_JSONL
                                                                     : INPUT_JSON;
}
