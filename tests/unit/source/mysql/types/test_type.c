/* Types from their spelling and from a TABLE_MAP, and which of them fit each other. */
#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};

static void test_spelling(void **state)
{
    static const struct {
        const char *spelling, *name;
        int32_t length, scale;
        enum tr_mysql_kind kind;
    } cases[] = {
        {"int", "INT", -1, -1, TR_MYSQL_INT},
        {"int(11)", "INT", 11, -1, TR_MYSQL_INT},
        {"int(5) unsigned zerofill", "INT UNSIGNED ZEROFILL", 5, -1, TR_MYSQL_INT},
        {"bigint unsigned", "BIGINT UNSIGNED", -1, -1, TR_MYSQL_BIGINT},
        {"decimal(10,2)", "DECIMAL", 10, 2, TR_MYSQL_DECIMAL},
        {"float(7,3) unsigned", "FLOAT UNSIGNED", 7, 3, TR_MYSQL_FLOAT},
        {"double(8,2) unsigned zerofill", "DOUBLE UNSIGNED ZEROFILL", 8, 2, TR_MYSQL_DOUBLE},
        {"datetime(6)", "DATETIME", 6, -1, TR_MYSQL_DATETIME},
        {"datetime /* mariadb-5.3 */", "DATETIME", -1, -1, TR_MYSQL_DATETIME},
        {"year(4)", "YEAR", 4, -1, TR_MYSQL_YEAR},
        {"varchar(50)", "VARCHAR", 50, -1, TR_MYSQL_VARCHAR},
        {"varchar(10) /*M!100301 COMPRESSED*/", "VARCHAR", 10, -1, TR_MYSQL_VARCHAR},
        {"mediumtext", "MEDIUMTEXT", -1, -1, TR_MYSQL_TEXT},
        {"varbinary(16)", "VARBINARY", 16, -1, TR_MYSQL_VARBINARY},
        {"enum('a','b')", "ENUM", 1, -1, TR_MYSQL_ENUM},
        {"set('a','b','c')", "SET", 5, -1, TR_MYSQL_SET},
        {"geomcollection", "GEOMCOLLECTION", -1, -1, TR_MYSQL_GEOMETRY},
        {"point", "POINT", -1, -1, TR_MYSQL_POINT},
        {"vector(3)", "VECTOR", 3, -1, TR_MYSQL_VECTOR},
        {"inet6", "INET6", -1, -1, TR_MYSQL_INET6},
        {"xmltype", "XMLTYPE", -1, -1, TR_MYSQL_UNKNOWN},
        {"", "", -1, -1, TR_MYSQL_UNKNOWN},
        {"enum('a", "ENUM", 1, -1, TR_MYSQL_UNKNOWN},
        {"enum(a)", "ENUM", 1, -1, TR_MYSQL_UNKNOWN},
        {"enum", "ENUM", 1, -1, TR_MYSQL_UNKNOWN},
    };
    struct fixture fixture;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        init_fixture(&fixture, &options, cases[i].spelling);
        assert_int_equal(fixture.type->kind, cases[i].kind);
        assert_int_equal(fixture.rc, cases[i].kind == TR_MYSQL_UNKNOWN ? 1 : 0);
        assert_string_equal(fixture.column.type_name, cases[i].name);
        if (fixture.type->kind != TR_MYSQL_UNKNOWN) {
            assert_int_equal(fixture.column.length, cases[i].length);
            assert_int_equal(fixture.column.scale, cases[i].scale);
        }
        finish_fixture(&fixture);
    }
}

static void test_members(void **state)
{
    static const char *const members[] = {"a\\b", "it's", "n\nl", "q\"", "x,y", "", "("};
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "enum('a\\\\b','it''s','n\\nl','q\"','x,y','','(')");
    assert_int_equal(fixture.type->nmembers, TR_COUNT(members));
    for (size_t i = 0; i < TR_COUNT(members); i++)
        assert_string_equal(fixture.type->members[i], members[i]);
    assert_false(fixture.type->members_doubtful);
    finish_fixture(&fixture);
    init_fixture(&fixture, &options, "set('a','?')");
    assert_true(fixture.type->members_doubtful);
    finish_fixture(&fixture);
}

static void test_unknown_charset(void **state)
{
    const struct tr_mysql_type *type;
    struct tr_arena arena;
    struct tr_diag diag;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(tr_mysql_type_parse("varchar(9)", "klingon", &arena, &type, &diag), -1);
    assert_non_null(strstr(diag.message, "character set klingon is unknown"));
    assert_int_equal(tr_mysql_type_parse("varbinary(9)", "binary", &arena, &type, &diag), 0);
    tr_arena_finish(&arena);
}

/* ---- the log --------------------------------------------------------------------------------- */

struct log_case {
    struct tr_binlog_column column;
    const char *printed;
};

static void test_types_of_the_log(void **state)
{
    static const struct log_case cases[] = {
        {{.type = TR_BINLOG_FIELD_LONG}, "INT"},
        {{.type = TR_BINLOG_FIELD_LONGLONG, .is_unsigned = true}, "BIGINT UNSIGNED"},
        {{.type = TR_BINLOG_FIELD_NEWDECIMAL, .metadata = 10 << 8 | 2}, "DECIMAL(10,2)"},
        {{.type = TR_BINLOG_FIELD_YEAR, .is_unsigned = true}, "YEAR"},
        {{.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 40, .charset = 45}, "VARCHAR(10)"},
        {{.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 40, .charset = 63}, "VARBINARY(40)"},
        {{.type = TR_BINLOG_FIELD_STRING, .metadata = 5, .charset = 8}, "CHAR(5)"},
        {{.type = TR_BINLOG_FIELD_STRING, .metadata = 16}, "BINARY(16)"},
        {{.type = TR_BINLOG_FIELD_BLOB, .metadata = 4, .charset = 45}, "LONGTEXT"},
        {{.type = TR_BINLOG_FIELD_BLOB, .metadata = 1, .charset = 63}, "TINYBLOB"},
        {{.type = TR_BINLOG_FIELD_DATETIME2, .metadata = 6}, "DATETIME(6)"},
        {{.type = TR_BINLOG_FIELD_DATETIME2, .metadata = 7}, "DATETIME"}, /* there is no such */
        {{.type = TR_BINLOG_FIELD_GEOMETRY, .geometry = 3}, "POLYGON"},
        {{.type = TR_BINLOG_FIELD_VECTOR, .dimension = 3}, "VECTOR(3)"},
        {{.type = TR_BINLOG_FIELD_TYPED_ARRAY}, "UNKNOWN"},
    };
    const struct tr_mysql_type *type;
    struct tr_arena arena;
    struct tr_diag diag;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(tr_mysql_type_of_log(&cases[i].column, &arena, &type, &diag), 0);
        assert_string_equal(tr_mysql_type_print(type, &arena), cases[i].printed);
    }
    assert_int_equal(type->kind, TR_MYSQL_UNKNOWN);
    tr_arena_finish(&arena);
}

#define SIGN    TR_BINLOG_STATED_SIGNEDNESS
#define CHARSET TR_BINLOG_STATED_CHARSET

static void test_fit(void **state)
{
    static const struct {
        const char *spelling;
        struct tr_binlog_column column;
        unsigned stated;
        bool fits;
    } cases[] = {
        {"int", {.type = TR_BINLOG_FIELD_LONG}, SIGN, true},
        {"int", {.type = TR_BINLOG_FIELD_LONG, .is_unsigned = true}, SIGN, false},
        {"int", {.type = TR_BINLOG_FIELD_LONG, .is_unsigned = true}, 0, true},
        {"int", {.type = TR_BINLOG_FIELD_LONGLONG}, SIGN, false},
        {"year", {.type = TR_BINLOG_FIELD_YEAR, .is_unsigned = true}, SIGN, true},
        {"decimal(10,2)", {.type = TR_BINLOG_FIELD_NEWDECIMAL, .metadata = 0xa02}, 0, true},
        {"decimal(10,2)", {.type = TR_BINLOG_FIELD_NEWDECIMAL, .metadata = 0xa03}, 0, false},
        {"bit(3)", {.type = TR_BINLOG_FIELD_BIT, .metadata = 4}, 0, false},
        {"time(3)", {.type = TR_BINLOG_FIELD_TIME2, .metadata = 3}, 0, true},
        {"time(3)", {.type = TR_BINLOG_FIELD_TIME2, .metadata = 2}, 0, false},
        {"time", {.type = TR_BINLOG_FIELD_TIME}, 0, true},
        {"varchar(9)",
         {.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 36, .charset = 255},
         CHARSET,
         true},
        {"varchar(9)",
         {.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 36, .charset = 8},
         CHARSET,
         false},
        {"varchar(9)", {.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 36}, 0, true},
        {"varchar(9)", {.type = TR_BINLOG_FIELD_VARCHAR_COMPRESSED, .charset = 45}, CHARSET, true},
        {"varbinary(9)", {.type = TR_BINLOG_FIELD_VARCHAR, .charset = 45}, CHARSET, false},
        {"text", {.type = TR_BINLOG_FIELD_BLOB, .metadata = 2, .charset = 45}, CHARSET, true},
        {"text", {.type = TR_BINLOG_FIELD_BLOB, .metadata = 2, .charset = 63}, CHARSET, false},
        {"json", {.type = TR_BINLOG_FIELD_JSON, .metadata = 4}, CHARSET, true},
        {"uuid", {.type = TR_BINLOG_FIELD_STRING, .metadata = 16, .charset = 63}, CHARSET, true},
        {"inet4", {.type = TR_BINLOG_FIELD_STRING, .metadata = 16, .charset = 63}, CHARSET, false},
        {"point", {.type = TR_BINLOG_FIELD_GEOMETRY, .geometry = 1}, 0, true},
        {"vector(3)",
         {.type = TR_BINLOG_FIELD_VARCHAR, .metadata = 12, .charset = 63},
         CHARSET,
         true},
        {"xmltype", {.type = TR_BINLOG_FIELD_BLOB}, 0, true},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        const struct tr_mysql_logged logged = {&cases[i].column, cases[i].stated};
        const struct tr_mysql_type *type;
        struct fixture fixture;
        init_fixture(&fixture, &options, cases[i].spelling);
        int rc = tr_mysql_type_fit(fixture.type, logged, &fixture.arena, &type, &fixture.diag);
        if (rc != !cases[i].fits)
            fail_msg("%s, case %zu: %d", cases[i].spelling, i, rc);
        finish_fixture(&fixture);
    }
}

/* MariaDB with mysql56_temporal_format=OFF. */
static void test_times_without_size(void **state)
{
    static const struct tr_binlog_column column = {.type = TR_BINLOG_FIELD_TIME};
    const struct tr_mysql_type *type;
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "time(3) /* mariadb-5.3 */");
    assert_int_equal(tr_mysql_type_fit(fixture.type, (struct tr_mysql_logged){&column, 0},
                                       &fixture.arena, &type, &fixture.diag),
                     -1);
    assert_non_null(strstr(fixture.diag.message, "mysql56_temporal_format=ON"));
    finish_fixture(&fixture);
    init_fixture(&fixture, &options, "time /* mariadb-5.3 */");
    assert_int_equal(tr_mysql_type_fit(fixture.type, (struct tr_mysql_logged){&column, 0},
                                       &fixture.arena, &type, &fixture.diag),
                     0);
    finish_fixture(&fixture);
}

static void test_members_of_the_log(void **state)
{
    static const char bytes[] = "\x01"
                                "a"
                                "\x04"
                                "\360\237\230\200";
    const struct tr_binlog_column column = {.type = TR_BINLOG_FIELD_ENUM,
                                            .metadata = 1,
                                            .charset = 45,
                                            .members = {bytes, sizeof bytes - 1},
                                            .nmembers = 2};
    const struct tr_mysql_logged logged = {&column, TR_BINLOG_STATED_ENUM};
    const struct tr_mysql_type *type;
    struct fixture fixture;

    (void)state;
    init_fixture(&fixture, &options, "enum('a','?')");
    assert_int_equal(tr_mysql_type_fit(fixture.type, logged, &fixture.arena, &type, &fixture.diag),
                     0);
    assert_string_equal(type->members[1], "\360\237\230\200");
    assert_false(type->members_doubtful);
    finish_fixture(&fixture);
    init_fixture(&fixture, &options, "enum('a','b')");
    assert_int_equal(tr_mysql_type_fit(fixture.type, logged, &fixture.arena, &type, &fixture.diag),
                     1);
    finish_fixture(&fixture);
    init_fixture(&fixture, &options, "enum('a','b','c')");
    assert_int_equal(tr_mysql_type_fit(fixture.type, logged, &fixture.arena, &type, &fixture.diag),
                     1);
    finish_fixture(&fixture);
}

static void test_select(void **state)
{
    static const struct {
        const char *spelling, *expected;
    } cases[] = {
        {"int", "`c`"},
        {"float", "`c`*1e0"},
        {"double", "`c`"},
        {"double(10,2)", "`c`*1e0"},
        {"enum('a')", "CAST(`c` AS UNSIGNED)"},
        {"set('?')", "CONCAT(CAST(`c` AS UNSIGNED),':',CONVERT(`c` USING utf8mb4))"},
    };
    struct fixture fixture;
    struct tr_buf sql;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        init_fixture(&fixture, &options, cases[i].spelling);
        tr_buf_init(&sql, 1000);
        tr_mysql_type_select(fixture.type, "`c`", &sql);
        assert_string_equal(tr_buf_string(&sql), cases[i].expected);
        tr_buf_finish(&sql);
        finish_fixture(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelling),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_unknown_charset),
        cmocka_unit_test(test_types_of_the_log),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_times_without_size),
        cmocka_unit_test(test_members_of_the_log),
        cmocka_unit_test(test_select),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
