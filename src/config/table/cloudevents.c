/* Options of Debezium's CloudEventsConverter. */
#include "config/option-table.h"

#define ONLY_JSON                                                                                  \
    "CloudEvents are written as JSON with JSON data: write json, or use an AvroConverter"

static const struct tr_choice forms[] = {{"json", 0, NULL}, {"avro", 1, ONLY_JSON}, {0}};
static const struct tr_choice adjustments[] = {
    {"avro", 0, NULL}, {"avro_unicode", 1, NULL}, {"none", 2, NULL}, {0}};
static const struct tr_choice formats[] = {
    {"BASE64", TR_DECIMAL_BASE64, NULL}, {"NUMERIC", TR_DECIMAL_NUMERIC, NULL}, {0}};

/* clang-format off */
#define SET(side, rest) .name = side ".converter." rest, .with = side ".converter"
#define AT(member, field) .at = TR_CONNECTOR_AT(capture.member.cloudevents.field)
#define NO_NAME "JSON doesn't show a CloudEvent's schema"

#define ROWS(side, what, member) \
    {SET(side, "serializer.type"), .type = TR_OPTION_CHOICE, .fallback = "json", \
     .choices = forms, .doc = "How CloudEvents are written that " what " become."}, \
    {SET(side, "data.serializer.type"), .type = TR_OPTION_CHOICE, .fallback = "json", \
     .choices = forms, .doc = "How the data in them are written."}, \
    {SET(side, "extension.attributes.enable"), .type = TR_OPTION_BOOLEAN, .fallback = "true", \
     .identity = true, AT(member, extensions), \
     .doc = "Whether a CloudEvent has attributes for op, source and transaction."}, \
    {SET(side, "opentelemetry.tracing.attributes.enable"), .type = TR_OPTION_BOOLEAN, \
     .fallback = "false", AT(member, tracing), \
     .doc = "Whether it has a traceparent; refused, since that stands in a header."}, \
    {SET(side, "metadata.source"), .type = TR_OPTION_LIST, .identity = true, \
     .fallback = "value,id:generate,type:generate,traceparent:header,dataSchemaName:generate", \
     AT(member, metadata_source), \
     .doc = "Where a CloudEvent's metadata come from: the value; headers are refused."}, \
    {SET(side, "schema.data.name.source.header.enable"), .type = TR_OPTION_BOOLEAN, \
     .fallback = "false", .importance = TR_LOW, AT(member, data_name_header), \
     .doc = "Whether a header may name the data's schema."}, \
    {SET(side, "schema.cloudevents.name"), .status = TR_OPTION_INERT, .note = NO_NAME, \
     .importance = TR_LOW, .doc = "The name of the CloudEvent's schema."}, \
    {SET(side, "schema.name.adjustment.mode"), .type = TR_OPTION_CHOICE, \
     .status = TR_OPTION_INERT, .fallback = "avro", .choices = adjustments, .note = NO_NAME, \
     .importance = TR_LOW, .doc = "How that name is adjusted."}, \
    {SET(side, "json.schemas.enable"), .type = TR_OPTION_BOOLEAN, .fallback = "true", \
     .identity = true, AT(member, data_schemas), \
     .doc = "Whether a CloudEvent's data carry their schema."}, \
    {SET(side, "json.decimal.format"), .type = TR_OPTION_CHOICE, .fallback = "BASE64", \
     .identity = true, .choices = formats, AT(member, decimal_format), \
     .doc = "How decimals are written in a CloudEvent."}, \
    {SET(side, "json.replace.null.with.default"), .type = TR_OPTION_BOOLEAN, \
     .fallback = "true", .identity = true, AT(member, replace_null), \
     .doc = "Whether null is written as the column's default in a CloudEvent."}, \
    {SET(side, "json.schemas.cache.size"), .type = TR_OPTION_INT, .status = TR_OPTION_INERT, \
     .fallback = "1000", .note = "a schema is rendered once for each version of a table", \
     .doc = "Size of a cache of schemas."}
/* clang-format on */

static const struct tr_option options[] = {
    ROWS("key", "keys", key),
    ROWS("value", "values", value),
};

const struct tr_option_group tr_options_cloudevents = {
    .title = "CloudEvents: a worker's are the default of its connectors",
    .readers = TR_FOR_ALL,
    TR_OPTIONS(options)};
