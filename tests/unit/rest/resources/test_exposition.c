#include "rest/resources/exposition.h"
#include "support/cmocka.h"

static const char *const labels[] = {"connector", "a\"b\\c\nd", "table", "é", NULL};
static const char *const none[] = {NULL};

static void check(struct tr_arena *arena, struct tr_writer *writer, const char *expected)
{
    struct tr_slice text;

    assert_int_equal(tr_writer_end(writer, &text), 0);
    assert_int_equal(text.n, strlen(expected));
    assert_memory_equal(text.p, expected, text.n);
    tr_arena_finish(arena);
}

static void test_samples(void **state)
{
    static const struct tr_family family = {"x_seconds_total", "What it is.", TR_COUNTER, 1000000};
    struct tr_arena arena;
    struct tr_writer writer;
    (void)state;

    tr_arena_init(&arena, 1024, 65536);
    tr_writer_begin(&writer, &arena);
    tr_expose_family(&writer, &family);
    tr_expose_sample(&writer, &family, 1500000, labels);
    tr_expose_sample(&writer, &family, -3000000, none);
    tr_expose_sample(&writer, &family, 1795257488680001, none);
    check(&arena, &writer,
          "# HELP x_seconds_total What it is.\n# TYPE x_seconds_total counter\n"
          "x_seconds_total{connector=\"a\\\"b\\\\c\\nd\",table=\"é\"} 1.5\n"
          "x_seconds_total -3\nx_seconds_total 1795257488.68\n");
}

static void test_histograms(void **state)
{
    static const struct tr_histogram_bounds bounds = {2, {1000, 2500000}};
    static const struct tr_family family = {"h_seconds", "What it is.", TR_HISTOGRAM, 1000000};
    static const char *const one[] = {"c", "x", NULL};
    struct tr_histogram histogram = {.bounds = &bounds};
    struct tr_arena arena;
    struct tr_writer writer;
    (void)state;

    tr_histogram_add(&histogram, 1000);
    tr_histogram_add(&histogram, 1001);
    tr_histogram_add(&histogram, 9000000);
    tr_arena_init(&arena, 1024, 65536);
    tr_writer_begin(&writer, &arena);
    tr_expose_histogram(&writer, &family, &histogram, one);
    check(&arena, &writer,
          "h_seconds_bucket{c=\"x\",le=\"0.001\"} 1\nh_seconds_bucket{c=\"x\",le=\"2.5\"} 2\n"
          "h_seconds_bucket{c=\"x\",le=\"+Inf\"} 3\nh_seconds_sum{c=\"x\"} 9.002001\n"
          "h_seconds_count{c=\"x\"} 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_histograms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
