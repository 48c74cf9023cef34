/* The "source" block of MySQL's and MariaDB's records: what stands behind the nine common fields.
 */
#ifndef TR_SOURCE_MYSQL_SOURCE_BLOCK_H
#define TR_SOURCE_MYSQL_SOURCE_BLOCK_H

#include "base/log.h"
#include "capture/capture.h"
#include "source/mysql/position.h"

enum tr_mysql_source_field {
    TR_MYSQL_SOURCE_TABLE = TR_SOURCE_COMMON,
    TR_MYSQL_SOURCE_SERVER_ID,
    TR_MYSQL_SOURCE_GTID,
    TR_MYSQL_SOURCE_FILE,
    TR_MYSQL_SOURCE_POS,
    TR_MYSQL_SOURCE_ROW,
    TR_MYSQL_SOURCE_THREAD,
    TR_MYSQL_SOURCE_QUERY,
    TR_MYSQL_SOURCE_FIELDS,
};

/* NULL: no memory. */
const struct tr_schema *tr_mysql_source_schema_new(struct tr_arena *arena, bool mariadb);

/* Set file, pos and row; the place is borrowed until the change is captured. */
void tr_mysql_source_set_place(struct tr_value *source, const struct tr_mysql_coordinates *place,
                               uint64_t row);

/* Set db and table. */
void tr_mysql_source_set_table(struct tr_value *source, const struct tr_table *table);

/* Say in the log for which values null was written, if any. */
void tr_mysql_tell_nulled(struct tr_capturer *capturer, const struct tr_log *log);

#endif
