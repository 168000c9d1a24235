/* language_news.h - small articles made up from a seed, in which words of few stems meet
 * often: in headlines, sentences, paragraphs, quotations. */
#ifndef TESTS_DIFFERENTIAL_LANGUAGE_NEWS_H
#define TESTS_DIFFERENTIAL_LANGUAGE_NEWS_H

#include "tests/differential/random_news.h"

enum { STORY_LINKS_MAX = 3, STORY_DAY_SIZE = 16 };

struct story {
    unsigned number; /* 7: the id is a7 */
    char *title, *summary, *body;
    char *links[STORY_LINKS_MAX];
    size_t link_count;
    bool links_in_body;           /* as a block at its end, which `body` is without */
    const char *source, *section; /* NULL: it has none */
    char day[STORY_DAY_SIZE];     /* 2024-03-05, or empty */
};

void story_make(struct news *n, unsigned number, struct story *out);
void story_free(struct story *s);

/* Appends the article as a line of JSON. */
void story_print(const struct story *s, struct buffer *out);

/* A word of the stories, common ones more often; one that a bag may leave out or not. */
const char *story_word(struct news *n);

/* The words that a bag of others leaves out. */
bool story_is_stop_word(const char *word);

const char *story_source(struct news *n);
const char *story_section(struct news *n);

/* A day, month or year of the stories. */
void story_span(struct news *n, char span[STORY_DAY_SIZE]);

/* Appends some words as they follow each other in a story, without quotation marks. */
void story_extract(struct news *n, const struct story *s, struct buffer *out);

#endif
