/*
 * Dates and times. The server prints them in DateStyle ISO and TimeZone UTC:
 *
 *   date         2024-02-29, 20000-01-01, 0044-03-15 BC, infinity, -infinity
 *   time         04:05:06, 04:05:06.789123, 24:00:00
 *   timetz       04:05:06.789+02, +05:30, +05:53:28
 *   timestamp    date and time; " BC" stands behind the time
 *   timestamptz  timestamp and offset; " BC" stands behind the offset
 *
 * The calendar is the proleptic Gregorian one throughout, as PostgreSQL's.
 */
#include "source/postgres/types/moment.h"

#include "source/postgres/types/impl.h"

struct scan {
    const char *p, *end;
    bool failed;
};

static struct scan scan_of(struct tr_slice text)
{
    return (struct scan){text.p, text.p + text.n, false};
}

static bool scan_char(struct scan *scan, char c)
{
    if (scan->p == scan->end || *scan->p != c)
        return false;
    scan->p++;
    return true;
}

static void scan_expect(struct scan *scan, char c)
{
    if (!scan_char(scan, c))
        scan->failed = true;
}

static int64_t scan_number(struct scan *scan, int least, int most)
{
    int64_t number = 0;
    int n = 0;

    for (; n < most && scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9'; n++)
        number = number * 10 + (*scan->p++ - '0');
    if (n < least)
        scan->failed = true;
    return number;
}

static void scan_date(struct scan *scan, struct tr_pg_moment *moment)
{
    moment->year = scan_number(scan, 4, 7);
    scan_expect(scan, '-');
    moment->month = (int)scan_number(scan, 2, 2);
    scan_expect(scan, '-');
    moment->day = (int)scan_number(scan, 2, 2);
    if (moment->month < 1 || moment->month > 12 || moment->day < 1 || moment->day > 31)
        scan->failed = true;
}

static void scan_time(struct scan *scan, struct tr_pg_moment *moment)
{
    int64_t hour = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    int64_t minute = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    int64_t second = scan_number(scan, 2, 2);
    int64_t micros = 0;

    if (scan_char(scan, '.')) {
        const char *start = scan->p;
        micros = scan_number(scan, 1, 6);
        moment->fraction = (int)(scan->p - start);
        for (int i = moment->fraction; i < 6; i++)
            micros *= 10;
    }
    moment->us = ((hour * 60 + minute) * 60 + second) * TR_PG_SECOND_US + micros;
    if (minute > 59 || second > 59 || moment->us > TR_PG_DAY_US)
        scan->failed = true;
}

static void scan_offset(struct scan *scan, struct tr_pg_moment *moment)
{
    bool west = scan_char(scan, '-');

    if (!west)
        scan_expect(scan, '+');
    int64_t seconds = scan_number(scan, 2, 2) * 3600;
    if (scan_char(scan, ':'))
        seconds += scan_number(scan, 2, 2) * 60;
    if (scan_char(scan, ':'))
        seconds += scan_number(scan, 2, 2);
    moment->offset = west ? -seconds : seconds;
}

static void scan_era(struct scan *scan, struct tr_pg_moment *moment)
{
    if (scan_char(scan, ' ')) {
        scan_expect(scan, 'B');
        scan_expect(scan, 'C');
        moment->year = 1 - moment->year;
    }
}

static bool scan_infinity(struct tr_slice text, struct tr_pg_moment *moment)
{
    if (tr_slice_is(text, "infinity"))
        moment->infinite = 1;
    else if (tr_slice_is(text, "-infinity"))
        moment->infinite = -1;
    return moment->infinite != 0;
}

int tr_pg_moment_parse(struct tr_slice text, unsigned parts, const char *what,
                       struct tr_pg_moment *ret_moment, struct tr_diag *diag)
{
    struct scan scan = scan_of(text);

    *ret_moment = (struct tr_pg_moment){0};
    if (parts & TR_PG_DATE && scan_infinity(text, ret_moment))
        return 0;
    if (parts & TR_PG_DATE)
        scan_date(&scan, ret_moment);
    if (parts & TR_PG_DATE && parts & TR_PG_TIME)
        scan_expect(&scan, ' ');
    if (parts & TR_PG_TIME)
        scan_time(&scan, ret_moment);
    if (parts & TR_PG_OFFSET)
        scan_offset(&scan, ret_moment);
    if (parts & TR_PG_DATE)
        scan_era(&scan, ret_moment);
    if (scan.failed || scan.p != scan.end)
        return tr_pg_bad_value(diag, what, text);
    return 0;
}

/* ---- calendar -------------------------------------------------------------------------------- */

int64_t tr_pg_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day comes last and the
 * months before it have a regular pattern of lengths. */
int64_t tr_pg_moment_to_days(const struct tr_pg_moment *moment)
{
    int64_t year = moment->month > 2 ? moment->year : moment->year - 1;
    int64_t month = moment->month > 2 ? moment->month - 3 : moment->month + 9;
    int64_t era = tr_pg_floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t day = (153 * month + 2) / 5 + moment->day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

void tr_pg_moment_from_days(int64_t days, struct tr_pg_moment *moment)
{
    int64_t era = tr_pg_floor_div(days + 719468, 146097);
    int64_t of_era = days + 719468 - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t day = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;

    moment->day = (int)(day - (153 * month + 2) / 5 + 1);
    moment->month = (int)(month < 10 ? month + 3 : month - 9);
    moment->year = year + era * 400 + (moment->month <= 2);
}

/* ---- text ------------------------------------------------------------------------------------ */

static char *put_number(char *p, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        p[i] = (char)('0' + number % 10);
    return p + width;
}

/* ISO 8601 as Java prints it: four digits, with a sign where that isn't enough. */
char *tr_pg_moment_put_date(char *p, const struct tr_pg_moment *moment)
{
    int64_t year = moment->year < 0 ? -moment->year : moment->year;
    int width = 4;

    for (int64_t rest = year / 10000; rest; rest /= 10)
        width++;
    if (moment->year < 0 || width > 4)
        *p++ = moment->year < 0 ? '-' : '+';
    p = put_number(p, year, width);
    *p++ = '-';
    p = put_number(p, moment->month, 2);
    *p++ = '-';
    return put_number(p, moment->day, 2);
}

char *tr_pg_moment_put_time(char *p, int64_t us, int fraction)
{
    int64_t seconds = us / TR_PG_SECOND_US;
    int64_t micros = us % TR_PG_SECOND_US;

    p = put_number(p, seconds / 3600, 2);
    *p++ = ':';
    p = put_number(p, seconds / 60 % 60, 2);
    *p++ = ':';
    p = put_number(p, seconds % 60, 2);
    if (fraction == 0)
        return p;
    *p++ = '.';
    for (int i = fraction; i < 6; i++)
        micros /= 10;
    return put_number(p, micros, fraction);
}
