#include <string.h>

#include "support/cmocka.h"
#include "transform/plugins.h"

#define UNWRAP "io.debezium.transforms.ExtractNewRecordState"
#define ROUTER "org.apache.kafka.connect.transforms.RegexRouter"

struct bed {
    struct tr_arena arena;
    struct tr_connector_options options;
    struct tr_validate_addition addition;
};

static void validate(struct bed *bed, struct tr_list aliases, const struct tr_property *items,
                     size_t count)
{
    struct tr_diag diag;

    bed->options.capture.transforms = (struct tr_transform_options){
        .transforms = aliases, .properties = {.items = items, .count = count}};
    assert_int_equal(tr_transform_validate(NULL, &bed->options, &bed->arena, &bed->addition, &diag),
                     0);
}

static const char *error_of(const struct bed *bed, const char *property)
{
    for (size_t i = 0; i < bed->addition.count; i++)
        if (strcmp(bed->addition.items[i].definition.name, property) == 0)
            return bed->addition.items[i].errors.count ? bed->addition.items[i].errors.items[0]
                                                       : "";
    for (size_t i = 0; i < bed->addition.errors.count; i++)
        if (strcmp(bed->addition.errors.items[i].property, property) == 0)
            return bed->addition.errors.items[i].message;
    fail_msg("no entry %s", property);
    return NULL;
}

static int setup(void **state)
{
    static struct bed bed;

    bed = (struct bed){0};
    tr_arena_init(&bed.arena, 4096, 1 << 20);
    *state = &bed;
    return 0;
}

static int teardown(void **state)
{
    tr_arena_finish(&((struct bed *)*state)->arena);
    return 0;
}

static const char *const a[] = {"a"}, *const aa[] = {"a", "a"};

static void test_good(void **state)
{
    struct bed *bed = *state;
    const struct tr_property items[] = {{"transforms.a.type", UNWRAP},
                                        {"transforms.a.add.fields", "op"}};

    validate(bed, (struct tr_list){a, 1}, items, TR_COUNT(items));
    assert_int_equal(bed->addition.errors.count, 0);
    assert_int_equal(bed->addition.warnings.count, 0);
    assert_string_equal(error_of(bed, "transforms.a.add.fields"), "");
    const struct tr_definition *first = &bed->addition.items[0].definition;
    assert_string_equal(first->name, "transforms.a.type");
    assert_string_equal(first->group, "Transforms: a");
    /* behind the common ones: what matters more, then by name */
    assert_string_equal(bed->addition.items[4].definition.name,
                        "transforms.a.delete.tombstone.handling.mode");
    assert_int_equal(bed->addition.items[4].definition.order, 4);
    assert_string_equal(bed->addition.items[5].definition.name, "transforms.a.add.fields");
    assert_string_equal(bed->addition.items[5].value, "op");
}

static void test_classes(void **state)
{
    struct bed *bed = *state;
    const struct tr_property unknown[] = {{"transforms.a.type", "com.example.Nope"}};

    validate(bed, (struct tr_list){a, 1}, unknown, 1);
    assert_string_equal(error_of(bed, "transforms.a.type"),
                        "Invalid value com.example.Nope for configuration transforms.a.type: Class "
                        "com.example.Nope could not be found.");
    validate(bed, (struct tr_list){a, 1}, NULL, 0);
    assert_string_equal(
        error_of(bed, "transforms.a.type"),
        "Missing required configuration \"transforms.a.type\" which has no default value.");
}

static void test_options(void **state)
{
    struct bed *bed = *state;
    const struct tr_property wrong[] = {{"transforms.a.type", UNWRAP},
                                        {"transforms.a.delete.tombstone.handling.mode", "nope"}};
    const struct tr_property missing[] = {{"transforms.a.type", ROUTER}};

    validate(bed, (struct tr_list){a, 1}, wrong, TR_COUNT(wrong));
    const char *error = error_of(bed, "transforms.a.delete.tombstone.handling.mode");
    assert_non_null(strstr(error, "Invalid value nope for configuration "
                                  "delete.tombstone.handling.mode: Value must be one of "));
    validate(bed, (struct tr_list){a, 1}, missing, 1);
    assert_string_equal(error_of(bed, "transforms.a.regex"),
                        "Missing required configuration \"regex\" which has no default value.");
}

static void test_what_only_the_chain_knows(void **state)
{
    struct bed *bed = *state;
    const struct tr_property regex[] = {{"transforms.a.type", ROUTER},
                                        {"transforms.a.regex", "("},
                                        {"transforms.a.replacement", "x"}};
    const struct tr_property twice[] = {{"transforms.a.type", UNWRAP}};
    const struct tr_property predicate[] = {{"transforms.a.type", UNWRAP},
                                            {"transforms.a.predicate", "nope"},
                                            {"transforms.b.type", UNWRAP}};

    validate(bed, (struct tr_list){a, 1}, regex, TR_COUNT(regex));
    assert_true(*error_of(bed, "transforms"));
    validate(bed, (struct tr_list){aa, 2}, twice, 1);
    assert_string_equal(
        error_of(bed, "transforms"),
        "Invalid value [a, a] for configuration transforms: Duplicate alias provided.");
    /* Connect takes both */
    validate(bed, (struct tr_list){a, 1}, predicate, TR_COUNT(predicate));
    assert_int_equal(bed->addition.errors.count, 0);
    assert_int_equal(bed->addition.warnings.count, 2);
}

static void test_plugins(void **state)
{
    struct bed *bed = *state;
    struct tr_definitions definitions;
    struct tr_plugin plugin;
    struct tr_diag diag;
    size_t count;

    assert_non_null(tr_transform_plugins(&bed->arena, &count));
    assert_true(count > 10);
    assert_int_equal(
        tr_transform_definitions("RegexRouter", &bed->arena, &plugin, &definitions, &diag), 0);
    assert_string_equal(plugin.class, ROUTER);
    assert_string_equal(plugin.type, "transformation");
    assert_int_equal(
        tr_transform_definitions("RecordIsTombstone", &bed->arena, &plugin, &definitions, &diag),
        0);
    assert_string_equal(plugin.type, "predicate");
    assert_int_equal(tr_transform_definitions("Nope", &bed->arena, &plugin, &definitions, &diag),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_classes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_only_the_chain_knows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plugins, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
