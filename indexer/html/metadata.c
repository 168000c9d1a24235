#include "indexer/html/metadata.h"

#include "common/date.h"
#include "indexer/html/ld_json.h"
#include "indexer/html/sgml.h"

#include <ctype.h>
#include <libxml/uri.h>
#include <strings.h>

/* Names of <meta>, best first: those of Open Graph, Dublin Core and the makers of sites.
 */
static const struct {
    enum article_field field;
    const char *name;
} metas[] = {
    {ARTICLE_TITLE, "og:title"},
    {ARTICLE_TITLE, "twitter:title"},
    {ARTICLE_TITLE, "dc.title"},
    {ARTICLE_TITLE, "dcterms.title"},
    {ARTICLE_TITLE, "parsely-title"},
    {ARTICLE_TITLE, "sailthru.title"},
    {ARTICLE_TITLE, "headline"},
    {ARTICLE_TITLE, "title"},
    {ARTICLE_DATE, "article:published_time"},
    {ARTICLE_DATE, "article:published"},
    {ARTICLE_DATE, "og:published_time"},
    {ARTICLE_DATE, "datePublished"},
    {ARTICLE_DATE, "parsely-pub-date"},
    {ARTICLE_DATE, "sailthru.date"},
    {ARTICLE_DATE, "article.published"},
    {ARTICLE_DATE, "published-date"},
    {ARTICLE_DATE, "publish-date"},
    {ARTICLE_DATE, "publishdate"},
    {ARTICLE_DATE, "publish_date"},
    {ARTICLE_DATE, "publication_date"},
    {ARTICLE_DATE, "publicationdate"},
    {ARTICLE_DATE, "pubdate"},
    {ARTICLE_DATE, "pdate"},
    {ARTICLE_DATE, "ptime"},
    {ARTICLE_DATE, "OriginalPublicationDate"},
    {ARTICLE_DATE, "cXenseParse:recs:publishtime"},
    {ARTICLE_DATE, "cXenseParse:publishtime"},
    {ARTICLE_DATE, "article_date_original"},
    {ARTICLE_DATE, "dc.date.issued"},
    {ARTICLE_DATE, "dcterms.issued"},
    {ARTICLE_DATE, "dcterms.created"},
    {ARTICLE_DATE, "dc.date.created"},
    {ARTICLE_DATE, "dc.date"},
    {ARTICLE_DATE, "dcterms.date"},
    {ARTICLE_DATE, "citation_publication_date"},
    {ARTICLE_DATE, "citation_date"},
    {ARTICLE_DATE, "DisplayDate"},
    {ARTICLE_DATE, "date"},
    {ARTICLE_UPDATED, "article:modified_time"},
    {ARTICLE_UPDATED, "og:updated_time"},
    {ARTICLE_UPDATED, "dateModified"},
    {ARTICLE_UPDATED, "dcterms.modified"},
    {ARTICLE_UPDATED, "last-modified"},
    {ARTICLE_SUMMARY, "og:description"},
    {ARTICLE_SUMMARY, "description"},
    {ARTICLE_SUMMARY, "dc.description"},
    {ARTICLE_SUMMARY, "twitter:description"},
    {ARTICLE_SOURCE, "og:site_name"},
    {ARTICLE_SOURCE, "dc.publisher"},
    {ARTICLE_SOURCE, "application-name"},
    {ARTICLE_AUTHOR, "author"},
    {ARTICLE_AUTHOR, "article:author"},
    {ARTICLE_AUTHOR, "parsely-author"},
    {ARTICLE_AUTHOR, "sailthru.author"},
    {ARTICLE_AUTHOR, "dc.creator"},
    {ARTICLE_AUTHOR, "dcterms.creator"},
    {ARTICLE_AUTHOR, "byl"},
    {ARTICLE_SECTION, "article:section"},
    {ARTICLE_SECTION, "parsely-section"},
    {ARTICLE_TAGS, "article:tag"},
    {ARTICLE_TAGS, "news_keywords"},
    {ARTICLE_TAGS, "keywords"},
    {ARTICLE_TAGS, "parsely-tags"},
    {ARTICLE_URL, "og:url"},
    {ARTICLE_LANGUAGE, "og:locale"},
};

static bool begins_with(struct slice text, const char *with)
{
    return text.size >= strlen(with) && strncasecmp(text.data, with, strlen(with)) == 0;
}

static bool is_web_address(struct slice text)
{
    return (text.size > 7 && begins_with(text, "http://")) ||
           (text.size > 8 && begins_with(text, "https://"));
}

/* Without `By`; an address is no name. */
static struct slice clean_author(struct slice name)
{
    if (begins_with(name, "By "))
        name = slice_trim((struct slice){name.data + 3, name.size - 3});
    return is_web_address(name) ? (struct slice){0} : name;
}

/* `en` of `en-US` or `en_US`. */
static struct slice clean_language(struct slice code)
{
    for (size_t i = 0; i < code.size; i++)
        if (!isalpha((unsigned char)code.data[i]))
            code.size = i;
    return code.size < 2 || code.size > 8 ? (struct slice){0} : code;
}

static enum status add_clean(struct article *a, enum article_field field,
                             struct slice value)
{
    if (field == ARTICLE_AUTHOR)
        value = clean_author(value);
    if (field == ARTICLE_LANGUAGE)
        value = clean_language(value);
    if (field == ARTICLE_SOURCE && is_web_address(value))
        value.size = 0;
    for (size_t i = 0; i < a->fields[field].count; i++)
        if (slice_equal(a->fields[field].items[i], value))
            return STATUS_OK;
    return value.size > 0 ? article_add(a, field, value) : STATUS_OK;
}

static enum status add_keywords(struct article *a, struct slice words)
{
    enum status status = STATUS_OK;
    while (words.size > 0 && !status) {
        size_t n = 0;
        while (n < words.size && words.data[n] != ',' && words.data[n] != ';')
            n++;
        status = add_clean(a, ARTICLE_TAGS, slice_trim((struct slice){words.data, n}));
        n += n < words.size;
        words.data += n;
        words.size -= n;
    }
    return status;
}

enum status metadata_add(struct article *a, enum article_field field, struct slice value)
{
    int64_t moment;
    struct buffer text = BUFFER_INIT((size_t)1 << 30);
    bool is_date = field == ARTICLE_DATE || field == ARTICLE_UPDATED;
    struct slice had = article_text(a, field);
    bool is_better = is_date && had.size > 0 &&
                     !date_parse(had.data, had.size, &moment) &&
                     date_parse(value.data, value.size, &moment);
    if (is_date && begins_with(value, "0001-01-01")) /* what .NET has for none */
        return STATUS_OK;
    if (is_better)
        a->fields[field].count = 0;
    if (a->fields[field].count > 0 && !article_field_is_list(field))
        return STATUS_OK;
    sgml_append_text(&text, value);
    value = slice_trim((struct slice){buffer_text(&text), text.size});
    enum status status = text.failed;
    if (!status)
        status =
            field == ARTICLE_TAGS ? add_keywords(a, value) : add_clean(a, field, value);
    buffer_free(&text);
    return status;
}

/* --- addresses --- */

static bool is_root(struct slice address)
{
    const char *path = memchr(address.data + 8, '/', address.size - 8);
    return !path || path + 1 == address.data + address.size;
}

static struct slice base_of(const struct page *p, struct slice address)
{
    for (size_t i = 0; i < p->fact_count; i++)
        if (p->facts[i].kind == PAGE_BASE && is_web_address(p->facts[i].value))
            return p->facts[i].value;
    if (address.size > 0)
        return address;
    for (size_t i = 0; i < p->fact_count; i++)
        if (p->facts[i].kind == PAGE_CANONICAL && is_web_address(p->facts[i].value))
            return p->facts[i].value;
    return address;
}

enum status metadata_resolve(const struct page *p, struct slice address,
                             struct slice link, struct article *a, struct slice *out)
{
    struct slice base = base_of(p, address);
    const char *base_text = arena_copy(&a->arena, base.data, base.size);
    struct slice trimmed = slice_trim(link);
    const char *link_text = arena_copy(&a->arena, trimmed.data, trimmed.size);
    *out = (struct slice){0};
    if (!base_text || !link_text)
        return STATUS_NO_MEMORY;
    if (is_web_address(trimmed)) {
        *out = (struct slice){link_text, trimmed.size};
        return STATUS_OK;
    }
    if (base.size == 0)
        return STATUS_OK;
    xmlChar *built = xmlBuildURI((const xmlChar *)link_text, (const xmlChar *)base_text);
    struct slice whole = slice_of((const char *)built);
    enum status status = STATUS_OK;
    if (built && is_web_address(whole)) {
        out->data = arena_copy(&a->arena, whole.data, whole.size);
        out->size = out->data ? whole.size : 0;
        status = out->data ? STATUS_OK : STATUS_NO_MEMORY;
    }
    xmlFree(built);
    return status;
}

/* The canonical address, unless it is the site's own, which some give for every page. */
static enum status add_url(const struct page *p, struct slice address, struct article *a)
{
    struct slice url = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < p->fact_count && url.size == 0 && !status; i++)
        if (p->facts[i].kind == PAGE_CANONICAL)
            status = metadata_resolve(p, address, p->facts[i].value, a, &url);
    if (url.size == 0)
        url = article_text(a, ARTICLE_URL);
    if (!is_web_address(url) || (is_root(url) && is_web_address(address)))
        url = address;
    a->fields[ARTICLE_URL].count = 0;
    return !status && url.size > 0 ? article_add(a, ARTICLE_URL, url) : status;
}

static size_t size_before(struct slice text, const char *marks)
{
    size_t n = 0;
    while (n < text.size && !strchr(marks, text.data[n]))
        n++;
    return n;
}

/* A page that names no source comes from its site. */
static enum status add_site(struct article *a)
{
    struct slice url = article_text(a, ARTICLE_URL);
    if (a->fields[ARTICLE_SOURCE].count > 0 || !is_web_address(url))
        return STATUS_OK;
    const char *host = (const char *)memchr(url.data, '/', url.size) + 2;
    struct slice site = {host, url.size - (size_t)(host - url.data)};
    site.size = size_before(site, "/?#:");
    if (begins_with(site, "www."))
        site = (struct slice){site.data + 4, site.size - 4};
    return site.size > 0 ? article_add(a, ARTICLE_SOURCE, site) : STATUS_OK;
}

/* --- titles --- */

/* What stands before the last ` - `, ` | ` and the like; all of it when nothing does. */
static struct slice before_separator(struct slice title)
{
    static const char *const separators[] = {
        " - ", " | ", " \u2013 ", " \u2014 ", " \u00BB ", " \u00B7 ", " :: ", " \u2022 "};
    for (size_t at = title.size; at-- > 1;)
        for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
            size_t n = strlen(separators[i]);
            if (title.size - at > n && memcmp(title.data + at, separators[i], n) == 0)
                return (struct slice){title.data, at};
        }
    return title;
}

static unsigned count_words(struct slice text)
{
    unsigned words = 0;
    for (size_t i = 0; i < text.size; i++)
        words += text.data[i] != ' ' && (i == 0 || text.data[i - 1] == ' ');
    return words;
}

/* A title often ends in the name of the site. */
static enum status cut_site_name(struct article *a)
{
    struct slice title = article_text(a, ARTICLE_TITLE);
    struct slice site = article_text(a, ARTICLE_SOURCE);
    struct slice front = before_separator(title);
    if (site.size == 0 || front.size == title.size || title.size < site.size)
        return STATUS_OK;
    const char *end = title.data + title.size - site.size;
    if (end <= title.data + front.size || strncasecmp(end, site.data, site.size) != 0)
        return STATUS_OK;
    return article_set_borrowed(a, ARTICLE_TITLE, slice_trim(front));
}

/* The title of the window: a heading that it begins with, else what stands before the
 * name of the site. */
static enum status add_window_title(const struct page *p, struct article *a,
                                    struct slice title)
{
    for (size_t i = 0; i < p->block_count; i++) {
        const struct page_block *b = &p->blocks[i];
        struct slice text = page_block_text(p, b);
        if (b->element != PAGE_NONE && (p->elements[b->element].kind & PAGE_HEADING) &&
            count_words(text) > 2 && text.size <= title.size &&
            memcmp(text.data, title.data, text.size) == 0)
            return article_add(a, ARTICLE_TITLE, text);
    }
    struct slice front = before_separator(title);
    return article_add(a, ARTICLE_TITLE, count_words(front) > 2 ? front : title);
}

static enum status add_title(const struct page *p, struct article *a)
{
    struct buffer title = BUFFER_INIT(1 << 20);
    enum status status = cut_site_name(a);
    for (size_t i = 0; i < p->fact_count; i++)
        if (p->facts[i].kind == PAGE_TITLE && title.size == 0)
            sgml_append_text(&title, p->facts[i].value);
    struct slice text = slice_trim((struct slice){buffer_text(&title), title.size});
    if (!status && article_text(a, ARTICLE_TITLE).size == 0 && text.size > 0)
        status = add_window_title(p, a, text);
    for (size_t i = 0; i < p->block_count && !status; i++) {
        const struct page_block *b = &p->blocks[i];
        if (a->fields[ARTICLE_TITLE].count == 0 && b->element != PAGE_NONE &&
            (p->elements[b->element].kind & PAGE_HEADING))
            status = article_add(a, ARTICLE_TITLE, page_block_text(p, b));
    }
    buffer_free(&title);
    return status;
}

/* --- all of it --- */

static enum status add_metas(const struct page *p, struct article *a)
{
    bool had[ARTICLE_FIELD_COUNT] = {false};
    enum status status = STATUS_OK;
    for (int f = 0; f < ARTICLE_FIELD_COUNT; f++)
        had[f] = a->fields[f].count > 0;
    for (size_t m = 0; m < sizeof metas / sizeof *metas; m++) {
        enum article_field field = metas[m].field;
        bool is_list = article_field_is_list(field);
        for (size_t i = 0; i < p->fact_count && !status && !(is_list && had[field]); i++)
            if (p->facts[i].kind == PAGE_META &&
                p->facts[i].name.size == strlen(metas[m].name) &&
                strncasecmp(p->facts[i].name.data, metas[m].name,
                            p->facts[i].name.size) == 0)
                status = metadata_add(a, field, p->facts[i].value);
        had[field] = a->fields[field].count > 0;
    }
    return status;
}

static enum status add_kind(const struct page *p, enum page_fact_kind kind,
                            struct article *a, enum article_field field)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < p->fact_count && !status; i++)
        if (p->facts[i].kind == kind)
            status = metadata_add(a, field, p->facts[i].value);
    return status;
}

enum status metadata_read(const struct page *p, struct slice address, struct article *a,
                          struct slice *text)
{
    enum status status = STATUS_OK;
    *text = (struct slice){0};
    for (size_t i = 0; i < p->fact_count && !status; i++)
        if (p->facts[i].kind == PAGE_LD_JSON)
            status = ld_json_read(p->facts[i].value, a, text);
    if (!status)
        status = add_metas(p, a);
    if (!status)
        status = add_kind(p, PAGE_TIME, a, ARTICLE_DATE);
    if (!status)
        status = add_kind(p, PAGE_LANGUAGE, a, ARTICLE_LANGUAGE);
    if (!status)
        status = add_url(p, address, a);
    if (!status)
        status = add_title(p, a);
    return status ? status : add_site(a);
}
