#include "common/index/analyser.h"

#include "common/xapian/xap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicode/uchar.h>

/* Title twice: +.010 MAP over three judged collections; the lead twice as well: -.007
 * (tests/bench/README.md). */
enum { TITLE_WEIGHT = 2, LEAD_WEIGHT = 1 };

/* Languages with a stemmer, and what else they are called (ISO 639-2 and 639-3); the
 * number of each is its place. */
static const struct {
    const char *code, *others;
} languages[] = {{"none", ""},
                 {"en", "eng"},
                 {"ar", "ara"},
                 {"ca", "cat"},
                 {"da", "dan"},
                 {"de", "deu ger"},
                 {"es", "spa"},
                 {"eu", "eus baq"},
                 {"fi", "fin"},
                 {"fr", "fra fre"},
                 {"ga", "gle"},
                 {"hu", "hun"},
                 {"hy", "hye arm"},
                 {"id", "ind"},
                 {"it", "ita"},
                 {"lt", "lit"},
                 {"ne", "nep"},
                 {"nl", "nld dut"},
                 {"no", "nor nob nno nb nn"},
                 {"pt", "por"},
                 {"ro", "ron rum"},
                 {"ru", "rus"},
                 {"sv", "swe"},
                 {"ta", "tam"},
                 {"tr", "tur"}};
enum { LANGUAGE_COUNT = sizeof languages / sizeof *languages };

struct analyser {
    struct xap_stemmer *stemmers[LANGUAGE_COUNT]; /* NULL while not needed; [0] of one */
    struct tokeniser *tokeniser;
    bool is_auto;
    bool takes_prefixes; /* off words */
};

static bool takes_prefixes(const char *language)
{
    return strcmp(language, "ar") == 0 || strcmp(language, "ta") == 0;
}

static void unicode_version(char *text, size_t size)
{
    UVersionInfo version;
    u_getUnicodeVersion(version);
    snprintf(text, size, "%d.%d", version[0], version[1]);
}

/* Snowball's rules change with the minor version, not with the revision. */
static void stemmer_version(char *text, size_t size)
{
    const char *version = xap_version();
    const char *dot = strchr(version, '.');
    const char *end = dot ? strchr(dot + 1, '.') : NULL;
    int n = end ? (int)(end - version) : (int)strlen(version);
    snprintf(text, size, "xapian-%.*s", n, version);
}

enum status analyser_fingerprint_of(const char *language,
                                    struct analyser_fingerprint *out,
                                    struct status_error *err)
{
    *out = (struct analyser_fingerprint){.analysis = TEXT_ANALYSIS_VERSION,
                                         .title_weight = TITLE_WEIGHT,
                                         .lead_weight = LEAD_WEIGHT};
    if (strlen(language) >= sizeof out->language)
        return status_set(err, STATUS_ARGUMENT, "'%.40s' is no language code", language);
    memcpy(out->language, language, strlen(language) + 1);
    unicode_version(out->unicode, sizeof out->unicode);
    stemmer_version(out->stemmer, sizeof out->stemmer);
    return STATUS_OK;
}

static enum status differs(struct status_error *err, const char *path, const char *what,
                           const char *theirs, const char *ours)
{
    return status_set(
        err, STATUS_VERSION,
        "the index '%s' was built with %s %s, this program has %s: index the "
        "articles again with this program, or use the one that built it",
        path, what, theirs, ours);
}

enum status analyser_check(const struct analyser_fingerprint *index, const char *path,
                           struct status_error *err)
{
    struct analyser_fingerprint own;
    enum status status = analyser_fingerprint_of(index->language, &own, err);
    if (status)
        return status;
    char theirs[32], ours[32];
    if (index->analysis != own.analysis) {
        snprintf(theirs, sizeof theirs, "%u", index->analysis);
        snprintf(ours, sizeof ours, "%u", own.analysis);
        return differs(err, path, "text analysis", theirs, ours);
    }
    if (strcmp(index->unicode, own.unicode) != 0)
        return differs(err, path, "Unicode", index->unicode, own.unicode);
    if (strcmp(index->stemmer, own.stemmer) != 0)
        return differs(err, path, "the stemmers of", index->stemmer, own.stemmer);
    if (index->title_weight != own.title_weight ||
        index->lead_weight != own.lead_weight) {
        snprintf(theirs, sizeof theirs, "%u and %u", index->title_weight,
                 index->lead_weight);
        snprintf(ours, sizeof ours, "%u and %u", own.title_weight, own.lead_weight);
        return differs(err, path, "title and lead weights", theirs, ours);
    }
    return STATUS_OK;
}

static size_t stem_with_xapian(void *stemmer, struct slice word, char *out)
{
    return xap_stem(stemmer, word, out);
}

static struct text_stemmer as_stemmer(struct xap_stemmer *stemmer, const char *language)
{
    if (!stemmer)
        return (struct text_stemmer){0};
    return (struct text_stemmer){stem_with_xapian, stemmer, strcmp(language, "en") != 0};
}

enum status analyser_new(const char *language, struct analyser **out,
                         struct status_error *err)
{
    *out = NULL;
    struct analyser *a = calloc(1, sizeof *a);
    if (!a)
        return status_no_memory(err);
    a->is_auto = strcmp(language, "auto") == 0;
    a->takes_prefixes = takes_prefixes(language);
    enum status status = STATUS_OK;
    if (strcmp(language, "none") != 0 && !a->is_auto)
        status = xap_stemmer_new(language, &a->stemmers[0], err);
    if (!status) {
        a->tokeniser = tokeniser_new(as_stemmer(a->stemmers[0], language));
        status = a->tokeniser ? STATUS_OK : status_no_memory(err);
    }
    if (status)
        analyser_free(a);
    else
        *out = a;
    return status;
}

void analyser_free(struct analyser *a)
{
    if (!a)
        return;
    tokeniser_free(a->tokeniser);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        xap_stemmer_free(a->stemmers[i]);
    free(a);
}

/* The number of the language with a code such as `en`, `EN-us` or `deu`; 0: none. */
static uint32_t number_of(struct slice code)
{
    char main[4] = "";
    size_t n = 0;
    for (; n < code.size && isalpha((unsigned char)code.data[n]); n++)
        if (n < 3)
            main[n] = (char)tolower((unsigned char)code.data[n]);
    if (n < 2 || n > 3)
        return 0;
    for (uint32_t i = 1; i < LANGUAGE_COUNT; i++) {
        const char *at = strstr(languages[i].others, main);
        bool is_whole = at && (at == languages[i].others || at[-1] == ' ') &&
                        (at[n] == ' ' || at[n] == '\0');
        if (is_whole || strcmp(languages[i].code, main) == 0)
            return i;
    }
    return 0;
}

enum status analyser_speak(struct analyser *a, struct slice language,
                           struct status_error *err)
{
    uint32_t number = number_of(language);
    enum status status = STATUS_OK;
    if (!a->is_auto)
        return STATUS_OK;
    if (number > 0 && !a->stemmers[number])
        status = xap_stemmer_new(languages[number].code, &a->stemmers[number], err);
    if (!status)
        text_words_speak(
            tokeniser_words(a->tokeniser),
            as_stemmer(number ? a->stemmers[number] : NULL, languages[number].code),
            number);
    return status;
}

void analyser_add_language(struct analyser_languages *l, struct slice language)
{
    const char *code = languages[number_of(language)].code;
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->codes[i], code) == 0)
            return;
    if (l->count < ANALYSER_LANGUAGES_MAX)
        snprintf(l->codes[l->count++], sizeof *l->codes, "%s", code);
}

bool analyser_keeps_first_letter(const struct analyser *a,
                                 const struct analyser_languages *l)
{
    bool keeps = !a->takes_prefixes;
    for (size_t i = 0; a->is_auto && i < l->count; i++)
        keeps &= !takes_prefixes(l->codes[i]);
    return keeps;
}

struct text_parts analyser_parts(const struct article *a)
{
    const struct article_values *links = &a->fields[ARTICLE_RELATED];
    return (struct text_parts){
        .fields = {[TEXT_TITLE] = article_text(a, ARTICLE_TITLE),
                   [TEXT_SUMMARY] = article_text(a, ARTICLE_SUMMARY),
                   [TEXT_BODY] = article_text(a, ARTICLE_BODY)},
        .links = links->items,
        .link_count = links->count};
}

bool analyser_is_auto(const struct analyser *a)
{
    return a->is_auto;
}

enum status analyser_check_size(const struct text_analysis *analysis,
                                struct status_error *err)
{
    if (analysis->tokens.next_position <= TEXT_POSITIONS_MAX)
        return STATUS_OK;
    return status_set(err, STATUS_LIMIT,
                      "the article has %u words; an index takes %d of one article",
                      analysis->tokens.next_position, TEXT_POSITIONS_MAX);
}

struct tokeniser *analyser_tokeniser(struct analyser *a)
{
    return a->tokeniser;
}
