#include "capture/names/naming.h"

#include "support/cmocka.h"

static const struct tr_table table = {.schema = "Odd Schema", .name = "tä_b"};

static void check(const struct tr_naming_options *how, const char *topic, const char *key)
{
    const struct tr_capture_options options = {
        .topic_prefix = "p", .topic_delimiter = "-", .naming = *how};
    struct tr_naming *naming;
    struct tr_arena arena;
    struct tr_slice name;
    struct tr_naming_field field;
    struct tr_diag diag;

    tr_arena_init(&arena, 256, 1 << 16);
    assert_int_equal(tr_naming_new(&options, &naming, &diag), 0);
    assert_int_equal(tr_naming_topic(naming, &table, &arena, &name, &diag), 0);
    assert_string_equal(name.p, topic);
    assert_int_equal(name.n, strlen(topic));
    assert_int_equal(tr_naming_key_field(naming, &table, &arena, &field, &diag), 0);
    if (key) {
        assert_string_equal(field.name, "t");
        assert_true(tr_slice_is(field.value, key));
    } else {
        assert_null(field.name);
    }
    tr_naming_free(naming);
    tr_arena_finish(&arena);
}

static void test_plain(void **state)
{
    (void)state;
    check(&(struct tr_naming_options){.strategy = TR_TOPIC_QUALIFIED}, "p-Odd_Schema-t__b", NULL);
    check(&(struct tr_naming_options){.strategy = TR_TOPIC_UNQUALIFIED}, "p-t__b", NULL);
    check(&(struct tr_naming_options){.strategy = TR_TOPIC_UNICODE},
          "p-Odd_u0020Schema-t_u00e4_u005fb", NULL);
}

static void test_regex(void **state)
{
    struct tr_naming_options how = {.strategy = TR_TOPIC_REGEX,
                                    .regex = "p-(.*)-(.*)",
                                    .replacement = "$2.$1",
                                    .key_unique = true,
                                    .key_field = "t"};

    (void)state;
    check(&how, "t__b.Odd_Schema", "p-Odd Schema-tä_b"); /* the key's is not made fit for Kafka */
    how.key_regex = ".*-(.*)";
    how.key_replacement = "$1";
    check(&how, "t__b.Odd_Schema", "tä_b");
    how.regex = "p-(.*)-x"; /* the whole name has to match */
    how.key_unique = false;
    check(&how, "p-Odd_Schema-t__b", NULL);
    how.regex = ".*";
    how.replacement = "$9";
    how.strategy = TR_TOPIC_QUALIFIED; /* then it has no say */
    check(&how, "p-Odd_Schema-t__b", NULL);
}

static void test_a_group_that_is_not_there(void **state)
{
    const struct tr_capture_options options = {
        .topic_prefix = "p",
        .topic_delimiter = ".",
        .naming = {.strategy = TR_TOPIC_REGEX, .regex = ".*", .replacement = "$9"}};
    struct tr_naming *naming;
    struct tr_arena arena;
    struct tr_slice name;
    struct tr_diag diag;

    (void)state;
    tr_arena_init(&arena, 256, 1 << 16);
    assert_int_equal(tr_naming_new(&options, &naming, &diag), 0);
    assert_int_equal(tr_naming_topic(naming, &table, &arena, &name, &diag), -1);
    assert_non_null(strstr(diag.message, "topic.replacement"));
    tr_naming_free(naming);
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_regex),
        cmocka_unit_test(test_a_group_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
