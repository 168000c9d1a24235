#include "common/sealed/block.h"
#include "common/sealed/forms.h"
#include "common/sealed/sealed_file.h"
#include "common/sealed/terms.h"

#include <stdlib.h>

_Static_assert(SECTIONS_PADDING >= BLOCK_PADDING + BITS_PADDING, "reads behind blocks");
_Static_assert((int)SEALED_BLOCK == (int)BLOCK_COUNT, "one size of blocks");

static inline bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    if (*at < end && !(**at & 128)) {
        *number = *(*at)++;
        return true;
    }
    const char *from = (const char *)*at;
    bool good = buffer_read_varint(&from, (const char *)end, number);
    *at = (const uint8_t *)from;
    return good;
}

/* --- opening --- */

/* Reads the entries of the whole blocks; *at ends behind them. */
static bool read_skips(struct sealed_cursor *c, uint32_t whole, const uint8_t **at)
{
    uint64_t last = 0, offset = 0;
    for (uint32_t i = 0; i < whole; i++) {
        uint64_t gap, size;
        if (!read_varint(at, c->end, &gap) || !read_varint(at, c->end, &size) ||
            gap > UINT32_MAX || size > UINT32_MAX)
            return false;
        last += gap + SEALED_BLOCK;
        if (last > c->reader->sections.facts.documents)
            return false;
        c->lasts[i] = (uint32_t)last;
        c->offsets[i] = offset;
        offset += size;
        if (!c->term.is_word)
            continue;
        if (*at == c->end)
            return false;
        c->bounds[i] = *(*at)++;
    }
    c->offsets[whole] = offset;
    if (whole < c->block_count) {
        c->lasts[whole] = c->reader->sections.facts.documents;
        if (whole > 0 && c->term.is_word) {
            if (*at == c->end)
                return false;
            c->bounds[whole] = *(*at)++;
        }
    }
    return true;
}

/* The sizes of the positions of the whole blocks are passed over for now. */
static bool skip_sizes(struct sealed_cursor *c, uint32_t whole, const uint8_t **at)
{
    c->position_sizes = *at;
    for (uint32_t i = 0; i < whole && c->term.is_word;) {
        if (*at == c->end)
            return false;
        i += !(*(*at)++ & 128);
    }
    return true;
}

static bool open_blocks(struct sealed_cursor *c)
{
    uint32_t whole = c->term.doc_freq / SEALED_BLOCK;
    const uint8_t *start =
        (const uint8_t *)c->reader->sections.items[SECTION_POSTINGS].data +
        c->term.offset;
    const uint8_t *at = start + c->term.positions_size;
    c->end = start + c->term.size;
    if (c->term.is_word && !(c->form_count = form_list_skip(&at, c->end)))
        return false;
    if (!read_skips(c, whole, &at) || !skip_sizes(c, whole, &at))
        return false;
    c->blocks = at;
    return c->offsets[whole] <= (uint64_t)(c->end - at);
}

enum status sealed_cursor_open(struct sealed_cursor *c, const struct sealed_reader *r,
                               const struct sealed_term *term, struct status_error *err)
{
    c->reader = r;
    c->term = *term;
    c->form_count = 0;
    c->count = 0;
    c->position_offsets = NULL;
    c->damaged = false;
    c->place = (struct sealed_place){0};
    c->block_count = (term->doc_freq + SEALED_BLOCK - 1) / SEALED_BLOCK;
    c->loaded = c->block_count;
    /* of three arrays in one piece: offsets, lasts, bounds */
    size_t n = c->block_count + 1;
    c->offsets = malloc(n * (sizeof *c->offsets + sizeof *c->lasts + 1));
    if (!c->offsets)
        return status_no_memory(err);
    c->lasts = (uint32_t *)(c->offsets + n);
    c->bounds = (uint8_t *)(c->lasts + n);
    if (!term->is_word)
        memset(c->bounds, 255, n);
    if (open_blocks(c)) {
        if (!term->is_word || term->doc_freq < SEALED_BLOCK)
            c->bounds = NULL;
        return STATUS_OK;
    }
    sealed_cursor_close(c);
    return sealed_damaged(r, "the postings of a term", err);
}

void sealed_cursor_close(struct sealed_cursor *c)
{
    free(c->offsets);
    free(c->position_offsets);
    free(c->place.exceptions.items);
    free(c->place.skipped.items);
    c->offsets = c->position_offsets = NULL;
    c->place = (struct sealed_place){0};
    c->count = c->block_count = c->loaded = 0;
}

/* --- blocks --- */

static bool read_whole(const struct sealed_cursor *c, uint32_t i, uint32_t *docids,
                       uint32_t *wdfs)
{
    uint32_t before = i > 0 ? c->lasts[i - 1] : 0;
    if (!block_get(c->blocks + c->offsets[i], c->offsets[i + 1] - c->offsets[i], docids,
                   c->term.is_word ? wdfs : NULL) ||
        !block_sum_gaps(docids, before, c->lasts[i]))
        return false;
    if (c->term.is_word)
        block_add_one(wdfs);
    return true;
}

static bool read_inline(const struct sealed_cursor *c, uint32_t *docids)
{
    uint32_t documents = c->reader->sections.facts.documents;
    uint8_t bytes[4] = {0};
    memcpy(bytes, c->blocks, terms_inline_size(documents));
    docids[0] = load_le32(bytes) + 1;
    return docids[0] > 0 && docids[0] <= documents;
}

/* *bits ends behind what was read: the positions of a term without whole blocks. */
static bool read_tail(const struct sealed_cursor *c, uint32_t i, uint32_t *docids,
                      uint32_t *wdfs, struct bits_reader *bits)
{
    uint32_t documents = c->reader->sections.facts.documents;
    uint32_t before = i > 0 ? c->lasts[i - 1] : 0;
    uint32_t count = c->term.doc_freq - i * SEALED_BLOCK;
    const uint8_t *start = c->blocks + c->offsets[i];
    if (count > documents - before)
        return false;
    if (!c->term.is_word && c->term.doc_freq == 1)
        return read_inline(c, docids);
    *bits = bits_read(start, (size_t)(c->end - start));
    bits_get_ascending(bits, docids, count, before + 1, documents);
    for (uint32_t k = 0; c->term.is_word && k < count; k++) {
        uint64_t more = bits_get_unary(bits);
        if (more >= UINT32_MAX)
            return false;
        wdfs[k] = (uint32_t)more + 1;
    }
    return !bits->overrun;
}

bool sealed_cursor_read(struct sealed_cursor *c, uint32_t i, uint32_t *docids,
                        uint32_t *wdfs, uint32_t *count)
{
    struct bits_reader bits = {0};
    bool whole = i < c->term.doc_freq / SEALED_BLOCK;
    bool good =
        whole ? read_whole(c, i, docids, wdfs) : read_tail(c, i, docids, wdfs, &bits);
    c->damaged |= !good;
    *count = !good ? 0 : whole ? SEALED_BLOCK : c->term.doc_freq % SEALED_BLOCK;
    if (good && !whole && i == 0 && c->term.is_word) {
        c->place.data = bits.data; /* positions follow at once */
        c->place.at = bits.at;
        c->place.end = bits.end;
    }
    return good;
}

bool sealed_cursor_load(struct sealed_cursor *c, uint32_t i)
{
    if (i == c->loaded)
        return true;
    bool good = sealed_cursor_read(c, i, c->docids, c->wdfs, &c->count);
    c->place.is_open = false;
    c->loaded = good ? i : c->block_count;
    if (!c->term.is_word && i == 0 && good)
        memset(c->wdfs, 0, sizeof c->wdfs);
    return good;
}

/* --- positions --- */

static bool find_position_offsets(struct sealed_cursor *c)
{
    uint32_t whole = c->term.doc_freq / SEALED_BLOCK;
    const uint8_t *at = c->position_sizes;
    uint64_t offset = 0, size;
    c->position_offsets = malloc(((size_t)whole + 1) * sizeof *c->position_offsets);
    for (uint32_t i = 0; c->position_offsets && i < whole; i++) {
        c->position_offsets[i] = offset;
        if (!read_varint(&at, c->end, &size) || size > c->term.positions_size - offset) {
            free(c->position_offsets);
            c->position_offsets = NULL;
            return false;
        }
        offset += size;
    }
    if (c->position_offsets)
        c->position_offsets[whole] = offset;
    return c->position_offsets != NULL;
}

static bool open_place(struct sealed_cursor *c)
{
    struct sealed_place *p = &c->place;
    uint32_t whole = c->term.doc_freq / SEALED_BLOCK;
    if (whole > 0) {
        if (!c->position_offsets && !find_position_offsets(c))
            return false;
        uint64_t from = c->position_offsets[c->loaded];
        uint64_t to = c->loaded < whole ? c->position_offsets[c->loaded + 1]
                                        : c->term.positions_size;
        p->data = (const uint8_t *)c->reader->sections.items[SECTION_POSTINGS].data +
                  c->term.offset + from;
        p->at = 0;
        p->end = (size_t)(to - from) * 8;
    }
    p->next = 0;
    p->occurrence = p->exception = 0;
    struct bits_reader bits = {p->data, p->at, p->end, false};
    p->is_open = forms_get(&bits, c->form_count, &p->exceptions);
    p->at = bits.at;
    return p->is_open;
}

/* Reads the next posting's positions into out. */
static bool next_positions(struct sealed_cursor *c, struct sealed_positions *out,
                           size_t *count)
{
    struct sealed_place *p = &c->place;
    struct bits_reader bits = {p->data, p->at, p->end, false};
    struct zones z;
    if (!sealed_zones(c->reader, c->docids[p->next], &z) ||
        !positions_get(&bits, c->wdfs[p->next], z, c->reader->sections.facts.field_gap,
                       out, count))
        return false;
    p->at = bits.at;
    p->occurrence += *count;
    p->next++;
    return true;
}

/* The forms of the last `count` occurrences that were read. */
static bool add_forms(struct sealed_cursor *c, size_t count, struct sealed_positions *out)
{
    struct sealed_place *p = &c->place;
    const struct sealed_positions *e = &p->exceptions;
    size_t first = p->occurrence - count;
    if (sealed_positions_reserve(out, count))
        return false;
    while (p->exception < e->count && e->items[p->exception] < first)
        p->exception += 2;
    for (size_t i = first, k = p->exception; i < p->occurrence; i++) {
        bool other = k < e->count && e->items[k] == i;
        out->items[out->count++] = other ? e->items[k + 1] : 0;
        k += other ? 2 : 0;
    }
    return true;
}

static bool read_positions(struct sealed_cursor *c, uint32_t i,
                           struct sealed_positions *positions,
                           struct sealed_positions *forms)
{
    struct sealed_place *p = &c->place;
    size_t count;
    if (i >= c->count || !c->term.is_word)
        return false;
    if (p->is_open && i < p->next && c->term.doc_freq < SEALED_BLOCK) {
        c->loaded = c->block_count; /* where its positions begin is known by loading */
        if (!sealed_cursor_load(c, 0))
            return false;
    }
    if ((!p->is_open || i < p->next) && !open_place(c))
        return false;
    while (p->next < i) {
        p->skipped.count = 0;
        if (!next_positions(c, &p->skipped, &count))
            return false;
    }
    return next_positions(c, positions, &count) && (!forms || add_forms(c, count, forms));
}

bool sealed_cursor_positions(struct sealed_cursor *c, uint32_t i,
                             struct sealed_positions *positions,
                             struct sealed_positions *forms)
{
    bool good = read_positions(c, i, positions, forms);
    c->damaged |= !good;
    return good;
}
