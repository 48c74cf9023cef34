/*
 * The two halves of the streaming replication protocol inside COPY BOTH. Facts: PostgreSQL manual,
 * "Streaming Replication Protocol".
 */
#ifndef TR_SOURCE_POSTGRES_WIRE_H
#define TR_SOURCE_POSTGRES_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

enum tr_pg_wire_kind { TR_PG_WIRE_DATA = 'w', TR_PG_WIRE_KEEPALIVE = 'k' };

struct tr_pg_wire {
    enum tr_pg_wire_kind kind;
    uint64_t lsn;          /* data: of the change */
    uint64_t wal_end;      /* keepalive: everything before it was sent */
    bool reply;            /* keepalive: the server wants an answer now */
    struct tr_slice bytes; /* data: the plugin's message */
};

/* <0: not a message of the protocol (TR_DATA, TR_STOP). */
int tr_pg_wire_read(struct tr_slice packet, struct tr_pg_wire *ret_wire,
                    struct tr_diag *diag) TR_MUSTCHECK;

/* A standby status update. */
#define TR_PG_WIRE_STATUS 34
struct tr_pg_wire_status {
    uint64_t received, confirmed;
    bool reply; /* we want an answer */
};
void tr_pg_wire_write(const struct tr_pg_wire_status *status, int64_t now_us,
                      char ret_packet[TR_PG_WIRE_STATUS]);

#endif
