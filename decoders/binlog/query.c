/*
 * A statement's text (numbers are little-endian):
 *
 *   QUERY  = thread:u32 seconds:u32 n:u8 error:u16 m:u16 …          post-header
 *            variable* schema:byte*n 0 text                         variables: m bytes in all
 *   variable
 *          =   0 options:u32              |   1 sql-mode:u64        |   2 n:u8 catalog:byte*n 0
 *          |   3 increment:u16 offset:u16 |   4 client:u16 connection:u16 server:u16
 *          |   5 n:u8 time-zone:byte*n    |   6 n:u8 catalog:byte*n |   7 lc-time-names:u16
 *          |   8 database-collation:u16   |   9 table-map:u64       |  10 written:u32
 *          |  11 n:u8 user:byte*n n:u8 host:byte*n
 *          |  12 n:u8 (schema 0)*n                        254: too many, none follows
 *          |  13 microseconds:u24         |  16 explicit-timestamps:u8
 *          |  17 xid:u64                  |  18 utf8mb4-collation:u16
 *          |  19 require-primary-key:u8   |  20 table-encryption:u8 |  21 cascade-triggers:u8
 *          | 128 microseconds:u24         | 129 xid:u64             MariaDB, from here on
 *          | 130 flags:u8 [sequence:u64]                            two-phase ALTER: 4 or 8
 *          | 131 n:u8 (charset:u16 collation:u16)*n
 *          | 255 byte*                                              the rest is padding
 *
 * Both servers stop at a variable that they don't know, because nothing says how long it is; so
 * does this.
 *
 * MariaDB's QUERY_COMPRESSED is the same with the text in the form that inflate.c describes.
 */
#include "binlog/reader.h"

enum variable {
    VARIABLE_OPTIONS = 0,
    VARIABLE_SQL_MODE = 1,
    VARIABLE_CATALOG = 2,
    VARIABLE_AUTO_INCREMENT = 3,
    VARIABLE_CHARSET = 4,
    VARIABLE_TIME_ZONE = 5,
    VARIABLE_CATALOG_UNTERMINATED = 6,
    VARIABLE_LC_TIME_NAMES = 7,
    VARIABLE_DATABASE_COLLATION = 8,
    VARIABLE_TABLE_MAP_FOR_UPDATE = 9,
    VARIABLE_WRITTEN = 10,
    VARIABLE_INVOKER = 11,
    VARIABLE_UPDATED_SCHEMAS = 12,
    VARIABLE_MICROSECONDS = 13,
    VARIABLE_EXPLICIT_TIMESTAMPS = 16,
    VARIABLE_XID = 17,
    VARIABLE_UTF8MB4_COLLATION = 18,
    VARIABLE_REQUIRE_PRIMARY_KEY = 19,
    VARIABLE_TABLE_ENCRYPTION = 20,
    VARIABLE_CASCADE_TRIGGERS = 21,
    VARIABLE_MARIADB_MICROSECONDS = 128,
    VARIABLE_MARIADB_XID = 129,
    VARIABLE_MARIADB_ALTER = 130,
    VARIABLE_MARIADB_COLLATIONS = 131,
};

#define MAX_UPDATED_SCHEMAS 16 /* MAX_DBS_IN_EVENT_MTS */

static void read_updated_schemas(struct tr_cursor *variables, struct tr_binlog_query *query)
{
    unsigned count = tr_cursor_u8(variables);
    const char *begin = (const char *)variables->p;

    if (count > MAX_UPDATED_SCHEMAS)
        return;
    for (unsigned i = 0; i < count; i++)
        tr_cursor_cstring(variables);
    query->updated = (struct tr_slice){begin, (size_t)((const char *)variables->p - begin)};
    query->nupdated = count;
}

/* Variables that matter here. False: not one of them. */
static bool read_known(struct tr_cursor *variables, unsigned code, struct tr_binlog_query *query)
{
    switch (code) {
    case VARIABLE_OPTIONS:
        query->options = tr_cursor_le32(variables);
        return true;
    case VARIABLE_SQL_MODE:
        query->sql_mode = tr_cursor_le64(variables);
        return true;
    case VARIABLE_CHARSET:
        query->client_charset = tr_cursor_le16(variables);
        query->connection_collation = tr_cursor_le16(variables);
        query->server_collation = tr_cursor_le16(variables);
        return true;
    case VARIABLE_TIME_ZONE:
        query->time_zone = tr_cursor_slice(variables, tr_cursor_u8(variables));
        return true;
    case VARIABLE_DATABASE_COLLATION:
        query->database_collation = tr_cursor_le16(variables);
        return true;
    case VARIABLE_MICROSECONDS:
    case VARIABLE_MARIADB_MICROSECONDS:
        query->microseconds = (uint32_t)tr_cursor_le(variables, 3);
        return true;
    case VARIABLE_XID:
    case VARIABLE_MARIADB_XID:
        query->xid = tr_cursor_le64(variables);
        return true;
    case VARIABLE_UPDATED_SCHEMAS:
        read_updated_schemas(variables, query);
        return true;
    default:
        return false;
    }
}

/* False: unknown, and so are all that follow. */
static bool skip_other(struct tr_cursor *variables, unsigned code)
{
    static const unsigned char sizes[] = {
        [VARIABLE_AUTO_INCREMENT] = 4,       [VARIABLE_LC_TIME_NAMES] = 2,
        [VARIABLE_TABLE_MAP_FOR_UPDATE] = 8, [VARIABLE_WRITTEN] = 4,
        [VARIABLE_EXPLICIT_TIMESTAMPS] = 1,  [VARIABLE_UTF8MB4_COLLATION] = 2,
        [VARIABLE_REQUIRE_PRIMARY_KEY] = 1,  [VARIABLE_TABLE_ENCRYPTION] = 1,
        [VARIABLE_CASCADE_TRIGGERS] = 1,
    };
    const unsigned ends_two_phases =
        TR_BINLOG_MARIADB_COMMIT_ALTER | TR_BINLOG_MARIADB_ROLLBACK_ALTER;

    switch (code) {
    case VARIABLE_CATALOG:
        tr_cursor_take(variables, tr_cursor_u8(variables) + 1U);
        return true;
    case VARIABLE_CATALOG_UNTERMINATED:
        tr_cursor_take(variables, tr_cursor_u8(variables));
        return true;
    case VARIABLE_INVOKER:
        tr_cursor_take(variables, tr_cursor_u8(variables));
        tr_cursor_take(variables, tr_cursor_u8(variables));
        return true;
    case VARIABLE_MARIADB_ALTER:
        if (tr_cursor_u8(variables) & ends_two_phases)
            tr_cursor_take(variables, 8);
        return true;
    case VARIABLE_MARIADB_COLLATIONS:
        tr_cursor_take(variables, tr_cursor_u8(variables) * 4U);
        return true;
    default:
        if (code >= sizeof sizes || !sizes[code])
            return false;
        tr_cursor_take(variables, sizes[code]);
        return true;
    }
}

static void read_variables(struct tr_cursor *variables, struct tr_binlog_query *query)
{
    while (!variables->failed && tr_cursor_left(variables) > 0) {
        unsigned code = tr_cursor_u8(variables);
        if (!read_known(variables, code, query) && !skip_other(variables, code))
            return;
    }
}

int tr_binlog_read_query(struct tr_binlog *binlog, struct tr_cursor *body,
                         struct tr_binlog_event *event, struct tr_diag *diag)
{
    struct tr_binlog_query *query = &event->query;
    size_t post_header = binlog->post_headers[event->header.type];
    struct tr_cursor fixed = tr_cursor_of(tr_cursor_slice(body, post_header));

    *query = (struct tr_binlog_query){.time_zone = {"", 0}};
    query->thread_id = tr_cursor_le32(&fixed);
    query->seconds = tr_cursor_le32(&fixed);
    size_t schema_size = tr_cursor_u8(&fixed);
    query->error = tr_cursor_le16(&fixed);
    struct tr_cursor variables = tr_cursor_of(tr_cursor_slice(body, tr_cursor_le16(&fixed)));
    read_variables(&variables, query);
    query->schema = tr_cursor_slice(body, schema_size);
    tr_cursor_u8(body);
    body->failed |= fixed.failed || variables.failed;
    if (event->header.type == TR_BINLOG_TYPE_QUERY_COMPRESSED)
        return tr_binlog_inflate_event(binlog, body, &query->text, diag);
    query->text = tr_cursor_slice(body, tr_cursor_left(body));
    return 0;
}
