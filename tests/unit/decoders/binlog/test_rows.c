/* Tables and rows of recorded logs, and of hand where no server would write them to order. */
#include "log.h"

/* Table 7, s.t: an INT, a VARCHAR(5), and a BLOB, all nullable. */
#define TABLE "070000000000 0000 01 7300 01 7400 03 030ffc 03 0500 02 07"

static void begin(struct log *log)
{
    struct tr_binlog_params params = {0};

    log_begin(log, &params);
    log_accept(log, 19, TABLE);
}

static void assert_column(const struct tr_binlog_table *table, const char *name,
                          enum tr_binlog_field type, unsigned metadata, unsigned charset)
{
    for (size_t i = 0; i < table->ncolumns; i++) {
        const struct tr_binlog_column *column = &table->columns[i];
        if (!tr_slice_is(column->name, name))
            continue;
        assert_int_equal(column->type, type);
        assert_int_equal(column->metadata, metadata);
        assert_int_equal(column->charset, charset);
        return;
    }
    fail_msg("no column %s", name);
}

/* A server's own collations, by which charsets are told. */
struct collations {
    unsigned utf8mb4, utf8mb3, geometry;
};

static void assert_types(const struct tr_binlog_table *table, const struct collations *of)
{
    assert_true(tr_slice_is(table->schema, "d"));
    assert_true(tr_slice_is(table->name, "types"));
    assert_int_equal(table->ncolumns, 45);
    assert_column(table, "mu", TR_BINLOG_FIELD_INT24, 0, 0);
    assert_column(table, "de", TR_BINLOG_FIELD_NEWDECIMAL, 65 << 8 | 30, 0);
    assert_column(table, "b9", TR_BINLOG_FIELD_BIT, 9, 0);
    assert_column(table, "t3", TR_BINLOG_FIELD_TIME2, 3, 0);
    assert_column(table, "dt6", TR_BINLOG_FIELD_DATETIME2, 6, 0);
    assert_column(table, "ts4", TR_BINLOG_FIELD_TIMESTAMP2, 4, 0);
    assert_column(table, "c255", TR_BINLOG_FIELD_STRING, 1020, of->utf8mb4);
    assert_column(table, "bin", TR_BINLOG_FIELD_STRING, 16, 63);
    assert_column(table, "vb", TR_BINLOG_FIELD_VARCHAR, 300, 63);
    assert_column(table, "v300", TR_BINLOG_FIELD_VARCHAR, 300, 8);
    assert_column(table, "mt", TR_BINLOG_FIELD_BLOB, 3, of->utf8mb3);
    assert_column(table, "lt", TR_BINLOG_FIELD_BLOB, 4, of->utf8mb4);
    assert_column(table, "e", TR_BINLOG_FIELD_ENUM, 1, of->utf8mb4);
    assert_column(table, "e2", TR_BINLOG_FIELD_ENUM, 1, 8);
    assert_column(table, "s9", TR_BINLOG_FIELD_SET, 2, of->utf8mb4);
    assert_column(table, "p", TR_BINLOG_FIELD_GEOMETRY, 4, of->geometry);
    for (size_t i = 0; i < table->ncolumns; i++) {
        const struct tr_binlog_column *column = &table->columns[i];
        struct tr_slice name = column->name;
        bool named_so =
            name.p[name.n - 1] == 'u' || tr_slice_is(name, "id") || tr_slice_is(name, "y");
        assert_int_equal(column->is_unsigned, named_so);
        assert_int_equal(column->nullable, i > 0 && i < table->ncolumns - 1);
        assert_true(column->visible);
        assert_int_equal(column->geometry, tr_slice_is(name, "p"));
    }
}

static void assert_members(const struct tr_binlog_table *table)
{
    for (size_t i = 0; i < table->ncolumns; i++) {
        struct tr_slice members = table->columns[i].members;
        if (!tr_slice_is(table->columns[i].name, "e")) {
            assert_int_equal(table->columns[i].nmembers > 0,
                             table->columns[i].type == TR_BINLOG_FIELD_ENUM ||
                                 table->columns[i].type == TR_BINLOG_FIELD_SET);
            continue;
        }
        assert_int_equal(table->columns[i].nmembers, 3);
        assert_true(tr_slice_is(tr_binlog_member(&members), "a"));
        assert_true(tr_slice_is(tr_binlog_member(&members), "b"));
        assert_true(tr_slice_is(tr_binlog_member(&members), "c,d"));
        assert_int_equal(members.n, 0);
    }
}

/* What all servers write of the same first row; NULL: they differ, or it is too long. */
static const char *const first_row[] = {
    "01000000",
    "7c",
    "80",
    "ff",
    "0080",
    "ffff",
    "000080",
    "ffffff",
    "0000000000000080",
    "ffffffffffffffff",
    "0000c03f",
    "00001040",
    "9c7500883ce437fe",
    NULL,
    "80bc614e5b",
    "803039",
    "01",
    "0155",
    "fffffffffffffffe",
    "5dd00f",
    "4b9105",
    "80c8b81ed2",
    "99b2bac8b8",
    "99b2bac8b846",
    "fef3ff7efb0f423f",
    "65e079f0",
    "65e079f004d2",
    "c3a9",
    "6162",
    NULL,
    "ff00",
    "76c3a4",
    NULL,
    "74696e79",
    "6d656469c3bc6d",
    "6c6f6e67",
    "02",
    "03",
    "01",
    "05",
    "0101",
    NULL,
    "000000000101000000000000000000f03f0000000000000040",
    NULL,
    "07000000",
};

static void check_types(const char *name, struct collations of)
{
    struct tr_binlog_row row;
    struct log log;

    log_open(&log, name);
    struct tr_binlog_table *table = log_find(&log, TR_BINLOG_TABLE)->table;
    assert_types(table, &of);
    assert_members(table);
    assert_int_equal(table->nkey, 1);
    assert_int_equal(table->key[0].column, 0);
    assert_int_equal(log_find(&log, TR_BINLOG_ROWS)->rows.op, TR_OP_CREATE);
    assert_true(log_row(&log, &row));
    assert_null(row.before);
    for (size_t i = 0; i < TR_COUNT(first_row); i++)
        if (first_row[i])
            assert_cell(&row.after[i], first_row[i]);
    assert_false(log_row(&log, &row));
    assert_false(log_row(&log, &row));
    log_close(&log);
}

static void test_types(void **state)
{
    (void)state;
    check_types("mysql-types", (struct collations){255, 33, 0});
    check_types("mariadb-10-types", (struct collations){45, 33, 63});
    check_types("mariadb-11-types", (struct collations){2304, 2048, 63});
}

/* With binlog_row_metadata=MINIMAL. */
static void test_minimal_metadata(void **state)
{
    struct log log;
    (void)state;

    log_open(&log, "mysql-minimal");
    struct tr_binlog_table *table = log_find(&log, TR_BINLOG_TABLE)->table;
    assert_int_equal(table->stated, TR_BINLOG_STATED_SIGNEDNESS | TR_BINLOG_STATED_CHARSET |
                                        TR_BINLOG_STATED_GEOMETRY);
    assert_int_equal(table->columns[0].name.n, 0);
    assert_true(table->columns[0].is_unsigned);
    assert_int_equal(table->columns[37].type, TR_BINLOG_FIELD_ENUM);
    assert_int_equal(table->columns[37].nmembers, 0);
    assert_int_equal(table->nkey, 0);
    log_close(&log);
}

/* The fourth and the following row events of the logs of types: MINIMAL, then NOBLOB. */
static void check_images(const char *name)
{
    struct tr_binlog_row row;
    struct log log;

    log_open(&log, name);
    for (int i = 0; i < 4; i++)
        log_find(&log, TR_BINLOG_ROWS);
    assert_int_equal(log.event.rows.op, TR_OP_UPDATE);
    assert_true(log_row(&log, &row));
    for (size_t i = 0; i < 45; i++) {
        assert_int_equal(row.before[i].kind, i == 0 ? TR_CELL_VALUE : TR_CELL_ABSENT);
        assert_int_equal(row.after[i].kind, i == 31 ? TR_CELL_VALUE : TR_CELL_UNCHANGED);
    }
    assert_cell(&row.after[31], "6d696e");
    assert_int_equal(log_find(&log, TR_BINLOG_ROWS)->rows.op, TR_OP_DELETE);
    assert_true(log_row(&log, &row));
    assert_null(row.after);
    assert_cell(&row.before[0], "02000000");
    assert_int_equal(row.before[44].kind, TR_CELL_ABSENT);
    log_find(&log, TR_BINLOG_ROWS);
    assert_true(log_row(&log, &row));
    assert_int_equal(row.before[35].kind, TR_CELL_ABSENT);
    assert_int_equal(row.after[35].kind, TR_CELL_UNCHANGED);
    assert_cell(&row.after[31], "6e62");
    assert_cell(&row.after[44], "07000000");
    log_close(&log);
}

static void test_images(void **state)
{
    (void)state;
    check_images("mysql-types");
    check_images("mariadb-10-types");
    check_images("mariadb-11-types");
}

static void test_json_diffs(void **state)
{
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    log_open(&log, "mysql-json-tags");
    while (log_find(&log, TR_BINLOG_ROWS)->header.type != 39)
        ;
    assert_int_equal(log.event.rows.op, TR_OP_UPDATE);
    assert_true(log.event.rows.partial_json);
    assert_true(log_row(&log, &row));
    assert_int_equal(row.ndiffs, 2);
    assert_int_equal(row.diffs[0], 1);
    assert_int_equal(row.diffs[1], 3);
    assert_cell(&row.after[1], "0003242e7803050200"); /* replace $.x with int16 2 */
    assert_cell(&row.after[2], "01000000");
    assert_cell(&row.after[3], "");
    while (log_find(&log, TR_BINLOG_ROWS)->header.type != 39 ||
           (assert_true(log_row(&log, &row)), row.before[1].kind != TR_CELL_ABSENT))
        ; /* the MINIMAL one: nothing to apply the changes to */
    assert_int_equal(row.ndiffs, 1);
    assert_int_equal(row.diffs[0], 1);
    assert_int_equal(row.after[3].kind, TR_CELL_UNCHANGED);
    log_close(&log);
}

static void test_partitions_and_keys(void **state)
{
    struct log log;
    (void)state;

    log_open(&log, "mysql-transactions");
    struct tr_binlog_table *table = log_find(&log, TR_BINLOG_TABLE)->table;
    assert_true(tr_slice_is(table->name, "pk"));
    assert_int_equal(table->nkey, 2);
    assert_int_equal(table->key[0].column, 2);
    assert_int_equal(table->key[0].prefix, 0);
    assert_int_equal(table->key[1].column, 0);
    assert_int_equal(table->key[1].prefix, 3);
    while (log_find(&log, TR_BINLOG_ROWS)->rows.partition < 0)
        ;
    assert_int_equal(log.event.rows.partition, 0);
    assert_false(log.event.rows.ends_statement);
    assert_int_equal(log_find(&log, TR_BINLOG_ROWS)->rows.partition, 1);
    assert_true(log.event.rows.ends_statement);
    log_find(&log, TR_BINLOG_ROWS);
    assert_int_equal(log.event.rows.partition, 1);
    assert_int_equal(log.event.rows.old_partition, 0);
    log_close(&log);
}

static void test_columns_of_mysql_9(void **state)
{
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    log_open(&log, "mysql-json-tags");
    struct tr_binlog_table *table = log_find(&log, TR_BINLOG_TABLE)->table;
    assert_int_equal(table->ncolumns, 5);
    assert_column(table, "v", TR_BINLOG_FIELD_VECTOR, 4, 63);
    assert_int_equal(table->columns[1].dimension, 3);
    assert_int_equal(table->stated & TR_BINLOG_STATED_VISIBILITY, TR_BINLOG_STATED_VISIBILITY);
    assert_true(table->columns[1].visible);
    assert_false(table->columns[2].visible);
    log_find(&log, TR_BINLOG_ROWS);
    assert_true(log_row(&log, &row));
    assert_cell(&row.after[1], "0000803f0000004000004040");
    log_close(&log);
}

static void test_columns_of_mariadb(void **state)
{
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    log_open(&log, "mariadb-10-compressed");
    struct tr_binlog_table *table = log_find(&log, TR_BINLOG_TABLE)->table;
    assert_column(table, "t", TR_BINLOG_FIELD_TIME, 0, 0);
    assert_column(table, "d", TR_BINLOG_FIELD_DATETIME, 0, 0);
    assert_column(table, "ts", TR_BINLOG_FIELD_TIMESTAMP, 0, 0);
    log_find(&log, TR_BINLOG_ROWS);
    assert_true(log_row(&log, &row));
    assert_cell(&row.after[1], "c01dfe");
    assert_cell(&row.after[2], "80c5aa8b68120000");
    assert_cell(&row.after[3], "f079e065");
    assert_cell(&row.after[4], "4d000000");
    while (!tr_slice_is(log_find(&log, TR_BINLOG_TABLE)->table->name, "mi"))
        ;
    log_find(&log, TR_BINLOG_ROWS);
    assert_true(log_row(&log, &row));
    assert_cell(&row.after[1], "00000000000000000000000000000001");
    assert_cell(&row.after[2], "01020304");
    /* the server cuts zeros off the end of a UUID, as of every BINARY */
    assert_cell(&row.after[3], "123e4567e89b12d3a45642665544");
    log_close(&log);
}

static void forget(void *context, void *user)
{
    (void)context;
    ++*(int *)user;
}

/* The same bytes are the same table, and what hangs on it stays. */
static void test_tables_are_kept(void **state)
{
    int forgotten = 0;
    struct tr_binlog_params params = {.forget = forget};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 19, TABLE);
    struct tr_binlog_table *table = log.event.table;
    assert_int_equal(table->serial, 1);
    assert_null(table->user);
    table->user = &forgotten;
    log_accept(&log, 30, "070000000000 0100 0200 03 07 07");
    log_accept(&log, 19, TABLE);
    assert_ptr_equal(log.event.table, table);
    assert_ptr_equal(log.event.table->user, &forgotten);
    assert_int_equal(forgotten, 0);
    /* the same id with another name */
    log_accept(&log, 19, "070000000000 0000 01 7300 01 7500 03 030ffc 03 0500 02 07");
    assert_int_equal(forgotten, 1);
    assert_int_equal(log.event.table->serial, 2);
    assert_null(log.event.table->user);
    log.event.table->user = &forgotten;
    assert_true(tr_binlog_memory(log.binlog) > 0);
    tr_binlog_forget_tables(log.binlog);
    assert_int_equal(forgotten, 2);
    assert_int_equal(tr_binlog_memory(log.binlog), 0);
    log_close(&log);
}

/* A server that opens tables again and again gives them ever new ids. */
static void test_many_tables(void **state)
{
    int forgotten = 0, ntables = 10000;
    struct tr_binlog_params params = {.forget = forget};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    for (int i = 0; i < ntables; i++) {
        char table[64], rows[64];
        snprintf(table, sizeof table, "%02x%02x00000000 0000 01 7300 01 7400 01 03 00 01", i % 256,
                 i / 256);
        snprintf(rows, sizeof rows, "%02x%02x00000000 0100 0200 01 01 00 01000000", i % 256,
                 i / 256);
        log_accept(&log, 19, table);
        log.event.table->user = &forgotten;
        log_accept(&log, 30, rows);
    }
    assert_in_range(forgotten, ntables - 4096, ntables - 1);
    tr_binlog_forget_tables(log.binlog);
    assert_int_equal(forgotten, ntables);
    log_close(&log);
}

static void test_statements_end(void **state)
{
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    begin(&log);
    log_accept(&log, 30, "070000000000 0000 0200 03 07 00 01000000 01 78 0100 79");
    assert_false(log.event.rows.ends_statement);
    assert_int_equal(log.event.rows.size, 10);
    log_accept(&log, 30, "070000000000 0100 0200 03 07 07");
    assert_true(log_row(&log, &row));
    assert_int_equal(row.after[2].kind, TR_CELL_NULL);
    assert_false(log_row(&log, &row));
    log_refuse(&log, 30, "070000000000 0100 0200 03 07 07", "has no TABLE_MAP of that id");
    log_close(&log);
    begin(&log);
    log_accept(&log, 30, "ffffffffffff 0100 0200 01 00");
    assert_null(log.event.rows.table);
    assert_true(log.event.rows.ends_statement);
    assert_false(log_row(&log, &row));
    log_close(&log);
}

/* NDB's extra data in front, then the partition; an unknown kind ends them. */
static void test_extra_data(void **state)
{
    struct log log;
    (void)state;

    begin(&log);
    log_accept(&log, 30, "070000000000 0000 0900 0003ffff 010500 03 07 07");
    assert_int_equal(log.event.rows.partition, 5);
    log_accept(&log, 31, "070000000000 0000 0700 0105000600 03 07 07 07 07");
    assert_int_equal(log.event.rows.partition, 5);
    assert_int_equal(log.event.rows.old_partition, 6);
    log_accept(&log, 30, "070000000000 0000 0600 09ffffff 03 07 07");
    assert_int_equal(log.event.rows.partition, -1);
    log_refuse(&log, 30, "070000000000 0000 0300 01 03 07 07", "is cut off");
    log_refuse(&log, 30, "070000000000 0000 0100 03 07 07", "is cut off");
    log_close(&log);
}

static void refuse_row(struct log *log, unsigned type, const char *body, const char *part)
{
    struct tr_binlog_row row;

    log_accept(log, type, body);
    log_assert_refused(log, tr_binlog_next_row(log->binlog, &row, &log->diag), part);
    assert_int_equal(tr_binlog_next_row(log->binlog, &row, &log->diag), TR_BINLOG_END);
}

static void test_bad_rows(void **state)
{
    struct log log;
    (void)state;

    begin(&log);
    refuse_row(&log, 30, "070000000000 0000 0200 03 07 00 010000", "s.t that is cut off");
    refuse_row(&log, 30, "070000000000 0000 0200 03 07 00 01000000 0278", "is cut off");
    refuse_row(&log, 30, "070000000000 0000 0200 03 07 00 01000000 0178 0500 78", "is cut off");
    refuse_row(&log, 31, "070000000000 0000 0200 03 07 07 07", "is cut off");
    refuse_row(&log, 39, "070000000000 0000 0200 03 07 07 07 02 07", "unknown options 2");
    log_refuse(&log, 30, "070000000000 0000 0200 02 03 03", "2 columns, and table s.t has 3");
    log_refuse(&log, 30, "070000000000 0000 0200 03 00 00", "1 bytes of rows without columns");
    log_refuse(&log, 30, "070000000000 0000 0200 03", "is cut off");
    log_close(&log);
}

static void test_bad_tables(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

#define NAMED "070000000000 0000 01 7300 01 7400 "
    log_begin(&log, &params);
    log_refuse(&log, 19, NAMED "fcffff", "65535 columns");
    log_refuse(&log, 19, NAMED "01 03 00", "is cut off");
    log_refuse(&log, 19, NAMED "01 00 00 00", "unknown type 0");
    log_refuse(&log, 19, NAMED "01 f4 00 00", "unknown type 244");
    log_refuse(&log, 19, NAMED "01 0f 01 05 00", "don't fit the types of table s.t");
    log_refuse(&log, 19, NAMED "01 03 01 05 00", "don't fit the types of table s.t");
    log_refuse(&log, 19, NAMED "01 f6 02 0506 00", "type 246 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 f6 02 4200 00", "type 246 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 10 02 0800 00", "type 16 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 12 01 07 00", "type 18 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 04 01 08 00", "type 4 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 fc 01 05 00", "type 252 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 fe 02 f709 00", "type 247 with the impossible metadata");
    log_refuse(&log, 19, NAMED "01 fe 02 0505 00", "really a 5");
    /* signedness of two bytes, a charset for a column that isn't there, a key beyond the table,
     * members of nothing, a name missing */
    log_refuse(&log, 19, NAMED "01 03 00 00 01020000", "type 1 that don't fit");
    log_refuse(&log, 19, NAMED "01 03 00 00 02033f0008", "type 2 that don't fit");
    log_refuse(&log, 19, NAMED "01 03 00 00 080101", "type 8 that don't fit");
    log_refuse(&log, 19, NAMED "01 03 00 00 06020161", "type 6 that don't fit");
    log_refuse(&log, 19, NAMED "01 03 00 00 0400", "type 4 that don't fit");
    log_refuse(&log, 19, NAMED "01 03 00 00 0109", "is cut off in its optional metadata");
    log_accept(&log, 19, NAMED "01 03 00 00 630101"); /* a block from the future */
    assert_int_equal(log.event.table->stated, 0);
    /* arrays of a multi-valued index: of integers, of texts */
    log_accept(&log, 19, NAMED "02 1414 05 08 0f0a0000 00");
    assert_int_equal(log.event.table->columns[1].type, TR_BINLOG_FIELD_TYPED_ARRAY);
    log_refuse(&log, 19, NAMED "01 14 01 14 00", "array of arrays");
    log_close(&log);
#undef NAMED
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_minimal_metadata),
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_json_diffs),
        cmocka_unit_test(test_partitions_and_keys),
        cmocka_unit_test(test_columns_of_mysql_9),
        cmocka_unit_test(test_columns_of_mariadb),
        cmocka_unit_test(test_tables_are_kept),
        cmocka_unit_test(test_many_tables),
        cmocka_unit_test(test_statements_end),
        cmocka_unit_test(test_extra_data),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
