/*
 * Whose log it is: system identifier, timeline, database; and whether a stored position lies in it.
 */
#ifndef TR_SOURCE_POSTGRES_IDENTITY_H
#define TR_SOURCE_POSTGRES_IDENTITY_H

#include "source/postgres/position.h"
#include "source/postgres/query.h"

/* The condition that changes are missing between position and server; the diag says which and the
 * ways out. Without snapshot.mode=when_needed it is a failure. */
#define TR_PG_GAP 2

/* Ask the server (a replication session). ret_lsn is the end of its WAL. */
int tr_pg_identify(const struct tr_pg_session *replication, struct tr_pg_identity *ret_identity,
                   uint64_t *ret_lsn, struct tr_diag *diag) TR_MUSTCHECK;

/* Does the position lie in the server's history? A promotion after the position leaves it there; a
 * position beyond the point where the histories part, another system, another database or a WAL end
 * before the position is a gap. >0: TR_PG_GAP, TR_PG_STOPPED. */
int tr_pg_identity_check(const struct tr_pg_session *replication,
                         const struct tr_pg_position *position, uint64_t wal_lsn,
                         const struct tr_pg_identity *identity, struct tr_diag *diag) TR_MUSTCHECK;

#endif
