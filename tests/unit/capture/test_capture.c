/* From changes to messages, with a type map of two types: int4 and text. */
#include <stdio.h>
#include <stdlib.h>

#include "capture/capture.h"
#include "support/cmocka.h"

static int convert_text(const struct tr_plan_column *column, struct tr_slice bytes,
                        struct tr_arena *scratch, struct tr_value *ret_value, struct tr_diag *diag)
{
    (void)column;
    (void)scratch;
    if (bytes.n && bytes.p[bytes.n - 1] == '!')
        return tr_fail(diag, TR_DATA, TR_STOP, "\"%.*s\" is odd", (int)bytes.n, bytes.p);
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
    column->filler = column->column->optional ? (struct tr_value){0}
                     : number                 ? tr_value_integer(0)
                                              : tr_value_text(TR_SLICE(""));
    column->unavailable = tr_value_text(TR_SLICE("unavailable"));
    return 0;
}

static void describe(const struct tr_type_map *types, const struct tr_column *column,
                     struct tr_column_facts *ret_facts)
{
    bool number = strcmp(column->type_name, "int4") == 0;

    (void)types;
    *ret_facts = (struct tr_column_facts){
        .type = column->type_name, .length = number ? 10 : 20, .scale = -1, .text = !number};
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
    bool skip_whole;
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
    f->types = (struct tr_type_map){.map = map, .describe = describe};
    const struct tr_capture_params params = {
        .options = &f->options,
        .connector = "postgresql",
        .source_schema = tr_source_schema_new(&f->arena, "Source", NULL, 0),
        .types = &f->types,
        .skip_whole = f->skip_whole,
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

#define VALUE(text)                                                                                \
    {                                                                                              \
        TR_CELL_VALUE,                                                                             \
        {                                                                                          \
            (text), sizeof(text) - 1                                                               \
        }                                                                                          \
    }
#define NONE                                                                                       \
    {                                                                                              \
        TR_CELL_NULL,                                                                              \
        {                                                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }
#define ABSENT                                                                                     \
    {                                                                                              \
        TR_CELL_ABSENT,                                                                            \
        {                                                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }
#define UNCHANGED                                                                                  \
    {                                                                                              \
        TR_CELL_UNCHANGED,                                                                         \
        {                                                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }

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

static void test_a_skipped_operation_is_the_logs(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell row[] = {VALUE("7"), VALUE("n"), NONE, NONE};
    const struct tr_cell other[] = {VALUE("8"), VALUE("n"), NONE, NONE};

    f->options.skipped_operations = "cd";
    f->skip_whole = true;
    open_fixture(f);
    capture(f, TR_OP_DELETE, row, NULL);
    assert_int_equal(f->batch->count, 0);
    capture(f, TR_OP_UPDATE, row, other);
    assert_int_equal(f->batch->count, 3);
}

static void test_columns_make_a_key_in_the_order_of_the_rules(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell row[] = {VALUE("7"), VALUE("n"), VALUE("m"), NONE};

    f->options.message_key_columns = "public.t-.*:no.*;.*:name , id; public.t-ä:note";
    open_fixture(f);
    capture(f, TR_OP_CREATE, NULL, row);
    check_key(f, 0, "{\"note\":\"m\",\"name\":\"n\",\"id\":7}");
}

static void test_updates_without_change(void **state)
{
    struct fixture *f = *state;
    const char *excluded[] = {".*\\.name"};
    const struct tr_cell old[] = {VALUE("7"), VALUE("a"), VALUE("long"), NONE};
    const struct tr_cell new[] = {VALUE("7"), VALUE("b"), UNCHANGED, VALUE("(1,2)")};
    const struct tr_cell other[] = {VALUE("7"), VALUE("b"), VALUE("longer"), NONE};

    f->options.column_exclude = (struct tr_list){excluded, 1};
    f->options.skip_unchanged = true;
    open_fixture(f);
    capture(f, TR_OP_UPDATE, old, new);
    assert_int_equal(f->batch->count, 0);
    capture(f, TR_OP_UPDATE, NULL, new); /* nobody knows what it was before */
    capture(f, TR_OP_UPDATE, old, other);
    assert_int_equal(f->batch->count, 2);
}

#define RULE(...)                                                                                  \
    {                                                                                              \
        .columns = {(const char *[]){".*\\.name", ".*\\.note"}, 2}, __VA_ARGS__                    \
    }

/* Whatever way a value takes: a row, an old image, a stand-in. */
static void check_masked(struct fixture *f, const struct tr_column_rule *rule, const char *name,
                         const char *nothing, const char *unavailable)
{
    const struct tr_cell old[] = {VALUE("7"), VALUE("x"), NONE, NONE};
    const struct tr_cell new[] = {VALUE("7"), VALUE("x"), UNCHANGED, NONE};
    char expected[1024];

    f->options.column_rules = rule;
    f->options.ncolumn_rules = 1;
    open_fixture(f);
    capture(f, TR_OP_DELETE, old, NULL);
    capture(f, TR_OP_CREATE, NULL, new);
    snprintf(expected, sizeof expected,
             "{\"before\":{\"id\":7,\"name\":\"%s\",\"note\":%s},\"after\":null,", name, nothing);
    check_value(f, 0, expected);
    snprintf(expected, sizeof expected,
             "{\"before\":null,\"after\":{\"id\":7,\"name\":\"%s\",\"note\":\"%s\"},", name,
             unavailable);
    check_value(f, 2, expected);
}

static void test_asterisks(void **state)
{
    const struct tr_column_rule rule = RULE(.action = TR_COLUMN_MASK, .length = 3);

    check_masked(*state, &rule, "***", "\"***\"", "***");
}

static void test_cut(void **state)
{
    const struct tr_column_rule rule = RULE(.action = TR_COLUMN_TRUNCATE, .length = 4);

    check_masked(*state, &rule, "x", "null", "unav");
}

/* The first one is Debezium's own; all are cut to the column's 20 characters. */
static void test_hash(void **state)
{
    const struct tr_column_rule rule =
        RULE(.action = TR_COLUMN_HASH, .algorithm = "SHA2-256", .salt = "CzQMA0cB5K");

    check_masked(*state, &rule, "ba448b6624b4ea72b8dd", "null", "46cdb73b019c695f7352");
}

/* sha256("CzQMA0cB5Kx") */
static void test_hash_v2(void **state)
{
    const struct tr_column_rule rule =
        RULE(.action = TR_COLUMN_HASH_V2, .algorithm = "SHA2-256", .salt = "CzQMA0cB5K");

    check_masked(*state, &rule, "61589ce447a970816f34", "null", "ba75d6f297d3507d4113");
}

static void test_keys_are_masked_and_not_cut(void **state)
{
    struct fixture *f = *state;
    const struct tr_column_rule rules[] = {
        RULE(.action = TR_COLUMN_TRUNCATE, .length = 1),
        {.action = TR_COLUMN_MASK, .length = 2, .columns = {(const char *[]){".*\\.note"}, 1}}};
    const struct tr_cell row[] = {VALUE("7"), VALUE("name"), VALUE("m"), NONE};

    f->options.message_key_columns = ".*:name,note";
    f->options.column_rules = rules;
    f->options.ncolumn_rules = 2;
    open_fixture(f);
    capture(f, TR_OP_CREATE, NULL, row);
    check_key(f, 0, "{\"name\":\"name\",\"note\":\"**\"}");
    check_value(f, 0, "{\"before\":null,\"after\":{\"id\":7,\"name\":\"n\",\"note\":\"**\"},");
}

static void test_a_failure_shows_nothing_that_is_masked(void **state)
{
    struct fixture *f = *state;
    const struct tr_column_rule rule =
        RULE(.action = TR_COLUMN_HASH, .algorithm = "MD5", .salt = "s");
    const struct tr_cell row[] = {VALUE("7"), VALUE("secret!"), NONE, NONE};
    const struct tr_change change = {.op = TR_OP_CREATE, .after = row};

    f->options.column_rules = &rule;
    f->options.ncolumn_rules = 1;
    open_fixture(f);
    assert_int_equal(tr_capture_change(&f->capturer, f->table, &change, f->batch, &f->diag), -1);
    assert_non_null(strstr(f->diag.message, "column name: a value doesn't convert"));
    assert_null(strstr(f->diag.message, "secret"));
}

/* Two tables, one topic: a field of the key tells them apart. */
static void test_a_key_that_tells_the_table(void **state)
{
    struct fixture *f = *state;
    const struct tr_cell old[] = {VALUE("7"), VALUE("n"), NONE, NONE};
    const struct tr_cell new[] = {VALUE("7"), VALUE("o"), NONE, NONE};

    f->options.naming = (struct tr_naming_options){
        .strategy = TR_TOPIC_REGEX,
        .regex = "p\\.public\\.t(.*)",
        .replacement = "all$1",
        .key_unique = true,
        .key_field = "table",
        .key_regex = "(.*)t-(.*)",
        .key_replacement = "$2",
    };
    f->options.message_key_columns = ".*:note";
    open_fixture(f);
    capture(f, TR_OP_UPDATE, old, new);
    assert_int_equal(f->batch->count, 1);
    assert_string_equal(f->batch->messages[0].topic->name, "all-_");
    check_key(f, 0, "{\"note\":null,\"table\":\"ä\"}");
}

static void test_names_that_become_one(void **state)
{
    struct fixture *f = *state;
    static const struct tr_column twins[] = {{.name = "a-b", .type_name = "int4"},
                                             {.name = "a b", .type_name = "int4"}};
    static const struct tr_table clash = {
        .schema = "public", .name = "t", .columns = twins, .ncolumns = 2};
    struct tr_capture_table *unused;

    f->options.field_names = TR_ADJUST_AVRO;
    open_fixture(f);
    assert_int_equal(tr_capture_table_new(f->capture, &clash, &unused, &f->diag), -1);
    assert_non_null(strstr(f->diag.message, "a-b and a b would both be the field a_b"));
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

/* ---- reselected columns -----------------------------------------------------------------------
 */

/* What is asked for, as text, and the answer. */
struct reselector {
    struct tr_reselector base;
    char asked[128];
    int rc;
    const char *answer; /* of each column; NULL: null */
};

static int answer(struct tr_reselector *base, const struct tr_reselect_query *query,
                  struct tr_cell *ret_cells, struct tr_diag *diag)
{
    struct reselector *reselector = (struct reselector *)base;
    char *p = reselector->asked + strlen(reselector->asked);
    size_t left = sizeof reselector->asked - (size_t)(p - reselector->asked);
    int n = 0;

    for (size_t i = 0; i < query->ncolumns; i++) {
        n +=
            snprintf(p + n, left - (size_t)n, "%s ", query->table->columns[query->columns[i]].name);
        ret_cells[i].kind = reselector->answer ? TR_CELL_VALUE : TR_CELL_NULL;
        ret_cells[i].bytes = tr_slice_of(reselector->answer);
    }
    for (size_t i = 0; i < query->nkey; i++)
        n += snprintf(
            p + n, left - (size_t)n, "by %s=%.*s;", query->table->columns[query->key[i]].name,
            (int)query->cells[query->key[i]].bytes.n, query->cells[query->key[i]].bytes.p);
    if (reselector->rc < 0)
        return tr_fail(diag, TR_NETWORK, TR_RETRY, "no answer");
    return reselector->rc;
}

static void open_reselecting(struct fixture *f, struct reselector *reselector,
                             const struct tr_reselect_options *options)
{
    *reselector = (struct reselector){.base = {answer}, .answer = "new"};
    f->options.reselects = options;
    f->options.nreselects = 1;
    open_fixture(f);
    f->capturer.reselector = &reselector->base;
}

static void test_what_is_reselected(void **state)
{
    static const char *const note[] = {"public.T-ä:note"};
    static const struct tr_reselect_options options = {
        .alias = "r", .unavailable = true, .nulls = true, .include = {note, 1}};
    struct fixture *f = *state;
    struct reselector reselector;
    const struct tr_cell full[] = {VALUE("7"), VALUE("n"), VALUE("x"), NONE};
    const struct tr_cell lacking[] = {VALUE("8"), UNCHANGED, UNCHANGED, NONE};
    const struct tr_cell null[] = {VALUE("9"), VALUE("n"), NONE, NONE};

    open_reselecting(f, &reselector, &options);
    capture(f, TR_OP_UPDATE, NULL, full);
    capture(f, TR_OP_UPDATE, full, lacking); /* the key's change; the old image has it all */
    capture(f, TR_OP_DELETE, null, NULL);
    assert_string_equal(reselector.asked, "");
    capture(f, TR_OP_UPDATE, NULL, lacking);
    capture(f, TR_OP_CREATE, NULL, null);
    assert_string_equal(reselector.asked, "note by id=8;note by id=9;");
    check_value(f, 6,
                "{\"before\":null,\"after\":{\"id\":8,\"name\":\"unavailable\",\"note\":\"new\"}");
    check_value(f, 7, "{\"before\":null,\"after\":{\"id\":9,\"name\":\"n\",\"note\":\"new\"}");
    reselector.answer = NULL;
    capture(f, TR_OP_UPDATE, NULL, lacking);
    check_value(f, 8,
                "{\"before\":null,\"after\":{\"id\":8,\"name\":\"unavailable\",\"note\":null}");
}

/* By the record's key; nulls are left alone; a mask stays. */
static void test_reselected_by_the_records_key(void **state)
{
    static const char *const names[] = {"public.t-ä.note"};
    static const struct tr_column_rule mask = {
        .action = TR_COLUMN_MASK, .length = 2, .columns = {names, 1}};
    static const struct tr_reselect_options options = {
        .alias = "r", .unavailable = true, .event_key = true};
    struct fixture *f = *state;
    struct reselector reselector;
    const struct tr_cell lacking[] = {VALUE("8"), VALUE("n"), UNCHANGED, NONE};
    const struct tr_cell null[] = {VALUE("9"), VALUE("n"), NONE, NONE};

    f->options.message_key_columns = "public.t-ä:name,id";
    f->options.column_rules = &mask;
    f->options.ncolumn_rules = 1;
    open_reselecting(f, &reselector, &options);
    capture(f, TR_OP_CREATE, NULL, null);
    assert_string_equal(reselector.asked, "");
    capture(f, TR_OP_UPDATE, NULL, lacking);
    assert_string_equal(reselector.asked, "note by name=n;by id=8;");
    check_value(f, 1, "{\"before\":null,\"after\":{\"id\":8,\"name\":\"n\",\"note\":\"**\"}");
}

static void test_what_cannot_be_reselected(void **state)
{
    static const struct tr_reselect_options warn = {.alias = "r", .unavailable = true},
                                            fail = {.alias = "r", .unavailable = true, .fail = 1};
    struct fixture *f = *state;
    struct reselector reselector;
    const struct tr_cell lacking[] = {VALUE("8"), VALUE("n"), UNCHANGED, NONE};
    const struct tr_change change = {.op = TR_OP_UPDATE, .after = lacking};
    static const struct {
        int rc;
        const char *answer, *error;
    } cases[] = {
        {-1, "new", "no answer"},
        {TR_RESELECT_NO_ROW, "new", "table public.t-ä: post processor r: the row is not there"},
        {0, "odd!", "column note"},
    };
    struct tr_reselect_options options = warn;

    open_reselecting(f, &reselector, &options);
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        reselector.rc = cases[i].rc;
        reselector.answer = cases[i].answer;
        options = warn;
        capture(f, TR_OP_UPDATE, NULL, lacking);
        check_value(
            f, i, "{\"before\":null,\"after\":{\"id\":8,\"name\":\"n\",\"note\":\"unavailable\"}");
        options = fail;
        assert_int_equal(tr_capture_change(&f->capturer, f->table, &change, f->batch, &f->diag),
                         -1);
        assert_non_null(strstr(f->diag.message, cases[i].error));
    }
    reselector.rc = TR_RESELECT_STOPPED;
    assert_int_equal(tr_capture_change(&f->capturer, f->table, &change, f->batch, &f->diag),
                     TR_RESELECT_STOPPED);
    assert_int_equal(f->batch->count, TR_COUNT(cases));
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
        TEST(test_a_skipped_operation_is_the_logs),
        TEST(test_columns_make_a_key_in_the_order_of_the_rules),
        TEST(test_updates_without_change),
        TEST(test_asterisks),
        TEST(test_cut),
        TEST(test_hash),
        TEST(test_hash_v2),
        TEST(test_keys_are_masked_and_not_cut),
        TEST(test_a_failure_shows_nothing_that_is_masked),
        TEST(test_a_key_that_tells_the_table),
        TEST(test_names_that_become_one),
        TEST(test_failure_names_table_and_column),
        TEST(test_what_is_reselected),
        TEST(test_reselected_by_the_records_key),
        TEST(test_what_cannot_be_reselected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
