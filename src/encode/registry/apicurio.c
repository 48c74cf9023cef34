/*
 * Apicurio Registry's own API (version 2), as far as a producer needs it:
 *
 *   POST /groups/GROUP/artifacts?ifExists=…          register: {"globalId":…,"contentId":…}
 *   POST /groups/GROUP/artifacts/ID/meta             look up by content
 *   GET  /groups/GROUP/artifacts/ID/[versions/V/]meta the latest or a certain version
 *   GET  /ids/globalIds/N, /ids/contentIds/N         its text
 *
 * Facts: Apicurio Registry 2.6 (client, resolver), and recordings.
 */
#include <curl/curl.h>

#include "encode/registry/registry-impl.h"

#define CONTENT_TYPE "application/json"
#define PATH_CAP     ((size_t)64 << 10)

static const struct tr_apicurio_options *options_of(const struct tr_registry_entry *entry)
{
    return &entry->registry->options->apicurio;
}

static void put_part(const struct tr_registry_entry *entry, const char *text, struct tr_buf *path)
{
    char *escaped = tr_http_escape(entry->registry->http, text);

    if (escaped)
        tr_buf_text(path, escaped);
    else
        path->failed = true;
    curl_free(escaped);
}

static void put_group(const struct tr_registry_entry *entry, struct tr_buf *path)
{
    tr_buf_text(path, "/groups/");
    put_part(entry, entry->group ? entry->group : "default", path);
    tr_buf_text(path, "/artifacts");
}

static int take_id(const struct tr_registry_entry *entry, const json_t *json, uint64_t *ret_id,
                   struct tr_diag *diag)
{
    return tr_registry_number(entry, json, options_of(entry)->content_id ? "contentId" : "globalId",
                              ret_id, diag);
}

static int create(struct tr_registry_entry *entry, struct tr_buf *path, json_t **ret_json,
                  struct tr_diag *diag)
{
    const struct tr_apicurio_options *options = options_of(entry);
    struct tr_buf id, version;

    tr_buf_init(&id, PATH_CAP);
    tr_buf_init(&version, PATH_CAP);
    tr_buf_printf(&id, "X-Registry-ArtifactId: %s", entry->subject);
    if (options->version)
        tr_buf_printf(&version, "X-Registry-Version: %s", options->version);
    const char *const headers[] = {tr_buf_string(&id), "X-Registry-ArtifactType: AVRO",
                                   options->version ? tr_buf_string(&version) : NULL, NULL};
    const struct tr_http_request request = {
        .method = "POST",
        .path = tr_buf_string(path),
        .body = entry->text,
        .content_type = CONTENT_TYPE,
        .headers = headers,
    };
    int rc = tr_buf_ok(path) && tr_buf_ok(&id) && tr_buf_ok(&version)
                 ? tr_registry_call(entry, &request, ret_json, diag)
                 : tr_fail_memory(diag);
    tr_buf_finish(&id);
    tr_buf_finish(&version);
    return rc;
}

static int look_up(struct tr_registry_entry *entry, struct tr_buf *path, json_t **ret_json,
                   struct tr_diag *diag)
{
    const struct tr_http_request request = {
        .method = "POST",
        .path = tr_buf_string(path),
        .body = entry->text,
        .content_type = CONTENT_TYPE,
    };

    return tr_buf_ok(path) ? tr_registry_call(entry, &request, ret_json, diag)
                           : tr_fail_memory(diag);
}

/* The text of a version, which must have our shape. */
static int compare(struct tr_registry_entry *entry, const json_t *meta, struct tr_diag *diag)
{
    char path[64];
    json_t *schema;
    uint64_t id;

    if (tr_registry_number(entry, meta, "globalId", &id, diag) < 0)
        return -1;
    snprintf(path, sizeof path, "/ids/globalIds/%llu", (unsigned long long)id);
    int rc = tr_registry_call(entry, &(struct tr_http_request){.method = "GET", .path = path},
                              &schema, diag);
    if (rc < 0)
        return -1;
    char *text = json_dumps(schema, JSON_COMPACT | JSON_ENCODE_ANY);
    rc = tr_registry_compare(entry, text, diag);
    free(text);
    json_decref(schema);
    return rc;
}

static int take_existing(struct tr_registry_entry *entry, struct tr_buf *path, json_t **ret_json,
                         struct tr_diag *diag)
{
    if (!tr_buf_ok(path))
        return tr_fail_memory(diag);
    const struct tr_http_request request = {.method = "GET", .path = tr_buf_string(path)};
    int rc = tr_registry_call(entry, &request, ret_json, diag);
    return rc ? rc : compare(entry, *ret_json, diag);
}

static int ask(struct tr_registry_entry *entry, struct tr_buf *path, json_t **ret_json,
               struct tr_diag *diag)
{
    const struct tr_apicurio_options *options = options_of(entry);

    put_group(entry, path);
    if (options->auto_register) {
        tr_buf_printf(path, "?ifExists=%s&canonical=false", options->if_exists);
        return create(entry, path, ret_json, diag);
    }
    tr_buf_text(path, "/");
    put_part(entry, entry->subject, path);
    if (options->version) {
        tr_buf_text(path, "/versions/");
        put_part(entry, options->version, path);
    }
    tr_buf_text(path, "/meta");
    if (options->find_latest || options->version)
        return take_existing(entry, path, ret_json, diag);
    tr_buf_text(path, "?canonical=true");
    return look_up(entry, path, ret_json, diag);
}

int tr_registry_apicurio(struct tr_registry_entry *entry, uint64_t *ret_id, struct tr_diag *diag)
{
    struct tr_buf path;
    json_t *json = NULL;

    tr_buf_init(&path, PATH_CAP);
    int rc = ask(entry, &path, &json, diag);
    if (rc > 0)
        rc = tr_registry_missing(entry, "apicurio.registry.auto-register", diag);
    else if (rc == 0)
        rc = take_id(entry, json, ret_id, diag);
    json_decref(json);
    tr_buf_finish(&path);
    return rc;
}

int tr_registry_apicurio_fetch(struct tr_registry_entry *entry, uint64_t id, json_t **ret_schema,
                               struct tr_diag *diag)
{
    char path[64];

    snprintf(path, sizeof path, "/ids/%s/%llu",
             options_of(entry)->content_id ? "contentIds" : "globalIds", (unsigned long long)id);
    return tr_registry_call(entry, &(struct tr_http_request){.method = "GET", .path = path},
                            ret_schema, diag);
}
