/* The objects that several endpoints answer with. */
#ifndef TR_REST_RESOURCES_JSON_H
#define TR_REST_RESOURCES_JSON_H

#include "rest/answer.h"

/* A configuration as answers show it; task_class: what a task's has beside the connector's, or
 * NULL. */
void tr_json_config(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_properties *config, const char *task_class);

/* {"name", "config", "tasks", "type"} */
void tr_json_info(struct tr_exchange *exchange, struct tr_writer *writer,
                  const struct tr_worker_info *info);

/* {"name", "connector", "tasks", "type"} and, if there are any, "warnings". */
void tr_json_status(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_worker_status *status);
void tr_json_task(struct tr_exchange *exchange, struct tr_writer *writer,
                  const struct tr_worker_status *status);

/* "Connector NAME not found" */
const char *tr_not_found(struct tr_exchange *exchange);

#endif
