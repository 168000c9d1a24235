#include "searcher/match/wide.h"

#include "common/text/fold.h"
#include "common/text/utf8.h"

#include <string.h>

unsigned wide_letters(struct slice text, uint32_t letters[WIDE_LETTERS_MAX])
{
    unsigned count = 0;
    const char *end = text.data + text.size;
    for (size_t size, i = 0; i < text.size; i += size) {
        if (count == WIDE_LETTERS_MAX)
            return WIDE_LETTERS_MAX + 1;
        letters[count++] = utf8_decode(text.data + i, end, &size);
    }
    return count;
}

bool wide_read(struct wide_word *w, struct slice text, unsigned edits, bool exact)
{
    char folded[TEXT_WORD_MAX];
    struct slice word = {folded,
                         exact ? text_form(text, folded) : text_fold(text, folded)};
    *w = (struct wide_word){.edits = edits, .exact = exact};
    w->letter_count = wide_letters(word, w->letters);
    if (word.size > 0)
        utf8_decode(word.data, word.data + word.size, &w->first_size);
    memcpy(w->first, word.data, w->first_size);
    return w->letter_count > 0 && w->letter_count <= WIDE_LETTERS_MAX;
}

/* --- patterns --- */

/* Goes back to the last star when what follows it does not fit. */
static bool fits(const uint32_t *pattern, unsigned size, const uint32_t *word,
                 unsigned count)
{
    unsigned p = 0, i = 0, star = UINT32_MAX, from = 0;
    while (i < count) {
        if (p < size && pattern[p] == '*') {
            star = p++;
            from = i;
        } else if (p < size && (pattern[p] == '?' || pattern[p] == word[i])) {
            p++;
            i++;
        } else if (star != UINT32_MAX) {
            p = star + 1;
            i = ++from;
        } else {
            return false;
        }
    }
    while (p < size && pattern[p] == '*')
        p++;
    return p == size;
}

/* --- edits (Damerau's, in the form that touches no letter twice) --- */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned wide_distance(const uint32_t *a, unsigned a_count, const uint32_t *b,
                       unsigned b_count, unsigned most)
{
    unsigned rows[3][WIDE_LETTERS_MAX + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    if (a_count > b_count + most || b_count > a_count + most)
        return most + 1;
    for (unsigned k = 0; k <= b_count; k++)
        last[k] = k;
    for (unsigned i = 1; i <= a_count; i++) {
        unsigned best = row[0] = i;
        for (unsigned k = 1; k <= b_count; k++) {
            bool same = a[i - 1] == b[k - 1];
            row[k] = least(last[k - 1] + !same, least(last[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
            best = least(best, row[k]);
        }
        if (best > most)
            return most + 1;
        unsigned *swap = before;
        before = last;
        last = row;
        row = swap;
    }
    return least(last[b_count], most + 1);
}

bool wide_matches_folded(const struct wide_word *w, struct slice folded)
{
    uint32_t letters[WIDE_LETTERS_MAX];
    size_t most = 4 * (w->letter_count + w->edits); /* a letter has four bytes at most */
    if (w->edits > 0 && (folded.size > most || folded.size + w->edits < w->letter_count))
        return false;
    unsigned count = wide_letters(folded, letters);
    if (count > WIDE_LETTERS_MAX)
        return false;
    if (w->edits == 0)
        return fits(w->letters, w->letter_count, letters, count);
    for (unsigned i = 0; i < count; i++)
        if (letters[i] >= '0' && letters[i] <= '9')
            return false;
    return wide_distance(w->letters, w->letter_count, letters, count, w->edits) <=
           w->edits;
}

bool wide_matches(const struct wide_word *w, struct slice form)
{
    char folded[TEXT_WORD_MAX];
    if (w->exact)
        return wide_matches_folded(w, form);
    return wide_matches_folded(w, (struct slice){folded, text_fold(form, folded)});
}
