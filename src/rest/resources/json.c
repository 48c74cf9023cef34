#include "rest/resources/json.h"

#include "rest/resources/mask.h"

void tr_json_config(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_properties *config, const char *task_class)
{
    tr_writer_char(writer, '{');
    for (size_t i = 0; i < config->count; i++)
        tr_answer_member(exchange, writer, config->items[i].name,
                         tr_mask_value(exchange, &config->items[i]));
    if (task_class)
        tr_answer_member(exchange, writer, "task.class", task_class);
    tr_writer_char(writer, '}');
}

void tr_json_info(struct tr_exchange *exchange, struct tr_writer *writer,
                  const struct tr_worker_info *info)
{
    tr_writer_char(writer, '{');
    tr_answer_member(exchange, writer, "name", info->name);
    tr_writer_literal(writer, ",\"config\":");
    tr_json_config(exchange, writer, &info->config, NULL);
    tr_writer_literal(writer, ",\"tasks\":[");
    for (size_t i = 0; i < info->tasks; i++) {
        tr_writer_text(writer, i ? ",{" : "{");
        tr_answer_member(exchange, writer, "connector", info->name);
        tr_writer_printf(writer, ",\"task\":%zu}", i);
    }
    tr_writer_char(writer, ']');
    tr_answer_member(exchange, writer, "type", info->type);
    tr_writer_char(writer, '}');
}

/* What connector and task have in common. */
static void write_state(struct tr_exchange *exchange, struct tr_writer *writer,
                        const struct tr_worker_status *status, const char *state, const char *trace)
{
    tr_answer_member(exchange, writer, "state", state);
    tr_answer_member(exchange, writer, "worker_id", status->worker_id);
    tr_answer_member(exchange, writer, "version", status->version);
    if (trace)
        tr_answer_member(exchange, writer, "trace", trace);
    tr_writer_char(writer, '}');
}

void tr_json_task(struct tr_exchange *exchange, struct tr_writer *writer,
                  const struct tr_worker_status *status)
{
    tr_writer_literal(writer, "{\"id\":0");
    write_state(exchange, writer, status, status->task_state, status->task_trace);
}

void tr_json_status(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_worker_status *status)
{
    tr_writer_char(writer, '{');
    tr_answer_member(exchange, writer, "name", status->name);
    tr_writer_literal(writer, ",\"connector\":{");
    write_state(exchange, writer, status, status->state, status->trace);
    tr_writer_literal(writer, ",\"tasks\":[");
    if (status->tasks)
        tr_json_task(exchange, writer, status);
    tr_writer_char(writer, ']');
    tr_answer_member(exchange, writer, "type", status->type);
    if (status->info.warnings.count) {
        tr_writer_literal(writer, ",\"warnings\":");
        tr_answer_list(exchange, writer, &status->info.warnings);
    }
    tr_writer_char(writer, '}');
}

const char *tr_not_found(struct tr_exchange *exchange)
{
    return tr_answer_printf(exchange, "Connector %s not found", exchange->request.segments[1]);
}
