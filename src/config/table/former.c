/* Former names, and names of other connectors: each is an error that says what to write. */
#include "config/option-table.h"

/* of: who has the successor */
#define FORMER(of, text, successor)                                                                \
    {                                                                                              \
        .name = text, .readers = (of), .status = TR_OPTION_FORMER, .note = successor,              \
        .doc = "A former name."                                                                    \
    }

static const struct tr_option options[] = {
    FORMER(TR_FOR_DATABASES, "database.server.name", "topic.prefix"),
    FORMER(TR_FOR_POSTGRES, "schema.whitelist", "schema.include.list"),
    FORMER(TR_FOR_POSTGRES, "schema.blacklist", "schema.exclude.list"),
    FORMER(TR_FOR_DATABASES, "table.whitelist", "table.include.list"),
    FORMER(TR_FOR_DATABASES, "table.blacklist", "table.exclude.list"),
    FORMER(TR_FOR_DATABASES, "column.whitelist", "column.include.list"),
    FORMER(TR_FOR_DATABASES, "column.blacklist", "column.exclude.list"),
    FORMER(TR_FOR_POSTGRES, "database.include.list", "schema.include.list"),
    FORMER(TR_FOR_POSTGRES, "database.exclude.list", "schema.exclude.list"),
    FORMER(TR_FOR_POSTGRES, "database.whitelist", "schema.include.list"),
    FORMER(TR_FOR_POSTGRES, "database.blacklist", "schema.exclude.list"),
    FORMER(TR_FOR_POSTGRES, "database.ssl.mode", "database.sslmode"),
    FORMER(TR_FOR_POSTGRES, "database.ssl.cert", "database.sslcert"),
    FORMER(TR_FOR_POSTGRES, "database.ssl.key", "database.sslkey"),
    FORMER(TR_FOR_POSTGRES, "database.ssl.rootcert", "database.sslrootcert"),
    FORMER(TR_FOR_POSTGRES, "slot.drop_on_stop", "slot.drop.on.stop"),
    FORMER(TR_FOR_POSTGRES, "toasted.value.placeholder", "unavailable.value.placeholder"),
    FORMER(TR_FOR_DATABASES, "rows.fetch.size", "snapshot.fetch.size"),
    FORMER(TR_FOR_DATABASES, "event.deserialization.failure.handling.mode",
           "event.processing.failure.handling.mode"),
    FORMER(TR_FOR_DATABASES, "heartbeat.topics.prefix", "topic.heartbeat.prefix"),
    FORMER(TR_FOR_DATABASES, "transaction.topic", "topic.transaction"),
    FORMER(TR_FOR_DATABASES, "sanitize.field.names", "field.name.adjustment.mode"),
    FORMER(TR_FOR_DATABASES, "database.history", "schema.history.internal"),
    FORMER(TR_FOR_DATABASES, "database.history.*", "schema.history.internal.*"),
    FORMER(TR_FOR_POSTGRES, "message.prefix.blacklist", "message.prefix.exclude.list"),
    FORMER(TR_FOR_POSTGRES, "message.prefix.whitelist", "message.prefix.include.list"),
    FORMER(TR_FOR_BINLOG, "database.whitelist", "database.include.list"),
    FORMER(TR_FOR_BINLOG, "database.blacklist", "database.exclude.list"),
    FORMER(TR_FOR_BINLOG, "schema.include.list", "database.include.list"),
    FORMER(TR_FOR_BINLOG, "schema.exclude.list", "database.exclude.list"),
    FORMER(TR_FOR_BINLOG, "schema.whitelist", "database.include.list"),
    FORMER(TR_FOR_BINLOG, "schema.blacklist", "database.exclude.list"),
    FORMER(TR_FOR_BINLOG, "database.sslmode", "database.ssl.mode"),
    FORMER(TR_FOR_BINLOG, "database.sslrootcert", "database.ssl.truststore"),
    FORMER(TR_FOR_BINLOG, "database.sslcert", "database.ssl.keystore"),
    FORMER(TR_FOR_BINLOG, "database.sslkey", "database.ssl.keystore"),
};

const struct tr_option_group tr_options_former = {
    .title = "Former names", .readers = TR_FOR_DATABASES, TR_OPTIONS(options)};
