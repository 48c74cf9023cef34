/* The form of records, and what stands for types. */
#include "config/check-text.h"
#include "config/option-table.h"

static const struct tr_choice adjustments[] = {
    {"none", TR_ADJUST_NONE, NULL},
    {"avro", TR_ADJUST_AVRO, NULL},
    {"avro_unicode", TR_ADJUST_AVRO_UNICODE, NULL},
    {0},
};

static const struct tr_choice refreshes[] = {
    {"columns_diff", 0, NULL}, {"columns_diff_exclude_unchanged_toast", 1, NULL}, {0}};

static const struct tr_option record_options[] = {
    {.name = "tombstones.on.delete",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .importance = TR_MEDIUM,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.tombstones_on_delete),
     .doc = "Whether a delete is followed by a record with the same key and no value."},
    {.name = "extended.headers.enabled",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.extended_headers),
     .doc = "Whether records have the __debezium.context.* headers."},
    {.name = "unavailable.value.placeholder",
     .fallback = "__debezium_unavailable_value",
     .importance = TR_MEDIUM,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.unavailable_placeholder),
     .check = tr_check_placeholder,
     .doc = "Stands for a large value that an update left unchanged and that the log therefore "
            "doesn't hold; hex: and hexadecimal digits make it bytes."},
    {.name = "provide.transaction.metadata",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.transaction_metadata),
     .doc = "Whether changes have a transaction block, and <topic.prefix>.transaction tells where "
            "transactions begin and end."},
    {.name = "transaction.metadata.factory",
     .status = TR_OPTION_DEFAULT_ONLY,
     .fallback = "io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory",
     .note = "a Java class can't be loaded",
     .doc = "A Java class that makes transaction metadata."},
    {.name = "sourceinfo.struct.maker",
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = "a Java class can't be loaded",
     .doc = "A Java class that makes the source block."},
    {.name = "schema.name.adjustment.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "none",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.schema_names),
     .choices = adjustments,
     .doc = "How the names of schemas are made to fit Avro: not at all, with _ for each character "
            "that it forbids, or with its code as _u0020 (then _ is written as _u005f)."},
    {.name = "field.name.adjustment.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "none",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.field_names),
     .choices = adjustments,
     .doc = "The same for the names of columns."},
    {.name = "schema.refresh.mode",
     .importance = TR_MEDIUM,
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .status = TR_OPTION_INERT,
     .fallback = "columns_diff",
     .choices = refreshes,
     .note = "a table's schema is read when the log says that it changed",
     .doc = "When Debezium reads a table's schema again."},
};

const struct tr_option_group tr_options_record = {
    .title = "The form of records", .readers = TR_FOR_DATABASES, TR_OPTIONS(record_options)};

static const struct tr_choice times[] = {
    {"adaptive", TR_TIME_ADAPTIVE, NULL},
    {"adaptive_time_microseconds", TR_TIME_ADAPTIVE_TIME_MICROSECONDS, NULL},
    {"connect", TR_TIME_CONNECT, NULL},
    {"isostring", TR_TIME_ISOSTRING, NULL},
    {"microseconds", TR_TIME_MICROSECONDS, NULL},
    {"nanoseconds", TR_TIME_NANOSECONDS, NULL},
    {0},
};

static const struct tr_choice binlog_times[] = {
    {"adaptive_time_microseconds", TR_TIME_ADAPTIVE_TIME_MICROSECONDS, NULL},
    {"connect", TR_TIME_CONNECT, NULL},
    {"isostring", TR_TIME_ISOSTRING, NULL},
    {"microseconds", TR_TIME_MICROSECONDS, NULL},
    {"nanoseconds", TR_TIME_NANOSECONDS, NULL},
    {"adaptive", 0, "refused by Debezium too: write adaptive_time_microseconds"},
    {0},
};

static const struct tr_choice unsigned_bigints[] = {
    {"long", TR_BIGINT_UNSIGNED_LONG, NULL}, {"precise", TR_BIGINT_UNSIGNED_PRECISE, NULL}, {0}};

static const struct tr_choice decimals[] = {
    {"precise", TR_DECIMAL_PRECISE, NULL},
    {"double", TR_DECIMAL_DOUBLE, NULL},
    {"string", TR_DECIMAL_STRING, NULL},
    {0},
};

static const struct tr_choice binaries[] = {
    {"bytes", TR_BINARY_BYTES, NULL},
    {"base64", TR_BINARY_BASE64, NULL},
    {"base64-url-safe", TR_BINARY_BASE64_URL_SAFE, NULL},
    {"hex", TR_BINARY_HEX, NULL},
    {0},
};

static const struct tr_choice intervals[] = {
    {"numeric", TR_INTERVAL_NUMERIC, NULL}, {"string", TR_INTERVAL_STRING, NULL}, {0}};

static const struct tr_choice hstores[] = {
    {"json", TR_HSTORE_JSON, NULL}, {"map", TR_HSTORE_MAP, NULL}, {0}};

static const struct tr_option type_options[] = {
    {.name = "time.precision.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .fallback = "adaptive",
     .importance = TR_MEDIUM,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.time_precision),
     .choices = times,
     .doc = "How dates and times are written."},
    {.name = "time.precision.mode",
     .readers = TR_FOR_BINLOG,
     .type = TR_OPTION_CHOICE,
     .fallback = "adaptive_time_microseconds",
     .importance = TR_MEDIUM,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.time_precision),
     .choices = binlog_times,
     .doc = "How dates and times are written."},
    {.name = "decimal.handling.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "precise",
     .importance = TR_MEDIUM,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.decimal_handling),
     .choices = decimals,
     .doc = "How exact decimal numbers (and PostgreSQL's money) are written."},
    {.name = "binary.handling.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "bytes",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.binary_handling),
     .choices = binaries,
     .doc = "How binary strings are written."},
    {.name = "interval.handling.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .fallback = "numeric",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.interval_handling),
     .choices = intervals,
     .doc = "How interval is written: microseconds, or ISO 8601."},
    {.name = "hstore.handling.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .fallback = "json",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.hstore_handling),
     .choices = hstores,
     .doc = "How hstore is written."},
    {.name = "money.fraction.digits",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_INT,
     .fallback = "2",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.money_fraction_digits),
     .min = 0,
     .max = 18,
     .doc = "The scale of money."},
    {.name = "include.unknown.datatypes",
     .importance = TR_MEDIUM,
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.include_unknown),
     .doc = "Whether columns of unknown types are written, as bytes."},
    {.name = "bigint.unsigned.handling.mode",
     .readers = TR_FOR_BINLOG,
     .type = TR_OPTION_CHOICE,
     .fallback = "long",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.bigint_unsigned_handling),
     .choices = unsigned_bigints,
     .doc = "How BIGINT UNSIGNED is written: as a long, which wraps around, or as a decimal."},
    {.name = "enable.time.adjuster",
     .readers = TR_FOR_BINLOG,
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.time_adjuster),
     .doc = "Whether years 0 to 99 are taken for 1970 to 2069."},
};

const struct tr_option_group tr_options_types = {
    .title = "Types", .readers = TR_FOR_DATABASES, TR_OPTIONS(type_options)};
