/*
 * The replication slot: it keeps the log that we have not confirmed, and nobody else may move it.
 */
#ifndef TR_SOURCE_POSTGRES_SLOT_H
#define TR_SOURCE_POSTGRES_SLOT_H

#include "source/postgres/identity.h"

struct tr_pg_slot {
    bool exists, logical, active;
    int32_t active_pid; /* 0: none */
    char plugin[64], database[64];
    char wal_status[16];  /* reserved, extended, unreserved, lost; "" before 13 */
    char reason[40];      /* why it is invalid (17 and newer), or "" */
    uint64_t restart_lsn; /* 0: reserves nothing */
    uint64_t confirmed_lsn;
};

int tr_pg_slot_read(const struct tr_pg_session *session, const char *name,
                    struct tr_pg_slot *ret_slot, struct tr_diag *diag) TR_MUSTCHECK;

/* Can this slot be streamed from at all: ours in kind, plugin and database? */
int tr_pg_slot_usable(const struct tr_pg_session *session, const struct tr_pg_slot *slot,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* The server has removed log that it needs. */
bool tr_pg_slot_lost(const struct tr_pg_slot *slot);

/* Does it still have everything after the position? >0: TR_PG_GAP with the diag filled. */
int tr_pg_slot_covers(const struct tr_pg_session *session, const struct tr_pg_slot *slot,
                      const struct tr_pg_position *position, struct tr_diag *diag) TR_MUSTCHECK;

/* What creation needs: the replication session, and an ordinary one that looks who makes it wait.
 * On a stop the half-made slot is cancelled. */
struct tr_pg_slot_creation {
    const struct tr_pg_session *replication, *session;
    uint64_t lsn;      /* out: the consistent point */
    char snapshot[64]; /* out: the exported snapshot, valid until the replication session's next
                          command */
};
int tr_pg_slot_create(struct tr_pg_slot_creation *creation, struct tr_diag *diag) TR_MUSTCHECK;

/* Drop a slot if it is there, after ending a walsender of our own that still holds it. */
int tr_pg_slot_drop(const struct tr_pg_session *session, const char *name,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* End the walsender that holds the slot if it is this connector's former life. */
int tr_pg_slot_release(const struct tr_pg_session *session, const char *name, bool *ret_ended,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
