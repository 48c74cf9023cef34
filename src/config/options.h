/*
 * The configuration as plain structs: what the option table (option-table.h) fills in. One struct
 * for a worker, one for a connector, grouped by who reads them. Texts live in the options' own
 * arena; a text that was not configured and has no default is NULL, a list that is empty has count
 * 0.
 */
#ifndef TR_CONFIG_OPTIONS_H
#define TR_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct tr_list {
    const char *const *items;
    size_t count;
};

struct tr_property {
    const char *name, *value;
};

/* Is a text among its items? */
bool tr_list_has(const struct tr_list *list, const char *text);

/* Properties whose names are open (producer.*, driver.* …), without their prefix. */
struct tr_properties {
    const struct tr_property *items;
    size_t count;
    const bool *secret; /* for each item: its value came from a provider, and is not for messages */
};

enum tr_connector_kind {
    TR_KIND_POSTGRES,
    TR_KIND_MYSQL,
    TR_KIND_MARIADB,
    TR_KIND_FILE_SOURCE, /* FileStreamSource: a file's lines */
    TR_KIND_FILE_SINK,   /* FileStreamSink: topics into a file */
};
enum tr_sink_kind {
    TR_SINK_KAFKA,
    TR_SINK_STDOUT,
    TR_SINK_FILE,
    TR_SINK_NULL,
    TR_SINK_TEXT, /* FileStreamSink's own: values as text */
};
enum { TR_KINDS = TR_KIND_FILE_SINK + 1, TR_SINKS = TR_SINK_TEXT + 1 };
enum tr_client_auth { TR_CLIENT_AUTH_NONE, TR_CLIENT_AUTH_REQUESTED, TR_CLIENT_AUTH_REQUIRED };
enum tr_exactly_once { TR_EXACTLY_ONCE_ENABLED, TR_EXACTLY_ONCE_DISABLED };
enum tr_exactly_once_wish { TR_EXACTLY_ONCE_REQUESTED, TR_EXACTLY_ONCE_REQUIRED };

enum tr_snapshot_mode {
    TR_SNAPSHOT_INITIAL,
    TR_SNAPSHOT_ALWAYS,
    TR_SNAPSHOT_INITIAL_ONLY,
    TR_SNAPSHOT_NO_DATA,
    TR_SNAPSHOT_WHEN_NEEDED,
    TR_SNAPSHOT_RECOVERY, /* MySQL, MariaDB: definitions only, for the position that is there */
    TR_SNAPSHOT_NEVER,    /* MariaDB: the log from its first event on */
    TR_SNAPSHOT_CONFIGURATION_BASED,
};

/* snapshot.tables.order.by.row.count */
enum tr_table_order { TR_ORDER_BY_NAME, TR_ORDER_ASCENDING, TR_ORDER_DESCENDING };

/* snapshot.locking.mode of PostgreSQL. */
enum tr_pg_locking { TR_PG_LOCKING_NONE, TR_PG_LOCKING_SHARED };

/* lsn.flush.mode */
enum tr_lsn_flush { TR_FLUSH_CONNECTOR, TR_FLUSH_MANUAL };

enum tr_publication_mode {
    TR_PUBLICATION_ALL_TABLES,
    TR_PUBLICATION_FILTERED,
    TR_PUBLICATION_DISABLED,
    TR_PUBLICATION_NO_TABLES,
};

/* How values of certain types are written. The first of each is Debezium's default. */
enum tr_time_precision {
    TR_TIME_ADAPTIVE,
    TR_TIME_ADAPTIVE_TIME_MICROSECONDS,
    TR_TIME_CONNECT,
    TR_TIME_ISOSTRING,
    TR_TIME_MICROSECONDS,
    TR_TIME_NANOSECONDS,
};

enum tr_decimal_handling { TR_DECIMAL_PRECISE, TR_DECIMAL_DOUBLE, TR_DECIMAL_STRING };

enum tr_bigint_unsigned_handling { TR_BIGINT_UNSIGNED_LONG, TR_BIGINT_UNSIGNED_PRECISE };

enum tr_binary_handling {
    TR_BINARY_BYTES,
    TR_BINARY_BASE64,
    TR_BINARY_BASE64_URL_SAFE,
    TR_BINARY_HEX,
};

enum tr_interval_handling { TR_INTERVAL_NUMERIC, TR_INTERVAL_STRING };
enum tr_hstore_handling { TR_HSTORE_JSON, TR_HSTORE_MAP };

/* A value that its Connect type can't hold (NaN in a Decimal), where NULL is allowed. */
enum tr_converting_failure { TR_FAILURE_WARN, TR_FAILURE_SKIP, TR_FAILURE_FAIL };

enum tr_converter {
    TR_CONVERTER_JSON,
    TR_CONVERTER_STRING,
    TR_CONVERTER_BYTES,
    TR_CONVERTER_AVRO,          /* Confluent's */
    TR_CONVERTER_APICURIO_AVRO, /* the same with Apicurio's registry client */
    TR_CONVERTER_BOOLEAN,
    TR_CONVERTER_SHORT,
    TR_CONVERTER_INTEGER,
    TR_CONVERTER_LONG,
    TR_CONVERTER_FLOAT,
    TR_CONVERTER_DOUBLE,
    TR_CONVERTER_SIMPLE, /* of headers */
    TR_CONVERTER_BINARY, /* Debezium's, with a delegate */
    TR_CONVERTER_CLOUDEVENTS,
};

/* JsonConverter's decimal.format. */
enum tr_decimal_format { TR_DECIMAL_BASE64, TR_DECIMAL_NUMERIC };

/* CloudEventsConverter's. */
struct tr_cloudevents_options {
    bool extensions; /* extension.attributes.enable */
    bool tracing, data_name_header;
    bool data_schemas, replace_null;       /* json.schemas.enable, json.replace.null.with.default */
    enum tr_decimal_format decimal_format; /* json.decimal.format */
    struct tr_list metadata_source;
};

/* How an AvroConverter turns Connect's schemas into Avro's: AvroData's options. */
struct tr_avro_options {
    bool metadata;         /* connect.meta.data: connect.name and the like in the schemas */
    bool scrub_names;      /* scrub.invalid.names */
    bool optional_keys;    /* allow.optional.map.keys */
    bool keep_nulls;       /* ignore.default.for.nullables: a null isn't its field's default */
    bool discard_type_doc; /* discard.type.doc.default */
};

enum tr_subject_strategy {
    TR_SUBJECT_TOPIC,
    TR_SUBJECT_RECORD,
    TR_SUBJECT_TOPIC_RECORD,
    TR_SUBJECT_SIMPLE_TOPIC, /* Apicurio: the topic without -key or -value */
    TR_SUBJECT_GROUP_RECORD, /* Apicurio: the namespace is the group */
    TR_SUBJECT_GROUP_TOPIC_RECORD,
};

enum tr_registry_login { TR_LOGIN_URL, TR_LOGIN_USER_INFO, TR_LOGIN_SASL_INHERIT };
enum tr_registry_bearer { TR_BEARER_NONE, TR_BEARER_STATIC, TR_BEARER_OAUTH };

/* How a client speaks TLS: stores are PEM files, the other texts are PEM themselves. */
struct tr_registry_tls {
    const char *truststore_location, *truststore_certificates;
    const char *keystore_location, *keystore_chain, *keystore_key;
    const char *key_password;
    const char *endpoint_algorithm; /* "": any host's certificate will do */
};

/* A schema registry, and what to do there. */
struct tr_registry_options {
    struct tr_list urls;
    bool auto_register, use_latest, normalize;
    int32_t use_schema_id; /* -1: none */
    enum tr_subject_strategy strategy;
    enum tr_registry_login login;
    const char *user_info, *jaas;
    enum tr_registry_bearer bearer;
    const char *token;
    const char *token_url, *client_id, *client_secret, *scope;
    const char *logical_cluster, *identity_pool;
    struct tr_registry_tls tls;
    struct tr_properties headers; /* of each request */
    const char *proxy_host;
    int32_t proxy_port;
    int32_t connect_timeout_ms, read_timeout_ms;
};

/* What Apicurio's own API has beside that. */
struct tr_apicurio_options {
    const char *url;
    bool headers_enabled; /* the id goes into a header, not before the value */
    bool as_confluent;    /* ids of 4 bytes, not 8 */
    int content_id;       /* a choice: instead of the global one */
    bool auto_register, find_latest;
    enum tr_subject_strategy strategy;
    const char *if_exists;
    const char *group, *artifact, *version;
    const char *auth_url, *realm, *user, *password;
};

/* What column.truncate.to.N.chars and the column.mask.* properties ask for. */
enum tr_column_action { TR_COLUMN_TRUNCATE, TR_COLUMN_MASK, TR_COLUMN_HASH, TR_COLUMN_HASH_V2 };

#define TR_COLUMN_LENGTH_MOST (1 << 20)

struct tr_column_rule {
    enum tr_column_action action;
    int32_t length;        /* characters to keep, or asterisks */
    const char *algorithm; /* of a hash, by OpenSSL's name */
    const char *salt;
    struct tr_list columns; /* regular expressions on schema.table.column */
};

/* topic.naming.strategy, without its class: what makes a table's topic. */
enum tr_topic_naming {
    TR_TOPIC_QUALIFIED = 0,   /* <prefix>.<schema>.<table> */
    TR_TOPIC_UNQUALIFIED = 1, /* <prefix>.<table> */
    TR_TOPIC_REGEX = 2,       /* … then topic.regex */
    TR_TOPIC_UNICODE = 4,     /* illegal characters as _u0020 */
};

struct tr_naming_options {
    enum tr_topic_naming strategy; /* its bits */
    const char *regex, *replacement;
    bool key_unique; /* topic.key.enforce.uniqueness: the table's name is a field of the key */
    const char *key_field, *key_regex, *key_replacement;
};

/* schema.name.adjustment.mode and field.name.adjustment.mode. */
enum tr_adjustment { TR_ADJUST_NONE, TR_ADJUST_AVRO, TR_ADJUST_AVRO_UNICODE };

/* guardrail.collections.limit.action. */
enum tr_limit_action { TR_LIMIT_WARN, TR_LIMIT_FAIL };

/* key.converter and value.converter with their options. */
struct tr_converter_options {
    bool schemas_enable;
    bool replace_null_with_default;
    enum tr_decimal_format decimal_format;
    enum tr_converter delegate;   /* BinaryDataConverter's; TR_CONVERTER_BINARY: none */
    bool delegate_schemas_enable; /* the delegate's schemas.enable */
    struct tr_cloudevents_options cloudevents;
    struct tr_avro_options avro;
    struct tr_registry_options registry;
    struct tr_apicurio_options apicurio;
    enum tr_converter class;
};

/* transforms and predicates with their options, as transform/ reads them. */
struct tr_transform_options {
    struct tr_list transforms, predicates; /* aliases */
    struct tr_properties properties;       /* transforms.* and predicates.*, whole names */
};

/* topic.creation.default.* and each of topic.creation.groups. */
struct tr_topic_group {
    const char *name;
    struct tr_list include, exclude; /* regexes on the topic's name */
    int32_t replication_factor;      /* -1: the broker's default */
    int32_t partitions;              /* -1: the broker's default */
    struct tr_properties settings;   /* topic-level configs: cleanup.policy … */
};

/* Debezium's custom converters, which `converters` names: columns that are mapped otherwise. */
enum tr_custom_class { TR_CUSTOM_TINYINT, TR_CUSTOM_JDBC_SINK, TR_CUSTOM_ZERO_DATE };

/* What a zero date becomes. */
struct tr_zero_fallback {
    bool set;   /* otherwise null */
    int64_t us; /* since 1970-01-01; of a date, its midnight */
};

/* The lists are regular expressions on database.table.column. */
struct tr_custom_converter {
    const char *alias;
    enum tr_custom_class class;
    struct tr_list selector; /* of the first and the last class; empty: any column */
    bool length_checker;     /* TINYINT: only those of length 1 */
    struct tr_list booleans, reals, strings; /* JDBC_SINK; empty: no column */
    bool real_as_double;
    struct tr_list targets;                  /* ZERO_DATE: DATE, DATETIME, TIMESTAMP */
    const char *date, *datetime, *timestamp; /* texts that tr_zero_fallback_parse takes … */
    struct tr_properties fallbacks;          /* … those of columns go before them */
};

/* One of post.processors, a ReselectColumnsPostProcessor. */
struct tr_reselect_options {
    const char *alias;
    struct tr_list include, exclude; /* regular expressions on schema.table:column */
    bool unavailable, nulls;         /* what is read again */
    bool event_key;                  /* the row is found by the record's key, not the table's */
    int fail;                        /* a choice: a row that can't be read stops the connector */
};

/* What decides which changes are captured and how they look: read by capture/. */
/* errors.tolerance */
enum tr_tolerance { TR_TOLERATE_NONE, TR_TOLERATE_ALL };

/* What becomes of a record that a transform or a converter can't do. */
struct tr_error_options {
    enum tr_tolerance tolerance;
    bool log, log_messages;
    const char *dead_letter_topic; /* NULL or empty: none */
    int32_t dead_letter_replication;
    bool dead_letter_headers;
};

struct tr_capture_options {
    const char *topic_prefix;
    const char *topic_delimiter;
    struct tr_naming_options naming;
    enum tr_adjustment schema_names, field_names;
    const char *topic_transaction;      /* last part of the name */
    const char *topic_heartbeat_prefix; /* first part … */
    const char *topic_heartbeat;        /* … or the whole name; NULL: it is made */
    bool transaction_metadata;
    struct tr_list schema_include, schema_exclude;
    struct tr_list table_include, table_exclude;
    struct tr_list column_include, column_exclude;
    const struct tr_column_rule *column_rules; /* the first one that has a column counts */
    size_t ncolumn_rules;
    struct tr_list propagate_columns, propagate_types; /* …propagate.source.type */
    const char *message_key_columns;                   /* table:col,col;table:col */
    const char *skipped_operations;                    /* letters of c, u, d, t; "" is none */
    bool skip_unchanged;                               /* skip.messages.without.change */
    int32_t collections_max;                           /* guardrail.collections.max; 0: none */
    enum tr_limit_action limit_action;
    bool tombstones_on_delete;
    bool extended_headers;
    const char *unavailable_placeholder;
    enum tr_time_precision time_precision;
    enum tr_decimal_handling decimal_handling;
    enum tr_binary_handling binary_handling;
    enum tr_bigint_unsigned_handling bigint_unsigned_handling; /* MySQL and MariaDB */
    bool time_adjuster; /* enable.time.adjuster of MySQL and MariaDB: years of two digits */
    enum tr_interval_handling interval_handling;
    enum tr_hstore_handling hstore_handling;
    enum tr_converting_failure converting_failure;
    int32_t money_fraction_digits; /* Debezium's default is 2 */
    bool include_unknown;          /* include.unknown.datatypes */
    bool schema_comments;          /* include.schema.comments */
    struct tr_converter_options key, value, header;
    struct tr_transform_options transforms;
    struct tr_list converter_aliases, processor_aliases;
    struct tr_properties aliased; /* ALIAS.… of those, whole names */
    const struct tr_custom_converter *converters;
    size_t nconverters;
    const struct tr_reselect_options *reselects;
    size_t nreselects;
    struct tr_error_options errors;
};

/* snapshot.locking.mode of MySQL and MariaDB. */
enum tr_locking { TR_LOCKING_MINIMAL, TR_LOCKING_PERCONA, TR_LOCKING_EXTENDED, TR_LOCKING_NONE };

/* snapshot.added.tables */
enum tr_added_tables { TR_ADDED_BACKFILL, TR_ADDED_IGNORE };

/* How the end of a window is marked in the signal table. */
enum tr_watermarking { TR_MARKS_INSERT_INSERT, TR_MARKS_INSERT_DELETE };

/* Snapshots beside the stream, asked for by signals. */
struct tr_incremental_options {
    int64_t chunk_size; /* rows */
    enum tr_watermarking watermarking;
    bool read_only; /* no marks at all */
};

struct tr_snapshot_options {
    struct tr_incremental_options incremental;
    enum tr_snapshot_mode mode;
    enum tr_locking locking;
    int64_t lock_timeout_ms;
    int32_t max_threads;
    struct tr_list include_collections;
    int64_t fetch_size; /* rows of one chunk */
    int64_t delay_ms;
    int64_t streaming_delay_ms;
    enum tr_table_order order;
    enum tr_added_tables added;
    struct tr_list overrides;                 /* tables whose rows a statement selects, … */
    struct tr_properties override_statements; /* … by table */
    /* snapshot.mode.configuration.based.* */
    struct {
        bool data, stream, on_data_error;
    } configured;
};

/* What snapshot.mode means. */
struct tr_snapshot_wishes {
    bool data;        /* rows are read, where there is no position yet … */
    bool again;       /* … and at each start */
    bool stream;      /* changes follow */
    bool when_needed; /* a position whose log is gone is as none */
};
struct tr_snapshot_wishes tr_snapshot_wishes_of(const struct tr_snapshot_options *options);

/* By what tables are put in order, the smallest first: rows by the catalog's statistics, or the
 * place that the table has otherwise. */
uint64_t tr_snapshot_rank(const struct tr_snapshot_options *options, uint64_t rows, uint64_t place);

/* The statement that selects a table's rows; NULL: there is none. name: schema.table. */
const char *tr_snapshot_override(const struct tr_snapshot_options *options, const char *name);

struct tr_postgres_options {
    const char *hostname;
    int32_t port;
    const char *user, *password, *dbname;
    const char *sslmode, *sslcert, *sslkey, *sslpassword, *sslrootcert;
    bool tcp_keep_alive;
    const char *initial_statements;
    int64_t query_timeout_ms;
    const char *slot_name;
    bool slot_drop_on_stop;
    bool slot_failover;
    int32_t slot_max_retries;
    int64_t slot_retry_delay_ms;
    const char *publication_name;
    enum tr_publication_mode publication_mode;
    bool publish_via_partition_root;
    int64_t status_update_interval_ms;
    const char *slot_stream_params;    /* name=value;name=value; NULL: none */
    struct tr_list replica_identities; /* replica.identity.autoset.values */
    enum tr_lsn_flush flush_mode;
    bool flush_lsn_source;                           /* false: TR_FLUSH_MANUAL, too */
    int64_t xmin_interval_ms;                        /* 0: source.xmin is null */
    enum tr_pg_locking locking;                      /* of a snapshot */
    struct tr_list message_include, message_exclude; /* prefixes of logical decoding messages */
};

/* Whether to use TLS with MySQL or MariaDB, and what to check of the server's certificate. */
enum tr_mysql_ssl {
    TR_MYSQL_SSL_DISABLED,
    TR_MYSQL_SSL_PREFERRED,
    TR_MYSQL_SSL_REQUIRED,
    TR_MYSQL_SSL_VERIFY_CA,
    TR_MYSQL_SSL_VERIFY_IDENTITY,
};

struct tr_mysql_options {
    const char *hostname;
    int32_t port;
    const char *user, *password;
    int64_t server_id; /* ours, as a replica's */
    enum tr_mysql_ssl ssl_mode;
    const char *truststore, *keystore, *keystore_password; /* PEM files */
    int64_t connect_timeout_ms, query_timeout_ms;
    bool keep_alive;
    int64_t keep_alive_interval_ms;
    const char *initial_statements;
    int64_t net_read_timeout_s, net_write_timeout_s; /* 0: not configured */
    struct tr_list gtid_includes, gtid_excludes;
    struct tr_list skipped_statements; /* skipped.statement.tables */
    bool gtid_filter_dml;
    bool gtid_ignore; /* gtid.ignore.on.recovery */
    bool include_schema_changes, include_query;
    bool captured_tables_ddl, captured_databases_ddl; /* schema.history.internal.store.only. … */
};

struct tr_heartbeat_options {
    int64_t interval_ms;      /* 0: none */
    const char *action_query; /* NULL: none */
};

/* Where signals come from. */
struct tr_signal_options {
    const char *data_collection; /* schema.table; NULL: none */
    struct tr_list channels;     /* source, kafka, file, jmx */
    int64_t poll_interval_ms;    /* of the file */
    const char *kafka_topic;     /* NULL: <topic.prefix>-signal */
    const char *kafka_servers;   /* NULL: the worker's */
    const char *kafka_group;
    struct tr_properties consumer; /* signal.consumer.* */
    const char *file;
};

/* Where notifications go. */
struct tr_notification_options {
    struct tr_list channels; /* sink, log, jmx */
    const char *topic;       /* of the channel sink */
};

/* Connect's file connectors. */
struct tr_file_options {
    const char *path;         /* NULL: standard input or output */
    const char *topic;        /* of the source; NULL only if it was configured as null */
    int32_t batch_size;       /* lines */
    struct tr_list topics;    /* of the sink; or … */
    const char *topics_regex; /* … "": topics */
};

struct tr_sink_options {
    enum tr_sink_kind kind;
    const char *path;         /* sink.path of a file sink */
    const char *offsets_path; /* offset.storage.file.filename of stdout and file sinks */
    /* producer.override.* …: over the worker's producer.* …, for this connector */
    struct tr_properties producer_override, consumer_override, admin_override;
    bool topic_creation_enable;
    const struct tr_topic_group *topic_groups; /* the default group is the last one */
    size_t ntopic_groups;
    const char *offsets_topic; /* offsets.storage.topic; NULL: the worker's */
};

struct tr_connector_options {
    struct tr_arena arena;
    const char *name;
    const char *file; /* where it came from, for messages */
    enum tr_connector_kind kind;
    enum tr_exactly_once_wish exactly_once; /* exactly.once.support */
    struct tr_capture_options capture;
    struct tr_snapshot_options snapshot;
    struct tr_heartbeat_options heartbeat;
    struct tr_signal_options signal;
    struct tr_notification_options notification;
    struct tr_postgres_options postgres;
    struct tr_mysql_options mysql;
    struct tr_file_options file_stream;
    struct tr_sink_options sink;
    int32_t errors_max_retries; /* -1: for ever */
    int64_t retry_wait_ms;      /* retriable.restart.connector.wait.ms: the longest backoff … */
    int64_t retry_delay_ms;     /* … and errors.retry.delay.max.ms: the smaller one counts */
    int64_t retry_timeout_ms;   /* errors.retry.timeout; <= 0: no end */
    int64_t memory_limit;       /* bytes in flight */
    int64_t split_bytes;        /* transaction.max.bytes */
    const char *fingerprint;    /* hex of a hash over the settings that decide what is written */
};

/* listeners.https.ssl.*, or what Kafka's clients have (ssl.*). */
struct tr_tls_options {
    const char *keystore_type, *keystore_location;
    const char *keystore_key, *keystore_chain; /* the store itself, as text */
    const char *key_password;
    const char *truststore_type, *truststore_location, *truststore_certificates;
    enum tr_client_auth client_auth;
    struct tr_list protocols;
};

/* Who may use the REST API, from where, and what it shows. */
struct tr_rest_options {
    struct tr_list listeners;       /* items NULL: not configured; none: no REST API */
    struct tr_list admin_listeners; /* items NULL: the same; none: nowhere */
    const char *host_name;          /* the former way to say where */
    int32_t port;                   /* 0: not configured */
    const char *advertised_host, *advertised_listener;
    int32_t advertised_port; /* 0: the listener's */
    struct tr_tls_options tls;
    const char *users_file; /* NULL: no authentication */
    bool mask_passwords;
    const char *allow_origin, *allow_methods; /* CORS */
    const char *headers;                      /* response.http.headers.config */
};

struct tr_worker_options {
    struct tr_arena arena;
    const char *bootstrap_servers;
    const char *group_id;
    const char *offsets_topic;
    int32_t offsets_partitions, offsets_replication;
    const char *config_topic; /* NULL: connectors come from files alone */
    int32_t config_replication;
    const char *status_topic; /* NULL: states are nowhere but in the REST API */
    int32_t status_partitions, status_replication;
    struct tr_properties offsets_settings, config_settings, status_settings; /* of new topics */
    bool topic_tracking, topic_tracking_reset;
    int64_t health_timeout_ms; /* without progress for this long is not RUNNING */
    enum tr_exactly_once exactly_once;
    struct tr_properties common;   /* security.*, sasl.*, ssl.* …: for every Kafka client */
    struct tr_properties producer; /* producer.* */
    struct tr_properties consumer; /* consumer.* */
    struct tr_properties admin;    /* admin.* */
    struct tr_rest_options rest;
};

#endif
