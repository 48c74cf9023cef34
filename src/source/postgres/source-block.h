/* The "source" block of PostgreSQL's records: what stands behind the nine common fields. */
#ifndef TR_SOURCE_POSTGRES_SOURCE_BLOCK_H
#define TR_SOURCE_POSTGRES_SOURCE_BLOCK_H

#include "base/log.h"
#include "capture/capture.h"
#include "record/table.h"

enum tr_pg_source_field {
    TR_PG_SOURCE_SCHEMA = TR_SOURCE_COMMON,
    TR_PG_SOURCE_TABLE,
    TR_PG_SOURCE_TXID,
    TR_PG_SOURCE_LSN,
    TR_PG_SOURCE_XMIN,
    TR_PG_SOURCE_ORIGIN,
    TR_PG_SOURCE_ORIGIN_LSN,
    TR_PG_SOURCE_FIELDS,
};

/* NULL: no memory. */
const struct tr_schema *tr_pg_source_schema_new(struct tr_arena *arena);

/* The text of source.sequence, kept because rows of one statement may share it. */
struct tr_pg_sequence {
    uint64_t commit_lsn, lsn;
    size_t n;
    char text[56];
};

/* Set lsn and sequence: the end of the last transaction that was read (0: null) and this LSN. */
void tr_pg_source_set_lsn(struct tr_value *source, struct tr_pg_sequence *sequence,
                          uint64_t commit_lsn, uint64_t lsn);

/* Set db, schema and table. */
void tr_pg_source_set_table(struct tr_value *source, const struct tr_table *table);

/* Say in the log for which values null was written, if any. */
void tr_pg_tell_nulled(struct tr_capturer *capturer, const struct tr_log *log);

/* Different for neighbours, the same in a replay: from a position and an ordinal behind it. */
static inline uint64_t tr_pg_row_identity(uint64_t lsn, uint64_t ordinal)
{
    /* the finalizer of splitmix64 */
    uint64_t x = lsn + ordinal * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

#endif
