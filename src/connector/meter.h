/* What a connector counts, and since when it lags; connector/'s own. Everything but figures and
 * tally is guarded by the connector's lock. */
#ifndef TR_CONNECTOR_METER_H
#define TR_CONNECTOR_METER_H

#include "connector/metrics.h"
#include "connector/ring.h"
#include "connector/run.h"

struct tr_meter {
    struct tr_figures figures;
    struct tr_tally *tally;
    bool lags;        /* it is a database's */
    int64_t blind_us; /* since when the lag can't be told otherwise; 0: it can */
    int64_t committed_us;
    uint64_t source_transactions, errors[TR_CLASSES], retries;
    struct tr_histogram commit_us, commit_events, commit_bytes;
};

int tr_meter_init(struct tr_meter *meter, enum tr_connector_kind kind,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_meter_finish(struct tr_meter *meter);

/* A run begins. */
void tr_meter_begin(struct tr_meter *meter);
/* A run's ring goes away. */
void tr_meter_end(struct tr_meter *meter, const struct tr_ring_usage *usage);
void tr_meter_commit(struct tr_meter *meter, const struct tr_run_commit *commit);
void tr_meter_failed(struct tr_meter *meter, const struct tr_diag *diag, bool retried);

/* usage is all zero without a ring. ended: it has nothing more to do. */
void tr_meter_read(struct tr_meter *meter, const struct tr_ring_usage *usage, bool ended,
                   struct tr_connector_metrics *ret_metrics);

#endif
