/* Connect's logical moments as Values prints a java.util.Date: by the value, not by the type. A
 * time of 1970-01-01 is a time, midnight is a date, everything else both. */
#ifndef TR_RECORD_MOMENT_TEXT_H
#define TR_RECORD_MOMENT_TEXT_H

#include "base/writer.h"
#include "record/schema.h"

/* A number of another schema is written as such. */
void tr_moment_write(struct tr_writer *writer, const struct tr_schema *schema, int64_t number);

#endif
