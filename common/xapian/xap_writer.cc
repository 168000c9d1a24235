#include "common/xapian/guard.hh"
#include "common/xapian/handles.hh"

#include <algorithm>
#include <new>

struct xap_writer {
    Xapian::WritableDatabase db;
    xap_reader view;
};

/* Xapian refuses a bad term only after it has thrown the whole batch away, or at commit.
 */
static enum status check_term(struct slice term, struct status_error *err)
{
    size_t zeros = (size_t)std::count(term.data, term.data + term.size, '\0');
    if (term.size > 0 && term.size + zeros <= XAP_TERM_MAX)
        return STATUS_OK;
    return status_set(err, STATUS_ARGUMENT, "a term of %zu bytes; 1 to %d are allowed",
                      term.size, XAP_TERM_MAX);
}

enum status xap_writer_open(const char *path, bool create, struct xap_writer **out,
                            struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        int flags = Xapian::DB_BACKEND_GLASS |
                    (create ? Xapian::DB_CREATE_OR_OPEN : Xapian::DB_OPEN);
        Xapian::WritableDatabase db(path, flags);
        db.begin_transaction(true);
        *out = new xap_writer{db, {db, true}};
        return STATUS_OK;
    });
}

void xap_writer_close(struct xap_writer *w)
{
    if (!w)
        return;
    /* without this the destructor would commit */
    xap_guard(nullptr, [&] {
        w->db.cancel_transaction();
        return STATUS_OK;
    });
    xap_guard(nullptr, [&] {
        w->db.close();
        return STATUS_OK;
    });
    delete w;
}

enum status xap_writer_commit(struct xap_writer *w, struct status_error *err)
{
    return xap_guard(err, [&] {
        w->db.commit_transaction();
        w->db.begin_transaction(true);
        return STATUS_OK;
    });
}

struct xap_reader *xap_writer_reader(struct xap_writer *w)
{
    return &w->view;
}

struct xap_document *xap_document_new(void)
{
    struct xap_document *d = nullptr;
    xap_guard(nullptr, [&] {
        d = new xap_document;
        return STATUS_OK;
    });
    return d;
}

void xap_document_free(struct xap_document *d)
{
    delete d;
}

enum status xap_document_clear(struct xap_document *d, struct status_error *err)
{
    return xap_guard(err, [&] {
        d->doc = Xapian::Document();
        return STATUS_OK;
    });
}

enum status xap_document_add_term(struct xap_document *d, struct slice term, uint32_t wdf,
                                  struct status_error *err)
{
    return xap_guard(err, [&] {
        enum status status = check_term(term, err);
        if (!status)
            d->doc.add_term(text_of(term), wdf);
        return status;
    });
}

enum status xap_document_add_position(struct xap_document *d, struct slice term,
                                      uint32_t position, struct status_error *err)
{
    return xap_guard(err, [&] {
        enum status status = check_term(term, err);
        if (!status)
            d->doc.add_posting(text_of(term), position, 0);
        return status;
    });
}

enum status xap_document_set_value(struct xap_document *d, uint32_t slot,
                                   struct slice value, struct status_error *err)
{
    return xap_guard(err, [&] {
        d->doc.add_value(slot, text_of(value));
        return STATUS_OK;
    });
}

enum status xap_document_set_data(struct xap_document *d, struct slice data,
                                  struct status_error *err)
{
    return xap_guard(err, [&] {
        d->doc.set_data(text_of(data));
        return STATUS_OK;
    });
}

enum status xap_writer_put(struct xap_writer *w, uint32_t docid,
                           const struct xap_document *d, struct status_error *err)
{
    return xap_guard(err, [&] {
        if (docid == 0)
            w->db.add_document(d->doc);
        else
            w->db.replace_document(docid, d->doc);
        return STATUS_OK;
    });
}

enum status xap_writer_delete(struct xap_writer *w, uint32_t docid,
                              struct status_error *err)
{
    return xap_guard(err, [&] {
        w->db.delete_document(docid);
        return STATUS_OK;
    });
}

enum status xap_writer_set_metadata(struct xap_writer *w, struct slice key,
                                    struct slice value, struct status_error *err)
{
    return xap_guard(err, [&] {
        if (key.size == 0 || key.size > XAP_METADATA_KEY_MAX)
            return status_set(err, STATUS_ARGUMENT, "a metadata key of %zu bytes",
                              key.size);
        w->db.set_metadata(text_of(key), text_of(value));
        return STATUS_OK;
    });
}
