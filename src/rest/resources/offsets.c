/* /connectors/NAME/offsets */
#include <stdlib.h>

#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/json.h"

static void write_slice(struct tr_writer *writer, struct tr_slice json)
{
    if (json.p)
        tr_writer_slice(writer, json);
    else
        tr_writer_literal(writer, "null");
}

void tr_handle_offsets(struct tr_exchange *exchange)
{
    struct tr_worker_offsets offsets;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_offsets(tr_exchange_worker(exchange), exchange->request.segments[1],
                               &exchange->in, &offsets, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_writer_literal(&writer, "{\"offsets\":[");
    for (size_t i = 0; i < offsets.count; i++) {
        tr_writer_text(&writer, i ? ",{\"partition\":" : "{\"partition\":");
        write_slice(&writer, offsets.items[i].partition);
        tr_writer_literal(&writer, ",\"offset\":");
        write_slice(&writer, offsets.items[i].offset);
        tr_writer_char(&writer, '}');
    }
    tr_writer_literal(&writer, "]}");
    tr_answer_end(exchange, &writer, 200);
}

/* An object's text; null and nothing are NULL. False: answered already. */
static bool take_object(struct tr_exchange *exchange, const char *name, const json_t *value,
                        struct tr_slice *ret_json)
{
    *ret_json = (struct tr_slice){NULL, 0};
    if (!value || json_is_null(value))
        return true;
    if (!json_is_object(value)) {
        tr_answer_error(exchange, 400, "The field \"%s\" has to be an object", name);
        return false;
    }
    char *text = json_dumps(value, JSON_COMPACT);
    if (text) {
        ret_json->n = strlen(text);
        ret_json->p = tr_arena_strdup(&exchange->in, tr_slice_of(text));
    }
    free(text);
    if (!ret_json->p)
        tr_answer_error(exchange, 500, "out of memory");
    return ret_json->p != NULL;
}

static bool take_offset(struct tr_exchange *exchange, json_t *entry,
                        struct tr_worker_offset *ret_offset)
{
    static const char *const members[] = {"partition", "offset", NULL};

    if (!json_is_object(entry)) {
        tr_answer_error(exchange, 400, "Each of \"offsets\" has to be an object");
        return false;
    }
    if (!tr_body_members(exchange, entry, members) ||
        !take_object(exchange, "partition", json_object_get(entry, "partition"),
                     &ret_offset->partition) ||
        !take_object(exchange, "offset", json_object_get(entry, "offset"), &ret_offset->offset))
        return false;
    if (!ret_offset->partition.p)
        tr_answer_error(exchange, 400, "Partition objects cannot be null");
    return ret_offset->partition.p != NULL;
}

static bool take_offsets(struct tr_exchange *exchange, json_t *body,
                         struct tr_worker_offset **ret_offsets, size_t *ret_count)
{
    static const char *const members[] = {"offsets", NULL};
    json_t *list = json_object_get(body, "offsets"), *entry;
    size_t i;

    if (!tr_body_members(exchange, body, members))
        return false;
    if (list && !json_is_null(list) && !json_is_array(list)) {
        tr_answer_error(exchange, 400, "The field \"offsets\" has to be an array");
        return false;
    }
    *ret_count = json_array_size(list);
    if (!*ret_count) {
        tr_answer_error(exchange, 400,
                        "Partitions / offsets need to be provided for an alter offsets request");
        return false;
    }
    *ret_offsets = tr_arena_zalloc(&exchange->in, *ret_count, sizeof **ret_offsets);
    if (!*ret_offsets) {
        tr_answer_error(exchange, 500, "out of memory");
        return false;
    }
    json_array_foreach(list, i, entry)
    {
        if (!take_offset(exchange, entry, &(*ret_offsets)[i]))
            return false;
    }
    return true;
}

/* Debezium's connectors say that they may keep offsets elsewhere; the file connectors and sinks
 * don't. */
static bool is_database(struct tr_exchange *exchange)
{
    struct tr_worker_info info;
    struct tr_diag diag;

    if (tr_worker_info(tr_exchange_worker(exchange), exchange->request.segments[1], &exchange->in,
                       &info, &diag) != 0)
        return false;
    const char *class = tr_properties_get(&info.config, "connector.class");
    const struct tr_plugin *plugin = class ? tr_plugin_find(class) : NULL;
    return plugin && strncmp(plugin->class, "io.debezium.", 12) == 0;
}

static void answer_done(struct tr_exchange *exchange, const char *what, const char *short_text)
{
    if (!is_database(exchange)) {
        tr_answer_message(exchange, short_text);
        return;
    }
    tr_answer_message(
        exchange,
        tr_answer_printf(exchange,
                         "The Connect framework-managed offsets for this connector have been %s "
                         "successfully. However, if this connector manages offsets externally, "
                         "they will need to be manually %s in the system that the connector uses.",
                         what, what));
}

static void alter(struct tr_exchange *exchange, json_t *body)
{
    struct tr_worker_offset *offsets;
    struct tr_diag diag;
    size_t count;

    if (!take_offsets(exchange, body, &offsets, &count))
        return;
    int rc = tr_worker_alter_offsets(tr_exchange_worker(exchange), exchange->request.segments[1],
                                     offsets, count, &diag);
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
    else
        answer_done(exchange, "altered",
                    "The offsets for this connector have been altered successfully");
}

void tr_handle_offsets_patch(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);

    if (body)
        alter(exchange, body);
    json_decref(body);
}

void tr_handle_offsets_delete(struct tr_exchange *exchange)
{
    struct tr_diag diag;
    int rc =
        tr_worker_reset_offsets(tr_exchange_worker(exchange), exchange->request.segments[1], &diag);

    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
    else
        answer_done(exchange, "reset",
                    "The offsets for this connector have been reset successfully");
}
