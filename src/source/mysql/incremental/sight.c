/* What a chunk's transaction sees. */
#include <stdio.h>
#include <strings.h>

#include "source/mysql/identity.h"
#include "source/mysql/incremental/impl.h"

/* What is executed before the transaction begins. */
static int ask_gtids(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    struct tr_mysql_sight *sight = &incremental->sight;
    int rc = tr_mysql_query(&incremental->marker, "SELECT @@GLOBAL.gtid_executed", &result, diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    tr_mysql_gtids_finish(&sight->gtids);
    tr_mysql_gtids_init(&sight->gtids, false);
    if (rc || !row || !row[0])
        return rc;
    return tr_mysql_gtids_parse(&sight->gtids, tr_slice_of(row[0]), diag);
}

/* Where the snapshot is in the log, by the word of MariaDB and Percona Server; file "": it isn't
 * told. */
static int ask_place(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    struct tr_mysql_coordinates *place = &incremental->sight.place;
    int rc =
        tr_mysql_query(&incremental->reader, "SHOW STATUS LIKE 'binlog_snapshot_%'", &result, diag);
    MYSQL_ROW row;

    *place = (struct tr_mysql_coordinates){.pos = 0};
    while (!rc && (row = mysql_fetch_row(result))) {
        if (strcasecmp(row[0], "binlog_snapshot_file") == 0)
            snprintf(place->file, sizeof place->file, "%s", row[1]);
        else if (strcasecmp(row[0], "binlog_snapshot_position") == 0)
            place->pos = (uint64_t)tr_mysql_number(row[1]);
    }
    return rc;
}

/* The order of commits is what the mark tells. */
static int trust_mark(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    char ordered[8];
    int rc = tr_mysql_ask_text(&incremental->marker, "SELECT @@GLOBAL.binlog_order_commits",
                               ordered, sizeof ordered, diag);

    if (rc)
        return rc;
    incremental->sight.place = incremental->marked;
    if (incremental->marked.file[0] && strcmp(ordered, "1") == 0)
        return 0;
    (void)tr_fail(diag, TR_CONFIG, TR_STOP,
                  "the server can't tell what a snapshot sees: incremental snapshots of MySQL need "
                  "gtid_mode=ON, or signal.data.collection without read.only and "
                  "binlog_order_commits=ON");
    return TR_CHUNK_REFUSED;
}

/* Another server, behind a proxy perhaps, has another log. */
static int check_server(const struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    const struct tr_mysql_dialect *ours = &incremental->params.session->dialect;
    const struct tr_mysql_dialect *theirs = &incremental->reader.dialect;

    if (strcmp(ours->uuid, theirs->uuid) == 0 && ours->server_id == theirs->server_id)
        return 0;
    return tr_fail(diag, TR_NETWORK, TR_RETRY,
                   "database.hostname leads to different servers: the stream's has server_id %u, "
                   "the chunks' %u",
                   ours->server_id, theirs->server_id);
}

int tr_mysql_sight_open(struct tr_mysql_incremental *incremental, struct tr_diag *diag)
{
    struct tr_mysql_sight *sight = &incremental->sight;
    const struct tr_mysql_dialect *dialect = &incremental->reader.dialect;
    int rc = check_server(incremental, diag);

    sight->by_gtids = false;
    if (!rc && !dialect->mariadb && dialect->gtids)
        rc = ask_gtids(incremental, diag);
    if (!rc)
        rc = tr_mysql_execute(&incremental->reader,
                              "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", diag);
    if (!rc)
        rc = tr_mysql_catalog_log_end(&incremental->marker, &sight->end, diag);
    if (!rc)
        rc = ask_place(incremental, diag);
    if (rc)
        return rc;
    if (sight->place.file[0]) {
        sight->end = sight->place;
        return 0;
    }
    sight->by_gtids = dialect->gtids;
    return sight->by_gtids ? 0 : trust_mark(incremental, diag);
}
