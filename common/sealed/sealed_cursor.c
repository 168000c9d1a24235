#include "common/sealed/block.h"
#include "common/sealed/forms.h"
#include "common/sealed/sealed_file.h"
#include "common/sealed/terms.h"

#include <stdlib.h>

_Static_assert(SECTIONS_PADDING >= BLOCK_PADDING + BITS_PADDING, "reads behind blocks");
_Static_assert((int)SEALED_BLOCK == (int)BLOCK_COUNT, "one size of blocks");

static inline bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    const uint8_t *p = *at;
    if (end - p >= 2 &&
        (p[0] & p[1] & 128) == 0) { /* the common cases: one byte or two */
        bool longer = p[0] & 128;
        *number = (p[0] & 127U) | (longer ? (uint64_t)p[1] << 7 : 0);
        *at += 1 + longer;
        return true;
    }
    const char *from = (const char *)*at;
    bool good = buffer_read_varint(&from, (const char *)end, number);
    *at = (const uint8_t *)from;
    return good;
}

/* --- opening --- */

static bool read_bound(const uint8_t **at, const uint8_t *end, uint16_t *bound)
{
    if (end - *at < 2)
        return false;
    *bound = (uint16_t)((*at)[0] | (*at)[1] << 8);
    *at += 2;
    return true;
}

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
        if (c->term.is_word && !read_bound(at, c->end, &c->bounds[i]))
            return false;
    }
    c->offsets[whole] = offset;
    if (whole < c->block_count) {
        c->lasts[whole] = c->reader->sections.facts.documents;
        if (whole > 0 && c->term.is_word)
            return read_bound(at, c->end, &c->bounds[whole]);
    }
    return true;
}

/* The sizes of the positions of the whole blocks are passed over for now. */
static bool skip_sizes(struct sealed_cursor *c, uint32_t whole, const uint8_t **at)
{
    uint32_t i = 0;
    c->position_sizes = *at;
    if (!c->term.is_word)
        return true;
    for (; whole - i >= 8 && c->end - *at >= 8; *at += 8) /* eight bytes end 8 at most */
        i += (uint32_t)((~bits_load64(*at) >> 7 & UINT64_C(0x0101010101010101)) *
                            UINT64_C(0x0101010101010101) >>
                        56);
    while (i < whole) {
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
    c->positions_at = NULL;
    c->damaged = false;
    c->place = (struct sealed_place){0};
    c->block_count = (term->doc_freq + SEALED_BLOCK - 1) / SEALED_BLOCK;
    c->loaded = c->block_count;
    /* of three arrays in one piece: offsets, lasts, bounds */
    size_t n = c->block_count + 1;
    c->offsets = malloc(n * (sizeof *c->offsets + sizeof *c->lasts + sizeof *c->bounds));
    if (!c->offsets)
        return status_no_memory(err);
    c->lasts = (uint32_t *)(c->offsets + n);
    c->bounds = (uint16_t *)(c->lasts + n);
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
    free(c->positions_at);
    free(c->place.exceptions.items);
    c->offsets = NULL;
    c->positions_at = NULL;
    c->place = (struct sealed_place){0};
    c->count = c->block_count = c->loaded = 0;
}

/* --- blocks --- */

/* Wdfs may be NULL. */
static bool read_whole(const struct sealed_cursor *c, uint32_t i, uint32_t *docids,
                       uint32_t *wdfs)
{
    uint32_t before = i > 0 ? c->lasts[i - 1] : 0;
    const uint8_t *block = c->blocks + c->offsets[i];
    size_t size = c->offsets[i + 1] - c->offsets[i];
    return block_get_docids(block, size, before, c->lasts[i], docids) &&
           (!wdfs || !c->term.is_word || block_get_wdfs(block, size, wdfs));
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
    for (uint32_t k = 0; wdfs && c->term.is_word && k < count; k++) {
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
        c->place.first = bits.at;
        c->place.end = bits.end;
    }
    return good;
}

bool sealed_cursor_read_wdfs(struct sealed_cursor *c, uint32_t i, uint32_t *wdfs)
{
    uint32_t docids[SEALED_BLOCK];
    struct bits_reader bits = {0};
    bool whole = i < c->term.doc_freq / SEALED_BLOCK;
    const uint8_t *block = c->blocks + c->offsets[i];
    bool good = !c->term.is_word ||
                (whole ? block_get_wdfs(block, c->offsets[i + 1] - c->offsets[i], wdfs)
                       : read_tail(c, i, docids, wdfs, &bits));
    c->damaged |= !good;
    return good;
}

bool sealed_cursor_load(struct sealed_cursor *c, uint32_t i)
{
    if (i == c->loaded)
        return true;
    bool good = sealed_cursor_read(c, i, c->docids, c->wdfs, &c->count);
    c->place.is_open = c->place.has_forms = false;
    c->loaded = good ? i : c->block_count;
    if (!c->term.is_word && i == 0 && good)
        memset(c->wdfs, 0, sizeof c->wdfs);
    return good;
}

/* --- positions --- */

static bool find_positions(struct sealed_cursor *c)
{
    uint32_t whole = c->term.doc_freq / SEALED_BLOCK;
    const uint8_t *at = c->position_sizes;
    uint64_t offset = 0, size;
    c->positions_at = malloc(((size_t)whole + 1) * sizeof *c->positions_at);
    for (uint32_t i = 0; c->positions_at && i < whole; i++) {
        if (!read_varint(&at, c->end, &size) || size < POSITIONS_MARKS ||
            size > c->term.positions_size - offset) {
            free(c->positions_at);
            c->positions_at = NULL;
            return false;
        }
        c->positions_at[i] = offset;
        offset += size;
    }
    if (c->positions_at)
        c->positions_at[whole] = offset;
    return c->positions_at != NULL;
}

/* Begins at the first posting of the loaded block. Of a term without whole blocks the
 * place is known, because its block is loaded. */
static bool open_place(struct sealed_cursor *c)
{
    struct sealed_place *p = &c->place;
    uint32_t whole = c->term.doc_freq / SEALED_BLOCK;
    bool is_whole = c->loaded < whole;
    p->marks = NULL;
    if (whole > 0) {
        if (!c->positions_at && !find_positions(c))
            return false;
        uint64_t from = c->positions_at[c->loaded];
        uint64_t end = is_whole ? c->positions_at[c->loaded + 1] : c->term.positions_size;
        p->data = (const uint8_t *)c->reader->sections.items[SECTION_POSTINGS].data +
                  c->term.offset + from;
        p->marks = is_whole ? p->data : NULL;
        p->data += is_whole ? POSITIONS_MARKS : 0;
        p->first = 0;
        p->end = (size_t)(end - from - (is_whole ? POSITIONS_MARKS : 0)) * 8;
    }
    p->has_forms &= p->is_open;
    p->is_open = true;
    return true;
}

static void go_to_start(struct sealed_place *p)
{
    p->at = p->first;
    p->next = 0;
    p->occurrence = 0;
    p->from_start = true;
}

/* Jumps over postings, which leaves open how many occurrences they have. */
static void go_to_mark(struct sealed_place *p, uint32_t i)
{
    size_t bits;
    uint32_t next = positions_find_mark(p->marks, i, &bits);
    if (next <= p->next && p->next <= i)
        return;
    p->at = bits <= p->end ? bits : p->end;
    p->next = next;
    p->occurrence = 0;
    p->from_start = next == 0;
}

/* Moves to posting i, by reading what is before it in the block, or (when it need not
 * know how many occurrences those have) behind a mark. */
static bool find_place(struct sealed_cursor *c, uint32_t i, bool from_start)
{
    struct sealed_place *p = &c->place;
    bool was_open = p->is_open;
    if (!was_open && !open_place(c))
        return false;
    if (!was_open || i < p->next || (from_start && !p->from_start))
        go_to_start(p);
    if (p->marks && !from_start)
        go_to_mark(p, i);
    struct bits_reader bits = {p->data, p->at, p->end, false};
    if (c->reader->zones) /* they lie here and there */
        for (uint32_t k = p->next + 1; k <= i; k++)
            __builtin_prefetch(&c->reader->zones[c->docids[k]]);
    for (; p->next < i; p->next++) {
        struct zones z;
        size_t count;
        if (!sealed_zones(c->reader, c->docids[p->next], &z) ||
            !positions_skip(&bits, c->wdfs[p->next], z, &count))
            return false;
        p->occurrence += count;
    }
    p->at = bits.at;
    return true;
}

static bool next_positions(struct sealed_cursor *c, struct sealed_positions *out)
{
    struct sealed_place *p = &c->place;
    struct bits_reader bits = {p->data, p->at, p->end, false};
    struct zones z;
    size_t count;
    if (!sealed_zones(c->reader, c->docids[p->next], &z) ||
        !positions_get(&bits, c->wdfs[p->next], z, c->reader->sections.facts.field_gap,
                       out, &count))
        return false;
    p->next++;
    p->occurrence += count;
    p->at = bits.at;
    return true;
}

/* --- forms --- */

/* Where the forms of the loaded block stand: at the end of its run, behind which is their
 * size; of a term without whole blocks, behind the positions. */
static bool find_forms(struct sealed_cursor *c, struct bits_reader *bits)
{
    struct sealed_place *p = &c->place;
    if (c->term.doc_freq < SEALED_BLOCK) {
        if (!find_place(c, c->count, true))
            return false;
        *bits = (struct bits_reader){p->data, p->at, p->end, false};
        return true;
    }
    if (!p->is_open) {
        if (!open_place(c))
            return false;
        go_to_start(p);
    }
    const uint8_t *end = p->data + p->end / 8;
    uint64_t size;
    if (!positions_get_size(p->data, &end, &size))
        return false;
    *bits = bits_read(end - size, (size_t)size);
    return true;
}

static bool open_forms(struct sealed_cursor *c)
{
    struct sealed_place *p = &c->place;
    struct bits_reader bits = {0};
    p->exceptions.count = 0;
    p->has_forms = c->form_count < 2 || (find_forms(c, &bits) &&
                                         forms_get(&bits, c->form_count, &p->exceptions));
    return p->has_forms;
}

/* The first exception at or behind an occurrence. */
static size_t find_exception(const struct sealed_positions *e, size_t occurrence)
{
    size_t low = 0, high = e->count / 2;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (e->items[middle * 2] < occurrence)
            low = middle + 1;
        else
            high = middle;
    }
    return low * 2;
}

/* The forms of count occurrences from `first` on. */
static bool add_forms(struct sealed_cursor *c, size_t first, size_t count,
                      struct sealed_positions *out)
{
    const struct sealed_positions *e = &c->place.exceptions;
    size_t k = find_exception(e, first);
    if (sealed_positions_reserve(out, count))
        return false;
    for (size_t i = first; i < first + count; i++) {
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
    size_t before = positions->count;
    if (i >= c->count || !c->term.is_word)
        return false;
    if (forms && !(p->is_open && p->has_forms) && !open_forms(c))
        return false;
    if (!find_place(c, i, forms != NULL))
        return false;
    size_t first = p->occurrence;
    return next_positions(c, positions) &&
           (!forms || add_forms(c, first, positions->count - before, forms));
}

bool sealed_cursor_positions(struct sealed_cursor *c, uint32_t i,
                             struct sealed_positions *positions,
                             struct sealed_positions *forms)
{
    bool good = read_positions(c, i, positions, forms);
    c->damaged |= !good;
    return good;
}
