#include "config/zero-fallback.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/slice.h"
#include "record/calendar.h"

/* Two or four digits in a range; false: something else stands there. */
static bool take(const char **p, int digits, int64_t most, int64_t *ret_number)
{
    *ret_number = 0;
    for (int i = 0; i < digits; i++, (*p)++) {
        if (!isdigit((unsigned char)**p))
            return false;
        *ret_number = *ret_number * 10 + (**p - '0');
    }
    return *ret_number <= most;
}

static bool skip(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool take_date(const char **p, int64_t *us)
{
    int64_t year, month, day;

    if (!take(p, 4, 9999, &year) || !skip(p, '-') || !take(p, 2, 12, &month) || !skip(p, '-') ||
        !take(p, 2, 31, &day))
        return false;
    const struct tr_date date = {year, (int)month, (int)day};
    struct tr_date back;
    if (month < 1 || day < 1)
        return false;
    tr_date_from_days(tr_date_to_days(&date), &back);
    *us = tr_date_to_days(&date) * TR_DAY_US;
    return back.day == date.day && back.month == date.month;
}

static bool take_time(const char **p, bool seconds, int64_t *us)
{
    int64_t hour, minute, second = 0;

    if (!take(p, 2, 23, &hour) || !skip(p, ':') || !take(p, 2, 59, &minute))
        return false;
    if ((seconds || **p == ':') && (!skip(p, ':') || !take(p, 2, 59, &second)))
        return false;
    *us += (hour * 3600 + minute * 60 + second) * TR_SECOND_US;
    return true;
}

static bool take_fraction(const char **p, int64_t *us)
{
    int64_t unit = TR_SECOND_US;

    if (!skip(p, '.'))
        return true;
    for (; isdigit((unsigned char)**p); (*p)++) {
        unit /= 10;
        if (unit == 0)
            return false;
        *us += unit * (**p - '0');
    }
    return unit < TR_SECOND_US;
}

/* Z, or hours and minutes before or behind UTC. */
static bool take_offset(const char **p, int64_t *us)
{
    int64_t hour, minute, sign = **p == '-' ? 1 : -1;

    if (skip(p, 'Z') || skip(p, 'z'))
        return true;
    if ((!skip(p, '+') && !skip(p, '-')) || !take(p, 2, 18, &hour) || !skip(p, ':') ||
        !take(p, 2, 59, &minute))
        return false;
    *us += sign * (hour * 3600 + minute * 60) * TR_SECOND_US;
    return true;
}

static bool parse(enum tr_zero_kind kind, const char *p, int64_t *us)
{
    if (!take_date(&p, us))
        return false;
    if (kind == TR_ZERO_DATETIME && (!skip(&p, ' ') || !take_time(&p, true, us)))
        return false;
    if (kind == TR_ZERO_TIMESTAMP &&
        ((!skip(&p, 'T') && !skip(&p, 't')) || !take_time(&p, false, us) ||
         !take_fraction(&p, us) || !take_offset(&p, us)))
        return false;
    return !*p;
}

int tr_zero_fallback_parse(enum tr_zero_kind kind, const char *text,
                           struct tr_zero_fallback *ret_fallback, struct tr_diag *diag)
{
    static const char *const forms[] = {
        [TR_ZERO_DATE] = "a date: write NULL or 2000-01-31",
        [TR_ZERO_DATETIME] = "a date with a time: write NULL or 2000-01-31 23:59:59",
        [TR_ZERO_TIMESTAMP] = "a moment: write NULL or 2000-01-31T23:59:59Z",
    };

    *ret_fallback = (struct tr_zero_fallback){0};
    if (!text || !*text || strcasecmp(text, "NULL") == 0)
        return 0;
    ret_fallback->set = true;
    if (parse(kind, text, &ret_fallback->us))
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "not %s", forms[kind]);
}
