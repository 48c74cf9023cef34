/* The options of both AvroConverters, Confluent's and Apicurio's: each once for keys and once for
 * values. */
#include <string.h>

#include "config/option-table.h"

#define NO_CLASS "a Java class, which tailrace can't run: remove it"

static const struct tr_choice strategies[] = {
    {"io.confluent.kafka.serializers.subject.TopicNameStrategy", TR_SUBJECT_TOPIC, NULL},
    {"io.confluent.kafka.serializers.subject.RecordNameStrategy", TR_SUBJECT_RECORD, NULL},
    {"io.confluent.kafka.serializers.subject.TopicRecordNameStrategy", TR_SUBJECT_TOPIC_RECORD,
     NULL},
    {"io.confluent.kafka.serializers.subject.AssociatedNameStrategy", 0,
     "a strategy of Confluent 8, which asks the registry for a topic's subject: write "
     "io.confluent.kafka.serializers.subject.TopicNameStrategy"},
    {0},
};

static const struct tr_choice logins[] = {
    {"URL", TR_LOGIN_URL, NULL},
    {"USER_INFO", TR_LOGIN_USER_INFO, NULL},
    {"SASL_INHERIT", TR_LOGIN_SASL_INHERIT, NULL},
    {0},
};

static const struct tr_choice bearers[] = {
    {"STATIC_TOKEN", TR_BEARER_STATIC, NULL},
    {"OAUTHBEARER", TR_BEARER_OAUTH, NULL},
    {"SASL_OAUTHBEARER_INHERIT", 0, "not to be had: write OAUTHBEARER and bearer.auth.client.id"},
    {"CUSTOM", 0, NO_CLASS},
    {0},
};

#define TO_PEM                                                                                     \
    "write PEM and convert the store: keytool -importkeystore -srckeystore STORE -destkeystore "   \
    "store.p12 -deststoretype PKCS12, then openssl pkcs12 -in store.p12 -nodes -out store.pem"

static const struct tr_choice store_types[] = {
    {"PEM", 0, NULL},
    {"JKS", 0, "Java's own form: " TO_PEM},
    {"PKCS12", 0, "not read here: " TO_PEM},
    {0},
};

static const struct tr_choice id_handlers[] = {
    {"io.apicurio.registry.serde.DefaultIdHandler", 0, NULL},
    {"io.apicurio.registry.serde.Legacy4ByteIdHandler", 1, NULL},
    {0},
};

static const struct tr_choice ids[] = {{"globalId", 0, NULL}, {"contentId", 1, NULL}, {0}};

static const struct tr_choice behaviours[] = {
    {"FAIL", 0, NULL}, {"UPDATE", 0, NULL}, {"RETURN", 0, NULL}, {"RETURN_OR_UPDATE", 0, NULL}, {0},
};

static const struct tr_choice encodings[] = {{"BINARY", 0, NULL}, {"JSON", 1, NULL}, {0}};

#define SERDE "io.apicurio.registry.serde."

static const struct tr_choice resolvers[] = {
    {SERDE "strategy.TopicIdStrategy", TR_SUBJECT_TOPIC, NULL},
    {SERDE "strategy.SimpleTopicIdStrategy", TR_SUBJECT_SIMPLE_TOPIC, NULL},
    {SERDE "avro.strategy.QualifiedRecordIdStrategy", TR_SUBJECT_RECORD, NULL},
    {SERDE "avro.strategy.RecordIdStrategy", TR_SUBJECT_GROUP_RECORD, NULL},
    {SERDE "avro.strategy.TopicRecordIdStrategy", TR_SUBJECT_GROUP_TOPIC_RECORD, NULL},
    {0},
};

static int check_url(const char *text, struct tr_diag *diag)
{
    if (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "not an address that begins with http:// or https://");
}

/* clang-format off */
#define SET(side, rest) .name = side ".converter." rest, .with = side ".converter"
#define AT(member, field) .at = TR_CONNECTOR_AT(capture.member.field)
#define YES_NO .type = TR_OPTION_BOOLEAN
#define INERT(side, rest, why, text) \
    {SET(side, rest), .status = TR_OPTION_INERT, .importance = TR_LOW, .note = why, .doc = text}
#define REFUSED(side, rest, why, text) \
    {SET(side, rest), .status = TR_OPTION_DEFAULT_ONLY, .importance = TR_LOW, .note = why, \
     .doc = text}

#define ONE_SHAPE "a value is only ever written by a schema of its own shape"
#define ONE_SCHEMA "a schema is compiled once for each version of a table, and kept"
#define RETRIED "a registry that can't be reached is asked again until it answers"
#define NOT_READ "it concerns the reading of values"

#define SCHEMA_ROWS(side, what, member) \
    {SET(side, "connect.meta.data"), YES_NO, .fallback = "true", .identity = true, \
     AT(member, avro.metadata), \
     .doc = "Whether Avro schemas of " what " have connect.name, connect.version and the like."}, \
    {SET(side, "scrub.invalid.names"), YES_NO, .fallback = "false", .identity = true, \
     AT(member, avro.scrub_names), \
     .doc = "Whether characters that Avro doesn't allow in names are replaced."}, \
    {SET(side, "allow.optional.map.keys"), YES_NO, .fallback = "false", .identity = true, \
     .importance = TR_LOW, AT(member, avro.optional_keys), \
     .doc = "Whether a map with optional texts as keys becomes an Avro map."}, \
    {SET(side, "ignore.default.for.nullables"), YES_NO, .fallback = "false", .identity = true, \
     AT(member, avro.keep_nulls), \
     .doc = "Whether null is written as null where the field has a default, instead of that."}, \
    {SET(side, "discard.type.doc.default"), YES_NO, .fallback = "false", .identity = true, \
     .importance = TR_LOW, AT(member, avro.discard_type_doc), \
     .doc = "Whether only fields keep documentation in Avro schemas, and types don't."}, \
    INERT(side, "flatten.singleton.unions", NOT_READ, "Unions of one type, when read."), \
    INERT(side, "enhanced.avro.schema.support", "no record has such types", \
          "Texts that name themselves Avro enums."), \
    INERT(side, "generalized.sum.type.support", "no record has such types", \
          "Interoperability of enums and unions."), \
    INERT(side, "schemas.cache.config", ONE_SCHEMA, "Size of a cache of schemas.")

#define REGISTRY_ROWS(side, what, member) \
    {SET(side, "schema.registry.url"), .type = TR_OPTION_LIST, .importance = TR_HIGH, \
     .secret_name = true, AT(member, registry.urls), .check = check_url, \
     .doc = "Where the schema registry is: addresses of one registry, which are tried in turn. " \
            "io.confluent.connect.avro.AvroConverter needs it."}, \
    INERT(side, "schema.registry.url.randomize", "the addresses are tried in their order", \
          "Begin with any of the addresses."), \
    {SET(side, "auto.register.schemas"), YES_NO, .fallback = "true", \
     AT(member, registry.auto_register), \
     .doc = "Whether schemas that the registry doesn't have yet are registered there."}, \
    {SET(side, "use.latest.version"), YES_NO, .fallback = "false", \
     AT(member, registry.use_latest), \
     .doc = "Without auto.register.schemas: take the subject's latest version, if it has the " \
            "shape of what is written."}, \
    INERT(side, "latest.compatibility.strict", ONE_SHAPE, "Check the latest version."), \
    {SET(side, "use.schema.id"), .type = TR_OPTION_INT, .fallback = "-1", .min = -1, \
     .max = INT32_MAX, .importance = TR_LOW, AT(member, registry.use_schema_id), \
     .doc = "Without auto.register.schemas: the id of the schema to write by, if it has the " \
            "shape of what is written."}, \
    INERT(side, "id.compatibility.strict", ONE_SHAPE, "Check the schema of that id."), \
    REFUSED(side, "use.latest.with.metadata", "write use.latest.version", \
            "The latest version with a certain metadata."), \
    {SET(side, "normalize.schemas"), YES_NO, .fallback = "false", \
     AT(member, registry.normalize), \
     .doc = "Whether the registry compares schemas in their normal form."}, \
    {SET(side, "propagate.schema.tags"), YES_NO, .fallback = "false", \
     .status = TR_OPTION_DEFAULT_ONLY, .importance = TR_LOW, \
     .note = "tags stay with the version they were given", \
     .doc = "Tags of the version before."}, \
    REFUSED(side, "context.name.strategy", "a subject's context stands in front of its name", \
            "The registry's context."), \
    {SET(side, side ".subject.name.strategy"), .type = TR_OPTION_CHOICE, .choices = strategies, \
     .fallback = "io.confluent.kafka.serializers.subject.TopicNameStrategy", .classes = true, \
     AT(member, registry.strategy), \
     .doc = "The subject of schemas: the topic and -" side ", the record's name, or both."}, \
    {SET(side, "basic.auth.credentials.source"), .type = TR_OPTION_CHOICE, .fallback = "URL", \
     .choices = logins, AT(member, registry.login), \
     .doc = "Where the registry's user and password stand: in its address, in " \
            "basic.auth.user.info, or in sasl.jaas.config."}, \
    {SET(side, "basic.auth.user.info"), .type = TR_OPTION_PASSWORD, \
     AT(member, registry.user_info), .doc = "USER:PASSWORD."}, \
    {SET(side, "schema.registry.basic.auth.user.info"), .type = TR_OPTION_PASSWORD, \
     .importance = TR_LOW, AT(member, registry.user_info), \
     .doc = "The same, by its older name."}, \
    {SET(side, "sasl.jaas.config"), .type = TR_OPTION_PASSWORD, .importance = TR_LOW, \
     AT(member, registry.jaas), \
     .doc = "Login module with username and password, for SASL_INHERIT."}, \
    {SET(side, "bearer.auth.credentials.source"), .type = TR_OPTION_CHOICE, .choices = bearers, \
     AT(member, registry.bearer), \
     .doc = "Show the registry a token: bearer.auth.token, or one of an OAuth server."}, \
    {SET(side, "bearer.auth.token"), .type = TR_OPTION_PASSWORD, AT(member, registry.token), \
     .doc = "The token."}, \
    {SET(side, "bearer.auth.issuer.endpoint.url"), AT(member, registry.token_url), \
     .check = check_url, .doc = "The OAuth server's endpoint for tokens."}, \
    {SET(side, "bearer.auth.client.id"), AT(member, registry.client_id), \
     .doc = "The client there."}, \
    {SET(side, "bearer.auth.client.secret"), .type = TR_OPTION_PASSWORD, \
     AT(member, registry.client_secret), .doc = "Its secret."}, \
    {SET(side, "bearer.auth.scope"), AT(member, registry.scope), .doc = "The token's scope."}, \
    {SET(side, "bearer.auth.logical.cluster"), AT(member, registry.logical_cluster), \
     .importance = TR_LOW, .doc = "Sent as the header target-sr-cluster."}, \
    {SET(side, "bearer.auth.identity.pool.id"), AT(member, registry.identity_pool), \
     .importance = TR_LOW, .doc = "Sent as the header Confluent-Identity-Pool-Id."}, \
    {SET(side, "request.header.*"), .type = TR_OPTION_OPEN, .secret_name = true, \
     AT(member, registry.headers), .doc = "A header of each request to the registry."}, \
    {SET(side, "http.connect.timeout.ms"), .type = TR_OPTION_INT, .fallback = "10000", .min = 1, \
     .max = 600000, .importance = TR_LOW, AT(member, registry.connect_timeout_ms), \
     .doc = "How long to wait for a connection to the registry."}, \
    {SET(side, "http.read.timeout.ms"), .type = TR_OPTION_INT, .fallback = "20000", .min = 1, \
     .max = 600000, .importance = TR_LOW, AT(member, registry.read_timeout_ms), \
     .doc = "How long to wait for its answer."}, \
    {SET(side, "proxy.host"), .importance = TR_LOW, AT(member, registry.proxy_host), \
     .doc = "A proxy in front of the registry."}, \
    {SET(side, "proxy.port"), .type = TR_OPTION_INT, .fallback = "-1", .min = -1, .max = 65535, \
     .importance = TR_LOW, AT(member, registry.proxy_port), .doc = "Its port."}, \
    INERT(side, "max.retries", RETRIED, "Retries of a request."), \
    INERT(side, "retries.wait.ms", RETRIED, "Pause before a retry."), \
    INERT(side, "retries.max.wait.ms", RETRIED, "Longest pause before a retry."), \
    INERT(side, "max.schemas.per.subject", ONE_SCHEMA, "Size of a cache of schemas."), \
    INERT(side, "latest.cache.size", ONE_SCHEMA, "Size of a cache of schemas."), \
    INERT(side, "latest.cache.ttl.sec", ONE_SCHEMA, "Age of a cache of schemas.")

#define TLS_ROWS(side, prefix, member) \
    {SET(side, prefix "truststore.location"), AT(member, registry.tls.truststore_location), \
     .doc = "PEM file of the certificates to trust the registry by; without it the system's."}, \
    {SET(side, prefix "truststore.type"), .type = TR_OPTION_STRING, .choices = store_types, \
     .doc = "PEM."}, \
    INERT(side, prefix "truststore.password", "a PEM file of certificates has none", \
          "Password of that store."), \
    {SET(side, prefix "keystore.location"), AT(member, registry.tls.keystore_location), \
     .doc = "PEM file with the client's key and certificates."}, \
    {SET(side, prefix "keystore.type"), .type = TR_OPTION_STRING, .choices = store_types, \
     .doc = "PEM."}, \
    {SET(side, prefix "key.password"), .type = TR_OPTION_PASSWORD, \
     AT(member, registry.tls.key_password), .doc = "Password of the key."}

#define MORE_TLS_ROWS(side, prefix, member) \
    {SET(side, prefix "truststore.certificates"), \
     AT(member, registry.tls.truststore_certificates), \
     .doc = "The certificates themselves, as PEM."}, \
    {SET(side, prefix "keystore.certificate.chain"), AT(member, registry.tls.keystore_chain), \
     .doc = "The client's certificates themselves, as PEM."}, \
    {SET(side, prefix "keystore.key"), .type = TR_OPTION_PASSWORD, \
     AT(member, registry.tls.keystore_key), .doc = "The client's key itself, as PEM."}, \
    REFUSED(side, prefix "keystore.password", "write key.password for an encrypted PEM key", \
            "Password of the client's store."), \
    {SET(side, prefix "endpoint.identification.algorithm"), .fallback = "https", \
     AT(member, registry.tls.endpoint_algorithm), .importance = TR_LOW, \
     .doc = "Empty: the registry's certificate may be another host's."}

#define APICURIO_ROWS(side, what, member) \
    {SET(side, "apicurio.registry.url"), .importance = TR_HIGH, .secret_name = true, \
     AT(member, apicurio.url), .check = check_url, \
     .doc = "Where Apicurio Registry's own API is: http://HOST:PORT/apis/registry/v2. " \
            "io.apicurio.registry.utils.converter.AvroConverter needs it."}, \
    {SET(side, "apicurio.registry.auto-register"), YES_NO, .fallback = "false", \
     AT(member, apicurio.auto_register), \
     .doc = "Whether schemas that the registry doesn't have yet are registered there."}, \
    {SET(side, "apicurio.registry.auto-register.if-exists"), .type = TR_OPTION_STRING, \
     .fallback = "RETURN_OR_UPDATE", .choices = behaviours, .importance = TR_LOW, \
     AT(member, apicurio.if_exists), .doc = "What the registry does if it has the artifact."}, \
    {SET(side, "apicurio.registry.find-latest"), YES_NO, .fallback = "false", \
     AT(member, apicurio.find_latest), \
     .doc = "Without auto-register: take the artifact's latest version, if it has the shape of " \
            "what is written."}, \
    {SET(side, "apicurio.registry.headers.enabled"), YES_NO, .fallback = "true", \
     .identity = true, AT(member, apicurio.headers_enabled), \
     .doc = "Whether the schema's id stands in a header, not in front of the bytes."}, \
    {SET(side, "apicurio.registry.as-confluent"), YES_NO, .fallback = "false", .identity = true, \
     AT(member, apicurio.as_confluent), .doc = "Whether ids have 4 bytes, as Confluent's."}, \
    {SET(side, "apicurio.registry.id-handler"), .type = TR_OPTION_CHOICE, \
     .status = TR_OPTION_DEFAULT_ONLY, .choices = id_handlers, .importance = TR_LOW, \
     .fallback = "io.apicurio.registry.serde.DefaultIdHandler", .classes = true, \
     .note = "for ids of 4 bytes write apicurio.registry.as-confluent=true", \
     .doc = "The form of ids."}, \
    INERT(side, "apicurio.registry.enable-confluent-id-handler", \
          "apicurio.registry.as-confluent is what says it", "A form of ids."), \
    {SET(side, "apicurio.registry.use-id"), .type = TR_OPTION_CHOICE, .fallback = "globalId", \
     .choices = ids, .identity = true, AT(member, apicurio.content_id), \
     .doc = "Which of the registry's ids is written."}, \
    {SET(side, "apicurio.registry.artifact-resolver-strategy"), .type = TR_OPTION_CHOICE, \
     .fallback = SERDE "strategy.TopicIdStrategy", .choices = resolvers, .classes = true, \
     AT(member, apicurio.strategy), .doc = "How group and artifact are named."}, \
    {SET(side, "apicurio.registry.artifact.group-id"), AT(member, apicurio.group), \
     .doc = "The group, instead."}, \
    {SET(side, "apicurio.registry.artifact.artifact-id"), AT(member, apicurio.artifact), \
     .doc = "The artifact, instead."}, \
    {SET(side, "apicurio.registry.artifact.version"), AT(member, apicurio.version), \
     .doc = "The artifact's version."}, \
    {SET(side, "apicurio.registry.avro.encoding"), .type = TR_OPTION_CHOICE, \
     .status = TR_OPTION_DEFAULT_ONLY, .fallback = "BINARY", .choices = encodings, \
     .note = "records are written in Avro's binary form", .doc = "Avro's form."}, \
    {SET(side, "apicurio.auth.service.token.endpoint"), AT(member, registry.token_url), \
     .check = check_url, .doc = "An OAuth server's endpoint for tokens."}, \
    {SET(side, "apicurio.auth.service.url"), AT(member, apicurio.auth_url), .check = check_url, \
     .doc = "A Keycloak server, with apicurio.auth.realm."}, \
    {SET(side, "apicurio.auth.realm"), AT(member, apicurio.realm), .doc = "Its realm."}, \
    {SET(side, "apicurio.auth.client.id"), AT(member, registry.client_id), \
     .doc = "The client there."}, \
    {SET(side, "apicurio.auth.client.secret"), .type = TR_OPTION_PASSWORD, \
     AT(member, registry.client_secret), .doc = "Its secret."}, \
    {SET(side, "apicurio.auth.client.scope"), AT(member, registry.scope), \
     .doc = "The token's scope."}, \
    {SET(side, "apicurio.auth.username"), AT(member, apicurio.user), \
     .doc = "The registry's user."}, \
    {SET(side, "apicurio.auth.password"), .type = TR_OPTION_PASSWORD, \
     AT(member, apicurio.password), .doc = "The user's password."}, \
    {SET(side, "apicurio.registry.request.headers.*"), .type = TR_OPTION_OPEN, \
     .secret_name = true, AT(member, registry.headers), \
     .doc = "A header of each request to the registry."}, \
    REFUSED(side, "apicurio.registry.headers.*", "the headers have Apicurio's default names", \
            "Names of headers."), \
    INERT(side, "apicurio.registry.check-period-ms", ONE_SCHEMA, "Age of a cache of schemas."), \
    INERT(side, "apicurio.registry.retry-count", RETRIED, "Retries of a request."), \
    INERT(side, "apicurio.registry.retry-backoff-ms", RETRIED, "Pause before a retry."), \
    INERT(side, "apicurio.registry.dereference-schema", "a schema is one text", "References.")
/* clang-format on */

static const struct tr_option options[] = {
    SCHEMA_ROWS("key", "keys", key),
    REGISTRY_ROWS("key", "keys", key),
    TLS_ROWS("key", "schema.registry.ssl.", key),
    MORE_TLS_ROWS("key", "schema.registry.ssl.", key),
    APICURIO_ROWS("key", "keys", key),
    TLS_ROWS("key", "apicurio.registry.request.ssl.", key),
    SCHEMA_ROWS("value", "values", value),
    REGISTRY_ROWS("value", "values", value),
    TLS_ROWS("value", "schema.registry.ssl.", value),
    MORE_TLS_ROWS("value", "schema.registry.ssl.", value),
    APICURIO_ROWS("value", "values", value),
    TLS_ROWS("value", "apicurio.registry.request.ssl.", value),
};

const struct tr_option_group tr_options_avro = {
    .title = "AvroConverters and their registries: a worker's are the default of its connectors",
    .readers = TR_FOR_ALL,
    TR_OPTIONS(options)};
