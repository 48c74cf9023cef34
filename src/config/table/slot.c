/* The replication slot and the publication of a PostgreSQL connector. */
#include "config/check-text.h"
#include "config/option-table.h"

#define ONLY_PGOUTPUT "only pgoutput, which every server has, is supported: remove plugin.name"

static const struct tr_choice plugins[] = {
    {"pgoutput", 0, NULL},
    {"decoderbufs", 1, ONLY_PGOUTPUT},
    {"wal2json", 2, ONLY_PGOUTPUT},
    {0},
};

static const struct tr_choice publication_modes[] = {
    {"all_tables", TR_PUBLICATION_ALL_TABLES, NULL},
    {"filtered", TR_PUBLICATION_FILTERED, NULL},
    {"disabled", TR_PUBLICATION_DISABLED, NULL},
    {"no_tables", TR_PUBLICATION_NO_TABLES, NULL},
    {0},
};

#define LOSES "it may skip what was not read: set the position on purpose instead"

static const struct tr_choice mismatches[] = {
    {"no_validation", 0, NULL},
    {"trust_offset", 1, NULL},
    {"trust_slot", 2, LOSES},
    {"trust_greater_lsn", 3, LOSES},
    {0},
};

/* What connector_and_driver adds, releasing WAL that has nothing captured, is always done. */
static const struct tr_choice flush_modes[] = {
    {"connector", TR_FLUSH_CONNECTOR, NULL},
    {"connector_and_driver", TR_FLUSH_CONNECTOR, NULL},
    {"manual", TR_FLUSH_MANUAL, NULL},
    {0},
};

static const struct tr_option options[] = {
    {.name = "plugin.name",
     .type = TR_OPTION_CHOICE,
     .fallback = "pgoutput",
     .importance = TR_MEDIUM,
     .choices = plugins,
     .doc = "The logical decoding plugin; Debezium's default is another."},
    {.name = "slot.name",
     .fallback = "debezium",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(postgres.slot_name),
     .check = tr_check_slot_name,
     .doc = "The replication slot: created when missing, one for each connector of a server."},
    {.name = "slot.drop.on.stop",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(postgres.slot_drop_on_stop),
     .doc = "Whether an orderly stop drops the slot; for tests: changes made meanwhile are lost."},
    {.name = "slot.failover",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(postgres.slot_failover),
     .doc = "Whether the slot is created with FAILOVER (PostgreSQL 17 and later)."},
    {.name = "slot.stream.params",
     .identity = true,
     .at = TR_CONNECTOR_AT(postgres.slot_stream_params),
     .check = tr_check_stream_params,
     .doc = "Parameters for the plugin, as name=value;name=value: origin=none leaves out what the "
            "server got by replication itself (PostgreSQL 16 and later)."},
    {.name = "slot.max.retries",
     .type = TR_OPTION_INT,
     .fallback = "6",
     .at = TR_CONNECTOR_AT(postgres.slot_max_retries),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How often to try again when the slot is in use."},
    {.name = "slot.retry.delay.ms",
     .type = TR_OPTION_LONG,
     .fallback = "10000",
     .at = TR_CONNECTOR_AT(postgres.slot_retry_delay_ms),
     .min = 1,
     .max = INT32_MAX,
     .doc = "How long to wait before that, in ms."},
    {.name = "offset.mismatch.strategy",
     .type = TR_OPTION_CHOICE,
     .status = TR_OPTION_INERT,
     .fallback = "no_validation",
     .choices = mismatches,
     .note = "the stored position is always checked against the slot",
     .doc = "What to do when the stored position and the slot differ."},
    {.name = "publication.name",
     .importance = TR_MEDIUM,
     .fallback = "dbz_publication",
     .identity = true,
     .at = TR_CONNECTOR_AT(postgres.publication_name),
     .doc = "The publication that is streamed."},
    {.name = "publication.autocreate.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "all_tables",
     .importance = TR_MEDIUM,
     .at = TR_CONNECTOR_AT(postgres.publication_mode),
     .choices = publication_modes,
     .doc = "What to do about the publication: create it for all tables, keep it to the captured "
            "tables, leave it alone, or create it without tables."},
    {.name = "publish.via.partition.root",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_BOOLEAN,
     .fallback = "false",
     .identity = true,
     .at = TR_CONNECTOR_AT(postgres.publish_via_partition_root),
     .doc = "Whether the rows of a partitioned table go to the topic of its root."},
    {.name = "replica.identity.autoset.values",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LIST,
     .at = TR_CONNECTOR_AT(postgres.replica_identities),
     .check = tr_check_replica_identity,
     .doc = "Replica identities that captured tables are given at the start: "
            "<table>:DEFAULT|FULL|NOTHING|INDEX <index>,... with an anchored regular expression "
            "on schema.table."},
    {.name = "status.update.interval.ms",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LONG,
     .fallback = "10000",
     .at = TR_CONNECTOR_AT(postgres.status_update_interval_ms),
     .min = 1,
     .max = INT32_MAX,
     .doc = "How often the server hears from us at least, in ms."},
    {.name = "lsn.flush.mode",
     .type = TR_OPTION_CHOICE,
     .fallback = "connector",
     .at = TR_CONNECTOR_AT(postgres.flush_mode),
     .choices = flush_modes,
     .doc = "Who releases WAL: the connector, as soon as the position that covers it is committed, "
            "also where nothing is captured; or nobody but you (manual), until the disk is full."},
    {.name = "flush.lsn.source",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = TR_CONNECTOR_AT(postgres.flush_lsn_source),
     .doc = "With false: as lsn.flush.mode=manual. Deprecated in Debezium; lsn.flush.mode=manual "
            "goes first."},
    {.name = "lsn.flush.timeout.*",
     .status = TR_OPTION_INERT,
     .note = "releasing WAL never waits",
     .doc = "How long releasing WAL may take, and what then."},
    {.name = "xmin.fetch.interval.ms",
     .importance = TR_MEDIUM,
     .type = TR_OPTION_LONG,
     .fallback = "0",
     .at = TR_CONNECTOR_AT(postgres.xmin_interval_ms),
     .min = 0,
     .max = INT32_MAX,
     .doc = "How often to read the slot's catalog_xmin for source.xmin, in ms; 0 is never."},
};

const struct tr_option_group tr_options_slot = {
    .title = "PostgreSQL: slot and publication", .readers = TR_FOR_POSTGRES, TR_OPTIONS(options)};
