/* What signals do to the backlog, and what is told of it. Stream's thread; incremental.c's own. */
#ifndef TR_SNAPSHOT_EXECUTE_H
#define TR_SNAPSHOT_EXECUTE_H

#include "snapshot/impl.h"

struct tr_executor {
    const struct tr_incremental_params *params;
    struct tr_backlog *backlog;
    struct tr_blocking_view *blocking; /* the first of the backlog's; NULL: none */
    bool at_work;                      /* a chunk is under way: what would disturb it is owed */
};

void tr_executor_finish(struct tr_executor *executor);

/* Execute a signal. */
int tr_execute(struct tr_executor *executor, const struct tr_signal *signal, struct tr_batch *batch,
               struct tr_diag *diag) TR_MUSTCHECK;

/* Between two chunks: stop and pause, if a signal has asked for it. */
int tr_execute_owed(struct tr_executor *executor, struct tr_batch *batch,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* A chunk's rows are written. */
int tr_execute_chunk(struct tr_executor *executor, struct tr_batch *batch,
                     struct tr_diag *diag) TR_MUSTCHECK;
/* The current collection ends, with a word of Debezium's. */
int tr_execute_end_table(struct tr_executor *executor, const char *status, struct tr_batch *batch,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* The first blocking snapshot that is due, or NULL; refreshed after the backlog was loaded. */
int tr_executor_refresh(struct tr_executor *executor, struct tr_diag *diag) TR_MUSTCHECK;
const struct tr_blocking *tr_executor_blocking(const struct tr_executor *executor);
int tr_executor_unblock(struct tr_executor *executor, struct tr_diag *diag) TR_MUSTCHECK;

#endif
