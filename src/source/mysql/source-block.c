#include "source/mysql/source-block.h"

#include "base/macros.h"

const struct tr_schema *tr_mysql_source_schema_new(struct tr_arena *arena, bool mariadb)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};
    static const struct tr_schema small = {.type = TR_TYPE_INT32};
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_schema optional_number = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_field fields[] = {
        {"table", &optional_text},
        {"server_id", &number},
        {"gtid", &optional_text},
        {"file", &text},
        {"pos", &number},
        {"row", &small},
        {"thread", &optional_number},
        {"query", &optional_text},
    };
    return tr_source_schema_new(arena,
                                mariadb ? "io.debezium.connector.mariadb.Source"
                                        : "io.debezium.connector.mysql.Source",
                                fields, TR_COUNT(fields));
}

void tr_mysql_source_set_place(struct tr_value *source, const struct tr_mysql_coordinates *place,
                               uint64_t row)
{
    source[TR_MYSQL_SOURCE_FILE] = tr_value_text(tr_slice_of(place->file));
    source[TR_MYSQL_SOURCE_POS] = tr_value_integer((int64_t)place->pos);
    source[TR_MYSQL_SOURCE_ROW] = tr_value_integer((int64_t)row);
}

void tr_mysql_source_set_table(struct tr_value *source, const struct tr_table *table)
{
    source[TR_SOURCE_DB] = tr_value_text(tr_slice_of(table->schema));
    source[TR_MYSQL_SOURCE_TABLE] = tr_value_text(tr_slice_of(table->name));
}

void tr_mysql_tell_nulled(struct tr_capturer *capturer, const struct tr_log *log)
{
    if (!capturer->nulled.count)
        return;
    tr_log_warn(log, "null was written for values that their type in Kafka can't hold",
                TR_LOG_STR("column", capturer->nulled.first),
                TR_LOG_INT("values", capturer->nulled.count));
    capturer->nulled.count = 0;
}
