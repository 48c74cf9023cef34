/*
 * config.storage.topic: one partition, compacted, in Kafka Connect's own layout (records.h). With
 * exactly-once on, it is written in transactions of connect-cluster-<group.id>, the id of Connect's
 * leader, so that of two workers only the newer one writes, whichever they are. worker/'s own.
 */
#ifndef TR_WORKER_CONFIG_STORE_H
#define TR_WORKER_CONFIG_STORE_H

#include "worker/records.h"
#include "worker/writer.h"

struct tr_config_store;

/* A connector as the topic has it. */
struct tr_stored_connector {
    struct tr_stored_connector *next;
    const char *name;
    bool configured; /* otherwise only its remains are there */
    struct tr_properties config;
    enum tr_worker_target target;
    int32_t tasks;
};

/* All of them, and where they live: the caller's to init and finish. */
#define TR_STORED_CAP ((size_t)1 << 30)

struct tr_stored_connectors {
    struct tr_arena arena;
    struct tr_stored_connector *first;
};

/* Make or check the topic, fence earlier workers, read it. */
int tr_config_store_open(const struct tr_worker_clients *clients, struct tr_kafka_client *reader,
                         struct tr_config_store **ret_store, struct tr_stored_connectors *stored,
                         struct tr_diag *diag) TR_MUSTCHECK;
void tr_config_store_free(struct tr_config_store *store);

/* Is what we know what the topic holds? >0: it was in doubt, and here is what it holds. */
int tr_config_store_settle(struct tr_config_store *store, struct tr_stored_connectors *stored,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* What to write of a connector, all at once. */
struct tr_config_change {
    const char *name;
    const struct tr_properties *config;  /* NULL: unchanged */
    const enum tr_worker_target *target; /* NULL: unchanged */
    const struct tr_properties *task;    /* its task runs with this; NULL: unchanged … */
    const char *task_class;
    bool no_task; /* … or it has none any more */
    bool remove;  /* the connector is deleted; nothing else counts */
};

int tr_config_store_write(struct tr_config_store *store, const struct tr_config_change *change,
                          struct tr_diag *diag) TR_MUSTCHECK;

#endif
