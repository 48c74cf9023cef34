/* Kafka Connect's four logical types: schemas with a name that gives a plain type another meaning.
 * Facts: org.apache.kafka.connect.data.{Decimal,Date,Time,Timestamp}. */
#ifndef TR_RECORD_LOGICAL_H
#define TR_RECORD_LOGICAL_H

#include "record/schema.h"

enum tr_logical {
    TR_LOGICAL_NONE,
    TR_LOGICAL_DECIMAL,   /* bytes: the unscaled value */
    TR_LOGICAL_DATE,      /* int32: days since 1970 */
    TR_LOGICAL_TIME,      /* int32: milliseconds of the day */
    TR_LOGICAL_TIMESTAMP, /* int64: milliseconds since 1970 */
};

enum tr_logical tr_logical_of(const struct tr_schema *schema);

/* Of a Decimal: its parameter "scale". */
int tr_logical_scale(const struct tr_schema *schema);

extern const struct tr_schema tr_logical_date, tr_logical_time, tr_logical_timestamp;

#endif
