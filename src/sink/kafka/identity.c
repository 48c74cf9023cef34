/* What makes a record the same in every replay: its key, its operation and the source block, less
 * what tells of the reader rather than of the change. */
#include <jansson.h>
#include <openssl/evp.h>
#include <string.h>

#include "sink/kafka/impl.h"

static int none(const char *why, const char **ret_why)
{
    *ret_why = why;
    return TR_KAFKA_NO_IDENTITY;
}

static int digest(const struct tr_slice *parts, size_t count, uint64_t *ret_identity,
                  struct tr_diag *diag)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);

    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_DigestUpdate(context, &parts[i].n, sizeof parts[i].n) &&
             EVP_DigestUpdate(context, parts[i].p, parts[i].n);
    ok = ok && EVP_DigestFinal_ex(context, hash, NULL);
    EVP_MD_CTX_free(context);
    if (!ok)
        return tr_fail_memory(diag);
    memcpy(ret_identity, hash, sizeof *ret_identity);
    return 0;
}

static struct tr_slice text_of(const json_t *string)
{
    return (struct tr_slice){json_string_value(string), json_string_length(string)};
}

/* The version may have been upgraded; how far others had come is told by sequence and xmin; where a
 * GTID stands is each server's own. */
static json_t *lasting(const json_t *source)
{
    static const char *const passing[] = {"version", "sequence", "xmin"};
    static const char *const local[] = {"file", "pos", "server_id", "serverid", "thread"};
    json_t *copy = json_copy((json_t *)(uintptr_t)source);
    bool gtid = json_is_string(json_object_get(source, "gtid"));

    for (size_t i = 0; i < TR_COUNT(passing); i++)
        json_object_del(copy, passing[i]);
    for (size_t i = 0; gtid && i < TR_COUNT(local); i++)
        json_object_del(copy, local[i]);
    return copy;
}

static int of_change(struct tr_slice key, const json_t *value, const json_t *source,
                     uint64_t *ret_identity, struct tr_diag *diag)
{
    json_t *copy = lasting(source);
    char *text = copy ? json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

    json_decref(copy);
    if (!text)
        return tr_fail_memory(diag);
    const struct tr_slice parts[] = {key, text_of(json_object_get(value, "op")), tr_slice_of(text)};
    int rc = digest(parts, TR_COUNT(parts), ret_identity, diag);
    free(text);
    return rc;
}

/* Records of the transaction topic: BEGIN and END of one id. */
static int of_transaction(const json_t *value, uint64_t *ret_identity, struct tr_diag *diag)
{
    const struct tr_slice parts[] = {text_of(json_object_get(value, "status")),
                                     text_of(json_object_get(value, "id"))};

    return digest(parts, TR_COUNT(parts), ret_identity, diag);
}

/* Heartbeats and notifications tell of the connector, and may do so again. */
static bool tells_of_us(const json_t *value)
{
    return json_object_get(value, "aggregate_type") ||
           (json_object_size(value) == 1 && json_object_get(value, "ts_ms"));
}

static int of_value(const struct tr_capture_options *capture, struct tr_slice key,
                    const json_t *value, struct tr_kafka_identity *ret_identity,
                    struct tr_diag *diag)
{
    const json_t *source = json_object_get(value, "source");
    const char *snapshot = json_string_value(json_object_get(source, "snapshot"));
    const char *name = json_string_value(json_object_get(source, "name"));

    if (tells_of_us(value))
        return TR_KAFKA_NOT_OURS;
    if (json_is_string(json_object_get(value, "status")) &&
        json_is_string(json_object_get(value, "id")))
        return of_transaction(value, &ret_identity->hash, diag);
    if (!source || !name)
        return none("its source block was dropped by a transform, or never there",
                    &ret_identity->why);
    if (strcmp(name, capture->topic_prefix) != 0)
        return TR_KAFKA_NOT_OURS;
    if (snapshot && strcmp(snapshot, "false") != 0)
        return none("it is a row of a snapshot, which the next one may find changed",
                    &ret_identity->why);
    return of_change(key, value, source, &ret_identity->hash, diag);
}

/* A CloudEvent has the envelope's fields as attributes, in letters and digits. */
static int of_event(const struct tr_capture_options *capture, struct tr_slice key, json_t *event,
                    struct tr_kafka_identity *ret_identity, struct tr_diag *diag)
{
    static const char prefix[] = "iodebezium";
    static const char *const others[] = {"op", "txid", "txtotalorder", "txdatacollectionorder"};
    json_t *source = json_object(), *member;
    const char *name;

    json_object_foreach(event, name, member)
    {
        if (strncmp(name, prefix, sizeof prefix - 1) == 0)
            json_object_set(source, name + sizeof prefix - 1, member);
    }
    json_t *op = json_incref(json_object_get(source, "op"));
    for (size_t i = 0; i < TR_COUNT(others); i++)
        json_object_del(source, others[i]);
    json_t *envelope = json_pack("{s:o*,s:o*}", "op", op, "source", source);
    int rc = envelope ? of_value(capture, key, envelope, ret_identity, diag) : tr_fail_memory(diag);
    json_decref(envelope);
    return rc;
}

static int of_json(const struct tr_capture_options *capture, const struct tr_kafka_written *written,
                   struct tr_kafka_identity *ret_identity, struct tr_diag *diag)
{
    json_t *root =
        json_loadb(written->value.p, written->value.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    const json_t *payload = capture->value.schemas_enable ? json_object_get(root, "payload") : root;
    int rc = capture->value.class == TR_CONVERTER_CLOUDEVENTS
                 ? of_event(capture, written->key, root, ret_identity, diag)
                 : of_value(capture, written->key, payload, ret_identity, diag);

    json_decref(root);
    return rc;
}

static int of_avro(const struct tr_capture_options *capture, struct tr_avro_decoder *decoder,
                   const struct tr_kafka_written *written, struct tr_kafka_identity *ret_identity,
                   struct tr_diag *diag)
{
    const struct tr_avro_message message = {written->value, written->schema};
    json_t *value;
    int rc = tr_avro_decode(decoder, &message, &value, diag);

    if (rc == TR_AVRO_UNKNOWN)
        return none("it is no Avro whose schema the registry has", &ret_identity->why);
    if (rc < 0 && diag->cls == TR_DATA)
        return none("it isn't of the schema that it names", &ret_identity->why);
    if (rc < 0)
        return -1;
    rc = of_value(capture, written->key, value, ret_identity, diag);
    json_decref(value);
    return rc;
}

int tr_kafka_identify(const struct tr_capture_options *capture, struct tr_avro_decoder *decoder,
                      const struct tr_kafka_written *written,
                      struct tr_kafka_identity *ret_identity, struct tr_diag *diag)
{
    const struct tr_slice tombstone[] = {written->key, TR_SLICE("tombstone")};

    ret_identity->why = NULL;
    if (!written->value.p)
        return digest(tombstone, TR_COUNT(tombstone), &ret_identity->hash, diag);
    switch (capture->value.class) {
    case TR_CONVERTER_JSON:
    case TR_CONVERTER_CLOUDEVENTS:
        return of_json(capture, written, ret_identity, diag);
    case TR_CONVERTER_AVRO:
    case TR_CONVERTER_APICURIO_AVRO:
        return of_avro(capture, decoder, written, ret_identity, diag);
    default:
        return none("value.converter is none whose records are read back: JsonConverter, "
                    "AvroConverter, CloudEventsConverter",
                    &ret_identity->why);
    }
}
