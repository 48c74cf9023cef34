#include "verify/image.h"

#include "support/cmocka.h"

#define SOURCE   "\"source\":{\"db\":\"d\",\"schema\":\"public\",\"table\":\"t\"}"
#define BY_MYSQL "\"source\":{\"db\":\"d\",\"table\":\"t\"}"

static const struct tr_verify_form envelope = {.table = "public.t", .placeholder = "__gone"};

struct reading {
    struct tr_arena arena;
    struct tr_verify_image image;
    struct tr_diag diag;
};

static int read_record(struct reading *reading, const struct tr_verify_form *form, const char *key,
                       const char *value)
{
    const struct tr_verify_record record = {
        key ? tr_slice_of(key) : (struct tr_slice){NULL, 0},
        value ? tr_slice_of(value) : (struct tr_slice){NULL, 0},
    };

    tr_arena_init(&reading->arena, 4096, 1 << 20);
    reading->diag.message[0] = '\0';
    return tr_verify_image_read(form, &record, &reading->arena, &reading->image, &reading->diag);
}

static void assert_kind(const struct tr_verify_form *form, const char *value,
                        enum tr_verify_kind expected)
{
    struct reading reading;

    assert_int_equal(read_record(&reading, form, "{\"id\":1}", value), 0);
    assert_int_equal(reading.image.kind, expected);
    assert_true(tr_slice_equal(reading.image.key, TR_SLICE("{\"id\":1}")));
    tr_arena_finish(&reading.arena);
}

static void assert_read(const struct tr_verify_form *form, const char *value, int expected,
                        const char *words)
{
    struct reading reading;

    assert_int_equal(read_record(&reading, form, "{\"id\":1}", value), expected);
    assert_non_null(strstr(reading.diag.message, words));
    tr_arena_finish(&reading.arena);
}

static void test_envelope(void **state)
{
    struct tr_verify_form mysql = envelope;

    (void)state;
    assert_kind(&envelope, "{\"after\":{\"id\":1},\"op\":\"c\"," SOURCE "}", TR_VERIFY_ROW);
    assert_kind(&envelope, "{\"after\":null,\"op\":\"d\"," SOURCE "}", TR_VERIFY_GONE);
    assert_kind(&envelope, NULL, TR_VERIFY_GONE);
    assert_kind(&envelope, "{\"after\":null,\"op\":\"t\"," SOURCE "}", TR_VERIFY_EMPTIED);
    mysql.table = "d.t";
    assert_kind(&mysql, "{\"after\":{\"id\":1},\"op\":\"c\"," BY_MYSQL "}", TR_VERIFY_ROW);
    assert_read(&mysql, "{\"after\":{\"id\":1},\"op\":\"c\"," SOURCE "}", TR_VERIFY_OTHER, "");
    assert_read(&envelope, "{\"id\":1}", -1, "no envelope");
    assert_read(&envelope, "[1]", -1, "no JSON object");
    assert_read(&envelope, "{", -1, "not JSON");
}

static void test_unwrapped(void **state)
{
    const struct tr_verify_form form = {.table = "public.t", .placeholder = "x", .unwrapped = true};

    (void)state;
    assert_kind(&form, "{\"id\":1}", TR_VERIFY_ROW);
    assert_kind(&form, "{\"id\":1,\"__deleted\":\"false\"}", TR_VERIFY_ROW);
    assert_kind(&form, "{\"id\":1,\"__deleted\":\"true\"}", TR_VERIFY_GONE);
}

static void test_schemas(void **state)
{
    struct tr_verify_form form = {
        .table = "public.t", .placeholder = "x", .unwrapped = true, .value_schema = true};
    struct reading reading;

    (void)state;
    assert_kind(&form, "{\"schema\":{},\"payload\":{\"id\":1}}", TR_VERIFY_ROW);
    assert_kind(&form, "{\"schema\":{\"a\":[\"}\\\"\"]},\"payload\":null}", TR_VERIFY_GONE);
    assert_kind(&form, "{ \"payload\":{\"id\":1}, \"schema\":{}}", TR_VERIFY_ROW);
    assert_read(&form, "{\"schema\":{},\"payload\":}", -1, "");
    assert_read(&form, "{\"schema\":{\"", -1, "not JSON");
    assert_read(&form, "{\"id\":1}", -1, "value.converter.schemas.enable");
    form.key_schema = true;
    assert_int_equal(
        read_record(&reading, &form, "{\"schema\":{},\"payload\":{\"b\":2,\"a\":1}}", NULL), 0);
    assert_true(tr_slice_equal(reading.image.key, TR_SLICE("{\"a\":1,\"b\":2}")));
    tr_arena_finish(&reading.arena);
}

static void test_without_key(void **state)
{
    struct reading reading;

    (void)state;
    assert_int_equal(
        read_record(&reading, &envelope, NULL, "{\"after\":null,\"op\":\"t\"," SOURCE "}"), 0);
    assert_int_equal(reading.image.kind, TR_VERIFY_EMPTIED);
    tr_arena_finish(&reading.arena);
    assert_int_equal(read_record(&reading, &envelope, NULL, NULL), TR_VERIFY_OTHER);
    tr_arena_finish(&reading.arena);
    assert_int_equal(
        read_record(&reading, &envelope, NULL, "{\"after\":{\"i\":1},\"op\":\"c\"," SOURCE "}"),
        -1);
    assert_non_null(strstr(reading.diag.message, "message.key.columns"));
    tr_arena_finish(&reading.arena);
}

static void test_columns(void **state)
{
    struct tr_verify_names names;
    struct tr_verify_form form = {.table = "public.t", .placeholder = "__gone", .unwrapped = true};
    struct reading reading;

    (void)state;
    tr_verify_names_init(&names);
    form.names = &names;
    assert_int_equal(read_record(&reading, &form, "1",
                                 "{\"a\":null,\"b\":{\"y\":1, \"x\":2},\"c\":{\"x\":2,\"y\":1},"
                                 "\"d\":\"\\u0000\"}"),
                     0);
    const struct tr_verify_field *fields = reading.image.fields;
    assert_int_equal(reading.image.nfields, 4);
    assert_true(fields[0].value == tr_verify_null());
    assert_true(fields[1].value == fields[2].value);
    assert_true(fields[3].value != fields[2].value);
    assert_string_equal(tr_verify_names_find(&names, fields[2].name), "c");
    assert_int_equal(names.count, 4);
    tr_arena_finish(&reading.arena);
    tr_verify_names_finish(&names);
}

/* As text, bytes in three forms, an array of texts, one of octets, a map. */
static void test_unavailable(void **state)
{
    const struct tr_verify_form form = {.table = "t.t", .placeholder = "ab>", .unwrapped = true};
    struct reading reading;

    (void)state;
    assert_int_equal(read_record(&reading, &form, "1",
                                 "{\"a\":\"ab>\",\"b\":\"YWI+\",\"c\":\"YWI-\",\"d\":\"61623e\","
                                 "\"e\":[\"ab>\"],\"f\":[97,98,62],\"g\":{\"ab>\":\"ab>\"},"
                                 "\"h\":\"ab\",\"i\":[97,98],\"j\":{}}"),
                     0);
    for (size_t i = 0; i < 7; i++)
        assert_true(reading.image.fields[i].value == TR_VERIFY_UNAVAILABLE);
    for (size_t i = 7; i < 10; i++)
        assert_true(reading.image.fields[i].value != TR_VERIFY_UNAVAILABLE);
    tr_arena_finish(&reading.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope), cmocka_unit_test(test_unwrapped),
        cmocka_unit_test(test_schemas),  cmocka_unit_test(test_without_key),
        cmocka_unit_test(test_columns),  cmocka_unit_test(test_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
