#include "connector/meter.h"

#include <string.h>

#include "base/clock.h"

/* Microseconds: a broker on the same machine needs a few thousand. */
static const struct tr_histogram_bounds commit_us = {
    .count = 12,
    .upper = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000,
              30000000},
};
static const struct tr_histogram_bounds commit_events = {
    .count = 7,
    .upper = {1, 10, 100, 1000, 10000, 100000, 1000000},
};
static const struct tr_histogram_bounds commit_bytes = {
    .count = 8,
    .upper = {1 << 10, 10 << 10, 100 << 10, 1 << 20, 10 << 20, 32 << 20, 100 << 20, 1 << 30},
};

static int64_t now_us(void)
{
    return tr_clock_realtime_ns() / 1000;
}

int tr_meter_init(struct tr_meter *meter, enum tr_connector_kind kind, struct tr_diag *diag)
{
    *meter = (struct tr_meter){
        .tally = tr_tally_new(),
        .lags = kind == TR_KIND_POSTGRES || kind == TR_KIND_MYSQL || kind == TR_KIND_MARIADB,
        .commit_us.bounds = &commit_us,
        .commit_events.bounds = &commit_events,
        .commit_bytes.bounds = &commit_bytes,
    };
    tr_figures_init(&meter->figures);
    return meter->tally ? 0 : tr_fail_memory(diag);
}

void tr_meter_finish(struct tr_meter *meter)
{
    tr_tally_free(meter->tally);
}

void tr_meter_begin(struct tr_meter *meter)
{
    /* the place in the log stays what it was; what a stream knows has to be found out again */
    tr_figure_set(&meter->figures, TR_FIGURE_BEHIND_US, TR_FIGURE_UNKNOWN);
    if (!meter->blind_us)
        meter->blind_us = now_us();
}

/* behind < 0: not known. */
static int64_t behind_us(const struct tr_meter *meter)
{
    int64_t us = tr_figure_get(&meter->figures, TR_FIGURE_BEHIND_US);
    return us == TR_FIGURE_UNKNOWN ? -1 : us;
}

/* Since when; 0: there is no lag. */
static int64_t lag_since(struct tr_meter *meter, const struct tr_ring_usage *usage)
{
    int64_t behind = behind_us(meter);

    if (usage->since_us)
        return usage->since_us;
    if (behind == 0)
        meter->blind_us = 0;
    if (behind > 0 && (!meter->blind_us || behind < meter->blind_us))
        return behind;
    return meter->blind_us;
}

void tr_meter_end(struct tr_meter *meter, const struct tr_ring_usage *usage)
{
    int64_t since = lag_since(meter, usage);

    meter->blind_us = since ? since : now_us();
    tr_figure_set(&meter->figures, TR_FIGURE_BEHIND_US, TR_FIGURE_UNKNOWN);
    tr_figure_set(&meter->figures, TR_FIGURE_KAFKA_QUEUE, TR_FIGURE_UNKNOWN);
}

void tr_meter_commit(struct tr_meter *meter, const struct tr_run_commit *commit)
{
    meter->committed_us = now_us();
    meter->source_transactions += commit->transactions;
    tr_histogram_add(&meter->commit_us, (uint64_t)TR_MAX(commit->took_us, 0));
    tr_histogram_add(&meter->commit_events, commit->events);
    tr_histogram_add(&meter->commit_bytes, commit->bytes);
    if (commit->logged) /* the stream's own times tell the lag from now on */
        meter->blind_us = 0;
}

void tr_meter_failed(struct tr_meter *meter, const struct tr_diag *diag, bool retried)
{
    if ((unsigned)diag->cls < TR_CLASSES)
        meter->errors[diag->cls]++;
    meter->retries += retried;
}

static void read_lag(struct tr_meter *meter, const struct tr_ring_usage *usage, bool ended,
                     struct tr_connector_metrics *metrics)
{
    int64_t since = lag_since(meter, usage);

    if (!meter->lags || ended)
        metrics->lag_us = TR_FIGURE_UNKNOWN;
    else
        metrics->lag_us = since ? TR_MAX(now_us() - since, 0) : 0;
}

void tr_meter_read(struct tr_meter *meter, const struct tr_ring_usage *usage, bool ended,
                   struct tr_connector_metrics *ret_metrics)
{
    struct tr_connector_metrics *metrics = ret_metrics;

    for (int i = 0; i < TR_FIGURES; i++)
        metrics->figures[i] = tr_figure_get(&meter->figures, (enum tr_figure)i);
    read_lag(meter, usage, ended, metrics);
    metrics->committed_us = meter->committed_us;
    metrics->source_transactions = meter->source_transactions;
    metrics->commit_us = meter->commit_us;
    metrics->commit_events = meter->commit_events;
    metrics->commit_bytes = meter->commit_bytes;
    memcpy(metrics->errors, meter->errors, sizeof metrics->errors);
    metrics->retries = meter->retries;
    metrics->queue_bytes = usage->bytes;
    metrics->queue_limit = usage->limit;
    metrics->queue_batches = usage->batches;
    metrics->ntables = tr_tally_read(meter->tally, metrics->tables, TR_COUNT(metrics->tables));
}
