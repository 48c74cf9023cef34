/*
 * Debezium's connectors take any offset and fail later; ours look whether the members that they
 * read have the right type. The file connector's words are Connect's (FileStreamSourceConnector).
 */
#include "worker/offset-judge.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int refuse(struct tr_diag *diag, const char *format, ...) TR_PRINTF(2, 3);
static int refuse(struct tr_diag *diag, const char *format, ...)
{
    char message[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tr_fail(diag, TR_CONFIG, TR_STOP, "%s", message);
    return TR_WORKER_REFUSED;
}

static int judge_primitives(const json_t *object, struct tr_diag *diag)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        if (json_is_object(value) || json_is_array(value))
            return refuse(diag,
                          "Offsets may only contain primitive types as values, but field %s "
                          "contains %s",
                          name, json_is_object(value) ? "MAP" : "ARRAY");
    }
    return 0;
}

static int judge_file(const json_t *partition, const json_t *offset, struct tr_diag *diag)
{
    const json_t *position = json_object_get(offset, "position");

    if (!position)
        return refuse(diag, "Offset objects should either be null or contain the key 'position'");
    if (!json_is_integer(position))
        return refuse(diag, "The value for the 'position' key in the offset is expected to be a "
                            "Long value");
    if (json_integer_value(position) < 0)
        return refuse(diag, "The value for the 'position' key in the offset should be a "
                            "non-negative value");
    if (!json_object_get(partition, "filename"))
        return refuse(diag, "Partition objects should contain the key 'filename'");
    return 0;
}

static int judge_database(const json_t *partition, const json_t *offset, struct tr_diag *diag)
{
    static const char *const integers[] = {"lsn", "lsn_proc", "lsn_commit", "txId",   "ts_usec",
                                           "pos", "row",      "event",      "ts_sec", "server_id"};
    static const char *const texts[] = {"file", "gtids", "messageType"};

    if (!json_object_get(partition, "server"))
        return 0; /* nobody's: harmless */
    for (size_t i = 0; i < TR_COUNT(integers); i++) {
        const json_t *value = json_object_get(offset, integers[i]);
        if (value && !json_is_null(value) && !json_is_integer(value))
            return refuse(diag, "The value for the '%s' key in the offset has to be an integer",
                          integers[i]);
    }
    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        const json_t *value = json_object_get(offset, texts[i]);
        if (value && !json_is_null(value) && !json_is_string(value))
            return refuse(diag, "The value for the '%s' key in the offset has to be a text",
                          texts[i]);
    }
    return 0;
}

static int judge(const struct tr_plugin *plugin, const struct tr_worker_offset *wanted,
                 struct tr_diag *diag)
{
    json_t *partition = json_loadb(wanted->partition.p, wanted->partition.n, 0, NULL);
    json_t *offset =
        wanted->offset.p ? json_loadb(wanted->offset.p, wanted->offset.n, 0, NULL) : NULL;
    int rc = 0;

    if (!json_is_object(partition) || (wanted->offset.p && !json_is_object(offset)))
        rc = refuse(diag, "Partitions and offsets have to be objects");
    if (rc == 0)
        rc = judge_primitives(partition, diag);
    if (rc == 0 && offset)
        rc = judge_primitives(offset, diag);
    if (rc == 0 && offset && plugin)
        rc = strstr(plugin->class, "FileStream") ? judge_file(partition, offset, diag)
                                                 : judge_database(partition, offset, diag);
    json_decref(partition);
    json_decref(offset);
    return rc;
}

int tr_offsets_judge(const struct tr_plugin *plugin, const struct tr_worker_offset *offsets,
                     size_t count, struct tr_diag *diag)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = judge(plugin, &offsets[i], diag);
    return rc;
}
