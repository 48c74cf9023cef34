/*
 * Offsets without a running worker: one is made of its files that runs nothing, and does what a
 * running one would do, fencing included. cli/'s own.
 */
#ifndef TR_CLI_STANDBY_H
#define TR_CLI_STANDBY_H

#include <jansson.h>

#include "cli/command.h"
#include "worker/worker.h"

/* Reaches for nothing yet. command, with its config, must outlive it. */
int tr_standby_new(const struct tr_command *command, struct tr_standby **ret_standby,
                   struct tr_diag *diag) TR_MUSTCHECK;
void tr_standby_free(struct tr_standby *standby);

/* Where a worker of these files would listen. false: nowhere. */
bool tr_standby_url(const struct tr_standby *standby, char *ret_url, size_t size);

/* What GET (body NULL) and PATCH of /connectors/NAME/offsets answer. */
int tr_standby_call(struct tr_standby *standby, const char *name, const char *body,
                    struct tr_buf *ret_answer, struct tr_diag *diag) TR_MUSTCHECK;

/* Another connector's offsets, in the same form. NULL: see diag. */
json_t *tr_standby_foreign(struct tr_standby *standby, const struct tr_worker_foreign *foreign,
                           struct tr_diag *diag);

#endif
