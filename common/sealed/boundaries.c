/* A document has its sentences: their number (gamma) and their positions (ascending
 * within the text behind the title); then its paragraphs: a bit, and when it is 1, a bit
 * for each sentence that tells whether it begins one, else as sentences; then its
 * quotations: as sentences, each position raised by its index, because neighbours may be
 * equal. */
#include "common/sealed/boundaries.h"

#include <stdlib.h>

void boundaries_builder_init(struct boundaries_builder *b)
{
    *b = (struct boundaries_builder){0};
    buffer_init(&b->bytes, UINT32_MAX);
    buffer_init(&b->index, UINT32_MAX);
}

void boundaries_builder_free(struct boundaries_builder *b)
{
    buffer_free(&b->bytes);
    buffer_free(&b->index);
    free(b->lifted.items);
}

/* The places from 0 to size, the end of the text included. */
static uint32_t first_place(struct zones z, uint32_t position_end)
{
    return position_end >= z.rest ? position_end - z.rest : 0;
}

static bool is_valid(const struct sealed_positions *list, uint32_t low, uint32_t high,
                     bool equals)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] < low || list->items[i] > high ||
            (i > 0 && list->items[i] < list->items[i - 1] + !equals))
            return false;
    return true;
}

static void put_list(struct bits_writer *w, const struct sealed_positions *list,
                     uint32_t low, uint32_t high)
{
    bits_put_gamma(w, list->count);
    bits_put_ascending(w, list->items, list->count, low, high);
}

/* Whether all items of few are in all. */
static bool is_part(const struct sealed_positions *few,
                    const struct sealed_positions *all)
{
    size_t k = 0;
    for (size_t i = 0; i < few->count; i++) {
        while (k < all->count && all->items[k] < few->items[i])
            k++;
        if (k == all->count || all->items[k] != few->items[i])
            return false;
    }
    return true;
}

static void put_paragraphs(struct bits_writer *w, const struct sealed_positions *list,
                           const struct sealed_positions *sentences, uint32_t low,
                           uint32_t high)
{
    bool part = is_part(list, sentences);
    bits_put(w, part, 1);
    if (!part) {
        put_list(w, list, low, high);
        return;
    }
    for (size_t i = 0, k = 0; i < sentences->count; i++) {
        bool begins = k < list->count && list->items[k] == sentences->items[i];
        bits_put(w, begins, 1);
        k += begins;
    }
}

static enum status put_quotes(struct boundaries_builder *b,
                              const struct sealed_positions *list, uint32_t low,
                              uint32_t high)
{
    b->lifted.count = 0;
    if (sealed_positions_reserve(&b->lifted, list->count))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        b->lifted.items[b->lifted.count++] = list->items[i] + (uint32_t)i;
    put_list(&b->bits, &b->lifted, low, high + (uint32_t)list->count);
    return STATUS_OK;
}

enum status boundaries_builder_add(struct boundaries_builder *b, struct zones z,
                                   uint32_t position_end,
                                   const struct sealed_positions *lists)
{
    uint32_t low = first_place(z, position_end), high = position_end;
    uint8_t entry[4];
    const struct sealed_positions *sentences = &lists[SEALED_SENTENCES];
    if (!is_valid(sentences, low, high, false) ||
        !is_valid(&lists[SEALED_PARAGRAPHS], low, high, false) ||
        !is_valid(&lists[SEALED_QUOTES], low, high, true))
        return STATUS_ARGUMENT;
    size_t count =
        sentences->count + lists[SEALED_PARAGRAPHS].count + lists[SEALED_QUOTES].count;
    if (!bits_open(&b->bits, &b->bytes, count * BITS_MAX + 512))
        return b->bytes.failed;
    if (b->documents++ % BOUNDARIES_GROUP == 0) {
        bits_flush(&b->bits);
        bits_close(&b->bits);
        store_le(entry, b->bytes.size, 4);
        buffer_append(&b->index, entry, sizeof entry);
    }
    put_list(&b->bits, sentences, low, high);
    put_paragraphs(&b->bits, &lists[SEALED_PARAGRAPHS], sentences, low, high);
    enum status status = put_quotes(b, &lists[SEALED_QUOTES], low, high);
    bits_close(&b->bits);
    return status ? status : b->index.failed;
}

enum status boundaries_builder_finish(struct boundaries_builder *b)
{
    if (bits_open(&b->bits, &b->bytes, 8)) {
        bits_flush(&b->bits);
        bits_close(&b->bits);
    }
    return b->bytes.failed;
}

/* --- reading --- */

static bool get_list(struct bits_reader *r, uint32_t low, uint32_t high, size_t extra,
                     struct sealed_positions *out)
{
    uint64_t count = bits_get_gamma(r);
    out->count = 0;
    uint64_t room = (uint64_t)high - low + 1;
    if (count > (extra ? 2 * room : room) || sealed_positions_reserve(out, (size_t)count))
        return false;
    bits_get_ascending(r, out->items, (size_t)count, low,
                       high + (extra ? (uint32_t)count : 0));
    out->count = (size_t)count;
    return !r->overrun;
}

static bool get_paragraphs(struct bits_reader *r, uint32_t low, uint32_t high,
                           const struct sealed_positions *sentences,
                           struct sealed_positions *out)
{
    out->count = 0;
    if (!bits_get(r, 1))
        return get_list(r, low, high, 0, out);
    if (sealed_positions_reserve(out, sentences->count))
        return false;
    for (size_t i = 0; i < sentences->count; i++)
        if (bits_get(r, 1))
            out->items[out->count++] = sentences->items[i];
    return !r->overrun;
}

/* Reads all three lists of a document. */
static bool get_document(struct bits_reader *r, struct zones z, uint32_t position_end,
                         struct sealed_positions *lists)
{
    uint32_t low = first_place(z, position_end), high = position_end;
    if (!get_list(r, low, high, 0, &lists[SEALED_SENTENCES]) ||
        !get_paragraphs(r, low, high, &lists[SEALED_SENTENCES],
                        &lists[SEALED_PARAGRAPHS]) ||
        !get_list(r, low, high, 1, &lists[SEALED_QUOTES]))
        return false;
    for (size_t i = 0; i < lists[SEALED_QUOTES].count; i++)
        lists[SEALED_QUOTES].items[i] -= (uint32_t)i;
    return true;
}

bool boundaries_next(struct boundaries_walk *w, struct sealed_positions *lists)
{
    const struct sealed_reader *r = w->reader;
    struct slice index = r->sections.items[SECTION_BOUNDARY_INDEX];
    struct slice bytes = r->sections.items[SECTION_BOUNDARIES];
    size_t group = (w->docid - 1) / BOUNDARIES_GROUP;
    struct zones z;
    if (w->docid > r->sections.facts.documents || group * 4 + 4 > index.size)
        return false;
    if ((w->docid - 1) % BOUNDARIES_GROUP == 0)
        w->at = 8ull * load_le32((const uint8_t *)index.data + group * 4);
    if (w->at > bytes.size * 8 || !sealed_zones(r, w->docid, &z))
        return false;
    struct bits_reader bits = bits_read((const uint8_t *)bytes.data, bytes.size);
    bits.at = w->at;
    uint32_t end = (uint32_t)sealed_column_get(r, SEALED_POSITION_END, w->docid);
    bool good = get_document(&bits, z, end, lists);
    w->at = bits.at;
    w->docid++;
    return good;
}

enum status sealed_boundaries(const struct sealed_reader *r, uint32_t docid,
                              enum sealed_boundary kind, struct sealed_positions *out,
                              struct status_error *err)
{
    struct sealed_positions lists[SEALED_BOUNDARY_COUNT] = {{0}};
    struct boundaries_walk walk = {.reader = r};
    walk.docid = (docid - 1) / BOUNDARIES_GROUP * BOUNDARIES_GROUP + 1;
    bool good = docid > 0;
    while (good && walk.docid <= docid)
        good = boundaries_next(&walk, lists);
    enum status status = STATUS_OK;
    out->count = 0;
    if (!good)
        status = sealed_damaged(r, "the boundaries of an article", err);
    else if (sealed_positions_reserve(out, lists[kind].count))
        status = status_no_memory(err);
    else if (lists[kind].count > 0)
        memcpy(out->items, lists[kind].items, lists[kind].count * sizeof *out->items);
    out->count = status ? 0 : lists[kind].count;
    for (int i = 0; i < SEALED_BOUNDARY_COUNT; i++)
        free(lists[i].items);
    return status;
}
