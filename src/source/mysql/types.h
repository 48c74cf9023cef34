/*
 * From MySQL's and MariaDB's types to Connect's, as Debezium maps them: the driver's tr_type_map.
 *
 * A cell is a slice in the binary log's row format, without its length: little-endian integers,
 * packed decimals and times, ordinals of ENUM and SET members, binary JSON. The stream has it so.
 * A snapshot's SELECT brings text, which one function per type transcodes into the same form, so
 * that one converter serves both and one value has one form.
 *
 * A SELECT whose rows are transcoded runs with these session settings, and asks for each column
 * with tr_mysql_type_select: SET character_set_results = NULL (bytes in the column's own charset,
 * as in the log), time_zone = '+00:00', sql_mode = ''.
 */
#ifndef TR_SOURCE_MYSQL_TYPES_H
#define TR_SOURCE_MYSQL_TYPES_H

#include "base/buf.h"
#include "capture/plan.h"
#include "config/options.h"
#include "source/mysql/mysql-type.h"

struct tr_mysql_type_map {
    struct tr_type_map map; /* first: this is a tr_type_map */
    const struct tr_capture_options *options;
    const struct tr_mysql_converters *converters; /* converters.h; NULL: none */
};

/* For both servers. The options are borrowed. */
void tr_mysql_type_map_init(struct tr_mysql_type_map *types,
                            const struct tr_capture_options *options);

/* Append what a SELECT asks for, so that the column's text is without loss; column is its name with
 * backticks. */
void tr_mysql_type_select(const struct tr_mysql_type *type, const char *column, struct tr_buf *sql);

/* The text of a SELECT to a cell; what doesn't lie in the text goes into scratch, which has to live
 * until the row is captured (so it isn't the capturer's). <0: not a value of this type. */
typedef int tr_mysql_transcode_fn(const struct tr_mysql_type *type, struct tr_slice text,
                                  struct tr_arena *scratch, struct tr_slice *ret_cell,
                                  struct tr_diag *diag);

/* Never NULL; looked up once per column. */
tr_mysql_transcode_fn *tr_mysql_type_transcoder(const struct tr_mysql_type *type);

/* Append a cell as SQL that the column compares equal to. <0: a type that can't be compared so
 * (JSON, geometries). */
int tr_mysql_type_literal(const struct tr_mysql_type *type, struct tr_slice cell,
                          struct tr_buf *sql, struct tr_diag *diag) TR_MUSTCHECK;

/* Apply the JSON diffs of a partial update (tr_binlog_row.diffs: the after cell) to the old value's
 * cell. The result is a cell, in scratch. */
int tr_mysql_json_apply(struct tr_slice before, struct tr_slice diffs, struct tr_arena *scratch,
                        struct tr_slice *ret_cell, struct tr_diag *diag) TR_MUSTCHECK;

#endif
