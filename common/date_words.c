#include "common/date_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400, WORDS_MAX = 4, WORD_MAX = 16 };

enum unit { UNIT_NONE, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

/* A civil day: the days of a month that it has not carry on. */
struct day {
    int64_t year;
    unsigned month, day;
};

struct words {
    char items[WORDS_MAX][WORD_MAX];
    size_t count;
};

static bool split(const char *text, size_t size, struct words *w)
{
    size_t n = 0;
    w->count = 0;
    for (size_t i = 0; i <= size; i++) {
        bool between = i == size || strchr(" \t-_", text[i]);
        if (between && n > 0) {
            w->items[w->count++][n] = '\0';
            n = 0;
        } else if (!between) {
            if (w->count == WORDS_MAX || n + 1 == WORD_MAX)
                return false;
            w->items[w->count][n++] = (char)tolower((unsigned char)text[i]);
        }
    }
    return w->count > 0;
}

static const char *word(const struct words *w, size_t i)
{
    return i < w->count ? w->items[i] : "";
}

static bool is(const struct words *w, size_t i, const char *text)
{
    return strcmp(word(w, i), text) == 0;
}

/* --- what words mean --- */

static enum unit unit_of(const char *text)
{
    static const char *const names[] = {"", "day", "week", "month", "year"};
    size_t size = strlen(text);
    if (size > 1 && text[size - 1] == 's')
        size--;
    for (int u = UNIT_DAY; u <= UNIT_YEAR; u++)
        if (strlen(names[u]) == size && strncmp(names[u], text, size) == 0)
            return (enum unit)u;
    return UNIT_NONE;
}

/* Which of names (long or, from three letters on, short) it is, from 1; 0: none. */
static unsigned place_of(const char *text, const char *const *names, unsigned count)
{
    size_t size = strlen(text);
    for (unsigned i = 0; size >= 3 && i < count; i++)
        if (strncmp(names[i], text, size) == 0)
            return i + 1;
    return 0;
}

static unsigned month_of(const char *text)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    return strcmp(text, "sept") == 0 ? 9 : place_of(text, names, 12);
}

/* From 1, Monday. */
static unsigned weekday_of(const char *text)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    return place_of(text, names, 7);
}

/* 0: none. */
static unsigned number_of(const char *text)
{
    static const char *const names[] = {"one",  "two", "three",  "four",
                                        "five", "six", "seven",  "eight",
                                        "nine", "ten", "eleven", "twelve"};
    unsigned value = 0;
    if (strcmp(text, "a") == 0 || strcmp(text, "an") == 0)
        return 1;
    for (unsigned i = 0; i < 12; i++)
        if (strcmp(text, names[i]) == 0)
            return i + 1;
    for (const char *c = text; *c; c++) {
        if (!isdigit((unsigned char)*c) || value > 10000)
            return 0;
        value = value * 10 + (unsigned)(*c - '0');
    }
    return value;
}

static int64_t year_of(const char *text)
{
    bool is_year = strlen(text) == 4 && strspn(text, "0123456789") == 4 && *text != '0';
    return is_year ? number_of(text) : 0;
}

/* --- days --- */

static int64_t start(struct day d)
{
    return date_from_civil(d.year, d.month, d.day);
}

static struct day day_of(int64_t moment)
{
    struct day d;
    date_to_civil(moment, &d.year, &d.month, &d.day);
    return d;
}

/* From 0, Monday; 1970-01-01 was a Thursday. */
static int64_t weekday(int64_t moment)
{
    int64_t days = moment / DAY_S - (moment % DAY_S < 0);
    return ((days + 3) % 7 + 7) % 7;
}

static struct day add_months(struct day d, int64_t months)
{
    int64_t month = d.year * 12 + d.month - 1 + months;
    int64_t year = month / 12 - (month % 12 < 0);
    struct day to = {year, (unsigned)(month - year * 12) + 1, 1};
    struct day next = to.month == 12 ? (struct day){to.year + 1, 1, 1}
                                     : (struct day){to.year, to.month + 1, 1};
    unsigned last = (unsigned)((start(next) - start(to)) / DAY_S);
    to.day = d.day < last ? d.day : last;
    return to;
}

/* The day so many units before; negative: after. */
static int64_t before(int64_t today, int64_t count, enum unit unit)
{
    if (unit == UNIT_DAY || unit == UNIT_WEEK)
        return today - count * (unit == UNIT_WEEK ? 7 : 1) * DAY_S;
    return start(add_months(day_of(today), unit == UNIT_YEAR ? -12 * count : -count));
}

/* The calendar's unit that a day is in. */
static struct date_range unit_around(int64_t day, enum unit unit)
{
    struct day d = day_of(day);
    struct date_range r = {day, day + DAY_S};
    if (unit == UNIT_WEEK) {
        r.from = day - weekday(day) * DAY_S;
        r.before = r.from + 7 * DAY_S;
    } else if (unit == UNIT_MONTH || unit == UNIT_YEAR) {
        unsigned month = unit == UNIT_MONTH ? d.month : 1;
        r.from = start((struct day){d.year, month, 1});
        r.before = start(
            add_months((struct day){d.year, month, 1}, unit == UNIT_MONTH ? 1 : 12));
    }
    return r;
}

/* --- spans --- */

static bool parse_day(const struct words *w, int64_t today, struct date_range *range)
{
    static const struct {
        const char *name;
        int days;
    } names[] = {{"today", 0}, {"now", 0}, {"yesterday", -1}, {"tomorrow", 1}};
    for (size_t i = 0; w->count == 1 && i < sizeof names / sizeof *names; i++)
        if (is(w, 0, names[i].name)) {
            *range = unit_around(today + names[i].days * DAY_S, UNIT_DAY);
            return true;
        }
    return false;
}

/* `3 weeks ago`, `this month`, `last 7 days`, `past year`. */
static bool parse_units(const struct words *w, int64_t today, struct date_range *range)
{
    bool last = is(w, 0, "last") || is(w, 0, "previous"), past = is(w, 0, "past");
    unsigned count = number_of(word(w, w->count == 3 && (last || past) ? 1 : 0));
    enum unit unit = unit_of(word(w, 1));
    if (w->count == 3 && is(w, 2, "ago") && unit && count > 0) {
        *range = unit_around(before(today, count, unit), UNIT_DAY);
        return true;
    }
    if (w->count == 3 && (last || past) && count > 0 && unit_of(word(w, 2))) {
        *range =
            (struct date_range){before(today, count, unit_of(word(w, 2))), today + DAY_S};
        return true;
    }
    if (w->count != 2 || !unit)
        return false;
    if (past)
        *range = (struct date_range){before(today, 1, unit), today + DAY_S};
    else if (is(w, 0, "this"))
        *range = unit_around(today, unit);
    else if (last)
        *range = unit_around(unit_around(today, unit).from - DAY_S, unit);
    else if (is(w, 0, "next"))
        *range = unit_around(unit_around(today, unit).before, unit);
    else
        return false;
    return true;
}

/* `monday`, `last march`, `march 2025`, `q1 2025`. */
static bool parse_named(const struct words *w, int64_t today, struct date_range *range)
{
    bool last = w->count == 2 && is(w, 0, "last");
    const char *name = word(w, last ? 1 : 0);
    unsigned weekday_number = weekday_of(name), month = month_of(name);
    struct day d = day_of(today);
    if (w->count == 2 && !last) {
        int64_t year = year_of(word(w, 1));
        bool is_quarter = name[0] == 'q' && name[1] >= '1' && name[1] <= '4' && !name[2];
        month = is_quarter ? (unsigned)(name[1] - '1') * 3 + 1 : month;
        if (year == 0 || month == 0)
            return false;
        struct day first = {year, month, 1};
        *range = (struct date_range){start(first),
                                     start(add_months(first, is_quarter ? 3 : 1))};
        return true;
    }
    if (w->count > (last ? 2u : 1u))
        return false;
    if (weekday_number > 0) {
        int64_t back = (weekday(today) + 8 - weekday_number) % 7;
        *range = unit_around(today - (back == 0 && last ? 7 : back) * DAY_S, UNIT_DAY);
        return true;
    }
    if (month == 0)
        return false;
    bool is_past = last ? month < d.month : month <= d.month;
    *range = unit_around(start((struct day){is_past ? d.year : d.year - 1, month, 1}),
                         UNIT_MONTH);
    return true;
}

bool date_parse_words(const char *text, size_t size, int64_t now,
                      struct date_range *range)
{
    struct words w;
    int64_t today = now - ((now % DAY_S) + DAY_S) % DAY_S;
    if (date_parse_range(text, size, range))
        return true;
    return split(text, size, &w) &&
           (parse_day(&w, today, range) || parse_units(&w, today, range) ||
            parse_named(&w, today, range));
}
