/* Java's stores of certificates and keys. librdkafka reads PEM, and PKCS#12 for its own key; JKS is
 * Java's alone, and what a store without a type is. */
#include <string.h>
#include <strings.h>

#include "kafka/translate.h"

static bool is(const char *type, const char *wanted)
{
    return type && strcasecmp(type, wanted) == 0;
}

static int refuse_trust(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry)
{
    return tr_kafka_refuse(
        t, entry,
        "only stores in PEM can be read; convert it with \"keytool -importkeystore -srckeystore "
        "STORE -destkeystore ca.p12 -deststoretype PKCS12\" and \"openssl pkcs12 -in ca.p12 "
        "-nokeys "
        "-out ca.pem\", then write ssl.truststore.type=PEM and ssl.truststore.location=ca.pem");
}

int tr_kafka_truststore_type(const struct tr_kafka_translation *t,
                             const struct tr_kafka_entry *entry, const char *argument)
{
    (void)argument;
    return is(entry->value, "PEM") ? 0 : refuse_trust(t, entry);
}

int tr_kafka_truststore_location(const struct tr_kafka_translation *t,
                                 const struct tr_kafka_entry *entry, const char *argument)
{
    (void)argument;
    if (!is(tr_kafka_other(t, "ssl.truststore.type"), "PEM"))
        return refuse_trust(t, entry);
    return tr_kafka_apply_value(t, entry, "ssl.ca.location", entry->value);
}

static int refuse_key(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry)
{
    return tr_kafka_refuse(
        t, entry,
        "only stores in PKCS12 or PEM can be read; convert it with \"keytool -importkeystore "
        "-srckeystore STORE -destkeystore client.p12 -deststoretype PKCS12\", then write "
        "ssl.keystore.type=PKCS12 and ssl.keystore.location=client.p12");
}

int tr_kafka_keystore_type(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                           const char *argument)
{
    (void)argument;
    return is(entry->value, "PEM") || is(entry->value, "PKCS12") ? 0 : refuse_key(t, entry);
}

/* A PEM file of Java's holds the key and the chain of certificates, one behind the other. */
int tr_kafka_keystore_location(const struct tr_kafka_translation *t,
                               const struct tr_kafka_entry *entry, const char *argument)
{
    const char *type = tr_kafka_other(t, "ssl.keystore.type");

    (void)argument;
    if (is(type, "PKCS12"))
        return tr_kafka_apply_value(t, entry, "ssl.keystore.location", entry->value);
    if (!is(type, "PEM"))
        return refuse_key(t, entry);
    if (tr_kafka_apply_value(t, entry, "ssl.certificate.location", entry->value) < 0)
        return -1;
    return tr_kafka_apply_value(t, entry, "ssl.key.location", entry->value);
}

int tr_kafka_keystore_password(const struct tr_kafka_translation *t,
                               const struct tr_kafka_entry *entry, const char *argument)
{
    (void)argument;
    if (is(tr_kafka_other(t, "ssl.keystore.type"), "PEM"))
        return tr_kafka_ignore(t, entry, "the password of a key in PEM is ssl.key.password");
    return tr_kafka_apply_value(t, entry, "ssl.keystore.password", entry->value);
}
