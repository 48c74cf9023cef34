/*
 * XA transactions that are prepared: their rows stand in the log, their fate doesn't yet.
 *
 * Nothing of them is kept but a place: where the group of their events begins. A state record
 * ("xa/<xid>") has it stored with the position that lies behind the group. When the COMMIT comes, a
 * second dump reads the group again, and its rows are delivered then; memory stays bounded however
 * large it is. A ROLLBACK forgets it. What the server has purged meanwhile can't be delivered: that
 * is an error, never a silent loss.
 */
#ifndef TR_SOURCE_MYSQL_XA_H
#define TR_SOURCE_MYSQL_XA_H

#include "binlog/event.h"
#include "record/state.h"
#include "source/mysql/position.h"

struct tr_mysql_step;
struct tr_mysql_track;
struct tr_mysql_session;

#define TR_MYSQL_XA_KEY_MOST 320 /* two texts of up to 64 bytes in hexadecimal, and a number */

struct tr_mysql_xa {
    struct tr_states *held;           /* "xa/<xid>" → where */
    struct tr_mysql_session *session; /* of the second dump; NULL: none runs */
    struct tr_mysql_track *track;     /* its reading */
    char key[TR_MYSQL_XA_KEY_MOST];   /* of the state that is to be forgotten at its end */
};

/* What the state of one says: where its group begins. */
struct tr_mysql_xa_place {
    char gtid[TR_MYSQL_GTID_TEXT];     /* "": it has none, then the place counts */
    struct tr_mysql_coordinates begin; /* in the log of … */
    int64_t server_id;
};
int tr_mysql_xa_place_read(struct tr_slice state, struct tr_mysql_xa_place *ret_place,
                           struct tr_diag *diag) TR_MUSTCHECK;

/* Take over what a position came with. */
int tr_mysql_xa_init(struct tr_mysql_xa *xa, const struct tr_states *states,
                     struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_xa_finish(struct tr_mysql_xa *xa);

/* XA_PREPARE: the group at hand is held (or, committed in one phase, read again at once). */
int tr_mysql_step_prepare(const struct tr_mysql_step *step) TR_MUSTCHECK;

/* XA COMMIT and XA ROLLBACK; xid as it stands in the statement. */
int tr_mysql_step_xa_commit(const struct tr_mysql_step *step, struct tr_slice xid) TR_MUSTCHECK;
int tr_mysql_step_xa_rollback(const struct tr_mysql_step *step, struct tr_slice xid) TR_MUSTCHECK;

/* Go on with the second dump, if one runs: it ends in the commit of the transaction at hand. >0:
 * TR_MYSQL_COMMITTED, TR_MYSQL_MORE, TR_MYSQL_STOPPED. */
int tr_mysql_step_replay(const struct tr_mysql_step *step) TR_MUSTCHECK;

#endif
