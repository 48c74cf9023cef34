/*
 * One event, taken apart. Slices point into the bytes that were given to the decoder, or (what came
 * compressed) into the decoder's own memory; both are valid until the decoder's next call.
 *
 * Facts: MySQL's source documentation, "Replication Protocol" and libs/mysql/binlog/event;
 * MariaDB's knowledge base, "Binlog Event Types", and its sql/log_event.h.
 */
#ifndef TR_DECODERS_BINLOG_EVENT_H
#define TR_DECODERS_BINLOG_EVENT_H

#include "binlog/table.h"

enum tr_binlog_kind {
    TR_BINLOG_FORMAT,             /* the file's format, version and checksums */
    TR_BINLOG_ROTATE,             /* another file follows, or (artificial) this one comes now */
    TR_BINLOG_STOP,               /* the server was shut down */
    TR_BINLOG_PREVIOUS_GTIDS,     /* MySQL: executed before this file */
    TR_BINLOG_GTID,               /* MySQL: a transaction begins, also an anonymous one */
    TR_BINLOG_MARIADB_GTID,       /* MariaDB: a transaction begins */
    TR_BINLOG_MARIADB_GTID_LIST,  /* MariaDB: executed before this file, or up to here */
    TR_BINLOG_MARIADB_CHECKPOINT, /* MariaDB: the oldest file that recovery needs */
    TR_BINLOG_QUERY,              /* a statement's text */
    TR_BINLOG_ROWS_QUERY,         /* the text behind the rows that follow; MariaDB: ANNOTATE_ROWS */
    TR_BINLOG_TABLE,              /* TABLE_MAP */
    TR_BINLOG_ROWS,               /* rows of a table: tr_binlog_next_row */
    TR_BINLOG_XID,                /* COMMIT */
    TR_BINLOG_XA_PREPARE,         /* ends an XA transaction's rows; their fate comes later */
    TR_BINLOG_PAYLOAD,            /* a compressed transaction: tr_binlog_next_inner */
    TR_BINLOG_HEARTBEAT,          /* nothing to send, and up to where */
    TR_BINLOG_INCIDENT,           /* the server tells that events are missing */
    TR_BINLOG_CONTEXT,            /* the context of a statement to come: INTVAR, RAND, USER_VAR */
    TR_BINLOG_LOAD,               /* a part of a LOAD DATA that was logged as a statement */
    TR_BINLOG_GROUP,              /* group replication: VIEW_CHANGE, TRANSACTION_CONTEXT */
    TR_BINLOG_IGNORABLE,          /* unknown, and marked by the server as safe to skip */
};

/* Bits of tr_binlog_header.flags (LOG_EVENT_*_F). */
enum tr_binlog_flag {
    TR_BINLOG_FLAG_IN_USE = 0x1,
    TR_BINLOG_FLAG_THREAD_SPECIFIC = 0x4, /* the statement uses temporary tables */
    TR_BINLOG_FLAG_ARTIFICIAL = 0x20,     /* made for this connection; stands in no file */
    TR_BINLOG_FLAG_IGNORABLE = 0x80,
    TR_BINLOG_FLAG_SKIP_REPLICATION = 0x8000, /* MariaDB: @@skip_replication was on */
};

struct tr_binlog_header {
    uint32_t timestamp; /* seconds since 1970, of the statement's start */
    uint32_t server_id;
    uint32_t size; /* bytes, header and checksum included; in a payload: of the inner event */
    /* Where the next event stands, low 32 bits. 0: artificial; in a payload; and, from MariaDB
     * 11 on, between a transaction's GTID and its end. */
    uint32_t next;
    uint16_t flags;
    uint8_t type; /* the number on the wire; equal kinds can have several */
};

enum tr_binlog_checksum { TR_BINLOG_CHECKSUM_NONE = 0, TR_BINLOG_CHECKSUM_CRC32 = 1 };

struct tr_binlog_format {
    struct tr_slice server_version;
    uint32_t created; /* seconds since 1970; 0: not the first file after the server's start */
    enum tr_binlog_checksum checksum;
};

struct tr_binlog_rotate {
    struct tr_slice file;
    uint64_t position;
};

struct tr_binlog_gtid {
    bool anonymous;           /* gtid_mode=OFF: no uuid, tag or number */
    bool may_have_statements; /* may hold more than rows (FLAG_MAY_HAVE_SBR) */
    unsigned char uuid[16];
    struct tr_slice tag; /* empty: none */
    uint64_t number;
    int64_t last_committed, sequence_number;      /* -1: not stated */
    uint64_t immediate_commit_us;                 /* since 1970; 0: not stated */
    uint64_t original_commit_us;                  /* equal to the immediate one where it began */
    uint64_t transaction_size;                    /* bytes with the GTID event; 0: not stated */
    uint32_t immediate_version, original_version; /* e.g. 90704; 0: not stated */
    uint64_t group_ticket;                        /* of the commit group; 0: none */
};

enum tr_binlog_mariadb_flag {
    TR_BINLOG_MARIADB_STANDALONE = 0x1, /* one statement: no COMMIT follows */
    TR_BINLOG_MARIADB_GROUP_COMMIT = 0x2,
    TR_BINLOG_MARIADB_TRANSACTIONAL = 0x4,
    TR_BINLOG_MARIADB_ALLOW_PARALLEL = 0x8,
    TR_BINLOG_MARIADB_WAITED = 0x10,
    TR_BINLOG_MARIADB_DDL = 0x20,
    TR_BINLOG_MARIADB_XA_PREPARE = 0x40,   /* the group ends in XA PREPARE */
    TR_BINLOG_MARIADB_XA_COMPLETED = 0x80, /* XA COMMIT or XA ROLLBACK of a prepared one */
};

/* Bits of tr_binlog_mariadb_gtid.extra_flags: parts that follow, and two-phase ALTER TABLE
 * (binlog_alter_two_phase), whose statement is logged when it starts and again, as a group of its
 * own, when it ends: only then, and only with COMMIT_ALTER, the table has changed. */
enum tr_binlog_mariadb_extra {
    TR_BINLOG_MARIADB_MULTI_ENGINE = 0x1,
    TR_BINLOG_MARIADB_START_ALTER = 0x2,
    TR_BINLOG_MARIADB_COMMIT_ALTER = 0x4,
    TR_BINLOG_MARIADB_ROLLBACK_ALTER = 0x8,
    TR_BINLOG_MARIADB_HAS_THREAD_ID = 0x10,
};

/* The name of an XA transaction. MariaDB's GTID events and both servers' XA_PREPARE have one. */
struct tr_binlog_xa {
    int32_t format;
    struct tr_slice global, branch;
};

struct tr_binlog_mariadb_gtid {
    uint32_t domain;
    uint32_t server; /* from the header */
    uint64_t number;
    unsigned flags, extra_flags;
    uint64_t commit_id;      /* of the group commit; 0: none */
    struct tr_binlog_xa xa;  /* with XA_PREPARE or XA_COMPLETED */
    unsigned extra_engines;  /* further engines with a part in it */
    uint64_t alter_sequence; /* number of the START ALTER that a COMMIT or ROLLBACK ALTER ends */
    uint64_t thread_id;      /* 0: not stated (before 11.5) */
};

struct tr_binlog_gtid_list {
    const unsigned char *entries; /* count times 16 bytes, see tr_binlog_gtid_list_entry */
    size_t count;
    unsigned flags; /* 1: no more than a position to wait for; 2: ignore */
};

struct tr_binlog_query {
    uint32_t thread_id;
    uint32_t seconds;       /* the statement took */
    uint16_t error;         /* the server's error number that it ended with */
    struct tr_slice schema; /* the default database; empty: none */
    struct tr_slice text;
    uint64_t sql_mode;
    uint64_t xid;          /* of an atomic DDL; 0: none */
    uint32_t options;      /* OPTION_* bits of flags2 */
    uint32_t microseconds; /* to be added to the header's timestamp */
    /* collation ids; 0: not stated */
    uint16_t client_charset, connection_collation, server_collation, database_collation;
    struct tr_slice time_zone;
    /* MySQL: all databases that the statement has tables of, those that triggers, functions and
     * foreign keys write to included: nupdated names, each with a 0 behind it. 0: not told. */
    struct tr_slice updated;
    unsigned nupdated;
};

struct tr_binlog_rows {
    uint64_t table_id;
    const struct tr_binlog_table *table; /* NULL: no rows, only the statement's end */
    char op;                             /* 'c', 'u', 'd', as enum tr_op */
    bool ends_statement;
    bool partial_json;     /* after images may hold JSON diffs */
    uint32_t size;         /* bytes of all rows together, uncompressed */
    int32_t partition;     /* of the (new) rows; -1: not stated */
    int32_t old_partition; /* of an update's old rows; -1: not stated */
};

struct tr_binlog_prepare {
    bool one_phase; /* XA COMMIT ... ONE PHASE: committed at once */
    struct tr_binlog_xa xa;
};

enum tr_binlog_compression { TR_BINLOG_ZSTD = 0, TR_BINLOG_UNCOMPRESSED = 255 };

struct tr_binlog_payload {
    enum tr_binlog_compression compression;
    uint64_t compressed_size, size; /* bytes */
};

struct tr_binlog_incident {
    unsigned number; /* 1: events were lost */
    struct tr_slice message;
};

struct tr_binlog_event {
    enum tr_binlog_kind kind;
    struct tr_binlog_header header;
    union {
        struct tr_binlog_format format;
        struct tr_binlog_rotate rotate; /* and HEARTBEAT: file and position reached */
        struct tr_binlog_gtid gtid;
        struct tr_binlog_mariadb_gtid mariadb_gtid;
        struct tr_binlog_gtid_list gtid_list;
        struct tr_binlog_query query;
        struct tr_binlog_table *table;
        struct tr_binlog_rows rows;
        struct tr_binlog_prepare prepare;
        struct tr_binlog_payload payload;
        struct tr_binlog_incident incident;
        uint64_t xid;
        /* PREVIOUS_GTIDS: the encoded set; ROWS_QUERY: the statement; CHECKPOINT: the file;
         * LOAD, CONTEXT, GROUP, IGNORABLE: the body as it is */
        struct tr_slice bytes;
    };
};

#endif
