/* Cells as SQL: for statements that find a row of the log in its table. */
#include <inttypes.h>

#include "source/mysql/query.h"
#include "source/mysql/types/impl.h"
#include "source/mysql/types/moment.h"

static void put_hex(struct tr_slice bytes, struct tr_buf *sql)
{
    tr_buf_text(sql, "X'");
    for (size_t i = 0; i < bytes.n; i++)
        tr_buf_printf(sql, "%02x", (unsigned char)bytes.p[i]);
    tr_buf_text(sql, "'");
}

static int put_integer(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    uint64_t number = tr_mysql_le(cell);

    if (cell.n == 0 || cell.n > 8)
        return -1;
    if (type->is_unsigned) {
        tr_buf_printf(sql, "%" PRIu64, number);
        return 0;
    }
    unsigned unused = (unsigned)(64 - 8 * cell.n);
    tr_buf_printf(sql, "%" PRId64, (int64_t)(number << unused) >> unused);
    return 0;
}

static int put_decimal(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    char room[TR_MYSQL_DECIMAL_TEXT];
    struct tr_slice text;

    if (tr_mysql_decimal_print(cell, type->metadata >> 8, type->metadata & 0xff, room, &text) < 0)
        return -1;
    tr_buf_put(sql, text.p, text.n);
    return 0;
}

/* All digits of a double; a FLOAT is compared as the double that it is. */
static int put_float(struct tr_slice cell, struct tr_buf *sql)
{
    struct tr_value value;
    struct tr_diag ignored;

    if (tr_mysql_convert_float64(NULL, cell, NULL, &value, &ignored) < 0)
        return -1;
    tr_buf_printf(sql, "%.17ge0", value.float64);
    return 0;
}

static int put_year(struct tr_slice cell, struct tr_buf *sql)
{
    if (cell.n != 1)
        return -1;
    if (cell.p[0])
        tr_buf_printf(sql, "%d", 1900 + (unsigned char)cell.p[0]);
    else
        tr_buf_text(sql, "'0000'");
    return 0;
}

static void put_date(const struct tr_date *date, struct tr_buf *sql)
{
    tr_buf_printf(sql, "%04d-%02d-%02d", (int)date->year, date->month, date->day);
}

static void put_time(int64_t us, struct tr_buf *sql)
{
    int64_t seconds = us / TR_SECOND_US;

    tr_buf_printf(sql, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%06" PRId64, seconds / 3600,
                  seconds / 60 % 60, seconds % 60, us % TR_SECOND_US);
}

static int put_moment(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    struct tr_mysql_moment moment = {{0, 0, 0}, 0};
    int64_t us = 0;
    int rc = type->kind == TR_MYSQL_DATE       ? tr_mysql_unpack_date(cell, &moment)
             : type->kind == TR_MYSQL_TIME     ? tr_mysql_unpack_time(type, cell, &moment)
             : type->kind == TR_MYSQL_DATETIME ? tr_mysql_unpack_datetime(type, cell, &moment)
                                               : tr_mysql_unpack_timestamp(type, cell, &us);

    if (rc < 0)
        return -1;
    if (us) {
        tr_date_from_days(us / TR_DAY_US, &moment.date);
        moment.us = us % TR_DAY_US;
    }
    tr_buf_text(sql, moment.us < 0 ? "'-" : "'");
    if (type->kind != TR_MYSQL_TIME)
        put_date(&moment.date, sql);
    if (type->kind == TR_MYSQL_DATETIME || type->kind == TR_MYSQL_TIMESTAMP)
        tr_buf_text(sql, " ");
    if (type->kind != TR_MYSQL_DATE)
        put_time(moment.us < 0 ? -moment.us : moment.us, sql);
    tr_buf_text(sql, "'");
    return 0;
}

static int put_text(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    if (type->charset)
        tr_buf_printf(sql, "_%s ", tr_mysql_charset_name(type->charset));
    put_hex(cell, sql);
    return 0;
}

/* The log cuts zeros at the end of a BINARY(n). */
static int put_binary(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    size_t size = type->length > 0 ? (size_t)type->length : 0;

    tr_buf_text(sql, "X'");
    for (size_t i = 0; i < cell.n; i++)
        tr_buf_printf(sql, "%02x", (unsigned char)cell.p[i]);
    for (size_t i = cell.n; type->kind == TR_MYSQL_BINARY && i < size; i++)
        tr_buf_text(sql, "00");
    tr_buf_text(sql, "'");
    return 0;
}

/* ENUM and SET by their number, and BIT. */
static int put_number(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    if (cell.n == 0 || cell.n > 8)
        return -1;
    tr_buf_printf(sql, "%" PRIu64,
                  type->kind == TR_MYSQL_BIT ? tr_mysql_be(cell.p, cell.n) : tr_mysql_le(cell));
    return 0;
}

/* MariaDB's own: their text. */
static int put_address(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    tr_convert_fn *convert = type->kind == TR_MYSQL_UUID    ? tr_mysql_convert_uuid
                             : type->kind == TR_MYSQL_INET4 ? tr_mysql_convert_inet4
                                                            : tr_mysql_convert_inet6;
    struct tr_value value;
    struct tr_diag ignored;
    struct tr_arena arena;

    tr_arena_init(&arena, 256, 4096);
    int rc = convert(NULL, cell, &arena, &value, &ignored);
    if (rc == 0) {
        tr_buf_text(sql, "'");
        tr_buf_put(sql, value.bytes.p, value.bytes.n);
        tr_buf_text(sql, "'");
    }
    tr_arena_finish(&arena);
    return rc < 0 ? -1 : 0;
}

static int put(const struct tr_mysql_type *type, struct tr_slice cell, struct tr_buf *sql)
{
    switch (type->kind) {
    case TR_MYSQL_TINYINT:
    case TR_MYSQL_SMALLINT:
    case TR_MYSQL_MEDIUMINT:
    case TR_MYSQL_INT:
    case TR_MYSQL_BIGINT:
        return put_integer(type, cell, sql);
    case TR_MYSQL_DECIMAL:
        return put_decimal(type, cell, sql);
    case TR_MYSQL_FLOAT:
    case TR_MYSQL_DOUBLE:
        return put_float(cell, sql);
    case TR_MYSQL_YEAR:
        return put_year(cell, sql);
    case TR_MYSQL_DATE:
    case TR_MYSQL_TIME:
    case TR_MYSQL_DATETIME:
    case TR_MYSQL_TIMESTAMP:
        return put_moment(type, cell, sql);
    case TR_MYSQL_CHAR:
    case TR_MYSQL_VARCHAR:
    case TR_MYSQL_TEXT:
        return put_text(type, cell, sql);
    case TR_MYSQL_BINARY:
    case TR_MYSQL_VARBINARY:
    case TR_MYSQL_BLOB:
        return put_binary(type, cell, sql);
    case TR_MYSQL_BIT:
    case TR_MYSQL_ENUM:
    case TR_MYSQL_SET:
        return put_number(type, cell, sql);
    case TR_MYSQL_UUID:
    case TR_MYSQL_INET4:
    case TR_MYSQL_INET6:
        return put_address(type, cell, sql);
    default:
        return -1;
    }
}

int tr_mysql_type_literal(const struct tr_mysql_type *type, struct tr_slice cell,
                          struct tr_buf *sql, struct tr_diag *diag)
{
    if (put(type, cell, sql) == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "a %s can't be compared in a statement", type->name);
}
