/* Moments as PostgreSQL prints them, taken apart, and as Java prints them, put together. */
#ifndef TR_SOURCE_POSTGRES_TYPES_MOMENT_H
#define TR_SOURCE_POSTGRES_TYPES_MOMENT_H

#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

#define TR_PG_SECOND_US INT64_C(1000000)
#define TR_PG_DAY_US    INT64_C(86400000000)

struct tr_pg_moment {
    int64_t year; /* 0 is 1 BC */
    int month, day;
    int64_t us;     /* of the day */
    int fraction;   /* digits behind the second's point */
    int64_t offset; /* seconds east of UTC */
    int infinite;   /* 1, -1: infinity, -infinity; the rest is zero then */
};

enum tr_pg_part { TR_PG_DATE = 1, TR_PG_TIME = 2, TR_PG_OFFSET = 4 };

/* parts are tr_pg_part's; what is the type's name, for the message. */
int tr_pg_moment_parse(struct tr_slice text, unsigned parts, const char *what,
                       struct tr_pg_moment *ret_moment, struct tr_diag *diag) TR_MUSTCHECK;

/* The largest whole number not above a / b; b is positive. */
int64_t tr_pg_floor_div(int64_t a, int64_t b);

/* Days since 1970-01-01, to and from year, month and day. */
int64_t tr_pg_moment_to_days(const struct tr_pg_moment *moment);
void tr_pg_moment_from_days(int64_t days, struct tr_pg_moment *moment);

/* ISO 8601: 2024-02-29, +20000-01-01, -0043-03-15 and 04:05:06.789. Return the end. */
char *tr_pg_moment_put_date(char *p, const struct tr_pg_moment *moment);
char *tr_pg_moment_put_time(char *p, int64_t us, int fraction);

#endif
