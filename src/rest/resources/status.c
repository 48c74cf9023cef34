/* /connectors/NAME/status and tasks */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/json.h"
#include "rest/resources/task-id.h"

bool tr_task_id(struct tr_exchange *exchange, int *ret_id)
{
    const char *text = exchange->request.segments[3];
    char *end;

    errno = 0;
    long id = strtol(text, &end, 10);
    if (end == text || *end || errno || id < INT_MIN || id > INT_MAX) {
        tr_answer_refuse(exchange, 404, true);
        return false;
    }
    *ret_id = (int)id;
    return true;
}

void tr_handle_status(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1];
    struct tr_worker_status status;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_status(tr_exchange_worker(exchange), name, &exchange->in, &status, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag,
                         tr_answer_printf(exchange, "No status found for connector %s", name));
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_json_status(exchange, &writer, &status);
    tr_answer_end(exchange, &writer, 200);
}

/* Connect names the class of the task: the connector's with another ending. */
static const char *task_class_of(struct tr_exchange *exchange, const struct tr_properties *config)
{
    const char *class = tr_properties_get(config, "connector.class");
    const struct tr_plugin *plugin = class ? tr_plugin_find(class) : NULL;

    if (!plugin)
        return NULL;
    if (strncmp(plugin->class, "org.apache.kafka.connect.file.", 30) == 0)
        return tr_answer_printf(exchange, "%.*sTask",
                                (int)(strlen(plugin->class) - strlen("Connector")), plugin->class);
    return tr_answer_printf(exchange, "%sTask", plugin->class);
}

void tr_handle_tasks(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1];
    struct tr_worker_info info;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_info(tr_exchange_worker(exchange), name, &exchange->in, &info, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '[');
    if (info.tasks) {
        tr_writer_literal(&writer, "{\"id\":{");
        tr_answer_member(exchange, &writer, "connector", name);
        tr_writer_literal(&writer, ",\"task\":0},\"config\":");
        tr_json_config(exchange, &writer, &info.config, task_class_of(exchange, &info.config));
        tr_writer_char(&writer, '}');
    }
    tr_writer_char(&writer, ']');
    tr_answer_end(exchange, &writer, 200);
}

void tr_handle_task_status(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1], *unknown;
    struct tr_worker_status status;
    struct tr_writer writer;
    struct tr_diag diag;
    int id;

    if (!tr_task_id(exchange, &id))
        return;
    unknown = tr_answer_printf(exchange, "No status found for task %s-%d", name, id);
    int rc = tr_worker_status(tr_exchange_worker(exchange), name, &exchange->in, &status, &diag);
    if (rc == 0 && (id != 0 || !status.tasks))
        rc = TR_WORKER_UNKNOWN;
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, unknown);
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_json_task(exchange, &writer, &status);
    tr_answer_end(exchange, &writer, 200);
}
