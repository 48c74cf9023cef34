#include "config/config.h"

#include "files.h"

static void test_defaults(void **state)
{
    const struct tr_connector_options *options = files_good(*state, "");
    const struct tr_worker_options *worker = &((struct files *)*state)->config->worker;

    assert_string_equal(options->name, "c");
    assert_int_equal(options->kind, TR_KIND_POSTGRES);
    assert_string_equal(options->postgres.hostname, "db");
    assert_int_equal(options->postgres.port, 5432);
    assert_string_equal(options->postgres.password, "pw");
    assert_string_equal(options->postgres.sslmode, "prefer");
    assert_null(options->postgres.sslcert);
    assert_true(options->postgres.tcp_keep_alive);
    assert_string_equal(options->postgres.slot_name, "debezium");
    assert_string_equal(options->postgres.publication_name, "dbz_publication");
    assert_int_equal(options->postgres.publication_mode, TR_PUBLICATION_ALL_TABLES);
    assert_int_equal(options->snapshot.mode, TR_SNAPSHOT_INITIAL);
    assert_int_equal(options->snapshot.max_threads, 1);
    assert_int_equal(options->snapshot.fetch_size, 10240);
    assert_string_equal(options->capture.topic_delimiter, ".");
    assert_string_equal(options->capture.skipped_operations, "t");
    assert_string_equal(options->capture.unavailable_placeholder, "__debezium_unavailable_value");
    assert_true(options->capture.tombstones_on_delete);
    assert_true(options->capture.key.schemas_enable);
    assert_true(options->capture.value.replace_null_with_default);
    assert_int_equal(options->capture.money_fraction_digits, 2);
    assert_int_equal(options->sink.kind, TR_SINK_KAFKA);
    assert_true(options->sink.topic_creation_enable);
    assert_int_equal(options->sink.ntopic_groups, 1);
    assert_int_equal(options->sink.topic_groups[0].partitions, -1);
    assert_int_equal(options->memory_limit, 64 << 20);
    assert_int_equal(options->errors_max_retries, -1);
    assert_int_equal(options->retry_wait_ms, 10000);
    assert_string_equal(worker->bootstrap_servers, "localhost:9092");
    assert_string_equal(worker->group_id, "tailrace");
    assert_string_equal(worker->offsets_topic, "tailrace-offsets");
    assert_int_equal(worker->exactly_once, TR_EXACTLY_ONCE_ENABLED);
    assert_int_equal(worker->offsets_partitions, 25);
}

static void test_values(void **state)
{
    const struct tr_connector_options *options = files_good(
        *state, "database.port = 1\nskipped.operations= D, c\nmax.batch.size=2048\n"
                "table.include.list=public\\\\.a{1\\\\,2}, b\ntime.precision.mode=CONNECT\n"
                "tombstones.on.delete=False\nproducer.override.linger.ms=7\n"
                "topic.creation.groups=logs\ntopic.creation.logs.include=log-.*\n"
                "topic.creation.logs.cleanup.policy=compact\ntopic.creation.default.partitions=3\n"
                "topic.creation.default.replication.factor=2\nsnapshot.mode=no_data\n");

    assert_int_equal(options->postgres.port, 1);
    assert_string_equal(options->capture.skipped_operations, "cd");
    assert_int_equal(options->capture.table_include.count, 2);
    assert_string_equal(options->capture.table_include.items[0], "public\\.a{1,2}");
    assert_int_equal(options->capture.time_precision, TR_TIME_CONNECT);
    assert_false(options->capture.tombstones_on_delete);
    assert_int_equal(options->snapshot.mode, TR_SNAPSHOT_NO_DATA);
    assert_int_equal(options->sink.producer_override.count, 1);
    assert_string_equal(options->sink.producer_override.items[0].name, "linger.ms");
    assert_int_equal(options->sink.ntopic_groups, 2);
    assert_string_equal(options->sink.topic_groups[0].name, "logs");
    assert_string_equal(options->sink.topic_groups[0].include.items[0], "log-.*");
    assert_string_equal(options->sink.topic_groups[0].settings.items[0].name, "cleanup.policy");
    assert_int_equal(options->sink.topic_groups[1].partitions, 3);
    assert_int_equal(options->sink.topic_groups[1].replication_factor, 2);
    assert_int_equal(((struct files *)*state)->config->nwarnings, 0);
}

static void test_no_operation_is_skipped(void **state)
{
    assert_string_equal(files_good(*state, "skipped.operations=none\n")->capture.skipped_operations,
                        "");
}

static void test_one_wrong_property(void **state)
{
    static const struct {
        const char *line, *message, *cure;
    } cases[] = {
        {"table.inclde.list=a", "there is no property table.inclde.list",
         "did you mean table.include.list?"},
        {"nothing.like.it=a", "there is no property nothing.like.it", "docs/configuration.md"},
        {"database.port=abc", "the value \"abc\" of database.port is not a whole number", ""},
        {"database.port=70000", "the value \"70000\" of database.port", "outside of 1 to 65535"},
        {"database.port=99999999999999999999", "database.port is outside of 1 to 65535", ""},
        {"snapshot.max.threads=0", "snapshot.max.threads is outside of 1 to 64", ""},
        {"tombstones.on.delete=perhaps", "tombstones.on.delete is neither true nor false", ""},
        {"snapshot.mode=bogus", "the value \"bogus\" of snapshot.mode",
         "none of initial, always, initial_only, no_data, when_needed"},
        {"snapshot.mode=never", "snapshot.mode is refused", "it is no_data now"},
        {"plugin.name=decoderbufs", "plugin.name is refused", "remove plugin.name"},
        {"slot.name=Bad-Slot", "the value \"Bad-Slot\" of slot.name",
         "valid replication slot name must contain only digits, lowercase characters and "
         "underscores with length <= 63"},
        {"table.include.list=public.(a", "table.include.list is not a regular expression",
         "missing closing parenthesis"},
        {"table.include.list=a,b[", "table.include.list is not a regular expression", "of item 2"},
        {"message.key.columns=a", "message.key.columns is not of the form",
         "<table>:<column>,<column>"},
        {"message.key.columns=(a:b", "message.key.columns is not a regular expression", ""},
        {"skipped.operations=x", "skipped.operations is neither none nor a list", ""},
        {"unavailable.value.placeholder=hex:abc", "not an even number of hexadecimal digits", ""},
        {"topic.delimiter=/", "topic.delimiter is not fit for topic names", ""},
        {"key.converter=io.confluent.connect.avro.AvroConverter", "an AvroConverter needs its",
         "write key.converter.schema.registry.url"},
        {"key.converter=io.confluent.connect.protobuf.ProtobufConverter",
         "key.converter is refused", "write io.confluent.connect.avro.AvroConverter"},
        {"value.converter=com.example.X", "value.converter is none of",
         "org.apache.kafka.connect.json.JsonConverter"},
        {"table.whitelist=a", "table.whitelist is a former name", "write table.include.list"},
        {"database.server.name=a", "database.server.name is a former name", "write topic.prefix"},
        {"toasted.value.placeholder=a", "toasted.value.placeholder is a former name",
         "write unavailable.value.placeholder"},
        {"bootstrap.servers=a:1", "bootstrap.servers is a property of the worker",
         "move it to the worker's .properties file"},
        {"exactly.once.source.support=disabled", "is a property of the worker", "[worker]"},
        {"sink.type=carrier-pigeon", "sink.type is none of kafka, stdout, file, null", ""},
        {"topic.creation.logs.partitions=1", "topic.creation.logs.partitions belongs to no group",
         "topic.creation.groups"},
        {"topic.creation.groups=logs", "topic.creation.logs.include is missing", ""},
        {"topic.creation.default.include=a", "topic.creation.default.include can't be set", ""},
        {"topic.creation.default.partitions=0", "no partitions or replicas", "-1"},
        {"driver.sslmode=require", "driver.sslmode can't be set, remove it",
         "write database.sslmode"},
        {"driver.ssl=true", "driver.ssl can't be set, remove it", "write database.sslmode"},
        {"database.history.kafka.topic=h", "database.history.kafka.topic is a former name",
         "write schema.history.internal.*"},
        {"slot.stream.params=proto_version=4", "is not for tailrace to choose", "origin=none"},
        {"slot.stream.params=origin=all", "neither origin=any nor origin=none", ""},
        {"replica.identity.autoset.values=public.t:SOME", "not of the form", "INDEX <index>"},
        {"replica.identity.autoset.values=public.(t:FULL", "not a regular expression", ""},
        {"guardrail.collections.limit.action=stop", "none of warn, fail", ""},
        {"lsn.flush.mode=never", "none of connector, connector_and_driver, manual", ""},
        {"event.processing.failure.handling.mode=warn", "is refused", "nothing is left out"},
    };

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        files_load_connector(*state, cases[i].line);
        assert_error((struct files *)*state, cases[i].message, cases[i].cure);
        assert_error((struct files *)*state, "/c.properties:", "");
        assert_int_equal(((struct files *)*state)->config->nerrors, 1);
    }
}

static void test_include_and_exclude(void **state)
{
    files_load_connector(*state, "table.include.list=a\ntable.exclude.list=b\n"
                                 "schema.include.list=a\nschema.exclude.list=b\n"
                                 "column.include.list=a\ncolumn.exclude.list=b\n");
    assert_error((struct files *)*state, "table.include.list and table.exclude.list are both set",
                 "keep one of them");
    assert_error((struct files *)*state, "schema.include.list and schema.exclude.list", "");
    assert_error((struct files *)*state, "column.include.list and column.exclude.list", "");
}

static void test_missing(void **state)
{
    struct files *files = *state;

    files_add(files, "c.json", "{\"connector.class\": \"postgres\", \"database.hostname\": \"\"}");
    files_load(files);
    assert_int_equal(files->config->nerrors, 5);
    assert_error(files, "c.json: name is missing", "add it");
    assert_error(files, "c.json: database.hostname is missing", "");
    assert_error(files, "c.json: database.user is missing", "");
    assert_error(files, "c.json: database.dbname is missing", "");
    assert_error(files, "c.json: topic.prefix is missing", "");
    assert_non_null(strstr(files->diag.message, "(and 4 more)"));
}

static void test_classes(void **state)
{
    struct files *files = *state;
    static const struct {
        const char *class, *message;
    } cases[] = {
        {"com.example.Unknown", "none of io.debezium.connector.postgresql.PostgresConnector"},
    };

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        char text[256];
        files->npaths = 0;
        snprintf(text, sizeof text, "{\"connector.class\":\"%s\",\"database.server.id\":1}",
                 cases[i].class);
        files_add(files, "c.json", text);
        files_load(files);
        assert_int_equal(files->config->nerrors, 1); /* the rest is that connector's */
        assert_error(files, "connector.class", cases[i].message);
    }
    files->npaths = 0;
    files_add(files, "c.json", "{\"name\":\"a\"}");
    files_load(files);
    assert_error(files, "c.json: connector.class is missing", "postgres");
}

#define BINLOG                                                                                     \
    "database.hostname=h\ndatabase.user=u\ntopic.prefix=p\nsink.type=stdout\n"                     \
    "offset.storage.file.filename=/o\n"

static void test_binlog_connectors(void **state)
{
    struct files *files = *state;
    const struct tr_connector_options *options;

    files_add(files, "a.properties",
              "name=a\nconnector.class=io.debezium.connector.mysql.MySqlConnector\n"
              "database.server.id=4294967295\n" BINLOG);
    files_add(files, "b.properties",
              "name=b\nconnector.class=mariadb\ndatabase.server.id=7\n"
              "snapshot.mode=never\ndatabase.ssl.mode=verify-full\n"
              "database.include.list=x,y\n" BINLOG);
    files_load(files);
    options = &files->config->connectors[0];
    assert_int_equal(options->kind, TR_KIND_MYSQL);
    assert_int_equal(options->mysql.server_id, UINT32_MAX);
    assert_int_equal(options->mysql.port, 3306);
    assert_int_equal(options->mysql.ssl_mode, TR_MYSQL_SSL_PREFERRED);
    assert_int_equal(options->capture.time_precision, TR_TIME_ADAPTIVE_TIME_MICROSECONDS);
    options = &files->config->connectors[1];
    assert_int_equal(options->kind, TR_KIND_MARIADB);
    assert_int_equal(options->snapshot.mode, TR_SNAPSHOT_NEVER);
    assert_int_equal(options->mysql.ssl_mode, TR_MYSQL_SSL_VERIFY_IDENTITY);
    assert_int_equal(options->capture.schema_include.count, 2);
}

static void test_binlog_connectors_wrong(void **state)
{
    struct files *files = *state;

    files_add(files, "a.properties",
              "name=a\nconnector.class=mysql\ndatabase.server.id=7\nslot.name=s\n" BINLOG);
    files_add(files, "b.properties", "name=b\nconnector.class=mysql\nsnapshot.mode=never\n" BINLOG);
    files_add(
        files, "c.properties",
        "name=c\nconnector.class=mysql\ndatabase.server.id=7\nschema.include.list=x\n" BINLOG);
    files_load(files);
    assert_error(files, "slot.name is a property of connectors of another", "a.properties");
    assert_error(files, "b.properties: database.server.id is missing", "");
    assert_error(files, "former name", "no_data");
    assert_error(files, "schema.include.list is a former name", "database.include.list");
    assert_error(files, "the same database.server.id, 7", "of its own");
}

static void test_many_errors_are_counted(void **state)
{
    struct files *files = *state;
    char lines[4096];
    size_t n = 0;

    for (int i = 0; i < 30; i++)
        n += (size_t)snprintf(lines + n, sizeof lines - n, "no.such.property.%d=x\n", i);
    files_load_connector(files, lines);
    assert_int_equal(files->config->nerrors, 20);
    assert_non_null(strstr(files->diag.message, "(and 29 more)"));
}

static void test_jdbc_properties(void **state)
{
    struct files *files = *state;

    (void)files_good(files, "driver.socketTimeout=1\ndriver.loadBalanceHosts=true\n"
                            "database.ApplicationName=x\n");
    assert_int_equal(files->config->nwarnings, 3);
    assert_warning(files, "driver.socketTimeout has no effect", "database.query.timeout.ms");
    assert_warning(files, "driver.loadBalanceHosts has no effect", "libpq");
    assert_warning(files, "database.ApplicationName has no effect", "the connector's name");
}

static void test_warnings(void **state)
{
    struct files *files = *state;

    (void)files_good(files, "tasks.max=4\nmax.batch.size=100\nsnapshot.isolation.mode="
                            "read_committed\nschema.history.internal.kafka.topic=x\nsink.path=x\n"
                            "signal.kafka.poll.timeout.ms=1\ninternal.x.y=1\n");
    assert_int_equal(files->config->nwarnings, 7);
    assert_warning(files, "c.properties:8: tasks.max has no effect", "always is one task");
    assert_warning(files, "max.batch.size has no effect", "memory.limit");
    assert_warning(files, "sink.path has no effect", "sink.type=file");
}

static void test_a_worker(void **state)
{
    struct files *files = *state;

    files_add(files, "w.properties",
              "bootstrap.servers=k1:9092,k2:9092\ngroup.id=g\noffset.storage.topic=o\n"
              "security.protocol=SSL\nssl.truststore.type=PEM\nproducer.linger.ms=3\n"
              "exactly.once.source.support=disabled\noffset.flush.interval.ms=5\n");
    files_add(files, "c.properties", "name=c\n" NEEDED);
    files_load(files);
    assert_int_equal(files->rc, 0);
    assert_string_equal(files->config->worker.bootstrap_servers, "k1:9092,k2:9092");
    assert_string_equal(files->config->worker.group_id, "g");
    assert_int_equal(files->config->worker.exactly_once, TR_EXACTLY_ONCE_DISABLED);
    assert_int_equal(files->config->worker.common.count, 2);
    assert_string_equal(files->config->worker.common.items[1].name, "ssl.truststore.type");
    assert_int_equal(files->config->worker.producer.count, 1);
    assert_string_equal(files->config->worker.producer.items[0].name, "linger.ms");
    assert_warning(files, "offset.flush.interval.ms has no effect", "committed with their records");
}

static void test_a_wrong_worker(void **state)
{
    struct files *files = *state;

    files_add(files, "w.properties",
              "bootstrap.servers=k1\ntable.include.list=a\nexactly.once.source.support=preparing\n"
              "offset.storage.topics=x\nkey.converter.schemas.enable=perhaps\n");
    files_add(files, "v.properties", "group.id=x\n");
    files_add(files, "c.properties", "name=c\n" NEEDED);
    files_load(files);
    assert_error(files, "w.properties:1: the value \"k1\" of bootstrap.servers", "host:port");
    assert_error(files, "w.properties:2: table.include.list is a property of connectors",
                 "connector.class");
    assert_error(files, "w.properties:3: ", "write enabled or disabled");
    assert_error(files, "w.properties:4: ", "did you mean offset.storage.topic?");
    assert_error(files, "w.properties:5: ", "neither true nor false");
    assert_error(files, "v.properties: ", "there can be only one");
    assert_int_equal(files->config->nerrors, 6);
}

static void test_a_workers_converters(void **state)
{
    struct files *files = *state;
    static const char worker[] = "key.converter=org.apache.kafka.connect.json.JsonConverter\n"
                                 "key.converter.schemas.enable=false\n"
                                 "value.converter.schemas.enable=false\n"
                                 "topic.creation.enable=false\n";

    files_add(files, "w.properties", worker);
    files_add(files, "a.properties", "name=a\nslot.name=a\n" NEEDED);
    files_add(files, "b.properties",
              "name=b\nslot.name=b\nkey.converter=org.apache.kafka.connect.json.JsonConverter\n"
              "value.converter.schemas.enable=true\n" NEEDED);
    files_load(files);
    assert_int_equal(files->rc, 0);
    const struct tr_connector_options *a = files->config->connectors, *b = a + 1;
    assert_false(a->capture.key.schemas_enable);
    assert_false(a->capture.value.schemas_enable);
    assert_false(a->sink.topic_creation_enable);
    assert_true(b->capture.key.schemas_enable); /* its own converter, and that one's default */
    assert_true(b->capture.value.schemas_enable);
}

static void test_an_ini_file(void **state)
{
    struct files *files = *state;

    files_add(files, "t.conf",
              "[worker]\nbootstrap.servers = k:1\n[connector shop]\nslot.name=a\n" NEEDED
              "[connector other]\nslot.name=b\n" NEEDED);
    files_load(files);
    assert_int_equal(files->rc, 0);
    assert_string_equal(files->config->worker.bootstrap_servers, "k:1");
    assert_int_equal(files->config->nconnectors, 2);
    assert_string_equal(files->config->connectors[0].name, "shop");
    assert_string_equal(files->config->connectors[1].name, "other");
}

static void test_names_and_slots_are_unique(void **state)
{
    struct files *files = *state;

    files_add(files, "a.conf", "[connector a]\n" NEEDED);
    files_add(files, "b.conf", "[connector a]\nslot.name=b\n" NEEDED);
    files_add(files, "c.conf", "[connector c]\n" NEEDED);
    files_load(files);
    assert_int_equal(files->config->nerrors, 2);
    assert_error(files, "b.conf: a connector called a is in ", "a name of its own");
    assert_error(files, "the connectors a and c have the same slot.name, debezium",
                 "a slot of its own");
}

static void test_a_name_that_is_there_twice(void **state)
{
    struct files *files = *state;

    files_add(files, "c.json",
              "{\"name\":\"a\",\"config\":{\"name\":\"b\",\"connector.class\":\"postgres\"}}");
    files_load(files);
    assert_error(files, "the connector a has name=b", "make them the same");
}

static void test_files_that_cannot_be_read(void **state)
{
    struct files *files = *state;
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"c.yaml", "", "must end with .properties, .json or .conf"},
        {"c.json", "{", "c.json:1: this is not JSON"},
        {"c.json", "[]", "a connector's JSON is an object"},
    };

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        files->npaths = 0;
        files_add(files, cases[i].name, cases[i].text);
        files_load(files);
        assert_int_equal(files->rc, -1);
        assert_error(files, cases[i].message, "");
    }
    files->npaths = 1;
    snprintf(files->paths[0], sizeof *files->paths, "/nowhere/c.json");
    files_load(files);
    assert_error(files, "/nowhere/c.json can't be read: No such file or directory", "");
    files->npaths = 0;
    files_load(files);
    assert_error(files, "there is no connector", "connector.class");
}

static void test_sinks_that_are_files(void **state)
{
    struct files *files = *state;

    files_load_connector(files, "sink.type=stdout\n");
    assert_error(files, "offset.storage.file.filename is missing", "sink.type=stdout");
    files_load_connector(files, "sink.type=file\noffset.storage.file.filename=o\n");
    assert_error(files, "sink.path is missing", "");
    const struct tr_connector_options *options =
        files_good(files, "sink.type=file\nsink.path=out\noffset.storage.file.filename=o\n");
    assert_string_equal(options->sink.path, "out");
    assert_string_equal(options->sink.offsets_path, "o");
    (void)files_good(files, "sink.type=stdout\noffset.storage.file.filename=o\nsink.path=out\n"
                            "offsets.storage.topic=t\nproducer.override.linger.ms=1\n"
                            "topic.creation.groups=g\ntopic.creation.g.include=.*\n");
    assert_int_equal(files->config->nwarnings, 4);
    assert_warning(files, "sink.path has no effect", "sink.type=file");
    assert_warning(files, "offsets.storage.topic has no effect", "sink.type=kafka");
    assert_warning(files, "producer.override.* has no effect", "sink.type=kafka");
    assert_warning(files, "topic.creation.groups has no effect", "sink.type=kafka");
    (void)files_good(files, "sink.type=null\noffset.storage.file.filename=o\n");
    assert_warning(files, "offset.storage.file.filename has no effect", "stdout or file");
    files->npaths = 0;
    files_add(files, "w.properties", "offset.storage.file.filename=o\n");
    files_add(files, "c.properties", "name=c\n" NEEDED);
    files_load(files);
    assert_int_equal(files->rc, 0);
    assert_warning(files, "offset.storage.file.filename has no effect", "offset.storage.topic");
}

static void test_exactly_once_that_cannot_be_had(void **state)
{
    struct files *files = *state;

    files_add(files, "w.properties", "exactly.once.source.support=disabled\n");
    files_add(files, "c.properties", "name=c\nexactly.once.support=required\n" NEEDED);
    files_load(files);
    assert_error(files, "exactly.once.support=required, but", "exactly.once.source.support");
}

static void test_options_of_what_was_refused(void **state)
{
    struct files *files = *state;

    files_load_connector(files, "converters=a\n");
    assert_int_equal(files->config->nerrors, 1);
    files_load_connector(files, "post.processors=x\nsnapshot.mode.custom.name=x\n");
    assert_int_equal(files->config->nerrors, 2);
}

static void test_fingerprint(void **state)
{
    char first[65];

    snprintf(first, sizeof first, "%s", files_good(*state, "")->fingerprint);
    assert_int_equal(strlen(first), 64);
    /* a default that is written out, the order, and what decides nothing */
    assert_string_equal(files_good(*state, "tombstones.on.delete=true\nsnapshot.max.threads=4\n"
                                           "database.port=5433\nsink.type=null\n")
                            ->fingerprint,
                        first);
    assert_string_not_equal(files_good(*state, "table.include.list=a,b\n")->fingerprint, first);
    snprintf(first, sizeof first, "%s",
             files_good(*state, "table.include.list=a,b\n")->fingerprint);
    assert_string_not_equal(files_good(*state, "table.include.list=ab\n")->fingerprint, first);
    assert_string_not_equal(files_good(*state, "table.exclude.list=a,b\n")->fingerprint, first);
    assert_string_not_equal(
        files_good(*state, "table.include.list=a,b\ntime.precision.mode=connect\n")->fingerprint,
        first);
}

static void test_documentation(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    tr_options_document(out);
    fclose(out);
    assert_non_null(strstr(text, "| `slot.name` | `debezium` | text |"));
    assert_non_null(strstr(text, "| `database.server.name` | `topic.prefix` |"));
    free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, files_setup, files_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_values),
        TEST(test_no_operation_is_skipped),
        TEST(test_one_wrong_property),
        TEST(test_include_and_exclude),
        TEST(test_missing),
        TEST(test_classes),
        TEST(test_binlog_connectors),
        TEST(test_binlog_connectors_wrong),
        TEST(test_many_errors_are_counted),
        TEST(test_jdbc_properties),
        TEST(test_warnings),
        TEST(test_a_worker),
        TEST(test_a_wrong_worker),
        TEST(test_a_workers_converters),
        TEST(test_an_ini_file),
        TEST(test_names_and_slots_are_unique),
        TEST(test_a_name_that_is_there_twice),
        TEST(test_files_that_cannot_be_read),
        TEST(test_sinks_that_are_files),
        TEST(test_exactly_once_that_cannot_be_had),
        TEST(test_options_of_what_was_refused),
        TEST(test_fingerprint),
        TEST(test_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
