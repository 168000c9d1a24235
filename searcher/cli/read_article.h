/* read_article.h - an article from standard input, for --related -. */
#ifndef SEARCHER_CLI_READ_ARTICLE_H
#define SEARCHER_CLI_READ_ARTICLE_H

#include <stddef.h>

/* The text of an article that is one JSON object, or plain text: its title and a blank
 * line before the rest. Owned by the caller. NULL when it cannot be read, with a message
 * in error. */
char *read_article(char *error, size_t error_size);

#endif
