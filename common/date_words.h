/* date_words.h - dates as people say them. */
#ifndef COMMON_DATE_WORDS_H
#define COMMON_DATE_WORDS_H

#include "common/date.h"

/* Reads what date_parse_range reads, and English words for spans of days in UTC, in any
 * case, with blanks or hyphens between:
 *
 *   today, yesterday, tomorrow, now (the day)
 *   this | last | next week | month | year       of the calendar; weeks begin on Monday
 *   3 days | weeks | months | years ago          that day; a | an | one ... twelve
 *   last | past 7 days | ..., past week | ...    from so long ago to the end of today
 *   monday, last monday                          the last one up to today; before today
 *   march, last march, march 2025, q1 2025       the last one that has begun
 *
 * A month earlier has the same day, or its last one. now: the moment that it is. */
bool date_parse_words(const char *text, size_t size, int64_t now,
                      struct date_range *range);

#endif
