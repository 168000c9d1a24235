#include "tests/differential/language_news.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array)   (sizeof(array) / sizeof *(array))
#define PICK(n, array) ((array)[news_random(n, (unsigned)COUNT(array))])

/* The commonest first. Some have one stem, some differ in accents or capitals alone, or
 * in one or two letters. */
static const char *const words[] = {"the",         "minister",      "coffee",
                                    "export",      "bank",          "of",
                                    "price",       "strike",        "exports",
                                    "caf\u00E9",   "run",           "tax",
                                    "said",        "ministers",     "storm",
                                    "from",        "prices",        "river",
                                    "banks",       "cafe",          "Bank",
                                    "harbour",     "running",       "growers",
                                    "exported",    "form",          "us",
                                    "US",          "trail",         "trial",
                                    "Coffee",      "taxes",         "NATO",
                                    "drought",     "strikes",       "police",
                                    "policy",      "2024",          "storms",
                                    "Caf\u00E9s",  "re-entry",      "Z\u00FCrich",
                                    "Russia",      "reentry",       "entry",
                                    "university",  "grow",          "banking",
                                    "exporting",   "universe",      "resume",
                                    "2025",        "zurich",        "r\u00E9sum\u00E9",
                                    "minister's",  "runs",          "harbors",
                                    "dying",       "ministry",      "Russia\u2019s",
                                    "state-owned", "Minist\u00E8re"};

static const char *const stop_words[] = {"the", "of", "from"};
static const char *const sources[] = {"Velmora Wire", "The Courier", "Caf\u00E9 Times",
                                      "ABC"};
static const char *const sections[] = {"sport", "Foreign Affairs", "coffee"};

const char *story_word(struct news *n)
{
    double x = news_random(n, 1 << 20) / (double)(1 << 20);
    return words[(unsigned)((double)COUNT(words) * x * x)];
}

bool story_is_stop_word(const char *word)
{
    for (size_t i = 0; i < COUNT(stop_words); i++)
        if (strcasecmp(word, stop_words[i]) == 0)
            return true;
    return false;
}

const char *story_source(struct news *n)
{
    return PICK(n, sources);
}

const char *story_section(struct news *n)
{
    return PICK(n, sections);
}

void story_span(struct news *n, char span[STORY_DAY_SIZE])
{
    static const size_t sizes[] = {4, 7, 10};
    snprintf(span, STORY_DAY_SIZE, "202%u-%02u-%02u", 3 + news_random(n, 3),
             1 + news_random(n, 12), 1 + news_random(n, 28));
    span[PICK(n, sizes)] = '\0';
}

/* --- texts --- */

static void add_word(struct news *n, bool capital, struct buffer *out)
{
    const char *word = story_word(n);
    bool loud = news_one_in(n, 40);
    for (const char *c = word; *c; c++) {
        bool upper = loud || (capital && c == word) || (c == word && news_one_in(n, 12));
        buffer_append_byte(out, (char)(upper ? toupper((unsigned char)*c) : *c));
    }
}

static void add_words(struct news *n, unsigned count, bool capital, struct buffer *out)
{
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_text(out, news_one_in(n, 9) ? ", " : " ");
        add_word(n, capital && i == 0, out);
    }
}

/* One or two sentences, in which somebody may speak; a speech may begin or end anywhere,
 * or not end at all. */
static void add_sentence(struct news *n, struct buffer *out)
{
    static const char *const marks[][2] = {{"\u201C", "\u201D"}, {"\"", "\""}};
    static const char *const ends[] = {". ", ". ", "! ", "? "};
    const char *const *mark = PICK(n, marks);
    unsigned speech = news_random(n, 6), count = 2 + news_random(n, 8);
    if (speech == 0) { /* it is all speech */
        buffer_append_text(out, mark[0]);
        add_words(n, count, true, out);
        buffer_append_byte(out, '.');
        buffer_append_text(out, news_one_in(n, 20) ? " " : mark[1]);
        buffer_append_byte(out, ' ');
        return;
    }
    add_words(n, count, true, out);
    if (speech == 1) {
        buffer_append_byte(out, ' ');
        buffer_append_text(out, mark[0]);
        add_words(n, 1 + news_random(n, 5), false, out);
        if (news_one_in(n, 4)) { /* over the end of the sentence */
            buffer_append_text(out, ". ");
            add_words(n, 1 + news_random(n, 5), true, out);
        }
        buffer_append_text(out, mark[1]);
    }
    buffer_append_text(out, PICK(n, ends));
}

/* Two paragraphs of one speech: each opens it, the second one closes it. */
static void add_speech(struct news *n, struct buffer *out)
{
    buffer_append_text(out, "\u201C");
    add_words(n, 3 + news_random(n, 4), true, out);
    buffer_append_text(out, ".\n\n\u201C");
    add_words(n, 2 + news_random(n, 4), true, out);
    buffer_append_text(out, ",\u201D ");
    add_words(n, 2, false, out);
    buffer_append_text(out, ". ");
}

static void add_body(struct news *n, struct buffer *out)
{
    for (unsigned i = 1 + news_random(n, 4); i > 0; i--) {
        if (news_one_in(n, 8))
            add_speech(n, out);
        for (unsigned k = 1 + news_random(n, 3); k > 0; k--)
            add_sentence(n, out);
        buffer_append_text(out, i > 1 ? "\n\n" : "");
    }
}

static char *finish(struct buffer *text)
{
    char *copy = strdup(buffer_text(text));
    if (!copy || text->failed) {
        puts("no memory");
        exit(2);
    }
    buffer_clear(text);
    return copy;
}

void story_make(struct news *n, unsigned number, struct story *out)
{
    struct buffer text = BUFFER_INIT(1 << 20);
    bool dated = news_random(n, 6) > 0;
    *out = (struct story){.number = number};
    if (news_random(n, 8) > 0)
        add_words(n, 1 + news_random(n, 6), true, &text);
    out->title = finish(&text);
    if (news_one_in(n, 3))
        add_words(n, 2 + news_random(n, 7), true, &text);
    out->summary = finish(&text);
    if (news_random(n, 15) > 0 || !*out->title)
        add_body(n, &text);
    out->body = finish(&text);
    if (news_one_in(n, 3)) {
        for (unsigned i = 1 + news_random(n, STORY_LINKS_MAX); i > 0; i--) {
            add_words(n, 1 + news_random(n, 3), true, &text);
            out->links[out->link_count++] = finish(&text);
        }
    }
    out->links_in_body = *out->body && news_one_in(n, 2);
    out->source = news_random(n, 6) > 0 ? story_source(n) : NULL;
    out->section = news_one_in(n, 2) ? story_section(n) : NULL;
    if (dated)
        snprintf(out->day, sizeof out->day, "202%u-%02u-%02u", 3 + news_random(n, 3),
                 1 + news_random(n, 12), 1 + news_random(n, 28));
    buffer_free(&text);
}

void story_free(struct story *s)
{
    free(s->title);
    free(s->summary);
    free(s->body);
    for (size_t i = 0; i < s->link_count; i++)
        free(s->links[i]);
}

static void set(json_t *article, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(article, key, json_string(text));
}

void story_print(const struct story *s, struct buffer *out)
{
    struct buffer body = BUFFER_INIT(1 << 20);
    json_t *article = json_object(), *related = json_array();
    char id[16];
    snprintf(id, sizeof id, "a%u", s->number);
    buffer_append_text(&body, s->body);
    for (size_t i = 0; i < s->link_count; i++) {
        if (!s->links_in_body) {
            json_array_append_new(related, json_string(s->links[i]));
            continue;
        }
        buffer_append_text(&body, i == 0 ? "\n\nRead more:\n- " : "\n- ");
        buffer_append_text(&body, s->links[i]);
    }
    set(article, "id", id);
    set(article, "title", s->title);
    set(article, "summary", s->summary);
    set(article, "body", buffer_text(&body));
    set(article, "source", s->source);
    set(article, "section", s->section);
    set(article, "date", s->day);
    json_object_set_new(article, "related", related);
    char *line = json_dumps(article, JSON_COMPACT);
    buffer_append_text(out, line);
    buffer_append_byte(out, '\n');
    free(line);
    json_decref(article);
    buffer_free(&body);
}

/* --- for queries --- */

static size_t mark_size(const char *at)
{
    if (*at == '"')
        return 1;
    return strncmp(at, "\u201C", 3) == 0 || strncmp(at, "\u201D", 3) == 0 ? 3 : 0;
}

void story_extract(struct news *n, const struct story *s, struct buffer *out)
{
    const char *const texts[] = {s->body, s->body, s->body, s->title, s->summary};
    const char *text = PICK(n, texts);
    unsigned blanks = 1 + news_random(n, 3);
    if (!*text) {
        buffer_append_text(out, story_word(n));
        return;
    }
    const char *at = text + news_random(n, (unsigned)strlen(text));
    while (at > text && *at != ' ' && *at != '\n')
        at--;
    for (at += *at == ' ' || *at == '\n'; *at && blanks > 0; at++) {
        size_t size = mark_size(at);
        if (size > 0) {
            at += size - 1;
            continue;
        }
        blanks -= *at == ' ';
        if (*at != ' ' || blanks > 0)
            buffer_append_byte(out, *at == '\n' ? ' ' : *at);
    }
}
