#include <inttypes.h>

#include "source/postgres/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};

static void test_integers(void **state)
{
    static const struct value_case cases[] = {
        {"int2", -1, "-32768", "-32768"},
        {"int2", -1, "32767", "32767"},
        {"int2", -1, "32768", "!\"32768\" is not a valid integer"},
        {"int4", -1, "0", "0"},
        {"int4", -1, "-2147483648", "-2147483648"},
        {"int4", -1, "2147483648", "!not a valid integer"},
        {"int8", -1, "9223372036854775807", "9223372036854775807"},
        {"int8", -1, "-9223372036854775808", "-9223372036854775808"},
        {"int8", -1, "9223372036854775808", "!not a valid integer"},
        {"int8", -1, "-9223372036854775809", "!not a valid integer"},
        {"int8", -1, "99999999999999999999", "!not a valid integer"},
        {"oid", -1, "4294967295", "4294967295"},
        {"oid", -1, "-1", "!not a valid integer"},
        {"int4", -1, "", "!not a valid integer"},
        {"int4", -1, "-", "!not a valid integer"},
        {"int4", -1, "1 ", "!not a valid integer"},
        {"int4", -1, "1\n\"", "!\"1?\"\" is not a valid integer"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_booleans(void **state)
{
    static const struct value_case cases[] = {
        {"bool", -1, "t", "true"},
        {"bool", -1, "f", "false"},
        {"bool", -1, "yes", "!not a valid boolean"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_floating_point(void **state)
{
    static const struct value_case cases[] = {
        {"float8", -1, "0.1", "0.1"},
        {"float8", -1, "-0", "-0.0"},
        {"float8", -1, "1e+07", "1.0E7"},
        {"float8", -1, "0.001", "0.001"},
        {"float8", -1, "0.0001", "1.0E-4"},
        {"float8", -1, "1e+22", "1.0E22"},
        {"float8", -1, "1e+23", "1.0E23"},
        {"float8", -1, "1.7976931348623157e+308", "1.7976931348623157E308"},
        {"float8", -1, "5e-324", "4.9E-324"},
        {"float8", -1, "9007199254740993", "9.007199254740992E15"},
        {"float8", -1, "NaN", "\"NaN\""},
        {"float8", -1, "Infinity", "\"Infinity\""},
        {"float8", -1, "-Infinity", "\"-Infinity\""},
        {"float8", -1, "1.5x", "!not a valid floating-point number"},
        {"float8", -1, "", "!not a valid floating-point number"},
        {"float8", -1, ".", "!not a valid floating-point number"},
        {"float8", -1, "1e", "!not a valid floating-point number"},
        {"float4", -1, "0.1", "0.1"},
        {"float4", -1, "16777216", "1.6777216E7"},
        {"float4", -1, "3.4028235e+38", "3.4028235E38"},
        {"float4", -1, "1e-45", "1.4E-45"},
        {"float4", -1, "-2.5", "-2.5"},
        {"float4", -1, "NaN", "\"NaN\""},
        {"float4", -1, "-", "!not a valid floating-point number"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

/* The fast paths must agree with the C library everywhere. */
static void test_fast_paths_round_as_strtod_does(void **state)
{
    struct fixture wide, narrow;
    uint64_t random = 1;

    (void)state;
    init_fixture(&wide, &options, "float8", -1);
    init_fixture(&narrow, &options, "float4", -1);
    for (int i = 0; i < 100000; i++) {
        char text[64];
        struct tr_value value;
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        snprintf(text, sizeof text, "%s%" PRIu64 ".%u%s%d", random & 1 ? "-" : "",
                 (random >> 32) >> (random >> 7 & 31), (unsigned)(random >> 12 & 1023),
                 random & 2 ? "e+" : "e-", (int)(random >> 20 & 31));
        assert_int_equal(convert(&wide, tr_slice_of(text), &value), 0);
        assert_true(value.float64 == strtod(text, NULL));
        assert_int_equal(convert(&narrow, tr_slice_of(text), &value), 0);
        assert_true(value.float32 == strtof(text, NULL));
    }
    finish_fixture(&wide);
    finish_fixture(&narrow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_booleans),
        cmocka_unit_test(test_floating_point),
        cmocka_unit_test(test_fast_paths_round_as_strtod_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
