/* The endpoints: each fills the exchange's answer. Path parameters are the request's segments. */
#ifndef TR_REST_HANDLERS_H
#define TR_REST_HANDLERS_H

#include "rest/exchange.h"

/* root.c */
void tr_handle_root(struct tr_exchange *exchange);
void tr_handle_health(struct tr_exchange *exchange);

/* metrics.c */
void tr_handle_metrics(struct tr_exchange *exchange);

/* connectors.c */
void tr_handle_connectors(struct tr_exchange *exchange);
void tr_handle_create(struct tr_exchange *exchange);
void tr_handle_connector(struct tr_exchange *exchange);
void tr_handle_delete(struct tr_exchange *exchange);

/* config.c */
void tr_handle_config(struct tr_exchange *exchange);
void tr_handle_config_put(struct tr_exchange *exchange);
void tr_handle_config_patch(struct tr_exchange *exchange);

/* status.c */
void tr_handle_status(struct tr_exchange *exchange);
void tr_handle_tasks(struct tr_exchange *exchange);
void tr_handle_task_status(struct tr_exchange *exchange);

/* state.c */
void tr_handle_pause(struct tr_exchange *exchange);
void tr_handle_resume(struct tr_exchange *exchange);
void tr_handle_stop(struct tr_exchange *exchange);
void tr_handle_restart(struct tr_exchange *exchange);
void tr_handle_task_restart(struct tr_exchange *exchange);
void tr_handle_internal(struct tr_exchange *exchange);

/* offsets.c */
void tr_handle_offsets(struct tr_exchange *exchange);
void tr_handle_offsets_patch(struct tr_exchange *exchange);
void tr_handle_offsets_delete(struct tr_exchange *exchange);

/* topics.c */
void tr_handle_topics(struct tr_exchange *exchange);
void tr_handle_topics_reset(struct tr_exchange *exchange);

/* plugins.c, validate.c */
void tr_handle_plugins(struct tr_exchange *exchange);
void tr_handle_definitions(struct tr_exchange *exchange);
void tr_handle_validate(struct tr_exchange *exchange);

/* loggers.c */
void tr_handle_loggers(struct tr_exchange *exchange);
void tr_handle_logger(struct tr_exchange *exchange);
void tr_handle_logger_put(struct tr_exchange *exchange);

/* overview.c */
void tr_handle_overview(struct tr_exchange *exchange);

/* ../page/handler.c */
void tr_handle_page(struct tr_exchange *exchange);
void tr_handle_page_script(struct tr_exchange *exchange);
void tr_handle_page_style(struct tr_exchange *exchange);

#endif
