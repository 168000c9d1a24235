#include "common/date.h"

#include "common/number.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400 };

/* A reader over the text; a failed read leaves `at` where it was. */
struct scan {
    const char *at;
    const char *end;
};

static bool scan_char(struct scan *s, const char *any)
{
    if (s->at == s->end || *s->at == '\0' || !strchr(any, *s->at))
        return false;
    s->at++;
    return true;
}

static size_t digits_ahead(const struct scan *s)
{
    size_t n = 0;
    while (s->at + n < s->end && s->at[n] >= '0' && s->at[n] <= '9')
        n++;
    return n;
}

/* Exactly `width` digits when width > 0. */
static bool scan_digits(struct scan *s, size_t width, unsigned *value)
{
    uint64_t v;
    if (digits_ahead(s) < width || !number_parse_unsigned(s->at, width, 9999, &v))
        return false;
    s->at += width;
    *value = (unsigned)v;
    return true;
}

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' ||
                              *s->at == '\r' || *s->at == ','))
        s->at++;
}

static void skip_letters(struct scan *s)
{
    while (s->at < s->end && ((*s->at | 0x20) >= 'a' && (*s->at | 0x20) <= 'z'))
        s->at++;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool day_exists(unsigned year, unsigned month, unsigned day)
{
    return year >= 1000 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

/* Howard Hinnant's days-from-civil: eras of 400 years that begin on 1 March. */
int64_t date_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era * 146097 + day_of_era - 719468) * DAY_S;
}

void date_to_civil(int64_t moment, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t z = moment / DAY_S - (moment % DAY_S < 0) + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
    *month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

/* `AM` or `PM` behind a time of twelve hours. */
static bool scan_half(struct scan *s, unsigned *h)
{
    struct scan at = *s;
    skip_blanks(&at);
    bool pm = scan_char(&at, "Pp");
    if (!pm && !scan_char(&at, "Aa"))
        return true;
    scan_char(&at, ".");
    if (!scan_char(&at, "Mm"))
        return true; /* the name of a zone */
    scan_char(&at, ".");
    if (*h == 0 || *h > 12)
        return false;
    *h = *h % 12 + (pm ? 12 : 0);
    *s = at;
    return true;
}

/* `hh:mm[:ss[.fff]]` or `hhmm[ss]`; 24:00 and leap seconds are let through. */
static bool scan_time(struct scan *s, int64_t *seconds)
{
    unsigned h, m, sec = 0;
    if (!scan_digits(s, digits_ahead(s) == 1 ? 1 : 2, &h))
        return false;
    bool colons = scan_char(s, ":");
    if (!colons && digits_ahead(s) == 0)
        m = 0;
    else if (!scan_digits(s, 2, &m))
        return false;
    if (colons ? scan_char(s, ":") : digits_ahead(s) >= 2) {
        if (!scan_digits(s, 2, &sec))
            return false;
        if (scan_char(s, ".,"))
            s->at += digits_ahead(s);
    }
    if (!scan_half(s, &h) || h > 24 || m > 59 || sec > 60)
        return false;
    *seconds = (int64_t)h * 3600 + m * 60 + sec;
    return true;
}

/* Nothing, `Z`, `+02:00`, `+0200`, `+02`, or a zone name of RFC 822. */
static bool scan_zone(struct scan *s, int64_t *offset)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"GMT", 0},  {"UTC", 0},  {"UT", 0},   {"Z", 0},    {"EST", -5},
                 {"EDT", -4}, {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6},
                 {"PST", -8}, {"PDT", -7}, {"BST", 1},  {"CET", 1},  {"CEST", 2}};
    skip_blanks(s);
    *offset = 0;
    if (s->at == s->end)
        return true;
    if (*s->at == '+' || *s->at == '-') {
        int sign = *s->at++ == '-' ? -1 : 1;
        unsigned h, m = 0;
        if (!scan_digits(s, 2, &h))
            return false;
        scan_char(s, ":");
        if (digits_ahead(s) >= 2 && !scan_digits(s, 2, &m))
            return false;
        *offset = sign * ((int64_t)h * 3600 + m * 60);
        return h <= 18 && m <= 59;
    }
    size_t left = (size_t)(s->end - s->at);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (strlen(zones[i].name) == left &&
            strncasecmp(s->at, zones[i].name, left) == 0) {
            s->at = s->end;
            *offset = zones[i].hours * 3600;
            return true;
        }
    }
    return false;
}

static bool scan_end(struct scan *s)
{
    skip_blanks(s);
    return s->at == s->end;
}

/* The rest of a date after its day: [T or blank, time, zone]. */
static bool finish_moment(struct scan *s, int64_t day, int64_t *moment)
{
    int64_t seconds = 0, offset = 0;
    skip_blanks(s);
    scan_char(s, "Tt");
    if (s->at < s->end && (!scan_time(s, &seconds) || !scan_zone(s, &offset)))
        return false;
    *moment = day + seconds - offset;
    return scan_end(s);
}

static bool parse_iso(struct scan s, int64_t *moment)
{
    unsigned y, m, d;
    if (!scan_digits(&s, 4, &y))
        return false;
    bool dashes = scan_char(&s, "-/.");
    if (!scan_digits(&s, 2, &m) || (dashes && !scan_char(&s, "-/.")) ||
        !scan_digits(&s, 2, &d) || !day_exists(y, m, d))
        return false;
    size_t more = digits_ahead(&s); /* YYYYMMDDhhmm, YYYYMMDDhhmmss */
    if (more > 0 && (dashes || (more != 4 && more != 6)))
        return false;
    return finish_moment(&s, date_from_civil(y, m, d), moment);
}

/* An English month, short or long, and what ends it; 0: none. */
static unsigned scan_month(struct scan *s)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    unsigned month = 0;
    if (s->end - s->at < 3)
        return 0;
    for (unsigned i = 0; i < 12; i++)
        if (strncasecmp(months + (size_t)3 * i, s->at, 3) == 0)
            month = i + 1;
    skip_letters(s);
    return month;
}

/* `November 19, 2019`, `Tue Nov. 19 2019, 7:47 PM EST`. */
static bool parse_american(struct scan s, int64_t *moment)
{
    unsigned y, d;
    struct scan first = s;
    unsigned month = scan_month(&s);
    if (month == 0) { /* a weekday */
        s = first;
        skip_letters(&s);
        scan_char(&s, ".");
        skip_blanks(&s);
        month = scan_month(&s);
    }
    scan_char(&s, ".");
    skip_blanks(&s);
    size_t width = digits_ahead(&s);
    if (month == 0 || width < 1 || width > 2 || !scan_digits(&s, width, &d))
        return false;
    skip_letters(&s); /* 19th */
    skip_blanks(&s);
    if (digits_ahead(&s) != 4 || !scan_digits(&s, 4, &y) || !day_exists(y, month, d))
        return false;
    return finish_moment(&s, date_from_civil(y, month, d), moment);
}

/* `Fri, 24 Jan 2025 10:30:00 GMT`; the weekday, the comma and the time may be absent. */
static bool parse_rfc822(struct scan s, int64_t *moment)
{
    unsigned y, d;
    if (digits_ahead(&s) == 0)
        skip_letters(&s);
    skip_blanks(&s);
    size_t width = digits_ahead(&s);
    if (width < 1 || width > 2 || !scan_digits(&s, width, &d))
        return false;
    skip_blanks(&s);
    if (!scan_char(&s, "-"))
        skip_blanks(&s);
    unsigned month = scan_month(&s);
    if (month == 0)
        return false;
    scan_char(&s, "-.");
    skip_blanks(&s);
    width = digits_ahead(&s);
    if (width == 2 && scan_digits(&s, 2, &y))
        y += y < 70 ? 2000 : 1900;
    else if (width != 4 || !scan_digits(&s, 4, &y))
        return false;
    if (!day_exists(y, month, d))
        return false;
    return finish_moment(&s, date_from_civil(y, month, d), moment);
}

/* Seconds since 1970, with an optional sign and fraction; 9 to 13 digits, so that neither
 * a year nor YYYYMMDD is taken for one. */
static bool parse_epoch(struct scan s, int64_t *moment)
{
    bool negative = scan_char(&s, "-");
    size_t n = digits_ahead(&s);
    uint64_t v;
    if (n < 9 || n > 13 || !number_parse_unsigned(s.at, n, INT64_MAX, &v))
        return false;
    s.at += n;
    if (scan_char(&s, "."))
        s.at += digits_ahead(&s);
    int64_t seconds = (int64_t)(n >= 12 ? v / 1000 : v);
    *moment = negative ? -seconds : seconds;
    return scan_end(&s) && *moment < date_from_civil(10000, 1, 1) &&
           *moment >= date_from_civil(1000, 1, 1);
}

static struct scan scan_of(const char *text, size_t size)
{
    struct scan s = {text, text + size};
    skip_blanks(&s);
    while (s.end > s.at && (s.end[-1] == ' ' || s.end[-1] == '\n' || s.end[-1] == '\r' ||
                            s.end[-1] == '\t'))
        s.end--;
    return s;
}

bool date_parse(const char *text, size_t size, int64_t *moment)
{
    struct scan s = scan_of(text, size);
    return parse_iso(s, moment) || parse_epoch(s, moment) || parse_rfc822(s, moment) ||
           parse_american(s, moment);
}

bool date_parse_range(const char *text, size_t size, struct date_range *range)
{
    struct scan s = scan_of(text, size);
    struct scan whole = s;
    unsigned y, m;
    if (scan_digits(&s, 4, &y) && y >= 1000) {
        if (s.at == s.end) {
            range->from = date_from_civil(y, 1, 1);
            range->before = date_from_civil((int64_t)y + 1, 1, 1);
            return true;
        }
        if (scan_char(&s, "-/") && scan_digits(&s, 2, &m) && s.at == s.end && m >= 1 &&
            m <= 12) {
            range->from = date_from_civil(y, m, 1);
            range->before = date_from_civil(m == 12 ? (int64_t)y + 1 : (int64_t)y,
                                            m == 12 ? 1 : m + 1, 1);
            return true;
        }
    }
    int64_t moment;
    if (!date_parse(whole.at, (size_t)(whole.end - whole.at), &moment))
        return false;
    range->from = moment;
    range->before = moment + (moment % DAY_S == 0 ? DAY_S : 1);
    return true;
}

/* Writes the last digits of a number; dates are put into each article. */
static char *put_digits(char *to, uint64_t number, size_t digits)
{
    for (size_t i = digits; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    return to + digits;
}

const char *date_format_day(int64_t moment, char text[DATE_TEXT_SIZE])
{
    int64_t y;
    unsigned m, d;
    text[0] = '\0';
    if (moment == DATE_NONE)
        return text;
    date_to_civil(moment, &y, &m, &d);
    char *at = put_digits(text, y > 0 ? (uint64_t)y : 0, 4);
    *at++ = '-';
    at = put_digits(at, m, 2);
    *at++ = '-';
    at = put_digits(at, d, 2);
    *at = '\0';
    return text;
}

const char *date_format(int64_t moment, char text[DATE_TEXT_SIZE])
{
    date_format_day(moment, text);
    if (moment == DATE_NONE || moment % DAY_S == 0)
        return text;
    uint64_t s = (uint64_t)((moment % DAY_S + DAY_S) % DAY_S);
    char *at = text + strlen(text);
    *at++ = 'T';
    at = put_digits(at, s / 3600, 2);
    *at++ = ':';
    at = put_digits(at, s / 60 % 60, 2);
    *at++ = ':';
    at = put_digits(at, s % 60, 2);
    memcpy(at, "Z", 2);
    return text;
}
