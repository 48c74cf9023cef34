/* Dates and times in cells, taken apart and packed. */
#ifndef TR_SOURCE_MYSQL_TYPES_MOMENT_H
#define TR_SOURCE_MYSQL_TYPES_MOMENT_H

#include "record/calendar.h"
#include "source/mysql/mysql-type.h"

/* date is 0000-00-00 for a TIME. us: of the day; a TIME's are signed and go beyond it. */
struct tr_mysql_moment {
    struct tr_date date;
    int64_t us;
};

/* <0: not a cell of the type (size, or parts out of range). */
int tr_mysql_unpack_date(struct tr_slice cell, struct tr_mysql_moment *ret_moment) TR_MUSTCHECK;
int tr_mysql_unpack_time(const struct tr_mysql_type *type, struct tr_slice cell,
                         struct tr_mysql_moment *ret_moment) TR_MUSTCHECK;
int tr_mysql_unpack_datetime(const struct tr_mysql_type *type, struct tr_slice cell,
                             struct tr_mysql_moment *ret_moment) TR_MUSTCHECK;
/* Microseconds since 1970-01-01 in UTC; 0 is the zero timestamp. */
int tr_mysql_unpack_timestamp(const struct tr_mysql_type *type, struct tr_slice cell,
                              int64_t *ret_us) TR_MUSTCHECK;

/* The 64-bit forms, which binary JSON holds. */
int tr_mysql_split_time(int64_t packed, struct tr_mysql_moment *ret_moment) TR_MUSTCHECK;
int tr_mysql_split_datetime(int64_t packed, struct tr_mysql_moment *ret_moment) TR_MUSTCHECK;

#endif
