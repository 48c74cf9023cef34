/* Moments as PostgreSQL prints them, taken apart. */
#ifndef TR_SOURCE_POSTGRES_TYPES_MOMENT_H
#define TR_SOURCE_POSTGRES_TYPES_MOMENT_H

#include "base/diag.h"
#include "base/slice.h"
#include "record/calendar.h"

struct tr_pg_moment {
    struct tr_date date;
    int64_t us;     /* of the day */
    int fraction;   /* digits behind the second's point */
    int64_t offset; /* seconds east of UTC */
    int infinite;   /* 1, -1: infinity, -infinity; the rest is zero then */
};

enum tr_pg_part { TR_PG_DATE = 1, TR_PG_TIME = 2, TR_PG_OFFSET = 4 };

/* parts are tr_pg_part's; what is the type's name, for the message. */
int tr_pg_moment_parse(struct tr_slice text, unsigned parts, const char *what,
                       struct tr_pg_moment *ret_moment, struct tr_diag *diag) TR_MUSTCHECK;

#endif
