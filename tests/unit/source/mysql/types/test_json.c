#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};

/* MySQL 9.7 wrote these documents. */
static const char scalars[] =
    "02110099000f37000f3d000f47000f51000f5b000f610005ffff076b00076f00097300097b000a83000b8b00040100"
    "0402000400000c9300f604030281320a080000000000bab2190c08140a0cb8c8bab2190b08e05ef84737ffffff0f04"
    "cafebabe0c080000004641c66719409c0000c063ffff005ed0b20000000000a22f4dffffffffffffffffffffffff48"
    "afbc9af2d77a3e05c3a9225c0a";
/* {"a": 1, "n": null, "bb": [1, 2, {"x": "y"}], "long": "0123456789012"} with 16-bit offsets */
static const char small_object[] =
    "0004005100200001002100010022000200240004000501000400000228000c4300616e62626c6f6e6703001b00"
    "050100050200000d0001000e000b0001000c0c007801790d30313233343536373839303132";

static void test_documents(void **state)
{
    static const struct value_case cases[] = {
        {"json", NULL, scalars,
         "\"[1.50,\\\"2024-02-29\\\",\\\"2024-02-29 12:34:56.789012\\\",\\\"-12:34:56.500000\\\","
         "\\\"yv66vg==\\\",\\\"2001-02-03 04:05:06\\\",-1,40000,-40000,3000000000,-3000000000,"
         "18446744073709551615,"
         "0.0000000999999999999999954748111825886258685613938723690807819366455078125,"
         "true,false,null,\\\"\303\251\\\\\\\"\\\\\\\\\\\\n\\\"]\""},
        {"json", NULL, small_object,
         "\"{\\\"a\\\":1,\\\"n\\\":null,\\\"bb\\\":[1,2,{\\\"x\\\":\\\"y\\\"}],\\\"long\\\":"
         "\\\"0123456789012\\\"}\""},
        {"json", NULL, "0400", "\"null\""},
        {"json", NULL, "0401", "\"true\""},
        {"json", NULL, "0000000400", "\"{}\""},
        {"json", NULL, "0200000400", "\"[]\""},
        {"json", NULL, "03010000000d0000000700000080", "\"[-2147483648]\""},
        {"json", NULL, "0c0161", "\"\\\"a\\\"\""},
        {"json", NULL, "0c021f7f", "\"\\\"\\\\u001F\177\\\"\""},
        {"json", NULL, "0b0000000000000080", "\"-0.0\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_malformed_documents(void **state)
{
    static const char *const cells[] = {
        "00",
        "0001",
        "000100040000",
        "0001000b000b0001000c0c00",
        "02010007000c0700",
        "02010007000c0400",
        "0201000700020400",
        "0403",
        "05ff",
        "0b00",
        "0c",
        "0c05616263",
        "0cffffffffff01",
        "0f",
        "0fff",
        "0ff6028132",
        "0f0c0100",
        "0ff604ff028132",
        "0d00",
        "0e00",
        "11",
        "0f0b08ffffffffffffff7f",
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cells); i++) {
        const struct value_case c = {"json", NULL, cells[i], "!not a valid JSON document"};
        check_values(&c, 1, &options);
    }
}

/* Nothing is deeper than the server lets it be, and no document prints as more than it holds. */
static void test_depth_and_size(void **state)
{
    struct fixture fixture;
    struct tr_value value;
    char cell[8 * 200], *p = cell;
    char wide[5 + 3 * 1000];

    (void)state;
    init_fixture(&fixture, &options, "json");
    *p++ = 2;
    for (size_t left = 7 * 150; left; left -= 7) {
        const char array[] = {1, 0, (char)left, (char)(left >> 8), 2, 7, 0};
        memcpy(p, array, sizeof array);
        p += sizeof array;
    }
    assert_int_equal(convert(&fixture, (struct tr_slice){cell, (size_t)(p - cell)}, &value), -1);
    /* each entry is the whole tail again */
    memset(wide, 2, sizeof wide);
    const char head[] = {2, (char)999, (char)(999 >> 8), (char)(4 + 2997), (char)((4 + 2997) >> 8)};
    memcpy(wide, head, sizeof head);
    assert_int_equal(convert(&fixture, (struct tr_slice){wide, sizeof wide}, &value), -1);
    finish_fixture(&fixture);
}

/* The opaque values behind a zero byte, in hex for that reason. */
static void test_text_with_opaque_values(void **state)
{
    static const struct {
        const char *document, *list, *expected;
    } cases[] = {
        {"{\"t\": \"10:00:00.000000\", \"b\": \"base64:type15:yv66vg==\", \"s\": \"x.000000\"}",
         "[\"base64:type15:yv66vg==\", \"10:00:00.000000\"]",
         "{\"t\":\"10:00:00\",\"b\":\"yv66vg==\",\"s\":\"x.000000\"}"},
        {"[\"1.5\", \"10:00:00.500000\"]", "[\"10:00:00.500000\"]",
         "[\"1.5\",\"10:00:00.500000\"]"},
        {"[\"10:00:00.000000\", \"10:00:00.000000\"]",
         "[\"10:00:00.000000\", \"10:00:00.000000\"]", "[\"10:00:00\",\"10:00:00\"]"},
        /* one of them is a string, nobody knows which */
        {"[\"10:00:00.000000\", \"10:00:00.000000\"]", "[\"10:00:00.000000\"]",
         "[\"10:00:00.000000\",\"10:00:00.000000\"]"},
        {"[\"10:00:00.000000\"]", "", "[\"10:00:00.000000\"]"},
        {"[\"10:00:00.000000\"]", "[\"", "[\"10:00:00.000000\"]"},
        {"\".000000\"", "[\".000000\"]", "\"\""},
        {"\"\"", "[\"\"]", "\"\""},
    };
    struct fixture fixture;
    struct tr_value value;
    char cell[500];

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        int n = snprintf(cell, sizeof cell, "%s%c%s", cases[i].document, 0, cases[i].list);
        init_fixture(&fixture, &options, "json");
        assert_int_equal(convert(&fixture, (struct tr_slice){cell, (size_t)n}, &value), 0);
        char *text = tr_arena_strdup(&fixture.arena, value.bytes);
        assert_non_null(text);
        assert_string_equal(text, cases[i].expected);
        finish_fixture(&fixture);
    }
}

static void test_text(void **state)
{
    static const struct value_case cases[] = {
        {"json", "{\"a\": 1, \"b\": [1, 2.5, \"x: y, \\\"z\\\"\", true, false, null]}", NULL,
         "\"{\\\"a\\\":1,\\\"b\\\":[1,2.5,\\\"x: y, \\\\\\\"z\\\\\\\"\\\",true,false,null]}\""},
        {"json", "[1e15, 1e-7, 1.0, 0.1, 1.2345678901234568e29, -0.0, 100000.0]", NULL,
         "\"[1000000000000000,"
         "0.0000000999999999999999954748111825886258685613938723690807819366455078125,"
         "1.0,0.1,123456789012345677877719597056,-0.0,100000.0]\""},
        {"json", "[10000000000.0, 9999999.0, 12345678.5, 0.001]", NULL,
         "\"[10000000000,9999999.0,12345678.5,0.001]\""},
        /* decimals: a double has other digits */
        {"json", "[1.50, -99999999999999999999.123456789, 0, 12345678901234567890]", NULL,
         "\"[1.50,-99999999999999999999.123456789,0,12345678901234567890]\""},
        {"json", "\"\\u001f \\u0001 \\n é\"", NULL, "\"\\\"\\\\u001F \\\\u0001 \\\\n é\\\"\""},
        {"json", "\"unended", NULL, "!not a valid JSON document"},
        {"json", "\"\\u12", NULL, "!not a valid JSON document"},
        {"json", "\"\\", NULL, "!not a valid JSON document"},
        {"json", "", NULL, "!not a valid JSON document"},
        {"json", "[1, !]", NULL, "!not a valid JSON document"},
        {"json", "[1.2.3]", NULL, "!not a valid JSON document"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "json",
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Json\","
                 "\"version\":1");
}

/* ---- partial updates ------------------------------------------------------------------------- */

static const char *apply(struct fixture *fixture, const char *before, const char *diffs)
{
    struct tr_slice cell;
    struct tr_value value;

    if (tr_mysql_json_apply(from_hex(&fixture->arena, before), from_hex(&fixture->arena, diffs),
                            &fixture->arena, &cell, &fixture->diag) < 0)
        return fixture->diag.message;
    assert_int_equal(convert(fixture, cell, &value), 0);
    char *text = tr_arena_strdup(&fixture->arena, value.bytes);
    assert_non_null(text);
    return text;
}

static void test_diffs(void **state)
{
    static const struct {
        const char *diffs, *expected;
    } cases[] = {
        {"", "{\"a\":1,\"n\":null,\"bb\":[1,2,{\"x\":\"y\"}],\"long\":\"0123456789012\"}"},
        /* $.a = 2 */
        {"0003242e6103050200",
         "{\"a\":2,\"n\":null,\"bb\":[1,2,{\"x\":\"y\"}],\"long\":\"0123456789012\"}"},
        /* $.bb[2].x = "zz", insert $.c 1.5 */
        {"0009242e62625b325d2e78040c027a7a0103242e63070ff60402018105",
         "{\"a\":1,\"c\":1.5,\"n\":null,\"bb\":[1,2,{\"x\":\"zz\"}],\"long\":\"0123456789012\"}"},
        /* remove $.bb[0] */
        {"0207242e62625b305d",
         "{\"a\":1,\"n\":null,\"bb\":[2,{\"x\":\"y\"}],\"long\":\"0123456789012\"}"},
        /* remove $.n */
        {"0203242e6e", "{\"a\":1,\"bb\":[1,2,{\"x\":\"y\"}],\"long\":\"0123456789012\"}"},
        /* insert at $.bb[1] and far behind the end */
        {"0107242e62625b315d020c00"
         "0108242e62625b39395d020401",
         "{\"a\":1,\"n\":null,\"bb\":[1,\"\",2,{\"x\":\"y\"},true],\"long\":\"0123456789012\"}"},
        /* insert $."we ird.\"k\u0001" {"k": []}, then replace its k */
        {"0114242e227765206972642e5c226b5c7530303031221100010010000b000100020c006b00000400"
         "0016242e227765206972642e5c226b5c7530303031222e6b03050300",
         "{\"a\":1,\"n\":null,\"bb\":[1,2,{\"x\":\"y\"}],\"long\":\"0123456789012\","
         "\"we ird.\\\"k\\u0001\":{\"k\":3}}"},
        /* replace $ */
        {"000124020401", "true"},
    };
    struct fixture fixture;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        init_fixture(&fixture, &options, "json");
        assert_string_equal(apply(&fixture, small_object, cases[i].diffs), cases[i].expected);
        finish_fixture(&fixture);
    }
}

static void test_diffs_that_do_not_fit(void **state)
{
    static const char *const diffs[] = {
        "03",                 /* an operation that doesn't exist */
        "0003242e7a03050200", /* replace what isn't there */
        "0203242e7a",         /* remove what isn't there */
        "0103242e6103050200", /* insert what is there */
        "0107242e61622e6303050200",
        "0205242e625b305d", /* no such member */
        "0204245b305d",     /* a cell of an object */
        "0206242e61"
        "5b305d",   /* a cell of a number */
        "0203242e", /* shorter than its length */
        "0201"
        "25", /* not $ */
        "0202"
        "242e", /* no name */
        "0204"
        "242e2261", /* an open quote */
        "0207"
        "242e6262"
        "5b785d",
        "02ff",             /* a length that isn't one */
        "02fd0100",         /* a cut length */
        "0003242e6100",     /* no document */
        "0003242e61020d00", /* a document that isn't one */
        "010124020401",     /* insert $ */
    };
    struct fixture fixture;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(diffs); i++) {
        init_fixture(&fixture, &options, "json");
        const char *result = apply(&fixture, small_object, diffs[i]);
        if (!strstr(result, "a partial JSON update doesn't fit its old value"))
            fail_msg("%s: %s", diffs[i], result);
        finish_fixture(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),      cmocka_unit_test(test_malformed_documents),
        cmocka_unit_test(test_depth_and_size), cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_with_opaque_values),
        cmocka_unit_test(test_diffs),          cmocka_unit_test(test_diffs_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
