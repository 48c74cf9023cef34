/*
 * A Kafka Connect record on its way from the envelope to the encoder: what transforms work on.
 *
 * Everything it points to is borrowed: from the row at hand, the scratch arena or what was derived
 * once (transform/derive.h), and lives until the record is encoded. A transform replaces pointers,
 * it never writes through them.
 */
#ifndef TR_RECORD_RECORD_H
#define TR_RECORD_RECORD_H

#include "record/schema.h"
#include "record/value.h"

struct tr_record_header {
    const char *name;
    const struct tr_schema *schema; /* NULL: a null header without schema */
    struct tr_value value;
};

struct tr_record {
    const char *topic;
    int32_t partition;    /* -1: chosen by the key */
    int64_t timestamp_ms; /* since 1970; 0: none, when it is sent */
    /* No schema and a null value: no key, a tombstone. With a schema a null is a value, which the
     * encoder writes. */
    const struct tr_schema *key_schema, *value_schema;
    struct tr_value key, value;
    const struct tr_record_header *headers;
    size_t nheaders;
};

#endif
