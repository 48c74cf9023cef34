/* What Debezium left of an incremental snapshot. */
#ifndef TR_SNAPSHOT_TAKEOVER_H
#define TR_SNAPSHOT_TAKEOVER_H

#include "base/log.h"
#include "record/position.h"
#include "record/state.h"

/*
 * Debezium keeps the tables that are still to be read in its offset: make a state of them, unless
 * there is one, so that tailrace reads them. How far it was with the first of them stands there as
 * a serialized Java object, which is its own affair: that table is read from its begin, rows may
 * come twice and none is missing. Fact: io.debezium.pipeline.source.snapshot.incremental (3.6).
 * position may be NULL.
 */
int tr_incremental_take_over(const struct tr_stored_position *position, struct tr_states *states,
                             const struct tr_log *log, struct tr_diag *diag) TR_MUSTCHECK;

#endif
