#include "source/mysql/trace.h"

#include <stdio.h>
#include <time.h>

#include "binlog/binlog.h"
#include "source/mysql/wire.h"

#define FIRST_EVENT 4
#define SECOND_US   1000000
#define TIME_TEXT   40

struct look {
    const struct tr_mysql_position *position;
    struct tr_mysql_session session;
    struct tr_binlog *decoder;
    bool by_gtid;
    uint32_t created; /* the file at hand; 0: not told yet */
    bool found;       /* the transaction */
    int64_t begun_us;
    struct tr_diag *diag;
};

int64_t tr_mysql_trace_time(const struct tr_binlog_event *event)
{
    uint64_t us = 0;

    if (event->kind == TR_BINLOG_GTID)
        us = event->gtid.original_commit_us ? event->gtid.original_commit_us
                                            : event->gtid.immediate_commit_us;
    return us ? (int64_t)us : (int64_t)event->header.timestamp * SECOND_US;
}

static bool is_sought(const struct look *look, const struct tr_binlog_event *event)
{
    const struct tr_binlog_gtid *stated = &event->gtid;
    struct tr_mysql_gtid gtid = {.number = stated->number};
    char text[TR_MYSQL_GTID_TEXT];

    if (!look->by_gtid)
        return true;
    if (event->kind != TR_BINLOG_GTID || stated->anonymous || stated->tag.n > TR_MYSQL_TAG_MOST)
        return false;
    memcpy(gtid.uuid, stated->uuid, sizeof gtid.uuid);
    memcpy(gtid.tag, stated->tag.p, stated->tag.n);
    tr_mysql_gtid_print(&gtid, text);
    return strcmp(text, look->position->trace.gtid) == 0;
}

/* The first event that isn't about the file, or made for this connection. */
static void take(struct look *look, const struct tr_binlog_event *event)
{
    if (event->kind == TR_BINLOG_FORMAT)
        look->created = event->header.timestamp;
    if (event->kind == TR_BINLOG_FORMAT || event->kind == TR_BINLOG_ROTATE ||
        event->kind == TR_BINLOG_HEARTBEAT || event->header.flags & TR_BINLOG_FLAG_ARTIFICIAL ||
        !is_sought(look, event))
        return;
    look->found = true;
    look->begun_us = tr_mysql_trace_time(event);
}

/* >0: TR_MYSQL_DONE at the log's end, TR_MYSQL_STOPPED. */
static int read_event(struct look *look)
{
    struct tr_binlog_event event;
    struct tr_slice bytes;
    int rc = tr_mysql_pending(&look->session) ? 0 : tr_mysql_wait(&look->session, -1);

    if (!rc)
        rc = tr_mysql_dump_read(&look->session, &bytes, look->diag);
    if (!rc)
        rc = tr_binlog_decode(look->decoder, bytes, &event, look->diag);
    if (!rc)
        take(look, &event);
    return rc;
}

static int look_up(struct look *look, const struct tr_mysql_context *context,
                   const struct tr_mysql_dump *dump, bool transaction)
{
    const struct tr_binlog_params params = {.checksum = TR_BINLOG_CHECKSUM_CRC32};
    int rc = tr_mysql_connect(context, TR_MYSQL_DUMP, &look->session, look->diag);

    if (!rc)
        rc = tr_mysql_dump_start(&look->session, dump, look->diag);
    if (!rc)
        rc = tr_binlog_new(&params, &look->decoder, look->diag);
    while (!rc && (transaction ? !look->found : !look->created))
        rc = read_event(look);
    tr_binlog_free(look->decoder);
    tr_mysql_disconnect(&look->session);
    return rc == TR_MYSQL_DONE ? 0 : rc;
}

static const char *time_text(int64_t us, char ret_text[TIME_TEXT])
{
    time_t seconds = us / SECOND_US;
    struct tm parts = {0};

    gmtime_r(&seconds, &parts);
    size_t n = strftime(ret_text, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &parts);
    if (us % SECOND_US)
        snprintf(ret_text + n, TIME_TEXT - n, ".%06d", (int)(us % SECOND_US));
    return ret_text;
}

static int differ(const struct look *look)
{
    const struct tr_mysql_position *position = look->position;
    const struct tr_mysql_trace *trace = &position->trace;
    char then[TIME_TEXT], now[TIME_TEXT];

    tr_fail(look->diag, TR_DATA, TR_STOP,
            "the server's log has another history than the stored position: transaction %s, the "
            "newest that was read, was committed at %s, and what the server has in its place at %s "
            "UTC, so numbers were issued again (its logs were reset, or it was "
            "restored)" TR_MYSQL_WAYS_OUT,
            look->by_gtid ? trace->gtid : position->place.file, time_text(trace->begun_us, then),
            time_text(look->begun_us, now));
    return TR_MYSQL_GAP;
}

static int differ_in_file(const struct look *look)
{
    const struct tr_mysql_position *position = look->position;
    char then[TIME_TEXT], now[TIME_TEXT];

    tr_fail(look->diag, TR_DATA, TR_STOP,
            "the server's binary log %s is another one than that of the stored position: it was "
            "begun at %s, and the position's at %s UTC, so names were issued again (its logs were "
            "reset, or it was restored)" TR_MYSQL_WAYS_OUT,
            position->place.file, time_text((int64_t)look->created * SECOND_US, now),
            time_text((int64_t)position->trace.created * SECOND_US, then));
    return TR_MYSQL_GAP;
}

int tr_mysql_trace_check_gtid(const struct tr_mysql_session *session,
                              const struct tr_mysql_position *position,
                              const struct tr_mysql_gtids *end, struct tr_diag *diag)
{
    struct look look = {.position = position, .by_gtid = true, .diag = diag};
    struct tr_mysql_gtids one, rest;
    const struct tr_mysql_dump dump = {.gtids = &rest, .place = &position->place};

    tr_mysql_gtids_init(&one, false);
    int rc = tr_mysql_gtids_copy(end, &rest, diag);
    if (!rc)
        rc = tr_mysql_gtids_parse(&one, tr_slice_of(position->trace.gtid), diag);
    if (!rc)
        rc = tr_mysql_gtids_subtract(&rest, &one, diag);
    if (!rc)
        rc = look_up(&look, session->context, &dump, true);
    tr_mysql_gtids_finish(&one);
    tr_mysql_gtids_finish(&rest);
    if (rc < 0)
        return tr_fail_in(diag, "looking for transaction %s of the stored position",
                          position->trace.gtid);
    return !rc && look.found && look.begun_us != position->trace.begun_us ? differ(&look) : rc;
}

/* The server can't read on from there, or what it reads is no event. */
static int fail_place(const struct look *look)
{
    const struct tr_mysql_coordinates *place = &look->position->place;
    struct tr_diag cause = *look->diag;

    if (cause.cls != TR_DATA)
        return -1;
    tr_fail(
        look->diag, TR_DATA, TR_STOP,
        "the server's binary log %s has no transaction at %llu, where the newest one of the "
        "stored position began: it is another one (reset, or restored; %.300s)" TR_MYSQL_WAYS_OUT,
        place->file, (unsigned long long)look->position->trace.begin, cause.message);
    return TR_MYSQL_GAP;
}

int tr_mysql_trace_check_place(const struct tr_mysql_session *session,
                               const struct tr_mysql_position *position, struct tr_diag *diag)
{
    const struct tr_mysql_trace *trace = &position->trace;
    struct look look = {.position = position, .diag = diag};
    struct tr_mysql_coordinates place = position->place;
    const struct tr_mysql_dump dump = {.place = &place};
    /* the protocol's field for it has 32 bits */
    bool transaction = trace->begin && trace->begin <= UINT32_MAX && trace->begun_us;

    if (!trace->created && !transaction)
        return 0;
    place.pos = transaction ? trace->begin : FIRST_EVENT;
    int rc = look_up(&look, session->context, &dump, transaction);
    if (trace->created && look.created && trace->created != look.created)
        return differ_in_file(&look);
    if (rc)
        return rc < 0 ? fail_place(&look) : rc;
    return transaction && look.begun_us != trace->begun_us ? differ(&look) : 0;
}
