/*
 * A column's type in MySQL and MariaDB. Column->type of a MySQL table points to one of these: made
 * by the catalog from what information_schema says, or from a TABLE_MAP, read by the type map.
 *
 * It says two things: what the column is (kind, sign, length, charset, members: what a CREATE TABLE
 * states) and what its cells look like in the binary log (field, metadata: what a TABLE_MAP
 * states). The first can't be told from the second alone (FLOAT(7,3), MariaDB's UUID and INET6,
 * ZEROFILL are lost there), so a definition from the catalog that fits the TABLE_MAP is the better
 * one; the second can't be told from the first alone either (a table made before MySQL 5.6 has
 * other cells for its times), so the TABLE_MAP has the last word on that.
 */
#ifndef TR_SOURCE_MYSQL_MYSQL_TYPE_H
#define TR_SOURCE_MYSQL_MYSQL_TYPE_H

#include "base/arena.h"
#include "base/diag.h"
#include "binlog/table.h"
#include "record/table.h"

struct tr_mysql_charset;

enum tr_mysql_kind {
    TR_MYSQL_UNKNOWN, /* a type that tailrace doesn't know: left out of the records */
    TR_MYSQL_TINYINT,
    TR_MYSQL_SMALLINT,
    TR_MYSQL_MEDIUMINT,
    TR_MYSQL_INT,
    TR_MYSQL_BIGINT,
    TR_MYSQL_DECIMAL,
    TR_MYSQL_FLOAT,
    TR_MYSQL_DOUBLE,
    TR_MYSQL_BIT,
    TR_MYSQL_YEAR,
    TR_MYSQL_DATE,
    TR_MYSQL_TIME,
    TR_MYSQL_DATETIME,
    TR_MYSQL_TIMESTAMP,
    TR_MYSQL_CHAR,
    TR_MYSQL_VARCHAR,
    TR_MYSQL_TEXT, /* of every size */
    TR_MYSQL_BINARY,
    TR_MYSQL_VARBINARY,
    TR_MYSQL_BLOB, /* of every size */
    TR_MYSQL_ENUM,
    TR_MYSQL_SET,
    TR_MYSQL_JSON,     /* MySQL's; MariaDB's is a LONGTEXT */
    TR_MYSQL_GEOMETRY, /* and its subtypes but POINT */
    TR_MYSQL_POINT,
    TR_MYSQL_VECTOR,
    TR_MYSQL_UUID,
    TR_MYSQL_INET4,
    TR_MYSQL_INET6,
};

struct tr_mysql_type {
    enum tr_mysql_kind kind;
    const char *name; /* as Debezium names it: INT UNSIGNED ZEROFILL, VARCHAR, GEOMETRY */
    bool is_unsigned, zerofill;
    int32_t length; /* in the parentheses: characters, bytes, bits, digits, fraction; -1: none */
    int32_t scale;  /* behind the comma; -1: none */
    const struct tr_mysql_charset *charset; /* of texts, ENUM and SET; NULL: none, or binary */
    const char *const *members;             /* of ENUM and SET, in UTF-8 */
    size_t nmembers;
    /* The members came from information_schema, which prints a character beyond utf8mb3 as '?'. */
    bool members_doubtful;
    /* A time with a fraction as MariaDB 5.3 stored it (mysql56_temporal_format=OFF): the log
     * doesn't tell how many bytes a cell has. */
    bool unsized;
    enum tr_binlog_field field;
    uint16_t metadata;
};

/* From information_schema.COLUMNS: COLUMN_TYPE ("decimal(10,2) unsigned zerofill",
 * "enum('a','b''c')") and CHARACTER_SET_NAME (NULL: none). The arena holds the result. A type that
 * isn't known has kind TR_MYSQL_UNKNOWN. <0: no memory, or a charset that nothing here converts. */
int tr_mysql_type_parse(const char *column_type, const char *charset, struct tr_arena *arena,
                        const struct tr_mysql_type **ret_type, struct tr_diag *diag) TR_MUSTCHECK;

/* From a TABLE_MAP alone, with binlog_row_metadata=FULL (with less: no members, no sign). */
int tr_mysql_type_of_log(const struct tr_binlog_column *column, struct tr_arena *arena,
                         const struct tr_mysql_type **ret_type, struct tr_diag *diag) TR_MUSTCHECK;

/* A TABLE_MAP's column, and what the map states of its columns (tr_binlog_table.stated). */
struct tr_mysql_logged {
    const struct tr_binlog_column *column;
    unsigned stated;
};

/* Does a definition fit what a TABLE_MAP says of the column? 0: yes, and *ret_type (the same, or a
 * copy in the arena) reads that log's cells. >0: no: the column was another one when the row was
 * written. <0: no memory, or a column whose cells nobody can read. */
int tr_mysql_type_fit(const struct tr_mysql_type *type, struct tr_mysql_logged logged,
                      struct tr_arena *arena, const struct tr_mysql_type **ret_type,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* The length as Debezium has it; -1: none. It takes an ENUM's members for one character, and of a
 * SET it counts the commas, too. */
int32_t tr_mysql_type_length(const struct tr_mysql_type *type);

/* "DECIMAL(10,2)", "INT UNSIGNED": for messages that tell what the log has. */
const char *tr_mysql_type_print(const struct tr_mysql_type *type, struct tr_arena *arena);

/* Set what follows from the type: type, type_name, modifier, length and scale. */
void tr_mysql_type_describe(const struct tr_mysql_type *type, struct tr_column *column);

/*
 * tr_column.default_text is what stands behind DEFAULT in SHOW CREATE TABLE: 'it''s', b'101',
 * 0x6162, -1.5, CURRENT_TIMESTAMP(3), (uuid()), NULL. MariaDB's information_schema has it so;
 * MySQL's has values without quotes, and EXTRA says which of them are expressions: this makes the
 * one of the other. NULL in, NULL out. NULL with a value: no memory.
 */
const char *tr_mysql_default_text(const struct tr_mysql_type *type, const char *column_default,
                                  const char *extra, struct tr_arena *arena);

#endif
