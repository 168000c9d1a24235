/* score.h - the ranking formula. */
#ifndef SEARCHER_MATCH_SCORE_H
#define SEARCHER_MATCH_SCORE_H

#include <stdbool.h>
#include <stdint.h>

/* Parameters of the ranking; see score_defaults for the values and their sources. */
struct score_parameters {
    double k1, b, min_length; /* BM25; lengths are divided by the average */
    double k3;                /* saturation of a word's frequency in the query */
    double idf_power;         /* exponent of the idf factor */
    bool burstiness;  /* multiply by (collection frequency + 1) / document frequency */
    bool xapian_idf;  /* Xapian's form of the idf, for comparison with its matcher */
    double all_words; /* bonus for an article with all words, share of their weight */
    double proximity; /* bonus for words close together, likewise */
    bool stop_words;  /* leave stop words out of a bag that has others */
};

/* The default ranking. */
extern const struct score_parameters score_defaults;

/* BM25 as Xapian computes it, without what is added to it here. */
extern const struct score_parameters score_xapian;

/* What is known of all articles together. */
struct score_collection {
    uint64_t articles;
    double average_length;
};

/* The weight of a term that occurs in doc_freq articles, collection_freq times in all,
 * and query_freq times in the query. 0 or more. */
double score_weight(const struct score_parameters *p, const struct score_collection *c,
                    uint64_t doc_freq, uint64_t collection_freq, unsigned query_freq);

/* The score of one term in one article; below weight. */
static inline double score_term(const struct score_parameters *p,
                                const struct score_collection *c, double weight,
                                uint32_t wdf, uint32_t length)
{
    double normalised = (double)length / c->average_length;
    if (normalised < p->min_length)
        normalised = p->min_length;
    double f = (double)wdf;
    return weight * (f / (p->k1 * (normalised * p->b + (1 - p->b)) + f));
}

/* English words that say nothing of an article (the 127 of ranking-notes). */
bool score_is_stop_word(const char *word, unsigned size);

#endif
