#include "kafka/properties.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka.h"

/* A worker and a connector with properties of one layer, and what became of them. */
struct bed {
    struct tr_worker_options worker;
    struct tr_connector_options connector;
    rd_kafka_conf_t *conf;
    struct tr_diag diag;
    struct tr_kafka_warnings warnings;
    char warned[1024];
    size_t nwarned;
};

static void note(struct tr_kafka_warnings *warnings, const char *text)
{
    struct bed *bed = (struct bed *)((char *)warnings - offsetof(struct bed, warnings));

    bed->nwarned++;
    snprintf(bed->warned, sizeof bed->warned, "%s", text);
}

static struct bed bed_of(const struct tr_property *producer, size_t n)
{
    struct bed bed = {.warnings = {note}};

    bed.worker.bootstrap_servers = "k:9092";
    bed.worker.producer = (struct tr_properties){.items = producer, .count = n};
    return bed;
}

#define BED(...)                                                                                   \
    bed_of((const struct tr_property[]){__VA_ARGS__},                                              \
           TR_COUNT(((const struct tr_property[]){__VA_ARGS__})))

static void assert_made(struct bed *bed, enum tr_kafka_role role)
{
    int rc = tr_kafka_conf_new(&bed->worker, &bed->connector, role, &bed->conf, &bed->diag);

    if (rc < 0)
        print_message("said: %s\n", bed->diag.message);
    assert_int_equal(rc, 0);
}

static void assert_has(const struct bed *bed, const char *name, const char *value)
{
    char text[512];
    size_t n = sizeof text;

    assert_int_equal(rd_kafka_conf_get(bed->conf, name, text, &n), RD_KAFKA_CONF_OK);
    assert_string_equal(text, value);
}

static void assert_refused(struct bed bed, const char *name, const char *cure)
{
    assert_int_equal(
        tr_kafka_conf_new(&bed.worker, &bed.connector, TR_KAFKA_PRODUCER, &bed.conf, &bed.diag),
        -1);
    assert_int_equal(bed.diag.cls, TR_CONFIG);
    assert_int_equal(bed.diag.reaction, TR_STOP);
    if (!strstr(bed.diag.message, name) || !strstr(bed.diag.message, cure))
        print_message("said: %s\n", bed.diag.message);
    assert_non_null(strstr(bed.diag.message, name));
    assert_non_null(strstr(bed.diag.message, cure));
    assert_null(strstr(bed.diag.message, "open-sesame"));
}

static void test_plain_properties(void **state)
{
    struct bed bed = BED({"linger.ms", "7"}, {"compression.type", "zstd"}, {"acks", "all"},
                         {"max.request.size", "2000000"}, {"delivery.timeout.ms", "60000"},
                         {"buffer.memory", "33554433"}, {"send.buffer.bytes", "-1"},
                         {"request.timeout.ms", "20000"}, {"enable.idempotence", "true"});

    (void)state;
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "bootstrap.servers", "k:9092");
    assert_has(&bed, "linger.ms", "7");
    assert_has(&bed, "compression.type", "zstd");
    assert_has(&bed, "message.max.bytes", "2000000");
    assert_has(&bed, "message.timeout.ms", "60000");
    assert_has(&bed, "queue.buffering.max.kbytes", "32769");
    assert_has(&bed, "socket.send.buffer.bytes", "0");
    assert_has(&bed, "request.timeout.ms", "20000");
    rd_kafka_conf_destroy(bed.conf);
}

static void test_layers(void **state)
{
    static const struct tr_property common[] = {
        {"client.id", "common"}, {"request.timeout.ms", "20000"}, {"retry.backoff.ms", "50"}};
    static const struct tr_property override[] = {{"client.id", "override"}};
    struct bed bed = BED({"client.id", "producer"}, {"linger.ms", "3"});

    (void)state;
    bed.worker.common = (struct tr_properties){.items = common, .count = TR_COUNT(common)};
    assert_made(&bed, TR_KAFKA_CONSUMER);
    assert_has(&bed, "client.id", "common");
    assert_has(&bed, "socket.timeout.ms", "20000");
    rd_kafka_conf_destroy(bed.conf);
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "client.id", "producer");
    assert_has(&bed, "retry.backoff.ms", "50");
    rd_kafka_conf_destroy(bed.conf);
    bed.connector.sink.producer_override = (struct tr_properties){.items = override, .count = 1};
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "client.id", "override");
    rd_kafka_conf_destroy(bed.conf);
    assert_string_equal(
        tr_kafka_property(&bed.worker, &bed.connector, TR_KAFKA_PRODUCER, "client.id"), "override");
    assert_string_equal(tr_kafka_property(&bed.worker, NULL, TR_KAFKA_PRODUCER, "linger.ms"), "3");
    assert_null(tr_kafka_property(&bed.worker, NULL, TR_KAFKA_CONSUMER, "linger.ms"));
}

#define PLAIN "org.apache.kafka.common.security.plain.PlainLoginModule"
#define SCRAM "org.apache.kafka.common.security.scram.ScramLoginModule"

static void test_jaas(void **state)
{
    struct bed bed = BED({"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "SCRAM-SHA-512"},
                         {"sasl.jaas.config", SCRAM " required\n  username=\"al\\\"ice\"\n"
                                                    "password='open ; \"sesame\"' ;\n"});

    (void)state;
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "security.protocol", "sasl_ssl");
    assert_has(&bed, "sasl.mechanisms", "SCRAM-SHA-512");
    assert_has(&bed, "sasl.username", "al\"ice");
    assert_has(&bed, "sasl.password", "open ; \"sesame\"");
    rd_kafka_conf_destroy(bed.conf);
    bed = BED({"sasl.jaas.config", PLAIN " required username=alice password=x;"});
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "sasl.username", "alice");
    rd_kafka_conf_destroy(bed.conf);
    bed = BED({"sasl.jaas.config", "com.sun.security.auth.module.Krb5LoginModule required "
                                   "useKeyTab=true storeKey=true keyTab=\"/k\" principal=\"p\";"});
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "sasl.kerberos.principal", "p");
    assert_has(&bed, "sasl.kerberos.keytab", "/k");
    rd_kafka_conf_destroy(bed.conf);
}

static void test_jaas_that_is_none(void **state)
{
    static const struct {
        const char *value, *cure;
    } cases[] = {
        {"", "only PlainLoginModule"},
        {"com.example.Login required x=y;", "only PlainLoginModule"},
        {"org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
         "sasl.oauthbearer.method=oidc"},
        {PLAIN " required username=\"a\" password=\"open-sesame\"", "the form"},
        {PLAIN " required username=\"a\" password=\"open-sesame;", "the form"},
        {PLAIN ";", "the form"},
        {PLAIN " required username;", "the form"},
        {PLAIN " required =open-sesame;", "an option that librdkafka has nothing for"},
        {PLAIN " required open-sesame=\"1\";", "an option that librdkafka has nothing for"},
        {PLAIN " required username=\"a\"; " PLAIN " required;", "only one login module"},
        {SCRAM " required tokenauth=true;", "no delegation tokens"},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++)
        assert_refused(BED({"sasl.jaas.config", cases[i].value}), "producer.sasl.jaas.config",
                       cases[i].cure);
}

static void test_stores(void **state)
{
    struct bed bed = BED({"ssl.truststore.location", "/ca.pem"}, {"ssl.truststore.type", "PEM"},
                         {"ssl.keystore.type", "PEM"}, {"ssl.keystore.location", "/me.pem"},
                         {"ssl.endpoint.identification.algorithm", ""});

    (void)state;
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "ssl.ca.location", "/ca.pem");
    assert_has(&bed, "ssl.certificate.location", "/me.pem");
    assert_has(&bed, "ssl.key.location", "/me.pem");
    assert_has(&bed, "ssl.endpoint.identification.algorithm", "none");
    rd_kafka_conf_destroy(bed.conf);
    bed = BED({"ssl.truststore.type", "PEM"}, {"ssl.truststore.certificates", "CA"},
              {"ssl.keystore.certificate.chain", "CERT"}, {"ssl.keystore.key", "KEY"},
              {"ssl.key.password", "pw"});
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "ssl.ca.pem", "CA");
    assert_has(&bed, "ssl.certificate.pem", "CERT");
    assert_has(&bed, "ssl.key.pem", "KEY");
    rd_kafka_conf_destroy(bed.conf);
    bed = BED({"ssl.keystore.type", "PKCS12"}, {"ssl.keystore.location", "/me.p12"},
              {"ssl.keystore.password", "pw"});
    assert_made(&bed, TR_KAFKA_PRODUCER);
    assert_has(&bed, "ssl.keystore.location", "/me.p12");
    rd_kafka_conf_destroy(bed.conf);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *name, *value, *cure;
    } cases[] = {
        {"ssl.truststore.location", "/ca.jks", "ssl.truststore.type=PEM"},
        {"ssl.truststore.type", "JKS", "openssl pkcs12 -in ca.p12"},
        {"ssl.keystore.location", "/me.jks", "keytool -importkeystore"},
        {"ssl.keystore.type", "JKS", "ssl.keystore.type=PKCS12"},
        {"ssl.cipher.suites", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "OpenSSL's names"},
        {"ssl.engine.factory.class", "com.example.X", "Java class"},
        {"sasl.login.callback.handler.class", "com.example.X", "sasl.oauthbearer.method=oidc"},
        {"interceptor.classes", "com.example.X", "Java class"},
        {"acks", "1", "another value than all"},
        {"enable.idempotence", "false", "another value than true"},
        {"transactional.id", "mine", "what tailrace guarantees rests on it"},
        {"partitioner.class", "com.example.X", "chooses each record's partition"},
        {"partitioner", "random", "chooses each record's partition"},
        {"key.serializer", "com.example.X", "another value than"},
        {"bootstrap.servers", "other:9092", "second cluster"},
        {"dr_msg_cb", "x", "inside of a program"},
        {"plugin.library.paths", "/x.so", "foreign code"},
        {"nonsense", "1", "is no property of Kafka's clients"},
        {"linger.ms", "soon", "the value \"soon\" of producer.linger.ms"},
        {"compression.type", "middle-out", "the value \"middle-out\""},
        {"buffer.memory", "-1", "whole number of bytes"},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        char name[128];
        snprintf(name, sizeof name, "producer.%s", cases[i].name);
        assert_refused(BED({cases[i].name, cases[i].value}), name, cases[i].cure);
    }
}

static void test_the_name_as_it_was_written(void **state)
{
    static const struct tr_property override[] = {{"nonsense", "1"}}, common[] = {{"sasl.x", "1"}};
    struct bed bed = BED({"linger.ms", "1"});

    (void)state;
    bed.connector.sink.producer_override = (struct tr_properties){.items = override, .count = 1};
    assert_refused(bed, "producer.override.nonsense is no property", "");
    bed.connector.sink.producer_override = (struct tr_properties){0};
    bed.worker.common = (struct tr_properties){.items = common, .count = 1};
    assert_refused(bed, "sasl.x is no property", "");
    assert_null(strstr(bed.diag.message, "producer."));
}

static void test_secrets_stay_out_of_messages(void **state)
{
    static const bool secret[] = {true};
    struct bed bed = BED({"linger.ms", "open-sesame"});

    (void)state;
    bed.worker.producer.secret = secret;
    assert_refused(bed, "the value of producer.linger.ms", "");
    bed = BED({"sasl.oauthbearer.method", "open-sesame"});
    bed.worker.producer.secret = secret;
    assert_refused(bed, "the value of producer.sasl.oauthbearer.method", "");
}

static void test_warnings(void **state)
{
    static const struct tr_property common[] = {{"metric.reporters", "x"}};
    struct bed bed = BED({"max.block.ms", "1"});

    (void)state;
    assert_int_equal(
        tr_kafka_properties_check(&bed.worker, &bed.connector, &bed.warnings, &bed.diag), 0);
    assert_int_equal(bed.nwarned, 1);
    assert_non_null(strstr(bed.warned, "producer.max.block.ms has no effect: "));
    bed.worker.common = (struct tr_properties){.items = common, .count = 1};
    bed.nwarned = 0;
    assert_int_equal(
        tr_kafka_properties_check(&bed.worker, &bed.connector, &bed.warnings, &bed.diag), 0);
    assert_int_equal(bed.nwarned, 2); /* the common one once, though it concerns all roles */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_properties),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_jaas),
        cmocka_unit_test(test_jaas_that_is_none),
        cmocka_unit_test(test_stores),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_the_name_as_it_was_written),
        cmocka_unit_test(test_secrets_stay_out_of_messages),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
