#include "source/mysql/start.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "capture/filter.h"
#include "snapshot/added.h"
#include "snapshot/incremental.h"
#include "source/mysql/query.h"

static struct tr_snapshot_wishes wishes_of(const struct tr_mysql_start *start)
{
    return tr_snapshot_wishes_of(&start->context->options->snapshot);
}

static bool snapshot_done(const struct tr_mysql_position *position)
{
    return position->stage == TR_MYSQL_STREAM;
}

/* What gtid.source.includes and excludes leave out counts as read: take the stored set's part of
 * what they let through, and the server's part of the rest. */
static int take_sources(struct tr_mysql_gtids *into, const struct tr_mysql_gtids *from,
                        const struct tr_filter *filter, bool allowed, struct tr_diag *diag)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct tr_mysql_gtid_source *source = &from->sources[i];
        struct tr_mysql_gtid gtid = {.mariadb = from->mariadb,
                                     .domain = source->domain,
                                     .server = source->server,
                                     .number = 1};
        char name[TR_MYSQL_GTID_TEXT];
        memcpy(gtid.uuid, source->uuid, sizeof gtid.uuid);
        tr_mysql_gtid_print(&gtid, name); /* without the tag */
        if (from->mariadb)
            snprintf(name, sizeof name, "%" PRIu32, source->domain);
        else
            name[36] = '\0';
        memcpy(gtid.tag, source->tag, sizeof gtid.tag);
        if (tr_filter_allows(filter, name) != allowed)
            continue;
        for (size_t j = 0; j < source->count; j++)
            if (tr_mysql_gtids_add_interval(into, &gtid, source->intervals[j], diag) < 0)
                return -1;
    }
    return 0;
}

static int fill_up(const struct tr_mysql_start *start, struct tr_diag *diag)
{
    const struct tr_mysql_options *options = &start->context->options->mysql;
    struct tr_filter_list include = {&options->gtid_includes, "gtid.source.includes"};
    struct tr_filter_list exclude = {&options->gtid_excludes, "gtid.source.excludes"};
    struct tr_mysql_gtids *stored = &start->position->gtids, merged;
    struct tr_filter *filter;

    if (!start->position->has_gtids ||
        (!options->gtid_includes.count && !options->gtid_excludes.count))
        return 0;
    if (tr_filter_new(include, exclude, &filter, diag) < 0)
        return -1;
    tr_mysql_gtids_init(&merged, stored->mariadb);
    int rc = take_sources(&merged, stored, filter, true, diag);
    if (!rc)
        rc = take_sources(&merged, &start->end->gtids, filter, false, diag);
    tr_filter_free(filter);
    if (rc) {
        tr_mysql_gtids_finish(&merged);
        return rc;
    }
    tr_mysql_gtids_finish(stored);
    *stored = merged;
    return 0;
}

static int check(const struct tr_mysql_start *start, struct tr_diag *diag)
{
    int rc = fill_up(start, diag);
    return rc ? rc : tr_mysql_identity_check(start->session, start->position, start->end, diag);
}

static int decide_new(const struct tr_mysql_start *start, enum tr_mysql_way *ret_way,
                      struct tr_diag *diag)
{
    enum tr_snapshot_mode mode = start->context->options->snapshot.mode;

    *ret_way = mode == TR_SNAPSHOT_NEVER ? TR_MYSQL_FROM_OLD : TR_MYSQL_BEGIN;
    if (mode != TR_SNAPSHOT_RECOVERY)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "snapshot.mode=recovery is for a connector that has a stored position, and this "
                   "one has none: set snapshot.mode=initial, or no_data");
}

/* With what a snapshot has left, if its chunks could tell what they see. */
static bool goes_on(const struct tr_mysql_start *start)
{
    const struct tr_mysql_dialect *dialect = &start->session->dialect;

    if (!tr_rest_known(start->states) || start->position->foreign)
        return false;
    if (!wishes_of(start).stream) /* added tables are read with everything else */
        return !tr_added_is_wanted(start->context->options, start->states);
    if (dialect->mariadb || dialect->gtids)
        return true;
    tr_log_warn(start->context->log,
                "an interrupted snapshot can't go on, because without GTIDs the server can't tell "
                "what a later one sees: the tables are read from their start (gtid_mode=ON)");
    return false;
}

/* An unfinished one; the place is that of its snapshot, unless it didn't come to that. */
static int decide_again(const struct tr_mysql_start *start, enum tr_mysql_way *ret_way,
                        struct tr_diag *diag)
{
    const struct tr_mysql_position *position = start->position;
    const struct tr_snapshot_wishes wishes = wishes_of(start);

    if (position->stage != TR_MYSQL_SNAPSHOT ||
        (!wishes.data && start->context->options->snapshot.mode != TR_SNAPSHOT_RECOVERY))
        return decide_new(start, ret_way, diag);
    bool onward = wishes.data && goes_on(start);
    if (!onward && !wishes.stream)
        return decide_new(start, ret_way, diag);
    int rc = wishes.stream ? check(start, diag) : 0;
    *ret_way = onward ? TR_MYSQL_CONTINUE : TR_MYSQL_REREAD;
    if (rc != TR_MYSQL_GAP)
        return rc;
    tr_log_warn(start->context->log,
                "an interrupted snapshot can't go on: the tables are read from their start",
                TR_LOG_STR("reason", diag->message));
    return decide_new(start, ret_way, diag);
}

static int decide_stream(const struct tr_mysql_start *start, enum tr_mysql_way *ret_way,
                         struct tr_diag *diag)
{
    enum tr_snapshot_mode mode = start->context->options->snapshot.mode;
    const struct tr_snapshot_wishes wishes = wishes_of(start);

    *ret_way = TR_MYSQL_RESUME;
    bool reads = tr_incremental_is_initial(start->states);
    if (!wishes.stream) {
        *ret_way = wishes.again ? TR_MYSQL_BEGIN : TR_MYSQL_COMPLETE;
        return 0;
    }
    int rc = check(start, diag);
    if (rc == TR_MYSQL_GAP && !wishes.when_needed)
        return -1;
    if (rc == TR_MYSQL_GAP) {
        tr_log_warn(start->context->log, "snapshot.mode=when_needed: taking a new snapshot",
                    TR_LOG_STR("reason", diag->message));
        *ret_way = TR_MYSQL_BEGIN;
        return 0;
    }
    if (!rc && !reads && (wishes.again || mode == TR_SNAPSHOT_RECOVERY))
        *ret_way = TR_MYSQL_REREAD;
    return rc;
}

/* Later it would be the first statement in place of rows that stops the stream, and what it changed
 * would be lost. A server without the variable has no other format. */
static int check_format(const struct tr_mysql_start *start, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(start->session, "SHOW GLOBAL VARIABLES LIKE 'binlog\\_format'", &result,
                            diag);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

    if (rc || !row || !row[1] || strcasecmp(row[1], "ROW") == 0)
        return rc;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "binlog_format is %s, so the log can have statements in place of the rows that "
                   "they changed: SET GLOBAL binlog_format = ROW; and end the sessions that are "
                   "open, which keep the old value",
                   row[1]);
}

int tr_mysql_start_decide(const struct tr_mysql_start *start, enum tr_mysql_way *ret_way,
                          struct tr_diag *diag)
{
    const struct tr_mysql_position *position = start->position;
    int rc = wishes_of(start).stream ? check_format(start, diag) : 0;
    if (rc)
        return rc;

    if (snapshot_done(position))
        return decide_stream(start, ret_way, diag);
    if (position->stage == TR_MYSQL_NOTHING)
        return decide_new(start, ret_way, diag);
    return decide_again(start, ret_way, diag);
}

int tr_mysql_start_oldest(const struct tr_mysql_session *session,
                          struct tr_mysql_position *position, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *logs = NULL;
    int rc = tr_mysql_query(session, "SHOW BINARY LOGS", &logs, diag);
    MYSQL_ROW row = logs ? mysql_fetch_row(logs) : NULL;

    if (rc)
        return rc;
    if (!row || !row[0] || strlen(row[0]) >= sizeof position->place.file)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "the server has no binary log");
    memcpy(position->place.file, row[0], strlen(row[0]) + 1);
    position->place.pos = 4;
    position->has_gtids = session->dialect.mariadb;
    return position->has_gtids
               ? tr_mysql_gtids_at(session, &position->place, &position->gtids, diag)
               : 0;
}

int tr_mysql_start_await(const struct tr_mysql_context *context, uint64_t token)
{
    struct tr_outlet *outlet = context->outlet;

    while (outlet->impl->confirmed(outlet) < token) {
        struct pollfd news = {.fd = outlet->fd, .events = POLLIN};
        uint64_t counter;
        if (outlet->impl->stopping(outlet))
            return TR_MYSQL_STOPPED;
        if (poll(&news, 1, 250) > 0) {
            ssize_t ignored = read(outlet->fd, &counter, sizeof counter);
            (void)ignored;
        }
    }
    return 0;
}

int tr_mysql_start_commit(const struct tr_mysql_context *context, struct tr_batch *batch,
                          const struct tr_mysql_position *position, uint64_t token,
                          struct tr_diag *diag)
{
    struct tr_outlet *outlet = context->outlet;

    if (!batch)
        batch = outlet->impl->take_wait(outlet);
    if (!batch)
        return TR_MYSQL_STOPPED;
    if (tr_mysql_position_write(batch, position, NULL, diag) < 0) {
        tr_batch_free(batch);
        return -1;
    }
    batch->position.token = token;
    outlet->impl->put(outlet, batch);
    return tr_mysql_start_await(context, token);
}
