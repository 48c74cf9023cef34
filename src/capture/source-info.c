#include "capture/source-info.h"

const struct tr_schema *tr_source_schema_new(struct tr_arena *arena, const char *name,
                                             const struct tr_field *fields, size_t nfields)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_schema optional_number = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_value no = {.kind = TR_TEXT, .bytes = {"false", 5}};
    static const struct tr_schema_parameter allowed = {
        "allowed", "true,first,first_in_data_collection,last_in_data_collection,last,false,"
                   "incremental"};
    static const struct tr_schema snapshot = {
        .type = TR_TYPE_STRING,
        .optional = true,
        .name = "io.debezium.data.Enum",
        .version = 1,
        .parameters = &allowed,
        .nparameters = 1,
        .default_value = &no,
    };
    static const struct tr_field common[TR_SOURCE_COMMON] = {
        [TR_SOURCE_VERSION_FIELD] = {"version", &text},
        [TR_SOURCE_CONNECTOR] = {"connector", &text},
        [TR_SOURCE_NAME] = {"name", &text},
        [TR_SOURCE_TS_MS] = {"ts_ms", &number},
        [TR_SOURCE_SNAPSHOT] = {"snapshot", &snapshot},
        [TR_SOURCE_DB] = {"db", &text},
        [TR_SOURCE_SEQUENCE] = {"sequence", &optional_text},
        [TR_SOURCE_TS_US] = {"ts_us", &optional_number},
        [TR_SOURCE_TS_NS] = {"ts_ns", &optional_number},
    };
    struct tr_schema *schema = tr_arena_zalloc(arena, 1, sizeof *schema);
    struct tr_field *all = tr_arena_zalloc(arena, TR_SOURCE_COMMON + nfields, sizeof *all);

    if (!schema || !all)
        return NULL;
    memcpy(all, common, sizeof common);
    if (nfields)
        memcpy(all + TR_SOURCE_COMMON, fields, nfields * sizeof *fields);
    *schema = (struct tr_schema){
        .type = TR_TYPE_STRUCT,
        .name = name,
        .version = 1,
        .fields = all,
        .nfields = TR_SOURCE_COMMON + nfields,
    };
    return schema;
}

void tr_source_set_time(struct tr_value *source, int64_t us)
{
    /* floor, not truncation: an instant before 1970 belongs to the millisecond that began before */
    int64_t ms = us >= 0 ? us / 1000 : -((999 - us) / 1000);

    source[TR_SOURCE_TS_MS] = tr_value_integer(ms);
    source[TR_SOURCE_TS_US] = tr_value_integer(us);
    source[TR_SOURCE_TS_NS] = tr_value_integer(us * 1000);
}
