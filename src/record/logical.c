#include "record/logical.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "org.apache.kafka.connect.data."

const struct tr_schema tr_logical_date = {
    .type = TR_TYPE_INT32, .name = PREFIX "Date", .version = 1};
const struct tr_schema tr_logical_time = {
    .type = TR_TYPE_INT32, .name = PREFIX "Time", .version = 1};
const struct tr_schema tr_logical_timestamp = {
    .type = TR_TYPE_INT64, .name = PREFIX "Timestamp", .version = 1};

enum tr_logical tr_logical_of(const struct tr_schema *schema)
{
    static const struct {
        const char *name;
        enum tr_logical logical;
    } all[] = {
        {"Decimal", TR_LOGICAL_DECIMAL},
        {"Date", TR_LOGICAL_DATE},
        {"Time", TR_LOGICAL_TIME},
        {"Timestamp", TR_LOGICAL_TIMESTAMP},
    };

    if (!schema->name || strncmp(schema->name, PREFIX, sizeof PREFIX - 1) != 0)
        return TR_LOGICAL_NONE;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(schema->name + sizeof PREFIX - 1, all[i].name) == 0)
            return all[i].logical;
    return TR_LOGICAL_NONE;
}

int tr_logical_scale(const struct tr_schema *schema)
{
    for (size_t i = 0; i < schema->nparameters; i++)
        if (strcmp(schema->parameters[i].key, "scale") == 0)
            return (int)strtol(schema->parameters[i].value, NULL, 10);
    return 0;
}
