#include "source/mysql/statement.h"

#include <stdio.h>

#include "base/buf.h"
#include "support/cmocka.h"

static const struct tr_mysql_reading mysql = {.database = {"inv", 3}, .version = 90704};
static const struct tr_mysql_reading mariadb = {
    .database = {"inv", 3}, .version = 101119, .mariadb = true};

static void put_name(struct tr_buf *buf, const struct tr_mysql_table_name *name)
{
    tr_buf_printf(buf, "%.*s.%.*s", (int)name->database.n, name->database.p, (int)name->table.n,
                  name->table.p);
}

/* "tables>renames [exists] [begins] [moves] [=database] [xid]" */
static void describe(const struct tr_mysql_statement *statement, struct tr_buf *buf)
{
    for (size_t i = 0; i < statement->ntables; i++) {
        tr_buf_text(buf, i ? " " : "");
        put_name(buf, &statement->tables[i]);
        if (statement->renames && statement->renames[i].table.n) {
            tr_buf_text(buf, ">");
            put_name(buf, &statement->renames[i]);
        }
    }
    tr_buf_text(buf, statement->exists ? " exists" : "");
    tr_buf_text(buf, statement->begins ? " begins" : "");
    tr_buf_text(buf, statement->moves ? " moves" : "");
    if (statement->database.n)
        tr_buf_printf(buf, "=%.*s", (int)statement->database.n, statement->database.p);
    if (statement->xid.n)
        tr_buf_printf(buf, " %.*s", (int)statement->xid.n, statement->xid.p);
}

static void check_as(const struct tr_mysql_reading *reading, const char *text,
                     enum tr_mysql_statement_kind kind, const char *expected)
{
    struct tr_mysql_statement statement;
    struct tr_arena arena;
    struct tr_buf buf;
    struct tr_diag diag;

    tr_arena_init(&arena, 1024, 1 << 20);
    tr_buf_init(&buf, 4096);
    assert_int_equal(tr_mysql_statement_read(tr_slice_of(text), reading, &arena, &statement, &diag),
                     0);
    describe(&statement, &buf);
    if (statement.kind != kind || strcmp(tr_buf_string(&buf), expected) != 0)
        print_error("%s: kind %d, \"%s\"\n", text, (int)statement.kind, tr_buf_string(&buf));
    assert_int_equal(statement.kind, kind);
    assert_string_equal(tr_buf_string(&buf), expected);
    tr_buf_finish(&buf);
    tr_arena_finish(&arena);
}

static void check(const char *text, enum tr_mysql_statement_kind kind, const char *expected)
{
    check_as(&mysql, text, kind, expected);
    check_as(&mariadb, text, kind, expected);
}

static void test_transactions(void **state)
{
    (void)state;
    check("BEGIN", TR_MYSQL_SQL_BEGIN, "");
    check("START TRANSACTION", TR_MYSQL_SQL_BEGIN, "");
    check("COMMIT", TR_MYSQL_SQL_COMMIT, "");
    check("ROLLBACK", TR_MYSQL_SQL_ROLLBACK, "");
    check("ROLLBACK WORK", TR_MYSQL_SQL_ROLLBACK, "");
    check("ROLLBACK TO `a b`", TR_MYSQL_SQL_ROLLBACK_TO, "");
    check("SAVEPOINT `a b`", TR_MYSQL_SQL_SAVEPOINT, "");
    check("XA START X'78',X'',1", TR_MYSQL_SQL_XA_START, " X'78',X'',1");
    check("XA END X'78',X'',1", TR_MYSQL_SQL_XA_END, " X'78',X'',1");
    check("XA COMMIT X'78',X'',1 ONE PHASE", TR_MYSQL_SQL_XA_COMMIT, " X'78',X'',1");
    check("XA ROLLBACK 'x'", TR_MYSQL_SQL_XA_ROLLBACK, " 'x'");
    check("XA PREPARE 'x'", TR_MYSQL_SQL_XA_PREPARE, " 'x'");
    check("XA RECOVER", TR_MYSQL_SQL_UNKNOWN, "");
}

static void test_rows(void **state)
{
    (void)state;
    check("INSERT INTO t VALUES (1)", TR_MYSQL_SQL_ROWS, "inv.t");
    check("insert low_priority ignore into a.t set x=1", TR_MYSQL_SQL_ROWS, "a.t");
    check("REPLACE t VALUES (1)", TR_MYSQL_SQL_ROWS, "inv.t");
    check("delete quick from a.t where x", TR_MYSQL_SQL_ROWS, "a.t");
    check("DELETE a.t FROM b.u AS t", TR_MYSQL_SQL_ROWS, "");
    check("DELETE FROM t USING b.u AS t", TR_MYSQL_SQL_ROWS, "");
    check("DELETE FROM t.* USING b.u AS t", TR_MYSQL_SQL_ROWS, "");
    check("UPDATE t SET a=1", TR_MYSQL_SQL_ROWS, "inv.t");
    check("UPDATE t, u SET t.a=1", TR_MYSQL_SQL_ROWS, "");
    check("UPDATE t LEFT JOIN u ON 1 SET t.a=1", TR_MYSQL_SQL_ROWS, "");
    check("DELETE QUICK FROM `t` WHERE 1", TR_MYSQL_SQL_ROWS, "inv.t");
    check("DELETE t, u FROM t JOIN u", TR_MYSQL_SQL_ROWS, "");
    check("LOAD DATA INFILE 'x' INTO TABLE t", TR_MYSQL_SQL_ROWS, "");
    check("LOAD INDEX INTO CACHE t", TR_MYSQL_SQL_HARMLESS, "");
    check("WITH a AS (SELECT 1) DELETE FROM t", TR_MYSQL_SQL_ROWS, "");
    check("(SELECT f())", TR_MYSQL_SQL_ROWS, "");
    check("SELECT f()", TR_MYSQL_SQL_ROWS, "");
    check("CALL p()", TR_MYSQL_SQL_ROWS, "");
    check("ANALYZE UPDATE t SET a=1", TR_MYSQL_SQL_ROWS, "");
    check("ANALYZE LOCAL TABLE t", TR_MYSQL_SQL_HARMLESS, "");
    check("/* INSERT */ -- CREATE\n# DROP\n\tdelete from t", TR_MYSQL_SQL_ROWS, "inv.t");
}

static void test_create(void **state)
{
    (void)state;
    check("CREATE TABLE t (a int)", TR_MYSQL_SQL_CREATE_TABLE, "inv.t");
    check("create table if not exists `a b` . `c``d` (x int)", TR_MYSQL_SQL_CREATE_TABLE,
          "a b.c`d exists");
    check("CREATE OR REPLACE TABLE db.t LIKE x", TR_MYSQL_SQL_CREATE_TABLE, "db.t");
    check("CREATE TABLE `t` (\n `id` int\n) START TRANSACTION", TR_MYSQL_SQL_CREATE_TABLE,
          "inv.t begins");
    check("CREATE TABLE t (a int COMMENT 'x START TRANSACTION') COMMENT='START TRANSACTION'",
          TR_MYSQL_SQL_CREATE_TABLE, "inv.t");
    check("CREATE TEMPORARY TABLE t (a int)", TR_MYSQL_SQL_HARMLESS, "inv.t");
    check("CREATE UNIQUE INDEX i USING BTREE ON x.t (a)", TR_MYSQL_SQL_ALTER_TABLE, "x.t");
    check("CREATE INDEX IF NOT EXISTS `ON` ON t (a)", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("CREATE DATABASE IF NOT EXISTS `o` CHARACTER SET x", TR_MYSQL_SQL_CREATE_DATABASE,
          " exists=o");
    check("create schema o", TR_MYSQL_SQL_CREATE_DATABASE, "=o");
    check("CREATE DEFINER=`root`@`%` TRIGGER a BEFORE INSERT ON t FOR EACH ROW DELETE FROM u",
          TR_MYSQL_SQL_HARMLESS, "");
    check("CREATE ALGORITHM=MERGE VIEW v AS SELECT 1", TR_MYSQL_SQL_HARMLESS, "");
    check("CREATE OR REPLACE SEQUENCE s", TR_MYSQL_SQL_SEQUENCE, "");
    check("CREATE USER u", TR_MYSQL_SQL_HARMLESS, "");
    check("CREATE TABLE", TR_MYSQL_SQL_UNKNOWN, "");
}

static void test_alter(void **state)
{
    (void)state;
    check("ALTER TABLE t ADD a INT, DROP b", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("alter online ignore table if exists a.t add (x int, rename int)",
          TR_MYSQL_SQL_ALTER_TABLE, "a.t exists");
    check("ALTER TABLE t RENAME TO u", TR_MYSQL_SQL_ALTER_TABLE, "inv.t>inv.u");
    check("ALTER TABLE t ADD x INT DEFAULT (f(1,2)), RENAME AS b.u", TR_MYSQL_SQL_ALTER_TABLE,
          "inv.t>b.u");
    check("ALTER TABLE t RENAME = u", TR_MYSQL_SQL_ALTER_TABLE, "inv.t>inv.u");
    check("ALTER TABLE t RENAME u", TR_MYSQL_SQL_ALTER_TABLE, "inv.t>inv.u");
    check("ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j, RENAME KEY k TO l",
          TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("ALTER TABLE t COMMENT ', RENAME TO x'", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("ALTER TABLE t WAIT 5 ADD a INT", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("ALTER TABLE p TRUNCATE PARTITION p0", TR_MYSQL_SQL_ALTER_TABLE, "inv.p moves");
    check("ALTER TABLE p DROP PARTITION p0", TR_MYSQL_SQL_ALTER_TABLE, "inv.p moves");
    check("ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE x.q WITHOUT VALIDATION",
          TR_MYSQL_SQL_ALTER_TABLE, "inv.p x.q moves");
    check("ALTER TABLE p CONVERT PARTITION p0 TO TABLE q", TR_MYSQL_SQL_ALTER_TABLE,
          "inv.p inv.q moves");
    check("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("ALTER TABLE t", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("ALTER DATABASE o COLLATE x", TR_MYSQL_SQL_ALTER_DATABASE, "=o");
    check("ALTER SCHEMA DEFAULT CHARACTER SET x", TR_MYSQL_SQL_ALTER_DATABASE, "=inv");
    check("ALTER VIEW v AS SELECT 1", TR_MYSQL_SQL_HARMLESS, "");
    check("ALTER USER u IDENTIFIED BY 'x'", TR_MYSQL_SQL_HARMLESS, "");
}

static void test_drop_and_rename(void **state)
{
    (void)state;
    check("DROP TABLE IF EXISTS `t`,`u` /* generated by server */", TR_MYSQL_SQL_DROP_TABLE,
          "inv.t inv.u exists");
    check("DROP TABLES a.t, u CASCADE", TR_MYSQL_SQL_DROP_TABLE, "a.t inv.u");
    check("DROP TEMPORARY TABLE t", TR_MYSQL_SQL_HARMLESS, "");
    check("DROP INDEX i ON t", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("DROP DATABASE IF EXISTS o", TR_MYSQL_SQL_DROP_DATABASE, " exists=o");
    check("DROP VIEW v", TR_MYSQL_SQL_HARMLESS, "");
    check("DROP PREPARE s", TR_MYSQL_SQL_HARMLESS, "");
    check("RENAME TABLE t TO u, a.b TO c.d", TR_MYSQL_SQL_RENAME_TABLE, "inv.t>inv.u a.b>c.d");
    check("RENAME TABLE a TO b, c TO d, e TO f, g TO h, i TO j", TR_MYSQL_SQL_RENAME_TABLE,
          "inv.a>inv.b inv.c>inv.d inv.e>inv.f inv.g>inv.h inv.i>inv.j");
    check("RENAME TABLE t NOWAIT TO u", TR_MYSQL_SQL_RENAME_TABLE, "inv.t>inv.u");
    check("RENAME USER a TO b", TR_MYSQL_SQL_HARMLESS, "");
    check("TRUNCATE t", TR_MYSQL_SQL_TRUNCATE_TABLE, "inv.t");
    check("TRUNCATE TABLE a.t", TR_MYSQL_SQL_TRUNCATE_TABLE, "a.t");
}

static void test_others(void **state)
{
    (void)state;
    check("SET PASSWORD = 'x'", TR_MYSQL_SQL_HARMLESS, "");
    check("SET character_set_server=utf8mb4", TR_MYSQL_SQL_SESSION, "");
    check("FLUSH TABLES", TR_MYSQL_SQL_SESSION, "");
    check("SET STATEMENT max_statement_time=1, x='FOR' FOR DROP TABLE t", TR_MYSQL_SQL_DROP_TABLE,
          "inv.t");
    check("SET STATEMENT a=1 FOR SET STATEMENT a=1 FOR DROP TABLE t", TR_MYSQL_SQL_UNKNOWN, "");
    check("GRANT SELECT ON *.* TO u", TR_MYSQL_SQL_HARMLESS, "");
    check("OPTIMIZE TABLE t", TR_MYSQL_SQL_HARMLESS, "");
    check("FROBNICATE t", TR_MYSQL_SQL_UNKNOWN, "");
    check("# Dummy event replacing event type 160 that slave cannot handle.", TR_MYSQL_SQL_UNKNOWN,
          "");
    check("", TR_MYSQL_SQL_UNKNOWN, "");
    check("/*", TR_MYSQL_SQL_UNKNOWN, "");
    check("DROP TABLE `t", TR_MYSQL_SQL_DROP_TABLE, "inv.");
}

static void test_quotes(void **state)
{
    struct tr_mysql_reading ansi = mysql;
    (void)state;

    check("DROP TABLE \"t\"", TR_MYSQL_SQL_UNKNOWN, "");
    ansi.ansi_quotes = true;
    check_as(&ansi, "DROP TABLE \"a\"\"b\".\"t\"", TR_MYSQL_SQL_DROP_TABLE, "a\"b.t");
}

static void test_executable_comments(void **state)
{
    struct tr_mysql_statement statement;
    struct tr_arena arena;
    struct tr_diag diag;
    (void)state;

    check("/*!40000 ALTER TABLE t ADD k INT */", TR_MYSQL_SQL_ALTER_TABLE, "inv.t");
    check("DROP TABLE /*!40000 IF EXISTS */ t /* a */ , u", TR_MYSQL_SQL_DROP_TABLE,
          "inv.t inv.u exists");
    check("/*!999999 /* a */ DROP TABLE t */ BEGIN", TR_MYSQL_SQL_BEGIN, "");
    check_as(&mysql, "/*!50701 DROP TABLE t */", TR_MYSQL_SQL_DROP_TABLE, "inv.t");
    check_as(&mariadb, "/*!50701 DROP TABLE t */", TR_MYSQL_SQL_UNKNOWN, "");
    check_as(&mysql, "/*M! DROP TABLE t */", TR_MYSQL_SQL_UNKNOWN, "");
    check_as(&mariadb, "/*M!100100 DROP TABLE t */", TR_MYSQL_SQL_DROP_TABLE, "inv.t");
    check_as(&mariadb, "/*!101000 DROP TABLE t */", TR_MYSQL_SQL_DROP_TABLE, "inv.t");

    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(tr_mysql_statement_read(TR_SLICE(" /*!40000 ALTER TABLE t ADD k INT */ ;"),
                                             &mysql, &arena, &statement, &diag),
                     0);
    assert_true(tr_slice_is(statement.text, "ALTER TABLE t ADD k INT"));
    assert_int_equal(tr_mysql_statement_read(TR_SLICE("/*!40000 DROP */ TABLE t /*! CASCADE */"),
                                             &mysql, &arena, &statement, &diag),
                     0);
    assert_true(tr_slice_is(statement.text, "/*!40000 DROP */ TABLE t /*! CASCADE */"));
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transactions),    cmocka_unit_test(test_rows),
        cmocka_unit_test(test_create),          cmocka_unit_test(test_alter),
        cmocka_unit_test(test_drop_and_rename), cmocka_unit_test(test_others),
        cmocka_unit_test(test_quotes),          cmocka_unit_test(test_executable_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
