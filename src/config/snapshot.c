/* What the options of the snapshot mean together. */
#include <string.h>

#include "config/options.h"

struct tr_snapshot_wishes tr_snapshot_wishes_of(const struct tr_snapshot_options *options)
{
    enum tr_snapshot_mode mode = options->mode;

    if (mode == TR_SNAPSHOT_CONFIGURATION_BASED)
        return (struct tr_snapshot_wishes){
            .data = options->configured.data,
            .again = options->configured.data,
            .stream = options->configured.stream,
            .when_needed = options->configured.on_data_error,
        };
    return (struct tr_snapshot_wishes){
        .data = mode != TR_SNAPSHOT_NO_DATA && mode != TR_SNAPSHOT_RECOVERY &&
                mode != TR_SNAPSHOT_NEVER,
        .again = mode == TR_SNAPSHOT_ALWAYS,
        .stream = mode != TR_SNAPSHOT_INITIAL_ONLY,
        .when_needed = mode == TR_SNAPSHOT_WHEN_NEEDED,
    };
}

uint64_t tr_snapshot_rank(const struct tr_snapshot_options *options, uint64_t rows, uint64_t place)
{
    switch (options->order) {
    case TR_ORDER_ASCENDING:
        return rows;
    case TR_ORDER_DESCENDING:
        return UINT64_MAX - rows;
    case TR_ORDER_BY_NAME:
        break;
    }
    return place;
}

const char *tr_snapshot_override(const struct tr_snapshot_options *options, const char *name)
{
    const struct tr_properties *statements = &options->override_statements;

    if (!tr_list_has(&options->overrides, name))
        return NULL;
    for (size_t i = 0; i < statements->count; i++)
        if (strcmp(statements->items[i].name, name) == 0)
            return statements->items[i].value;
    return NULL;
}
