/* Names and creation of topics, and converters. */
#include "config/check-text.h"
#include "config/option-table.h"

#define ONE_STRATEGY "only io.debezium.schema.SchemaTopicNamingStrategy is supported so far"

static const struct tr_choice strategies[] = {
    {"io.debezium.schema.SchemaTopicNamingStrategy", 0, NULL},
    {"io.debezium.schema.DefaultTopicNamingStrategy", 1, ONE_STRATEGY},
    {"io.debezium.schema.SchemaRegexTopicNamingStrategy", 2, ONE_STRATEGY},
    {"io.debezium.schema.DefaultRegexTopicNamingStrategy", 3, ONE_STRATEGY},
    {"io.debezium.schema.SchemaUnicodeTopicNamingStrategy", 4, ONE_STRATEGY},
    {"io.debezium.schema.DefaultUnicodeTopicNamingStrategy", 5, ONE_STRATEGY},
    {0},
};

static const struct tr_option topic_options[] = {
    {.name = "topic.prefix",
     .required = true,
     .importance = TR_HIGH,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.topic_prefix),
     .check = tr_check_topic_text,
     .doc = "The logical name of the server: first part of all topic and schema names, and part of "
            "the position's key; never change it after the first start."},
    {.name = "topic.delimiter",
     .fallback = ".",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.topic_delimiter),
     .check = tr_check_topic_text,
     .doc = "Stands between the parts of topic names."},
    {.name = "topic.naming.strategy",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_CHOICE,
     .fallback = "io.debezium.schema.SchemaTopicNamingStrategy",
     .choices = strategies,
     .doc = "How topics are named: <topic.prefix>.<schema>.<table>."},
    {.name = "topic.regex",
     .status = TR_OPTION_DEFAULT_ONLY,
     .with = "topic.naming.strategy",
     .note = "it belongs to a naming strategy that is not supported yet",
     .doc = "What to replace in topic names."},
    {.name = "topic.replacement",
     .status = TR_OPTION_DEFAULT_ONLY,
     .with = "topic.naming.strategy",
     .note = "it belongs to a naming strategy that is not supported yet",
     .doc = "What to put there."},
    {.name = "topic.key.*",
     .status = TR_OPTION_DEFAULT_ONLY,
     .with = "topic.naming.strategy",
     .note = "it belongs to a naming strategy that is not supported yet",
     .doc = "What to add to keys."},
    {.name = "topic.cache.size",
     .type = TR_OPTION_INT,
     .status = TR_OPTION_INERT,
     .fallback = "10000",
     .note = "topic names are made once for each table",
     .doc = "Size of a cache of topic names."},
    {.name = "topic.transaction",
     .status = TR_OPTION_INERT,
     .fallback = "transaction",
     .note = "transaction metadata is not supported yet",
     .doc = "Name of the topic of transactions."},
};

const struct tr_option_group tr_options_topic = {
    .title = "Topics", .readers = TR_FOR_DATABASES, TR_OPTIONS(topic_options)};

static const struct tr_option creation_options[] = {
    {.name = "topic.creation.groups",
     .type = TR_OPTION_LIST,
     .fallback = "",
     .doc = "Groups of topics that are created in a way of their own; the first that matches "
            "counts."},
    {.name = "topic.creation.*.include",
     .type = TR_OPTION_LIST,
     .check = tr_check_regex,
     .doc = "Regular expressions on the names of the group's topics."},
    {.name = "topic.creation.*.exclude",
     .type = TR_OPTION_LIST,
     .check = tr_check_regex,
     .doc = "Regular expressions on the names of topics that aren't the group's."},
    {.name = "topic.creation.*.replication.factor",
     .type = TR_OPTION_INT,
     .min = -1,
     .max = INT16_MAX,
     .doc = "Replicas of the group's topics (or of default's, all others); -1 is the broker's "
            "default."},
    {.name = "topic.creation.*.partitions",
     .type = TR_OPTION_INT,
     .min = -1,
     .max = INT32_MAX,
     .doc = "Partitions of the group's topics (or of default's); -1 is the broker's default."},
    {.name = "topic.creation.*",
     .doc = "A topic-level configuration of the group (or of default), such as "
            "topic.creation.default.cleanup.policy."},
};

const struct tr_option_group tr_options_creation = {
    .title = "Creation of topics", .readers = TR_FOR_SOURCES, TR_OPTIONS(creation_options)};

#define JSON "org.apache.kafka.connect.json.JsonConverter"
#define NOT_YET                                                                                    \
    "only " JSON ", org.apache.kafka.connect.storage.StringConverter and "                         \
    "org.apache.kafka.connect.converters.ByteArrayConverter are supported so far"

static const struct tr_choice converters[] = {
    {JSON, TR_CONVERTER_JSON, NULL},
    {"JsonConverter", TR_CONVERTER_JSON, NULL},
    {"org.apache.kafka.connect.storage.StringConverter", TR_CONVERTER_STRING, NULL},
    {"StringConverter", TR_CONVERTER_STRING, NULL},
    {"org.apache.kafka.connect.converters.ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    {"ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    {"io.confluent.connect.avro.AvroConverter", 0, NOT_YET},
    {"io.confluent.connect.protobuf.ProtobufConverter", 0, NOT_YET},
    {"io.confluent.connect.json.JsonSchemaConverter", 0, NOT_YET},
    {"io.apicurio.registry.utils.converter.AvroConverter", 0, NOT_YET},
    {"io.debezium.converters.CloudEventsConverter", 0, NOT_YET},
    {"io.debezium.converters.BinaryDataConverter", 0, NOT_YET},
    {"io.debezium.converters.ByteArrayConverter", 0, NOT_YET},
    {0},
};

/* The headers' values are texts, and all of these write them as they are. */
static const struct tr_choice header_converters[] = {
    {"org.apache.kafka.connect.storage.SimpleHeaderConverter", 0, NULL},
    {"SimpleHeaderConverter", 0, NULL},
    {"org.apache.kafka.connect.storage.StringConverter", 0, NULL},
    {"StringConverter", 0, NULL},
    {0},
};

static const struct tr_choice formats[] = {{"BASE64", 0, NULL}, {"NUMERIC", 1, NULL}, {0}};

/* clang-format off */
#define ONE_VERSION "tailrace has one version of each plugin"

#define CONVERTER_ROWS(side, what, member) \
    {.name = side ".converter", .type = TR_OPTION_CHOICE, .fallback = JSON, \
     .choices = converters, .at = TR_CONNECTOR_AT(capture.member.class), \
     .classes = true, .doc = "How " what " become bytes."}, \
    {.name = side ".converter.plugin.version", .status = TR_OPTION_INERT, .note = ONE_VERSION, \
     .with = side ".converter", .doc = "Which version of that converter to use, in Connect."}, \
    {.name = side ".converter.schemas.enable", .type = TR_OPTION_BOOLEAN, .fallback = "true", \
     .importance = TR_HIGH, .identity = true, .with = side ".converter", \
     .at = TR_CONNECTOR_AT(capture.member.schemas_enable), \
     .doc = "Whether " what " carry their schema."}, \
    {.name = side ".converter.replace.null.with.default", .type = TR_OPTION_BOOLEAN, \
     .fallback = "true", .identity = true, .with = side ".converter", \
     .at = TR_CONNECTOR_AT(capture.member.replace_null_with_default), \
     .doc = "Whether null is written as the column's default in " what "."}, \
    {.name = side ".converter.decimal.format", .type = TR_OPTION_CHOICE, \
     .status = TR_OPTION_DEFAULT_ONLY, .fallback = "BASE64", .with = side ".converter", \
     .choices = formats, .note = "others are not supported yet", \
     .doc = "How decimals are written in " what "."}, \
    {.name = side ".converter.schemas.cache.size", .type = TR_OPTION_INT, \
     .status = TR_OPTION_INERT, .fallback = "1000", .with = side ".converter", \
     .note = "a schema is rendered once for each version of a table", \
     .doc = "Size of a cache of schemas."}
/* clang-format on */

static const struct tr_option converter_options[] = {
    CONVERTER_ROWS("key", "keys", key),
    CONVERTER_ROWS("value", "values", value),
    {.name = "header.converter",
     .type = TR_OPTION_CHOICE,
     .fallback = "org.apache.kafka.connect.storage.SimpleHeaderConverter",
     .choices = header_converters,
     .classes = true,
     .doc = "How headers become bytes."},
    {.name = "header.converter.plugin.version",
     .status = TR_OPTION_INERT,
     .with = "header.converter",
     .note = ONE_VERSION,
     .doc = "Which version of that converter to use, in Connect."},
    {.name = "header.converter.*",
     .status = TR_OPTION_INERT,
     .with = "header.converter",
     .note = "the header converters have no options that matter",
     .doc = "Options of the header converter."},
    {.name = "topic.creation.enable",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = TR_CONNECTOR_AT(sink.topic_creation_enable),
     .doc = "Whether missing topics are created."},
    {.name = "offset.storage.file.filename",
     .at = TR_CONNECTOR_AT(sink.offsets_path),
     .doc = "File for the positions of connectors whose sink is stdout or a file; with the Kafka "
            "sink positions are in Kafka."},
};

const struct tr_option_group tr_options_converter = {
    .title = "Converters and storage: a worker's are the default of its connectors",
    .readers = TR_FOR_ALL,
    TR_OPTIONS(converter_options)};
