#include "common/sealed/records.h"

#include "common/deflate.h"

#include <stdlib.h>
#include <string.h>

void records_builder_init(struct records_builder *b, int level)
{
    *b = (struct records_builder){.packer = deflate_packer_new(level)};
    buffer_init(&b->sizes, UINT32_MAX);
    buffer_init(&b->bytes, UINT32_MAX);
    buffer_init(&b->packed, SIZE_MAX / 2);
    buffer_init(&b->index, SIZE_MAX / 2);
}

void records_builder_free(struct records_builder *b)
{
    buffer_free(&b->sizes);
    buffer_free(&b->bytes);
    buffer_free(&b->packed);
    buffer_free(&b->index);
    deflate_packer_free(b->packer);
}

static enum status failure(const struct records_builder *b)
{
    enum status failed = b->sizes.failed ? b->sizes.failed : b->bytes.failed;
    failed = failed ? failed : b->packed.failed;
    return failed ? failed : b->index.failed;
}

enum status records_builder_finish(struct records_builder *b, struct sections_writer *w)
{
    uint8_t entry[RECORDS_ENTRY];
    if (b->first == b->next)
        return failure(b);
    store_le(entry, sections_size(w), 8);
    store_le(entry + 8, b->first, 4);
    buffer_append(&b->index, entry, sizeof entry);
    buffer_append(&b->sizes, b->bytes.data, b->bytes.size);
    buffer_clear(&b->packed);
    if (!b->packer)
        return STATUS_NO_MEMORY;
    struct slice plain = {b->sizes.data, b->sizes.size};
    if (failure(b) || deflate_pack(b->packer, plain, &b->packed, NULL))
        return failure(b);
    sections_write(w, b->packed.data, b->packed.size);
    buffer_clear(&b->sizes);
    buffer_clear(&b->bytes);
    b->first = b->next;
    return STATUS_OK;
}

enum status records_builder_add(struct records_builder *b, struct slice record,
                                struct sections_writer *w)
{
    buffer_append_varint(&b->sizes, record.size);
    buffer_append(&b->bytes, record.data, record.size);
    b->next++;
    return b->bytes.size >= RECORDS_BLOCK_BYTES ? records_builder_finish(b, w)
                                                : failure(b);
}

enum status records_builder_copy(struct records_builder *b, struct slice block,
                                 uint32_t count, struct sections_writer *w)
{
    enum status status = records_builder_finish(b, w);
    uint8_t entry[RECORDS_ENTRY];
    store_le(entry, sections_size(w), 8);
    store_le(entry + 8, b->first, 4);
    buffer_append(&b->index, entry, sizeof entry);
    sections_write(w, block.data, block.size);
    b->next += count;
    b->first = b->next;
    return status ? status : failure(b);
}

/* --- reading --- */

static const uint8_t *entry_of(const struct sealed_reader *r, size_t block)
{
    return (const uint8_t *)r->sections.items[SECTION_RECORD_INDEX].data +
           block * RECORDS_ENTRY;
}

bool records_block(const struct sealed_reader *r, uint32_t document, struct slice *block,
                   uint32_t *first, uint32_t *count)
{
    struct slice records = r->sections.items[SECTION_RECORDS];
    size_t blocks = r->sections.items[SECTION_RECORD_INDEX].size / RECORDS_ENTRY;
    size_t low = 0, high = blocks;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (load_le32(entry_of(r, middle) + 8) <= document)
            low = middle;
        else
            high = middle;
    }
    if (blocks == 0)
        return false;
    bool last = low + 1 == blocks;
    uint64_t from = load_le64(entry_of(r, low));
    uint64_t to = last ? records.size : load_le64(entry_of(r, low + 1));
    uint32_t end =
        last ? r->sections.facts.documents : load_le32(entry_of(r, low + 1) + 8);
    *first = load_le32(entry_of(r, low) + 8);
    *count = end - *first;
    if (from > to || to > records.size || *first > document || end <= document ||
        end > r->sections.facts.documents)
        return false;
    *block = (struct slice){records.data + from, (size_t)(to - from)};
    return true;
}

bool records_find(const struct buffer *plain, uint32_t i, uint32_t count,
                  struct slice *record)
{
    const char *at = plain->data, *end = at + plain->size;
    uint64_t start = 0, size = 0, number;
    for (uint32_t k = 0; k < count; k++) {
        if (!buffer_read_varint(&at, end, &number) || number > plain->size)
            return false;
        start += k < i ? number : 0;
        size = k == i ? number : size;
    }
    if (start > (uint64_t)(end - at) || size > (uint64_t)(end - at) - start)
        return false;
    *record = (struct slice){at + start, (size_t)size};
    return true;
}

/* A block that is larger, of one long record, is not kept. */
enum { KEPT_BYTES_MAX = 4 * RECORDS_BLOCK_BYTES };

void sealed_unpacked_free(struct sealed_unpacked *u)
{
    for (size_t i = 0; i < SEALED_UNPACKED; i++)
        buffer_free(&u->blocks[i].plain);
    *u = (struct sealed_unpacked){.clock = 0};
}

/* The block, or the one that was not used for longest, which gives way to it. */
static struct sealed_unpacked_block *place_of(struct sealed_unpacked *u,
                                              const char *packed)
{
    struct sealed_unpacked_block *place = &u->blocks[0];
    for (size_t i = 0; i < SEALED_UNPACKED; i++) {
        struct sealed_unpacked_block *b = &u->blocks[i];
        if (b->packed == packed)
            return b;
        if (b->used_at < place->used_at)
            place = b;
    }
    return place;
}

static enum status unpack_into(struct sealed_unpacked *u, struct slice block,
                               struct sealed_unpacked_block **out)
{
    struct sealed_unpacked_block *b = *out = place_of(u, block.data);
    b->used_at = ++u->clock;
    if (b->packed == block.data)
        return STATUS_OK;
    b->packed = NULL;
    if (b->plain.capacity > KEPT_BYTES_MAX)
        buffer_free(&b->plain);
    if (b->plain.max_size == 0)
        buffer_init(&b->plain, UINT32_MAX);
    buffer_clear(&b->plain);
    enum status status = deflate_unpack(block, &b->plain, NULL);
    if (!status && b->plain.size <= KEPT_BYTES_MAX)
        b->packed = block.data;
    return status;
}

enum status sealed_record(const struct sealed_reader *r, struct sealed_unpacked *unpacked,
                          uint32_t docid, struct buffer *record, struct status_error *err)
{
    struct sealed_unpacked_block *b = NULL;
    struct slice block, found;
    uint32_t first, count, document = docid - 1;
    enum status status = STATUS_CORRUPT;
    if (records_block(r, document, &block, &first, &count))
        status = unpack_into(unpacked, block, &b);
    if (!status && !records_find(&b->plain, document - first, count, &found))
        status = STATUS_CORRUPT;
    if (!status)
        status = buffer_append(record, found.data, found.size);
    if (status == STATUS_CORRUPT)
        return sealed_damaged(r, "a stored article", err);
    return status ? status_set(err, status, "%s", status_text(status)) : STATUS_OK;
}
