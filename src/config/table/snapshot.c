/* The initial snapshot. */
#include "config/check-text.h"
#include "config/option-table.h"

static const struct tr_choice modes[] = {
    {"initial", TR_SNAPSHOT_INITIAL, NULL},
    {"always", TR_SNAPSHOT_ALWAYS, NULL},
    {"initial_only", TR_SNAPSHOT_INITIAL_ONLY, NULL},
    {"no_data", TR_SNAPSHOT_NO_DATA, NULL},
    {"when_needed", TR_SNAPSHOT_WHEN_NEEDED, NULL},
    {"configuration_based", TR_SNAPSHOT_CONFIGURATION_BASED, NULL},
    {"custom", 0, "a Java class that can't be loaded"},
    {"never", 0, "a former name: it is no_data now"},
    {"exported", 0, "a former name: it is initial now"},
    {"schema_only", 0, "a former name: it is no_data now"},
    {0},
};

#define BINLOG_MODES                                                                               \
    {"initial", TR_SNAPSHOT_INITIAL, NULL}, {"always", TR_SNAPSHOT_ALWAYS, NULL},                  \
        {"initial_only", TR_SNAPSHOT_INITIAL_ONLY, NULL}, {"no_data", TR_SNAPSHOT_NO_DATA, NULL},  \
        {"when_needed", TR_SNAPSHOT_WHEN_NEEDED, NULL}, {"recovery", TR_SNAPSHOT_RECOVERY, NULL},  \
        {"configuration_based", TR_SNAPSHOT_CONFIGURATION_BASED, NULL},                            \
        {"custom", 0, "a Java class that can't be loaded"},                                        \
        {"schema_only", 0, "a former name: it is no_data now"},                                    \
    {                                                                                              \
        "schema_only_recovery", 0, "a former name: it is recovery now"                             \
    }

static const struct tr_choice mysql_modes[] = {
    BINLOG_MODES,
    {"never", 0, "a former name: use no_data, which begins where the log is now"},
    {0},
};
static const struct tr_choice mariadb_modes[] = {
    BINLOG_MODES, {"never", TR_SNAPSHOT_NEVER, NULL}, {0}};

static const struct tr_choice binlog_lockings[] = {
    {"minimal", TR_LOCKING_MINIMAL, NULL},
    {"minimal_at_least_once", TR_LOCKING_MINIMAL, NULL},
    {"minimal_percona", TR_LOCKING_PERCONA, NULL},
    {"minimal_percona_no_table_locks", TR_LOCKING_PERCONA, NULL},
    {"extended", TR_LOCKING_EXTENDED, NULL},
    {"none", TR_LOCKING_NONE, NULL},
    {"custom", 0, "a Java class that can't be loaded"},
    {0},
};

static const struct tr_choice isolations[] = {
    {"serializable", 0, NULL},
    {"repeatable_read", 1, NULL},
    {"read_committed", 2, NULL},
    {"read_uncommitted", 3, NULL},
    {0},
};

static const struct tr_choice lockings[] = {
    {"none", TR_PG_LOCKING_NONE, NULL},
    {"shared", TR_PG_LOCKING_SHARED, NULL},
    {"custom", 0, "a Java class that can't be loaded"},
    {0},
};
static const struct tr_choice queries[] = {{"select_all", 0, NULL}, {"custom", 1, NULL}, {0}};
static const struct tr_choice orders[] = {
    {"disabled", TR_ORDER_BY_NAME, NULL},
    {"ascending", TR_ORDER_ASCENDING, NULL},
    {"descending", TR_ORDER_DESCENDING, NULL},
    {0},
};

static const struct tr_choice added[] = {
    {"backfill", TR_ADDED_BACKFILL, NULL},
    {"ignore", TR_ADDED_IGNORE, NULL},
    {0},
};

static const struct tr_option options[] = {
    {.name = "snapshot.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .fallback = "initial",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.mode),
     .choices = modes,
     .doc =
         "When the tables' rows are read: when there is no position yet (initial, initial_only), "
         "at each start (always), when the position is no longer on the server (when_needed), "
         "or never (no_data); initial_only stops afterwards."},
    {.name = "snapshot.mode",
     .readers = TR_FOR_MYSQL,
     .type = TR_OPTION_CHOICE,
     .fallback = "initial",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.mode),
     .choices = mysql_modes,
     .doc =
         "When the tables' rows are read: when there is no position yet (initial, initial_only), "
         "at each start (always), when the position is no longer on the server (when_needed), "
         "or never (no_data, and recovery, which reads the tables' definitions anew for a "
         "position that is there); initial_only stops afterwards."},
    {.name = "snapshot.mode",
     .readers = TR_FOR_MARIADB,
     .type = TR_OPTION_CHOICE,
     .fallback = "initial",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.mode),
     .choices = mariadb_modes,
     .doc =
         "When the tables' rows are read: when there is no position yet (initial, initial_only), "
         "at each start (always), when the position is no longer on the server (when_needed), "
         "or never (no_data, and recovery, which reads the tables' definitions anew for a "
         "position that is there); initial_only stops afterwards; with never the "
         "log is read from its first event on."},
    {.name = "snapshot.mode.configuration.based.snapshot.data",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .at = TR_CONNECTOR_AT(snapshot.configured.data),
     .doc = "With snapshot.mode=configuration_based: whether the tables' rows are read, at each "
            "start."},
    {.name = "snapshot.mode.configuration.based.start.stream",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .at = TR_CONNECTOR_AT(snapshot.configured.stream),
     .doc = "Whether changes are streamed afterwards."},
    {.name = "snapshot.mode.configuration.based.snapshot.on.data.error",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .at = TR_CONNECTOR_AT(snapshot.configured.on_data_error),
     .doc = "Whether a position whose log is gone is as none."},
    {.name = "snapshot.mode.configuration.based.snapshot.schema",
     .type = TR_OPTION_BOOLEAN,
     .status = TR_OPTION_INERT,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .note = "definitions of tables are always read where they are needed",
     .doc = "Whether the tables' definitions are read."},
    {.name = "snapshot.mode.configuration.based.snapshot.on.schema.error",
     .type = TR_OPTION_BOOLEAN,
     .status = TR_OPTION_INERT,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .note = "there is no schema history that could be damaged",
     .doc = "Whether definitions are read anew where the schema history is damaged."},
    {.name = "snapshot.mode.custom.name",
     .status = TR_OPTION_DEFAULT_ONLY,
     .importance = TR_MEDIUM,
     .with = "snapshot.mode",
     .note = "a Java class can't be loaded",
     .doc = "A Java class for snapshots."},
    {.name = "snapshot.isolation.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .status = TR_OPTION_INERT,
     .fallback = "serializable",
     .choices = isolations,
     .note = "all readers share the slot's exported snapshot",
     .doc = "Isolation of the snapshot's transactions."},
    {.name = "snapshot.locking.mode",
     .readers = TR_FOR_POSTGRES,
     .type = TR_OPTION_CHOICE,
     .fallback = "none",
     .at = TR_CONNECTOR_AT(postgres.locking),
     .choices = lockings,
     .doc = "Whether the snapshot locks all its tables against DDL before it reads the first one "
            "(shared: ACCESS SHARE), or each one while it is read (none)."},
    {.name = "snapshot.locking.mode",
     .readers = TR_FOR_BINLOG,
     .type = TR_OPTION_CHOICE,
     .fallback = "minimal",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.locking),
     .choices = binlog_lockings,
     .doc = "Which lock may be taken where one point of the log for all readers can't be had "
            "without: a global read lock while they begin (minimal), Percona's backup lock "
            "(minimal_percona), the global one until the last row is read (extended), or none."},
    {.name = "snapshot.locking.mode.custom.name",
     .importance = TR_MEDIUM,
     .status = TR_OPTION_DEFAULT_ONLY,
     .with = "snapshot.locking.mode",
     .note = "a Java class can't be loaded",
     .doc = "A Java class for locks."},
    {.name = "snapshot.lock.timeout.ms",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LONG,
     .fallback = "10000",
     .at = TR_CONNECTOR_AT(snapshot.lock_timeout_ms),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How long to wait for the locks of snapshot.locking.mode, in ms."},
    {.name = "min.row.count.to.stream.results",
     .readers = TR_FOR_BINLOG,
     .type = TR_OPTION_INT,
     .status = TR_OPTION_INERT,
     .fallback = "1000",
     .min = 0,
     .max = INT32_MAX,
     .note = "rows are always taken one by one as they come",
     .doc = "From how many rows on Debezium doesn't keep a result in memory."},
    {.name = "snapshot.query.mode",
     .type = TR_OPTION_CHOICE,
     .status = TR_OPTION_DEFAULT_ONLY,
     .fallback = "select_all",
     .choices = queries,
     .note = "a Java class can't be loaded",
     .doc = "How the snapshot's queries are made."},
    {.name = "snapshot.query.mode.custom.name",
     .importance = TR_MEDIUM,
     .status = TR_OPTION_DEFAULT_ONLY,
     .with = "snapshot.query.mode",
     .note = "a Java class can't be loaded",
     .doc = "A Java class for queries."},
    {.name = "snapshot.include.collection.list",
     .type = TR_OPTION_LIST,
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.include_collections),
     .check = tr_check_regex,
     .doc = "Tables to snapshot: anchored regular expressions on schema.table; all captured ones "
            "if empty."},
    {.name = "snapshot.select.statement.overrides",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .at = TR_CONNECTOR_AT(snapshot.overrides),
     .doc = "Tables (schema.table; MySQL, MariaDB: database.table) whose rows a statement of yours "
            "selects for the snapshot."},
    {.name = "snapshot.select.statement.overrides.*",
     .type = TR_OPTION_OPEN,
     .importance = TR_MEDIUM,
     .with = "snapshot.select.statement.overrides",
     .at = TR_CONNECTOR_AT(snapshot.override_statements),
     .doc = "The SELECT for one of them: columns are told by their names, those it leaves out are "
            "null; it is read as a whole, not in chunks."},
    {.name = "snapshot.delay.ms",
     .type = TR_OPTION_LONG,
     .fallback = "0",
     .at = TR_CONNECTOR_AT(snapshot.delay_ms),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How long to wait before the snapshot, in ms."},
    {.name = "streaming.delay.ms",
     .type = TR_OPTION_LONG,
     .fallback = "0",
     .at = TR_CONNECTOR_AT(snapshot.streaming_delay_ms),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How long to wait between snapshot and streaming, in ms."},
    {.name = "snapshot.fetch.size",
     .type = TR_OPTION_LONG,
     .fallback = "10240",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.fetch_size),
     .min = 1,
     .max = INT32_MAX,
     .doc = "Rows of one chunk, the part of a table that is read and committed at a time."},
    {.name = "snapshot.max.threads",
     .type = TR_OPTION_INT,
     .fallback = "1",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(snapshot.max_threads),
     .min = 1,
     .max = 64,
     .doc = "How many connections read tables at once."},
    {.name = "snapshot.max.threads.multiplier",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_INT,
     .status = TR_OPTION_INERT,
     .fallback = "1",
     .note = "snapshot.fetch.size decides how large a chunk is",
     .doc = "Chunks of each thread, in Debezium."},
    {.name = "legacy.snapshot.max.threads",
     .type = TR_OPTION_BOOLEAN,
     .status = TR_OPTION_INERT,
     .fallback = "false",
     .note = "large tables are always read in chunks",
     .doc = "Whether a table is read by one thread."},
    {.name = "snapshot.tables.order.by.row.count",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_CHOICE,
     .fallback = "disabled",
     .at = TR_CONNECTOR_AT(snapshot.order),
     .choices = orders,
     .doc = "In which order tables are read: by name, or by what the statistics say of their rows, "
            "small ones first (ascending) or large ones."},
    {.name = "snapshot.added.tables",
     .importance = TR_LOW,
     .type = TR_OPTION_CHOICE,
     .fallback = "backfill",
     .at = TR_CONNECTOR_AT(snapshot.added),
     .choices = added,
     .doc = "What becomes of a table that a changed list of what is captured adds: its rows are "
            "read beside the stream (backfill), or only its changes are captured (ignore). Not "
            "where snapshot.mode reads no rows, and not without a key, or, on MySQL, GTIDs: then a "
            "blocking snapshot can be asked for."},
};

const struct tr_option_group tr_options_snapshot = {
    .title = "Snapshot", .readers = TR_FOR_DATABASES, TR_OPTIONS(options)};
