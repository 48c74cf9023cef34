#include "transform/date-format.h"

#include <stdio.h>

#include "support/cmocka.h"

/* Written by Java 17 with Locale.ENGLISH and UTC. */
static void test_write(void **state)
{
    static const struct {
        const char *pattern;
        int64_t ms;
        const char *text;
    } cases[] = {
        {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 1577872800123, "2020-01-01T10:00:00.123Z"},
        {"yy/M/d h:m:s a", 1577872800123, "20/1/1 10:0:0 AM"},
        {"EEE, d MMM yyyy HH:mm:ss Z", 1577872800123, "Wed, 1 Jan 2020 10:00:00 +0000"},
        {"EEEE MMMM u D", 1577872800123, "Wednesday January 3 1"},
        {"'o''clock' K k", 0, "o'clock 0 24"},
        {"G y", -62167219200001, "BC 2"},
        {"YYYY-'W'ww", 1577664000000, "2020-W01"}, /* Monday, 30 December 2019 */
        {"W F", 1577836800000, "1 1"},
        {"yyyyMMddHHmmssSSS", -1, "19691231235959999"},
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_arena arena;
        struct tr_writer writer;
        struct tr_slice out;
        struct tr_diag diag;
        tr_arena_init(&arena, 256, 4096);
        assert_int_equal(tr_date_format_check(cases[i].pattern, "format", &diag), 0);
        tr_writer_begin(&writer, &arena);
        tr_date_format_write(cases[i].pattern, cases[i].ms, &writer);
        assert_int_equal(tr_writer_end(&writer, &out), 0);
        snprintf(text, sizeof text, "%.*s", (int)out.n, out.p);
        assert_string_equal(text, cases[i].text);
        tr_arena_finish(&arena);
    }
}

static void test_read(void **state)
{
    static const struct {
        const char *pattern, *text;
        int64_t ms;
    } cases[] = {
        {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2020-01-01T10:00:00.123+02:00", 1577865600123},
        {"yyyyMMdd", "20200101", 1577836800000},
        {"d MMM yyyy h:mm a", "1 January 2020 12:30 AM", 1577838600000},
        {"dd/MM/yy", "01/01/70", 0},
        {"yyyy", "2020 and more", 1577836800000},
        {"yyyy-DDD", "2024-060", 1709164800000},
        {"yyyy-MM-dd", "2024-13-01", 1735689600000},
        {"d.M.y G", "1.1.1 AD", -62135596800000},
        {"ss.SSSSSSSSS", "01.999999999", 1000000999},
    };
    int64_t ms;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(tr_date_format_read(cases[i].pattern, tr_slice_of(cases[i].text), &ms), 0);
        assert_int_equal(ms, cases[i].ms);
    }
    assert_int_equal(tr_date_format_read("yyyy-MM", TR_SLICE("2020/01"), &ms), -1);
    assert_int_equal(tr_date_format_read("yyyy", TR_SLICE(""), &ms), -1);
    assert_int_equal(tr_date_format_read("y", TR_SLICE("100000001"), &ms), -1);
    assert_int_equal(tr_date_format_read("H", TR_SLICE("99999999999999999"), &ms), -1);
    assert_int_equal(tr_date_format_read("YYYY-'W'ww-u", TR_SLICE("2020-W01-3"), &ms), -1);
}

static void test_bad_patterns(void **state)
{
    struct tr_diag diag;

    (void)state;
    assert_int_equal(tr_date_format_check("yyyy-bb", "format", &diag), -1);
    assert_non_null(strstr(diag.message, "format=yyyy-bb"));
    assert_int_equal(tr_date_format_check("'yyyy", "format", &diag), -1);
    assert_int_equal(tr_date_format_check("XXXX", "format", &diag), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_bad_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
