/* One run: from the sink's start to the first failure or the end. connector/'s own. */
#ifndef TR_CONNECTOR_RUN_H
#define TR_CONNECTOR_RUN_H

#include "connector/connector.h"

struct tr_ring;

struct tr_run_commit {
    uint64_t events, bytes;
    uint64_t transactions; /* of the source */
    uint64_t skipped;      /* records that were left out (errors.tolerance) */
    bool logged;           /* there are changes of a log in it, not of a snapshot alone */
    int64_t took_us;       /* flush and commit */
    struct tr_slice key, position;
    const struct tr_output *outputs; /* cumulative */
    size_t noutputs;
};

struct tr_run_hooks {
    bool (*stopping)(void *context);
    /* After the sink's start, so that the stop can reach the run's ring (NULL at its end). */
    void (*ring)(void *context, struct tr_ring *ring);
    void (*progress)(void *context, const struct tr_progress *progress);
    void (*committed)(void *context, const struct tr_run_commit *commit);
    /* The position that the run began with, once it is known, and its key. */
    void (*found)(void *context, struct tr_slice key, struct tr_slice position);
    /* From now on the run can't go on without what is named; NULL: it has it. */
    void (*waits)(void *context, const char *what);
    void *context;
    struct tr_figures *figures;
    struct tr_tally *tally;
};

/* 0: ended because it was told to, or the source has nothing more to do (ret_finished). */
int tr_run(const struct tr_connector_params *params, const struct tr_run_hooks *hooks,
           bool *ret_finished, struct tr_diag *diag) TR_MUSTCHECK;

#endif
