#include "transform/debezium/zoned-text.h"

#include <stdio.h>

#include "record/calendar.h"

#define DAY         86400
#define YEAR_DIGITS 9

struct scan {
    const char *p, *end;
    bool failed;
};

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

static void scan_date(struct scan *scan, struct tr_date *date)
{
    bool negative = scan_char(scan, '-');

    if (!negative)
        (void)scan_char(scan, '+');
    date->year = scan_number(scan, 4, YEAR_DIGITS);
    if (negative)
        date->year = -date->year;
    scan_expect(scan, '-');
    date->month = (int)scan_number(scan, 2, 2);
    scan_expect(scan, '-');
    date->day = (int)scan_number(scan, 2, 2);
    if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31)
        scan->failed = true;
}

/* Seconds of the day; seconds and their fraction may be missing. */
static int64_t scan_time(struct scan *scan, int *ret_nanos)
{
    int64_t hour = scan_number(scan, 2, 2), second = 0;

    *ret_nanos = 0;
    scan_expect(scan, ':');
    int64_t minute = scan_number(scan, 2, 2);
    if (scan_char(scan, ':'))
        second = scan_number(scan, 2, 2);
    if (scan_char(scan, '.')) {
        const char *start = scan->p;
        *ret_nanos = (int)scan_number(scan, 1, 9);
        for (long n = scan->p - start; n < 9; n++)
            *ret_nanos *= 10;
    }
    if (hour > 24 || minute > 59 || second > 60)
        scan->failed = true;
    return (hour * 60 + minute) * 60 + second;
}

static int64_t scan_offset(struct scan *scan)
{
    int64_t seconds = 0;

    if (scan_char(scan, 'Z'))
        return 0;
    bool west = scan_char(scan, '-');
    if (!west)
        scan_expect(scan, '+');
    int64_t hours = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    int64_t minutes = scan_number(scan, 2, 2);
    if (scan_char(scan, ':'))
        seconds = scan_number(scan, 2, 2);
    seconds += (hours * 60 + minutes) * 60;
    return west ? -seconds : seconds;
}

static int end_of(const struct scan *scan)
{
    return scan->failed || scan->p != scan->end ? -1 : 0;
}

int tr_zoned_read_timestamp(struct tr_slice text, struct tr_zoned *ret_zoned)
{
    struct scan scan = {text.p, text.p + text.n, false};
    struct tr_date date;

    scan_date(&scan, &date);
    scan_expect(&scan, 'T');
    ret_zoned->local = scan_time(&scan, &ret_zoned->nanos);
    ret_zoned->offset = scan_offset(&scan);
    if (end_of(&scan) < 0)
        return -1;
    ret_zoned->local += tr_date_to_days(&date) * DAY;
    return 0;
}

int tr_zoned_read_time(struct tr_slice text, struct tr_zoned *ret_zoned)
{
    struct scan scan = {text.p, text.p + text.n, false};

    ret_zoned->local = scan_time(&scan, &ret_zoned->nanos);
    ret_zoned->offset = scan_offset(&scan);
    return end_of(&scan);
}

static char *put_two(char *p, int64_t number)
{
    *p++ = (char)('0' + number / 10 % 10);
    *p++ = (char)('0' + number % 10);
    return p;
}

static char *put_clock(char *p, int64_t seconds)
{
    p = put_two(p, seconds / 3600);
    *p++ = ':';
    p = put_two(p, seconds / 60 % 60);
    *p++ = ':';
    return put_two(p, seconds % 60);
}

static char *put_fraction(char *p, int nanos)
{
    char digits[16];
    int n = 9;

    if (nanos == 0)
        return p;
    snprintf(digits, sizeof digits, "%09d", nanos);
    while (digits[n - 1] == '0')
        n--;
    *p++ = '.';
    memcpy(p, digits, (size_t)n);
    return p + n;
}

static char *put_offset(char *p, int64_t offset)
{
    int64_t seconds = offset < 0 ? -offset : offset;

    if (offset == 0) {
        *p++ = 'Z';
        return p;
    }
    *p++ = offset < 0 ? '-' : '+';
    p = put_clock(p, seconds);
    return seconds % 60 ? p : p - 3;
}

char *tr_zoned_put_time(char *p, const struct tr_zoned *zoned)
{
    p = put_clock(p, zoned->local - tr_floor_div(zoned->local, DAY) * DAY);
    p = put_fraction(p, zoned->nanos);
    return put_offset(p, zoned->offset);
}

char *tr_zoned_put_timestamp(char *p, const struct tr_zoned *zoned)
{
    struct tr_date date;

    tr_date_from_days(tr_floor_div(zoned->local, DAY), &date);
    p = tr_date_put(p, &date);
    *p++ = 'T';
    return tr_zoned_put_time(p, zoned);
}
