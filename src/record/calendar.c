#include "record/calendar.h"

int64_t tr_floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years are counted from March, so that the leap day comes last and the
 * months before it have a regular pattern of lengths. */
int64_t tr_date_to_days(const struct tr_date *date)
{
    int64_t year = date->month > 2 ? date->year : date->year - 1;
    int64_t month = date->month > 2 ? date->month - 3 : date->month + 9;
    int64_t era = tr_floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t day = (153 * month + 2) / 5 + date->day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

void tr_date_from_days(int64_t days, struct tr_date *ret_date)
{
    int64_t era = tr_floor_div(days + 719468, 146097);
    int64_t of_era = days + 719468 - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t day = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;

    ret_date->day = (int)(day - (153 * month + 2) / 5 + 1);
    ret_date->month = (int)(month < 10 ? month + 3 : month - 9);
    ret_date->year = year + era * 400 + (ret_date->month <= 2);
}

static char *put_number(char *p, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        p[i] = (char)('0' + number % 10);
    return p + width;
}

char *tr_date_put(char *p, const struct tr_date *date)
{
    int64_t year = date->year < 0 ? -date->year : date->year;
    int width = 4;

    for (int64_t rest = year / 10000; rest; rest /= 10)
        width++;
    if (date->year < 0 || width > 4)
        *p++ = date->year < 0 ? '-' : '+';
    p = put_number(p, year, width);
    *p++ = '-';
    p = put_number(p, date->month, 2);
    *p++ = '-';
    return put_number(p, date->day, 2);
}

char *tr_time_put(char *p, int64_t us, int fraction)
{
    int64_t seconds = us / TR_SECOND_US;
    int64_t micros = us % TR_SECOND_US;

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
