/* Names and creation of topics, and converters. */
#include "config/check-text.h"
#include "config/option-table.h"

#define STRATEGY(name) "io.debezium.schema." name "TopicNamingStrategy"

/* Debezium's "schema" strategies name the schema, its "default" ones the database: PostgreSQL's
 * topics have no database in them, and MySQL's no schema. */
static const struct tr_choice strategies[] = {
    {STRATEGY("Schema"), TR_TOPIC_QUALIFIED, NULL},
    {STRATEGY("Default"), TR_TOPIC_UNQUALIFIED, NULL},
    {STRATEGY("SchemaRegex"), TR_TOPIC_QUALIFIED | TR_TOPIC_REGEX, NULL},
    {STRATEGY("DefaultRegex"), TR_TOPIC_UNQUALIFIED | TR_TOPIC_REGEX, NULL},
    {STRATEGY("SchemaUnicode"), TR_TOPIC_QUALIFIED | TR_TOPIC_UNICODE, NULL},
    {STRATEGY("DefaultUnicode"), TR_TOPIC_UNQUALIFIED | TR_TOPIC_UNICODE, NULL},
    {0},
};

static const struct tr_choice binlog_strategies[] = {
    {STRATEGY("Default"), TR_TOPIC_QUALIFIED, NULL},
    {STRATEGY("Schema"), TR_TOPIC_UNQUALIFIED, NULL},
    {STRATEGY("DefaultRegex"), TR_TOPIC_QUALIFIED | TR_TOPIC_REGEX, NULL},
    {STRATEGY("SchemaRegex"), TR_TOPIC_UNQUALIFIED | TR_TOPIC_REGEX, NULL},
    {STRATEGY("DefaultUnicode"), TR_TOPIC_QUALIFIED | TR_TOPIC_UNICODE, NULL},
    {STRATEGY("SchemaUnicode"), TR_TOPIC_UNQUALIFIED | TR_TOPIC_UNICODE, NULL},
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
     .readers = TR_FOR_POSTGRES,
     .importance = TR_MEDIUM,
     .type = TR_OPTION_CHOICE,
     .fallback = STRATEGY("Schema"),
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.strategy),
     .choices = strategies,
     .doc = "How topics are named. Schema: <topic.prefix>.<schema>.<table>. Default: "
            "<topic.prefix>.<table>, whatever the schema. Regex: topic.regex is applied to that. "
            "Unicode: characters that Kafka forbids, and _, become _u and their code."},
    {.name = "topic.naming.strategy",
     .readers = TR_FOR_BINLOG,
     .importance = TR_MEDIUM,
     .type = TR_OPTION_CHOICE,
     .fallback = STRATEGY("Default"),
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.strategy),
     .choices = binlog_strategies,
     .doc = "The same for MySQL and MariaDB. Default: <topic.prefix>.<database>.<table>. Schema: "
            "<topic.prefix>.<table>, whatever the database."},
    {.name = "topic.regex",
     .with = "topic.naming.strategy",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.regex),
     .check = tr_check_regex,
     .doc = "With a Regex strategy: a topic's name that it matches as a whole is replaced."},
    {.name = "topic.replacement",
     .with = "topic.naming.strategy",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.replacement),
     .doc = "What the name becomes; $1 is the regular expression's first group."},
    {.name = "topic.key.enforce.uniqueness",
     .type = TR_OPTION_BOOLEAN,
     .with = "topic.naming.strategy",
     .fallback = "true",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.key_unique),
     .doc = "With a Regex strategy: whether keys get a field that tells the table, since several "
            "may share the topic."},
    {.name = "topic.key.field.name",
     .with = "topic.naming.strategy",
     .fallback = "__dbz__physicalTableIdentifier",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.key_field),
     .doc = "That field's name; its value is what the topic's name was before."},
    {.name = "topic.key.field.regex",
     .with = "topic.naming.strategy",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.key_regex),
     .check = tr_check_regex,
     .doc = "What to replace in that field."},
    {.name = "topic.key.field.replacement",
     .with = "topic.naming.strategy",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.naming.key_replacement),
     .doc = "What to put there."},
    {.name = "topic.cache.size",
     .type = TR_OPTION_INT,
     .status = TR_OPTION_INERT,
     .fallback = "10000",
     .note = "topic names are made once for each table",
     .doc = "Size of a cache of topic names."},
    {.name = "topic.transaction",
     .fallback = "transaction",
     .at = TR_CONNECTOR_AT(capture.topic_transaction),
     .check = tr_check_topic_text,
     .doc = "Last part of the name of the topic of transactions (provide.transaction.metadata)."},
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
#define NO_SUCH_CONVERTER                                                                          \
    "a converter that tailrace doesn't have: write io.confluent.connect.avro.AvroConverter, "      \
    "which works with the same registry, or " JSON

#define PRIMITIVE(name, value)                                                                     \
    {"org.apache.kafka.connect.converters." name, value, NULL},                                    \
    {                                                                                              \
        name, value, NULL                                                                          \
    }
#define PRIMITIVE_CONVERTERS                                                                       \
    PRIMITIVE("BooleanConverter", TR_CONVERTER_BOOLEAN),                                           \
        PRIMITIVE("ShortConverter", TR_CONVERTER_SHORT),                                           \
        PRIMITIVE("IntegerConverter", TR_CONVERTER_INTEGER),                                       \
        PRIMITIVE("LongConverter", TR_CONVERTER_LONG),                                             \
        PRIMITIVE("FloatConverter", TR_CONVERTER_FLOAT),                                           \
        PRIMITIVE("DoubleConverter", TR_CONVERTER_DOUBLE)

static const struct tr_choice converters[] = {
    {JSON, TR_CONVERTER_JSON, NULL},
    {"JsonConverter", TR_CONVERTER_JSON, NULL},
    {"org.apache.kafka.connect.storage.StringConverter", TR_CONVERTER_STRING, NULL},
    {"StringConverter", TR_CONVERTER_STRING, NULL},
    {"org.apache.kafka.connect.converters.ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    {"ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    PRIMITIVE_CONVERTERS,
    {"io.confluent.connect.avro.AvroConverter", TR_CONVERTER_AVRO, NULL},
    {"io.confluent.connect.protobuf.ProtobufConverter", 0, NO_SUCH_CONVERTER},
    {"io.confluent.connect.json.JsonSchemaConverter", 0, NO_SUCH_CONVERTER},
    {"io.apicurio.registry.utils.converter.ExtJsonConverter", 0, NO_SUCH_CONVERTER},
    {"io.apicurio.registry.utils.converter.ProtobufConverter", 0, NO_SUCH_CONVERTER},
    {"io.apicurio.registry.utils.converter.AvroConverter", TR_CONVERTER_APICURIO_AVRO, NULL},
    {"io.debezium.converters.CloudEventsConverter", TR_CONVERTER_CLOUDEVENTS, NULL},
    {"io.debezium.converters.BinaryDataConverter", TR_CONVERTER_BINARY, NULL},
    {"io.debezium.converters.ByteArrayConverter", TR_CONVERTER_BINARY, NULL},
    {0},
};

static const struct tr_choice header_converters[] = {
    {"org.apache.kafka.connect.storage.SimpleHeaderConverter", TR_CONVERTER_SIMPLE, NULL},
    {"SimpleHeaderConverter", TR_CONVERTER_SIMPLE, NULL},
    {JSON, TR_CONVERTER_JSON, NULL},
    {"JsonConverter", TR_CONVERTER_JSON, NULL},
    {"org.apache.kafka.connect.storage.StringConverter", TR_CONVERTER_STRING, NULL},
    {"StringConverter", TR_CONVERTER_STRING, NULL},
    {"org.apache.kafka.connect.converters.ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    {"ByteArrayConverter", TR_CONVERTER_BYTES, NULL},
    PRIMITIVE_CONVERTERS,
    {"io.debezium.converters.BinaryDataConverter", TR_CONVERTER_BINARY, NULL},
    {"io.debezium.converters.ByteArrayConverter", TR_CONVERTER_BINARY, NULL},
    {0},
};

/* Of a BinaryDataConverter. */
static const struct tr_choice delegates[] = {
    {"", TR_CONVERTER_BINARY, NULL},
    {JSON, TR_CONVERTER_JSON, NULL},
    {"org.apache.kafka.connect.storage.StringConverter", TR_CONVERTER_STRING, NULL},
    {0},
};

static const struct tr_choice formats[] = {
    {"BASE64", TR_DECIMAL_BASE64, NULL}, {"NUMERIC", TR_DECIMAL_NUMERIC, NULL}, {0}};

/* clang-format off */
#define ONE_VERSION "tailrace has one version of each plugin"

#define CONVERTER_ROWS(side, what, member, list, otherwise) \
    {.name = side ".converter", .type = TR_OPTION_CHOICE, .fallback = otherwise, \
     .choices = list, .at = TR_CONNECTOR_AT(capture.member.class), \
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
     .fallback = "BASE64", .identity = true, .with = side ".converter", .choices = formats, \
     .at = TR_CONNECTOR_AT(capture.member.decimal_format), \
     .doc = "How decimals are written in " what "."}, \
    {.name = side ".converter.delegate.converter.type", .type = TR_OPTION_CHOICE, \
     .fallback = "", .identity = true, .with = side ".converter", .choices = delegates, \
     .classes = true, .at = TR_CONNECTOR_AT(capture.member.delegate), \
     .doc = "Which converter a BinaryDataConverter gives " what " that are not bytes."}, \
    {.name = side ".converter.delegate.converter.type.schemas.enable", \
     .type = TR_OPTION_BOOLEAN, .fallback = "true", .identity = true, .with = side ".converter", \
     .at = TR_CONNECTOR_AT(capture.member.delegate_schemas_enable), \
     .doc = "That converter's schemas.enable."}, \
    {.name = side ".converter.schemas.cache.size", .type = TR_OPTION_INT, \
     .status = TR_OPTION_INERT, .fallback = "1000", .with = side ".converter", \
     .note = "a schema is rendered once for each version of a table", \
     .doc = "Size of a cache of schemas."}
/* clang-format on */

static const struct tr_option converter_options[] = {
    CONVERTER_ROWS("key", "keys", key, converters, JSON),
    CONVERTER_ROWS("value", "values", value, converters, JSON),
    CONVERTER_ROWS("header", "headers", header, header_converters,
                   "org.apache.kafka.connect.storage.SimpleHeaderConverter"),
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
