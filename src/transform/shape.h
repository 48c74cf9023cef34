/* Schemas made from other schemas: what transforms derive. All of it lies in the given arena and
 * fails only without memory (NULL). */
#ifndef TR_TRANSFORM_SHAPE_H
#define TR_TRANSFORM_SHAPE_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/schema.h"
#include "record/value.h"

/* A copy that may be changed, its fields too; with room for more of them. */
struct tr_schema *tr_shape_copy(const struct tr_schema *schema, size_t more,
                                struct tr_arena *arena) TR_MUSTCHECK;

/* The same as Connect's SchemaUtil.copySchemaBasics makes it: name, version, doc and parameters of
 * a struct that is required and has no default; and room for so many fields, but none yet. */
struct tr_schema *tr_shape_basics(const struct tr_schema *schema, size_t room,
                                  struct tr_arena *arena) TR_MUSTCHECK;

/* <0 (TR_DATA): two fields have one name, which no encoder can write. */
int tr_shape_check_names(const struct tr_schema *schema, struct tr_diag *diag) TR_MUSTCHECK;

/* Add a field to a copy that has room. */
void tr_shape_add(struct tr_schema *schema, const char *name, const struct tr_schema *type);

/* The schema itself if it is as optional as wanted, else a copy. */
const struct tr_schema *tr_shape_optional(const struct tr_schema *schema, bool optional,
                                          struct tr_arena *arena) TR_MUSTCHECK;

/* The place of a field of a struct, -1: none. */
int tr_shape_find(const struct tr_schema *schema, const char *name);

/* Whether two values of one schema are the same. */
bool tr_shape_equal(const struct tr_value *a, const struct tr_value *b);

/* "STRUCT", "INT32" …: Connect's words. */
const char *tr_shape_type_name(enum tr_type type);

extern const struct tr_schema tr_shape_string, tr_shape_optional_string;

#endif
