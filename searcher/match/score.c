#include "searcher/match/score.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* k1 and b: Robertson et al., Okapi at TREC-3. The burstiness factor: the after-effect of
 * Amati and van Rijsbergen's divergence from randomness, ACM TOIS 20(4), 2002. idf_power,
 * k3 and the bonuses were chosen by leave-one-out over judged collections
 * (tests/bench/README.md). */
const struct score_parameters score_defaults = {
    .k1 = 1.2,
    .b = 0.75,
    .min_length = 0,
    .k3 = 8,
    .idf_power = 1.25,
    .burstiness = true,
    .xapian_idf = false,
    .all_words = 0.02,
    .proximity = 0.08,
    .stop_words = true,
};

const struct score_parameters score_xapian = {
    .k1 = 1.2,
    .b = 0.75,
    .min_length = 0,
    .k3 = 0,
    .idf_power = 1,
    .xapian_idf = true,
};

static double idf(const struct score_parameters *p, double articles, double doc_freq)
{
    double odds = (articles - doc_freq + 0.5) / (doc_freq + 0.5);
    if (!p->xapian_idf)
        return log(1 + odds);
    return log(odds < 2 ? odds * 0.5 + 1 : odds);
}

double score_weight(const struct score_parameters *p, const struct score_collection *c,
                    uint64_t doc_freq, uint64_t collection_freq, unsigned query_freq)
{
    if (doc_freq == 0)
        return 0;
    double weight = idf(p, (double)c->articles, (double)doc_freq) * (p->k1 + 1);
    if (p->idf_power != 1)
        weight = pow(idf(p, (double)c->articles, (double)doc_freq), p->idf_power) *
                 (p->k1 + 1);
    if (p->burstiness)
        weight *= ((double)collection_freq + 1) / (double)doc_freq;
    double q = query_freq;
    return p->k3 > 0 ? weight * ((p->k3 + 1) * q / (p->k3 + q)) : weight * q;
}

bool score_is_stop_word(const char *word, unsigned size)
{
    static const char *const words[] = {
        "a",         "about",   "above",  "after",   "again",      "against", "all",
        "am",        "an",      "and",    "any",     "are",        "as",      "at",
        "be",        "because", "been",   "before",  "being",      "below",   "between",
        "both",      "but",     "by",     "can",     "did",        "do",      "does",
        "doing",     "don",     "down",   "during",  "each",       "few",     "for",
        "from",      "further", "had",    "has",     "have",       "having",  "he",
        "her",       "here",    "hers",   "herself", "him",        "himself", "his",
        "how",       "i",       "if",     "in",      "into",       "is",      "it",
        "its",       "itself",  "just",   "me",      "more",       "most",    "my",
        "myself",    "no",      "nor",    "not",     "now",        "of",      "off",
        "on",        "once",    "only",   "or",      "other",      "our",     "ours",
        "ourselves", "out",     "over",   "own",     "s",          "same",    "she",
        "should",    "so",      "some",   "such",    "t",          "than",    "that",
        "the",       "their",   "theirs", "them",    "themselves", "then",    "there",
        "these",     "they",    "this",   "those",   "through",    "to",      "too",
        "under",     "until",   "up",     "very",    "was",        "we",      "were",
        "what",      "when",    "where",  "which",   "while",      "who",     "whom",
        "why",       "will",    "with",   "you",     "your",       "yours",   "yourself",
        "yourselves"};
    size_t low = 0, high = sizeof words / sizeof *words;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strncmp(word, words[middle], size);
        if (order == 0 && words[middle][size] != '\0')
            order = -1;
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
