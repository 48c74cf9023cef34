#include "config/read.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka.h"

/* Settings of one text, in any form. */
struct bed {
    struct tr_arena arena;
    struct tr_problems problems;
    struct tr_reading reading;
    struct tr_diag diag;
};

static int setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_non_null(bed);
    tr_arena_init(&bed->arena, 1024, 16 << 20);
    bed->problems.arena = &bed->arena;
    bed->reading = (struct tr_reading){
        .arena = &bed->arena, .problems = &bed->problems, .end = &bed->reading.first};
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;

    tr_arena_finish(&bed->arena);
    free(bed);
    return 0;
}

static const struct tr_settings *properties(struct bed *bed, const char *text)
{
    assert_int_equal(tr_read_properties(&bed->reading, "f", tr_slice_of(text), &bed->diag), 0);
    assert_int_equal(bed->problems.nerrors, 0);
    return bed->reading.first;
}

static void assert_setting(const struct tr_settings *settings, size_t i, const char *name,
                           const char *value)
{
    assert_true(i < settings->count);
    assert_string_equal(settings->items[i].name, name);
    assert_string_equal(settings->items[i].value, value);
}

static void test_separators(void **state)
{
    const struct tr_settings *settings =
        properties(*state, "a=1\nb:2\nc 3\n  d  =  4 \ne\nf==x\r\ng = : y\rh\t5\n");

    assert_int_equal(settings->count, 8);
    assert_setting(settings, 0, "a", "1");
    assert_setting(settings, 1, "b", "2");
    assert_setting(settings, 2, "c", "3");
    assert_setting(settings, 3, "d", "4 "); /* blanks at the end belong to the value */
    assert_setting(settings, 4, "e", "");
    assert_setting(settings, 5, "f", "=x");
    assert_setting(settings, 6, "g", ": y");
    assert_setting(settings, 7, "h", "5");
}

static void test_comments_and_lines(void **state)
{
    const struct tr_settings *settings =
        properties(*state, "# a=1\\\n\n  ! b\nc=x,\\\n   y,\\\n\tz\nd=1\\\\\ne=2\nf=#no;comment");

    assert_int_equal(settings->count, 4);
    assert_setting(settings, 0, "c", "x,y,z");
    assert_int_equal(settings->items[0].line, 4);
    assert_setting(settings, 1, "d", "1\\");
    assert_int_equal(settings->items[1].line, 7);
    assert_setting(settings, 2, "e", "2");
    assert_setting(settings, 3, "f", "#no;comment");
}

static void test_escapes(void **state)
{
    const struct tr_settings *settings = properties(
        *state, "a\\ b\\:c=\\t\\n\\q\\=\nd=\\u00e9\\u20AC\\ud83d\\ude00\ne=caf\xc3\xa9\nf=end\\");

    assert_setting(settings, 0, "a b:c", "\t\nq=");
    assert_setting(settings, 1, "d", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_setting(settings, 2, "e", "caf\xc3\xa9");
    assert_setting(settings, 3, "f", "end");
}

static void test_malformed_escapes(void **state)
{
    struct bed *bed = *state;
    static const char *const texts[] = {"a=1\nb=\\u12g4", "a=1\nb=\\u12", "a=1\nb=\\ud83d",
                                        "a=1\nb=\\ude00", "a=1\nb=\\u0000"};

    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        assert_int_equal(tr_read_properties(&bed->reading, "f", tr_slice_of(texts[i]), &bed->diag),
                         -1);
        assert_int_equal(strncmp(bed->diag.message, "f:2: malformed \\uXXXX", 20), 0);
    }
}

static void test_a_zero_byte(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(
        tr_read_properties(&bed->reading, "f", (struct tr_slice){"a=1\0", 4}, &bed->diag), -1);
    assert_string_equal(bed->diag.message, "f:1: a zero byte: this is not a text file");
}

static void test_a_property_that_is_there_twice(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(
        tr_read_properties(&bed->reading, "f", TR_SLICE("a=1\nb=2\na=3\n"), &bed->diag), 0);
    assert_int_equal(bed->problems.nerrors, 1);
    assert_string_equal(bed->problems.errors[0].message,
                        "f:3: a is there twice: remove one of them");
}

static void test_whose_file_it_is(void **state)
{
    struct bed *bed = *state;

    assert_true(properties(bed, "bootstrap.servers=x:1")->worker);
    (void)properties(bed, "connector.class=x");
    assert_false(bed->reading.first->next->worker);
}

static void test_sections(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(tr_read_ini(&bed->reading, "f",
                                 TR_SLICE("; c\n[worker]\ngroup.id = g \n\n[connector my shop]\n"
                                          "database.password = a ;b#c\n"),
                                 &bed->diag),
                     0);
    const struct tr_settings *settings = bed->reading.first;
    assert_true(settings->worker);
    assert_setting(settings, 0, "group.id", "g");
    assert_string_equal(settings->next->section, "my shop");
    assert_setting(settings->next, 0, "database.password", "a ;b#c");
    assert_int_equal(settings->next->items[0].line, 6);
}

static void test_a_line_of_any_length(void **state)
{
    struct bed *bed = *state;
    static char text[100000] = "[worker]\na=";

    memset(text + strlen(text), 'x', sizeof text - 1 - strlen(text));
    assert_int_equal(tr_read_ini(&bed->reading, "f", tr_slice_of(text), &bed->diag), 0);
    assert_int_equal(strlen(bed->reading.first->items[0].value), sizeof text - 12);
}

static void test_sections_that_are_none(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(tr_read_ini(&bed->reading, "f", TR_SLICE("a=1\n[sink]\nb=2\n"), &bed->diag),
                     0);
    assert_int_equal(bed->problems.nerrors, 2);
    assert_non_null(strstr(bed->problems.errors[0].message, "f:1: a stands outside of a section"));
    assert_non_null(strstr(bed->problems.errors[1].message, "f:2: [sink] is not a section"));
    assert_int_equal(tr_read_ini(&bed->reading, "f", TR_SLICE("[worker\n"), &bed->diag), -1);
    assert_string_equal(bed->diag.message, "f:1: a section that has no ] at its end");
}

static const struct tr_settings *json(struct bed *bed, const char *text)
{
    assert_int_equal(tr_read_json(&bed->reading, "f", tr_slice_of(text), &bed->diag), 0);
    return bed->reading.first;
}

static void test_json(void **state)
{
    struct bed *bed = *state;
    const struct tr_settings *settings =
        json(bed, "{\"name\":\"n\",\"config\":{\"a\":\"x\",\"b\":5432,\"c\":true,\"d\":1.5}}");

    assert_int_equal(bed->problems.nerrors, 0);
    assert_string_equal(settings->section, "n");
    assert_setting(settings, 0, "a", "x");
    assert_setting(settings, 1, "b", "5432");
    assert_setting(settings, 2, "c", "true");
    assert_setting(settings, 3, "d", "1.5");
    (void)json(bed, "{\"name\":\"n\",\"a\":\"x\"}");
    assert_int_equal(settings->next->count, 2);
    assert_setting(settings->next, 0, "name", "n");
}

static void test_json_that_is_none(void **state)
{
    struct bed *bed = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{\"a\":\"open-sesame\",}", "f:1: this is not JSON, at column"},
        {"{\"a\":1,\n\"a\":2}", "f:2: a property is there twice: remove one of them"},
        {"[1]", "f: a connector's JSON is an object"},
        {"\"open-sesame\"", "f:"},
        {"", "f:1: this is not JSON"},
    };

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_int_equal(tr_read_json(&bed->reading, "f", tr_slice_of(cases[i].text), &bed->diag),
                         -1);
        assert_non_null(strstr(bed->diag.message, cases[i].message));
        assert_null(strstr(bed->diag.message, "sesame"));
    }
}

static void test_json_values_that_are_none(void **state)
{
    struct bed *bed = *state;

    (void)json(bed, "{\"name\":\"n\",\"config\":{\"a\":null,\"b\":[1]},\"state\":\"x\"}");
    assert_int_equal(bed->problems.nerrors, 3);
    assert_non_null(
        strstr(bed->problems.errors[0].message, "\"state\" can't stand beside \"config\""));
    assert_string_equal(bed->problems.errors[1].message,
                        "f: the value of a is not a text, a number or a boolean");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_separators),
        TEST(test_comments_and_lines),
        TEST(test_escapes),
        TEST(test_malformed_escapes),
        TEST(test_a_zero_byte),
        TEST(test_a_property_that_is_there_twice),
        TEST(test_whose_file_it_is),
        TEST(test_sections),
        TEST(test_a_line_of_any_length),
        TEST(test_sections_that_are_none),
        TEST(test_json),
        TEST(test_json_that_is_none),
        TEST(test_json_values_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
