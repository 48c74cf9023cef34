#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/error.h"
#include "sink/kafka/impl.h"

/* Aborting is a courtesy to consumers, who wait for the end of an open transaction: without it the
 * broker, or the next start, ends it. */
#define ABORT_MS 3000

/* What isn't acknowledged for so long may never be. */
#define LOOK_US 3000000

/* The transaction's first record. It makes the position's partition join before any other: should a
 * late request of an older transaction end this one early, the partition is no longer in it, and
 * the broker refuses the position. So a position never commits without its events. */
static int write_marker(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    char number[24];
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);

    snprintf(number, sizeof number, "%" PRIu64, sink->transaction + 1);
    (void)rd_kafka_header_add(headers, "tailrace_transaction", -1, number, -1);
    (void)rd_kafka_header_add(headers, TR_KAFKA_INSTANCE, -1, sink->instance, -1);
    return tr_kafka_write_position(sink, sink->marker_key, (struct tr_slice){NULL, 0}, headers,
                                   diag);
}

static bool equal(const struct tr_buf *a, const struct tr_buf *b)
{
    return a->len == b->len && memcmp(tr_buf_string(a), tr_buf_string(b), a->len) == 0;
}

/* The newest committed position and marker, read by the producer that has just fenced all others:
 * are they where we left them? */
static int compare_committed(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct tr_kafka_client *reader;
    struct tr_buf found;
    bool known = sink->torn;

    if (tr_kafka_reader_open(&sink->params, "read_committed", &reader, diag) < 0)
        return -1;
    tr_buf_init(&found, sink->newest.cap);
    int rc = tr_kafka_position_read(sink, reader, &found, diag);
    if (rc >= 0 && !equal(&found, &sink->newest) && !equal(&found, &sink->doubt))
        rc = tr_fail(diag, TR_SINK, TR_RETRY,
                     "another instance that uses the transactional.id %s has committed "
                     "meanwhile: stop one of them, or give this worker another group.id",
                     sink->transactional_id);
    else if (rc >= 0 && sink->torn && !known)
        rc = tr_fail(diag, TR_SINK, TR_RETRY,
                     "a transaction was committed without its position (KAFKA-17754)");
    sink->torn |= known;
    tr_buf_finish(&found);
    tr_kafka_client_free(reader);
    return rc < 0 ? -1 : 0;
}

/* A late request of the old epoch can't reach what the new producer does: its epoch is higher. The
 * fence that it puts up may hit another instance that took over while we were held up: so we ask
 * before, and again behind it, because what that one has committed is not to be written again. */
static int replace_tainted(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    if (!atomic_load(&sink->tainted))
        return 0;
    tr_log_info(sink->params.log, "replacing the producer: a request to the transaction "
                                  "coordinator went unanswered");
    int rc = tr_kafka_ask_owner(sink, diag);
    if (rc == TR_KAFKA_TAKEN)
        return tr_kafka_producer_taken(sink, diag);
    tr_kafka_producer_close(sink);
    if (rc < 0 || tr_kafka_producer_open(sink, diag) < 0)
        return -1;
    return compare_committed(sink, diag);
}

static int note(struct tr_buf *buf, struct tr_slice position, struct tr_diag *diag)
{
    tr_buf_reset(buf);
    tr_buf_put(buf, position.p, position.n);
    return tr_buf_ok(buf) ? 0 : tr_fail_memory(diag);
}

int tr_kafka_begin(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    if (sink->open)
        return 0;
    if (replace_tainted(sink, diag) < 0)
        return -1;
    if (!sink->exactly_once) {
        sink->open = true;
        return 0;
    }
    rd_kafka_error_t *error = rd_kafka_begin_transaction(sink->producer->rk);
    if (error) {
        tr_kafka_producer_failed(sink, rd_kafka_error_code(error), rd_kafka_error_string(error),
                                 diag);
        rd_kafka_error_destroy(error);
        return -1;
    }
    sink->open = true;
    sink->marked = false;
    sink->opened_us = tr_clock_monotonic_us();
    return write_marker(sink, diag);
}

/* It stands in the log before any change does, or a torn transaction could leave changes and no
 * trace. Between partitions nothing else keeps an order. */
int tr_kafka_marked(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    if (sink->marked || !sink->exactly_once)
        return 0;
    if (tr_kafka_flush(sink, diag) < 0)
        return -1;
    sink->marked = true;
    return 0;
}

int tr_kafka_flush(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;

    tr_kafka_wait_begin(&wait, sink->producer, "waiting for messages to be acknowledged", -1);
    int64_t look_us = tr_clock_monotonic_us() + LOOK_US;
    while (rd_kafka_flush(sink->producer->rk, TR_KAFKA_SLICE_MS)) {
        if (tr_kafka_producer_check(sink, diag) < 0 || tr_kafka_wait_more(&wait, diag) < 0)
            return -1;
        if (tr_clock_monotonic_us() < look_us)
            continue;
        if (tr_kafka_topics_check(sink, diag) < 0)
            return -1;
        look_us = tr_clock_monotonic_us() + LOOK_US;
    }
    return tr_kafka_producer_check(sink, diag);
}

/* Only the retriable error leads to the same call again; after all others the broker's log is the
 * only truth, and the connector starts anew from it. Abortable ones are aborted by the free that
 * follows. The call is made in slices, so that a wish to stop is heard while the coordinator is
 * away; it resumes where it was (the calls are resumable since librdkafka 2.0). */
static int end_transaction(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct tr_kafka_wait wait;
    rd_kafka_error_t *error;
    int rc = 0;

    tr_kafka_wait_begin(&wait, sink->producer, "committing the transaction", -1);
    while (rc == 0 &&
           (error = rd_kafka_commit_transaction(sink->producer->rk, 10 * TR_KAFKA_SLICE_MS))) {
        if (rd_kafka_error_is_retriable(error))
            rc = tr_kafka_wait_more(&wait, diag);
        else if (sink->loss.error)
            rc = tr_kafka_producer_check(sink, diag);
        else
            rc = tr_kafka_producer_failed(sink, rd_kafka_error_code(error),
                                          rd_kafka_error_string(error), diag);
        rd_kafka_error_destroy(error);
    }
    return rc;
}

int tr_kafka_commit(struct tr_kafka_sink *sink, struct tr_slice position, struct tr_diag *diag)
{
    if (tr_kafka_begin(sink, diag) < 0)
        return -1;
    /* without a transaction only the order protects: first the events, then their position */
    if (!sink->exactly_once && tr_kafka_flush(sink, diag) < 0)
        return -1;
    if (note(&sink->doubt, position, diag) < 0 ||
        tr_kafka_write_position(sink, sink->params.position_key, position, NULL, diag) < 0 ||
        tr_kafka_flush(sink, diag) < 0)
        return -1;
    if (sink->exactly_once && end_transaction(sink, diag) < 0)
        return -1;
    sink->open = false;
    sink->transaction++;
    return note(&sink->newest, position, diag);
}

/* Where a message was lost, librdkafka asks for a new epoch before it aborts; and the broker first
 * ends the open transaction of whoever is the owner by then, before it looks how old the epoch is
 * that asks. >0: TR_KAFKA_TAKEN. */
static int may_abort(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    char failure[8];

    tr_kafka_client_transaction_error(sink->producer, failure, sizeof failure);
    return sink->loss.error || failure[0] ? tr_kafka_ask_owner(sink, diag) : 0;
}

static void abort_transaction(struct tr_kafka_sink *sink)
{
    rd_kafka_error_t *error = rd_kafka_abort_transaction(sink->producer->rk, ABORT_MS);

    if (error) {
        tr_log_warn(sink->params.log,
                    "the open transaction was not aborted in time: consumers "
                    "wait until the broker or the next start ends it",
                    TR_LOG_STR("cause", rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
    }
}

/* >0: TR_KAFKA_TAKEN. */
static int end_open(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    /* a fenced producer's transaction is ended already, and no longer its own */
    if (!sink->open || rd_kafka_fatal_error(sink->producer->rk, NULL, 0))
        return 0;
    int rc = may_abort(sink, diag);
    if (rc == 0)
        abort_transaction(sink);
    sink->open = rd_kafka_fatal_error(sink->producer->rk, NULL, 0) != 0;
    return rc;
}

void tr_kafka_abort(struct tr_kafka_sink *sink)
{
    struct tr_diag diag;

    if (sink->exactly_once && sink->producer && end_open(sink, &diag) < 0)
        tr_log_warn(sink->params.log,
                    "the open transaction is not aborted, because Kafka can't say whose it is: "
                    "consumers wait until the broker or the next start ends it",
                    TR_LOG_STR("cause", diag.message));
}

/* The broker says who owns the transactional.id only when it is to take something: a marker will
 * do, and the abort says it, too. A tainted producer gets none, because it would have to be
 * replaced first, which fences. */
int tr_kafka_abandon(struct tr_kafka_sink *sink, struct tr_diag *diag)
{
    struct tr_diag other; /* why it can't be aborted says nothing about the owner */
    int rc = 0;

    if (!sink->exactly_once || !sink->producer)
        return 0;
    if (!atomic_load(&sink->tainted))
        rc = sink->open ? write_marker(sink, diag) : tr_kafka_begin(sink, diag);
    if (rc == 0 && sink->open) {
        (void)rd_kafka_flush(sink->producer->rk, ABORT_MS);
        rc = tr_kafka_producer_check(sink, diag);
    }
    if ((rc == 0 || diag->reaction == TR_RETRY) && end_open(sink, &other) == TR_KAFKA_TAKEN)
        rc = tr_kafka_producer_taken(sink, diag);
    else if (rd_kafka_fatal_error(sink->producer->rk, NULL, 0))
        rc = tr_kafka_producer_failed(sink, RD_KAFKA_RESP_ERR__FATAL, NULL, diag);
    return rc < 0 && diag->reaction == TR_STOP ? -1 : 0;
}
