/*
 * The channels by which signals come from outside of the database: a topic of Kafka, a file. The
 * third one, the table of signals, is in the stream itself.
 *
 * One thread per run of a connector waits for both and hands signals to tr_incremental_signal, so
 * that the stream never waits for either. Each signal brings a mark, a state that is stored in the
 * transaction in which the signal is executed: the offset in the topic, the place in the file. A
 * new run goes on behind it, so that a signal is neither lost nor executed twice, whenever the run
 * before ended. What others can see of that (the consumer group's offset, the emptied file) follows
 * once the transaction is committed; for that the stream tells how far it is:
 *
 *   tr_incremental_turn                          what was handed over is executed, in this batch
 *   tr_channels_put                              the batch goes to the sink, with this token
 *   tr_channels_confirm                          tokens up to this one are committed
 *
 * Facts: io.debezium.pipeline.signal.channels.* (3.6).
 */
#ifndef TR_SNAPSHOT_CHANNELS_H
#define TR_SNAPSHOT_CHANNELS_H

#include "base/log.h"
#include "snapshot/incremental.h"

struct tr_channels;

struct tr_channels_params {
    const struct tr_worker_options *worker;
    const struct tr_connector_options *options;
    const struct tr_states *states; /* stored with the position; NULL: none */
    const struct tr_log *log;
    struct tr_incremental *incremental;
};

/* *ret_channels is NULL when neither channel is enabled: everything below takes that and does
 * nothing. */
int tr_channels_new(const struct tr_channels_params *params, struct tr_channels **ret_channels,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* Ends the thread. Before the incremental is freed. */
void tr_channels_free(struct tr_channels *channels);

/* The stream's: see above. Where the token of what is put is already confirmed, because the log has
 * not moved, only a later one tells that it is committed. */
void tr_channels_put(struct tr_channels *channels, uint64_t token, uint64_t confirmed);
void tr_channels_confirm(struct tr_channels *channels, uint64_t token);

#endif
