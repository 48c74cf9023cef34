/* The task's number in /connectors/NAME/tasks/ID. */
#ifndef TR_REST_RESOURCES_TASK_ID_H
#define TR_REST_RESOURCES_TASK_ID_H

#include "rest/exchange.h"

/* False: it isn't a number, which has been answered. */
bool tr_task_id(struct tr_exchange *exchange, int *ret_id) TR_MUSTCHECK;

#endif
