#include "common/index/analyser.h"

#include "common/xapian/xap.h"

#include <stdio.h>
#include <stdlib.h>
#include <unicode/uchar.h>

/* Title twice: +.010 MAP over three judged collections; the lead twice as well: -.007
 * (tests/bench/README.md). */
enum { TITLE_WEIGHT = 2, LEAD_WEIGHT = 1 };

struct analyser {
    struct xap_stemmer *stemmer; /* NULL for `none` */
    struct tokeniser *tokeniser;
};

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

enum status analyser_new(const char *language, struct analyser **out,
                         struct status_error *err)
{
    *out = NULL;
    struct analyser *a = calloc(1, sizeof *a);
    if (!a)
        return status_no_memory(err);
    struct text_stemmer stemmer = {0};
    if (strcmp(language, "none") != 0) {
        enum status status = xap_stemmer_new(language, &a->stemmer, err);
        if (status) {
            analyser_free(a);
            return status;
        }
        stemmer = (struct text_stemmer){stem_with_xapian, a->stemmer,
                                        strcmp(language, "en") != 0};
    }
    a->tokeniser = tokeniser_new(stemmer);
    if (!a->tokeniser) {
        analyser_free(a);
        return status_no_memory(err);
    }
    *out = a;
    return STATUS_OK;
}

void analyser_free(struct analyser *a)
{
    if (!a)
        return;
    tokeniser_free(a->tokeniser);
    xap_stemmer_free(a->stemmer);
    free(a);
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
