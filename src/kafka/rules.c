/* What becomes of the names that Java's clients have and librdkafka hasn't, and of those that
 * tailrace owns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kafka/translate.h"

/* The argument lists the values that are ours anyway, with "|" between. */
static int own(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
               const char *argument)
{
    size_t n = strlen(entry->value);

    for (const char *p = argument; *p; p += strcspn(p, "|"), p += *p == '|')
        if (strcspn(p, "|") == n && strncasecmp(p, entry->value, n) == 0)
            return 0;
    return tr_fail(t->diag, TR_CONFIG, TR_STOP,
                   "%s%s can't be set%s%.*s: what tailrace guarantees rests on it; remove it",
                   entry->prefix, entry->name, *argument ? " to another value than " : "",
                   (int)strcspn(argument, "|"), argument);
}

/* A second cluster would hold records without their position. */
static int own_servers(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                       const char *argument)
{
    (void)argument;
    if (strcmp(entry->value, t->servers) == 0)
        return 0;
    return tr_fail(t->diag, TR_CONFIG, TR_STOP,
                   "%s%s can't differ from the worker's bootstrap.servers, since records and "
                   "positions are committed together: run a second worker for a second cluster",
                   entry->prefix, entry->name);
}

/* Java's clients have one request timeout, librdkafka has it apart for produce requests. */
static int request_timeout(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                           const char *argument)
{
    (void)argument;
    return tr_kafka_apply_value(
        t, entry, t->role == TR_KAFKA_PRODUCER ? "request.timeout.ms" : "socket.timeout.ms",
        entry->value);
}

static int only_producer(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                         const char *argument)
{
    if (t->role == TR_KAFKA_PRODUCER)
        return tr_kafka_apply(t, entry, argument);
    return *entry->prefix ? tr_kafka_ignore(t, entry, "librdkafka has it for producers only") : 0;
}

static int buffer_memory(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                         const char *argument)
{
    char *end, kbytes[24];
    unsigned long long bytes = strtoull(entry->value, &end, 10);

    (void)argument;
    if (end == entry->value || *end || strchr(entry->value, '-'))
        return tr_fail(t->diag, TR_CONFIG, TR_STOP,
                       "the value of %s%s is not a whole number of bytes", entry->prefix,
                       entry->name);
    snprintf(kbytes, sizeof kbytes, "%llu", bytes / 1024 + (bytes % 1024 != 0));
    return tr_kafka_apply_value(t, entry, "queue.buffering.max.kbytes", kbytes);
}

/* What is -1 in Java is 0 in librdkafka: the system's default, or without limit. */
static int system_default(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                          const char *argument)
{
    return tr_kafka_apply_value(t, entry, argument,
                                strcmp(entry->value, "-1") == 0 ? "0" : entry->value);
}

static int host_check(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                      const char *argument)
{
    return tr_kafka_apply_value(t, entry, argument, *entry->value ? entry->value : "none");
}

/* Java's names of suites say what OpenSSL's leave out. */
static int cipher_suites(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                         const char *argument)
{
    if (strstr(entry->value, "_WITH_"))
        return tr_kafka_refuse(
            t, entry, "write OpenSSL's names of the suites, as openssl ciphers shows them");
    return tr_kafka_apply_value(t, entry, argument, entry->value);
}

#define TLS_OPENSSL "OpenSSL's configuration decides"
#define NO_CLASS    "a Java class can't be loaded"
#define NO_JMX      "there is no JMX"
#define OAUTH                                                                                      \
    "a Java class can't be loaded; write sasl.oauthbearer.method=oidc with "                       \
    "sasl.oauthbearer.client.id, .client.secret, .scope and .token.endpoint.url"
#define PARTITIONS  "tailrace chooses each record's partition as Java's default partitioner does"
#define CALLBACK    "it is set from inside of a program"
#define BYTE_ARRAYS "org.apache.kafka.common.serialization.ByteArray"

struct rule {
    const char *name; /* ends with "*": any name that begins so */
    tr_kafka_apply_fn *apply;
    const char *argument;
};

static const struct rule rules[] = {
    {"bootstrap.servers", own_servers, ""},
    {"metadata.broker.list", own_servers, ""},

    {"sasl.jaas.config", tr_kafka_jaas, ""},
    {"sasl.client.callback.handler.class", tr_kafka_refuse, OAUTH},
    {"sasl.login.callback.handler.class", tr_kafka_refuse, OAUTH},
    {"sasl.login.class", tr_kafka_refuse, NO_CLASS},
    {"sasl.login.*", tr_kafka_ignore, "librdkafka refreshes credentials by itself"},
    {"sasl.kerberos.ticket.*", tr_kafka_ignore, "librdkafka refreshes tickets by itself"},

    {"ssl.truststore.type", tr_kafka_truststore_type, ""},
    {"ssl.truststore.location", tr_kafka_truststore_location, ""},
    {"ssl.truststore.certificates", tr_kafka_apply, "ssl.ca.pem"},
    {"ssl.truststore.password", tr_kafka_ignore, "certificates in PEM have no password"},
    {"ssl.keystore.type", tr_kafka_keystore_type, ""},
    {"ssl.keystore.location", tr_kafka_keystore_location, ""},
    {"ssl.keystore.password", tr_kafka_keystore_password, ""},
    {"ssl.keystore.certificate.chain", tr_kafka_apply, "ssl.certificate.pem"},
    {"ssl.keystore.key", tr_kafka_apply, "ssl.key.pem"},
    {"ssl.endpoint.identification.algorithm", host_check, "ssl.endpoint.identification.algorithm"},
    {"ssl.cipher.suites", cipher_suites, "ssl.cipher.suites"},
    {"ssl.protocol", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.enabled.protocols", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.provider", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.keymanager.algorithm", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.trustmanager.algorithm", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.secure.random.implementation", tr_kafka_ignore, TLS_OPENSSL},
    {"ssl.engine.factory.class", tr_kafka_refuse, NO_CLASS},
    {"ssl.client.auth", tr_kafka_ignore, "it concerns servers"},
    {"security.providers", tr_kafka_refuse, NO_CLASS},

    {"max.request.size", tr_kafka_apply, "message.max.bytes"},
    {"buffer.memory", buffer_memory, ""},
    {"compression.gzip.level", tr_kafka_apply, "compression.level"},
    {"compression.lz4.level", tr_kafka_apply, "compression.level"},
    {"compression.zstd.level", tr_kafka_apply, "compression.level"},
    {"request.timeout.ms", request_timeout, ""},
    {"retry.backoff.ms", only_producer, "retry.backoff.ms"},
    {"fetch.max.wait.ms", tr_kafka_apply, "fetch.wait.max.ms"},
    {"send.buffer.bytes", system_default, "socket.send.buffer.bytes"},
    {"receive.buffer.bytes", system_default, "socket.receive.buffer.bytes"},
    {"connections.max.idle.ms", system_default, "connections.max.idle.ms"},

    {"max.block.ms", tr_kafka_ignore,
     "tailrace waits as long as it needs, and never loses a record"},
    {"default.api.timeout.ms", tr_kafka_ignore, "each call has a limit of its own"},
    {"max.poll.records", tr_kafka_ignore, "positions are read one by one"},
    {"exclude.internal.topics", tr_kafka_ignore, "positions are read from one topic"},
    {"retry.backoff.max.ms", tr_kafka_ignore, "retry.backoff.ms is the wait"},
    {"socket.connection.setup.timeout.max.ms", tr_kafka_ignore,
     "socket.connection.setup.timeout.ms is the limit"},
    {"metadata.max.idle.ms", tr_kafka_ignore, "metadata is kept for the topics in use"},
    {"metadata.recovery.*", tr_kafka_ignore, "a client that failed is made anew"},
    {"client.dns.lookup", tr_kafka_ignore, "all addresses of a name are tried"},
    {"metric.*", tr_kafka_ignore, NO_JMX},
    {"metrics.*", tr_kafka_ignore, NO_JMX},
    {"auto.include.jmx.reporter", tr_kafka_ignore, NO_JMX},
    {"enable.metrics.push", tr_kafka_ignore, "no metrics are pushed"},
    {"interceptor.classes", tr_kafka_refuse, NO_CLASS},
    {"config.providers", tr_kafka_refuse, "set it for the worker, where references are resolved"},
    {"config.providers.*", tr_kafka_refuse, "set it for the worker, where references are resolved"},

    {"acks", own, "all|-1"},
    {"request.required.acks", own, "all|-1"},
    {"enable.idempotence", own, "true"},
    {"enable.gapless.guarantee", own, ""},
    {"transactional.id", own, ""},
    {"transaction.two.phase.commit.enable", own, "false"},
    {"isolation.level", own, "read_committed"},
    {"group.id", own, ""},
    {"group.instance.id", own, ""},
    {"group.protocol", own, ""},
    {"enable.auto.commit", own, "false"},
    {"auto.commit.enable", own, "false"},
    {"enable.auto.offset.store", own, "false"},
    {"auto.offset.reset", own, "earliest"},
    {"partition.assignment.strategy", own, ""},
    {"enable.partition.eof", own, "true"},
    {"allow.auto.create.topics", own, "false"},
    {"queuing.strategy", own, "fifo"},
    {"delivery.report.only.error", own, "false"},
    {"key.serializer", own, BYTE_ARRAYS "Serializer"},
    {"value.serializer", own, BYTE_ARRAYS "Serializer"},
    {"key.deserializer", own, BYTE_ARRAYS "Deserializer"},
    {"value.deserializer", own, BYTE_ARRAYS "Deserializer"},
    {"partitioner", tr_kafka_refuse, PARTITIONS},
    {"partitioner.*", tr_kafka_refuse, PARTITIONS},
    {"plugin.library.paths", tr_kafka_refuse, "foreign code isn't loaded"},
    {"statistics.interval.ms", tr_kafka_refuse, "statistics of librdkafka aren't read"},
    {"enabled_events", tr_kafka_refuse, CALLBACK},
    {"log.queue", tr_kafka_refuse, CALLBACK},
    {"opaque", tr_kafka_refuse, CALLBACK},
    {"default_topic_conf", tr_kafka_refuse, CALLBACK},
    {"interceptors", tr_kafka_refuse, CALLBACK},
    {"internal.termination.signal", tr_kafka_refuse, CALLBACK},
};

static bool covers(const char *pattern, const char *name)
{
    size_t n = strlen(pattern);

    if (pattern[n - 1] == '*')
        return strncmp(pattern, name, n - 1) == 0;
    return strcmp(pattern, name) == 0;
}

tr_kafka_apply_fn *tr_kafka_rule(const char *name, const char **ret_argument)
{
    size_t n = strlen(name);

    *ret_argument = name;
    for (size_t i = 0; i < TR_COUNT(rules); i++)
        if (covers(rules[i].name, name)) {
            *ret_argument = rules[i].argument;
            return rules[i].apply;
        }
    if (n > 3 && strcmp(name + n - 3, "_cb") == 0) {
        *ret_argument = CALLBACK;
        return tr_kafka_refuse;
    }
    return tr_kafka_apply;
}
