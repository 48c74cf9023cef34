/* Definitions without a server: as texts, brought together with table maps, and what DDL does to
 * those that are kept. */
#include <stdlib.h>

#include "source/mysql/definitions.h"
#include "source/mysql/mysql-type.h"
#include "source/mysql/source-block.h"
#include "source/mysql/types.h"
#include "support/cmocka.h"

struct fixture {
    struct tr_connector_options options;
    struct tr_mysql_context context;
    struct tr_mysql_type_map types;
    struct tr_arena arena;
    struct tr_capture *capture;
    struct tr_mysql_session session;
    struct tr_mysql_definitions *definitions;
    struct tr_batch *batch;
    struct tr_diag diag;
};

static int setup(void **state)
{
    static const char *const excluded[] = {"inv\\.hidden"};
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->options.capture = (struct tr_capture_options){
        .topic_prefix = "p",
        .topic_delimiter = ".",
        .table_exclude = {excluded, 1},
        .key = {.replace_null_with_default = true},
        .value = {.replace_null_with_default = true},
    };
    f->context.options = &f->options;
    tr_arena_init(&f->arena, 4096, 1 << 20);
    tr_mysql_type_map_init(&f->types, &f->options.capture);
    const struct tr_capture_params params = {
        .options = &f->options.capture,
        .connector = "mysql",
        .source_schema = tr_mysql_source_schema_new(&f->arena, false),
        .types = &f->types.map,
    };
    assert_int_equal(tr_capture_new(&params, &f->capture, &f->diag), 0);
    f->batch = tr_batch_new(4096, 1 << 20);
    assert_non_null(f->batch);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    tr_mysql_definitions_free(f->definitions);
    tr_capture_free(f->capture);
    tr_batch_free(f->batch);
    tr_arena_finish(&f->arena);
    free(f);
    return 0;
}

static const char text_of_t[] =
    "{\"version\":1,\"file\":\"log.000002\",\"pos\":100,\"database\":\"inv\",\"table\":\"t\","
    "\"collation\":\"utf8mb4_bin\",\"primary\":true,\"sequence\":false,\"hidden_period\":false,"
    "\"columns\":[{\"name\":\"v\",\"type\":\"varchar(10)\",\"default\":\"'it''s'\",\"charset\":"
    "\"utf8mb4\",\"collation\":\"utf8mb4_bin\",\"comment\":\"a \\\"b\\\"\",\"nullable\":true,"
    "\"auto_increment\":false,\"on_update\":false,\"generated\":false,\"invisible\":true},"
    "{\"name\":\"id\",\"type\":\"int unsigned\",\"nullable\":false,\"auto_increment\":true,"
    "\"on_update\":false,\"generated\":false,\"invisible\":false}],\"key\":[\"id\"]}";

static struct tr_mysql_definition *parse(struct fixture *f, const char *text)
{
    struct tr_mysql_definition *definition;
    assert_int_equal(tr_mysql_definition_parse(tr_slice_of(text), &definition, &f->diag), 0);
    return definition;
}

static void test_text(void **state)
{
    struct fixture *f = *state;
    struct tr_mysql_definition *definition = parse(f, text_of_t);
    struct tr_writer writer;
    struct tr_slice text;

    assert_string_equal(definition->read.file, "log.000002");
    assert_int_equal(definition->read.pos, 100);
    assert_int_equal(definition->table.ncolumns, 2);
    assert_string_equal(definition->table.columns[0].default_text, "'it''s'");
    assert_string_equal(definition->table.columns[0].comment, "a \"b\"");
    assert_string_equal(definition->table.columns[1].type_name, "INT UNSIGNED");
    assert_true(definition->table.columns[0].optional && definition->attributes[0].invisible);
    assert_int_equal(definition->table.nkey, 1);
    assert_int_equal(definition->table.key[0], 1);
    assert_true(tr_slice_is(tr_mysql_definition_charset(definition), "utf8mb4"));
    tr_writer_begin(&writer, &f->arena);
    assert_int_equal(tr_mysql_definition_write(definition, &writer), 0);
    assert_int_equal(tr_writer_end(&writer, &text), 0);
    assert_true(tr_slice_is(text, text_of_t));
    tr_mysql_definition_free(definition);
}

static void test_bad_texts(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"version\":2}",
        "{\"version\":1,\"file\":\"\",\"pos\":0,\"database\":\"a\",\"table\":\"b\",\"primary\":"
        "true,\"sequence\":false,\"hidden_period\":false,\"columns\":[],\"key\":[]}",
        "{\"version\":1,\"file\":\"\",\"pos\":0,\"database\":\"a\",\"table\":\"b\",\"primary\":"
        "true,\"sequence\":false,\"hidden_period\":false,\"columns\":[{\"name\":\"x\"}],"
        "\"key\":[]}",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        struct tr_mysql_definition *definition;
        assert_int_equal(tr_mysql_definition_parse(tr_slice_of(texts[i]), &definition, &f->diag),
                         -1);
        assert_int_equal(f->diag.cls, TR_DATA);
    }
}

static void open_store(struct fixture *f, const struct tr_states *states)
{
    const struct tr_mysql_definitions_params params = {
        .context = &f->context, .capture = f->capture, .states = states};
    tr_mysql_definitions_free(f->definitions);
    assert_int_equal(tr_mysql_definitions_new(&params, &f->definitions, &f->diag), 0);
    assert_int_equal(tr_mysql_definitions_connect(f->definitions, &f->session, &f->diag), 0);
}

static const struct tr_mysql_definition *find(struct fixture *f, const char *table)
{
    return tr_mysql_definitions_find(f->definitions, TR_SLICE("inv"), tr_slice_of(table));
}

/* A statement that ends at log.000002:200, where what is kept was read before. */
static int alter(struct fixture *f, const char *sql)
{
    static const struct tr_mysql_reading reading = {.database = {"inv", 3}, .version = 90704};
    const struct tr_mysql_coordinates place = {.file = "log.000002", .pos = 200};
    struct tr_mysql_statement statement;

    assert_int_equal(
        tr_mysql_statement_read(tr_slice_of(sql), &reading, &f->arena, &statement, &f->diag), 0);
    return tr_mysql_definitions_alter(f->definitions, &statement, &place, f->batch, &f->diag);
}

static void check_state(const struct fixture *f, size_t place, const char *key, bool there)
{
    assert_true(place < f->batch->nstates);
    assert_true(tr_slice_is(f->batch->states[place].key, key));
    assert_int_equal(f->batch->states[place].value.p != NULL, there);
}

static void test_renamed(void **state)
{
    struct fixture *f = *state;

    open_store(f, NULL);
    assert_int_equal(
        tr_mysql_definitions_put(f->definitions, parse(f, text_of_t), f->batch, &f->diag), 0);
    check_state(f, 0, "table/`inv`.`t`", true);
    assert_int_equal(alter(f, "RENAME TABLE t TO `u``v`"), 0);
    check_state(f, 1, "table/`inv`.`u``v`", true);
    check_state(f, 2, "table/`inv`.`t`", false);
    assert_null(find(f, "t"));
    assert_non_null(find(f, "u`v"));
    assert_string_equal(find(f, "u`v")->table.columns[0].name, "v");
    assert_int_equal(alter(f, "CREATE TABLE IF NOT EXISTS `u``v` (x int)"), 0);
    assert_true(tr_mysql_definitions_unchanged(f->definitions));
    assert_int_equal(alter(f, "DROP TABLE `u``v`"), 0);
    check_state(f, 3, "table/`inv`.`u``v`", false);
    assert_null(find(f, "u`v"));
}

static void test_dropped_with_its_database(void **state)
{
    struct fixture *f = *state;

    open_store(f, NULL);
    assert_int_equal(
        tr_mysql_definitions_put(f->definitions, parse(f, text_of_t), f->batch, &f->diag), 0);
    assert_int_equal(alter(f, "DROP DATABASE other"), 0);
    assert_non_null(find(f, "t"));
    assert_int_equal(alter(f, "DROP DATABASE inv"), 0);
    assert_null(find(f, "t"));
    check_state(f, 1, "table/`inv`.`t`", false);
}

static void test_found_again(void **state)
{
    struct fixture *f = *state;
    struct tr_states *states = tr_states_new();
    const struct tr_state stored = {TR_SLICE("table/`inv`.`t`"), tr_slice_of(text_of_t)};
    const struct tr_state other = {TR_SLICE("xa/1"), TR_SLICE("{}")};

    assert_non_null(states);
    assert_int_equal(tr_states_set(states, stored, &f->diag), 0);
    assert_int_equal(tr_states_set(states, other, &f->diag), 0);
    open_store(f, states);
    assert_non_null(find(f, "t"));
    assert_int_equal(tr_mysql_definitions_clear(f->definitions, f->batch, &f->diag), 0);
    assert_null(find(f, "t"));
    check_state(f, 0, "table/`inv`.`t`", false);
    tr_states_free(states);
}

/* What is stored of a table that is no longer captured says nothing behind its next DDL: it must
 * not be found when the table is captured again. */
static void test_no_longer_captured(void **state)
{
    static const char text[] =
        "{\"version\":1,\"file\":\"log.000002\",\"pos\":100,\"database\":\"inv\","
        "\"table\":\"hidden\",\"primary\":false,\"sequence\":false,\"hidden_period\":false,"
        "\"columns\":["
        "{\"name\":\"a\",\"type\":\"int\",\"nullable\":true,\"auto_increment\":false,"
        "\"on_update\":false,\"generated\":false,\"invisible\":false}],\"key\":[]}";
    struct fixture *f = *state;
    struct tr_states *states = tr_states_new();
    const struct tr_state stored = {TR_SLICE("table/`inv`.`hidden`"), tr_slice_of(text)};

    assert_non_null(states);
    assert_int_equal(tr_states_set(states, stored, &f->diag), 0);
    open_store(f, states);
    assert_int_equal(alter(f, "ALTER TABLE hidden RENAME COLUMN a TO b"), 0);
    check_state(f, 0, "table/`inv`.`hidden`", false);
    open_store(f, states);
    assert_int_equal(tr_mysql_definitions_clear(f->definitions, f->batch, &f->diag), 0);
    check_state(f, 1, "table/`inv`.`hidden`", false);
    tr_states_free(states);
}

/* The map of inv.t, without or with names. */
static struct tr_binlog_table map_of_t(struct tr_binlog_column columns[3])
{
    columns[0] = (struct tr_binlog_column){
        .type = TR_BINLOG_FIELD_VARCHAR, .metadata = 40, .nullable = true, .visible = true};
    columns[1] = (struct tr_binlog_column){
        .type = TR_BINLOG_FIELD_LONG, .is_unsigned = true, .visible = true};
    columns[2] = (struct tr_binlog_column){.type = TR_BINLOG_FIELD_TINY, .visible = true};
    return (struct tr_binlog_table){
        .schema = {"inv", 3},
        .name = {"t", 1},
        .columns = columns,
        .ncolumns = 2,
        .stated = TR_BINLOG_STATED_SIGNEDNESS,
    };
}

static int map(struct fixture *f, const struct tr_binlog_table *table,
               struct tr_mysql_version **ret_version)
{
    const struct tr_mysql_coordinates place = {.file = "log.000002", .pos = 100};
    const struct tr_mysql_mapping mapping = {table, &place, f->batch};
    return tr_mysql_definitions_map(f->definitions, &mapping, ret_version, &f->diag);
}

static void test_map_without_names(void **state)
{
    struct fixture *f = *state;
    struct tr_binlog_column columns[3];
    struct tr_binlog_table table = map_of_t(columns);
    struct tr_mysql_version *version;

    open_store(f, NULL);
    assert_int_equal(
        tr_mysql_definitions_put(f->definitions, parse(f, text_of_t), f->batch, &f->diag), 0);
    assert_int_equal(map(f, &table, &version), 0);
    assert_non_null(version->compiled);
    assert_string_equal(version->table.columns[1].name, "id");
    assert_int_equal(version->table.nkey, 1);
    tr_mysql_version_free(version);

    table.ncolumns = 3;
    assert_int_equal(map(f, &table, &version), -1);
    assert_int_equal(f->diag.reaction, TR_STOP);
    assert_non_null(strstr(f->diag.message, "log.000002:100"));
    assert_non_null(strstr(f->diag.message, "binlog_row_metadata = FULL"));
    table.ncolumns = 2;
    columns[1].is_unsigned = false;
    assert_int_equal(map(f, &table, &version), -1);
    columns[1].is_unsigned = true;
    columns[1].nullable = true;
    assert_int_equal(map(f, &table, &version), -1);
}

static void test_map_with_names(void **state)
{
    static const struct tr_binlog_key key = {.column = 2};
    struct fixture *f = *state;
    struct tr_binlog_column columns[3];
    struct tr_binlog_table table = map_of_t(columns);
    struct tr_mysql_version *version;

    open_store(f, NULL);
    assert_int_equal(
        tr_mysql_definitions_put(f->definitions, parse(f, text_of_t), f->batch, &f->diag), 0);
    columns[0].name = TR_SLICE("new");
    columns[1].name = TR_SLICE("id");
    columns[2].name = TR_SLICE("k");
    table.ncolumns = 3;
    table.key = &key;
    table.nkey = 1;
    table.stated |= TR_BINLOG_STATED_NAMES | TR_BINLOG_STATED_KEY;
    assert_int_equal(map(f, &table, &version), 0);
    assert_int_equal(version->table.ncolumns, 3);
    assert_string_equal(version->table.columns[0].name, "new");
    assert_null(version->table.columns[0].default_text);
    assert_string_equal(version->table.columns[2].type_name, "TINYINT");
    assert_int_equal(version->table.nkey, 1);
    assert_int_equal(version->table.key[0], 2);
    tr_mysql_version_free(version);
    table.nkey = 0; /* the primary key that is kept was not there */
    assert_int_equal(map(f, &table, &version), 0);
    assert_int_equal(version->table.nkey, 0);
    tr_mysql_version_free(version);
}

/* The definition may be a later one: WITH SYSTEM VERSIONING came behind these rows. */
static void test_map_before_a_hidden_period(void **state)
{
    struct fixture *f = *state;
    struct tr_binlog_column columns[3];
    struct tr_binlog_table table = map_of_t(columns);
    struct tr_mysql_definition *definition = parse(f, text_of_t);
    struct tr_mysql_version *version;

    definition->hidden_period = true;
    open_store(f, NULL);
    assert_int_equal(tr_mysql_definitions_put(f->definitions, definition, f->batch, &f->diag), 0);
    columns[0].name = TR_SLICE("v");
    columns[1].name = TR_SLICE("id");
    columns[2].name = TR_SLICE("k");
    table.ncolumns = 3;
    table.stated |= TR_BINLOG_STATED_NAMES | TR_BINLOG_STATED_KEY;
    assert_int_equal(map(f, &table, &version), 0);
    assert_int_equal(version->table.ncolumns, 3);
    assert_false(version->hidden_period);
    tr_mysql_version_free(version);
    columns[1].name = TR_SLICE("row_start");
    columns[2].name = TR_SLICE("row_end");
    assert_int_equal(map(f, &table, &version), 0);
    assert_int_equal(version->table.ncolumns, 1);
    assert_true(version->hidden_period);
    tr_mysql_version_free(version);
}

static void test_map_of_a_table_left_out(void **state)
{
    struct fixture *f = *state;
    struct tr_binlog_column columns[3];
    struct tr_binlog_table table = map_of_t(columns);
    struct tr_mysql_version *version;

    open_store(f, NULL);
    table.name = TR_SLICE("hidden");
    assert_int_equal(map(f, &table, &version), 0);
    assert_null(version->compiled);
    tr_mysql_version_free(version);
    table.schema = TR_SLICE("mysql");
    assert_int_equal(map(f, &table, &version), 0);
    assert_null(version->compiled);
    tr_mysql_version_free(version);
    assert_int_equal(f->batch->nstates, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dropped_with_its_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_without_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_with_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_longer_captured, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_before_a_hidden_period, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_of_a_table_left_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
