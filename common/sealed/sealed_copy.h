/* sealed_copy.h - how the merger writes documents: records apart from the rest, in whole
 * blocks where it can; for this folder only. */
#ifndef COMMON_SEALED_SEALED_COPY_H
#define COMMON_SEALED_SEALED_COPY_H

#include "common/sealed/sealed.h"

/* Adds the next document without a record. */
enum status sealed_writer_bare_document(struct sealed_writer *w,
                                        const struct sealed_document *document,
                                        const struct sealed_positions *boundaries,
                                        struct status_error *err);

/* Adds the next record, or a packed block of count records. */
enum status sealed_writer_record(struct sealed_writer *w, struct slice record,
                                 struct status_error *err);
enum status sealed_writer_records(struct sealed_writer *w, struct slice block,
                                  uint32_t count, struct status_error *err);

#endif
