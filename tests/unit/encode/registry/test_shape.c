#include "encode/registry.h"
#include "support/cmocka.h"

#define RECORD(name, fields) "{\"type\":\"record\",\"name\":\"" name "\",\"fields\":[" fields "]}"
#define FIELD(name, type)    "{\"name\":\"" name "\",\"type\":" type "}"

static int compare(const char *own, const char *other)
{
    struct tr_diag diag;

    return tr_avro_same_shape(own, other, &diag);
}

static void test_the_same(void **state)
{
    (void)state;
    assert_int_equal(compare("\"int\"", "{\"type\":\"int\",\"connect.type\":\"int16\"}"), 0);
    assert_int_equal(compare("\"int\"", "{\"type\":{\"type\":\"int\"},\"doc\":\"x\"}"), 0);
    assert_int_equal(compare("[\"null\",\"int\"]", " [ \"null\" , {\"type\":\"int\"} ] "), 0);
    assert_int_equal(compare("{\"type\":\"bytes\",\"connect.default\":\"\\u0000\"}", "\"bytes\""),
                     0);
    assert_int_equal(compare("{\"type\":\"array\",\"items\":\"int\"}",
                             "{\"items\":{\"type\":\"int\"},\"type\":\"array\"}"),
                     0);
    assert_int_equal(compare("{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"a.b\",\"fields\":"
                             "[" FIELD("x", "\"int\"") "]}",
                             RECORD("a.b.R", "{\"name\":\"x\",\"type\":\"int\",\"default\":7,"
                                             "\"doc\":\"d\",\"aliases\":[\"y\"]}")),
                     0);
}

/* A name means the record that was defined under it, in the namespace where it stands. */
static void test_names(void **state)
{
    static const char own[] =
        "{\"type\":\"record\",\"name\":\"E\",\"namespace\":\"a\",\"fields\":[" FIELD(
            "b", RECORD("V", FIELD("n", "\"int\""))) "," FIELD("c", "\"V\"") "]}";

    (void)state;
    assert_int_equal(
        compare(own, RECORD("a.E", FIELD("b", RECORD("a.V", FIELD("n", "\"int\""))) "," FIELD(
                                       "c", "\"a.V\""))),
        0);
    assert_int_equal(
        compare(own, RECORD("a.E", FIELD("b", RECORD("V", FIELD("n", "\"int\""))) "," FIELD(
                                       "c", RECORD("V", FIELD("n", "\"int\""))))),
        0);
    assert_int_equal(
        compare(own, RECORD("a.E", FIELD("b", RECORD("V", FIELD("n", "\"int\""))) "," FIELD(
                                       "c", "\"b.V\""))),
        1);
}

static void test_different(void **state)
{
    static const char row[] = RECORD("R", FIELD("x", "\"int\"") "," FIELD("y", "\"int\""));

    (void)state;
    assert_int_equal(compare("\"int\"", "\"long\""), 1);
    assert_int_equal(compare("[\"null\",\"int\"]", "[\"int\",\"null\"]"), 1);
    assert_int_equal(compare("\"int\"", "[\"null\",\"int\"]"), 1);
    assert_int_equal(
        compare("{\"type\":\"array\",\"items\":\"int\"}", "{\"type\":\"map\",\"values\":\"int\"}"),
        1);
    assert_int_equal(compare(row, RECORD("R", FIELD("y", "\"int\"") "," FIELD("x", "\"int\""))), 1);
    assert_int_equal(compare(row, RECORD("R", FIELD("x", "\"int\""))), 1);
    assert_int_equal(compare(row, RECORD("S", FIELD("x", "\"int\"") "," FIELD("y", "\"int\""))), 1);
    assert_int_equal(compare("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"a\"]}",
                             "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"b\"]}"),
                     1);
    assert_int_equal(compare(row, "{}"), 1);
    assert_int_equal(compare(row, "7"), 1);
}

static void test_no_schema(void **state)
{
    struct tr_diag diag;

    (void)state;
    assert_int_equal(tr_avro_same_shape("\"int\"", "<html>", &diag), -1);
    assert_int_equal(diag.cls, TR_SINK);
    assert_int_equal(tr_avro_same_shape("\"int\"", "", &diag), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_different),
        cmocka_unit_test(test_no_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
