/* From changes to messages, with a type map of two types: int4 and text. */
#include <stdlib.h>

#include "capture/capture.h"
#include "support/cmocka.h"

static int convert_text(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    (void)diag;
    *ret_value = tr_value_text(bytes);
    return 0;
}

static int convert_int(const struct tr_plan_column *column, struct tr_slice bytes,
                       struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    if (bytes.n == 1 && bytes.p[0] == 'x')
        return tr_fail(diag, TR_DATA, TR_STOP, "\"x\" is not a number");
    *ret_value = tr_value_integer(strtol(bytes.p, NULL, 10));
    return 0;
}

static int map(const struct tr_type_map *types, struct tr_plan_column *column,
               struct tr_arena *arena, struct tr_diag *diag)
{
    static const struct tr_schema schemas[] = {
        {.type = TR_TYPE_INT32},
        {.type = TR_TYPE_INT32, .optional = true},
        {.type = TR_TYPE_STRING},
        {.type = TR_TYPE_STRING, .optional = true},
    };
    bool number = strcmp(column->column->type_name, "int4") == 0;

    (void)types;
    (void)arena;
    (void)diag;
    if (!number && strcmp(column->column->type_name, "text") != 0)
        return 1;
    column->schema = &schemas[(number ? 0 : 2) + column->column->optional];
    column->convert = number ? convert_int : convert_text;
    column->filler = number ? tr_value_integer(0) : tr_value_text(TR_SLICE(""));
    column->unavailable = tr_value_text(TR_SLICE("unavailable"));
    return 0;
}

static const struct tr_column columns[] = {
    {.name = "id", .type_name = "int4"},
    {.name = "name", .type_name = "text"},
    {.name = "note", .type_name = "text", .optional = true},
    {.name = "odd", .type_name = "box", .optional = true},
};
static const unsigned key[] = {0};
static const struct tr_table table = {
    .schema = "public", .name = "t-ä", .columns = columns, .ncolumns = 4, .key = key, .nkey = 1};

struct fixture {
    struct tr_capture_options options;
    struct tr_type_map types;
    struct tr_arena arena;
    struct tr_capture *capture;
    struct tr_capture_table *table;
    struct tr_capturer capturer;
    struct tr_batch *batch;
    struct tr_diag diag;
};

static void open_fixture(struct fixture *f)
{
    tr_arena_init(&f->arena, 4096, 1 << 20);
    f->types.map = map;
    const struct tr_capture_params params = {
        .options = &f->options,
        .connector = "postgresql",
        .source_schema = tr_source_schema_new(&f->arena, "Source", NULL, 0),
        .types = &f->types,
    };
    assert_int_equal(tr_capture_new(&params, &f->capture, &f->diag), 0);
    assert_int_equal(tr_capture_table_new(f->capture, &table, &f->table, &f->diag), 0);
    assert_int_equal(tr_capturer_init(&f->capturer, f->capture, &f->diag), 0);
    f->capturer.source[TR_SOURCE_SNAPSHOT] = tr_value_text(TR_SLICE("false"));
    f->capturer.source[TR_SOURCE_DB] = tr_value_text(TR_SLICE("db"));
    tr_source_set_time(f->capturer.source, -1);
    f->batch = tr_batch_new(4096, 1 << 20);
    assert_non_null(f->batch);
}

static int setup(void **state)
{
    static const struct fixture fresh = {
        .options = {.topic_prefix = "p",
                    .topic_delimiter = ".",
                    .skipped_operations = "t",
                    .tombstones_on_delete = true,
                    .extended_headers = true,
                    .key = {.replace_null_with_default = true},
                    .value = {.replace_null_with_default = true}},
    };
    struct fixture *f = malloc(sizeof *f);
    assert_non_null(f);
    *f = fresh;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    tr_batch_free(f->batch);
    tr_capturer_finish(&f->capturer);
    tr_capture_table_free(f->table);
    tr_capture_free(f->capture);
    tr_arena_finish(&f->arena);
    free(f);
    return 0;
}

#define VALUE(text) {TR_CELL_VALUE, {(text), sizeof(text) - 1}}
#define NONE        {TR_CELL_NULL, {NULL, 0}}
#define ABSENT      {TR_CELL_ABSENT, {NULL, 0}}
#define UNCHANGED   {TR_CELL_UNCHANGED, {NULL, 0}}

static void capture(struct fixture *f, enum tr_op op, const struct tr_cell *before,
                    const struct tr_cell *after)
{
    const struct tr_change change = {.op = op, .before = before, .after = after, .identity = 5};
    assert_int_equal(tr_capture_change(&f->capturer, f->table, &change, f->batch, &f->diag), 0);
}

static void check_key(const struct fixture *f, size_t i, const char *text)
{
    assert_true(i < f->batch->count);
    assert_true(tr_slice_is(f->batch->messages[i].key, text));
}

/* The value begins with the given text. */
static void check_value(const struct fixture *f, size_t i, const char *text)
{
    assert_true(i < f->batch->count);
    struct tr_slice value = f->batch->messages[i].value;
    assert_true(value.n >= strlen(text));
    assert_memory_equal(value.p, text, strlen(text));
}

static void test_create(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell row[] = {VALUE("7"), VALUE("n"), NONE, VALUE("(1,2)")};

    open_fixture(f);
    capture(f, TR_OP_CREATE, NULL, row);
    assert_int_equal(f->batch->count, 1);
    assert_string_equal(f->batch->messages[0].topic->name, "p.public.t-_");
    check_key(f, 0, "{\"id\":7}");
    check_value(f, 0,
                 "{\"before\":null,\"after\":{\"id\":7,\"name\":\"n\",\"note\":null},"
                 "\"source\":{\"version\":\"3.6.1.Final\",\"connector\":\"postgresql\","
                 "\"name\":\"p\",\"ts_ms\":-1,\"snapshot\":\"false\",\"db\":\"db\","
                 "\"sequence\":null,\"ts_us\":-1,\"ts_ns\":-1000},"
                 "\"transaction\":null,\"op\":\"c\",\"ts_ms\":");
    assert_int_equal(f->batch->messages[0].nheaders, 4);
    assert_string_equal(f->batch->messages[0].headers[2].name, "__debezium.context.connectorName");
    assert_int_equal(f->batch->messages[0].identity, 5);
    assert_int_equal(f->batch->events, 1);
}

static void test_delete_fills_what_the_key_image_lacks(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell old[] = {VALUE("7"), ABSENT, ABSENT, ABSENT};

    open_fixture(f);
    capture(f, TR_OP_DELETE, old, NULL);
    assert_int_equal(f->batch->count, 2);
    check_value(f, 0, "{\"before\":{\"id\":7,\"name\":\"\",\"note\":null},\"after\":null,");
    check_key(f, 1, "{\"id\":7}");
    assert_null(f->batch->messages[1].value.p);
}

static void test_key_change(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell old[] = {VALUE("7"), ABSENT, ABSENT, ABSENT};
    const struct tr_cell new[] = {VALUE("8"), VALUE("n"), UNCHANGED, NONE};

    open_fixture(f);
    capture(f, TR_OP_UPDATE, old, new);
    assert_int_equal(f->batch->count, 3);
    check_key(f, 0, "{\"id\":7}");
    check_key(f, 1, "{\"id\":7}");
    check_key(f, 2, "{\"id\":8}");
    assert_string_equal(f->batch->messages[0].headers[0].name, "__debezium.newkey");
    assert_true(tr_slice_is(f->batch->messages[0].headers[0].value, "{\"id\":8}"));
    assert_string_equal(f->batch->messages[1].headers[0].name, "__debezium.newkey");
    assert_string_equal(f->batch->messages[2].headers[0].name, "__debezium.oldkey");
    assert_null(f->batch->messages[1].value.p);
    /* an old image of the key alone does not say what stayed */
    check_value(f, 2,
                 "{\"before\":null,\"after\":{\"id\":8,\"name\":\"n\",\"note\":\"unavailable\"},");
}

static void test_unchanged_comes_from_a_whole_old_image(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell old[] = {VALUE("7"), VALUE("a"), VALUE("long"), NONE};
    const struct tr_cell new[] = {VALUE("7"), VALUE("b"), UNCHANGED, NONE};

    open_fixture(f);
    capture(f, TR_OP_UPDATE, old, new);
    capture(f, TR_OP_UPDATE, NULL, new);
    check_value(f, 0,
                 "{\"before\":{\"id\":7,\"name\":\"a\",\"note\":\"long\"},"
                 "\"after\":{\"id\":7,\"name\":\"b\",\"note\":\"long\"},");
    check_value(f, 1,
                 "{\"before\":null,\"after\":{\"id\":7,\"name\":\"b\",\"note\":\"unavailable\"},");
}

static void test_skipped_operations(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell row[] = {VALUE("7"), VALUE("n"), NONE, NONE};
    const struct tr_cell other[] = {VALUE("8"), VALUE("n"), NONE, NONE};

    f->options.skipped_operations = "cd";
    open_fixture(f);
    capture(f, TR_OP_CREATE, NULL, row);
    capture(f, TR_OP_DELETE, row, NULL);
    capture(f, TR_OP_UPDATE, row, other);
    assert_int_equal(f->batch->count, 0);
    capture(f, TR_OP_TRUNCATE, NULL, NULL);
    assert_int_equal(f->batch->count, 1);
    assert_null(f->batch->messages[0].key.p);
    check_value(f, 0, "{\"before\":null,\"after\":null,");
}

static void test_key_columns_and_excluded_key(void **state)
{
    struct fixture *f = *state;
    const char *excluded[] = {"public\\.t-ä\\.id"};
    const struct tr_cell row[] = {VALUE("7"), VALUE("n"), NONE, NONE};

    f->options.message_key_columns = "other:x;public.t-.*:name,id";
    f->options.column_exclude = (struct tr_list){excluded, 1};
    f->options.tombstones_on_delete = false;
    open_fixture(f);
    capture(f, TR_OP_DELETE, row, NULL);
    assert_int_equal(f->batch->count, 1);
    check_key(f, 0, "{\"name\":\"n\",\"id\":7}");
    check_value(f, 0, "{\"before\":{\"name\":\"n\",\"note\":null},\"after\":null,");
}

static void test_failure_names_table_and_column(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell row[] = {VALUE("x"), VALUE("n"), NONE, NONE};
    const struct tr_change change = {.op = TR_OP_CREATE, .after = row};

    open_fixture(f);
    assert_int_equal(tr_capture_change(&f->capturer, f->table, &change, f->batch, &f->diag), -1);
    assert_string_equal(f->diag.message, "table public.t-ä: column id: \"x\" is not a number");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_create),
        TEST(test_delete_fills_what_the_key_image_lacks),
        TEST(test_key_change),
        TEST(test_unchanged_comes_from_a_whole_old_image),
        TEST(test_skipped_operations),
        TEST(test_key_columns_and_excluded_key),
        TEST(test_failure_names_table_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
