#include "indexer/html/html.h"

#include "common/text/zones.h"
#include "indexer/html/metadata.h"
#include "indexer/html/sgml.h"

#include <stdlib.h>

void html_free(struct html *h)
{
    page_free(&h->page);
    free(h->parts);
    buffer_free(&h->body);
}

/* The innermost row or list around a block, or PAGE_NONE. */
static uint32_t around(const struct page *p, const struct page_block *b, uint32_t kinds)
{
    uint32_t e = b->element;
    while (e != PAGE_NONE && !(p->elements[e].kind & kinds))
        e = p->elements[e].parent;
    return e;
}

/* What stands between two blocks: those of a row in a line, rows and items in lines of
 * their own, paragraphs set apart. */
static const char *gap(const struct page *p, const struct page_block *a,
                       const struct page_block *b)
{
    uint32_t row = around(p, a, PAGE_ROW), item = around(p, a, PAGE_ITEM);
    uint32_t table = around(p, a, PAGE_TABLE), list = around(p, a, PAGE_LIST);
    if (row != PAGE_NONE && row == around(p, b, PAGE_ROW))
        return "\t";
    if (table != PAGE_NONE && table == around(p, b, PAGE_TABLE))
        return "\n";
    if (list != PAGE_NONE && list == around(p, b, PAGE_LIST) &&
        item != around(p, b, PAGE_ITEM))
        return "\n";
    return "\n\n";
}

static enum status add_body(struct html *h, struct article *a, struct slice declared)
{
    enum { SHORT = 250 };
    const struct page *p = &h->page;
    const struct page_block *last = NULL;
    buffer_clear(&h->body);
    for (size_t i = 0; i < p->block_count; i++) {
        const struct page_block *b = &p->blocks[i];
        struct slice text = page_block_text(p, b);
        if (h->parts[i] != MAIN_TEXT_BODY)
            continue;
        if (last)
            buffer_append_text(&h->body, gap(p, last, b));
        buffer_append(&h->body, text.data, text.size);
        last = b;
    }
    if (h->body.size < SHORT && declared.size > 2 * h->body.size) {
        buffer_clear(&h->body);
        sgml_append_text(&h->body, declared);
    }
    struct slice body = {buffer_text(&h->body), h->body.size};
    if (h->body.failed)
        return h->body.failed;
    return body.size > 0 ? article_add_borrowed(a, ARTICLE_BODY, body) : STATUS_OK;
}

static enum status add_related(struct html *h, struct slice address, struct article *a)
{
    const struct page *p = &h->page;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < p->block_count && !status; i++) {
        const struct page_block *b = &p->blocks[i];
        struct slice text = page_block_text(p, b), url;
        if (h->parts[i] != MAIN_TEXT_RELATED)
            continue;
        size_t label = text_related_label(text);
        text = slice_trim((struct slice){text.data + label, text.size - label});
        status = metadata_resolve(p, address, p->links[b->link], a, &url);
        if (!status)
            status = article_add_borrowed(a, ARTICLE_RELATED, text);
        if (!status)
            status = article_add_borrowed(a, ARTICLE_RELATED_URL, url);
    }
    return status;
}

enum status html_read(struct html *h, struct slice text, struct slice address,
                      const struct page_limits *limits, struct article *a)
{
    struct slice declared;
    h->body.max_size = (size_t)1 << 30;
    enum status status = page_parse(&h->page, text, limits);
    if (!status && h->page.block_count > h->part_capacity) {
        void *parts = buffer_grow_array(h->parts, &h->part_capacity, h->page.block_count,
                                        sizeof *h->parts);
        if (parts)
            h->parts = parts;
        else
            status = STATUS_NO_MEMORY;
    }
    if (!status)
        status = main_text_find(&h->page, h->parts);
    if (!status)
        status = metadata_read(&h->page, address, a, &declared);
    if (!status)
        status = add_body(h, a, declared);
    return status ? status : add_related(h, address, a);
}
