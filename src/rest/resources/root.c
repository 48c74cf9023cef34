/* GET / and /health. */
#include "rest/answer.h"
#include "rest/handlers.h"

/* The version of Kafka whose API this is: clients decide by it what they may call. */
#define API_VERSION "4.1.0"

void tr_handle_root(struct tr_exchange *exchange)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    const char *cluster = worker ? tr_worker_cluster_id(worker) : NULL;
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    tr_writer_literal(&writer,
                      "{\"version\":\"" API_VERSION "\",\"commit\":\"tailrace-" TR_VERSION "\"");
    tr_answer_member(exchange, &writer, "kafka_cluster_id", cluster);
    tr_writer_char(&writer, '}');
    tr_answer_end(exchange, &writer, 200);
}

static void answer_health(struct tr_exchange *exchange, unsigned code, const char *status,
                          const char *message)
{
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '{');
    tr_answer_member(exchange, &writer, "status", status);
    tr_answer_member(exchange, &writer, "message", message);
    tr_writer_char(&writer, '}');
    tr_answer_end(exchange, &writer, code);
}

/* Who waits for what: "inventory waits for …; shop waits for …" */
static const char *who_waits(struct tr_exchange *exchange)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_status status;
    struct tr_list names;
    struct tr_diag diag;
    const char *text = "";

    if (tr_worker_names(worker, &exchange->in, &names, &diag) != 0)
        return text;
    for (size_t i = 0; i < names.count && strlen(text) < 500; i++) {
        if (tr_worker_status(worker, names.items[i], &exchange->in, &status, &diag) != 0 ||
            !status.stuck)
            continue;
        text = tr_answer_printf(exchange, "%s%s%s waits for %s", text, *text ? "; " : "",
                                names.items[i], status.stuck);
    }
    return text;
}

/* A connector that FAILED is somebody's to look at, and no reason to end the others: restarting the
 * process wouldn't mend it. One that makes no progress although it should is. */
void tr_handle_health(struct tr_exchange *exchange)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_summary summary = {0};

    if (!worker) {
        answer_health(exchange, 503, "starting", "Worker is still starting up.");
        return;
    }
    tr_worker_summarize(worker, &summary);
    if (summary.stuck)
        answer_health(exchange, 500, "unhealthy",
                      tr_answer_printf(exchange, "%zu of %zu connectors make no progress: %s",
                                       summary.stuck, summary.connectors, who_waits(exchange)));
    else
        answer_health(exchange, 200, "healthy",
                      "Worker has completed startup and is ready to handle requests.");
}
