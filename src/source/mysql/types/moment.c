/*
 * Cells of dates and times. f: bytes of the fraction, one for two digits.
 *
 *   DATE        3 bytes, little-endian    day:5 month:4 year:15, from the lowest bit
 *   TIME2       3 + f bytes, big-endian   hour:10 minute:6 second:6 + 2^23
 *   DATETIME2   5 + f bytes, big-endian   (year * 13 + month):17 day:5 hour:5 minute:6 second:6
 *                                         + 2^39
 *   TIMESTAMP2  4 + f bytes, big-endian   seconds since 1970
 *
 * A fraction counts hundredths, ten-thousandths or millionths. A negative TIME2 is the two's
 * complement of the whole, fraction included. Columns from before MySQL 5.6 have no fraction and
 * are little-endian: TIME 3 bytes and DATETIME 8, the digits as one number, TIMESTAMP 4, seconds.
 *
 * The 64-bit forms: what TIME2 and DATETIME2 have before the addition, shifted by 24 bits, plus
 * microseconds; negative as a whole.
 */
#include "source/mysql/types/moment.h"

#include "source/mysql/types/impl.h"

#define FRACTION_BITS 24

/* By f: what one unit of the fraction is, in microseconds. */
static const int64_t fraction_us[] = {0, 10000, 100, 1};

static size_t fraction_size(const struct tr_mysql_type *type)
{
    return TR_MIN((type->metadata + 1U) / 2, 3);
}

static int set_time(int64_t hour, int64_t minute, int64_t second, struct tr_mysql_moment *moment)
{
    moment->us = ((hour * 60 + minute) * 60 + second) * TR_SECOND_US;
    return minute < 60 && second < 60 ? 0 : -1;
}

static int set_date(int64_t year, int64_t month, int64_t day, struct tr_mysql_moment *moment)
{
    moment->date = (struct tr_date){year, (int)month, (int)day};
    return year < 10000 && month <= 12 && day <= 31 ? 0 : -1;
}

int tr_mysql_split_time(int64_t packed, struct tr_mysql_moment *ret_moment)
{
    uint64_t size = packed < 0 ? 0 - (uint64_t)packed : (uint64_t)packed;
    int64_t hms = (int64_t)(size >> FRACTION_BITS), micros = size & ((1 << FRACTION_BITS) - 1);

    *ret_moment = (struct tr_mysql_moment){0};
    if (hms >> 22 || micros >= TR_SECOND_US ||
        set_time(hms >> 12, hms >> 6 & 63, hms & 63, ret_moment) < 0)
        return -1;
    ret_moment->us += micros;
    if (packed < 0)
        ret_moment->us = -ret_moment->us;
    return 0;
}

int tr_mysql_split_datetime(int64_t packed, struct tr_mysql_moment *ret_moment)
{
    int64_t whole = packed >> FRACTION_BITS, micros = packed & ((1 << FRACTION_BITS) - 1);
    int64_t ymd = whole >> 17, hms = whole & ((1 << 17) - 1);

    *ret_moment = (struct tr_mysql_moment){0};
    if (packed < 0 || micros >= TR_SECOND_US || hms >> 12 > 23 ||
        set_time(hms >> 12, hms >> 6 & 63, hms & 63, ret_moment) < 0 ||
        set_date((ymd >> 5) / 13, (ymd >> 5) % 13, ymd & 31, ret_moment) < 0)
        return -1;
    ret_moment->us += micros;
    return 0;
}

int tr_mysql_unpack_date(struct tr_slice cell, struct tr_mysql_moment *ret_moment)
{
    uint32_t number = cell.n == 3 ? (uint32_t)tr_mysql_le(cell) : 0;

    *ret_moment = (struct tr_mysql_moment){0};
    if (set_date(number >> 9, number >> 5 & 15, number & 31, ret_moment) < 0)
        return -1;
    return cell.n == 3 ? 0 : -1;
}

/* The digits hhmmss. */
static int unpack_old_time(struct tr_slice cell, struct tr_mysql_moment *ret_moment)
{
    int64_t number = cell.n == 3 ? (int64_t)(tr_mysql_le(cell) ^ 0x800000) - 0x800000 : 0;
    int64_t size = number < 0 ? -number : number;

    *ret_moment = (struct tr_mysql_moment){0};
    if (cell.n != 3 || set_time(size / 10000, size / 100 % 100, size % 100, ret_moment) < 0)
        return -1;
    if (number < 0)
        ret_moment->us = -ret_moment->us;
    return 0;
}

int tr_mysql_unpack_time(const struct tr_mysql_type *type, struct tr_slice cell,
                         struct tr_mysql_moment *ret_moment)
{
    size_t f = fraction_size(type);

    if (type->field == TR_BINLOG_FIELD_TIME)
        return unpack_old_time(cell, ret_moment);
    if (cell.n != 3 + f)
        return -1;
    /* all bytes are one number; the whole part's lowest unit is 256^f of the fraction's */
    int64_t number = (int64_t)tr_mysql_be(cell.p, cell.n) - ((int64_t)1 << (23 + 8 * f));
    int64_t size = number < 0 ? -number : number;
    int64_t packed =
        (size >> 8 * f << FRACTION_BITS) + (size & (((int64_t)1 << 8 * f) - 1)) * fraction_us[f];
    return tr_mysql_split_time(number < 0 ? -packed : packed, ret_moment);
}

/* The digits YYYYMMDDhhmmss. */
static int unpack_old_datetime(struct tr_slice cell, struct tr_mysql_moment *ret_moment)
{
    uint64_t number = cell.n == 8 ? tr_mysql_le(cell) : 0;
    int64_t date = (int64_t)(number / 1000000), time = (int64_t)(number % 1000000);

    *ret_moment = (struct tr_mysql_moment){0};
    if (cell.n != 8 || time / 10000 > 23 ||
        set_date(date / 10000, date / 100 % 100, date % 100, ret_moment) < 0)
        return -1;
    return set_time(time / 10000, time / 100 % 100, time % 100, ret_moment);
}

int tr_mysql_unpack_datetime(const struct tr_mysql_type *type, struct tr_slice cell,
                             struct tr_mysql_moment *ret_moment)
{
    size_t f = fraction_size(type);

    if (type->field == TR_BINLOG_FIELD_DATETIME)
        return unpack_old_datetime(cell, ret_moment);
    if (cell.n != 5 + f || !((unsigned char)cell.p[0] & 0x80))
        return -1;
    int64_t whole = (int64_t)tr_mysql_be(cell.p, 5) - ((int64_t)1 << 39);
    int64_t micros = (int64_t)tr_mysql_be(cell.p + 5, f) * fraction_us[f];
    return micros >= TR_SECOND_US
               ? -1
               : tr_mysql_split_datetime((whole << FRACTION_BITS) + micros, ret_moment);
}

int tr_mysql_unpack_timestamp(const struct tr_mysql_type *type, struct tr_slice cell,
                              int64_t *ret_us)
{
    bool old = type->field == TR_BINLOG_FIELD_TIMESTAMP;
    size_t f = old ? 0 : fraction_size(type);

    if (cell.n != 4 + f)
        return -1;
    int64_t seconds = (int64_t)(old ? tr_mysql_le(cell) : tr_mysql_be(cell.p, 4));
    int64_t micros = (int64_t)tr_mysql_be(cell.p + 4, f) * fraction_us[f];
    *ret_us = seconds * TR_SECOND_US + micros;
    return micros < TR_SECOND_US ? 0 : -1;
}

/* ---- from a SELECT's text -------------------------------------------------------------------- */

struct scan {
    const char *p, *end;
    bool failed;
};

static int64_t scan_number(struct scan *scan, int least, int most)
{
    int64_t number = 0;
    int n = 0;

    for (; n < most && scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9'; n++)
        number = number * 10 + (*scan->p++ - '0');
    scan->failed |= n < least;
    return number;
}

static void scan_expect(struct scan *scan, char c)
{
    if (scan->p < scan->end && *scan->p == c)
        scan->p++;
    else
        scan->failed = true;
}

static void scan_date(struct scan *scan, struct tr_mysql_moment *moment)
{
    int64_t year = scan_number(scan, 4, 4);
    scan_expect(scan, '-');
    int64_t month = scan_number(scan, 2, 2);
    scan_expect(scan, '-');
    scan->failed |= set_date(year, month, scan_number(scan, 2, 2), moment) < 0;
}

static void scan_time(struct scan *scan, struct tr_mysql_moment *moment)
{
    int64_t hour = scan_number(scan, 2, 3);
    scan_expect(scan, ':');
    int64_t minute = scan_number(scan, 2, 2);
    scan_expect(scan, ':');
    scan->failed |= set_time(hour, minute, scan_number(scan, 2, 2), moment) < 0;
    if (scan->p < scan->end && *scan->p == '.') {
        const char *start = ++scan->p;
        int64_t micros = scan_number(scan, 1, 6);
        for (int n = (int)(scan->p - start); n < 6; n++)
            micros *= 10;
        moment->us += micros;
    }
}

static bool scan_done(const struct scan *scan)
{
    return !scan->failed && scan->p == scan->end;
}

static int scan_datetime(struct tr_slice text, struct tr_mysql_moment *ret_moment)
{
    struct scan scan = {text.p, text.p + text.n, false};

    *ret_moment = (struct tr_mysql_moment){0};
    scan_date(&scan, ret_moment);
    scan_expect(&scan, ' ');
    scan_time(&scan, ret_moment);
    return scan_done(&scan) && ret_moment->us < TR_DAY_US ? 0 : -1;
}

int tr_mysql_transcode_date(const struct tr_mysql_type *type, struct tr_slice text,
                            struct tr_arena *scratch, struct tr_slice *ret_cell,
                            struct tr_diag *diag)
{
    struct scan scan = {text.p, text.p + text.n, false};
    struct tr_mysql_moment moment = {0};

    (void)type;
    scan_date(&scan, &moment);
    if (!scan_done(&scan))
        return tr_mysql_bad_text(diag, "date", text);
    uint64_t number =
        (uint64_t)moment.date.year << 9 | (uint64_t)(moment.date.month << 5 | moment.date.day);
    return tr_mysql_put_le(number, 3, scratch, ret_cell, diag);
}

/* hour:… minute:6 second:6 */
static int64_t hms_of(int64_t us)
{
    int64_t seconds = us / TR_SECOND_US;

    return (seconds / 3600) << 12 | (seconds / 60 % 60) << 6 | seconds % 60;
}

static int64_t digits_of(int64_t us)
{
    int64_t seconds = us / TR_SECOND_US;

    return seconds / 3600 * 10000 + seconds / 60 % 60 * 100 + seconds % 60;
}

int tr_mysql_transcode_time(const struct tr_mysql_type *type, struct tr_slice text,
                            struct tr_arena *scratch, struct tr_slice *ret_cell,
                            struct tr_diag *diag)
{
    bool negative = text.n && text.p[0] == '-';
    struct scan scan = {text.p + negative, text.p + text.n, false};
    struct tr_mysql_moment moment = {0};
    size_t f = fraction_size(type);

    scan_time(&scan, &moment);
    if (!scan_done(&scan) || moment.us >= 839 * 3600 * TR_SECOND_US)
        return tr_mysql_bad_text(diag, "time", text);
    if (type->field == TR_BINLOG_FIELD_TIME) {
        int64_t digits = digits_of(moment.us);
        return tr_mysql_put_le((uint64_t)(negative ? -digits : digits), 3, scratch, ret_cell, diag);
    }
    int64_t number = hms_of(moment.us) << 8 * f;
    if (f)
        number += moment.us % TR_SECOND_US / fraction_us[f];
    number = ((int64_t)1 << (23 + 8 * f)) + (negative ? -number : number);
    return tr_mysql_put_be((uint64_t)number, 3 + f, scratch, ret_cell, diag);
}

int tr_mysql_transcode_datetime(const struct tr_mysql_type *type, struct tr_slice text,
                                struct tr_arena *scratch, struct tr_slice *ret_cell,
                                struct tr_diag *diag)
{
    struct tr_mysql_moment moment;
    size_t f = fraction_size(type);

    if (scan_datetime(text, &moment) < 0)
        return tr_mysql_bad_text(diag, "date and time", text);
    const struct tr_date *date = &moment.date;
    if (type->field == TR_BINLOG_FIELD_DATETIME) {
        int64_t days = date->year * 10000 + date->month * 100 + date->day;
        return tr_mysql_put_le((uint64_t)(days * 1000000 + digits_of(moment.us)), 8, scratch,
                               ret_cell, diag);
    }
    int64_t ymd = (date->year * 13 + date->month) << 5 | date->day;
    uint64_t number = (uint64_t)(((int64_t)1 << 39) + (ymd << 17 | hms_of(moment.us))) << 8 * f;
    if (f)
        number += (uint64_t)(moment.us % TR_SECOND_US / fraction_us[f]);
    return tr_mysql_put_be(number, 5 + f, scratch, ret_cell, diag);
}

/* The session's time zone is UTC. */
int tr_mysql_transcode_timestamp(const struct tr_mysql_type *type, struct tr_slice text,
                                 struct tr_arena *scratch, struct tr_slice *ret_cell,
                                 struct tr_diag *diag)
{
    struct tr_mysql_moment moment;
    int64_t seconds = 0;

    if (scan_datetime(text, &moment) < 0)
        return tr_mysql_bad_text(diag, "timestamp", text);
    if (moment.date.month)
        seconds = tr_date_to_days(&moment.date) * 86400 + moment.us / TR_SECOND_US;
    if (seconds < 0 || seconds > UINT32_MAX)
        return tr_mysql_bad_text(diag, "timestamp", text);
    if (type->field == TR_BINLOG_FIELD_TIMESTAMP)
        return tr_mysql_put_le((uint64_t)seconds, 4, scratch, ret_cell, diag);
    size_t f = fraction_size(type);
    int64_t number = seconds << 8 * f;
    if (f)
        number += moment.us % TR_SECOND_US / fraction_us[f];
    return tr_mysql_put_be((uint64_t)number, 4 + f, scratch, ret_cell, diag);
}
