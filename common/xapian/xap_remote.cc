#include "common/xapian/guard.hh"
#include "common/xapian/handles.hh"
#include "common/xapian/xap_stock.h"

#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

/* One host that was asked something. */
struct connection {
    struct xap_host *host;
    Xapian::Database db;
    enum status status = STATUS_OK;
    struct status_error err = {};
};

static void mark(struct xap_host *host, const struct status_error &why)
{
    host->failed = true;
    host->why = why;
}

struct xap_remote {
    struct xap_host *hosts;
    size_t count;
    struct xap_marker marker;
    unsigned wait_ms;
    std::string value; /* of the marker; empty: not known yet */
    std::vector<connection> open;
};

/* Connects to all that did not fail and asks each the same, at once, so that the slow
 * ones cost the time of one; marks those that fail. */
template <typename Question>
static std::vector<connection> ask_all(struct xap_host *hosts, size_t count,
                                       unsigned wait_ms, const Question &question)
{
    std::vector<connection> all;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < count; i++)
        if (!hosts[i].failed) {
            all.emplace_back();
            all.back().host = &hosts[i];
        }
    threads.reserve(all.size());
    for (auto &c : all) {
        auto ask = [&c, &question, wait_ms] {
            c.status = xap_guard(&c.err, [&] {
                c.db = Xapian::Remote::open(c.host->name, c.host->port, wait_ms, wait_ms);
                question(c);
                return STATUS_OK;
            });
        };
        bool is_lone = xap_guard(nullptr, [&] {
            threads.emplace_back(ask);
            return STATUS_OK;
        });
        if (is_lone) /* there can be no more threads */
            ask();
    }
    for (auto &thread : threads)
        thread.join();
    for (const auto &c : all)
        if (c.status)
            mark(c.host, c.err);
    return all;
}

/* Xapian may name the host in the error's context, as `tcp(name:port)`. */
static struct xap_host *host_of(struct xap_host *hosts, size_t count, const char *message)
{
    for (size_t i = 0; i < count; i++) {
        std::string name = "tcp(" + std::string(hosts[i].name) + ":" +
                           std::to_string(hosts[i].port) + ")";
        if (!hosts[i].failed && std::strstr(message, name.c_str()))
            return &hosts[i];
    }
    return nullptr;
}

struct found {
    double score;
    std::string data;
};

static void search(const Xapian::Database &db, const struct xap_request *r,
                   std::vector<found> &hits, struct xap_total *total)
{
    Xapian::Enquire enquire(db);
    enquire.set_query(r->query->query);
    enquire.set_weighting_scheme(Xapian::BM25Weight(r->k1, 0, 1, r->b, r->min_length));
    if (r->order != XAP_BY_SCORE)
        enquire.set_sort_by_value_then_relevance(r->slot, r->order == XAP_FALLING);
    Xapian::MSet set =
        enquire.get_mset(r->first, r->count, r->count_all ? db.get_doccount() : 0);
    hits.clear(); /* MSet::fetch must not be called: with an offset it crashes */
    total->is_cut = false;
    for (auto at = set.begin(); at != set.end() && !total->is_cut; ++at)
        if (r->ends(r->context))
            total->is_cut = true;
        else
            hits.push_back({at.get_weight(), at.get_document().get_data()});
    total->is_exact = set.get_matches_lower_bound() == set.get_matches_upper_bound();
    total->matches =
        total->is_exact ? set.get_matches_estimated() : set.get_matches_lower_bound();
}

static size_t count_left(const struct xap_remote *r)
{
    size_t left = 0;
    for (size_t i = 0; i < r->count; i++)
        left += !r->hosts[i].failed;
    return left;
}

static enum status none_left(const struct xap_remote *r, struct status_error *err)
{
    const struct xap_host *first = &r->hosts[0];
    return status_set(err, STATUS_IO, "no server answers; 'tcp:%s:%u': %s", first->name,
                      first->port, first->why.message);
}

/* The first host with a good marker says what that of all must be. */
static void check_markers(struct xap_remote *r, const std::vector<std::string> &values)
{
    for (size_t i = 0; i < r->count; i++) {
        const std::string &value = values[i];
        struct status_error why;
        if (r->hosts[i].failed)
            continue;
        bool is_ours =
            value.compare(0, std::strlen(r->marker.beginning), r->marker.beginning) == 0;
        if (is_ours && r->value.empty())
            r->value = value;
        if (is_ours && value == r->value)
            continue;
        status_set(&why, STATUS_VERSION, "%s",
                   value.empty() ? "it serves no export of Pressmark"
                   : is_ours     ? "its export is of other languages"
                                 : "its export is of another version");
        mark(&r->hosts[i], why);
    }
}

/* Connects anew to all that did not fail. */
static enum status connect(struct xap_remote *r, struct status_error *err)
{
    std::vector<std::string> values(r->count);
    r->open = ask_all(r->hosts, r->count, r->wait_ms, [&](connection &c) {
        values[static_cast<size_t>(c.host - r->hosts)] = c.db.get_metadata(r->marker.key);
    });
    check_markers(r, values);
    return count_left(r) > 0 ? STATUS_OK : none_left(r, err);
}

enum status xap_remote_connect(struct xap_host *hosts, size_t count,
                               const struct xap_marker *marker, unsigned wait_ms,
                               struct xap_remote **out, struct status_error *err)
{
    *out = nullptr;
    return xap_guard(err, [&] {
        xap_remote *r = *out = new xap_remote{hosts, count, *marker, wait_ms, {}, {}};
        enum status status = connect(r, err);
        if (status) {
            delete r;
            *out = nullptr;
        }
        return status;
    });
}

void xap_remote_close(struct xap_remote *r)
{
    delete r;
}

const char *xap_remote_marker(const struct xap_remote *r)
{
    return r->value.c_str();
}

/* One try with the hosts that are left. */
static enum status try_search(struct xap_remote *r, const struct xap_request *request,
                              std::vector<found> &hits, struct xap_total *total,
                              struct status_error *err)
{
    return xap_guard(err, [&] {
        Xapian::Database together;
        for (const auto &c : r->open)
            if (!c.host->failed)
                together.add_database(c.db);
        search(together, request, hits, total);
        return STATUS_OK;
    });
}

/* Marks the host that the search failed by: the one that is named, or those that fail
 * when they are asked the same alone. */
static void blame(struct xap_remote *r, const struct xap_request *request,
                  const struct status_error &why)
{
    struct xap_host *named = host_of(r->hosts, r->count, why.message);
    if (named)
        mark(named, why);
    else
        ask_all(r->hosts, r->count, r->wait_ms, [request](connection &c) {
            std::vector<found> hits;
            struct xap_total total;
            search(c.db, request, hits, &total);
        });
}

enum status xap_remote_search(struct xap_remote *r, const struct xap_request *request,
                              void visit(void *context, double score, struct slice data),
                              struct xap_total *total, struct status_error *err)
{
    return xap_guard(err, [&] {
        std::vector<found> hits;
        enum status status = try_search(r, request, hits, total, err);
        for (size_t before = SIZE_MAX, left = count_left(r);
             status == STATUS_IO && left > 0 && left < before;) {
            blame(r, request, *err);
            before = left;
            status = connect(r, err);
            left = count_left(r);
            if (!status)
                status = try_search(r, request, hits, total, err);
        }
        for (const auto &hit : hits)
            if (!status)
                visit(request->context, hit.score, {hit.data.data(), hit.data.size()});
        return status;
    });
}
