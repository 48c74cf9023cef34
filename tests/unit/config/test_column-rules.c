#include "config/config.h"

#include "files.h"

static void test_order(void **state)
{
    const struct tr_capture_options *capture =
        &files_good(*state, "column.mask.hash.v2.SHA-512/256.with.salt.a=s.t.a\n"
                            "column.mask.hash.sha-1.with.salt.b.with.salt.c=s.t.b\n"
                            "column.mask.with.0.chars=s.t.c, s.t.d{1\\\\,2}\n"
                            "column.truncate.to.12.chars=s.t.e\n")
             ->capture;

    assert_int_equal(capture->ncolumn_rules, 4);
    assert_int_equal(capture->column_rules[0].action, TR_COLUMN_TRUNCATE);
    assert_int_equal(capture->column_rules[0].length, 12);
    assert_int_equal(capture->column_rules[1].action, TR_COLUMN_MASK);
    assert_int_equal(capture->column_rules[1].length, 0);
    assert_int_equal(capture->column_rules[1].columns.count, 2);
    assert_string_equal(capture->column_rules[1].columns.items[1], "s.t.d{1,2}");
    assert_int_equal(capture->column_rules[2].action, TR_COLUMN_HASH);
    assert_string_equal(capture->column_rules[2].algorithm, "SHA1");
    assert_string_equal(capture->column_rules[2].salt, "b.with.salt.c");
    assert_int_equal(capture->column_rules[3].action, TR_COLUMN_HASH_V2);
    assert_string_equal(capture->column_rules[3].algorithm, "SHA2-512/256");
}

static void test_names_that_say_nothing(void **state)
{
    struct files *files = *state;

    files_load_connector(files, "column.truncate.to.x.chars=a\ncolumn.mask.with.-1.chars=a\n"
                                "column.mask.with.99999999999999999999.chars=a\n"
                                "column.mask.hash.CRC32.with.salt.pepper=a\n"
                                "column.mask.hash.MD5.pepper=a\n");
    assert_error(files, "column.truncate.to.x.chars", "whole number");
    assert_error(files, "column.mask.with.-1.chars", "whole number");
    assert_error(files, "column.mask.with.99999999999999999999.chars", "too large");
    assert_error(files, "column.mask.hash.*", "none of MD5, SHA-1");
    assert_error(files, "column.mask.hash.*", "ALGORITHM.with.salt.SALT");
    for (size_t i = 0; i < files->config->nerrors; i++)
        assert_null(strstr(files->config->errors[i], "pepper"));
}

static void test_other_rules_are_another_configuration(void **state)
{
    char before[128];
    const char *now;

    snprintf(before, sizeof before, "%s",
             files_good(*state, "column.mask.hash.MD5.with.salt.a=x\n")->fingerprint);
    now = files_good(*state, "column.mask.hash.MD5.with.salt.b=x\n")->fingerprint;
    assert_string_not_equal(before, now);
}

static void test_naming(void **state)
{
    struct files *files = *state;
    const struct tr_naming_options *naming = &files_good(files, "")->capture.naming;

    assert_int_equal(naming->strategy, TR_TOPIC_QUALIFIED);
    files_load_connector(files, "topic.regex=(.*)\n");
    assert_warning(files, "topic.regex", "no effect");
    files_load_connector(
        files, "topic.naming.strategy=io.debezium.schema.DefaultRegexTopicNamingStrategy\n");
    assert_error(files, "topic.regex", "is missing");
    naming = &files_good(files, "topic.naming.strategy=io.debezium.schema."
                                "DefaultRegexTopicNamingStrategy\n"
                                "topic.regex=a\ntopic.replacement=b\n")
                  ->capture.naming;
    assert_int_equal(naming->strategy, TR_TOPIC_UNQUALIFIED | TR_TOPIC_REGEX);
    assert_true(naming->key_unique);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_setup, files_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),
        TEST(test_names_that_say_nothing),
        TEST(test_other_rules_are_another_configuration),
        TEST(test_naming),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
