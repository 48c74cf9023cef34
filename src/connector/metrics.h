/*
 * What a connector measures of itself, for those who look from outside.
 *
 * Lag is the age of the oldest change that the source has and Kafka has not, so 0 for a source that
 * has nothing to be read, and growing with the clock for one whose changes don't get through. It is
 * known from, in this order: the time at which the oldest change in flight was committed at the
 * source; the moment since when the source is known to have more than was read; while neither can
 * be told (no stream yet, a source or a broker that is away), the moment since when it can't.
 */
#ifndef TR_CONNECTOR_METRICS_H
#define TR_CONNECTOR_METRICS_H

#include "base/histogram.h"
#include "connector/connector.h"

#define TR_CLASSES (TR_BUG + 1)

struct tr_connector_metrics {
    int64_t figures[TR_FIGURES]; /* TR_FIGURE_UNKNOWN: not known, or not of this kind */
    int64_t lag_us;              /* TR_FIGURE_UNKNOWN: not a database's, or it has ended */
    int64_t committed_us;        /* when the newest commit was, µs since 1970; 0: none yet */
    uint64_t source_transactions;
    struct tr_histogram commit_us, commit_events, commit_bytes;
    uint64_t errors[TR_CLASSES]; /* runs that ended so */
    uint64_t retries;            /* runs that were begun after a failure */
    size_t queue_bytes, queue_limit, queue_batches;
    struct tr_tally_row tables[TR_TALLY_TABLES + 1]; /* names live as long as the connector */
    size_t ntables;
};

void tr_connector_metrics(struct tr_connector *connector, struct tr_connector_metrics *ret_metrics);

#endif
