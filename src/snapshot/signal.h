/*
 * Signals: orders that a user gives to a running connector.
 *
 * A signal is three texts, whatever channel it came through: an id, a type and data, a JSON object.
 * Here they become an order. What isn't understood is no reason to stop a connector: Debezium logs
 * it and goes on, and so do we. Facts: io.debezium.pipeline.signal.* (3.6.1) and recordings.
 */
#ifndef TR_SNAPSHOT_SIGNAL_H
#define TR_SNAPSHOT_SIGNAL_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/state.h"

struct tr_signal {
    struct tr_slice id, type, data; /* data p NULL or empty: no data */
    /* Stored in the Kafka transaction in which the signal is executed, so that its channel knows
     * where to go on; key p NULL: nothing. */
    struct tr_state mark;
};

enum tr_order_kind {
    TR_ORDER_INCREMENTAL, /* execute-snapshot */
    TR_ORDER_BLOCKING,
    TR_ORDER_STOP,
    TR_ORDER_PAUSE,
    TR_ORDER_RESUME,
    TR_ORDER_LOG,
};

/* additional-conditions: for incremental snapshots SQL of a WHERE, for blocking ones a SELECT. */
struct tr_condition {
    const char *pattern; /* a regular expression for whole table names, case ignored */
    const char *filter;
};

struct tr_order {
    struct tr_arena arena; /* of everything below */
    enum tr_order_kind kind;
    const char *id;
    const char *const *collections; /* regular expressions for whole table names */
    size_t ncollections;            /* 0: stop everything */
    const struct tr_condition *conditions;
    size_t nconditions;
    const char *surrogate_key; /* a column's name; NULL: none */
    const char *message;       /* of log */
};

/* The condition that a signal asks for nothing that could be done; the diag's message says why. */
#define TR_SIGNAL_IGNORED 1
/* The condition that it is one of the connector's own: the marks of a window. */
#define TR_SIGNAL_MARK    2

/* Make an order of a signal. ret_order is to be finished in any case. >0: TR_SIGNAL_IGNORED,
 * TR_SIGNAL_MARK. */
int tr_order_read(const struct tr_signal *signal, struct tr_order *ret_order,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_order_finish(struct tr_order *order);

#endif
