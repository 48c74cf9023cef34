#include "transform/date-format.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "record/calendar.h"

#define DAY_MS (TR_DAY_US / 1000)

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};

/* One run of a letter, or one literal character (letter 0). */
struct token {
    char letter;
    int count;
    char literal;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next token; false at the end. quoted is the state between calls. */
static bool next_token(const char **p, bool *quoted, struct token *ret_token)
{
    while (**p == '\'') {
        if ((*p)[1] == '\'') { /* two are one, in quotes and out of them */
            *ret_token = (struct token){.literal = '\''};
            *p += 2;
            return true;
        }
        *quoted = !*quoted;
        ++*p;
    }
    if (!**p)
        return false;
    if (*quoted || !is_letter(**p)) {
        *ret_token = (struct token){.literal = *(*p)++};
        return true;
    }
    *ret_token = (struct token){.letter = **p};
    while (**p == ret_token->letter) {
        ret_token->count++;
        ++*p;
    }
    return true;
}

int tr_date_format_check(const char *pattern, const char *option, struct tr_diag *diag)
{
    struct token token;
    bool quoted = false;

    for (const char *p = pattern; next_token(&p, &quoted, &token);)
        if (token.letter && (!strchr("GyYMLwWDdFEuaHkKhmsSzZX", token.letter) ||
                             (token.letter == 'X' && token.count > 3)))
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "%s=%.200s is no SimpleDateFormat: \"%c\" stands for nothing", option,
                           pattern, token.letter);
    if (quoted)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s=%.200s is no SimpleDateFormat: a quote has no other one", option,
                       pattern);
    return 0;
}

struct moment {
    struct tr_date date;
    int64_t days, ms; /* ms of the day */
    int weekday;      /* 0: Sunday */
    int64_t day_of_year;
};

static struct moment take_apart(int64_t ms)
{
    struct moment m = {.days = tr_floor_div(ms, DAY_MS)};

    m.ms = ms - m.days * DAY_MS;
    tr_date_from_days(m.days, &m.date);
    m.weekday = (int)(((m.days % 7) + 11) % 7); /* 1970-01-01 was a Thursday */
    m.day_of_year = m.days - tr_date_to_days(&(struct tr_date){m.date.year, 1, 1}) + 1;
    return m;
}

static void put_number(struct tr_writer *writer, int64_t number, int digits)
{
    tr_writer_printf(writer, "%0*" PRId64, digits, number);
}

static void put_name(struct tr_writer *writer, const char *name, bool whole)
{
    tr_writer_put(writer, name, whole ? strlen(name) : 3);
}

/* Weeks of the US, where SimpleDateFormat's English comes from: from Sunday on, and the first one
 * holds January 1st. */
static int64_t week_of_year(const struct moment *m)
{
    int64_t first = (m->weekday - (m->day_of_year - 1) % 7 + 7) % 7; /* January 1st's weekday */
    int64_t week = (m->day_of_year - 1 + first) / 7 + 1;
    int64_t length = tr_date_to_days(&(struct tr_date){m->date.year + 1, 1, 1}) -
                     tr_date_to_days(&(struct tr_date){m->date.year, 1, 1});

    /* the days that share a week with the next January 1st are that year's */
    return m->day_of_year + (6 - m->weekday) > length ? 1 : week;
}

static int64_t week_of_month(const struct moment *m)
{
    int first = (m->weekday - (m->date.day - 1) % 7 + 7) % 7; /* the 1st's weekday */

    return (m->date.day - 1 + first) / 7 + 1;
}

static int64_t week_year(const struct moment *m)
{
    return m->date.year + (m->date.month == 12 && week_of_year(m) == 1);
}

static void put_year(struct tr_writer *writer, int64_t year, int count)
{
    int64_t shown = year > 0 ? year : 1 - year; /* of the era */

    if (count == 2)
        put_number(writer, shown % 100, 2);
    else
        put_number(writer, shown, count);
}

static void put_month(struct tr_writer *writer, int month, int count)
{
    if (count >= 3)
        put_name(writer, months[month - 1], count >= 4);
    else
        put_number(writer, month, count);
}

static void put_zone(struct tr_writer *writer, const struct token *token)
{
    if (token->letter == 'X')
        tr_writer_char(writer, 'Z');
    else if (token->letter == 'Z')
        tr_writer_literal(writer, "+0000");
    else
        tr_writer_text(writer, token->count >= 4 ? "Coordinated Universal Time" : "UTC");
}

static int64_t hour_for(char letter, int64_t hour)
{
    switch (letter) {
    case 'k':
        return hour ? hour : 24;
    case 'K':
        return hour % 12;
    case 'h':
        return hour % 12 ? hour % 12 : 12;
    default:
        return hour;
    }
}

static void put_field(struct tr_writer *writer, const struct token *token, const struct moment *m)
{
    switch (token->letter) {
    case 'G':
        tr_writer_text(writer, m->date.year > 0 ? "AD" : "BC");
        break;
    case 'y':
        put_year(writer, m->date.year, token->count);
        break;
    case 'Y':
        put_year(writer, week_year(m), token->count);
        break;
    case 'M':
    case 'L':
        put_month(writer, m->date.month, token->count);
        break;
    case 'w':
        put_number(writer, week_of_year(m), token->count);
        break;
    case 'W':
        put_number(writer, week_of_month(m), token->count);
        break;
    case 'D':
        put_number(writer, m->day_of_year, token->count);
        break;
    case 'd':
        put_number(writer, m->date.day, token->count);
        break;
    case 'F':
        put_number(writer, (m->date.day - 1) / 7 + 1, token->count);
        break;
    case 'E':
        put_name(writer, weekdays[m->weekday], token->count >= 4);
        break;
    case 'u':
        put_number(writer, m->weekday ? m->weekday : 7, token->count);
        break;
    case 'a':
        tr_writer_text(writer, m->ms < DAY_MS / 2 ? "AM" : "PM");
        break;
    case 'm':
        put_number(writer, m->ms / 60000 % 60, token->count);
        break;
    case 's':
        put_number(writer, m->ms / 1000 % 60, token->count);
        break;
    case 'S':
        put_number(writer, m->ms % 1000, token->count);
        break;
    case 'z':
    case 'Z':
    case 'X':
        put_zone(writer, token);
        break;
    default:
        put_number(writer, hour_for(token->letter, m->ms / 3600000), token->count);
    }
}

void tr_date_format_write(const char *pattern, int64_t ms, struct tr_writer *writer)
{
    const struct moment moment = take_apart(ms);
    struct token token;
    bool quoted = false;

    for (const char *p = pattern; next_token(&p, &quoted, &token);) {
        if (token.letter)
            put_field(writer, &token, &moment);
        else
            tr_writer_char(writer, token.literal);
    }
}

struct reading {
    const char *p, *end;
    struct tr_date date;
    int64_t more_years;  /* of a month behind December */
    int64_t day_of_year; /* 0: it is told by month and day */
    int64_t hour, minute, second, ms;
    int64_t offset_ms; /* east of Greenwich */
    bool pm, has_ampm, before_christ;
};

/* So that no sum of them leaves 64 bits: nanoseconds may be told in a field's nine digits. */
#define MOST       1000000000
#define MOST_YEARS 100000000

/* Digits: all there are, or exactly so many if the next field follows without a gap. */
static int read_number(struct reading *r, int exactly, int64_t *ret_number)
{
    const char *start = r->p;
    bool negative = r->p < r->end && *r->p == '-';
    int64_t number = 0;

    r->p += negative;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && number < MOST &&
           (!exactly || r->p - start < exactly))
        number = number * 10 + (*r->p++ - '0');
    *ret_number = negative ? -number : number;
    return r->p - start - negative > 0 && number < MOST ? 0 : -1;
}

/* The place of the name that stands here, whole or its first letters. */
static int read_name(struct reading *r, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        size_t whole = strlen(names[i]), rest = (size_t)(r->end - r->p);
        size_t n = rest >= whole && strncasecmp(r->p, names[i], whole) == 0 ? whole : 3;
        if (rest >= n && strncasecmp(r->p, names[i], n) == 0) {
            r->p += n;
            return i;
        }
    }
    return -1;
}

/* Z, UTC, GMT, +hh, +hhmm, +hh:mm */
static int read_zone(struct reading *r)
{
    static const char *const names[] = {"UTC", "GMT"};
    int64_t hours, minutes = 0;

    if (r->p < r->end && *r->p == 'Z') {
        r->p++;
        return 0;
    }
    int named = read_name(r, names, 2);
    if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
        return named >= 0 ? 0 : -1;
    bool west = *r->p++ == '-';
    if (read_number(r, 2, &hours) < 0)
        return -1;
    if (r->p < r->end && *r->p == ':')
        r->p++;
    if (r->p < r->end && *r->p >= '0' && *r->p <= '9' && read_number(r, 2, &minutes) < 0)
        return -1;
    r->offset_ms = (hours * 60 + minutes) * 60000 * (west ? -1 : 1);
    return 0;
}

static int read_half(struct reading *r)
{
    static const char *const names[] = {"AM", "PM"};

    if (r->end - r->p < 2)
        return -1;
    for (int i = 0; i < 2; i++) {
        if (strncasecmp(r->p, names[i], 2) != 0)
            continue;
        r->pm = i == 1;
        r->has_ampm = true;
        r->p += 2;
        return 0;
    }
    return -1;
}

static int read_month(struct reading *r, int count, int exactly)
{
    int64_t number;

    if (count >= 3) {
        r->date.month = read_name(r, months, 12) + 1;
        return r->date.month ? 0 : -1;
    }
    if (read_number(r, exactly, &number) < 0 || number < 1 || number > 999)
        return -1;
    r->date.month = (int)((number - 1) % 12) + 1;
    r->more_years = (number - 1) / 12; /* Java's calendar is as lenient */
    return 0;
}

static int read_era(struct reading *r)
{
    static const char *const names[] = {"BC", "AD"};
    int era = read_name(r, names, 2);

    r->before_christ = era == 0;
    return era < 0 ? -1 : 0;
}

/* Two digits stand for a year within eighty years before and twenty after now; a fixed window is
 * close enough to Java's moving one. */
static int read_year(struct reading *r, int count, int exactly)
{
    const char *start = r->p;
    int64_t year;

    if (read_number(r, exactly, &year) < 0 || year > MOST_YEARS || year < -MOST_YEARS)
        return -1;
    if (count <= 2 && r->p - start == 2)
        year += year < 45 ? 2000 : 1900;
    r->date.year = year;
    return 0;
}

static int read_field(struct reading *r, const struct token *token, int exactly)
{
    int64_t number;

    switch (token->letter) {
    case 'y':
        return read_year(r, token->count, exactly);
    case 'M':
    case 'L':
        return read_month(r, token->count, exactly);
    case 'd':
        if (read_number(r, exactly, &number) < 0)
            return -1;
        r->date.day = (int)number;
        return number > 0 && number < 1000 ? 0 : -1;
    case 'H':
    case 'k':
    case 'K':
    case 'h':
        if (read_number(r, exactly, &r->hour) < 0)
            return -1;
        r->hour = token->letter == 'k'   ? r->hour % 24
                  : token->letter == 'h' ? r->hour % 12
                                         : r->hour;
        return 0;
    case 'm':
        return read_number(r, exactly, &r->minute);
    case 's':
        return read_number(r, exactly, &r->second);
    case 'S':
        return read_number(r, exactly, &r->ms);
    case 'a':
        return read_half(r);
    case 'E':
        return read_name(r, weekdays, 7) < 0 ? -1 : 0;
    case 'z':
    case 'Z':
    case 'X':
        return read_zone(r);
    case 'D':
        return read_number(r, exactly, &r->day_of_year);
    case 'G':
        return read_era(r);
    default: /* weeks and their days: fine to write, but no date is read from them */
        return -1;
    }
}

static int read_token(struct reading *r, const struct token *token, const char *rest)
{
    if (token->letter)
        return read_field(r, token, is_letter(*rest) ? token->count : 0);
    if (r->p == r->end || *r->p != token->literal)
        return -1;
    r->p++;
    return 0;
}

int tr_date_format_read(const char *pattern, struct tr_slice text, int64_t *ret_ms)
{
    struct reading r = {.p = text.p, .end = text.p + text.n, .date = {1970, 1, 1}};
    struct token token;
    bool quoted = false;

    for (const char *p = pattern; next_token(&p, &quoted, &token);)
        if (read_token(&r, &token, p) < 0)
            return -1;
    if (r.has_ampm && r.pm)
        r.hour += 12;
    if (r.before_christ)
        r.date.year = 1 - r.date.year;
    r.date.year += r.more_years;
    if (r.day_of_year) {
        r.date.month = 1;
        r.date.day = 1;
    }
    int64_t days = tr_date_to_days(&r.date) + (r.day_of_year ? r.day_of_year - 1 : 0);
    *ret_ms =
        days * DAY_MS + r.hour * 3600000 + r.minute * 60000 + r.second * 1000 + r.ms - r.offset_ms;
    return 0;
}
