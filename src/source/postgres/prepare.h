/* What is looked at, and set, before a run begins. */
#ifndef TR_SOURCE_POSTGRES_PREPARE_H
#define TR_SOURCE_POSTGRES_PREPARE_H

#include "capture/capture.h"
#include "record/state.h"
#include "source/postgres/query.h"

/* replica.identity.autoset.values: ALTER TABLE for each captured table that a rule names and whose
 * replica identity is another. >0: TR_PG_STOPPED. */
int tr_pg_set_replica_identities(const struct tr_pg_session *session,
                                 const struct tr_capture *capture,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* guardrail.collections.max. >0: TR_PG_STOPPED. */
int tr_pg_check_limit(const struct tr_pg_session *session, const struct tr_capture *capture,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* Does the publication still have every captured table that it had when the stream last began (as
 * the states say, which may be NULL)? What was changed in the meantime is not in the stream, even
 * once it is published again. >0: TR_PG_GAP with the diag filled, TR_PG_STOPPED. */
int tr_pg_check_published(const struct tr_pg_session *session, const struct tr_capture *capture,
                          const struct tr_states *states, struct tr_diag *diag) TR_MUSTCHECK;

/* Have the list stored, if it is another one than the states'. >0: TR_PG_STOPPED. */
int tr_pg_store_published(const struct tr_pg_session *session, const struct tr_capture *capture,
                          const struct tr_states *states, struct tr_diag *diag) TR_MUSTCHECK;

#endif
