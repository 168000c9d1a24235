#include "common/xapian/handles.hh"

#include "common/xapian/guard.hh"

#include <cerrno>
#include <sstream>
#include <unistd.h>

enum status xap_reader_open(const char *path, struct xap_reader **out,
                            struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        *out = new xap_reader{Xapian::Database(path, Xapian::DB_BACKEND_GLASS)};
        return STATUS_OK;
    });
}

void xap_reader_close(struct xap_reader *r)
{
    delete r;
}

enum status xap_reader_reopen(struct xap_reader *r, bool *changed,
                              struct status_error *err)
{
    return xap_guard(err, [&] {
        *changed = r->db.reopen();
        return STATUS_OK;
    });
}

enum status xap_reader_stats(struct xap_reader *r, struct xap_stats *out,
                             struct status_error *err)
{
    *out = {};
    return xap_guard(err, [&] {
        out->doc_count = r->db.get_doccount();
        out->last_docid = r->db.get_lastdocid();
        out->total_length = r->db.get_total_length();
        out->revision = r->writable ? 0 : r->db.get_revision();
        return STATUS_OK;
    });
}

enum status xap_get_term_info(struct xap_reader *r, struct slice term,
                              struct xap_term_info *out, struct status_error *err)
{
    *out = {};
    return xap_guard(err, [&] {
        std::string t = text_of(term);
        out->doc_freq = r->db.get_termfreq(t);
        out->collection_freq = r->db.get_collection_freq(t);
        out->wdf_max = out->doc_freq ? r->db.get_wdf_upper_bound(t) : 0;
        return STATUS_OK;
    });
}

struct xap_postings {
    Xapian::PostingIterator at, end;
    bool all;     /* every document: no wdf is kept for it */
    bool pending; /* `at` stands on a posting that was not read yet */
};

enum status xap_postings_open(struct xap_reader *r, struct slice term,
                              struct xap_postings **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        std::string t = text_of(term);
        *out = new xap_postings{r->db.postlist_begin(t), r->db.postlist_end(t), t.empty(),
                                true};
        return STATUS_OK;
    });
}

void xap_postings_close(struct xap_postings *p)
{
    delete p;
}

enum status xap_postings_read(struct xap_postings *p, uint32_t target, size_t capacity,
                              uint32_t *docids, uint32_t *wdfs, size_t *count,
                              struct status_error *err)
{
    *count = 0;
    return xap_guard(err, [&] {
        if (p->at != p->end && *p->at < target)
            p->at.skip_to(target);
        for (; *count < capacity && p->at != p->end; ++p->at, ++*count) {
            docids[*count] = *p->at;
            wdfs[*count] = p->all ? 1 : p->at.get_wdf();
        }
        return STATUS_OK;
    });
}

enum status xap_positions(struct xap_reader *r, uint32_t docid, struct slice term,
                          uint32_t **positions, size_t *count, size_t *capacity,
                          struct status_error *err)
{
    return xap_guard(err, [&] {
        std::string t = text_of(term);
        Xapian::PositionIterator end = r->db.positionlist_end(docid, t);
        for (auto at = r->db.positionlist_begin(docid, t); at != end; ++at) {
            void *grown =
                buffer_grow_array(*positions, capacity, *count + 1, sizeof **positions);
            if (!grown)
                return status_no_memory(err);
            *positions = static_cast<uint32_t *>(grown);
            (*positions)[(*count)++] = *at;
        }
        return STATUS_OK;
    });
}

enum status xap_each_value(struct xap_reader *r, uint32_t slot,
                           void visit(void *context, uint32_t docid, struct slice value),
                           void *context, struct status_error *err)
{
    return xap_guard(err, [&] {
        Xapian::ValueIterator end = r->db.valuestream_end(slot);
        for (auto at = r->db.valuestream_begin(slot); at != end; ++at) {
            std::string value = *at;
            visit(context, at.get_docid(), {value.data(), value.size()});
        }
        return STATUS_OK;
    });
}

enum status xap_value(struct xap_reader *r, uint32_t docid, uint32_t slot,
                      struct buffer *out, struct status_error *err)
{
    return xap_guard(err, [&] {
        std::string value = r->db.get_document(docid).get_value(slot);
        return buffer_append(out, value.data(), value.size()) ? status_no_memory(err)
                                                              : STATUS_OK;
    });
}

enum status xap_data(struct xap_reader *r, uint32_t docid, struct buffer *out,
                     struct status_error *err)
{
    return xap_guard(err, [&] {
        std::string data = r->db.get_document(docid).get_data();
        return buffer_append(out, data.data(), data.size()) ? status_no_memory(err)
                                                            : STATUS_OK;
    });
}

enum status xap_each_term(struct xap_reader *r, struct slice prefix,
                          bool visit(void *context, struct slice term, uint32_t doc_freq),
                          void *context, struct status_error *err)
{
    return xap_guard(err, [&] {
        std::string p = text_of(prefix);
        Xapian::TermIterator end = r->db.allterms_end(p);
        for (auto at = r->db.allterms_begin(p); at != end; ++at) {
            std::string term = *at;
            if (!visit(context, {term.data(), term.size()}, at.get_termfreq()))
                break;
        }
        return STATUS_OK;
    });
}

enum status xap_metadata(struct xap_reader *r, struct slice key, struct buffer *out,
                         struct status_error *err)
{
    return xap_guard(err, [&] {
        std::string value = r->db.get_metadata(text_of(key));
        return buffer_append(out, value.data(), value.size());
    });
}

/* A table that documents of this kind must have, checked by itself so that the message
 * can name it. */
static enum status check_table(const std::string &path, struct status_error *err)
{
    if (access(path.c_str(), R_OK) != 0)
        return status_set_errno(err, errno, "cannot read '%s'", path.c_str());
    struct status_error why;
    enum status status = xap_guard(&why, [&] {
        std::ostringstream log;
        size_t errors = Xapian::Database::check(path, 0, &log);
        return errors == 0 ? STATUS_OK
                           : status_set(&why, STATUS_CORRUPT, "%zu errors: %.300s",
                                        errors, log.str().c_str());
    });
    if (!status)
        return STATUS_OK;
    return status_set(err, STATUS_CORRUPT, "'%s' is damaged: %.300s", path.c_str(),
                      why.message);
}

enum status xap_check(const char *path, struct status_error *err)
{
    static const char *const tables[] = {"postlist", "docdata", "termlist", "position"};
    return xap_guard(err, [&] {
        std::string base(path);
        enum status status = check_table(base + "/postlist.glass", err);
        if (status)
            return status;
        Xapian::Database db(path, Xapian::DB_BACKEND_GLASS);
        /* tables are made when there is something to put into them */
        size_t count = db.get_doccount() == 0 ? 0 : db.get_total_length() > 0 ? 4 : 3;
        for (size_t i = 1; i < count && !status; i++)
            status = check_table(base + "/" + tables[i] + ".glass", err);
        return status;
    });
}
