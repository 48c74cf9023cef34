#include <float.h>
#include <math.h>

#include "encode/number.h"
#include "support/cmocka.h"

struct fixture {
    struct tr_arena arena;
    struct tr_writer writer;
};

static void expect(struct fixture *f, const char *text)
{
    struct tr_slice slice;

    assert_int_equal(tr_writer_end(&f->writer, &slice), 0);
    assert_int_equal(slice.n, strlen(text));
    assert_memory_equal(slice.p, text, slice.n);
    tr_arena_finish(&f->arena);
}

static void check_double(double number, const char *text)
{
    struct fixture f;

    tr_arena_init(&f.arena, 256, 4096);
    tr_writer_begin(&f.writer, &f.arena);
    tr_number_write_double(&f.writer, number);
    expect(&f, text);
}

static void check_float(float number, const char *text)
{
    struct fixture f;

    tr_arena_init(&f.arena, 256, 4096);
    tr_writer_begin(&f.writer, &f.arena);
    tr_number_write_float(&f.writer, number);
    expect(&f, text);
}

static void test_doubles(void **state)
{
    (void)state;
    check_double(0.0, "0.0");
    check_double(-0.0, "-0.0");
    check_double(1, "1.0");
    check_double(-2.5e10, "-2.5E10");
    check_double(100, "100.0");
    check_double(0.001, "0.001");
    check_double(0.00099, "9.9E-4");
    check_double(9999999, "9999999.0");
    check_double(1e7, "1.0E7");
    check_double(123456.789, "123456.789");
    check_double(0.1, "0.1");
    check_double(0.1 + 0.2, "0.30000000000000004");
    check_double(1e23, "1.0E23");
    check_double(DBL_MAX, "1.7976931348623157E308");
    check_double(4.9e-324, "4.9E-324");
    check_double(NAN, "\"NaN\"");
    check_double(INFINITY, "\"Infinity\"");
    check_double(-INFINITY, "\"-Infinity\"");
}

static void test_floats(void **state)
{
    (void)state;
    check_float(1.5f, "1.5");
    check_float(0.1f, "0.1");
    check_float(1e10f, "1.0E10");
    check_float(3.4028235e38f, "3.4028235E38");
    check_float(1.4e-45f, "1.4E-45");
    check_float(16777216.0f, "1.6777216E7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
