#include "common/sealed/terms.h"

#include "common/sealed/sealed_file.h"
#include "common/sealed/sections.h"

enum { NIBBLE_MAX = 15, WORD = 1, MORE = 2, KIND_BITS = 2 };

void terms_builder_init(struct terms_builder *b)
{
    *b = (struct terms_builder){0};
    buffer_init(&b->terms, UINT32_MAX);
    buffer_init(&b->index, UINT32_MAX);
    buffer_init(&b->keys, UINT32_MAX);
}

void terms_builder_free(struct terms_builder *b)
{
    buffer_free(&b->terms);
    buffer_free(&b->index);
    buffer_free(&b->keys);
}

/* --- writing --- */

static void put_index(struct terms_builder *b, struct slice text, uint64_t offset)
{
    uint8_t entry[TERMS_ENTRY];
    store_le(entry, offset, 8);
    store_le(entry + 8, b->terms.size, 4);
    store_le(entry + 12, b->keys.size, 4);
    buffer_append(&b->index, entry, sizeof entry);
    buffer_append(&b->keys, text.data, text.size);
}

/* A byte with the number of bytes that are shared with the term before and the number of
 * those that follow, 4 bits each (15: a varint tells how many more), and the latter. */
static void put_text(struct terms_builder *b, struct slice text)
{
    size_t shared = 0;
    while (shared < b->last_size && shared < text.size &&
           b->last[shared] == text.data[shared])
        shared++;
    size_t rest = text.size - shared;
    size_t high = shared < NIBBLE_MAX ? shared : NIBBLE_MAX;
    size_t low = rest < NIBBLE_MAX ? rest : NIBBLE_MAX;
    buffer_append_byte(&b->terms, (char)(high << 4 | low));
    if (high == NIBBLE_MAX)
        buffer_append_varint(&b->terms, shared - NIBBLE_MAX);
    if (low == NIBBLE_MAX)
        buffer_append_varint(&b->terms, rest - NIBBLE_MAX);
    buffer_append(&b->terms, text.data + shared, rest);
}

/* Behind the text come the numbers, as varints: the document frequency times 4 (+ 1 of a
 * word, + 2 when its collection frequency is greater); by how much greater, less one; the
 * bytes of the positions, when a word has a whole block or more; the bytes of the rest,
 * unless they are known (terms_inline_size). */
static void put_numbers(struct buffer *out, const struct sealed_term *t)
{
    bool more = t->is_word && t->collection_freq > t->doc_freq;
    unsigned kind = (t->is_word ? WORD : 0) | (more ? MORE : 0);
    buffer_append_varint(out, (uint64_t)t->doc_freq << KIND_BITS | kind);
    if (more)
        buffer_append_varint(out, t->collection_freq - t->doc_freq - 1);
    if (t->is_word && t->doc_freq >= SEALED_BLOCK)
        buffer_append_varint(out, t->positions_size);
    if (t->is_word || t->doc_freq > 1)
        buffer_append_varint(out, t->size - t->positions_size);
}

enum status terms_builder_add(struct terms_builder *b, struct slice text,
                              const struct sealed_term *term)
{
    struct slice last = {b->last, b->last_size};
    if (text.size == 0 || text.size > SEALED_TERM_MAX ||
        (b->count > 0 && slice_compare(last, text) >= 0))
        return STATUS_ARGUMENT;
    if (b->count % TERMS_BLOCK == 0)
        put_index(b, text, term->offset);
    else
        put_text(b, text);
    put_numbers(&b->terms, term);
    memcpy(b->last, text.data, text.size);
    b->last_size = text.size;
    b->count++;
    enum status failed = b->terms.failed ? b->terms.failed : b->index.failed;
    return failed ? failed : b->keys.failed;
}

/* --- reading --- */

static size_t block_count(const struct sealed_reader *r)
{
    return r->sections.items[SECTION_TERM_INDEX].size / TERMS_ENTRY;
}

/* The part of a section from one offset to another. False when they are not in it. */
static bool cut(struct slice section, uint64_t from, uint64_t to, struct slice *out)
{
    if (from > to || to > section.size)
        return false;
    *out = (struct slice){section.data + from, (size_t)(to - from)};
    return true;
}

static const uint8_t *index_entry(const struct sealed_reader *r, size_t block)
{
    return (const uint8_t *)r->sections.items[SECTION_TERM_INDEX].data +
           block * TERMS_ENTRY;
}

static bool block_key(const struct sealed_reader *r, size_t block, struct slice *key)
{
    struct slice keys = r->sections.items[SECTION_TERM_KEYS];
    const uint8_t *entry = index_entry(r, block);
    bool last = block + 1 == block_count(r);
    uint64_t end = last ? keys.size : load_le32(entry + TERMS_ENTRY + 12);
    return cut(keys, load_le32(entry + 12), end, key) && key->size > 0 &&
           key->size <= SEALED_TERM_MAX;
}

static bool block_bytes(const struct sealed_reader *r, size_t block, struct slice *bytes)
{
    struct slice terms = r->sections.items[SECTION_TERMS];
    const uint8_t *entry = index_entry(r, block);
    bool last = block + 1 == block_count(r);
    uint64_t end = last ? terms.size : load_le32(entry + TERMS_ENTRY + 8);
    return cut(terms, load_le32(entry + 8), end, bytes);
}

static bool read_number(struct sealed_terms *t, uint64_t *number)
{
    const char *from = (const char *)t->at;
    bool good = buffer_read_varint(&from, (const char *)t->end, number);
    t->at = (const uint8_t *)from;
    return good;
}

static bool read_text(struct sealed_terms *t)
{
    uint64_t shared, rest, more = 0;
    if (t->at == t->end)
        return false;
    shared = *t->at >> 4;
    rest = *t->at++ & NIBBLE_MAX;
    if (shared == NIBBLE_MAX && !read_number(t, &more))
        return false;
    shared += more;
    more = 0;
    if (rest == NIBBLE_MAX && !read_number(t, &more))
        return false;
    rest += more;
    if (shared > t->size || rest > SEALED_TERM_MAX || shared + rest > SEALED_TERM_MAX ||
        rest > (size_t)(t->end - t->at))
        return false;
    memcpy(t->bytes + shared, t->at, rest);
    t->at += rest;
    t->size = (size_t)(shared + rest);
    return true;
}

static bool read_numbers(struct sealed_terms *t)
{
    uint64_t head, more = 0, size;
    struct sealed_term *term = &t->term;
    uint32_t documents = t->reader->sections.facts.documents;
    if (!read_number(t, &head) || head >> KIND_BITS == 0 || head >> KIND_BITS > documents)
        return false;
    *term = (struct sealed_term){.doc_freq = (uint32_t)(head >> KIND_BITS),
                                 .is_word = head & WORD,
                                 .offset = t->offset};
    if (head & MORE) {
        if (!read_number(t, &more) || more > UINT64_MAX / 2)
            return false;
        more++;
    }
    term->collection_freq = term->is_word ? term->doc_freq + more : 0;
    if (term->is_word && term->doc_freq >= SEALED_BLOCK &&
        !read_number(t, &term->positions_size))
        return false;
    size = terms_inline_size(documents);
    if ((term->is_word || term->doc_freq > 1) && !read_number(t, &size))
        return false;
    uint64_t left = t->reader->sections.items[SECTION_POSTINGS].size - t->offset;
    if (term->positions_size > left || size > left - term->positions_size)
        return false;
    term->size = term->positions_size + size;
    t->offset += term->size;
    return true;
}

/* The first term of the next block stands in the keys. */
static bool begin_block(struct sealed_terms *t)
{
    struct slice key, bytes;
    if (!block_key(t->reader, t->block, &key) ||
        !block_bytes(t->reader, t->block, &bytes))
        return false;
    t->offset = load_le64(index_entry(t->reader, t->block));
    if (t->offset > t->reader->sections.items[SECTION_POSTINGS].size)
        return false;
    memcpy(t->bytes, key.data, key.size);
    t->size = key.size;
    t->at = (const uint8_t *)bytes.data;
    t->end = t->at + bytes.size;
    t->block++;
    return true;
}

bool sealed_terms_next(struct sealed_terms *t)
{
    if (t->damaged || (t->at == t->end && t->block == block_count(t->reader)))
        return false;
    bool good = t->at == t->end ? begin_block(t) : read_text(t);
    t->damaged = !good || !read_numbers(t);
    return !t->damaged;
}

/* The last block whose first term is not behind text; the first when all are. */
static bool find_block(const struct sealed_reader *r, struct slice text, size_t *block)
{
    size_t low = 0, high = block_count(r);
    struct slice key;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (!block_key(r, middle, &key))
            return false;
        if (slice_compare(key, text) <= 0)
            low = middle;
        else
            high = middle;
    }
    *block = low;
    return true;
}

void sealed_terms_start(struct sealed_terms *t, const struct sealed_reader *r,
                        struct slice from)
{
    size_t block = 0;
    *t = (struct sealed_terms){.reader = r};
    if (block_count(r) == 0)
        return;
    t->damaged = !find_block(r, from, &block);
    t->block = block;
    struct sealed_terms before = *t;
    while (sealed_terms_next(t)) {
        if (slice_compare((struct slice){t->bytes, t->size}, from) >= 0) {
            *t = before;
            return;
        }
        before = *t;
    }
}

bool sealed_find(const struct sealed_reader *r, struct slice term,
                 struct sealed_term *out, bool *damaged)
{
    struct sealed_terms t = {.reader = r};
    size_t block = 0;
    *damaged = false;
    if (block_count(r) == 0)
        return false;
    t.damaged = !find_block(r, term, &block);
    t.block = block;
    for (unsigned i = 0; i < TERMS_BLOCK && sealed_terms_next(&t); i++) {
        int order = slice_compare((struct slice){t.bytes, t.size}, term);
        if (order == 0)
            *out = t.term;
        if (order >= 0)
            return order == 0;
    }
    *damaged = t.damaged;
    return false;
}
