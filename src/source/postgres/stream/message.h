/*
 * Logical decoding messages: what pg_logical_emit_message() puts into the log, to the topic
 * <topic.prefix>.message.
 *
 * A transactional one is an event of its transaction. One that isn't stands alone between two
 * transactions, even if the one that emitted it is rolled back: the position moves behind it.
 */
#ifndef TR_SOURCE_POSTGRES_STREAM_MESSAGE_H
#define TR_SOURCE_POSTGRES_STREAM_MESSAGE_H

#include "capture/filter.h"
#include "config/options.h"
#include "pgoutput/pgoutput.h"
#include "source/postgres/source-block.h"

/* PostgreSQL 14 is the first to send them. */
#define TR_PG_MESSAGES_SINCE 140000

struct tr_pg_messages {
    struct tr_arena arena; /* of the schemas */
    struct tr_capture_table *topic;
    struct tr_filter *prefixes;
    tr_convert_fn *convert; /* as binary.handling.mode wants content */
};

int tr_pg_messages_init(struct tr_pg_messages *messages,
                        const struct tr_connector_options *options, struct tr_capture *capture,
                        struct tr_diag *diag) TR_MUSTCHECK;
void tr_pg_messages_finish(struct tr_pg_messages *messages);

/* A message on its way. The source block is set but for what names a table. */
struct tr_pg_message {
    const struct tr_pgoutput_message *message;
    const char *database;
    uint64_t lsn;
    uint64_t identity; /* see tr_change */
};

/* Write it, unless its prefix is left out. */
int tr_pg_messages_put(const struct tr_pg_messages *messages, struct tr_capturer *capturer,
                       const struct tr_pg_message *message, struct tr_batch *batch,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
