#include "common/xapian/xap_oracle.h"

#include "common/xapian/guard.hh"
#include "common/xapian/handles.hh"

enum status xap_oracle_search(const char *path, enum xap_oracle_operator operation,
                              const struct slice *terms, size_t term_count, double k1,
                              double b, size_t limit, uint32_t *docids, double *scores,
                              size_t *count, struct status_error *err)
{
    *count = 0;
    return xap_guard(err, [&] {
        static const Xapian::Query::op ops[] = {
            Xapian::Query::OP_OR, Xapian::Query::OP_AND, Xapian::Query::OP_AND_NOT};
        Xapian::Database db(path, Xapian::DB_BACKEND_GLASS);
        Xapian::Query query(text_of(terms[0]));
        for (size_t i = 1; i < term_count; i++)
            query =
                Xapian::Query(ops[operation], query, Xapian::Query(text_of(terms[i])));
        Xapian::Enquire enquire(db);
        enquire.set_query(query);
        enquire.set_weighting_scheme(Xapian::BM25Weight(k1, 0, 0, b, 0));
        Xapian::MSet mset = enquire.get_mset(0, (Xapian::doccount)limit);
        for (auto at = mset.begin(); at != mset.end(); ++at, ++*count) {
            docids[*count] = *at;
            scores[*count] = at.get_weight();
        }
        return STATUS_OK;
    });
}
