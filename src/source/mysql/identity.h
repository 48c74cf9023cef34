/*
 * Whose log it is, how far it has come, and whether a stored position lies in it.
 */
#ifndef TR_SOURCE_MYSQL_IDENTITY_H
#define TR_SOURCE_MYSQL_IDENTITY_H

#include "source/mysql/connect.h"
#include "source/mysql/position.h"

/* Behind each gap. */
#define TR_MYSQL_WAYS_OUT                                                                          \
    "; go back to the former server (database.hostname), or take a new snapshot: set "             \
    "snapshot.mode=when_needed and start again (what was changed in between is then missing from " \
    "the topics)"

/* Where the server's log ends. */
struct tr_mysql_log_end {
    struct tr_mysql_coordinates place;
    struct tr_mysql_gtids gtids; /* executed; empty where transactions have none */
};

/* Ask the server. The result is to be finished, whatever is returned. <0: the log is off, for
 * example. >0: TR_MYSQL_STOPPED. */
int tr_mysql_log_end_read(const struct tr_mysql_session *session, struct tr_mysql_log_end *ret_end,
                          struct tr_diag *diag) TR_MUSTCHECK;
void tr_mysql_log_end_finish(struct tr_mysql_log_end *end);

/* MariaDB: add the GTIDs of everything before a place. */
int tr_mysql_gtids_at(const struct tr_mysql_session *session,
                      const struct tr_mysql_coordinates *place, struct tr_mysql_gtids *gtids,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* Whose positions of now are. */
struct tr_mysql_identity tr_mysql_identity_of(const struct tr_mysql_session *session);

/* Do GTIDs say where the log goes on, or file and position? */
bool tr_mysql_by_gtids(const struct tr_mysql_session *session,
                       const struct tr_mysql_position *position);

/* Does the server still have everything behind the position, and is it the same history? What the
 * server has lost, a server that is behind the position, one with another history, and another
 * server where only file and position are known are gaps. >0: TR_MYSQL_GAP with the diag filled,
 * TR_MYSQL_STOPPED. */
int tr_mysql_identity_check(const struct tr_mysql_session *session,
                            const struct tr_mysql_position *position,
                            const struct tr_mysql_log_end *end, struct tr_diag *diag) TR_MUSTCHECK;

#endif
