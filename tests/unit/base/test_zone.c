/* Offsets of zones, also where clocks are put forward or back. */
#include "base/zone.h"

#include "support/cmocka.h"

#define HOUR 3600

static struct tr_zone *zone_of(const char *name)
{
    struct tr_zone *zone;

    assert_int_equal(tr_zone_new(name, &zone), 0);
    return zone;
}

static void test_fixed(void **state)
{
    struct tr_zone *zone = zone_of("-05:30");

    (void)state;
    assert_int_equal(tr_zone_offset(zone, 0), -19800);
    assert_int_equal(tr_zone_local_offset(zone, 0), -19800);
    tr_zone_free(zone);
    zone = zone_of("+00:00:01");
    assert_int_equal(tr_zone_offset(zone, 0), 1);
    tr_zone_free(zone);
}

static void test_named(void **state)
{
    struct tr_zone *zone = zone_of("America/New_York");

    (void)state;
    assert_int_equal(tr_zone_offset(zone, 1593597600), -4 * HOUR); /* 2020-07-01T10:00Z */
    assert_int_equal(tr_zone_offset(zone, 1577872800), -5 * HOUR); /* 2020-01-01T10:00Z */
    /* 2020-03-08T02:30 is never shown, 2020-11-01T01:30 is shown twice */
    assert_int_equal(tr_zone_local_offset(zone, 1583634600), -5 * HOUR);
    assert_int_equal(tr_zone_local_offset(zone, 1583638200), -4 * HOUR);
    assert_int_equal(tr_zone_local_offset(zone, 1604194200), -4 * HOUR);
    assert_int_equal(tr_zone_local_offset(zone, 1604197800), -5 * HOUR);
    /* beyond the table: the rule, and local mean time */
    assert_int_equal(tr_zone_offset(zone, INT64_C(4118724000)), -4 * HOUR); /* 2100-07-08 */
    assert_int_equal(tr_zone_offset(zone, INT64_C(-5364662400)), -17762);   /* 1800-01-01 */
    assert_int_equal(tr_zone_local_offset(zone, INT64_MIN), -17762);
    assert_int_equal(tr_zone_local_offset(zone, INT64_MAX), -5 * HOUR);
    tr_zone_free(zone);
    zone = zone_of("UTC");
    assert_int_equal(tr_zone_offset(zone, 0), 0);
    tr_zone_free(zone);
}

static void test_none(void **state)
{
    static const char *const names[] = {
        "",       "Mars/Olympus", "+5",        "+19:00",      "+18:01",
        "+05-30", "+05:60",       "../passwd", "/etc/passwd", "Europe/../../../../etc/passwd"};
    struct tr_zone *zone;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(tr_zone_new(names[i], &zone), 1);
    tr_zone_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
