/* records.h - stored records in compressed blocks; for this folder only.
 *
 * A block, as packed by deflate_pack, is the size of its plain bytes (varint) and a zlib
 * stream of them: the size of each record (varint), then the records. The index has 12
 * bytes for a block: its place (8) and the docid of its first record less 1 (4). */
#ifndef COMMON_SEALED_RECORDS_H
#define COMMON_SEALED_RECORDS_H

#include "common/sealed/sealed_file.h"

enum { RECORDS_BLOCK_BYTES = 32 << 10, RECORDS_ENTRY = 12 };

struct records_builder {
    struct buffer sizes, bytes, packed, index;
    uint32_t first, next;          /* documents of the block at hand */
    struct deflate_packer *packer; /* NULL: no memory */
};

void records_builder_init(struct records_builder *b, int level);
void records_builder_free(struct records_builder *b);

/* Adds the next record; writes a block to the section when it is full. */
enum status records_builder_add(struct records_builder *b, struct slice record,
                                struct sections_writer *w);

/* Adds a block of another file as it stands, with its count of records. */
enum status records_builder_copy(struct records_builder *b, struct slice block,
                                 uint32_t count, struct sections_writer *w);

/* The block of a file that holds a document (counted from 0); its first document and how
 * many it has. False when the file is damaged. */
bool records_block(const struct sealed_reader *r, uint32_t document, struct slice *block,
                   uint32_t *first, uint32_t *count);

/* The record i of the plain bytes (deflate_unpack) of a block of count records. False
 * when they are damaged. */
bool records_find(const struct buffer *plain, uint32_t i, uint32_t count,
                  struct slice *record);

/* Writes the last block. */
enum status records_builder_finish(struct records_builder *b, struct sections_writer *w);

#endif
