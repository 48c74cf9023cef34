#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options precise = {DEFAULT_OPTIONS, .bigint_unsigned_handling =
                                                                       TR_BIGINT_UNSIGNED_PRECISE};
static const struct tr_capture_options as_string = {DEFAULT_OPTIONS,
                                                    .decimal_handling = TR_DECIMAL_STRING};
static const struct tr_capture_options as_double = {DEFAULT_OPTIONS,
                                                    .decimal_handling = TR_DECIMAL_DOUBLE};

static void test_integers(void **state)
{
    static const struct value_case cases[] = {
        {"tinyint", "-128", "80", "-128"},
        {"tinyint(1)", "127", "7f", "127"},
        {"tinyint unsigned", "255", "ff", "255"},
        {"smallint", "-32768", "0080", "-32768"},
        {"smallint unsigned", "65535", "ffff", "65535"},
        {"mediumint", "-8388608", "000080", "-8388608"},
        {"mediumint", "-1", "ffffff", "-1"},
        {"mediumint", "8388607", "ffff7f", "8388607"},
        {"mediumint unsigned", "16777215", "ffffff", "16777215"},
        {"int", "-2147483648", "00000080", "-2147483648"},
        {"int unsigned", "4294967295", "ffffffff", "4294967295"},
        {"int(8) unsigned zerofill", "00000042", "2a000000", "42"},
        {"bigint", "-9223372036854775808", "0000000000000080", "-9223372036854775808"},
        {"bigint", "9223372036854775807", "ffffffffffffff7f", "9223372036854775807"},
        {"bigint unsigned", "18446744073709551615", "ffffffffffffffff", "-1"},
        {"bigint(40) unsigned zerofill", "0000000000000000000000000000000000000077", NULL, "77"},
        {"tinyint", "128", NULL, "!not a valid integer of its column's size"},
        {"tinyint", "-129", NULL, "!not a valid integer"},
        {"tinyint unsigned", "-1", NULL, "!not a valid integer"},
        {"bigint", "9223372036854775808", NULL, "!not a valid integer"},
        {"bigint unsigned", "18446744073709551616", NULL, "!not a valid integer"},
        {"int", "", NULL, "!not a valid integer"},
        {"int", "-", NULL, "!not a valid integer"},
        {"int", "1x", NULL, "!not a valid integer"},
        {"int", NULL, "0102030405", "!0x0102030405 (5 bytes) is not a valid integer"},
        {"int unsigned", NULL, "", "!(0 bytes) is not a valid integer"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_unsigned_bigint_as_decimal(void **state)
{
    static const struct value_case cases[] = {
        {"bigint unsigned", "0", NULL, "\"AA==\""},
        {"bigint unsigned", "127", NULL, "\"fw==\""},
        {"bigint unsigned", "128", NULL, "\"AIA=\""},
        {"bigint unsigned", "18446744073709551615", NULL, "\"AP//////////\""},
        {"bigint unsigned", NULL, "00", "!not a valid BIGINT UNSIGNED"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &precise);
    check_schema(&precise, "bigint unsigned",
                 "\"type\":\"bytes\",\"optional\":true,\"name\":"
                 "\"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"parameters\":{"
                 "\"scale\":\"0\",\"connect.decimal.precision\":\"20\"}");
}

static void test_integer_schemas(void **state)
{
    static const struct {
        const char *type, *schema;
    } cases[] = {
        {"tinyint(1)", "int16"}, {"tinyint unsigned", "int16"},
        {"smallint", "int16"},   {"smallint unsigned", "int32"},
        {"mediumint", "int32"},  {"mediumint unsigned", "int32"},
        {"int", "int32"},        {"int unsigned", "int64"},
        {"bigint", "int64"},     {"bigint unsigned", "int64"},
        {"float", "float"},      {"float(7,3)", "double"},
        {"double", "double"},    {"double(10,2) unsigned zerofill", "double"},
    };
    char schema[100];

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        snprintf(schema, sizeof schema, "\"type\":\"%s\",\"optional\":true", cases[i].schema);
        check_schema(&options, cases[i].type, schema);
    }
}

static void test_floating_point(void **state)
{
    static const struct value_case cases[] = {
        {"float", "16777216", "0000804b", "1.6777216E7"},
        {"float", "0.3333333432674408", "abaaaa3e", "0.33333334"},
        {"float", "-3.4028234663852886e38", "ffff7fff", "-3.4028235E38"},
        {"float", "-0", "00000080", "-0.0"},
        {"float(7,3)", "1.100000023841858", "cdcc8c3f", "1.100000023841858"},
        {"double", "0.1", "9a9999999999b93f", "0.1"},
        {"double", "-1.7976931348623157e308", "ffffffffffffefff", "-1.7976931348623157E308"},
        {"double", "5e-324", "0100000000000000", "4.9E-324"},
        {"double", "-0", "0000000000000080", "-0.0"},
        {"double", "x", NULL, "!not a valid floating-point number"},
        {"float", NULL, "00", "!not a valid FLOAT"},
        {"double", NULL, "0000", "!not a valid DOUBLE"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_year(void **state)
{
    static const struct tr_capture_options as_is = {.time_adjuster = false};
    static const struct value_case cases[] = {
        {"year(4)", "1901", "01", "1901"}, {"year", "2155", "ff", "2155"},
        {"year", "0000", "00", "2000"},    {"year", "1970", "46", "1970"},
        {"year", "1900", NULL, "!year"},   {"year", "2156", NULL, "!year"},
        {"year", NULL, "0102", "!YEAR"},
    };
    static const struct value_case zero = {"year", "0000", "00", "0"};

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(&zero, 1, &as_is);
}

static void test_bits(void **state)
{
    static const struct value_case cases[] = {
        {"bit(1)", NULL, "01", "true"},
        {"bit(1)", NULL, "00", "false"},
        {"bit(1)", NULL, "0001", "!BIT(1)"},
        {"bit(2)", NULL, "02", "\"Ag==\""},
        {"bit(9)", NULL, "0169", "\"aQE=\""},
        {"bit(33)", NULL, "0169696969", "\"aWlpaQE=\""},
        {"bit(64)", NULL, "b4b4b4b4b4b4b4b4", "\"tLS0tLS0tLQ=\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "bit(1)", "\"type\":\"boolean\",\"optional\":true");
    check_schema(&options, "bit(9)",
                 "\"type\":\"bytes\",\"optional\":true,\"name\":\"io.debezium.data.Bits\","
                 "\"version\":1,\"parameters\":{\"length\":\"9\"}");
}

static void test_decimals(void **state)
{
    static const struct value_case cases[] = {
        {"decimal(5,2)", "123.45", "807b2d", "\"MDk=\""},
        {"decimal(5,2)", "-123.45", "7f84d2", "\"z8c=\""},
        {"decimal(5,2)", "0.00", "800000", "\"AA==\""},
        {"decimal(5,2)", "-0.01", "7ffffe", "\"/w==\""},
        {"decimal(10,2) unsigned zerofill", "00000012.34", "8000000c22", "\"BNI=\""},
        {"decimal(14,4)", "1234567890.1234", "810dfb38d204d2", "\"Czpzzi/y\""},
        {"decimal(14,4)", "-1234567890.1234", "7ef204c72dfb2d", "\"9MWMMdAO\""},
        {"decimal(10,0)", "9999999999", "893b9ac9ff", "\"AlQL4/8=\""},
        {"decimal(18,6)", "-999999999999.999999", NULL, "\"8h9JTFicAAE=\""},
        {"decimal(4,4)", "0.9999", "a70f", "\"Jw8=\""},
        {"decimal(30,30)", "-0.000000000000000000000000000001", NULL, "\"/w==\""},
        {"decimal(65,0)", "99999999999999999999999999999999999999999999999999999999999999999", NULL,
         "\"APMWJxx/w5CKi+9GTjlF73olNgn//////////w==\""},
        {"decimal(5,2)", "1.500", NULL, "\"AJY=\""},
        {"decimal(5,2)", "1.234", NULL, "!decimal of its column's size"},
        {"decimal(5,2)", "1234.5", NULL, "!decimal of its column's size"},
        {"decimal(5,2)", "abc", NULL, "!decimal"},
        {"decimal(5,2)", "", NULL, "!decimal"},
        {"decimal(5,2)", NULL, "80", "!DECIMAL"},
        {"decimal(5,2)", NULL, "80000000", "!DECIMAL"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "decimal(5,2)",
                 "\"type\":\"bytes\",\"optional\":true,\"name\":"
                 "\"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"parameters\":{"
                 "\"scale\":\"2\",\"connect.decimal.precision\":\"5\"}");
}

static void test_decimals_in_other_modes(void **state)
{
    static const struct value_case strings[] = {
        {"decimal(5,2)", "1.28", NULL, "\"1.28\""},
        {"decimal(5,2)", "0.00", NULL, "\"0.00\""},
        {"decimal(5,2)", "-0.05", NULL, "\"-0.05\""},
        {"decimal(4,4)", "-0.9999", NULL, "\"-0.9999\""},
        {"decimal(10,0)", "0", NULL, "\"0\""},
        {"decimal(65,30)", "-99999999999999999999999999999999999.999999999999999999999999999999",
         NULL, "\"-99999999999999999999999999999999999.999999999999999999999999999999\""},
    };
    static const struct value_case doubles[] = {
        {"decimal(5,2)", "1.28", NULL, "1.28"},
        {"decimal(65,30)", "100000000000000000000.5", NULL, "1.0E20"},
    };

    (void)state;
    check_values(strings, TR_COUNT(strings), &as_string);
    check_values(doubles, TR_COUNT(doubles), &as_double);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_unsigned_bigint_as_decimal),
        cmocka_unit_test(test_integer_schemas),
        cmocka_unit_test(test_floating_point),
        cmocka_unit_test(test_year),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_decimals_in_other_modes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
