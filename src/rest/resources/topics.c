/* /connectors/NAME/topics */
#include "rest/handlers.h"
#include "rest/resources/json.h"

/* Refused means that topic.tracking.* says so. */
static void answer_failure(struct tr_exchange *exchange, int rc, const struct tr_diag *diag)
{
    tr_answer_worker(exchange, rc, diag, diag->message);
    if (rc == TR_WORKER_REFUSED)
        tr_answer_error(exchange, 403, "%s", diag->message);
}

void tr_handle_topics(struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[1];
    struct tr_writer writer;
    struct tr_list topics;
    struct tr_diag diag;

    int rc = tr_worker_topics(tr_exchange_worker(exchange), name, &exchange->in, &topics, &diag);
    if (rc != 0) {
        answer_failure(exchange, rc, &diag);
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '{');
    tr_answer_text(exchange, &writer, name);
    tr_writer_literal(&writer, ":{\"topics\":");
    tr_answer_list(exchange, &writer, &topics);
    tr_writer_literal(&writer, "}}");
    tr_answer_end(exchange, &writer, 200);
}

void tr_handle_topics_reset(struct tr_exchange *exchange)
{
    struct tr_diag diag;
    int rc =
        tr_worker_reset_topics(tr_exchange_worker(exchange), exchange->request.segments[1], &diag);

    if (rc != 0)
        answer_failure(exchange, rc, &diag);
    else
        tr_answer_empty(exchange, 202);
}
