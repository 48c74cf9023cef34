/* /tailrace/connectors: what Connect's status doesn't tell, for the page and the command line. */
#include <inttypes.h>

#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/json.h"

static const char *phase_of(const struct tr_connector_status *engine)
{
    static const char *const names[] = {
        [TR_PHASE_PREPARING] = "preparing",
        [TR_PHASE_SNAPSHOT] = "snapshot",
        [TR_PHASE_STREAMING] = "streaming",
        [TR_PHASE_CAUGHT_UP] = "streaming",
    };
    return engine->state == TR_STATE_RUNNING ? names[engine->phase] : NULL;
}

static void put_number(struct tr_writer *writer, const char *name, uint64_t number)
{
    tr_writer_printf(writer, ",\"%s\":%" PRIu64, name, number);
}

static void put_snapshot(struct tr_exchange *exchange, struct tr_writer *writer,
                         const struct tr_connector_status *engine)
{
    if (engine->state != TR_STATE_RUNNING || engine->phase != TR_PHASE_SNAPSHOT) {
        tr_writer_literal(writer, ",\"snapshot\":null");
        return;
    }
    tr_writer_printf(writer, ",\"snapshot\":{\"tables\":%zu", engine->tables);
    put_number(writer, "tables_done", engine->tables_done);
    put_number(writer, "rows", engine->rows);
    put_number(writer, "rows_estimated", engine->rows_estimated);
    tr_answer_member(exchange, writer, "table", *engine->table ? engine->table : NULL);
    tr_writer_char(writer, '}');
}

/* All that is measured, found by name. */
struct measured {
    struct tr_worker_metrics *items;
    size_t count;
};

static const struct tr_connector_metrics *find_metrics(const struct measured *measured,
                                                       const char *name)
{
    for (size_t i = 0; i < measured->count; i++)
        if (strcmp(measured->items[i].name, name) == 0)
            return measured->items[i].metrics;
    return NULL;
}

static void put_lag(struct tr_writer *writer, const struct tr_connector_metrics *metrics)
{
    int64_t us = metrics ? metrics->lag_us : TR_FIGURE_UNKNOWN;
    int64_t bytes = metrics ? metrics->figures[TR_FIGURE_LAG_BYTES] : TR_FIGURE_UNKNOWN;

    if (us == TR_FIGURE_UNKNOWN)
        tr_writer_literal(writer, ",\"lag_seconds\":null");
    else
        tr_writer_printf(writer, ",\"lag_seconds\":%.3f", (double)us / 1e6);
    if (bytes == TR_FIGURE_UNKNOWN)
        tr_writer_literal(writer, ",\"lag_bytes\":null");
    else
        tr_writer_printf(writer, ",\"lag_bytes\":%" PRId64, bytes);
}

static void put_connector(struct tr_exchange *exchange, struct tr_writer *writer,
                          const struct tr_worker_status *status, const struct measured *measured)
{
    const char *trace = status->task_trace ? status->task_trace : status->trace;

    tr_writer_literal(writer, "{\"name\":");
    tr_answer_text(exchange, writer, status->name);
    tr_answer_member(exchange, writer, "type", status->type);
    tr_answer_member(exchange, writer, "class",
                     tr_properties_get(&status->info.config, "connector.class"));
    tr_answer_member(exchange, writer, "state", status->state);
    tr_answer_member(exchange, writer, "task_state", status->tasks ? status->task_state : NULL);
    tr_answer_member(exchange, writer, "trace", trace);
    tr_answer_member(exchange, writer, "stuck", status->stuck);
    tr_answer_member(exchange, writer, "phase", phase_of(&status->engine));
    put_lag(writer, find_metrics(measured, status->name));
    put_number(writer, "events", status->engine.events);
    put_number(writer, "bytes", status->engine.bytes);
    put_number(writer, "transactions", status->engine.transactions);
    put_number(writer, "skipped", status->engine.skipped);
    put_snapshot(exchange, writer, &status->engine);
    tr_writer_literal(writer, ",\"warnings\":");
    tr_answer_list(exchange, writer, &status->info.warnings);
    tr_writer_char(writer, '}');
}

void tr_handle_overview(struct tr_exchange *exchange)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_status status;
    struct measured measured;
    struct tr_writer writer;
    struct tr_list names;
    struct tr_diag diag;
    bool first = true;

    int rc = tr_worker_names(worker, &exchange->in, &names, &diag);
    if (rc == 0)
        rc = tr_worker_metrics(worker, &exchange->in, &measured.items, &measured.count, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, "");
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '[');
    for (size_t i = 0; i < names.count; i++) {
        if (tr_worker_status(worker, names.items[i], &exchange->in, &status, &diag) != 0)
            continue; /* deleted meanwhile */
        if (!first)
            tr_writer_char(&writer, ',');
        first = false;
        put_connector(exchange, &writer, &status, &measured);
    }
    tr_writer_char(&writer, ']');
    tr_answer_end(exchange, &writer, 200);
}
