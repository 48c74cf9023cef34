/* ISO 8601 texts with an offset, as io.debezium.time.ZonedTimestamp and ZonedTime hold them. */
#ifndef TR_TRANSFORM_DEBEZIUM_ZONED_TEXT_H
#define TR_TRANSFORM_DEBEZIUM_ZONED_TEXT_H

#include <stdint.h>

#include "base/macros.h"
#include "base/slice.h"

struct tr_zoned {
    int64_t local;  /* what clocks show: seconds since 1970, or of the day, as if they were UTC */
    int nanos;      /* of the second */
    int64_t offset; /* seconds east of UTC */
};

/* <0: it is not of that form. */
int tr_zoned_read_timestamp(struct tr_slice text, struct tr_zoned *ret_zoned) TR_MUSTCHECK;
int tr_zoned_read_time(struct tr_slice text, struct tr_zoned *ret_zoned) TR_MUSTCHECK;

/* As java.time prints it: no more digits of the fraction than it has. Return the end; there is room
 * for TR_ZONED_SIZE. */
#define TR_ZONED_SIZE 64
char *tr_zoned_put_timestamp(char *p, const struct tr_zoned *zoned);
char *tr_zoned_put_time(char *p, const struct tr_zoned *zoned);

#endif
