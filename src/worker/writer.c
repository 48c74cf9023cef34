#include "worker/writer.h"

#include <stdlib.h>

#include "kafka/error.h"
#include "kafka/murmur2.h"

/* How long a call may take, as Connect's READ_WRITE_TOTAL_TIMEOUT_MS, and its parts. */
#define WRITE_MS    30000
#define DELIVERY_MS "20000"
#define SETTLE_MS   5000
#define ABORT_MS    3000
#define LINGER_MS   2000

enum pending { NOTHING, COMMIT, ABORT, DELIVERY };

struct tr_state_writer {
    struct tr_kafka_client *client;
    const char *transactional_id; /* NULL: no transactions */
    enum pending pending;         /* what the newest write left in doubt */
    bool fenced;                  /* for good */
    rd_kafka_resp_err_t lost;     /* why a record was not delivered */
};

static void on_delivered(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    struct tr_kafka_client *client = opaque;
    struct tr_state_writer *writer = client->params.owner;

    (void)rk;
    if (message->err)
        writer->lost = message->err;
}

static int set_properties(rd_kafka_conf_t *conf, const char *transactional_id, struct tr_diag *diag)
{
    const struct tr_property ours[] = {
        {"acks", "all"},
        {"linger.ms", "0"},
        {"allow.auto.create.topics", "false"},
        {"isolation.level", "read_uncommitted"},
        {"statistics.interval.ms", "0"},
        {"message.timeout.ms", DELIVERY_MS},
    };
    const struct tr_property fenced[] = {
        {"enable.idempotence", "true"},
        {"transactional.id", transactional_id},
        {"transaction.timeout.ms", "60000"},
    };
    /* the order of two states of one connector counts more than speed */
    const struct tr_property plain[] = {
        {"enable.idempotence", "false"},
        {"max.in.flight.requests.per.connection", "1"},
    };
    const struct tr_property *rest = transactional_id ? fenced : plain;
    size_t nrest = transactional_id ? TR_COUNT(fenced) : TR_COUNT(plain);
    char ignored[256];

    for (size_t i = 0; i < TR_COUNT(ours); i++)
        if (tr_kafka_set(conf, ours[i].name, ours[i].value, diag) < 0)
            return -1;
    for (size_t i = 0; i < nrest; i++)
        if (tr_kafka_set(conf, rest[i].name, rest[i].value, diag) < 0)
            return -1;
    (void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", ignored, sizeof ignored);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivered);
    return 0;
}

static int make_client(struct tr_state_writer *writer, const struct tr_worker_clients *clients,
                       struct tr_diag *diag)
{
    const struct tr_kafka_client_params params = {
        .log = clients->log,
        .servers = clients->options->bootstrap_servers,
        .stopping = clients->stopping,
        .context = clients->context,
        .owner = writer,
    };
    rd_kafka_conf_t *conf;

    if (tr_kafka_conf_new(clients->options, clients->connector, TR_KAFKA_PRODUCER, &conf, diag) < 0)
        return -1;
    if (set_properties(conf, writer->transactional_id, diag) < 0) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    return tr_kafka_client_new(RD_KAFKA_PRODUCER, conf, &params, &writer->client, diag);
}

int tr_state_writer_new(const struct tr_worker_clients *clients, const char *transactional_id,
                        struct tr_state_writer **ret_writer, struct tr_diag *diag)
{
    struct tr_state_writer *writer = calloc(1, sizeof *writer);

    if (!writer)
        return tr_fail_memory(diag);
    writer->transactional_id = transactional_id;
    if (make_client(writer, clients, diag) < 0) {
        free(writer);
        return -1;
    }
    *ret_writer = writer;
    return 0;
}

void tr_state_writer_free(struct tr_state_writer *writer)
{
    if (!writer)
        return;
    if (!writer->transactional_id)
        (void)rd_kafka_flush(writer->client->rk, LINGER_MS);
    tr_kafka_client_free(writer->client);
    free(writer);
}

struct tr_kafka_client *tr_state_writer_client(struct tr_state_writer *writer)
{
    return writer->client;
}

static int fail_fenced(const struct tr_state_writer *writer, struct tr_diag *diag)
{
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "another worker has taken over the transactional.id %s: stop one of them, or "
                   "give them different group.ids",
                   writer->transactional_id);
}

/* Destroys the error. */
static int failed(struct tr_state_writer *writer, rd_kafka_error_t *error, const char *what,
                  struct tr_diag *diag)
{
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    bool fatal = rd_kafka_error_is_fatal(error);
    int rc;

    if (code == RD_KAFKA_RESP_ERR__FATAL)
        code = rd_kafka_fatal_error(writer->client->rk, NULL, 0);
    if (code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
        code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH) {
        writer->fenced = true;
        rc = fail_fenced(writer, diag);
    } else {
        writer->fenced |= fatal;
        rc = tr_fail(diag, tr_kafka_class(code), tr_kafka_reaction(code), "%s as %s: %s", what,
                     writer->transactional_id, rd_kafka_error_string(error));
    }
    rd_kafka_error_destroy(error);
    return rc;
}

int tr_state_writer_fence(struct tr_state_writer *writer, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    rd_kafka_error_t *error;

    if (!writer->transactional_id)
        return 0;
    tr_kafka_wait_begin(&wait, writer->client, "fencing earlier workers", WRITE_MS);
    while ((error = rd_kafka_init_transactions(writer->client->rk, TR_KAFKA_SLICE_MS))) {
        if (!rd_kafka_error_is_retriable(error))
            return failed(writer, error, "can't begin to write", diag);
        rd_kafka_error_destroy(error);
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    }
    writer->client->answered = true;
    return 0;
}

/* Bring the open transaction to an end, one way or the other; what fails on the way stays pending.
 */
static int end_transaction(struct tr_state_writer *writer, int timeout_ms, struct tr_diag *diag)
{
    rd_kafka_t *rk = writer->client->rk;
    struct tr_kafka_wait wait;
    rd_kafka_error_t *error;

    tr_kafka_wait_begin(&wait, writer->client, "ending a transaction", timeout_ms);
    while ((error = writer->pending == COMMIT
                        ? rd_kafka_commit_transaction(rk, TR_KAFKA_SLICE_MS)
                        : rd_kafka_abort_transaction(rk, TR_KAFKA_SLICE_MS))) {
        if (rd_kafka_error_is_retriable(error)) {
            rd_kafka_error_destroy(error);
            if (tr_kafka_wait_more(&wait, diag) < 0)
                return -1;
            continue;
        }
        bool abortable = writer->pending == COMMIT && rd_kafka_error_txn_requires_abort(error);
        failed(writer, error, "can't write", diag);
        if (!abortable)
            return -1;
        writer->pending = ABORT;
        struct tr_diag ignored;
        if (end_transaction(writer, ABORT_MS, &ignored) == 0)
            writer->pending = NOTHING;
        return -1;
    }
    writer->pending = NOTHING;
    return 0;
}

int tr_state_writer_settle(struct tr_state_writer *writer, struct tr_diag *diag)
{
    if (writer->fenced)
        return fail_fenced(writer, diag);
    if (writer->pending == NOTHING)
        return 0;
    if (writer->pending == DELIVERY)
        writer->pending = NOTHING;
    else if (end_transaction(writer, SETTLE_MS, diag) < 0)
        return -1;
    return 1;
}

static rd_kafka_resp_err_t produce(struct tr_state_writer *writer,
                                   const struct tr_state_place *place,
                                   const struct tr_state_record *record)
{
    return rd_kafka_producev(
        writer->client->rk, RD_KAFKA_V_TOPIC(place->topic),
        RD_KAFKA_V_PARTITION(tr_kafka_partition(record->key, place->partitions)),
        RD_KAFKA_V_KEY(record->key.p, record->key.n),
        RD_KAFKA_V_VALUE((void *)record->value.p, record->value.n),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
}

static int deliver(struct tr_state_writer *writer, const struct tr_state_place *place,
                   const struct tr_state_record *records, size_t count, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    writer->lost = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = produce(writer, place, &records[i]);
        if (error)
            return tr_kafka_fail(diag, error, "can't write to topic %s", place->topic);
    }
    tr_kafka_wait_begin(&wait, writer->client, "writing to a topic", WRITE_MS);
    while (rd_kafka_flush(writer->client->rk, TR_KAFKA_SLICE_MS))
        if (tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
    if (writer->lost)
        return tr_kafka_fail(diag, writer->lost, "can't write to topic %s", place->topic);
    return 0;
}

static int begin(struct tr_state_writer *writer, struct tr_diag *diag)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(writer->client->rk);

    return error ? failed(writer, error, "can't write", diag) : 0;
}

int tr_state_writer_write(struct tr_state_writer *writer, const struct tr_state_place *place,
                          const struct tr_state_record *records, size_t count, struct tr_diag *diag)
{
    if (writer->fenced)
        return fail_fenced(writer, diag);
    if (writer->transactional_id && begin(writer, diag) < 0)
        return -1;
    writer->pending = writer->transactional_id ? ABORT : DELIVERY;
    int rc = deliver(writer, place, records, count, diag);
    if (!writer->transactional_id) {
        if (rc == 0)
            writer->pending = NOTHING;
        return rc;
    }
    if (rc < 0) {
        /* why it wasn't delivered is what counts, unless it was another's doing */
        struct tr_diag ending;
        if (end_transaction(writer, ABORT_MS, &ending) < 0 && writer->fenced)
            *diag = ending;
        return -1;
    }
    writer->pending = COMMIT;
    return end_transaction(writer, WRITE_MS, diag);
}

int tr_state_writer_send(struct tr_state_writer *writer, const struct tr_state_place *place,
                         const struct tr_state_record *record)
{
    return produce(writer, place, record) ? -1 : 0;
}

void tr_state_writer_poll(struct tr_state_writer *writer)
{
    rd_kafka_poll(writer->client->rk, 0);
}
