/* A signal's JSON. */
#include <jansson.h>

#include "base/uuid.h"
#include "snapshot/channel/impl.h"

#define TEXT_CAP ((size_t)16 << 20)

void tr_channel_signal_init(struct tr_channel_signal *signal)
{
    tr_buf_init(&signal->id, TEXT_CAP);
    tr_buf_init(&signal->type, TEXT_CAP);
    tr_buf_init(&signal->data, TEXT_CAP);
}

void tr_channel_signal_finish(struct tr_channel_signal *signal)
{
    tr_buf_finish(&signal->id);
    tr_buf_finish(&signal->type);
    tr_buf_finish(&signal->data);
}

static int no_signal(struct tr_diag *diag, const char *why)
{
    (void)tr_fail(diag, TR_DATA, TR_STOP, "%s", why);
    return 1;
}

static void take_id(struct tr_channel_signal *signal, const json_t *id)
{
    char random[TR_UUID_TEXT];

    if (json_is_string(id)) {
        tr_buf_text(&signal->id, json_string_value(id));
    } else if (json_is_integer(id)) {
        tr_buf_printf(&signal->id, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
    } else {
        tr_uuid_random(random);
        tr_buf_text(&signal->id, random);
    }
}

static int take_data(struct tr_channel_signal *signal, const json_t *data, struct tr_diag *diag)
{
    if (!data || json_is_null(data))
        return 0;
    if (json_is_string(data)) { /* as the column of a table has it */
        tr_buf_text(&signal->data, json_string_value(data));
        return 0;
    }
    char *text = json_dumps(data, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text)
        return tr_fail_memory(diag);
    tr_buf_text(&signal->data, text);
    free(text);
    return 0;
}

static int take(struct tr_channel_signal *signal, const json_t *json, struct tr_diag *diag)
{
    const json_t *type = json_object_get(json, "type");

    if (!json_is_object(json))
        return no_signal(diag, "it is not a JSON object");
    if (!json_is_string(type))
        return no_signal(diag, "it has no type");
    take_id(signal, json_object_get(json, "id"));
    tr_buf_text(&signal->type, json_string_value(type));
    if (take_data(signal, json_object_get(json, "data"), diag) < 0)
        return -1;
    return tr_buf_ok(&signal->id) && tr_buf_ok(&signal->type) && tr_buf_ok(&signal->data)
               ? 0
               : tr_fail_memory(diag);
}

int tr_channel_signal_read(struct tr_channel_signal *signal, struct tr_slice json,
                           struct tr_diag *diag)
{
    json_error_t error;

    tr_buf_reset(&signal->id);
    tr_buf_reset(&signal->type);
    tr_buf_reset(&signal->data);
    if (json.n > TEXT_CAP)
        return no_signal(diag, "it is longer than 16 MB");
    json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return no_signal(diag, error.text);
    int rc = take(signal, root, diag);
    json_decref(root);
    return rc;
}
