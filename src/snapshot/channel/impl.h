/* What the files of the channels share; nobody else includes it. */
#ifndef TR_SNAPSHOT_CHANNEL_IMPL_H
#define TR_SNAPSHOT_CHANNEL_IMPL_H

#include "base/buf.h"
#include "snapshot/channels.h"

/* A signal as text in JSON, parsed; everything lies in the buffers. */
struct tr_channel_signal {
    struct tr_buf id, type, data;
};

void tr_channel_signal_init(struct tr_channel_signal *signal);
void tr_channel_signal_finish(struct tr_channel_signal *signal);

/* {"id": …, "type": …, "data": {…}}: data becomes a text again. A signal without an id gets a
 * random one. >0: not a signal, and the diag says why. */
int tr_channel_signal_read(struct tr_channel_signal *signal, struct tr_slice json,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Hand a signal on, with its mark; returns its number, which counts from 1. 0: there is no memory,
 * the diag says so. */
uint64_t tr_channels_give(struct tr_channels *channels, const struct tr_channel_signal *signal,
                          struct tr_state mark, struct tr_diag *diag) TR_MUSTCHECK;

/* The channels; each is the thread's alone. A turn takes what has come; committed: signals up to
 * this number are executed for good. */
struct tr_kafka_channel;
int tr_kafka_channel_new(struct tr_channels *channels, const struct tr_channels_params *params,
                         int wake_fd, struct tr_kafka_channel **ret_channel,
                         struct tr_diag *diag) TR_MUSTCHECK;
void tr_kafka_channel_free(struct tr_kafka_channel *channel);
int tr_kafka_channel_turn(struct tr_kafka_channel *channel, uint64_t committed,
                          struct tr_diag *diag) TR_MUSTCHECK;

struct tr_file_channel;
int tr_file_channel_new(struct tr_channels *channels, const struct tr_channels_params *params,
                        struct tr_file_channel **ret_channel, struct tr_diag *diag) TR_MUSTCHECK;
void tr_file_channel_free(struct tr_file_channel *channel);
int tr_file_channel_turn(struct tr_file_channel *channel, uint64_t committed,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
