/* choices.h - the names that options and parameters choose by; NULL is the default. */
#ifndef SEARCHER_CLI_CHOICES_H
#define SEARCHER_CLI_CHOICES_H

#include <pressmark.h>

#define CHOICES_SORT     "relevance|newest|oldest"
#define CHOICES_DIALECT  "nexis|factiva"
#define CHOICES_COLLAPSE "duplicates|none"
#define CHOICES_TIMELINE "day|week|month|year"

enum pressmark_sort choice_sort(const char *name);
enum pressmark_dialect choice_dialect(const char *name);
enum pressmark_collapse choice_collapse(const char *name);
enum pressmark_timeline choice_timeline(const char *name);

#endif
