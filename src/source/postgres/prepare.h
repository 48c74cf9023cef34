/* What is looked at, and set, before a run begins. */
#ifndef TR_SOURCE_POSTGRES_PREPARE_H
#define TR_SOURCE_POSTGRES_PREPARE_H

#include "capture/capture.h"
#include "source/postgres/query.h"

/* replica.identity.autoset.values: ALTER TABLE for each captured table that a rule names and whose
 * replica identity is another. >0: TR_PG_STOPPED. */
int tr_pg_set_replica_identities(const struct tr_pg_session *session,
                                 const struct tr_capture *capture,
                                 struct tr_diag *diag) TR_MUSTCHECK;

/* guardrail.collections.max. >0: TR_PG_STOPPED. */
int tr_pg_check_limit(const struct tr_pg_session *session, const struct tr_capture *capture,
                      struct tr_diag *diag) TR_MUSTCHECK;

#endif
