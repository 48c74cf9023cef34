/*
 * The worker: connectors by name, as Kafka Connect's herder keeps them.
 *
 * A connector has a configuration (texts, as they were given), a target state (running, paused,
 * stopped) and, while it runs, a tr_connector. Connectors come from files (declared: the files are
 * the truth, nothing is stored) or over REST (stored in config.storage.topic, in Connect's own
 * record layouts, if that topic is configured; otherwise they can't be created). What either engine
 * wrote there, the other finds. Connectors whose class is not ours are kept as they are, shown as
 * UNASSIGNED, and never run.
 *
 * All functions may be called from any thread (REST's, the command line's main thread). A change is
 * stored first and then done: when the call returns, it survives a restart; starting and stopping
 * goes on in the background, as Connect does it, and status tells how far it is. One connector's
 * trouble never holds up a call about another.
 *
 * Answers are copied into the caller's arena. >0 are the conditions of enum tr_worker_answer, with
 * the diag's message in Connect's words.
 *
 * Facts: Connect's StandaloneHerder, DistributedHerder, KafkaConfigBackingStore,
 * KafkaStatusBackingStore (Kafka 4.1).
 */
#ifndef TR_WORKER_WORKER_H
#define TR_WORKER_WORKER_H

#include "base/arena.h"
#include "config/config.h"
#include "config/validate.h"
#include "connector/connector.h"
#include "connector/drivers.h"
#include "connector/metrics.h"

struct tr_worker;

enum tr_worker_answer {
    TR_WORKER_UNKNOWN = 1, /* there is no such connector (or task) */
    TR_WORKER_EXISTS,      /* there is one already */
    TR_WORKER_INVALID,     /* the configuration won't do; the message lists why */
    TR_WORKER_REFUSED,     /* not in this state, or not this kind: a bad request */
    TR_WORKER_BUSY,        /* not now: the state topics are away */
};

enum tr_worker_target { TR_TARGET_RUNNING, TR_TARGET_PAUSED, TR_TARGET_STOPPED };

enum tr_worker_origin {
    TR_ORIGIN_FILE,        /* declared; can't be changed or deleted over REST */
    TR_ORIGIN_STORED,      /* in the config topic */
    TR_ORIGIN_UNSUPPORTED, /* in the config topic, of a class that is not ours */
};

struct tr_worker_params {
    const struct tr_config *config; /* worker options and declared connectors; see _reload */
    const struct tr_drivers *drivers;
    const struct tr_log *log;
    const char *worker_id; /* host:port of the REST API, as it is advertised */
    /* Know the files' connectors, all of them stopped, and open, write and start nothing: for who
     * only wants their offsets. The others' topics stay untouched; there is no herder. */
    bool standby;
    /* Some connector's status is new; called on the connectors' threads, must not block. */
    void (*notify)(void *context);
    /* Polled while tr_worker_new waits for Kafka: true makes it give up. May be NULL. */
    bool (*stopping)(void *context);
    void *context;
};

/* Opens the state topics if they are configured (which refuses a Connect worker that still runs in
 * the group, and waits for a Kafka that is away), and starts what has to run. params->config must
 * outlive the worker. */
int tr_worker_new(const struct tr_worker_params *params, struct tr_worker **ret_worker,
                  struct tr_diag *diag) TR_MUSTCHECK;
/* Asks all connectors to end; doesn't wait. */
void tr_worker_stop(struct tr_worker *worker);
/* Waits for them. */
void tr_worker_free(struct tr_worker *worker);

/* Look at what tr_worker_new would open, and report; changes nothing. */
void tr_worker_check(const struct tr_worker_options *options, const struct tr_log *log,
                     struct tr_report *report);

/* Take the files' connectors anew: those that are new start, those that are gone stop, those whose
 * configuration differs restart, the others are left alone; a secret that changed counts from each
 * connector's next start or reconnect on. The worker's own settings stay what they were. config
 * becomes the worker's, unless this fails. */
int tr_worker_reload(struct tr_worker *worker, struct tr_config *config,
                     struct tr_diag *diag) TR_MUSTCHECK;

/* What a connector is. */
struct tr_worker_info {
    const char *name;
    const char *type; /* "source", "sink"; "unknown" */
    struct tr_properties
        config;   /* as given, references to secrets unresolved; a value may be NULL */
    size_t tasks; /* 0 or 1 */
    enum tr_worker_target target;
    enum tr_worker_origin origin;
    struct tr_list warnings; /* about the configuration: whole sentences */
};

/* How it is. state is Connect's word for connector and task: RUNNING, PAUSED, STOPPED, FAILED,
 * UNASSIGNED, RESTARTING. */
struct tr_worker_status {
    const char *name, *type, *version;
    const char *worker_id;
    const char *state; /* of the connector */
    const char *trace; /* of the connector, or NULL */
    size_t tasks;      /* 0 or 1 */
    const char *task_state;
    const char *task_trace; /* cause, position and cure, since when; NULL: nothing is wrong */
    const char *stuck;      /* what it waits for without any progress; NULL: nothing */
    struct tr_worker_info info;
    struct tr_connector_status engine; /* zeroed unless it runs or ran */
};

/* Names in alphabetical order. */
int tr_worker_names(struct tr_worker *worker, struct tr_arena *arena, struct tr_list *ret_names,
                    struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_info(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                   struct tr_worker_info *ret_info, struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_status(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_worker_status *ret_status, struct tr_diag *diag) TR_MUSTCHECK;

/* What a connector measures of itself. */
struct tr_worker_metrics {
    const char *name, *type;
    const char *state; /* of the task, or of a connector without one */
    bool stuck;
    struct tr_connector_status engine;
    struct tr_connector_metrics *metrics; /* NULL: it isn't running */
};
/* Those of all connectors, in alphabetical order. */
int tr_worker_metrics(struct tr_worker *worker, struct tr_arena *arena,
                      struct tr_worker_metrics **ret_metrics, size_t *ret_count,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* All of them, counted. */
struct tr_worker_summary {
    size_t connectors;
    size_t idle;  /* paused, stopped, unsupported */
    size_t ended; /* of the others: failed, or with nothing more to do */
    size_t failed, stuck, up_to_date;
};
void tr_worker_summarize(struct tr_worker *worker, struct tr_worker_summary *ret_summary);

/* Create or replace. config's "name", if there, must be the name. */
int tr_worker_create(struct tr_worker *worker, const char *name, const struct tr_properties *config,
                     enum tr_worker_target target, struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_replace(struct tr_worker *worker, const char *name,
                      const struct tr_properties *config, bool *ret_created,
                      struct tr_diag *diag) TR_MUSTCHECK;
/* Set and (value NULL) remove some of its properties. */
int tr_worker_patch(struct tr_worker *worker, const char *name, const struct tr_properties *changes,
                    struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_delete(struct tr_worker *worker, const char *name, struct tr_diag *diag) TR_MUSTCHECK;

/* Judge a configuration without keeping it, a connection to its database included. >0:
 * TR_WORKER_INVALID, it names no connector that there is. */
int tr_worker_validate(struct tr_worker *worker, const struct tr_properties *config,
                       struct tr_arena *arena, struct tr_validation *ret_validation,
                       struct tr_diag *diag) TR_MUSTCHECK;

int tr_worker_target(struct tr_worker *worker, const char *name, enum tr_worker_target target,
                     struct tr_diag *diag) TR_MUSTCHECK;

/* Connector and task are one thing here; a restart of what isn't FAILED is not planned if
 * only_failed. ret_planned: something restarts. */
int tr_worker_restart(struct tr_worker *worker, const char *name, bool only_failed,
                      bool *ret_planned, struct tr_diag *diag) TR_MUSTCHECK;

/* One source partition and its offset, both JSON objects. offset p NULL: none, or remove it. */
struct tr_worker_offset {
    struct tr_slice partition, offset;
};

struct tr_worker_offsets {
    struct tr_worker_offset *items;
    size_t count;
};

int tr_worker_offsets(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                      struct tr_worker_offsets *ret_offsets, struct tr_diag *diag) TR_MUSTCHECK;
/* The connector must be stopped (TR_WORKER_REFUSED). */
int tr_worker_alter_offsets(struct tr_worker *worker, const char *name,
                            const struct tr_worker_offset *offsets, size_t count,
                            struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_reset_offsets(struct tr_worker *worker, const char *name,
                            struct tr_diag *diag) TR_MUSTCHECK;

/* What another connector, Debezium's on Kafka Connect say, has in an offsets topic of the same
 * Kafka, in the form that tr_worker_alter_offsets takes. None: it has none, or there is no such
 * topic. */
struct tr_worker_foreign {
    const char *topic, *connector;
};
int tr_worker_foreign_offsets(struct tr_worker *worker, const struct tr_worker_foreign *foreign,
                              struct tr_arena *arena, struct tr_worker_offsets *ret_offsets,
                              struct tr_diag *diag) TR_MUSTCHECK;

/* Topics that the connector wrote to since it was created or since the last reset. An unknown
 * connector has none. */
int tr_worker_topics(struct tr_worker *worker, const char *name, struct tr_arena *arena,
                     struct tr_list *ret_topics, struct tr_diag *diag) TR_MUSTCHECK;
int tr_worker_reset_topics(struct tr_worker *worker, const char *name,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Kafka's cluster id; NULL without Kafka, or before it was reached. */
const char *tr_worker_cluster_id(struct tr_worker *worker);
const struct tr_worker_options *tr_worker_options(struct tr_worker *worker);

#endif
