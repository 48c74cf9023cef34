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
    moment->date.year = scan_number(scan, 4, 7);
    scan_expect(scan, '-');
    moment->date.month = (int)scan_number(scan, 2, 2);
    scan_expect(scan, '-');
    moment->date.day = (int)scan_number(scan, 2, 2);
    if (moment->date.month < 1 || moment->date.month > 12 || moment->date.day < 1 ||
        moment->date.day > 31)
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
    moment->us = ((hour * 60 + minute) * 60 + second) * TR_SECOND_US + micros;
    if (minute > 59 || second > 59 || moment->us > TR_DAY_US)
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
        moment->date.year = 1 - moment->date.year;
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
