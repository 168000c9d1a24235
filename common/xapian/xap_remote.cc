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
    set.fetch();
    hits.clear();
    for (auto at = set.begin(); at != set.end(); ++at)
        hits.push_back({at.get_weight(), at.get_document().get_data()});
    total->is_exact = set.get_matches_lower_bound() == set.get_matches_upper_bound();
    total->matches =
        total->is_exact ? set.get_matches_estimated() : set.get_matches_lower_bound();
}

static enum status none_left(const struct xap_host *hosts, struct status_error *err)
{
    return status_set(err, STATUS_IO, "no server answers; 'tcp:%s:%u': %s", hosts[0].name,
                      hosts[0].port, hosts[0].why.message);
}

/* One try with the hosts that are left. */
static enum status try_search(struct xap_host *hosts, size_t count,
                              const struct xap_request *request, std::vector<found> &hits,
                              struct xap_total *total, struct status_error *err)
{
    return xap_guard(err, [&] {
        Xapian::Database together;
        size_t open = 0;
        for (const auto &c : ask_all(hosts, count, request->wait_ms, [](connection &) {}))
            if (!c.status) {
                together.add_database(c.db);
                open++;
            }
        if (open == 0)
            return none_left(hosts, err);
        search(together, request, hits, total);
        return STATUS_OK;
    });
}

static size_t count_failed(const struct xap_host *hosts, size_t count)
{
    size_t failed = 0;
    for (size_t i = 0; i < count; i++)
        failed += hosts[i].failed;
    return failed;
}

/* Marks the host that the search failed by: the one that is named, or those that fail
 * when they are asked the same alone. */
static void blame(struct xap_host *hosts, size_t count, const struct xap_request *request,
                  const struct status_error &why)
{
    struct xap_host *named = host_of(hosts, count, why.message);
    if (named)
        mark(named, why);
    else
        ask_all(hosts, count, request->wait_ms, [request](connection &c) {
            std::vector<found> hits;
            struct xap_total total;
            search(c.db, request, hits, &total);
        });
}

enum status xap_remote_search(struct xap_host *hosts, size_t count,
                              const struct xap_request *request,
                              void visit(void *context, double score, struct slice data),
                              void *context, struct xap_total *total,
                              struct status_error *err)
{
    return xap_guard(err, [&] {
        std::vector<found> hits;
        enum status status;
        size_t failed, left = count - count_failed(hosts, count);
        do {
            status = try_search(hosts, count, request, hits, total, err);
            if (status == STATUS_IO && left > 0)
                blame(hosts, count, request, *err);
            failed = left;
            left = count - count_failed(hosts, count);
        } while (status == STATUS_IO && left > 0 && left < failed);
        for (const auto &hit : hits)
            if (!status)
                visit(context, hit.score, {hit.data.data(), hit.data.size()});
        return status;
    });
}

enum status xap_remote_metadata(struct xap_host *hosts, size_t count, const char *key,
                                unsigned wait_ms, struct buffer *out,
                                struct status_error *err)
{
    return xap_guard(err, [&] {
        std::vector<std::string> values(count);
        std::string first;
        ask_all(hosts, count, wait_ms, [&](connection &c) {
            values[static_cast<size_t>(c.host - hosts)] = c.db.get_metadata(key);
        });
        for (size_t i = 0; i < count; i++) {
            struct status_error why;
            if (hosts[i].failed)
                continue;
            if (first.empty())
                first = values[i];
            if (!values[i].empty() && values[i] == first)
                continue;
            status_set(&why, STATUS_VERSION, "its metadata '%s' is '%s', not '%s'", key,
                       values[i].c_str(), first.c_str());
            mark(&hosts[i], why);
        }
        if (first.empty())
            return none_left(hosts, err);
        return buffer_append(out, first.data(), first.size()) ? status_no_memory(err)
                                                              : STATUS_OK;
    });
}
