#include "tests/differential/random_news.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The commonest first; what is behind the last is made of syllables. */
static const char *const words[] = {
    "the",      "of",     "to",    "a",      "in",      "and",        "minister",
    "export",   "coffee", "price", "said",   "city",    "on",         "run",
    "bank",     "it",     "rate",  "worker", "us",      "strike",     "election",
    "is",       "cafe",   "river", "police", "fire",    "school",     "that",
    "council",  "car",    "entry", "re",     "team",    "party",      "resume",
    "trade",    "oil",    "court", "was",    "general", "parliament", "study",
    "market",   "leave",  "new",   "border", "who",     "ship",       "union",
    "national", "not",    "water", "happy",  "nation",  "universe",   "university"};

static const char *const oddities[] = {
    "re-entry",
    "Re-entries",
    "reentry",
    "3rd",
    "12,000",
    "12000",
    "12\u00A0000",
    "U.S.",
    "US",
    "us",
    "COVID-19",
    "covid19",
    "COVID\u201319",
    "$1.5bn",
    "C++",
    "AT&T",
    "d\u2019\u00E9tudes",
    "l'homme",
    "O'Neill",
    "don't",
    "mother-in-law",
    "state-of-the-art",
    "j.smith@example.org",
    "www.example.com/a-b",
    "@minister",
    "#Election2024",
    "e.g.",
    "\u6771\u4EAC\u90FD\u77E5\u4E8B\u9078\u6319",
    "M\u00FCnchen",
    "STRASSE",
    "Stra\u00DFe",
    "\uFB01nance",
    "co\u00ADoperate",
    "1.2.3",
    "2024-03-05",
    "5%",
    "\u2014",
    "...",
    "\U0001F44D",
    "na\u00EFve",
    "\u041C\u043E\u0441\u043A\u0432\u0430",
    "\u0130stanbul",
    "cafe\u0301",
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
    "\u0E42\u0E23\u0E07\u0E40\u0E23\u0E35\u0E22\u0E19\u0E1B\u0E23\u0E30\u0E16\u0E21"
    "\u0E28",
    "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-a-b-c-d-e-f-g-h-i-j-k",
    "xyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxy"
    "zzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzy"
    "xyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxy"
    "z"};

static const char *const names[] = {"Ann Smith",     "John Smith",
                                    "J. K. Rowling", "Ren\u00E9e M\u00FCller",
                                    "O'Neill, Pat",  "AFP"};
static const char *const sources[] = {"Velmora Wire", "The Courier", "Caf\u00E9 Times",
                                      "ABC", "abc"};
static const char *const labels[] = {"sport",
                                     "Foreign  Affairs",
                                     "coffee",
                                     "\u00C9t\u00E9",
                                     "US",
                                     "long label of "
                                     "many words"};
static const char *const languages[] = {"en", "fr", "en-GB"};
static const char *const hosts[] = {"www.example.com", "news.example.co.uk", "wire.test"};
static const char *const dates[] = {"2024-03-05",
                                    "2024-03-05T10:30:00Z",
                                    "2024-03-05T00:00:00+02:00",
                                    "Tue, 30 May 2023 16:20:00 +0100",
                                    "1969-12-31T23:59:59Z",
                                    "1970-01-01",
                                    "1000-01-01",
                                    "9999-12-31T23:59:59Z",
                                    "20231112"};
static const char *const spans[] = {"2024",    "2024-03", "2024-03-05", "2023",
                                    "1969",    "1970",    "2023-05",    "2021",
                                    "2021-06", "1000",    "9999"};

/* --- numbers --- */

/* Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014. */
unsigned news_random(struct news *n, unsigned limit)
{
    uint64_t z = n->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (unsigned)(((z ^ (z >> 31)) >> 32) * limit >> 32);
}

#define PICK(n, array) (array)[news_random(n, (unsigned)COUNT(array))]

/* --- words --- */

/* Ranks near 0 are by far the commonest. */
static unsigned pick_rank(struct news *n)
{
    enum { RANKS = 3000 };
    double x = (double)news_random(n, 1 << 20) / (1 << 20);
    return (unsigned)(RANKS * x * x * x * x);
}

static void spell(unsigned rank, char *out, size_t size)
{
    static const char syllables[] = "bakelimonurasetovizydapefigu";
    if (rank < COUNT(words)) {
        snprintf(out, size, "%s", words[rank]);
        return;
    }
    size_t at = 0;
    for (rank += 7; rank > 0 && at + 3 < size; rank /= 14) {
        out[at++] = syllables[2 * (rank % 14)];
        out[at++] = syllables[2 * (rank % 14) + 1];
    }
    out[at] = '\0';
}

/* With an accent on some letter, or with capitals. */
static void add_changed(struct news *n, const char *word, struct buffer *out)
{
    static const char *const accents[][2] = {
        {"e", "\u00E9"}, {"e", "e\u0301"}, {"o", "\u00F6"}, {"a", "\u00E5"},
        {"u", "\u00FC"}, {"n", "\u00F1"},  {"i", "\u00EF"}};
    const char *const *accent = PICK(n, accents);
    unsigned how = news_random(n, 3);
    for (const char *c = word; *c; c++) {
        if (how == 0 && *c == accent[0][0])
            buffer_append_text(out, accent[1]);
        else
            buffer_append_byte(
                out, (char)(how == 1 || (how == 2 && c == word) ? toupper(*c) : *c));
    }
}

static void add_word(struct news *n, struct buffer *out)
{
    static const char *const endings[] = {"s", "ed", "ing", "'s", "\u2019s", "ly", "s"};
    char word[64];
    unsigned how = news_random(n, 100);
    spell(pick_rank(n), word, sizeof word);
    if (how < 6) {
        buffer_append_text(out, PICK(n, oddities));
        return;
    }
    if (how < 26)
        add_changed(n, word, out);
    else
        buffer_append_text(out, word);
    if (how > 84)
        buffer_append_text(out, PICK(n, endings));
    if (how > 20 && how < 25) {
        buffer_append_byte(out, '-');
        add_word(n, out);
    }
}

static void add_words(struct news *n, unsigned count, struct buffer *out)
{
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_byte(out, ' ');
        add_word(n, out);
    }
}

/* --- articles --- */

static void add_sentence(struct news *n, const char *topic, struct buffer *out)
{
    static const char *const quotes[][2] = {
        {"\u201C", "\u201D"},       {"\"", "\""},   {"\u00AB", "\u00BB"},
        {"\u201C\u2018", "\u201D"}, {"\"\"", "\""}, {"\u201C", "\u2019"}};
    static const char *const ends[] = {". ", ".\n", "!\n\n", "? ", ", ", ".\n  ", "; "};
    const char *const *marks = PICK(n, quotes);
    bool quoted = news_one_in(n, 4);
    if (quoted)
        buffer_append_text(out, marks[0]);
    add_words(n, 1 + news_random(n, 12), out);
    if (news_one_in(n, 3)) {
        buffer_append_byte(out, ' ');
        buffer_append_text(out, topic);
    }
    if (quoted)
        buffer_append_text(out, marks[1]);
    buffer_append_text(out, PICK(n, ends));
}

static void add_body(struct news *n, struct buffer *out)
{
    char topic[64];
    unsigned kind = news_random(n, 60), sentences = news_random(n, 12);
    spell(pick_rank(n), topic, sizeof topic);
    if (kind == 0)
        sentences = 100;
    for (unsigned i = 0; i < sentences; i++)
        add_sentence(n, topic, out);
    for (unsigned i = 0; kind == 1 && i < 100; i++) {
        buffer_append_text(out, topic);
        buffer_append_byte(out, ' ');
    }
    if (kind == 2)
        buffer_append_text(out, "\n\nRead more:\nAnother headline\nhttps://wire.test/1");
}

static struct news of_article(const struct news *n, unsigned number, unsigned version)
{
    struct news own = {.seed = n->seed, .articles = n->articles};
    own.state = n->seed * 1000003 + number * UINT64_C(10007) + version;
    news_random(&own, 1);
    own.state ^= (uint64_t)news_random(&own, 1u << 31) << 32;
    return own;
}

static void set_text(json_t *article, const char *key, const char *text)
{
    json_object_set_new(article, key, json_string(text));
}

static void set_list(struct news *n, json_t *article, const char *key,
                     const char *const *values, size_t count)
{
    json_t *list = json_array();
    for (unsigned i = news_random(n, 4); i > 0; i--)
        json_array_append_new(list, json_string(values[news_random(n, (unsigned)count)]));
    json_object_set_new(article, key, list);
}

static void set_date(struct news *n, json_t *article)
{
    char text[32];
    if (news_one_in(n, 5))
        return;
    snprintf(text, sizeof text, "202%u-%02u-%02uT%02u:00:00Z", news_random(n, 5),
             1 + news_random(n, 12), 1 + news_random(n, 28), news_random(n, 24));
    set_text(article, "date", news_one_in(n, 3) ? PICK(n, dates) : text);
    if (news_one_in(n, 9))
        set_text(article, "updated", PICK(n, dates));
}

static void set_facts(struct news *n, unsigned number, json_t *article)
{
    char url[128];
    set_date(n, article);
    if (news_random(n, 6) > 0)
        set_text(article, "source", PICK(n, sources));
    if (news_one_in(n, 2))
        set_text(article, "section", PICK(n, labels));
    if (news_one_in(n, 2))
        set_text(article, "language", PICK(n, languages));
    snprintf(url, sizeof url, "https://%s/%u", PICK(n, hosts), number);
    if (news_one_in(n, 2))
        set_text(article, "url", url);
    set_list(n, article, "author", names, COUNT(names));
    set_list(n, article, "tags", labels, COUNT(labels));
    set_list(n, article, "places", labels, COUNT(labels));
    set_list(n, article, "people", names, COUNT(names));
    set_list(n, article, "topics", labels, COUNT(labels));
}

void news_add_article(const struct news *n, unsigned number, unsigned version,
                      struct buffer *out)
{
    struct news own = of_article(n, number, version);
    struct buffer text = BUFFER_INIT(1 << 20);
    char id[16];
    json_t *article = json_object();
    snprintf(id, sizeof id, "a%u", number);
    set_text(article, "id", id);
    add_body(&own, &text);
    if (text.size > 0)
        set_text(article, "body", buffer_text(&text));
    if (text.size == 0 || news_random(&own, 20) > 0) {
        buffer_clear(&text);
        add_words(&own, 1 + news_random(&own, 8), &text);
        set_text(article, "title", buffer_text(&text));
    }
    if (news_one_in(&own, 4)) {
        buffer_clear(&text);
        add_words(&own, 1 + news_random(&own, 9), &text);
        set_text(article, "summary", buffer_text(&text));
    }
    set_facts(&own, number, article);
    char *line = json_dumps(article, JSON_COMPACT);
    buffer_append_text(out, line);
    buffer_append_byte(out, '\n');
    free(line);
    json_decref(article);
    buffer_free(&text);
}

/* --- queries --- */

const char *news_date(struct news *n)
{
    return PICK(n, spans);
}

/* Some words as they stand in an article, or any words. */
static void add_phrase(struct news *n, struct buffer *out)
{
    struct buffer body = BUFFER_INIT(1 << 20);
    struct news own = of_article(n, news_random(n, n->articles), news_random(n, 2));
    add_body(&own, &body);
    const char *at =
        buffer_text(&body) + (body.size ? news_random(n, (unsigned)body.size) : 0);
    const char *start = strchr(at, ' ');
    unsigned blanks = 1 + news_random(n, 4);
    if (news_one_in(n, 4))
        buffer_append_byte(out, '=');
    buffer_append_byte(out, '"');
    if (!start)
        add_words(n, 1 + news_random(n, 3), out);
    for (const char *c = start; c && *c && blanks > 0; c++) {
        if (*c != '"')
            buffer_append_byte(out, *c);
        blanks -= *c == ' ';
    }
    buffer_append_byte(out, '"');
    buffer_free(&body);
}

static void add_date(struct news *n, struct buffer *out)
{
    static const char *const fields[] = {"date:", "since:", "until:"};
    unsigned kind = news_random(n, 5);
    buffer_append_text(out, kind < 3 ? fields[kind] : "date:");
    if (kind != 4)
        buffer_append_text(out, news_date(n));
    if (kind > 2) {
        buffer_append_text(out, "..");
        buffer_append_text(out, news_date(n));
    }
}

static void add_filter(struct news *n, struct buffer *out)
{
    static const struct {
        const char *field;
        const char *const *values;
        unsigned count;
    } filters[] = {
        {"source:", sources, COUNT(sources)},   {"author:", names, COUNT(names)},
        {"section:", labels, COUNT(labels)},    {"place:", labels, COUNT(labels)},
        {"person:", names, COUNT(names)},       {"tag:", labels, COUNT(labels)},
        {"lang:", languages, COUNT(languages)}, {"site:", hosts, COUNT(hosts)}};
    char text[128];
    unsigned kind = news_random(n, (unsigned)COUNT(filters) + 4),
             number = news_random(n, n->articles);
    if (kind < COUNT(filters)) {
        const char *value = filters[kind].values[news_random(n, filters[kind].count)];
        snprintf(text, sizeof text, news_one_in(n, 4) ? "%s%s" : "%s\"%s\"",
                 filters[kind].field, value);
    } else if (kind == COUNT(filters)) {
        snprintf(text, sizeof text, "url:https://%s/%u", PICK(n, hosts), number);
    } else if (kind == COUNT(filters) + 1) {
        snprintf(text, sizeof text, "author:smith site:example.com");
    } else {
        snprintf(text, sizeof text, "id:a%u", number);
    }
    buffer_append_text(out, text);
}

static void add_expression(struct news *n, unsigned depth, struct buffer *out);

static void add_atom(struct news *n, unsigned depth, struct buffer *out)
{
    static const char *const zones[] = {"title:", "lead:", "hlead:", "body:"};
    unsigned kind = news_random(n, 20);
    if (kind < 3)
        buffer_append_text(out, PICK(n, zones));
    if (kind == 3)
        add_filter(n, out);
    else if (kind == 4)
        add_date(n, out);
    else if (kind == 5)
        buffer_append_text(out, PICK(n, oddities));
    else if (kind == 6)
        buffer_append_text(out, "qwrtpsdf");
    else if (kind % 3 == 0)
        add_phrase(n, out);
    else if (kind % 3 == 1 && depth > 0)
        add_expression(n, depth, out);
    else {
        if (kind > 15)
            buffer_append_byte(out, '=');
        add_word(n, out);
    }
}

/* Operators and signs between atoms, in brackets. */
static void add_expression(struct news *n, unsigned depth, struct buffer *out)
{
    static const char *const joins[] = {" AND ", " OR ", " NOT ", " AND NOT ",
                                        " ",     " OR ", " +",    " -"};
    buffer_append_text(out, news_one_in(n, 12) ? "(NOT " : "(");
    add_atom(n, depth - 1, out);
    for (unsigned i = news_random(n, 4); i > 0; i--) {
        buffer_append_text(out, PICK(n, joins));
        add_atom(n, depth - 1, out);
    }
    buffer_append_byte(out, ')');
}

static void add_signed(struct news *n, struct buffer *out)
{
    static const char *const signs[] = {" +", " -", " ", " "};
    for (unsigned i = 1 + news_random(n, 5); i > 0; i--) {
        buffer_append_text(out, PICK(n, signs));
        add_atom(n, 1, out);
    }
}

/* Words that most articles have: many candidates with scores that are alike. */
static void add_common(struct news *n, struct buffer *out)
{
    for (unsigned i = 2 + news_random(n, 4); i > 0; i--) {
        buffer_append_text(out, words[news_random(n, 16)]);
        buffer_append_text(out, i > 1 ? " " : "");
    }
}

void news_add_query(struct news *n, struct buffer *out)
{
    static const char *const odd[] = {"",   "()",  "NOT coffee", "-the", "the of to a",
                                      "\"", "who", "NOT ()",     "AND",  "US"};
    switch (news_random(n, 12)) {
    case 0:
        add_words(n, 20 + news_random(n, 60), out);
        break;
    case 1:
        add_word(n, out);
        break;
    case 2:
        buffer_append_text(out, PICK(n, odd));
        break;
    case 3:
        add_phrase(n, out);
        break;
    case 4:
    case 5:
        add_expression(n, 3, out);
        break;
    case 6:
        add_signed(n, out);
        break;
    case 7:
        add_atom(n, 1, out);
        buffer_append_byte(out, ' ');
        add_filter(n, out);
        break;
    case 8:
    case 9:
        add_common(n, out);
        break;
    default:
        add_words(n, 1 + news_random(n, 6), out);
    }
}
