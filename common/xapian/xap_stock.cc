#include "common/xapian/xap_stock.h"

#include "common/xapian/guard.hh"
#include "common/xapian/handles.hh"

#include <cstring>
#include <map>
#include <set>
#include <vector>

/* Positions between texts, so that no phrase reaches over their border. */
static const Xapian::termcount text_gap = 100;

struct xap_terms {
    Xapian::Stem stem;
    Xapian::TermGenerator generator;
    xap_fold *fold;
    bool is_stemming;
};

static void set_up(Xapian::TermGenerator &generator)
{
    generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
}

enum status xap_terms_new(const char *language, xap_fold *fold, struct xap_terms **out,
                          struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        bool is_stemming = std::strcmp(language, "none") != 0;
        Xapian::Stem stem(language);
        *out = new xap_terms{stem, {}, fold, is_stemming};
        set_up((*out)->generator);
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

static std::string folded_of(const struct xap_terms *t, const std::string &word)
{
    char folded[XAP_FOLDED_MAX];
    if (word.size() > sizeof folded)
        return word;
    return std::string(folded, t->fold({word.data(), word.size()}, folded));
}

/* A word in its plain form, where the document has it. */
struct folded_word {
    std::string prefix, word;
    Xapian::termcount wdf;
    std::vector<Xapian::termpos> positions;
};

/* Words of other alphabets are left as they are by folding, mostly. */
static std::vector<folded_word> folded_words(const struct xap_terms *t,
                                             const Xapian::Document &doc)
{
    std::vector<folded_word> list;
    for (auto at = doc.termlist_begin(); at != doc.termlist_end(); ++at) {
        std::string term = *at;
        size_t prefix = term[0] >= 'A' && term[0] <= 'Z';
        bool is_ascii = true;
        for (char c : term)
            is_ascii = is_ascii && static_cast<unsigned char>(c) < 0x80;
        if (is_ascii || term[0] == 'Z')
            continue;
        folded_word w = {
            term.substr(0, prefix), folded_of(t, term.substr(prefix)), at.get_wdf(), {}};
        if (w.word.empty() || w.prefix + w.word == term) /* marks alone are no word */
            continue;
        for (auto p = at.positionlist_begin(); p != at.positionlist_end(); ++p)
            w.positions.push_back(*p);
        list.push_back(w);
    }
    return list;
}

enum status xap_document_add_folded(struct xap_document *d, struct xap_terms *t,
                                    struct status_error *err)
{
    return xap_guard(err, [&] {
        for (const auto &w : folded_words(t, d->doc)) {
            for (auto position : w.positions)
                d->doc.add_posting(w.prefix + w.word, position, 0);
            d->doc.add_term(w.prefix + w.word, w.wdf);
            if (t->is_stemming)
                d->doc.add_term("Z" + w.prefix + t->stem(w.word), w.wdf);
        }
        return STATUS_OK;
    });
}

enum status xap_compact(const char *from, const char *to, struct status_error *err)
{
    return xap_guard(err, [&] {
        Xapian::Database(from, Xapian::DB_BACKEND_GLASS).compact(to);
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

/* A text's words in order, in their plain forms. Of Chinese and Japanese each character
 * is one; their pairs have no positions. */
static std::vector<std::string> words_of(const struct xap_terms *t, struct slice text)
{
    std::map<Xapian::termpos, std::string> words;
    Xapian::TermGenerator generator;
    set_up(generator);
    generator.index_text(text_of(text));
    Xapian::Document doc = generator.get_document();
    for (auto at = doc.termlist_begin(); at != doc.termlist_end(); ++at)
        for (auto p = at.positionlist_begin(); p != at.positionlist_end(); ++p)
            words[*p] = *at;
    std::vector<std::string> list;
    for (const auto &word : words) {
        std::string folded = folded_of(t, word.second);
        if (!folded.empty())
            list.push_back(folded);
    }
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

enum status xap_query_words(struct xap_terms *const *terms, size_t count,
                            struct slice text, const char *prefix, bool is_phrase,
                            unsigned slop, struct xap_query **out,
                            struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::vector<std::string> words = words_of(terms[0], text);
        if (words.empty())
            return STATUS_OK;
        if (words.size() == 1 && !is_phrase) {
            std::set<std::string> stems;
            for (size_t i = 0; i < count; i++)
                stems.insert(stem_term(terms[i], words[0], prefix));
            return give(
                Xapian::Query(Xapian::Query::OP_SYNONYM, stems.begin(), stems.end()),
                out);
        }
        for (auto &word : words)
            word.insert(0, prefix);
        return give(Xapian::Query(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
                                  static_cast<Xapian::termcount>(words.size() + slop)),
                    out);
    });
}

enum status xap_query_beginning(struct xap_terms *t, struct slice text,
                                const char *prefix, unsigned most, struct xap_query **out,
                                struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        return give(Xapian::Query(Xapian::Query::OP_WILDCARD,
                                  prefix + folded_of(t, text_of(text)), most,
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

/* The window grows with words that are several terms. */
enum status xap_query_near(struct xap_terms *t, const struct slice *words, size_t count,
                           const char *prefix, bool in_order, unsigned distance,
                           struct xap_query **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::vector<std::string> all;
        for (size_t i = 0; i < count; i++)
            for (const auto &word : words_of(t, words[i]))
                all.push_back(prefix + word);
        size_t window = distance * (count - 1) + 1 + all.size() - count;
        auto op = in_order ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR;
        return all.empty() ? STATUS_OK
                           : give(Xapian::Query(op, all.begin(), all.end(),
                                                static_cast<Xapian::termcount>(window)),
                                  out);
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
