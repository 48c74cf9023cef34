/*
 * The worker's inner side, shared by its files.
 *
 *   worker.c         new, stop, free, reload
 *   entry.c          the list of connectors, by name
 *   herder.c         the one thread that starts, stops and frees connectors
 *   engine.c         one connector at work: its options, read anew for each run
 *   change.c         create, replace, patch, delete, pause, resume, stop, restart
 *   show.c           what callers see of a connector; metrics.c: what it measures
 *   state.c          Connect's words for how it is
 *   config-store.c   config.storage.topic
 *   status-store.c   status.storage.topic
 *   offsets.c        what callers may do with offsets
 *   offset-store.c   a source's offsets; group-offsets.c: those of a sink's consumer group
 *   topics.c         topics that a connector wrote to
 *   records.c        Connect's records; topic.c, writer.c: Kafka; group.c: who else is there
 *
 * Locks: `lock` guards the entries and is held for moments only, never while Kafka, a file or a
 * database is asked. `changing` makes changes one after the other; it is held while the config
 * topic is written, and taken before `lock`. Connectors' threads take `lock` to tell of a topic,
 * and are therefore never joined under it; to tell of news they write to a descriptor.
 */
#ifndef TR_WORKER_IMPL_H
#define TR_WORKER_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "config/connector-config.h"
#include "config/plugin.h"
#include "worker/config-store.h"
#include "worker/status-store.h"
#include "worker/worker.h"

/* What a connector's configuration may take, and one answer of ours. */
#define TR_SPEC_CHUNK ((size_t)4 << 10)
#define TR_SPEC_CAP   ((size_t)16 << 20)

/* Files' configurations live as long as somebody runs with them. */
struct tr_shared_config {
    const struct tr_config *config;
    unsigned users; /* under the worker's lock */
    bool borrowed;  /* the first one: the caller's */
};

/* One connector at work. */
struct tr_engine {
    struct tr_worker *worker;
    struct tr_entry *entry; /* outlives the engine */
    struct tr_shared_config *shared;
    struct tr_connector_config *config; /* of the present run */
    uint64_t version;                   /* of the entry's configuration */
    struct tr_connector *connector;
    atomic_int seen;        /* the state that the herder was woken for last */
    struct tr_engine *next; /* of those that wait to be freed */
};

struct tr_seen_topic {
    struct tr_seen_topic *next;
    bool told; /* to the status topic */
    char name[];
};

/* Offsets of a connector at work, but for the one that it commits: nobody else changes them. */
struct tr_other_offsets {
    bool known;
    struct tr_arena arena;
    struct tr_worker_offsets list;
};

struct tr_entry {
    struct tr_entry *next; /* in the order of names */
    char *name;
    enum tr_worker_origin origin;
    enum tr_worker_target target;
    const struct tr_plugin *plugin; /* NULL: none of ours */
    struct tr_arena arena;          /* of what follows */
    struct tr_properties config;    /* as given */
    struct tr_list warnings;
    struct tr_shared_config *shared; /* the file it is from; NULL: stored */
    uint64_t version;                /* counts changes of the configuration */

    int32_t tasks;  /* 0 or 1: it has a task, if perhaps a paused one */
    bool gone;      /* deleted; freed when nothing of it is left … */
    bool ended;     /* … and the status topic has heard so */
    bool again;     /* to be restarted */
    bool stopping;  /* the engine was told to end */
    unsigned users; /* calls at work on its offsets: it isn't started or freed meanwhile */
    char *trouble;  /* why it can't even start: the connector is FAILED, there is no task */
    struct tr_engine *engine;

    struct tr_other_offsets others;
    struct tr_seen_topic *topics;
    struct tr_told told; /* what the status topic was told last */
};

struct tr_worker {
    struct tr_worker_params params;
    struct tr_worker_clients clients;
    struct tr_shared_config *shared; /* the first one: the worker's own settings; never freed */
    struct tr_shared_config *newest;
    atomic_bool opening, stopping;

    pthread_mutex_t changing;
    pthread_mutex_t lock;
    pthread_cond_t idle; /* something has ended */
    struct tr_entry *first;
    pthread_t herder;
    bool herding;
    int news; /* eventfd */

    struct tr_config_store *configs; /* NULL: not configured */
    struct tr_status_store *statuses;
    pthread_mutex_t asking; /* for the cluster's name */
    _Atomic(char *) cluster_id;
    int64_t asked_us; /* when it wasn't to be had */
};

/* entry.c; all under the lock */
struct tr_entry *tr_entry_find(struct tr_worker *worker, const char *name);
/* A new one, without a configuration. NULL without memory. */
struct tr_entry *tr_entry_add(struct tr_worker *worker, const char *name);
/* Take a copy of a configuration, and what plugin it names. */
int tr_entry_configure(struct tr_entry *entry, const struct tr_properties *config,
                       struct tr_diag *diag) TR_MUSTCHECK;
bool tr_entry_same(const struct tr_entry *entry, const struct tr_properties *config);
/* Forget the gone ones that nobody uses; not under the lock. */
void tr_entries_sweep(struct tr_worker *worker);
void tr_entries_free(struct tr_worker *worker);
struct tr_shared_config *tr_shared_config_new(const struct tr_config *config, bool borrowed);
void tr_shared_config_release(struct tr_shared_config *shared);
int tr_properties_copy(const struct tr_properties *from, struct tr_arena *arena,
                       struct tr_properties *ret_copy, struct tr_diag *diag) TR_MUSTCHECK;
const char *tr_properties_find(const struct tr_properties *properties, const char *name);

/* herder.c */
int tr_herder_start(struct tr_worker *worker, struct tr_diag *diag) TR_MUSTCHECK;
void tr_herder_wake(struct tr_worker *worker);

/* engine.c; not under the lock */

/* Read the entry's configuration and run it. >0: it was changed meanwhile. */
int tr_engine_start(struct tr_worker *worker, struct tr_entry *entry, struct tr_engine **ret_engine,
                    struct tr_diag *diag) TR_MUSTCHECK;
/* Waits for its threads. */
void tr_engine_free(struct tr_engine *engine);

/* An entry's configuration as it is now, for a call about it. config is NULL if it can't be read.
 */
struct tr_settled {
    struct tr_connector_config *config;
    struct tr_shared_config *shared;
    const struct tr_plugin *plugin;
};
int tr_entry_settle(struct tr_worker *worker, struct tr_entry *entry,
                    struct tr_settled *ret_settled, struct tr_diag *diag) TR_MUSTCHECK;
void tr_settled_finish(struct tr_worker *worker, struct tr_settled *settled);

/* state.c; under the lock */
struct tr_entry_state {
    const char *connector, *connector_trace; /* the trace is the entry's */
    size_t tasks;
    const char *task;
    char trace[4096];  /* of the task; "": none */
    const char *stuck; /* why it makes no progress; NULL: it does, or needs none */
    struct tr_connector_status engine;
};
void tr_entry_state(struct tr_worker *worker, const struct tr_entry *entry,
                    struct tr_entry_state *ret_state);

/* topics.c */
void tr_entry_wrote(struct tr_worker *worker, struct tr_entry *entry, const char *topic);
void tr_entry_forget_topics(struct tr_entry *entry); /* under the lock */
/* Tell the status topic what is new. false: not all of it yet. */
bool tr_worker_tell(struct tr_worker *worker);

/* offsets.c, under the lock */
void tr_entry_forget_offsets(struct tr_entry *entry);

/* worker.c: what the config topic holds becomes the stored connectors. Under `changing`. */
int tr_worker_take_stored(struct tr_worker *worker, const struct tr_stored_connector *first,
                          struct tr_diag *diag) TR_MUSTCHECK;

/* The connector, counted as used, for a call that asks Kafka about it. >0: TR_WORKER_UNKNOWN. */
int tr_entry_use(struct tr_worker *worker, const char *name, struct tr_entry **ret_entry,
                 struct tr_diag *diag) TR_MUSTCHECK;
void tr_entry_leave(struct tr_worker *worker, struct tr_entry *entry);

#endif
