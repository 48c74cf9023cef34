/* Former names, and names of other connectors: each is an error that says what to write. */
#include "config/option-table.h"

#define FORMER(text, successor)                                                                    \
    {                                                                                              \
        .name = text, .status = TR_OPTION_FORMER, .note = successor, .doc = "A former name."       \
    }

static const struct tr_option options[] = {
    FORMER("database.server.name", "topic.prefix"),
    FORMER("schema.whitelist", "schema.include.list"),
    FORMER("schema.blacklist", "schema.exclude.list"),
    FORMER("table.whitelist", "table.include.list"),
    FORMER("table.blacklist", "table.exclude.list"),
    FORMER("column.whitelist", "column.include.list"),
    FORMER("column.blacklist", "column.exclude.list"),
    FORMER("database.include.list", "schema.include.list"),
    FORMER("database.exclude.list", "schema.exclude.list"),
    FORMER("database.whitelist", "schema.include.list"),
    FORMER("database.blacklist", "schema.exclude.list"),
    FORMER("database.ssl.mode", "database.sslmode"),
    FORMER("database.ssl.cert", "database.sslcert"),
    FORMER("database.ssl.key", "database.sslkey"),
    FORMER("database.ssl.rootcert", "database.sslrootcert"),
    FORMER("slot.drop_on_stop", "slot.drop.on.stop"),
    FORMER("toasted.value.placeholder", "unavailable.value.placeholder"),
    FORMER("rows.fetch.size", "snapshot.fetch.size"),
    FORMER("event.deserialization.failure.handling.mode", "event.processing.failure.handling.mode"),
    FORMER("heartbeat.topics.prefix", "topic.heartbeat.prefix"),
    FORMER("transaction.topic", "topic.transaction"),
    FORMER("sanitize.field.names", "field.name.adjustment.mode"),
    FORMER("database.history", "schema.history.internal"),
    FORMER("message.prefix.blacklist", "message.prefix.exclude.list"),
    FORMER("message.prefix.whitelist", "message.prefix.include.list"),
};

const struct tr_option_group tr_options_former = {
    .title = "Former names", .readers = TR_FOR_DATABASES, TR_OPTIONS(options)};
