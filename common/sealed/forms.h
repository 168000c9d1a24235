/* forms.h - the list of a word's forms as bytes; for this folder only. */
#ifndef COMMON_SEALED_FORMS_H
#define COMMON_SEALED_FORMS_H

#include "common/arena.h"
#include "common/sealed/sealed.h"

/* Appends the list. Each form is a byte: bits 0-1 its case (0 as spelled, 1 a capital
 * first, 2 all capitals), bits 2-4 how many bytes the stem loses (7: all), bits 5-6 how
 * many bytes follow (3: a byte with the number comes before them), bit 7 set on the last
 * form. Of two forms or more, their document frequencies follow (varint). */
void form_list_put(struct buffer *out, struct slice stem, const struct sealed_form *forms,
                   size_t count);

/* Reads a list and moves *at behind it; texts are copied into arena, and the frequency of
 * a single form is doc_freq. NULL when the list is damaged or there is no memory. */
struct sealed_form *form_list_get(const uint8_t **at, const uint8_t *end,
                                  struct slice stem, uint32_t doc_freq,
                                  struct arena *arena, size_t *count);

/* Passes over a list; its number of forms, 0 when it is damaged. */
size_t form_list_skip(const uint8_t **at, const uint8_t *end);

#endif
