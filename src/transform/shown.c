/* How Debezium shows the options of its transforms: labels, groups, importance. Options
 * of these classes that aren't here are not shown. Facts: the answers of Debezium 3.6.1. */
#include "transform/shown.h"

#include <string.h>

#define SHOW(option, text, ...)                                                                    \
    {                                                                                              \
        .name = option, .label = text, __VA_ARGS__                                                 \
    }
#define SHORT  .width = TR_WIDTH_SHORT
#define MEDIUM .width = TR_WIDTH_MEDIUM
#define LONG   .width = TR_WIDTH_LONG

static const struct tr_shown unwrap[] = {
    SHOW("delete.tombstone.handling.mode", "Handle delete and tombstone records", MEDIUM,
         .order = 1, .importance = TR_MEDIUM),
    SHOW("route.by.field", "Route by field name", LONG, .order = 1, .fallback = ""),
    SHOW("add.fields.prefix", "Field prefix to be added to each field.", SHORT, .order = 1),
    SHOW("add.fields", "Adds the specified field(s) to the message if they exist.", LONG,
         .order = 1, .fallback = ""),
    SHOW("add.headers.prefix", "Header prefix to be added to each header.", SHORT, .order = 1),
    SHOW("add.headers", "Adds the specified fields to the header if they exist.", LONG, .order = 1,
         .fallback = ""),
    SHOW("drop.fields.header.name",
         "Specifies a header that contains a list of field names to be removed", SHORT, .order = 1),
    SHOW("drop.fields.from.key",
         "Specifies whether the fields to be dropped should also be omitted from the key", SHORT,
         .order = 1),
    SHOW("drop.fields.keep.schema.compatible",
         "Specifies if fields are dropped, will the event's schemas be compatible", SHORT,
         .order = 1),
};

static const struct tr_shown outbox[] = {
    SHOW("table.field.event.id", "Event ID Field", MEDIUM, .order = 1, .group = "Table"),
    SHOW("table.field.event.key", "Event Key Field", MEDIUM, .order = 2, .group = "Table"),
    SHOW("table.field.event.type", "Event Type Field", MEDIUM, .order = 3, .group = "Table"),
    SHOW("table.field.event.payload", "Event Payload Field", MEDIUM, .order = 4, .group = "Table"),
    SHOW("table.field.event.timestamp", "Event Timestamp Field", MEDIUM, .order = 5,
         .importance = TR_MEDIUM, .group = "Table"),
    SHOW("table.fields.additional.placement",
         "Settings for each additional column in the outbox table", MEDIUM, .order = 6,
         .importance = TR_HIGH, .group = "Table"),
    SHOW("table.field.additional.missing",
         "Behavior when an additional field is missing in the change data", MEDIUM, .order = 7,
         .importance = TR_MEDIUM, .group = "Table"),
    SHOW("table.field.event.schema.version", "Event Schema Version Field", MEDIUM, .order = 8,
         .group = "Table"),
    SHOW("table.op.invalid.behavior", "Behavior when capturing an unexpected outbox event", MEDIUM,
         .order = 9, .importance = TR_MEDIUM, .group = "Table"),
    SHOW("table.expand.json.payload", "Expand Payload escaped string as real JSON", MEDIUM,
         .order = 10, .importance = TR_MEDIUM, .group = "Table"),
    SHOW("table.json.payload.null.behavior", "Behavior when json payload including null value",
         MEDIUM, .order = 11, .importance = TR_MEDIUM, .group = "Table"),
    SHOW("route.by.field", "Field to route events by", MEDIUM, .order = 1, .importance = TR_HIGH,
         .group = "Router"),
    SHOW("route.topic.regex", "The name of the routed topic", MEDIUM, .order = 2,
         .group = "Router"),
    SHOW("route.topic.replacement", "The name of the routed topic", MEDIUM, .order = 3,
         .importance = TR_HIGH, .group = "Router"),
    SHOW("route.tombstone.on.empty.payload", "Empty payloads cause a tombstone message", MEDIUM,
         .order = 4, .importance = TR_HIGH, .group = "Router"),
};

static const struct {
    const char *class;
    struct tr_shown_list list;
} classes[] = {
    {"io.debezium.transforms.ExtractNewRecordState", {unwrap, TR_COUNT(unwrap)}},
    {"io.debezium.transforms.outbox.EventRouter", {outbox, TR_COUNT(outbox)}},
};

bool tr_transform_is_shown(const char *class)
{
    for (size_t i = 0; i < TR_COUNT(classes); i++)
        if (strcmp(classes[i].class, class) == 0)
            return true;
    return false;
}

const struct tr_shown *tr_transform_shown(const char *class, const char *option)
{
    for (size_t i = 0; i < TR_COUNT(classes); i++)
        for (size_t j = 0; strcmp(classes[i].class, class) == 0 && j < classes[i].list.count; j++)
            if (strcmp(classes[i].list.items[j].name, option) == 0)
                return &classes[i].list.items[j];
    return NULL;
}
