/* /connectors/NAME/config */
#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/create.h"
#include "rest/resources/json.h"
#include "rest/resources/mask.h"

void tr_handle_config(struct tr_exchange *exchange)
{
    struct tr_worker_info info;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_info(tr_exchange_worker(exchange), exchange->request.segments[1],
                            &exchange->in, &info, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_json_config(exchange, &writer, &info.config, NULL);
    tr_answer_end(exchange, &writer, 200);
}

static void put(struct tr_exchange *exchange, json_t *body)
{
    const char *name = exchange->request.segments[1];
    struct tr_properties config;
    struct tr_diag diag;
    bool created;

    if (!tr_body_config(exchange, body, &config) || !tr_create_prepare(exchange, name, &config) ||
        !tr_mask_restore(exchange, name, &config))
        return;
    int rc = tr_worker_replace(tr_exchange_worker(exchange), name, &config, &created, &diag);
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
    else
        tr_create_answer(exchange, name, created);
}

void tr_handle_config_put(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);

    if (body)
        put(exchange, body);
    json_decref(body);
}

static void patch(struct tr_exchange *exchange, json_t *body)
{
    const char *name = exchange->request.segments[1];
    struct tr_properties changes;
    struct tr_diag diag;

    if (!tr_body_config(exchange, body, &changes) || !tr_mask_drop(exchange, name, &changes))
        return;
    int rc = tr_worker_patch(tr_exchange_worker(exchange), name, &changes, &diag);
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
    else
        tr_create_answer(exchange, name, false);
}

void tr_handle_config_patch(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);

    if (body)
        patch(exchange, body);
    json_decref(body);
}
