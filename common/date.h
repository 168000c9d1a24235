/* date.h - moments and days, read from the forms that articles and people use.
 *
 * A moment is a count of seconds since 1970-01-01T00:00:00Z in the proleptic Gregorian
 * calendar, without leap seconds. A date without a zone is taken as UTC. */
#ifndef COMMON_DATE_H
#define COMMON_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An article without a date. */
#define DATE_NONE INT64_MIN

/* Years that are accepted: 1000 to 9999. */

/* A span of time: from (included) to before (excluded), in seconds. */
struct date_range {
    int64_t from;
    int64_t before;
};

/* Reads the date of an article: ISO 8601 (`2025-01-24`, `2025-01-24T10:30:00+02:00`, with
 * a space for the T, with fractions), RFC 822 (`Fri, 24 Jan 2025 10:30:00 GMT`), in
 * American order (`January 24, 2025 10:30 AM EST`), `YYYYMMDD`, `YYYYMMDDThhmmssZ`, or
 * seconds since 1970 (milliseconds when of 12 digits or more). Surrounding blanks are
 * skipped. False when the text is no date that can be. */
bool date_parse(const char *text, size_t size, int64_t *moment);

/* Reads `2025`, `2025-01`, `2025-01-24`, or a whole moment, as the span that it names. */
bool date_parse_range(const char *text, size_t size, struct date_range *range);

/* The moment of a civil day's start. month is 1 to 12; days beyond the month carry on. */
int64_t date_from_civil(int64_t year, unsigned month, unsigned day);

/* The civil date of a moment. */
void date_to_civil(int64_t moment, int64_t *year, unsigned *month, unsigned *day);

enum { DATE_TEXT_SIZE = 32 };

/* `2025-01-24` when the moment is a day's start, else `2025-01-24T10:30:00Z`; "" for
 * DATE_NONE. Returns text. */
const char *date_format(int64_t moment, char text[DATE_TEXT_SIZE]);

/* `2025-01-24`; "" for DATE_NONE. Returns text. */
const char *date_format_day(int64_t moment, char text[DATE_TEXT_SIZE]);

#endif
