/* Dates of the proleptic Gregorian calendar, counted and printed. */
#ifndef TR_RECORD_CALENDAR_H
#define TR_RECORD_CALENDAR_H

#include <stdint.h>

#define TR_SECOND_US INT64_C(1000000)
#define TR_DAY_US    INT64_C(86400000000)

struct tr_date {
    int64_t year; /* 0 is 1 BC */
    int month, day;
};

/* The largest whole number not above a / b; b is positive. */
int64_t tr_floor_div(int64_t a, int64_t b);

/* Days since 1970-01-01, to and from. A day beyond its month's end counts on. */
int64_t tr_date_to_days(const struct tr_date *date);
void tr_date_from_days(int64_t days, struct tr_date *ret_date);

/* ISO 8601 as Java prints it: 2024-02-29, +20000-01-01, -0043-03-15, four digits with a sign where
 * that isn't enough. 04:05:06.789 for microseconds of a day. Return the end. */
char *tr_date_put(char *p, const struct tr_date *date);
char *tr_time_put(char *p, int64_t us, int fraction);

#endif
