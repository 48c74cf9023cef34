#include "rest/resources/create.h"

#include <ctype.h>

#include "base/buf.h"
#include "rest/resources/body.h"
#include "rest/resources/json.h"
#include "rest/resources/mask.h"

/* The name goes first. */
static void put_pairs(struct tr_exchange *exchange, const struct tr_properties *config, bool names,
                      struct tr_buf *text)
{
    for (size_t i = 0; i < config->count; i++) {
        const char *value = tr_mask_value(exchange, &config->items[i]);
        if ((strcmp(config->items[i].name, "name") == 0) == names)
            tr_buf_printf(text, "%s%s=%s", text->len ? ", " : "", config->items[i].name,
                          value ? value : "null");
    }
}

bool tr_create_has_class(struct tr_exchange *exchange, const struct tr_properties *config)
{
    const char *class = tr_properties_get(config, "connector.class");
    struct tr_buf text;

    if (class && *class)
        return true;
    tr_buf_init(&text, 3000);
    put_pairs(exchange, config, true, &text);
    put_pairs(exchange, config, false, &text);
    tr_answer_error(exchange, 400, "Connector config {%s} contains no connector type",
                    tr_buf_string(&text));
    tr_buf_finish(&text);
    return false;
}

bool tr_create_prepare(struct tr_exchange *exchange, const char *name, struct tr_properties *config)
{
    struct tr_property *items = (struct tr_property *)config->items;

    for (size_t i = 0; i < config->count; i++) {
        if (strcmp(items[i].name, "name") != 0)
            continue;
        if (items[i].value && strcmp(items[i].value, name) != 0) {
            tr_answer_error(exchange, 400,
                            "Connector name configuration (%s) doesn't match connector name in the "
                            "URL (%s)",
                            items[i].value, name);
            return false;
        }
        items[i].value = name;
        return tr_create_has_class(exchange, config);
    }
    items[config->count++] = (struct tr_property){"name", name}; /* tr_body_config left room */
    return tr_create_has_class(exchange, config);
}

/* A path as Java's UriBuilder encodes it: what may stand in one stays. */
static void put_encoded(struct tr_buf *buf, const char *name)
{
    for (; *name; name++)
        if (isalnum((unsigned char)*name) || strchr("-._~!$&'()*+,;=:@/", *name))
            tr_buf_put(buf, name, 1);
        else
            tr_buf_printf(buf, "%%%02X", (unsigned char)*name);
}

static const char *location_of(struct tr_exchange *exchange, const char *name)
{
    const struct tr_request *request = &exchange->request;
    struct tr_buf text;

    tr_buf_init(&text, 8192);
    if (request->host)
        tr_buf_printf(&text, "%s://%s", request->tls ? "https" : "http", request->host);
    tr_buf_text(&text, "/connectors/");
    put_encoded(&text, name);
    const char *location =
        tr_buf_ok(&text) ? tr_arena_strdup(&exchange->in, tr_slice_of(tr_buf_string(&text))) : NULL;
    tr_buf_finish(&text);
    return location;
}

void tr_create_answer(struct tr_exchange *exchange, const char *name, bool created)
{
    struct tr_worker_info info;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_info(tr_exchange_worker(exchange), name, &exchange->in, &info, &diag);
    if (rc != 0) { /* somebody was quick to delete it */
        tr_answer_worker(exchange, rc, &diag,
                         tr_answer_printf(exchange, "Connector %s not found", name));
        return;
    }
    if (created)
        info.tasks = 0; /* nobody has looked at it yet: so says Connect */
    tr_answer_begin(exchange, &writer);
    tr_json_info(exchange, &writer, &info);
    tr_answer_end(exchange, &writer, created ? 201 : 200);
    if (created)
        exchange->answer.location = location_of(exchange, name);
}
