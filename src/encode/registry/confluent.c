/*
 * Confluent's API, as far as a producer needs it:
 *
 *   POST /subjects/SUBJECT/versions?normalize=…      register: {"id":…}
 *   POST /subjects/SUBJECT?normalize=…&deleted=false look up what is registered
 *   GET  /subjects/SUBJECT/versions/latest           {"id":…,"schema":…}
 *   GET  /schemas/ids/ID                             {"schema":…}
 *
 * Facts: recordings of Confluent's client and registry 8.1.
 */
#include <curl/curl.h>

#include "base/writer.h"
#include "encode/registry/registry-impl.h"

#define CONTENT_TYPE "application/vnd.schemaregistry.v1+json"
#define PATH_CAP     ((size_t)64 << 10)
#define BODY_CAP     ((size_t)128 << 20)

static int make_body(const struct tr_registry_entry *entry, struct tr_buf *body,
                     struct tr_diag *diag)
{
    tr_buf_text(body, "{\"schemaType\":\"AVRO\",\"schema\":");
    bool utf8 = tr_buf_json(body, entry->text);
    tr_buf_text(body, "}");
    return utf8 && tr_buf_ok(body) ? 0 : tr_fail_memory(diag);
}

/* Send the schema to /subjects/SUBJECT and the rest of a path. */
static int post(struct tr_registry_entry *entry, const char *rest, json_t **ret_json,
                struct tr_diag *diag)
{
    struct tr_registry *registry = entry->registry;
    char *subject = tr_http_escape(registry->http, entry->subject);
    struct tr_buf path, body;
    int rc = -1;

    tr_buf_init(&path, PATH_CAP);
    tr_buf_init(&body, BODY_CAP);
    tr_buf_printf(&path, "/subjects/%s%snormalize=%s", subject ? subject : "", rest,
                  registry->options->registry.normalize ? "true" : "false");
    if (!subject || !tr_buf_ok(&path))
        tr_fail_memory(diag);
    else if (make_body(entry, &body, diag) == 0)
        rc = tr_registry_call(entry,
                              &(struct tr_http_request){.method = "POST",
                                                        .path = tr_buf_string(&path),
                                                        .body = tr_buf_string(&body),
                                                        .content_type = CONTENT_TYPE},
                              ret_json, diag);
    tr_buf_finish(&path);
    tr_buf_finish(&body);
    curl_free(subject);
    return rc;
}

static int get(struct tr_registry_entry *entry, const struct tr_buf *path, json_t **ret_json,
               struct tr_diag *diag)
{
    if (!tr_buf_ok(path))
        return tr_fail_memory(diag);
    return tr_registry_call(entry,
                            &(struct tr_http_request){.method = "GET", .path = tr_buf_string(path)},
                            ret_json, diag);
}

/* With use.schema.id or use.latest.version: that schema must have our shape. */
static int take_existing(struct tr_registry_entry *entry, uint64_t *ret_id, struct tr_diag *diag)
{
    struct tr_registry *registry = entry->registry;
    int32_t id = registry->options->registry.use_schema_id;
    char *subject = tr_http_escape(registry->http, entry->subject);
    json_t *json = NULL;
    struct tr_buf path;

    tr_buf_init(&path, PATH_CAP);
    if (id >= 0)
        tr_buf_printf(&path, "/schemas/ids/%d?subject=%s", id, subject ? subject : "");
    else
        tr_buf_printf(&path, "/subjects/%s/versions/latest", subject ? subject : "");
    int rc = get(entry, &path, &json, diag);
    if (rc > 0)
        rc = tr_registry_missing(entry, "auto.register.schemas", diag);
    if (rc == 0 && id >= 0)
        *ret_id = (uint64_t)id;
    else if (rc == 0)
        rc = tr_registry_number(entry, json, "id", ret_id, diag);
    if (rc == 0)
        rc = tr_registry_compare(entry, json_string_value(json_object_get(json, "schema")), diag);
    json_decref(json);
    tr_buf_finish(&path);
    curl_free(subject);
    return rc;
}

int tr_registry_confluent(struct tr_registry_entry *entry, uint64_t *ret_id, struct tr_diag *diag)
{
    const struct tr_registry_options *options = &entry->registry->options->registry;
    json_t *json = NULL;

    if (!options->auto_register && (options->use_schema_id >= 0 || options->use_latest))
        return take_existing(entry, ret_id, diag);
    int rc = post(entry, options->auto_register ? "/versions?" : "?deleted=false&", &json, diag);
    if (rc > 0)
        rc = tr_registry_missing(entry, "auto.register.schemas", diag);
    else if (rc == 0)
        rc = tr_registry_number(entry, json, "id", ret_id, diag);
    json_decref(json);
    if (rc == 0 && *ret_id > INT32_MAX)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "subject %s: the schema registry's id %llu doesn't fit into 4 bytes, so it "
                       "speaks another API than Confluent's: check its address",
                       entry->subject, (unsigned long long)*ret_id);
    return rc;
}

int tr_registry_confluent_fetch(struct tr_registry_entry *entry, uint64_t id, json_t **ret_schema,
                                struct tr_diag *diag)
{
    json_t *json = NULL;
    struct tr_buf path;

    tr_buf_init(&path, PATH_CAP);
    tr_buf_printf(&path, "/schemas/ids/%llu", (unsigned long long)id);
    int rc = get(entry, &path, &json, diag);
    const char *text = json_string_value(json_object_get(json, "schema"));
    if (rc == 0) /* a default of bytes may have a NUL */
        *ret_schema = text ? json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL) : NULL;
    json_decref(json);
    tr_buf_finish(&path);
    return rc;
}
