/*
 * heartbeat.interval.ms: records that a connector which has nothing else to say writes now and
 * then, so that those who look at its topics or its position see that it lives.
 *
 * They are nobody's change: none has a place in the log, and a replay writes others. They go the
 * way of all records, with the position of their time, so a heartbeat that is seen tells of a
 * position that is committed.
 */
#ifndef TR_CAPTURE_HEARTBEAT_H
#define TR_CAPTURE_HEARTBEAT_H

#include "capture/capture.h"

struct tr_heartbeat {
    struct tr_capture_table *topic; /* NULL: there are no heartbeats */
    int64_t interval_us, due_us;    /* monotonic */
};

/* The first one is due at once. */
int tr_heartbeat_init(struct tr_heartbeat *heartbeat, struct tr_capture *capture,
                      const struct tr_heartbeat_options *options,
                      struct tr_diag *diag) TR_MUSTCHECK;
void tr_heartbeat_finish(struct tr_heartbeat *heartbeat);

static inline bool tr_heartbeat_is_due(const struct tr_heartbeat *heartbeat, int64_t now_us)
{
    return heartbeat->topic && now_us >= heartbeat->due_us;
}

/* The earlier of a time and that of the next heartbeat. */
static inline int64_t tr_heartbeat_until(const struct tr_heartbeat *heartbeat, int64_t until_us)
{
    return heartbeat->topic ? TR_MIN(until_us, heartbeat->due_us) : until_us;
}

/* Write one; the next is due an interval after now. */
int tr_heartbeat_put(struct tr_heartbeat *heartbeat, struct tr_capturer *capturer, int64_t now_us,
                     struct tr_batch *batch, struct tr_diag *diag) TR_MUSTCHECK;

#endif
