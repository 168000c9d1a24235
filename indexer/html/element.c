#include "indexer/html/element.h"

#include "indexer/html/page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct named_kind {
    const char *name;
    uint32_t kind;
};

/* Sorted. */
static const struct named_kind elements[] = {
    {"a", PAGE_LINK},
    {"address", PAGE_BLOCK},
    {"applet", PAGE_LEFT_OUT},
    {"article", PAGE_BLOCK | PAGE_ARTICLE},
    {"aside", PAGE_BLOCK | PAGE_ASIDE},
    {"audio", PAGE_LEFT_OUT},
    {"blockquote", PAGE_BLOCK | PAGE_QUOTE},
    {"body", PAGE_BLOCK},
    {"button", PAGE_LEFT_OUT},
    {"canvas", PAGE_LEFT_OUT},
    {"caption", PAGE_BLOCK | PAGE_CAPTION},
    {"center", PAGE_BLOCK},
    {"datalist", PAGE_LEFT_OUT},
    {"dd", PAGE_BLOCK},
    {"details", PAGE_BLOCK},
    {"dialog", PAGE_BLOCK | PAGE_ASIDE},
    {"div", PAGE_BLOCK},
    {"dl", PAGE_BLOCK},
    {"dt", PAGE_BLOCK},
    {"embed", PAGE_LEFT_OUT},
    {"fieldset", PAGE_BLOCK},
    {"figcaption", PAGE_BLOCK | PAGE_CAPTION},
    {"figure", PAGE_BLOCK},
    {"footer", PAGE_BLOCK | PAGE_ASIDE},
    {"form", PAGE_BLOCK},
    {"frameset", PAGE_LEFT_OUT},
    {"h1", PAGE_BLOCK | PAGE_HEADING},
    {"h2", PAGE_BLOCK | PAGE_HEADING},
    {"h3", PAGE_BLOCK | PAGE_HEADING},
    {"h4", PAGE_BLOCK | PAGE_HEADING},
    {"h5", PAGE_BLOCK | PAGE_HEADING},
    {"h6", PAGE_BLOCK | PAGE_HEADING},
    {"head", PAGE_LEFT_OUT},
    {"header", PAGE_BLOCK},
    {"hgroup", PAGE_BLOCK},
    {"hr", PAGE_BLOCK},
    {"html", PAGE_BLOCK},
    {"iframe", PAGE_LEFT_OUT},
    {"legend", PAGE_BLOCK},
    {"li", PAGE_BLOCK | PAGE_ITEM},
    {"main", PAGE_BLOCK | PAGE_ARTICLE},
    {"map", PAGE_LEFT_OUT},
    {"math", PAGE_LEFT_OUT},
    {"menu", PAGE_BLOCK | PAGE_ASIDE},
    {"nav", PAGE_BLOCK | PAGE_ASIDE},
    {"noembed", PAGE_LEFT_OUT},
    {"noframes", PAGE_LEFT_OUT},
    {"noscript", PAGE_LEFT_OUT},
    {"object", PAGE_LEFT_OUT},
    {"ol", PAGE_BLOCK | PAGE_LIST},
    {"optgroup", PAGE_LEFT_OUT},
    {"option", PAGE_LEFT_OUT},
    {"p", PAGE_BLOCK | PAGE_PARAGRAPH},
    {"pre", PAGE_BLOCK},
    {"script", PAGE_LEFT_OUT},
    {"section", PAGE_BLOCK},
    {"select", PAGE_LEFT_OUT},
    {"style", PAGE_LEFT_OUT},
    {"summary", PAGE_BLOCK},
    {"svg", PAGE_LEFT_OUT},
    {"table", PAGE_BLOCK | PAGE_TABLE},
    {"tbody", PAGE_BLOCK},
    {"td", PAGE_BLOCK},
    {"template", PAGE_LEFT_OUT},
    {"textarea", PAGE_LEFT_OUT},
    {"tfoot", PAGE_BLOCK},
    {"th", PAGE_BLOCK},
    {"thead", PAGE_BLOCK},
    {"title", PAGE_LEFT_OUT},
    {"tr", PAGE_BLOCK | PAGE_ROW},
    {"ul", PAGE_BLOCK | PAGE_LIST},
    {"video", PAGE_LEFT_OUT},
};

static int compare_name(const void *name, const void *element)
{
    return strcmp(name, ((const struct named_kind *)element)->name);
}

uint32_t element_kind(const char *name)
{
    const struct named_kind *found =
        bsearch(name, elements, sizeof elements / sizeof *elements, sizeof *elements,
                compare_name);
    if (found)
        return found->kind;
    return strchr(name, '-') ? PAGE_BLOCK : 0;
}

/* Words of classes and ids. Sorted. */
static const struct named_kind hints[] = {
    {"ad", PAGE_CHROME},
    {"ads", PAGE_CHROME},
    {"adsense", PAGE_CHROME},
    {"advert", PAGE_CHROME},
    {"advertisement", PAGE_CHROME},
    {"advertising", PAGE_CHROME},
    {"alert", PAGE_CHROME},
    {"author", PAGE_CHROME},
    {"banner", PAGE_CHROME},
    {"bio", PAGE_CHROME},
    {"breadcrumb", PAGE_CHROME},
    {"breadcrumbs", PAGE_CHROME},
    {"byline", PAGE_CHROME},
    {"caption", PAGE_CAPTION},
    {"comment", PAGE_CHROME},
    {"comments", PAGE_CHROME},
    {"consent", PAGE_CHROME},
    {"cookie", PAGE_CHROME},
    {"cookies", PAGE_CHROME},
    {"copyright", PAGE_CHROME},
    {"credit", PAGE_CAPTION},
    {"dateline", PAGE_CHROME},
    {"disqus", PAGE_CHROME},
    {"footer", PAGE_CHROME},
    {"gdpr", PAGE_CHROME},
    {"hidden", PAGE_CHROME},
    {"login", PAGE_CHROME},
    {"masthead", PAGE_CHROME},
    {"menu", PAGE_CHROME},
    {"meta", PAGE_CHROME},
    {"modal", PAGE_CHROME},
    {"nav", PAGE_CHROME},
    {"navbar", PAGE_CHROME},
    {"navigation", PAGE_CHROME},
    {"newsletter", PAGE_CHROME},
    {"outbrain", PAGE_CHROME},
    {"overlay", PAGE_CHROME},
    {"paywall", PAGE_CHROME},
    {"pager", PAGE_CHROME},
    {"pagination", PAGE_CHROME},
    {"popular", PAGE_CHROME},
    {"popup", PAGE_CHROME},
    {"print", PAGE_CHROME},
    {"promo", PAGE_CHROME},
    {"recirc", PAGE_CHROME},
    {"recommended", PAGE_CHROME},
    {"related", PAGE_CHROME | PAGE_RELATED},
    {"respond", PAGE_CHROME},
    {"rss", PAGE_CHROME},
    {"share", PAGE_CHROME},
    {"sharing", PAGE_CHROME},
    {"sidebar", PAGE_CHROME},
    {"signup", PAGE_CHROME},
    {"social", PAGE_CHROME},
    {"sponsor", PAGE_CHROME},
    {"sponsored", PAGE_CHROME},
    {"subscribe", PAGE_CHROME},
    {"subscription", PAGE_CHROME},
    {"taboola", PAGE_CHROME},
    {"tags", PAGE_CHROME},
    {"timestamp", PAGE_CHROME},
    {"toolbar", PAGE_CHROME},
    {"trending", PAGE_CHROME},
    {"widget", PAGE_CHROME},
};

/* The hint of one class or id, of up to four words in any spelling (`share-box`,
 * `shareBox`); longer ones are made of headings and mean nothing. */
static uint32_t hint_of_name(const char *name, size_t size)
{
    enum { WORDS_MAX = 4, LETTERS_MAX = 24 };
    char word[LETTERS_MAX + 1];
    size_t letters = 0, words = 0;
    uint32_t hint = 0;
    for (size_t i = 0; i <= size; i++) {
        bool letter = i < size && isalpha((unsigned char)name[i]);
        bool turn = letter && isupper((unsigned char)name[i]) && i > 0 &&
                    islower((unsigned char)name[i - 1]);
        if ((!letter || turn) && letters > 0) {
            word[letters <= LETTERS_MAX ? letters : 0] = '\0';
            const struct named_kind *found = bsearch(
                word, hints, sizeof hints / sizeof *hints, sizeof *hints, compare_name);
            hint |= found ? found->kind : 0;
            letters = 0;
            words++;
        }
        if (letter && letters < LETTERS_MAX)
            word[letters] = (char)tolower((unsigned char)name[i]);
        letters += letter;
    }
    return words <= WORDS_MAX ? hint : 0;
}

uint32_t element_hint(const char *names)
{
    uint32_t hint = 0;
    while (*names) {
        size_t size = strcspn(names, " \t\r\n\f");
        hint |= hint_of_name(names, size);
        names += size + (names[size] != '\0');
    }
    return hint;
}
