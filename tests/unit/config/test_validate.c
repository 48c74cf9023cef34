#include "config/validate.h"

#include "files.h"

struct bed {
    struct files *files;
    struct tr_arena arena;
    struct tr_validation validation;
    struct tr_diag diag;
    int connected; /* what the database answers: 0 or <0; 1: nobody asked */
};

static int setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_int_equal(files_setup((void **)&bed->files), 0);
    files_add(bed->files, "w.properties",
              "bootstrap.servers=b:1\n"
              "value.converter=org.apache.kafka.connect.storage.StringConverter\n");
    files_load(bed->files);
    tr_arena_init(&bed->arena, 1 << 16, 1 << 24);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;

    tr_arena_finish(&bed->arena);
    files_teardown((void **)&bed->files);
    free(bed);
    return 0;
}

static int try_to_connect(void *context, const struct tr_connector_options *options,
                          struct tr_diag *diag)
{
    struct bed *bed = context;
    int answer = bed->connected;

    assert_string_equal(options->postgres.hostname, "db");
    bed->connected = 1;
    return answer < 0 ? tr_fail(diag, TR_NETWORK, TR_RETRY, "nobody is there") : 0;
}

static int validate(struct bed *bed, const struct tr_property *items, size_t count)
{
    const struct tr_properties properties = {items, count, NULL};
    const struct tr_validate_params params = {
        .config = bed->files->config,
        .properties = &properties,
        .connect = try_to_connect,
        .context = bed,
    };

    return tr_validate(&params, &bed->arena, &bed->validation, &bed->diag);
}

#define validate_properties(bed, ...)                                                              \
    validate(bed, (const struct tr_property[]){__VA_ARGS__},                                       \
             TR_COUNT(((const struct tr_property[]){__VA_ARGS__})))

static const struct tr_validated *entry(const struct bed *bed, const char *name)
{
    for (size_t i = 0; i < bed->validation.nconfigs; i++)
        if (strcmp(bed->validation.configs[i].definition.name, name) == 0)
            return &bed->validation.configs[i];
    fail_msg("no entry %s", name);
    return NULL;
}

#define FILE_SOURCE                                                                                \
    {                                                                                              \
        "connector.class", "FileStreamSource"                                                      \
    }
#define POSTGRES                                                                                   \
    {"name", "c"}, {"connector.class", "io.debezium.connector.postgresql.PostgresConnector"},      \
        {"database.hostname", "db"}, {"database.user", "u"}, {"database.dbname", "d"},             \
        {"database.password", "sesame"},                                                           \
    {                                                                                              \
        "topic.prefix", "p"                                                                        \
    }

static void test_a_file_connector(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(validate_properties(bed, FILE_SOURCE, {"name", "f"}, {"topic", "t"},
                                         {"unknown.prop", "1.5"}),
                     0);
    assert_string_equal(bed->validation.name,
                        "org.apache.kafka.connect.file.FileStreamSourceConnector");
    assert_int_equal(bed->validation.error_count, 0);
    assert_int_equal(bed->validation.warnings.count, 1);
    assert_string_equal(entry(bed, "topic")->value, "t");
    assert_string_equal(entry(bed, "batch.size")->value, "2000");
    assert_string_equal(entry(bed, "connector.class")->value, bed->validation.name);
    assert_string_equal(entry(bed, "value.converter")->value,
                        "org.apache.kafka.connect.storage.StringConverter"); /* the worker's */
    assert_string_equal(entry(bed, "key.converter")->definition.default_value,
                        "org.apache.kafka.connect.json.JsonConverter");
    assert_true(entry(bed, "topic")->definition.required);
    assert_null(entry(bed, "topic")->definition.group);
    assert_int_equal(entry(bed, "topic")->definition.order, -1);
    assert_int_equal(entry(bed, "predicates")->definition.order, 13);
    assert_int_equal(tr_validation_result(&bed->validation, &bed->diag), 0);
}

static void test_errors_are_told_in_the_order_of_the_definitions(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(validate_properties(bed, FILE_SOURCE, {"name", "f"},
                                         {"errors.retry.timeout", "x"}, {"tasks.max", "abc"},
                                         {"errors.tolerance", "some"}),
                     0);
    assert_int_equal(bed->validation.error_count, 5);
    assert_null(entry(bed, "tasks.max")->value);
    assert_int_equal(tr_validation_result(&bed->validation, &bed->diag), 1);
    assert_string_equal(
        bed->diag.message,
        "Connector configuration is invalid and contains the following 5 error(s):\n"
        "Invalid value abc for configuration tasks.max: Not a number of type INT\n"
        "Invalid value null for configuration tasks.max: Value must be non-null\n"
        "Invalid value x for configuration errors.retry.timeout: Not a number of type LONG\n"
        "Invalid value some for configuration errors.tolerance: String must be one of: none, all\n"
        "Missing required configuration \"topic\" which has no default value.\n"
        "You can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`");
}

static void test_null_is_a_value(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(validate_properties(bed, FILE_SOURCE, {"name", "f"}, {"topic", NULL}), 0);
    assert_int_equal(bed->validation.error_count, 0);
    assert_int_equal(validate_properties(bed, FILE_SOURCE, {"name", "f"}, {"topic", ""}), 0);
    assert_string_equal(entry(bed, "topic")->errors.items[0],
                        "Invalid value  for configuration topic: String must be non-empty");
}

static void test_a_sink_needs_topics(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(
        validate_properties(bed, {"connector.class", "FileStreamSinkConnector"}, {"name", "f"}), 0);
    assert_int_equal(bed->validation.error_count, 2);
    assert_string_equal(entry(bed, "topics")->errors.items[0],
                        "Must configure one of topics or topics.regex");
    assert_int_equal(validate_properties(bed, {"connector.class", "FileStreamSinkConnector"},
                                         {"name", "f"}, {"topics", "a,b"}, {"topics.regex", "c"}),
                     0);
    assert_int_equal(bed->validation.error_count, 2);
    assert_int_equal(validate_properties(bed, {"connector.class", "FileStreamSinkConnector"},
                                         {"name", "f"}, {"topics", "a,b"}),
                     0);
    assert_int_equal(bed->validation.error_count, 0);
    assert_int_equal(validate_properties(bed, {"connector.class", "FileStreamSinkConnector"},
                                         {"name", "f"}, {"topics", "a,b"}, {"transforms", "t"}),
                     0);
    assert_int_equal(entry(bed, "transforms")->errors.count, 1);
    assert_int_equal(validate_properties(bed, {"connector.class", "FileStreamSinkConnector"},
                                         {"name", "f"}, {"topics", "a"},
                                         {"errors.tolerance", "all"},
                                         {"errors.deadletterqueue.topic.name", "letters"}),
                     0);
    assert_int_equal(entry(bed, "errors.tolerance")->errors.count, 1);
    assert_int_equal(entry(bed, "errors.deadletterqueue.topic.name")->errors.count, 1);
}

static void test_a_database(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(validate_properties(bed, POSTGRES), 0);
    assert_int_equal(bed->connected, 1);
    assert_int_equal(bed->validation.error_count, 0);
    assert_null(entry(bed, "database.password")->value);
    assert_null(entry(bed, "topic.prefix")->value); /* Debezium's are never shown */
    assert_false(entry(bed, "topic.prefix")->definition.required);
    assert_string_equal(entry(bed, "topic.prefix")->definition.group, "Postgres");
    assert_string_equal(entry(bed, "schema.include.list")->definition.dependents.items[0],
                        "table.include.list");
    assert_false(entry(bed, "schema.exclude.list")->visible);
    assert_int_equal(entry(bed, "decimal.handling.mode")->recommended_values.count, 3);
    assert_int_equal(entry(bed, "openlineage.integration.enabled")->definition.order, 28);
}

static void test_a_database_that_is_away(void **state)
{
    struct bed *bed = *state;

    bed->connected = -1;
    assert_int_equal(validate_properties(bed, POSTGRES), 0);
    assert_int_equal(bed->validation.error_count, 1);
    assert_string_equal(entry(bed, "database.hostname")->errors.items[0],
                        "Error while validating connector config: nobody is there");
    /* what can't be right isn't tried */
    bed->connected = -1;
    assert_int_equal(validate_properties(bed, POSTGRES, {"database.port", "x"}), 0);
    assert_int_equal(bed->validation.error_count, 1);
    assert_int_equal(bed->connected, -1);
}

static void test_errors_of_properties_that_are_not_shown(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(
        validate_properties(bed, POSTGRES, {"memory.limit", "1"}, {"table.whitelist", "a"}), 0);
    assert_int_equal(bed->validation.error_count, 2);
    assert_string_equal(entry(bed, "memory.limit")->value, "1");
    assert_non_null(strstr(entry(bed, "table.whitelist")->errors.items[0], "table.include.list"));
}

static void test_no_connector(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(validate_properties(bed, {"name", "x"}, {"database.password", "sesame"}), 1);
    assert_string_equal(bed->diag.message, "Connector config {name=x, database.password=[hidden]} "
                                           "contains no connector type");
    assert_int_equal(validate_properties(bed, {"connector.class", "java.lang.String"}), 1);
    assert_non_null(strstr(bed->diag.message,
                           "Failed to find any class that implements Connector and which name "
                           "matches java.lang.String, available connectors are: "));
    assert_int_equal(validate_properties(bed, {"connector.class", "JsonConverter"}), 1);
}

static void test_plugins(void **state)
{
    struct bed *bed = *state;
    struct tr_definitions definitions;

    assert_ptr_equal(tr_plugin_find("Postgres"), tr_plugin_find("PostgresConnector"));
    assert_ptr_equal(tr_plugin_find("postgres"), tr_plugin_find("PostgresConnector"));
    assert_ptr_equal(tr_plugin_find("Json"), tr_plugin_find("JsonConverter"));
    assert_null(tr_plugin_find("com.example.Nope"));
    assert_null(tr_plugin_find(""));
    assert_int_equal(tr_plugin_definitions(tr_plugin_find("FileStreamSource"), &bed->arena,
                                           &definitions, &bed->diag),
                     0);
    assert_string_equal(definitions.items[0].name, "file"); /* its own go first */
    assert_int_equal(tr_plugin_definitions(tr_plugin_find("JsonConverter"), &bed->arena,
                                           &definitions, &bed->diag),
                     0);
    assert_int_equal(definitions.count, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_connector, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_are_told_in_the_order_of_the_definitions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_null_is_a_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_sink_needs_topics, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_database, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_database_that_is_away, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_properties_that_are_not_shown, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_no_connector, setup, teardown),
        cmocka_unit_test_setup_teardown(test_plugins, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
