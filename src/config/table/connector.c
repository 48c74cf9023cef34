/* What every connector has, whatever its source. */
#include "config/check-text.h"
#include "config/option-table.h"

static const struct tr_choice classes[] = {
    {"io.debezium.connector.postgresql.PostgresConnector", TR_KIND_POSTGRES, NULL},
    {"postgres", TR_KIND_POSTGRES, NULL},
    {"PostgresConnector", TR_KIND_POSTGRES, NULL},
    {"io.debezium.connector.mysql.MySqlConnector", TR_KIND_MYSQL, NULL},
    {"mysql", TR_KIND_MYSQL, NULL},
    {"MySqlConnector", TR_KIND_MYSQL, NULL},
    {"io.debezium.connector.mariadb.MariaDbConnector", TR_KIND_MARIADB, NULL},
    {"mariadb", TR_KIND_MARIADB, NULL},
    {"MariaDbConnector", TR_KIND_MARIADB, NULL},
    {"org.apache.kafka.connect.file.FileStreamSourceConnector", TR_KIND_FILE_SOURCE, NULL},
    {"FileStreamSourceConnector", TR_KIND_FILE_SOURCE, NULL},
    {"FileStreamSource", TR_KIND_FILE_SOURCE, NULL},
    {"org.apache.kafka.connect.file.FileStreamSinkConnector", TR_KIND_FILE_SINK, NULL},
    {"FileStreamSinkConnector", TR_KIND_FILE_SINK, NULL},
    {"FileStreamSink", TR_KIND_FILE_SINK, NULL},
    {0},
};

static const struct tr_choice exactly_once[] = {
    {"requested", TR_EXACTLY_ONCE_REQUESTED, NULL},
    {"required", TR_EXACTLY_ONCE_REQUIRED, NULL},
    {0},
};

static const struct tr_choice boundaries[] = {
    {"poll", 0, NULL},
    {"connector", 1, NULL},
    {"interval", 2, NULL},
    {0},
};

#define ONE_VERSION "tailrace has one version of each plugin"

static const struct tr_option options[] = {
    {.name = "name",
     .required = true,
     .importance = TR_HIGH,
     .at = TR_CONNECTOR_AT(name),
     .check = tr_check_connector_name,
     .doc = "The connector's name, unique among all; part of its position's key and of its "
            "transactional id."},
    {.name = "connector.class",
     .type = TR_OPTION_CHOICE,
     .required = true,
     .importance = TR_HIGH,
     .identity = true,
     .at = TR_CONNECTOR_AT(kind),
     .choices = classes,
     .classes = true,
     .doc = "Which database is read: Debezium's class names and short names."},
    {.name = "connector.plugin.version",
     .status = TR_OPTION_INERT,
     .importance = TR_MEDIUM,
     .note = ONE_VERSION,
     .doc = "Which version of the connector to use, in Connect."},
    {.name = "tasks.max",
     .importance = TR_HIGH,
     .type = TR_OPTION_INT,
     .status = TR_OPTION_INERT,
     .fallback = "1",
     .min = 1,
     .max = INT32_MAX,
     .note = "a connector always is one task",
     .doc = "The number of tasks, in Connect."},
    {.name = "tasks.max.enforce",
     .type = TR_OPTION_BOOLEAN,
     .status = TR_OPTION_INERT,
     .fallback = "true",
     .note = "a connector always is one task",
     .doc = "Whether tasks.max is enforced, in Connect."},
    {.name = "exactly.once.support",
     .readers = TR_FOR_SOURCES,
     .type = TR_OPTION_CHOICE,
     .fallback = "requested",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(exactly_once),
     .choices = exactly_once,
     .doc = "With required, the connector is refused unless the worker's "
            "exactly.once.source.support is enabled, and with sink.type=stdout."},
    {.name = "transaction.boundary",
     .importance = TR_MEDIUM,
     .readers = TR_FOR_SOURCES,
     .type = TR_OPTION_CHOICE,
     .status = TR_OPTION_DEFAULT_ONLY,
     .fallback = "poll",
     .choices = boundaries,
     .note = "tailrace ends a Kafka transaction where a source transaction ends",
     .doc = "Where Kafka transactions end, in Connect."},
    {.name = "transaction.boundary.interval.ms",
     .readers = TR_FOR_SOURCES,
     .type = TR_OPTION_LONG,
     .status = TR_OPTION_INERT,
     .note = "it belongs to transaction.boundary=interval",
     .doc = "Length of a transaction, in Connect."},
    {.name = "config.action.reload",
     .status = TR_OPTION_INERT,
     .fallback = "restart",
     .note = "references to secrets are resolved when tailrace starts",
     .doc = "What Connect does when a secret changes."},
    {.name = "transforms",
     .type = TR_OPTION_LIST,
     .fallback = "",
     .importance = TR_LOW,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.transforms.transforms),
     .doc = "Aliases of the single message transforms, in the order in which records pass them."},
    {.name = "transforms.*",
     .type = TR_OPTION_WHOLE,
     .with = "transforms",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.transforms.properties),
     .doc = "Options of a transform: `transforms.ALIAS.type` and what that class reads."},
    {.name = "predicates",
     .type = TR_OPTION_LIST,
     .fallback = "",
     .importance = TR_LOW,
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.transforms.predicates),
     .doc = "Aliases of the predicates that transforms may name."},
    {.name = "predicates.*",
     .type = TR_OPTION_WHOLE,
     .with = "predicates",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.transforms.properties),
     .doc = "Options of a predicate: `predicates.ALIAS.type` and what that class reads."},
    {.name = "converters",
     .readers = TR_FOR_DATABASES,
     .type = TR_OPTION_LIST,
     .fallback = "",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.converter_aliases),
     .doc = "Aliases of Debezium's custom converters of columns, for MySQL and MariaDB; the first "
            "that wants a column has it. Their options are `ALIAS.type`, which is "
            "`io.debezium.connector.binlog.converters.` and `TinyIntOneToBooleanConverter`, "
            "`JdbcSinkDataTypesConverter` or `ZeroDateFallbackConverter`, and `ALIAS.` with what "
            "that class reads."},
    {.name = "post.processors",
     .readers = TR_FOR_DATABASES,
     .type = TR_OPTION_LIST,
     .fallback = "",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.processor_aliases),
     .doc = "Aliases of Debezium's post processors. There is one class, "
            "`io.debezium.processors.reselect.ReselectColumnsPostProcessor`: values that the log "
            "left out, or that are null, are read from the table, as they are there by then."},
    {.name = "post.processors.*",
     .readers = TR_FOR_DATABASES,
     .type = TR_OPTION_WHOLE,
     .with = "post.processors",
     .identity = true,
     .at = TR_CONNECTOR_AT(capture.aliased),
     .doc = "Options of a post processor: `post.processors.ALIAS.type`, and of the one that "
            "reselects columns `reselect.columns.include.list` or `.exclude.list` (regular "
            "expressions on `schema.table:column`), `reselect.unavailable.values` and "
            "`reselect.null.values` (both `true` by default), `reselect.use.event.key` "
            "(`false`: the table's key finds the row) and `reselect.error.handling.mode` (`WARN` "
            "or `FAIL`). Debezium's former names, `ALIAS.type` and so on, do as well."},
};

const struct tr_option_group tr_options_connector = {
    .title = "Connector", .readers = TR_FOR_CONNECTORS, TR_OPTIONS(options)};
