/*
 * heartbeat.action.query: a statement that is run now and then beside the stream, for what it does
 * to the database (a row that keeps an otherwise idle log moving).
 *
 * It has a thread and a session of its own, so that neither a lock that it waits for nor a server
 * that doesn't answer holds the stream back. What goes wrong with it is told and does no harm: the
 * next time is another try.
 */
#ifndef TR_SOURCE_ACTION_H
#define TR_SOURCE_ACTION_H

#include "source/source.h"

struct tr_action;

struct tr_action_params {
    /* Run the statement, with the session of the time before if that is still good; on the action's
     * thread. >0: it was told to stop by the outlet that it was given. */
    int (*run)(void *context, struct tr_outlet *outlet, struct tr_diag *diag);
    /* Close the session; after the last run. */
    void (*close)(void *context);
    void *context;
    struct tr_outlet *outlet; /* of the source */
    const struct tr_log *log;
};

int tr_action_new(const struct tr_action_params *params, struct tr_action **ret_action,
                  struct tr_diag *diag) TR_MUSTCHECK;

/* Stops what runs, and waits for that. */
void tr_action_free(struct tr_action *action);

/* It is time. Doesn't wait; where the time before hasn't ended yet, this one is left out. action
 * NULL: nothing to do. */
void tr_action_go(struct tr_action *action);

#endif
