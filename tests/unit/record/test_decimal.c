/* Expected: java.math.BigDecimal. */
#include "record/decimal.h"
#include "record/logical.h"
#include "support/cmocka.h"

static const char *text_of(struct tr_slice unscaled, int scale, bool plain)
{
    static char text[64];
    struct tr_arena arena;
    struct tr_slice written;

    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(tr_decimal_text(unscaled, scale, plain, &arena, &written), 0);
    assert_true(written.n < sizeof text);
    memcpy(text, written.p, written.n + 1);
    tr_arena_finish(&arena);
    return text;
}

#define BYTES(bytes) ((struct tr_slice){bytes, sizeof bytes - 1})

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(text_of(BYTES("\x7b"), 0, false), "123");
    assert_string_equal(text_of(BYTES("\x7b"), 2, false), "1.23");
    assert_string_equal(text_of(BYTES("\x85"), 2, false), "-1.23");
    assert_string_equal(text_of(BYTES("\x7b"), 5, false), "0.00123");
    assert_string_equal(text_of(BYTES("\x01"), 6, false), "0.000001");
    assert_string_equal(text_of(BYTES("\x01"), 7, false), "1E-7");
    assert_string_equal(text_of(BYTES("\x7b"), 9, false), "1.23E-7");
    assert_string_equal(text_of(BYTES("\x7b"), -2, false), "1.23E+4");
    assert_string_equal(text_of(BYTES("\x85"), -1, false), "-1.23E+3");
    assert_string_equal(text_of(BYTES("\x00"), 3, false), "0.000");
    assert_string_equal(text_of(BYTES("\x00"), -3, false), "0E+3");
    assert_string_equal(text_of(BYTES("\xff\x7f"), 1, false), "-12.9");
    assert_string_equal(text_of(BYTES("\x00\xff"), 0, false), "255");
}

static void test_plain_text(void **state)
{
    (void)state;
    assert_string_equal(text_of(BYTES("\x7b"), 9, true), "0.000000123");
    assert_string_equal(text_of(BYTES("\x85"), 9, true), "-0.000000123");
    assert_string_equal(text_of(BYTES("\x7b"), -2, true), "12300");
    assert_string_equal(text_of(BYTES("\x00"), -2, true), "0");
    assert_string_equal(text_of(BYTES("\x01"), 0, true), "1");
}

static void assert_unscaled(const char *text, size_t scale, struct tr_slice expected)
{
    struct tr_decimal decimal;
    struct tr_arena arena;
    struct tr_slice bytes;
    size_t zeros;

    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(tr_decimal_split(tr_slice_of(text), &decimal), 0);
    assert_int_equal(tr_decimal_fit(&decimal, scale, &zeros), 0);
    assert_int_equal(tr_decimal_unscaled(&decimal, zeros, &arena, &bytes), 0);
    assert_true(tr_slice_equal(bytes, expected));
    tr_arena_finish(&arena);
}

static void test_unscaled(void **state)
{
    struct tr_decimal decimal;
    size_t zeros;

    (void)state;
    assert_unscaled("0", 0, BYTES("\x00"));
    assert_unscaled("-0.00", 2, BYTES("\x00"));
    assert_unscaled("127", 0, BYTES("\x7f"));
    assert_unscaled("128", 0, BYTES("\x00\x80"));
    assert_unscaled("-128", 0, BYTES("\x80"));
    assert_unscaled("-129", 0, BYTES("\xff\x7f"));
    assert_unscaled("1.5", 2, BYTES("\x00\x96"));
    assert_unscaled("1.500", 1, BYTES("\x0f"));
    assert_unscaled("18446744073709551616", 0, BYTES("\x01\x00\x00\x00\x00\x00\x00\x00\x00"));
    assert_unscaled("-18446744073709551616", 0, BYTES("\xff\x00\x00\x00\x00\x00\x00\x00\x00"));
    assert_int_equal(tr_decimal_split(TR_SLICE("1.55"), &decimal), 0);
    assert_int_equal(tr_decimal_fit(&decimal, 1, &zeros), -1);
    assert_int_equal(tr_decimal_split(TR_SLICE("1e5"), &decimal), -1);
    assert_int_equal(tr_decimal_split(TR_SLICE("-"), &decimal), -1);
    assert_int_equal(tr_decimal_split(TR_SLICE(""), &decimal), -1);
}

static void test_logical(void **state)
{
    const struct tr_schema_parameter parameters[] = {{"connect.decimal.precision", "9"},
                                                     {"scale", "-3"}};
    const struct tr_schema decimal = {.type = TR_TYPE_BYTES,
                                      .name = "org.apache.kafka.connect.data.Decimal",
                                      .parameters = parameters,
                                      .nparameters = 2};
    const struct tr_schema other = {.type = TR_TYPE_BYTES,
                                    .name = "org.apache.kafka.connect.data.Geometry"};
    const struct tr_schema plain = {.type = TR_TYPE_BYTES};

    (void)state;
    assert_int_equal(tr_logical_of(&decimal), TR_LOGICAL_DECIMAL);
    assert_int_equal(tr_logical_scale(&decimal), -3);
    assert_int_equal(tr_logical_of(&tr_logical_time), TR_LOGICAL_TIME);
    assert_int_equal(tr_logical_of(&other), TR_LOGICAL_NONE);
    assert_int_equal(tr_logical_of(&plain), TR_LOGICAL_NONE);
    assert_int_equal(tr_logical_scale(&plain), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_plain_text),
        cmocka_unit_test(test_unscaled),
        cmocka_unit_test(test_logical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
