/*
 * A TABLE_MAP: what the log says of a table, and the number of bytes that each of its cells takes.
 *
 * One is compiled when its bytes are new and kept as long as the same bytes come again under the
 * same id, which they do before every statement's rows. So a caller may hang onto `user` what it
 * made of the table and pays for that once.
 */
#ifndef TR_DECODERS_BINLOG_TABLE_H
#define TR_DECODERS_BINLOG_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/slice.h"

/* The servers' own limit (MAX_FIELDS). */
#define TR_BINLOG_MAX_COLUMNS 4096

/* Both servers' numbers (enum_field_types); those from 140 on are MariaDB's alone. */
enum tr_binlog_field {
    TR_BINLOG_FIELD_DECIMAL = 0, /* before 5.0; never in a row */
    TR_BINLOG_FIELD_TINY = 1,
    TR_BINLOG_FIELD_SHORT = 2,
    TR_BINLOG_FIELD_LONG = 3,
    TR_BINLOG_FIELD_FLOAT = 4,
    TR_BINLOG_FIELD_DOUBLE = 5,
    TR_BINLOG_FIELD_NULL = 6,
    TR_BINLOG_FIELD_TIMESTAMP = 7, /* 4 bytes, seconds; tables made before 5.6 */
    TR_BINLOG_FIELD_LONGLONG = 8,
    TR_BINLOG_FIELD_INT24 = 9,
    TR_BINLOG_FIELD_DATE = 10,
    TR_BINLOG_FIELD_TIME = 11,     /* 3 bytes; tables made before 5.6 */
    TR_BINLOG_FIELD_DATETIME = 12, /* 8 bytes; tables made before 5.6 */
    TR_BINLOG_FIELD_YEAR = 13,
    TR_BINLOG_FIELD_NEWDATE = 14, /* 3 bytes, as DATE */
    TR_BINLOG_FIELD_VARCHAR = 15,
    TR_BINLOG_FIELD_BIT = 16,
    TR_BINLOG_FIELD_TIMESTAMP2 = 17,
    TR_BINLOG_FIELD_DATETIME2 = 18,
    TR_BINLOG_FIELD_TIME2 = 19,
    TR_BINLOG_FIELD_TYPED_ARRAY = 20,
    TR_BINLOG_FIELD_BLOB_COMPRESSED = 140,    /* MariaDB; its cells arrive uncompressed */
    TR_BINLOG_FIELD_VARCHAR_COMPRESSED = 141, /* MariaDB; its cells arrive uncompressed */
    TR_BINLOG_FIELD_VECTOR = 242,
    TR_BINLOG_FIELD_JSON = 245,
    TR_BINLOG_FIELD_NEWDECIMAL = 246,
    TR_BINLOG_FIELD_ENUM = 247,
    TR_BINLOG_FIELD_SET = 248,
    TR_BINLOG_FIELD_TINY_BLOB = 249,
    TR_BINLOG_FIELD_MEDIUM_BLOB = 250,
    TR_BINLOG_FIELD_LONG_BLOB = 251,
    TR_BINLOG_FIELD_BLOB = 252,
    TR_BINLOG_FIELD_VAR_STRING = 253,
    TR_BINLOG_FIELD_STRING = 254,
    TR_BINLOG_FIELD_GEOMETRY = 255,
};

/* Which optional blocks the TABLE_MAP had (bits of tr_binlog_table.stated). With
 * binlog_row_metadata=MINIMAL that is SIGNEDNESS, CHARSET and GEOMETRY, and VECTOR. */
enum tr_binlog_stated {
    TR_BINLOG_STATED_SIGNEDNESS = 1,
    TR_BINLOG_STATED_CHARSET = 2,
    TR_BINLOG_STATED_NAMES = 4,
    TR_BINLOG_STATED_SET = 8,
    TR_BINLOG_STATED_ENUM = 16,
    TR_BINLOG_STATED_GEOMETRY = 32,
    TR_BINLOG_STATED_KEY = 64,
    TR_BINLOG_STATED_ENUM_SET_CHARSET = 128,
    TR_BINLOG_STATED_VISIBILITY = 256,
    TR_BINLOG_STATED_VECTOR = 512,
};

struct tr_binlog_column {
    enum tr_binlog_field type; /* ENUM and SET by name, not as the STRING that they travel as */
    /* As the log has it, one number: VARCHAR, STRING: longest value in bytes; NEWDECIMAL:
     * precision << 8 | scale; BIT: number of bits; ENUM, SET: bytes of a cell; TIME2, DATETIME2,
     * TIMESTAMP2: digits of the fraction; FLOAT, DOUBLE: bytes of a cell; BLOB, JSON, GEOMETRY:
     * bytes of the length. */
    uint16_t metadata;
    bool nullable;
    bool is_unsigned;        /* STATED_SIGNEDNESS; numeric types only */
    bool visible;            /* true unless STATED_VISIBILITY says otherwise */
    uint16_t charset;        /* collation id; 0: not stated, or a type without one; 63: binary */
    uint32_t geometry;       /* MySQL's geometry type: 0 any, 1 point … 7 collection */
    uint32_t dimension;      /* of a VECTOR; 0: not stated */
    struct tr_slice name;    /* empty: not stated */
    struct tr_slice members; /* of ENUM and SET, see tr_binlog_member */
    size_t nmembers;         /* 0: not stated */
};

/* A primary key's column in key order. prefix: number of characters that are indexed, 0 for the
 * whole column. */
struct tr_binlog_key {
    uint16_t column;
    uint32_t prefix;
};

struct tr_binlog_step; /* one column's part of slicing a row, see rows.c */

struct tr_binlog_table {
    uint64_t id;
    uint64_t serial; /* differs for each table that a decoder ever compiled; begins at 1 */
    struct tr_slice schema, name;
    const struct tr_binlog_column *columns;
    size_t ncolumns;
    const struct tr_binlog_key *key;
    size_t nkey; /* 0: no primary key, or not STATED_KEY */
    unsigned stated;
    void *user; /* the caller's, NULL at first; given to `forget` when the table goes */

    /* the decoder's own */
    const struct tr_binlog_step *steps;
    size_t njson;          /* columns of type JSON */
    bool compressed;       /* one of the columns is */
    struct tr_slice bytes; /* what it was compiled from */
    uint64_t statement;    /* the last statement that named it */
    struct tr_binlog_table *next;
};

/* The first member of `*members`, which moves on. The bytes are in the column's charset. */
struct tr_slice tr_binlog_member(struct tr_slice *members);

#endif
