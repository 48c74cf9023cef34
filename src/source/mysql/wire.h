/*
 * The dump: how the log comes over a session. The library sends the command and reads the packets;
 * what they hold is nobody's business here but the status byte's.
 *
 * MySQL is asked by GTIDs (COM_BINLOG_DUMP_GTID) or by file and position (COM_BINLOG_DUMP), MariaDB
 * by the latter, with the GTIDs in a variable. Facts: servers' source, sql/rpl_source.cc and
 * sql/rpl_binlog_sender.cc (MySQL), sql/sql_repl.cc (MariaDB).
 *
 * Nothing throttles the server but the socket: who doesn't read for longer than the session's
 * net_write_timeout is cut off (connect.c sets it to a day).
 */
#ifndef TR_SOURCE_MYSQL_WIRE_H
#define TR_SOURCE_MYSQL_WIRE_H

#include "source/mysql/connect.h"
#include "source/mysql/position.h"

struct tr_mysql_dump {
    /* Ours as a replica: of two dumps with the same one the server ends the older. 0: an onlooker,
     * who disturbs nobody, hears no heartbeats, and whose dump ends at the log's end. */
    uint32_t server_id;
    const struct tr_mysql_gtids *gtids; /* what not to send; NULL: from the place on */
    const struct tr_mysql_coordinates *place;
    int64_t heartbeat_ms; /* of silence, after which the server says that it is there */
    bool annotate;        /* MariaDB: send the statements, too */
};

/* Start it. Afterwards the session is good for reading only. >0: TR_MYSQL_STOPPED. */
int tr_mysql_dump_start(const struct tr_mysql_session *session, const struct tr_mysql_dump *dump,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Read a packet, which blocks until it is complete: call it when tr_mysql_pending or the socket
 * says that there is one. The event lives until the next call. >0: TR_MYSQL_DONE, an onlooker is at
 * the end. <0: the server ends the dump, or the line broke. */
int tr_mysql_dump_read(const struct tr_mysql_session *session, struct tr_slice *ret_event,
                       struct tr_diag *diag) TR_MUSTCHECK;

#endif
