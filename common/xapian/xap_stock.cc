#include "common/xapian/xap_stock.h"

#include "common/xapian/guard.hh"
#include "common/xapian/handles.hh"

#include <cstring>
#include <map>
#include <vector>

/* Positions between texts, so that no phrase reaches over their border. */
static const Xapian::termcount text_gap = 100;

struct xap_terms {
    Xapian::Stem stem;
    Xapian::TermGenerator generator;
    bool is_stemming;
};

enum status xap_terms_new(const char *language, struct xap_terms **out,
                          struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        bool is_stemming = std::strcmp(language, "none") != 0;
        Xapian::Stem stem(is_stemming ? language : "none");
        *out = new xap_terms{stem, {}, is_stemming};
        (*out)->generator.set_stemmer(stem);
        (*out)->generator.set_stemming_strategy(Xapian::TermGenerator::STEM_SOME);
        return STATUS_OK;
    });
}

void xap_terms_free(struct xap_terms *t)
{
    delete t;
}

enum status xap_document_add_text(struct xap_document *d, struct xap_terms *t,
                                  struct slice text, const char *prefix, uint32_t weight,
                                  struct status_error *err)
{
    return xap_guard(err, [&] {
        if (d->doc.termlist_count() == 0)
            t->generator.set_termpos(0);
        t->generator.set_document(d->doc);
        t->generator.index_text(text_of(text), weight, prefix);
        t->generator.increase_termpos(text_gap);
        d->doc = t->generator.get_document();
        return STATUS_OK;
    });
}

/* --- queries --- */

void xap_query_free(struct xap_query *q)
{
    delete q;
}

static enum status give(const Xapian::Query &query, struct xap_query **out)
{
    *out = new xap_query{query};
    return STATUS_OK;
}

/* Filters say which documents, not how good they are. */
static Xapian::Query weightless(const Xapian::Query &query)
{
    return Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, query, 0.0);
}

enum status xap_query_all(struct xap_query **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] { return give(Xapian::Query::MatchAll, out); });
}

enum status xap_query_none(struct xap_query **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] { return give(Xapian::Query::MatchNothing, out); });
}

enum status xap_query_filter(struct slice term, struct xap_query **out,
                             struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err,
                     [&] { return give(weightless(Xapian::Query(text_of(term))), out); });
}

/* A text's words in order, as they are. */
static std::vector<std::string> words_of(struct slice text)
{
    std::map<Xapian::termpos, std::string> words;
    Xapian::TermGenerator generator;
    generator.index_text(text_of(text));
    Xapian::Document doc = generator.get_document();
    for (auto at = doc.termlist_begin(); at != doc.termlist_end(); ++at)
        for (auto p = at.positionlist_begin(); p != at.positionlist_end(); ++p)
            words[*p] = *at;
    std::vector<std::string> list;
    for (const auto &word : words)
        list.push_back(word.second);
    return list;
}

/* With its stem, when a document with this word would have one. */
static std::string stem_term(struct xap_terms *t, const std::string &word,
                             const char *prefix)
{
    Xapian::Document doc;
    if (!t->is_stemming)
        return prefix + word;
    t->generator.set_document(doc);
    t->generator.index_text(word, 1, prefix);
    doc = t->generator.get_document();
    for (auto at = doc.termlist_begin(); at != doc.termlist_end(); ++at)
        if ((*at)[0] == 'Z')
            return *at;
    return prefix + word;
}

enum status xap_query_words(struct xap_terms *t, struct slice text, const char *prefix,
                            bool is_phrase, unsigned slop, struct xap_query **out,
                            struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::vector<std::string> words = words_of(text);
        if (words.empty())
            return give(Xapian::Query::MatchNothing, out);
        if (words.size() == 1 && !is_phrase)
            return give(Xapian::Query(stem_term(t, words[0], prefix)), out);
        for (auto &word : words)
            word.insert(0, prefix);
        return give(Xapian::Query(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
                                  static_cast<Xapian::termcount>(words.size() + slop)),
                    out);
    });
}

enum status xap_query_beginning(struct slice text, const char *prefix, unsigned most,
                                struct xap_query **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::string start = prefix + Xapian::Unicode::tolower(text_of(text));
        return give(Xapian::Query(Xapian::Query::OP_WILDCARD, start, most,
                                  Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT,
                                  Xapian::Query::OP_SYNONYM),
                    out);
    });
}

enum status xap_query_range(uint32_t slot, struct slice from, struct slice to,
                            struct xap_query **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        using Xapian::Query;
        Query range = from.size == 0 ? Query(Query::OP_VALUE_LE, slot, text_of(to))
                      : to.size == 0 ? Query(Query::OP_VALUE_GE, slot, text_of(from))
                                     : Query(Query::OP_VALUE_RANGE, slot, text_of(from),
                                             text_of(to));
        return give(weightless(range), out);
    });
}

enum status xap_query_near(const struct slice *words, size_t count, bool in_order,
                           unsigned window, struct xap_query **out,
                           struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::vector<std::string> all;
        for (size_t i = 0; i < count; i++)
            for (const auto &word : words_of(words[i]))
                all.push_back(word);
        auto op = in_order ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR;
        return give(Xapian::Query(op, all.begin(), all.end(), window), out);
    });
}

enum status xap_query_join(struct xap_query *q, enum xap_join join,
                           const struct xap_query *other, struct status_error *err)
{
    static const Xapian::Query::op ops[] = {
        Xapian::Query::OP_AND, Xapian::Query::OP_OR, Xapian::Query::OP_AND_NOT,
        Xapian::Query::OP_AND_MAYBE, Xapian::Query::OP_FILTER};
    return xap_guard(err, [&] {
        q->query = Xapian::Query(ops[join], q->query, other->query);
        return STATUS_OK;
    });
}
