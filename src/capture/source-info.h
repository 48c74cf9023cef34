/*
 * The "source" block of an envelope: nine fields that all connectors share, then the driver's own.
 * Facts: Debezium 3.6, io.debezium.connector.AbstractSourceInfo and recordings.
 */
#ifndef TR_CAPTURE_SOURCE_INFO_H
#define TR_CAPTURE_SOURCE_INFO_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/schema.h"
#include "record/value.h"

/* What source.version says: the Debezium release whose format this is. */
#define TR_SOURCE_VERSION "3.6.1.Final"

enum tr_source_field {
    TR_SOURCE_VERSION_FIELD,
    TR_SOURCE_CONNECTOR,
    TR_SOURCE_NAME,
    TR_SOURCE_TS_MS,
    TR_SOURCE_SNAPSHOT,
    TR_SOURCE_DB,
    TR_SOURCE_SEQUENCE,
    TR_SOURCE_TS_US,
    TR_SOURCE_TS_NS,
    TR_SOURCE_COMMON, /* how many; the driver's fields follow */
};

/* The schema of the block with the driver's fields at its end, in the arena; NULL: no memory. */
const struct tr_schema *tr_source_schema_new(struct tr_arena *arena, const char *name,
                                             const struct tr_field *fields, size_t nfields);

/* Set the three ts fields from microseconds since 1970. */
void tr_source_set_time(struct tr_value *source, int64_t us);

#endif
