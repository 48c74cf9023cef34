#include "source/postgres/types/types.h"

static const struct tr_capture_options precise = {DEFAULT_OPTIONS};
static const struct tr_capture_options as_double = {DEFAULT_OPTIONS,
                                                    .decimal_handling = TR_DECIMAL_DOUBLE};
static const struct tr_capture_options as_string = {DEFAULT_OPTIONS,
                                                    .decimal_handling = TR_DECIMAL_STRING};

static void test_decimal(void **state)
{
    static const struct value_case cases[] = {
        {"numeric", NUMERIC(5, 2), "123.45", "\"MDk=\""},
        {"numeric", NUMERIC(5, 2), "0.00", "\"AA==\""},
        {"numeric", NUMERIC(5, 2), "1.00", "\"ZA==\""},
        {"numeric", NUMERIC(5, 2), "-0.01", "\"/w==\""},
        {"numeric", NUMERIC(5, 2), "2", "\"AMg=\""},
        {"numeric", NUMERIC(5, 2), "1.500", "\"AJY=\""},
        {"numeric", NUMERIC(5, 2), "1.501", "!\"1.501\" is not a valid numeric"},
        {"numeric", NUMERIC(3, 5), "-0.00999", "\"/Bk=\""},
        {"numeric", NUMERIC(10, 0), "128", "\"AIA=\""},
        {"numeric", NUMERIC(10, 0), "-128", "\"gA==\""},
        {"numeric", NUMERIC(10, 0), "-129", "\"/38=\""},
        {"numeric", NUMERIC(18, 4), "-99999999999999.9999", "\"8h9JTFicAAE=\""},
        {"numeric", NUMERIC(38, 10), "1234567890123456789012345678.0123456789",
         "\"CUmw9vACMxPESZBOzGdFFQ==\""},
        {"numeric", NUMERIC(38, 10), "-0.0000000001", "\"/w==\""},
        {"numeric", NUMERIC(38, 0), "18446744073709551615", "\"AP//////////\""},
        {"numeric", NUMERIC(38, 0), "18446744073709551616", "\"AQAAAAAAAAAA\""},
        {"numeric", NUMERIC(38, 0), "-18446744073709551616", "\"/wAAAAAAAAAA\""},
        {"numeric", NUMERIC(5, 2), "NaN", "null"},
        {"numeric", NUMERIC(5, 2), "", "!not a valid numeric"},
        {"numeric", NUMERIC(5, 2), "-", "!not a valid numeric"},
        {"numeric", NUMERIC(5, 2), "1e5", "!not a valid numeric"},
        {"numeric", NUMERIC(5, 2), "1.2.3", "!not a valid numeric"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &precise);
}

static void test_variable_scale(void **state)
{
    static const struct value_case cases[] = {
        {"numeric", -1, "123.4500", "{\"scale\":2,\"value\":\"MDk=\"}"},
        {"numeric", -1, "0.00", "{\"scale\":0,\"value\":\"AA==\"}"},
        {"numeric", -1, "256", "{\"scale\":0,\"value\":\"AQA=\"}"},
        {"numeric", -1, "0.00000000000000000001", "{\"scale\":20,\"value\":\"AQ==\"}"},
        {"numeric", -1, "-1200000000000000000000", "{\"scale\":0,\"value\":\"vvKnld9bQAAA\"}"},
        {"numeric", -1, "-99999999999999999999999999999.000001",
         "{\"scale\":6,\"value\":\"7L2ejTiyfdR4cBgAD0I/\"}"},
        {"numeric", -1, "Infinity", "null"},
        {"numeric", -1, "abc", "!not a valid numeric"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &precise);
}

/* 2^(8n), once in decimal by repeated doubling here, once by the conversion. */
static void test_every_size_up_to_the_longest(void **state)
{
    static char digits[40000];
    size_t n = 1;

    (void)state;
    memset(digits, '0', sizeof digits);
    digits[sizeof digits - 1] = '1';
    for (int power = 1; power <= 12000; power++) {
        unsigned carry = 0;
        for (size_t i = 0; i < n; i++) {
            char *digit = &digits[sizeof digits - 1 - i];
            carry += 2U * (unsigned)(*digit - '0');
            *digit = (char)('0' + carry % 10);
            carry /= 10;
        }
        if (carry)
            digits[sizeof digits - 1 - n++] = '1';
        if (power % 8 && power > 200)
            continue;
        struct fixture fixture;
        struct tr_value value;
        struct tr_slice text = {digits + sizeof digits - n, n};
        init_fixture(&fixture, &precise, "numeric", -1);
        assert_int_equal(convert(&fixture, text, &value), 0);
        struct tr_slice bytes = value.items[1].bytes;
        assert_int_equal(bytes.n, (power + 1) / 8 + 1); /* one bit is the sign's */
        for (size_t i = 0; i < bytes.n; i++)
            assert_int_equal((unsigned char)bytes.p[bytes.n - 1 - i],
                             i == (size_t)power / 8 ? 1 << power % 8 : 0);
        finish_fixture(&fixture);
    }
}

static void test_the_longest_numeric(void **state)
{
    enum { WHOLE = 131072, FRACTION = 16383, SIZE = WHOLE + 1 + FRACTION };
    char *digits = malloc(SIZE + 20000);
    struct fixture fixture;
    struct tr_value value;

    (void)state;
    assert_non_null(digits);
    memset(digits, '9', SIZE + 20000);
    digits[WHOLE] = '.';
    init_fixture(&fixture, &precise, "numeric", -1);
    assert_int_equal(convert(&fixture, (struct tr_slice){digits, SIZE}, &value), 0);
    assert_int_equal(value.items[0].integer, FRACTION);
    /* 147455 · log2(10) bits are 489835.2, and one for the sign */
    assert_int_equal(value.items[1].bytes.n, 489836 / 8 + 1);
    /* longer than any numeric */
    assert_int_equal(convert(&fixture, (struct tr_slice){digits, SIZE + 20000}, &value), -1);
    finish_fixture(&fixture);
    free(digits);
}

static void test_numeric_as_double(void **state)
{
    static const struct value_case cases[] = {
        {"numeric", NUMERIC(5, 2), "123.45", "123.45"},
        {"numeric", -1, "1234567890123456789012345678.0123456789", "1.2345678901234569E27"},
        {"numeric", -1, "0.00000000000000000001", "1.0E-20"},
        {"numeric", -1, "NaN", "\"NaN\""},
        {"numeric", -1, "-Infinity", "\"-Infinity\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &as_double);
}

static void test_numeric_as_string(void **state)
{
    static const struct value_case cases[] = {
        {"numeric", NUMERIC(5, 2), "1.50", "\"1.50\""},
        {"numeric", NUMERIC(5, 2), "12", "\"12.00\""},
        {"numeric", -1, "65535.50", "\"65535.50\""},
        {"numeric", -1, "NaN", "\"NAN\""},
        {"numeric", -1, "Infinity", "\"POSITIVE_INFINITY\""},
        {"numeric", -1, "-Infinity", "\"NEGATIVE_INFINITY\""},
        {"numeric", -1, "x", "!not a valid numeric"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &as_string);
}

static void test_money(void **state)
{
    static const struct value_case cases[] = {
        {"money", -1, "$12.34", "\"BNI=\""},
        {"money", -1, "$0.00", "\"AA==\""},
        {"money", -1, "-$0.05", "\"+w==\""},
        {"money", -1, "$1,234,567.89", "\"B1vNFQ==\""},
        {"money", -1, "-$92,233,720,368,547,758.08", "\"gAAAAAAAAAA=\""},
        {"money", -1, "12,34 €", "\"BNI=\""},
        {"money", -1, "1.234.567,89 €", "\"B1vNFQ==\""},
        {"money", -1, "($1.00)", "\"nA==\""},
        {"money", -1, "¥1,234", "\"AeII\""},
        {"money", -1, "$", "!not a valid money"},
        {"money", -1, "$111111111111111111111", "!not a valid money"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &precise);
}

static void test_money_in_other_modes(void **state)
{
    static const struct value_case doubles[] = {
        {"money", -1, "-$92,233,720,368,547,758.08", "-9.223372036854776E16"},
        {"money", -1, "$1,234.50", "1234.5"},
    };
    static const struct value_case strings[] = {
        {"money", -1, "-$92,233,720,368,547,758.08", "\"-92233720368547758.08\""},
        {"money", -1, "$0.00", "\"0.00\""},
    };
    static const struct value_case whole[] = {
        {"money", -1, "$12.34", "\"DA==\""}, {"money", -1, "$12.50", "\"DQ==\""},
        {"money", -1, "-$0.50", "\"/w==\""}, {"money", -1, "$0.49", "\"AA==\""},
        {"money", -1, "$9.99", "\"Cg==\""},
    };
    static const struct value_case four[] = {{"money", -1, "$12.34", "\"AeII\""}};
    struct tr_capture_options digits = precise;

    (void)state;
    check_values(doubles, TR_COUNT(doubles), &as_double);
    check_values(strings, TR_COUNT(strings), &as_string);
    digits.money_fraction_digits = 0;
    check_values(whole, TR_COUNT(whole), &digits);
    digits.money_fraction_digits = 4;
    check_values(four, TR_COUNT(four), &digits);
}

static void test_nan_in_a_required_column_stops(void **state)
{
    struct fixture fixture;
    struct tr_value value;

    (void)state;
    init_fixture(&fixture, &precise, "numeric", NUMERIC(6, 2));
    fixture.column.optional = false;
    map_fixture(&fixture, &precise);
    assert_int_equal(convert(&fixture, TR_SLICE("NaN"), &value), -1);
    assert_non_null(strstr(fixture.diag.message, "NaN"));
    assert_non_null(strstr(fixture.diag.message, "decimal.handling.mode"));
    finish_fixture(&fixture);
}

static void test_schemas(void **state)
{
    (void)state;
    check_schema(&precise, "numeric", NUMERIC(5, 2),
                 "\"type\":\"bytes\",\"optional\":true,"
                 "\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,"
                 "\"parameters\":{\"scale\":\"2\",\"connect.decimal.precision\":\"5\"}");
    check_schema(&precise, "numeric", -1,
                 "\"type\":\"struct\",\"fields\":["
                 "{\"type\":\"int32\",\"optional\":false,\"field\":\"scale\"},"
                 "{\"type\":\"bytes\",\"optional\":false,\"field\":\"value\"}],"
                 "\"optional\":true,\"name\":\"io.debezium.data.VariableScaleDecimal\","
                 "\"version\":1,\"doc\":\"Variable scaled decimal\"");
    check_schema(&precise, "money", -1,
                 "\"type\":\"bytes\",\"optional\":true,"
                 "\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,"
                 "\"parameters\":{\"scale\":\"2\"}");
    check_schema(&as_double, "numeric", -1, "\"type\":\"double\",\"optional\":true");
    check_schema(&as_string, "numeric", -1, "\"type\":\"string\",\"optional\":true");
    check_schema(&as_double, "money", -1, "\"type\":\"double\",\"optional\":true");
    check_schema(&as_string, "money", -1, "\"type\":\"string\",\"optional\":true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimal),
        cmocka_unit_test(test_variable_scale),
        cmocka_unit_test(test_every_size_up_to_the_longest),
        cmocka_unit_test(test_the_longest_numeric),
        cmocka_unit_test(test_numeric_as_double),
        cmocka_unit_test(test_numeric_as_string),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_money_in_other_modes),
        cmocka_unit_test(test_nan_in_a_required_column_stops),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
