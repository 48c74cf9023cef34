/*
 * From PostgreSQL's types to Connect's, as Debezium maps them: the driver's tr_type_map.
 *
 * Conversions read the server's text form under the session settings that connect.c makes
 * (DateStyle ISO, TimeZone UTC, IntervalStyle postgres, bytea_output hex, extra_float_digits 1), in
 * the stream and in COPY alike.
 */
#ifndef TR_SOURCE_POSTGRES_TYPES_H
#define TR_SOURCE_POSTGRES_TYPES_H

#include "capture/plan.h"
#include "config/options.h"

struct tr_pg_type_map {
    struct tr_type_map map; /* first: this is a tr_type_map */
    const struct tr_capture_options *options;
};

void tr_pg_type_map_init(struct tr_pg_type_map *types, const struct tr_capture_options *options);

#endif
