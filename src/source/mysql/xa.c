#include "source/mysql/xa.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/writer.h"
#include "source/mysql/changes-impl.h"
#include "source/mysql/identity.h"
#include "source/mysql/wire.h"

#define PREFIX   "xa/"
#define KEY_MOST TR_MYSQL_XA_KEY_MOST

int tr_mysql_xa_init(struct tr_mysql_xa *xa, const struct tr_states *states, struct tr_diag *diag)
{
    size_t count = states ? tr_states_count(states) : 0;

    xa->held = tr_states_new();
    if (!xa->held)
        return tr_fail_memory(diag);
    if (!states)
        return 0;
    for (size_t i = tr_states_from(states, TR_SLICE(PREFIX)); i < count; i++) {
        struct tr_state state = tr_states_at(states, i);
        if (state.key.n < sizeof PREFIX - 1 || memcmp(state.key.p, PREFIX, sizeof PREFIX - 1) != 0)
            break;
        if (tr_states_set(xa->held, state, diag) < 0)
            return -1;
    }
    return 0;
}

static void end_replay(struct tr_mysql_xa *xa)
{
    if (xa->track)
        tr_mysql_track_finish(xa->track);
    free(xa->track);
    if (xa->session)
        tr_mysql_disconnect(xa->session);
    free(xa->session);
    xa->track = NULL;
    xa->session = NULL;
}

void tr_mysql_xa_finish(struct tr_mysql_xa *xa)
{
    end_replay(xa);
    tr_states_free(xa->held);
    xa->held = NULL;
}

static size_t put_hex(char *ret_text, size_t size, struct tr_slice bytes)
{
    size_t n = (size_t)snprintf(ret_text, size, "X'");

    for (size_t i = 0; i < bytes.n && n + 4 < size; i++)
        n += (size_t)snprintf(ret_text + n, size - n, "%02x", (unsigned char)bytes.p[i]);
    return n + (size_t)snprintf(ret_text + n, size - n, "',");
}

/* As the servers write a name into XA COMMIT: X'7831',X'',1. */
static void key_of(const struct tr_binlog_xa *xa, char ret_key[KEY_MOST])
{
    size_t n = (size_t)snprintf(ret_key, KEY_MOST, PREFIX);

    n += put_hex(ret_key + n, KEY_MOST - n - 16, xa->global);
    n += put_hex(ret_key + n, KEY_MOST - n - 16, xa->branch);
    snprintf(ret_key + n, KEY_MOST - n, "%" PRId32, xa->format);
}

/* The same from a statement: without blanks, in lower case but for the X. */
static void key_of_text(struct tr_slice text, char ret_key[KEY_MOST])
{
    size_t n = (size_t)snprintf(ret_key, KEY_MOST, PREFIX);

    for (size_t i = 0; i < text.n && n + 1 < KEY_MOST; i++) {
        char c = text.p[i];
        if (c == ' ' || c == ';')
            continue;
        if (c == 'x' || c == 'X')
            c = 'X';
        else if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        ret_key[n++] = c;
    }
    ret_key[n] = '\0';
}

/* Keep it, or (value empty) forget it, and have it stored. */
static int note(const struct tr_mysql_step *step, const char *key, struct tr_slice value)
{
    struct tr_batch *batch = step->batch;
    const char *copy = tr_arena_strdup(&batch->arena, tr_slice_of(key));
    struct tr_state state = {{copy, strlen(key)}, value};

    if (!copy || tr_batch_state(batch, state) < 0)
        return tr_fail_memory(step->diag);
    return tr_states_set(step->changes->xa.held, state, step->diag);
}

static int hold(const struct tr_mysql_step *step, const char *key)
{
    const struct tr_mysql_transaction *transaction = &step->track->transaction;
    struct tr_writer writer;
    struct tr_slice value;

    tr_writer_begin(&writer, &step->batch->arena);
    tr_writer_literal(&writer, "{\"file\":");
    bool valid = tr_writer_json(&writer, tr_slice_of(transaction->begin.file));
    tr_writer_printf(&writer, ",\"pos\":%" PRIu64, transaction->begin.pos);
    if (transaction->has_gtid)
        tr_writer_printf(&writer, ",\"gtid\":\"%s\"", transaction->gtid_text);
    tr_writer_printf(&writer, ",\"server_id\":%" PRIu32 "}",
                     step->changes->params.dialect->server_id);
    if (tr_writer_end(&writer, &value) < 0)
        return tr_fail_memory(step->diag);
    if (!valid)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "the name of a binary log is not UTF-8: rename it");
    return note(step, key, value);
}

int tr_mysql_xa_place_read(struct tr_slice state, struct tr_mysql_xa_place *ret_place,
                           struct tr_diag *diag)
{
    struct tr_stored_position *stored;

    if (tr_stored_position_parse(state, &stored, diag) < 0)
        return -1;
    const char *file = tr_stored_position_text(stored, "file", "");
    const char *gtid = tr_stored_position_text(stored, "gtid", "");
    int64_t pos = tr_stored_position_integer(stored, "pos", 0);
    bool valid = file[0] && strlen(file) < sizeof ret_place->begin.file && pos > 0 &&
                 strlen(gtid) < sizeof ret_place->gtid;
    if (valid) {
        *ret_place = (struct tr_mysql_xa_place){
            .begin.pos = (uint64_t)pos,
            .server_id = tr_stored_position_integer(stored, "server_id", 0),
        };
        snprintf(ret_place->begin.file, sizeof ret_place->begin.file, "%s", file);
        snprintf(ret_place->gtid, sizeof ret_place->gtid, "%s", gtid);
    }
    tr_stored_position_free(stored);
    return valid ? 0
                 : tr_fail(diag, TR_DATA, TR_STOP,
                           "what is stored of its place in the binary log is none: %.*s",
                           (int)TR_MIN(state.n, (size_t)200), state.p);
}

/* MySQL finds a transaction by its GTID, on whatever server: it sends what isn't executed, so all
 * but this one is said to be. */
static int dump_by_gtid(const struct tr_mysql_step *step, const char *gtid)
{
    struct tr_mysql_session *session = step->changes->xa.session;
    struct tr_mysql_gtids one;
    struct tr_mysql_log_end end;
    struct tr_mysql_dump dump = {.gtids = &end.gtids};

    tr_mysql_gtids_init(&one, false);
    int rc = tr_mysql_log_end_read(session, &end, step->diag);
    if (!rc)
        rc = tr_mysql_gtids_parse(&one, tr_slice_of(gtid), step->diag);
    if (!rc)
        rc = tr_mysql_gtids_subtract(&end.gtids, &one, step->diag);
    dump.place = &end.place;
    if (!rc)
        rc = tr_mysql_dump_start(session, &dump, step->diag);
    tr_mysql_gtids_finish(&one);
    tr_mysql_log_end_finish(&end);
    return rc;
}

static int dump_by_place(const struct tr_mysql_step *step, const struct tr_mysql_xa_place *place)
{
    const struct tr_mysql_dump dump = {.place = &place->begin};

    if (place->server_id != step->changes->params.dialect->server_id)
        return tr_fail(step->diag, TR_DATA, TR_STOP,
                       "it stands in the log of the server with server_id %" PRId64
                       ", at %s:%" PRIu64 ", and this is another one",
                       place->server_id, place->begin.file, place->begin.pos);
    return tr_mysql_dump_start(step->changes->xa.session, &dump, step->diag);
}

static int start_replay(const struct tr_mysql_step *step, struct tr_slice value)
{
    struct tr_mysql_changes *changes = step->changes;
    struct tr_mysql_xa *xa = &changes->xa;
    struct tr_mysql_xa_place place;

    xa->session = calloc(1, sizeof *xa->session);
    xa->track = calloc(1, sizeof *xa->track);
    if (!xa->session || !xa->track)
        return tr_fail_memory(step->diag);
    if (tr_mysql_track_init(xa->track, changes, step->diag) < 0 ||
        tr_mysql_xa_place_read(value, &place, step->diag) < 0)
        return -1;
    xa->track->replay = true;
    bool by_gtid = place.gtid[0] && !changes->params.dialect->mariadb;
    int rc = tr_mysql_connect(changes->params.context, TR_MYSQL_DUMP, xa->session, step->diag);
    if (!rc)
        rc = by_gtid ? dump_by_gtid(step, place.gtid) : dump_by_place(step, &place);
    return rc;
}

/* Begin to read it again; tr_mysql_step_replay goes on. */
static int replay(const struct tr_mysql_step *step, const char *key, struct tr_slice value)
{
    int rc = start_replay(step, value);

    snprintf(step->changes->xa.key, KEY_MOST, "%s", key);
    if (rc < 0)
        return tr_fail_in(step->diag,
                          "the rows of XA transaction %s, which was prepared earlier, can't be "
                          "read again",
                          key + sizeof PREFIX - 1);
    return rc;
}

int tr_mysql_step_prepare(const struct tr_mysql_step *step)
{
    struct tr_mysql_track *track = step->track;
    const struct tr_binlog_prepare *prepare = &track->event.prepare;
    char key[KEY_MOST];

    if (track->replay)
        return TR_MYSQL_COMMITTED; /* all of it is read */
    if (track->transaction.fate != TR_MYSQL_FATE_HOLD)
        return tr_mysql_step_commit(step);
    key_of(&prepare->xa, key);
    if (hold(step, key) < 0)
        return -1;
    if (!prepare->one_phase)
        return tr_mysql_step_commit(step);
    struct tr_slice value = tr_states_get(step->changes->xa.held, key);
    return replay(step, key, value);
}

int tr_mysql_step_xa_commit(const struct tr_mysql_step *step, struct tr_slice xid)
{
    struct tr_mysql_changes *changes = step->changes;
    char key[KEY_MOST];

    key_of_text(xid, key);
    struct tr_slice value = tr_states_get(changes->xa.held, key);
    if (!value.p) {
        if (step->track->transaction.fate != TR_MYSQL_FATE_IGNORE)
            tr_log_warn(changes->params.context->log,
                        "an XA transaction was committed that had been prepared before the "
                        "position: its rows are taken as delivered",
                        TR_LOG_STR("xid", key + sizeof PREFIX - 1));
        return tr_mysql_step_commit(step);
    }
    return replay(step, key, value);
}

int tr_mysql_step_xa_rollback(const struct tr_mysql_step *step, struct tr_slice xid)
{
    char key[KEY_MOST];

    key_of_text(xid, key);
    if (tr_states_get(step->changes->xa.held, key).p &&
        note(step, key, (struct tr_slice){NULL, 0}) < 0)
        return -1;
    return tr_mysql_step_commit(step);
}

/* The next event of the second dump. */
static int read_on(const struct tr_mysql_step *inner)
{
    const struct tr_mysql_session *session = inner->changes->xa.session;
    struct tr_slice event;
    int rc = tr_mysql_wait(session, -1);

    if (!rc)
        rc = tr_mysql_dump_read(session, &event, inner->diag);
    if (rc == TR_MYSQL_DONE)
        return tr_fail(inner->diag, TR_DATA, TR_STOP,
                       "the log ended before a prepared XA transaction that is committed now");
    return rc ? rc : tr_mysql_track_take(inner, event);
}

int tr_mysql_step_replay(const struct tr_mysql_step *step)
{
    struct tr_mysql_xa *xa = &step->changes->xa;
    struct tr_mysql_step inner = *step;
    int rc = 0;

    inner.track = xa->track;
    while (!rc)
        rc = inner.track->in_rows || inner.track->in_payload ? tr_mysql_track_go(&inner)
                                                             : read_on(&inner);
    if (rc != TR_MYSQL_COMMITTED)
        return rc;
    /* not before: who begins inside it, because it is large, needs the place */
    if (note(step, xa->key, (struct tr_slice){NULL, 0}) < 0)
        return -1;
    tr_binlog_forget_tables(xa->track->decoder);
    end_replay(xa);
    return tr_mysql_step_commit(step);
}
