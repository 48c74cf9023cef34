#include "config/connector-config.h"

#include "files.h"

/* The worker, from a file, and the connectors' properties, from elsewhere. */
struct bed {
    struct files *files;
    struct tr_connector_config *config;
};

#define WORKER "bootstrap.servers=b:1\nvalue.converter.schemas.enable=false\n"

static int setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_int_equal(files_setup((void **)&bed->files), 0);
    files_add(bed->files, "w.properties", WORKER);
    files_add(bed->files, "c.properties", "name=c\n" NEEDED);
    files_load(bed->files);
    assert_int_equal(bed->files->rc, 0);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;

    tr_connector_config_free(bed->config);
    files_teardown((void **)&bed->files);
    free(bed);
    return 0;
}

#define POSTGRES                                                                                   \
    {"connector.class", "io.debezium.connector.postgresql.PostgresConnector"},                     \
        {"database.hostname", "db"}, {"database.user", "u"}, {"database.dbname", "d"},             \
    {                                                                                              \
        "topic.prefix", "p"                                                                        \
    }

static void read_all(struct bed *bed, const char *name, const struct tr_property *items, size_t n)
{
    struct tr_properties properties = {items, n, NULL};
    struct tr_diag diag;

    tr_connector_config_free(bed->config);
    assert_int_equal(
        tr_connector_config_new(bed->files->config, name, &properties, &bed->config, &diag), 0);
}

#define read_properties(bed, name, ...)                                                            \
    do {                                                                                           \
        const struct tr_property items[] = {__VA_ARGS__};                                          \
        read_all(bed, name, items, TR_COUNT(items));                                               \
    } while (0)

static const char *about(const struct tr_config_findings *findings, const char *property)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].property && strcmp(findings->items[i].property, property) == 0)
            return findings->items[i].message;
    return "";
}

static void test_good(void **state)
{
    struct bed *bed = *state;

    read_properties(bed, "x", POSTGRES);
    assert_int_equal(bed->config->errors.count, 0);
    assert_int_equal(bed->config->warnings.count, 0);
    assert_string_equal(bed->config->options.name, "x");
    assert_string_equal(bed->config->options.postgres.hostname, "db");
    assert_false(bed->config->options.capture.value.schemas_enable); /* the worker's */
    assert_true(bed->config->options.capture.key.schemas_enable);
    assert_non_null(bed->config->options.fingerprint);
}

static void test_unknown_is_a_warning(void **state)
{
    struct bed *bed = *state;

    read_properties(bed, "x", POSTGRES, {"slot.nam", "s"}, {"group.id", "g"});
    assert_int_equal(bed->config->errors.count, 0);
    assert_int_equal(bed->config->warnings.count, 2);
    assert_string_equal(about(&bed->config->warnings, "slot.nam"),
                        "slot.nam has no effect: this connector has no such property; did you mean "
                        "slot.name?");
    assert_string_equal(about(&bed->config->warnings, "group.id"),
                        "group.id has no effect: this connector has no such property");
}

static void test_words_of_debezium(void **state)
{
    struct bed *bed = *state;
    const struct tr_config_findings *errors;

    read_properties(
        bed, "x", {"connector.class", "io.debezium.connector.postgresql.PostgresConnector"},
        {"database.hostname", NULL}, {"database.port", "abc"}, {"database.user", "u"},
        {"database.dbname", "d"}, {"topic.prefix", "bad prefix"}, {"slot.name", "Bad-Slot"},
        {"decimal.handling.mode", "exact"}, {"tombstones.on.delete", "perhaps"},
        {"table.include.list", "a.b"}, {"table.exclude.list", "c.d"}, {"column.include.list", "["});
    errors = &bed->config->errors;
    assert_int_equal(errors->count, 8);
    assert_string_equal(about(errors, "database.hostname"),
                        "The 'database.hostname' value is invalid: A value is required");
    assert_string_equal(about(errors, "database.port"),
                        "The 'database.port' value is invalid: An integer is expected");
    assert_string_equal(
        about(errors, "topic.prefix"),
        "The 'topic.prefix' value is invalid: bad prefix has invalid format (only the underscore, "
        "hyphen, dot and alphanumeric characters are allowed)");
    assert_string_equal(
        about(errors, "slot.name"),
        "The 'slot.name' value is invalid: Valid replication slot name must contain only digits, "
        "lowercase characters and underscores with length <= 63");
    assert_string_equal(
        about(errors, "decimal.handling.mode"),
        "The 'decimal.handling.mode' value is invalid: Value must be one of precise, double, "
        "string");
    assert_string_equal(
        about(errors, "tombstones.on.delete"),
        "The 'tombstones.on.delete' value is invalid: Either 'true' or 'false' is expected");
    assert_string_equal(
        about(errors, "table.exclude.list"),
        "The 'table.exclude.list' value is invalid: \"table.include.list\" is already specified");
    assert_non_null(strstr(about(errors, "column.include.list"),
                           "A comma-separated list of valid regular expressions is expected, but"));
}

static void test_words_of_connect(void **state)
{
    struct bed *bed = *state;
    const struct tr_config_findings *errors;

    read_properties(bed, NULL, POSTGRES, {"tasks.max", "abc"}, {"errors.tolerance", "some"},
                    {"value.converter", "com.example.Nope"});
    errors = &bed->config->errors;
    assert_int_equal(errors->count, 5);
    assert_string_equal(about(errors, "name"),
                        "Missing required configuration \"name\" which has no default value.");
    assert_string_equal(about(errors, "tasks.max"),
                        "Invalid value abc for configuration tasks.max: Not a number of type INT");
    assert_string_equal(
        about(errors, "value.converter"),
        "Invalid value com.example.Nope for configuration value.converter: Class com.example.Nope "
        "could not be found.");

    read_properties(bed, "", POSTGRES, {"tasks.max", "0"});
    errors = &bed->config->errors;
    assert_int_equal(errors->count, 2);
    assert_string_equal(about(errors, "name"),
                        "Invalid value  for configuration name: String may not be empty");
    assert_string_equal(about(errors, "tasks.max"),
                        "Invalid value 0 for configuration tasks.max: Value must be at least 1");

    read_properties(bed, "a\1b", POSTGRES);
    assert_string_equal(about(&bed->config->errors, "name"),
                        "Invalid value a\1b for configuration name: String may not contain control "
                        "sequences but had the following ASCII chars: 1");
}

static void test_secrets_are_of_the_moment(void **state)
{
    struct bed *bed = *state;
    char reference[256];

    snprintf(reference, sizeof reference, "${file:%s:pw}",
             files_put(bed->files, "secret.properties", "pw=one\n"));
    read_properties(bed, "x", POSTGRES, {"database.password", reference});
    assert_string_equal(bed->config->options.postgres.password, "one");
    (void)files_put(bed->files, "secret.properties", "pw=two\n");
    read_properties(bed, "x", POSTGRES, {"database.password", reference});
    assert_string_equal(bed->config->options.postgres.password, "two");
    (void)files_put(bed->files, "secret.properties", "other=two\n");
    read_properties(bed, "x", POSTGRES, {"database.password", reference});
    assert_int_equal(bed->config->errors.count, 1);
    assert_non_null(strstr(about(&bed->config->errors, "database.password"), "has no property pw"));
}

static void test_secrets_stay_out_of_messages(void **state)
{
    struct bed *bed = *state;
    char reference[256];

    snprintf(reference, sizeof reference, "${file:%s:pw}",
             files_put(bed->files, "secret.properties", "pw=sesame\n"));
    read_properties(bed, "x", POSTGRES, {"slot.name", "ok"}, {"database.port", reference},
                    {"tasks.max", reference});
    assert_int_equal(bed->config->errors.count, 3);
    for (size_t i = 0; i < bed->config->errors.count; i++)
        assert_null(strstr(bed->config->errors.items[i].message, "sesame"));
}

static void test_given_properties_can_be_read_again(void **state)
{
    struct bed *bed = *state;
    const struct tr_config *config = bed->files->config;
    struct tr_diag diag;

    assert_int_equal(tr_connector_config_new(config, NULL, &config->given[0], &bed->config, &diag),
                     0);
    assert_int_equal(tr_connector_config_result(bed->config, &diag), 0);
    assert_string_equal(bed->config->options.name, "c");
    assert_string_equal(bed->config->options.fingerprint, config->connectors[0].fingerprint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown_is_a_warning, setup, teardown),
        cmocka_unit_test_setup_teardown(test_words_of_debezium, setup, teardown),
        cmocka_unit_test_setup_teardown(test_words_of_connect, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets_are_of_the_moment, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets_stay_out_of_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_given_properties_can_be_read_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
