/*
 * /metrics: what the connectors measure, in Prometheus's text format. docs/metrics.md describes
 * every name; a test compares.
 */
#include <string.h>

#include "base/clock.h"
#include "rest/answer.h"
#include "rest/handlers.h"
#include "rest/resources/exposition.h"
#include "rest/resources/process.h"

#define PREFIX "tailrace_"

struct page {
    struct tr_writer *writer;
    const struct tr_worker_metrics *items;
    size_t count;
};

/* One number of one connector; TR_FIGURE_UNKNOWN: it has none. */
struct single {
    struct tr_family family;
    int64_t (*read)(const struct tr_worker_metrics *item);
};

static int64_t read_stuck(const struct tr_worker_metrics *item)
{
    return item->stuck;
}

static int64_t read_failures(const struct tr_worker_metrics *item)
{
    return item->metrics ? (int64_t)item->engine.failures : TR_FIGURE_UNKNOWN;
}

static int64_t read_lag(const struct tr_worker_metrics *item)
{
    return item->metrics ? item->metrics->lag_us : TR_FIGURE_UNKNOWN;
}

static int64_t read_committed_at(const struct tr_worker_metrics *item)
{
    return item->metrics && item->metrics->committed_us ? item->metrics->committed_us
                                                        : TR_FIGURE_UNKNOWN;
}

/* Counts of the connector's run and of its meter. */
#define READ(name, expression)                                                                     \
    static int64_t read_##name(const struct tr_worker_metrics *item)                               \
    {                                                                                              \
        return item->metrics ? (int64_t)(expression) : TR_FIGURE_UNKNOWN;                          \
    }

READ(transactions, item->engine.transactions)
READ(source_transactions, item->metrics->source_transactions)
READ(committed_events, item->engine.events)
READ(committed_bytes, item->engine.bytes)
READ(skipped, item->engine.skipped)
READ(retries, item->metrics->retries)
READ(queue, item->metrics->queue_bytes)
READ(queue_limit, item->metrics->queue_limit)
READ(queue_batches, item->metrics->queue_batches)
READ(up_to_date, item->engine.up_to_date)

/* A snapshot's figures stay after its end, as Debezium's do; without one there are none. */
#define SNAPSHOT(name, expression)                                                                 \
    static int64_t read_##name(const struct tr_worker_metrics *item)                               \
    {                                                                                              \
        return item->engine.snapshot_us ? (int64_t)(expression) : TR_FIGURE_UNKNOWN;               \
    }

SNAPSHOT(snapshot_running, item->engine.phase == TR_PHASE_SNAPSHOT)
SNAPSHOT(snapshot_us, item->engine.snapshot_us)
SNAPSHOT(snapshot_tables, item->engine.tables)
SNAPSHOT(snapshot_remaining, item->engine.tables - item->engine.tables_done)
SNAPSHOT(snapshot_chunks, item->engine.chunks)
SNAPSHOT(snapshot_rows, item->engine.rows)
SNAPSHOT(snapshot_estimate, item->engine.rows_estimated)

static const struct single singles[] = {
    {{PREFIX "connector_stuck",
      "1 if the connector has waited for the same thing for too long to be called running.",
      TR_GAUGE, 0},
     read_stuck},
    {{PREFIX "connector_failures", "Failures in a row, without a committed change between them.",
      TR_GAUGE, 0},
     read_failures},
    {{PREFIX "connector_retries_total", "New runs after a failure.", TR_COUNTER, 0}, read_retries},
    {{PREFIX "connector_caught_up",
      "1 once everything is committed that the source had when streaming began.", TR_GAUGE, 0},
     read_up_to_date},
    {{PREFIX "source_lag_seconds",
      "Age of the oldest change that the source has and Kafka has not; 0 if there is none.",
      TR_GAUGE, 1000000},
     read_lag},
    {{PREFIX "source_transactions_total", "Committed transactions of the source with changes.",
      TR_COUNTER, 0},
     read_source_transactions},
    {{PREFIX "committed_events_total", "Committed changes and rows of a snapshot.", TR_COUNTER, 0},
     read_committed_events},
    {{PREFIX "committed_bytes_total", "Committed bytes of keys, values and headers.", TR_COUNTER,
      0},
     read_committed_bytes},
    {{PREFIX "skipped_records_total",
      "Records that a transform or converter could not do and that were left out "
      "(errors.tolerance=all).",
      TR_COUNTER, 0},
     read_skipped},
    {{PREFIX "commits_total", "Commits: Kafka transactions, or their like in another sink.",
      TR_COUNTER, 0},
     read_transactions},
    {{PREFIX "last_commit_timestamp_seconds", "When the newest commit was, since 1970.", TR_GAUGE,
      1000000},
     read_committed_at},
    {{PREFIX "queue_bytes", "Memory of batches between source and sink.", TR_GAUGE, 0}, read_queue},
    {{PREFIX "queue_limit_bytes", "How large it may become before the source waits.", TR_GAUGE, 0},
     read_queue_limit},
    {{PREFIX "queue_batches", "Batches between source and sink.", TR_GAUGE, 0}, read_queue_batches},
    {{PREFIX "snapshot_running", "1 while a snapshot is read.", TR_GAUGE, 0},
     read_snapshot_running},
    {{PREFIX "snapshot_duration_seconds", "How long the snapshot has taken.", TR_GAUGE, 1000000},
     read_snapshot_us},
    {{PREFIX "snapshot_tables", "Tables of the snapshot.", TR_GAUGE, 0}, read_snapshot_tables},
    {{PREFIX "snapshot_tables_remaining", "Tables of it that are not done.", TR_GAUGE, 0},
     read_snapshot_remaining},
    {{PREFIX "snapshot_chunks", "Chunks of it that are done.", TR_GAUGE, 0}, read_snapshot_chunks},
    {{PREFIX "snapshot_rows", "Rows of it that were read.", TR_GAUGE, 0}, read_snapshot_rows},
    {{PREFIX "snapshot_rows_estimated", "Rows that it has by the catalog's statistics.", TR_GAUGE,
      0},
     read_snapshot_estimate},
};

/* What the connector's threads tell, as it is. */
static const struct tr_family figures[TR_FIGURES] = {
    [TR_FIGURE_POSITION] = {PREFIX "source_position_bytes",
                            "Place in the source's log before which everything is committed: an "
                            "LSN, or an offset in a binary log file.",
                            TR_GAUGE, 0},
    [TR_FIGURE_POSITION_FILE] = {PREFIX "source_position_file", "Number of that binary log file.",
                                 TR_GAUGE, 0},
    [TR_FIGURE_HEAD] = {PREFIX "source_head_bytes", "The end of the source's log, in the same way.",
                        TR_GAUGE, 0},
    [TR_FIGURE_HEAD_FILE] = {PREFIX "source_head_file", "Number of that binary log file.", TR_GAUGE,
                             0},
    [TR_FIGURE_LAG_BYTES] = {PREFIX "source_lag_bytes",
                             "Log between the two; 0 if nothing in it is to be read.", TR_GAUGE, 0},
    [TR_FIGURE_LAG_GTIDS] = {PREFIX "mysql_gtid_lag_transactions",
                             "Transactions that the server has executed and that were not read.",
                             TR_GAUGE, 0},
    [TR_FIGURE_SLOT_RETAINED] = {PREFIX "postgresql_slot_retained_bytes",
                                 "Log that the server keeps for the replication slot.", TR_GAUGE,
                                 0},
    [TR_FIGURE_SLOT_SAFE] = {PREFIX "postgresql_slot_safe_bytes",
                             "Log that may be written until the slot may be lost "
                             "(max_slot_wal_keep_size); missing without such a limit.",
                             TR_GAUGE, 0},
    [TR_FIGURE_KAFKA_REQUESTS] = {PREFIX "kafka_requests_total",
                                  "Requests of the producer to brokers.", TR_COUNTER, 0},
    [TR_FIGURE_KAFKA_ERRORS] = {PREFIX "kafka_request_errors_total",
                                "Requests without an answer that says yes.", TR_COUNTER, 0},
    [TR_FIGURE_KAFKA_SENT] = {PREFIX "kafka_sent_bytes_total", "Bytes of requests to brokers.",
                              TR_COUNTER, 0},
    [TR_FIGURE_KAFKA_RECEIVED] = {PREFIX "kafka_received_bytes_total", "Bytes of brokers' answers.",
                                  TR_COUNTER, 0},
    [TR_FIGURE_KAFKA_RTT_US] = {PREFIX "kafka_request_seconds_total",
                                "Time between requests and their answers, added up.", TR_COUNTER,
                                1000000},
    [TR_FIGURE_KAFKA_QUEUE] = {PREFIX "kafka_queue_messages",
                               "Messages and requests that the producer holds.", TR_GAUGE, 0},
};

static void expose_states(const struct page *page)
{
    static const struct tr_family family = {
        PREFIX "connector_state", "1 for the state that the connector's task is in, 0 for others.",
        TR_GAUGE, 0};
    static const char *const states[] = {"RUNNING", "PAUSED",     "STOPPED",
                                         "FAILED",  "UNASSIGNED", "RESTARTING"};

    tr_expose_family(page->writer, &family);
    for (size_t i = 0; i < page->count; i++)
        for (size_t k = 0; k < TR_COUNT(states); k++) {
            const struct tr_worker_metrics *item = &page->items[i];
            const char *const labels[] = {"connector", item->name, "state", states[k],
                                          "type",      item->type, NULL};
            tr_expose_sample(page->writer, &family, strcmp(item->state, states[k]) == 0, labels);
        }
}

/* The family is there even if nobody has a number: its name can be looked up. */
static void expose_single(const struct page *page, const struct single *single)
{
    tr_expose_family(page->writer, &single->family);
    for (size_t i = 0; i < page->count; i++) {
        int64_t value = single->read(&page->items[i]);
        const char *const labels[] = {"connector", page->items[i].name, NULL};
        if (value != TR_FIGURE_UNKNOWN)
            tr_expose_sample(page->writer, &single->family, value, labels);
    }
}

static void expose_figure(const struct page *page, enum tr_figure figure)
{
    tr_expose_family(page->writer, &figures[figure]);
    for (size_t i = 0; i < page->count; i++) {
        const struct tr_connector_metrics *metrics = page->items[i].metrics;
        const char *const labels[] = {"connector", page->items[i].name, NULL};
        if (metrics && metrics->figures[figure] != TR_FIGURE_UNKNOWN)
            tr_expose_sample(page->writer, &figures[figure], metrics->figures[figure], labels);
    }
}

static void expose_table(const struct page *page, const struct tr_family *family,
                         const char *connector, const struct tr_tally_row *row)
{
    static const char *const operations[TR_TALLY_OPS] = {
        [TR_TALLY_READ] = "read",         [TR_TALLY_CREATE] = "create",
        [TR_TALLY_UPDATE] = "update",     [TR_TALLY_DELETE] = "delete",
        [TR_TALLY_TRUNCATE] = "truncate",
    };

    for (size_t i = 0; i < TR_TALLY_OPS; i++) {
        const char *const labels[] = {
            "connector", connector,     "table", row->table ? row->table : "other",
            "operation", operations[i], NULL};
        if (operations[i] && row->counts[i])
            tr_expose_sample(page->writer, family, (int64_t)row->counts[i], labels);
    }
}

static void expose_events(const struct page *page)
{
    static const struct tr_family family = {
        PREFIX "events_total", "Committed changes by table and operation; read is a snapshot's.",
        TR_COUNTER, 0};

    tr_expose_family(page->writer, &family);
    for (size_t i = 0; i < page->count; i++) {
        const struct tr_connector_metrics *metrics = page->items[i].metrics;
        for (size_t k = 0; metrics && k < metrics->ntables; k++)
            expose_table(page, &family, page->items[i].name, &metrics->tables[k]);
    }
}

static void expose_errors(const struct page *page)
{
    static const struct tr_family family = {PREFIX "connector_errors_total",
                                            "Failures that ended a run, by class.", TR_COUNTER, 0};

    tr_expose_family(page->writer, &family);
    for (size_t i = 0; i < page->count; i++) {
        const struct tr_connector_metrics *metrics = page->items[i].metrics;
        for (size_t k = 0; metrics && k < TR_CLASSES; k++) {
            const char *const labels[] = {"connector", page->items[i].name, "class",
                                          tr_class_name((enum tr_class)k), NULL};
            tr_expose_sample(page->writer, &family, (int64_t)metrics->errors[k], labels);
        }
    }
}

static const struct tr_histogram *commit_us(const struct tr_connector_metrics *metrics)
{
    return &metrics->commit_us;
}

static const struct tr_histogram *commit_events(const struct tr_connector_metrics *metrics)
{
    return &metrics->commit_events;
}

static const struct tr_histogram *commit_bytes(const struct tr_connector_metrics *metrics)
{
    return &metrics->commit_bytes;
}

static void expose_histograms(const struct page *page)
{
    static const struct {
        struct tr_family family;
        const struct tr_histogram *(*of)(const struct tr_connector_metrics *metrics);
    } histograms[] = {
        {{PREFIX "commit_duration_seconds",
          "From the last message's hand-over to the end of the commit.", TR_HISTOGRAM, 1000000},
         commit_us},
        {{PREFIX "commit_events", "Changes in a commit.", TR_HISTOGRAM, 0}, commit_events},
        {{PREFIX "commit_bytes", "Bytes in a commit.", TR_HISTOGRAM, 0}, commit_bytes},
    };

    for (size_t k = 0; k < TR_COUNT(histograms); k++) {
        tr_expose_family(page->writer, &histograms[k].family);
        for (size_t i = 0; i < page->count; i++) {
            const char *const labels[] = {"connector", page->items[i].name, NULL};
            if (page->items[i].metrics)
                tr_expose_histogram(page->writer, &histograms[k].family,
                                    histograms[k].of(page->items[i].metrics), labels);
        }
    }
}

static void expose_build(struct tr_writer *writer)
{
    static const struct tr_family family = {PREFIX "build_info", "Which tailrace this is.",
                                            TR_GAUGE, 0};
    static const char *const labels[] = {"version", TR_VERSION, NULL};

    tr_expose_family(writer, &family);
    tr_expose_sample(writer, &family, 1, labels);
}

void tr_handle_metrics(struct tr_exchange *exchange)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_metrics *items = NULL;
    struct tr_writer writer;
    struct tr_diag diag;
    size_t count = 0;

    if (worker && tr_worker_metrics(worker, &exchange->in, &items, &count, &diag) < 0) {
        tr_answer_error(exchange, 500, "%s", diag.message);
        return;
    }
    tr_answer_begin(exchange, &writer);
    const struct page page = {&writer, items, count};
    expose_build(&writer);
    expose_states(&page);
    for (size_t i = 0; i < TR_COUNT(singles); i++)
        expose_single(&page, &singles[i]);
    for (int i = 0; i < TR_FIGURES; i++)
        if (figures[i].name)
            expose_figure(&page, (enum tr_figure)i);
    expose_events(&page);
    expose_errors(&page);
    expose_histograms(&page);
    tr_expose_process(&writer);
    tr_answer_end(exchange, &writer, 200);
    exchange->answer.type = "text/plain; version=0.0.4; charset=utf-8";
}
