#include "capture/names/adjust.h"

#include "support/cmocka.h"

static void check(enum tr_adjustment mode, const char *name, const char *schema, const char *field)
{
    struct tr_arena arena;

    tr_arena_init(&arena, 256, 1 << 16);
    assert_string_equal(tr_adjust_schema_name(mode, name, &arena), schema);
    assert_string_equal(tr_adjust_field_name(mode, name, &arena), field);
    tr_arena_finish(&arena);
}

static void test_none(void **state)
{
    (void)state;
    check(TR_ADJUST_NONE, "2 ä.b", "2 ä.b", "2 ä.b");
}

static void test_avro(void **state)
{
    (void)state;
    check(TR_ADJUST_AVRO, "a.b-c_d", "a.b_c_d", "a_b_c_d");
    check(TR_ADJUST_AVRO, "2nd", "_2nd", "_2nd");
    check(TR_ADJUST_AVRO, "-1", "_1", "_1");
    check(TR_ADJUST_AVRO, "prix€", "prix_", "prix_");
    check(TR_ADJUST_AVRO, "😀", "__", "__"); /* a pair of UTF-16 */
    check(TR_ADJUST_AVRO, "", "", "");
}

static void test_avro_unicode(void **state)
{
    (void)state;
    check(TR_ADJUST_AVRO_UNICODE, "a.b_c d", "a.b_u005fc_u0020d", "a_u002eb_u005fc_u0020d");
    check(TR_ADJUST_AVRO_UNICODE, "2nd", "_u0032nd", "_u0032nd");
    check(TR_ADJUST_AVRO_UNICODE, "ł€", "_u142_u20ac", "_u142_u20ac"); /* three digits stay three */
    check(TR_ADJUST_AVRO_UNICODE, "\t", "_u009", "_u009");
    check(TR_ADJUST_AVRO_UNICODE, "😀", "_ud83d_ude00", "_ud83d_ude00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_avro),
        cmocka_unit_test(test_avro_unicode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
