/*
 * Kafka Connect's schemas: the shape of a key, a value or a header.
 *
 * Schemas are made once per table version, live in the arena of what they were made for (a plan, a
 * driver) and never change afterwards, so that any thread may read them.
 */
#ifndef TR_RECORD_SCHEMA_H
#define TR_RECORD_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct tr_value;

enum tr_type {
    TR_TYPE_INT8,
    TR_TYPE_INT16,
    TR_TYPE_INT32,
    TR_TYPE_INT64,
    TR_TYPE_FLOAT32,
    TR_TYPE_FLOAT64,
    TR_TYPE_BOOLEAN,
    TR_TYPE_STRING,
    TR_TYPE_BYTES,
    TR_TYPE_ARRAY,
    TR_TYPE_MAP,
    TR_TYPE_STRUCT,
};

struct tr_schema_parameter {
    const char *key, *value;
};

struct tr_field {
    const char *name;
    const struct tr_schema *schema;
};

struct tr_schema {
    enum tr_type type;
    bool optional;
    const char *name; /* semantic name such as io.debezium.time.Date; NULL: none */
    int version;      /* 0: none */
    const char *doc;  /* NULL: none */
    const struct tr_schema_parameter *parameters;
    size_t nparameters;
    const struct tr_value *default_value; /* NULL: none */
    const struct tr_schema *keys;         /* of a map */
    const struct tr_schema *items;        /* of an array; the values of a map */
    const struct tr_field *fields;        /* of a struct, in order */
    size_t nfields;
    /* Stands for no schema: a transform made a map where there was none. Encoders that write
     * schemas write null for it. */
    bool schemaless;
};

#endif
