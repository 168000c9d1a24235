/* zones.h - the shape of a news text: paragraphs, sentences, quotations, related block.
 */
#ifndef COMMON_TEXT_ZONES_H
#define COMMON_TEXT_ZONES_H

#include "common/slice.h"
#include "common/status.h"

#include <stdint.h>

/* Bytes start to end - 1 of a text. */
struct text_span {
    uint32_t start, end;
};

struct text_spans {
    struct text_span *items;
    size_t count;
    size_t capacity;
};

/* The structure of a body. Sentences lie within paragraphs; quotations may span several.
 * A quotation's span is what stands between its marks. */
struct text_zones {
    struct text_spans paragraphs;
    struct text_spans sentences;
    struct text_spans quotes;
};

void text_zones_free(struct text_zones *z);

/* Finds the zones of text (below 4 GiB); what z held before is replaced. */
enum status text_zones_find(struct text_zones *z, struct slice text);

/* The size of a label such as `Read more:` that the line begins with: with its colon, or
 * all of the line when it has none; 0 when it begins with no label. */
size_t text_related_label(struct slice line);

/* Looks for a final block that begins with a line such as `Read more:` and holds short
 * lines. Returns the size of the text before it (trailing blanks cut) and the headlines
 * of the block without their bullets in items (replaced); all of the text when there is
 * none. */
enum status text_find_related(struct slice text, struct text_spans *items,
                              size_t *body_size);

#endif
