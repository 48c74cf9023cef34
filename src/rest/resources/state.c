/* pause, resume, stop, restart. */
#include "rest/handlers.h"
#include "rest/resources/json.h"
#include "rest/resources/task-id.h"

static void set_target(struct tr_exchange *exchange, enum tr_worker_target target, unsigned status)
{
    const char *name = exchange->request.segments[1];
    struct tr_diag diag;
    int rc = tr_worker_target(tr_exchange_worker(exchange), name, target, &diag);

    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag,
                         tr_answer_printf(exchange, "Unknown connector %s", name));
    else
        tr_answer_empty(exchange, status);
}

void tr_handle_pause(struct tr_exchange *exchange)
{
    set_target(exchange, TR_TARGET_PAUSED, 202);
}

void tr_handle_resume(struct tr_exchange *exchange)
{
    set_target(exchange, TR_TARGET_RUNNING, 202);
}

void tr_handle_stop(struct tr_exchange *exchange)
{
    set_target(exchange, TR_TARGET_STOPPED, 204);
}

static bool is_failed(const char *state)
{
    return state && strcmp(state, "FAILED") == 0;
}

/*
 * What Connect would restart: the connector, its tasks with includeTasks, only what FAILED with
 * onlyFailed. Connector and task are one thing here, so any of it restarts it; but a FAILED task
 * stays alone if only a connector that FAILED was asked for. With a parameter set the answer is the
 * plan.
 */
void tr_handle_restart(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1];
    bool tasks = tr_request_flag(&exchange->request, "includeTasks", false);
    bool only_failed = tr_request_flag(&exchange->request, "onlyFailed", false);
    const char *unknown = tr_answer_printf(exchange, "Unknown connector: %s", name);
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_status status;
    struct tr_writer writer;
    struct tr_diag diag;
    bool planned;

    int rc = tr_worker_status(worker, name, &exchange->in, &status, &diag);
    bool connector_too = rc == 0 && (!only_failed || is_failed(status.state));
    bool task_too = rc == 0 && tasks && (!only_failed || is_failed(status.task_state));
    if (connector_too || task_too)
        rc = tr_worker_restart(worker, name, only_failed, &planned, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, unknown);
        return;
    }
    if (!tasks && !only_failed) {
        tr_answer_empty(exchange, 204);
        return;
    }
    status.state = connector_too ? "RESTARTING" : status.state;
    status.task_state = task_too ? "RESTARTING" : status.task_state;
    tr_answer_begin(exchange, &writer);
    tr_json_status(exchange, &writer, &status);
    tr_answer_end(exchange, &writer, 202);
}

void tr_handle_task_restart(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1];
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_worker_status status;
    struct tr_diag diag;
    bool planned;
    int id;

    if (!tr_task_id(exchange, &id))
        return;
    int rc = tr_worker_status(worker, name, &exchange->in, &status, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag,
                         tr_answer_printf(exchange, "Unknown connector: %s", name));
        return;
    }
    if (id == 0 && status.info.target == TR_TARGET_STOPPED) {
        /* Connect's answer, whose reason is another one */
        tr_answer_error(exchange, 409,
                        "Cannot complete request momentarily due to no known leader URL, likely "
                        "because a rebalance was underway.");
        return;
    }
    rc = id == 0 && status.tasks ? tr_worker_restart(worker, name, false, &planned, &diag)
                                 : TR_WORKER_UNKNOWN;
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag,
                         tr_answer_printf(exchange, "Unknown task: %s-%d", name, id));
    else
        tr_answer_empty(exchange, 204);
}

/* What Connect's workers send each other. */
void tr_handle_internal(struct tr_exchange *exchange)
{
    tr_answer_error(exchange, 400, "Internal request missing required signature");
}
