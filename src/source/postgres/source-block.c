#include "source/postgres/source-block.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/macros.h"

const struct tr_schema *tr_pg_source_schema_new(struct tr_arena *arena)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema optional_text = {.type = TR_TYPE_STRING, .optional = true};
    static const struct tr_schema optional_number = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_field fields[] = {
        {"schema", &text},
        {"table", &text},
        {"txId", &optional_number},
        {"lsn", &optional_number},
        {"xmin", &optional_number},
        {"origin", &optional_text},
        {"origin_lsn", &optional_number},
    };
    return tr_source_schema_new(arena, "io.debezium.connector.postgresql.Source", fields,
                                TR_COUNT(fields));
}

void tr_pg_source_set_lsn(struct tr_value *source, struct tr_pg_sequence *sequence,
                          uint64_t commit_lsn, uint64_t lsn)
{
    if (!sequence->n || sequence->commit_lsn != commit_lsn || sequence->lsn != lsn) {
        int n;
        if (commit_lsn)
            n = snprintf(sequence->text, sizeof sequence->text, "[\"%" PRIu64 "\",\"%" PRIu64 "\"]",
                         commit_lsn, lsn);
        else
            n = snprintf(sequence->text, sizeof sequence->text, "[null,\"%" PRIu64 "\"]", lsn);
        sequence->n = (size_t)n;
        sequence->commit_lsn = commit_lsn;
        sequence->lsn = lsn;
    }
    source[TR_SOURCE_SEQUENCE] = tr_value_text((struct tr_slice){sequence->text, sequence->n});
    source[TR_PG_SOURCE_LSN] = tr_value_integer((int64_t)lsn);
}

void tr_pg_source_set_table(struct tr_value *source, const struct tr_table *table)
{
    source[TR_SOURCE_DB] = tr_value_text(tr_slice_of(table->catalog));
    source[TR_PG_SOURCE_SCHEMA] = tr_value_text(tr_slice_of(table->schema));
    source[TR_PG_SOURCE_TABLE] = tr_value_text(tr_slice_of(table->name));
}

void tr_pg_tell_nulled(struct tr_capturer *capturer, const struct tr_log *log)
{
    if (!capturer->nulled.count)
        return;
    tr_log_warn(log, "null was written for values that their type in Kafka can't hold",
                TR_LOG_STR("column", capturer->nulled.first),
                TR_LOG_INT("values", capturer->nulled.count));
    capturer->nulled.count = 0;
}
