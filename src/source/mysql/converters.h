/*
 * Debezium's custom converters of columns (`converters`): TinyIntOneToBooleanConverter,
 * JdbcSinkDataTypesConverter and ZeroDateFallbackConverter.
 *
 * A converter is asked for each column once, when a table version is compiled; the first one that
 * wants it has it. It takes the place of what the type map has chosen: schema, conversion and
 * stand-ins. Behind it come masks and what else changes columns, and the row path only runs the
 * plan, as ever. In Debezium a converter is handed whatever Java object the driver or the log's
 * reader has made of a value; here it is given one form, that of a column that may be null in the
 * modes that lose nothing.
 *
 * Facts: io.debezium.connector.binlog.converters and io.debezium.relational.TableSchemaBuilder.
 */
#ifndef TR_SOURCE_MYSQL_CONVERTERS_H
#define TR_SOURCE_MYSQL_CONVERTERS_H

#include "source/mysql/types.h"

struct tr_mysql_converters;

/* Have a type map ask the converters of its options. *ret_converters is what the map borrows; NULL:
 * there are none. */
int tr_mysql_converters_new(struct tr_mysql_type_map *types,
                            struct tr_mysql_converters **ret_converters,
                            struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_converters_free(struct tr_mysql_converters *converters);

#endif
