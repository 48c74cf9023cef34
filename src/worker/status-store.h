/*
 * status.storage.topic: the connectors' states and topics, in Kafka Connect's own layout
 * (records.h), for those who read it there. Written without waiting; nothing depends on it but the
 * lists of topics, which are read back at the start. worker/'s own.
 */
#ifndef TR_WORKER_STATUS_STORE_H
#define TR_WORKER_STATUS_STORE_H

#include "worker/records.h"
#include "worker/writer.h"

struct tr_status_store;

/* What was written of a connector, so that it is not written again. */
struct tr_told {
    char *connector, *task; /* the records' values; NULL: nothing; "": deleted */
};

/* Called for each topic that a connector is said to write to, or (known false) no longer does. */
typedef int tr_known_topic_fn(void *context, struct tr_slice connector, struct tr_slice topic,
                              bool known, struct tr_diag *diag);

struct tr_known_topics {
    tr_known_topic_fn *take;
    void *context;
};

int tr_status_store_open(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                         const struct tr_known_topics *topics, struct tr_status_store **ret_store,
                         struct tr_diag *diag) TR_MUSTCHECK;
/* Waits a moment for what is on its way. */
void tr_status_store_free(struct tr_status_store *store);

/* status NULL: delete. false: not now. */
bool tr_status_store_connector(struct tr_status_store *store, const char *name,
                               const struct tr_record_status *status, struct tr_told *told);
bool tr_status_store_task(struct tr_status_store *store, const char *name,
                          const struct tr_record_status *status, struct tr_told *told);
bool tr_status_store_topic(struct tr_status_store *store, const char *name, const char *topic,
                           bool known);

/* Serve the client, now and then. */
void tr_status_store_poll(struct tr_status_store *store);

#endif
