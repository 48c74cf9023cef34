/*
 * schema.name.adjustment.mode and field.name.adjustment.mode: names as Avro allows them, [A-Za-z_]
 * and then [A-Za-z0-9_], with dots between the parts of a schema's name.
 *
 * Java looks at UTF-16: a character outside the BMP is two that are replaced. Facts:
 * io.debezium.schema.SchemaNameAdjuster and the replacement functions.
 */
#ifndef TR_CAPTURE_NAMES_ADJUST_H
#define TR_CAPTURE_NAMES_ADJUST_H

#include "base/arena.h"
#include "config/options.h"

/* The name itself when it is fine, otherwise one in the arena; NULL: no memory. */
const char *tr_adjust_schema_name(enum tr_adjustment mode, const char *name,
                                  struct tr_arena *arena) TR_MUSTCHECK;
const char *tr_adjust_field_name(enum tr_adjustment mode, const char *name,
                                 struct tr_arena *arena) TR_MUSTCHECK;

#endif
