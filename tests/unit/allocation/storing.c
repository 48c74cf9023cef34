/* What is kept between two runs: positions, states, the offsets file, a snapshot's progress. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocation/allocation.h"
#include "connector/ring.h"
#include "offsets/offsets.h"
#include "sink/file/store.h"
#include "snapshot/added.h"
#include "snapshot/impl.h"
#include "snapshot/onward.h"
#include "snapshot/rest.h"
#include "source/mysql/position.h"
#include "source/postgres/position.h"
#include "source/source-impl.h"

#define KEY "[\"c\",{\"server\":\"p\"}]"

static int write_offsets(struct tr_diag *diag)
{
    static const struct tr_source_impl database = {0};
    const struct tr_connector_options options = {.name = "c", .capture.topic_prefix = "p"};
    const struct tr_output outputs[] = {{"p.a", 1, 3, 41, true}};
    const struct tr_offsets_commit commit = {
        .source = TR_SLICE("\"lsn\":5"), .transaction = 9, .outputs = outputs, .noutputs = 1};
    struct tr_buf key, json;
    struct tr_stored_position *position = NULL;

    tr_buf_init(&key, 4096);
    tr_buf_init(&json, 4096);
    int rc = tr_offsets_write_key(&database, &options, &key, diag);
    if (!rc)
        rc = tr_offsets_write(&commit, &json, diag);
    if (!rc)
        rc = tr_stored_position_parse((struct tr_slice){tr_buf_string(&json), json.len}, &position,
                                      diag);
    if (!rc)
        rc = tr_offsets_check(position, diag);
    if (!rc) {
        tell((struct tr_slice){tr_buf_string(&key), key.len});
        tell(tr_slice_of(tr_stored_position_text(position, "tailrace_outputs", "none")));
    }
    tr_stored_position_free(position);
    tr_buf_finish(&key);
    tr_buf_finish(&json);
    return rc;
}

static void tell_states(const struct tr_states *states)
{
    for (size_t i = 0; i < tr_states_count(states); i++) {
        tell(tr_states_at(states, i).key);
        tell(tr_states_at(states, i).value);
    }
}

/* A batch's states on their way to where they are stored, and back. */
static int wrap_states(struct tr_diag *diag)
{
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_states *stored = tr_states_new(), *read = tr_states_new();
    int rc = batch && stored && read ? 0 : tr_fail_memory(diag);

    for (int i = 0; !rc && i < 9; i++) {
        const char *key = tr_arena_printf(&batch->arena, "table/s.t%d", i);
        if (!key || tr_batch_state(batch, (struct tr_state){tr_slice_of(key), TR_SLICE("{}")}) < 0)
            rc = tr_fail_memory(diag);
    }
    if (!rc)
        rc = tr_offsets_wrap_states(TR_SLICE(KEY), batch, diag);
    for (size_t i = 0; !rc && i < batch->nstates; i++)
        rc = tr_states_set(stored, batch->states[i], diag);
    if (!rc)
        rc = tr_offsets_unwrap_states(stored, read, diag);
    if (!rc)
        tell_states(read);
    tr_states_free(stored);
    tr_states_free(read);
    tr_batch_free(batch);
    return rc;
}

static int read_back(const char *path, struct tr_diag *diag)
{
    struct tr_states *states = tr_states_new();
    struct tr_store_entry entry;
    struct tr_buf value;

    tr_buf_init(&value, 4096);
    int rc =
        states ? tr_store_read(path, TR_SLICE(KEY), &value, &entry, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = tr_store_read_states(path, TR_SLICE(KEY), states, diag);
    if (!rc) {
        tell((struct tr_slice){tr_buf_string(&value), value.len});
        tell_states(states);
    }
    tr_buf_finish(&value);
    tr_states_free(states);
    return rc;
}

/* States that are there, one that changes, and one that goes: a file is always one commit's. */
static int keep_file(struct tr_diag *diag)
{
    static char path[64];
    static const char a[] = "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"a\"}]";
    static const char b[] = "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"b\"}]";
    struct tr_states *states = tr_states_new();
    int rc = states ? 0 : tr_fail_memory(diag);

    snprintf(path, sizeof path, "/tmp/test_allocation.%d", (int)getpid());
    for (int i = 0; !rc && i < 2; i++) {
        struct tr_slice value = i ? TR_SLICE("null") : TR_SLICE("{\"state\":\"1\"}");
        const struct tr_store_entry entry = {
            .value = TR_SLICE("{\"lsn\":1}"), .inode = 5, .length = 7, .states = states};
        rc = tr_states_set(states, (struct tr_state){tr_slice_of(a), value}, diag);
        if (!rc)
            rc = tr_states_set(
                states, (struct tr_state){tr_slice_of(b), TR_SLICE("{\"state\":\"2\"}")}, diag);
        if (!rc)
            rc = tr_store_write(path, TR_SLICE(KEY), &entry, diag);
    }
    tr_states_free(states);
    if (!rc)
        rc = read_back(path, diag);
    unlink(path);
    snprintf(path + strlen(path), 8, ".lock");
    unlink(path);
    return rc;
}

static int move_backlog(struct tr_backlog *backlog, struct tr_diag *diag)
{
    static const char *const parts[] = {"7", "b"};
    const struct tr_key_text *again;
    struct tr_key_text after;
    struct tr_arena arena;
    size_t count;

    tr_arena_init(&arena, 64, 65536);
    int rc = tr_backlog_set_key(backlog, "after", (struct tr_key_text){parts, 2}, diag);
    if (!rc)
        rc = tr_backlog_key(backlog, "after", &arena, &after, diag);
    if (!rc && after.count == 2)
        tell(tr_slice_of(after.parts[1]));
    if (!rc)
        rc = tr_backlog_again(backlog, &arena, &again, &count, diag);
    tr_arena_finish(&arena);
    return rc;
}

static int keep_backlog(struct tr_diag *diag)
{
    static const char json[] = "{\"collections\":[{\"name\":\"s.t\"},{\"name\":\"s.u\"}]}";
    struct tr_states *states = tr_states_new();
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_backlog backlog = {.json = NULL};
    int rc = states && batch ? 0 : tr_fail_memory(diag);

    if (!rc)
        rc = tr_states_set(states, (struct tr_state){TR_SLICE(TR_BACKLOG_KEY), TR_SLICE(json)},
                           diag);
    if (!rc)
        rc = tr_backlog_load(&backlog, states, diag);
    if (!rc)
        rc = move_backlog(&backlog, diag);
    if (!rc)
        rc = tr_backlog_store(&backlog, batch, diag);
    if (!rc)
        tell(batch->states[0].value);
    tr_backlog_finish(&backlog);
    tr_states_free(states);
    tr_batch_free(batch);
    return rc;
}

static int commit_states(struct tr_states *states, struct tr_batch *batch, struct tr_diag *diag)
{
    int rc = 0;

    for (size_t i = 0; !rc && i < batch->nstates; i++)
        rc = tr_states_set(states, batch->states[i], diag);
    tr_batch_reset(batch);
    return rc;
}

static int store_rest(struct tr_batch *batch, struct tr_arena *arena, struct tr_diag *diag)
{
    static const char *const seven[] = {"7"}, *const nine[] = {"9"};
    struct tr_rest rest;
    struct tr_rest_range *first, *second;

    int rc = tr_rest_begin(&rest, "s.t", false, arena, diag);
    rest.key = "id";
    if (!rc)
        rc = tr_rest_open(1, batch, diag);
    if (!rc)
        rc = tr_rest_give(&rest, (struct tr_key_text){seven, 1}, arena, &first, diag);
    if (!rc)
        rc = tr_rest_give(&rest, (struct tr_key_text){nine, 1}, arena, &second, diag);
    if (!rc) {
        tr_rest_end(&rest, second);
        rc = tr_rest_store(&rest, batch, diag);
    }
    return rc;
}

/* A snapshot that is interrupted, and what the next start finds of it. */
static int interrupt_snapshot(struct tr_diag *diag)
{
    struct tr_states *states = tr_states_new();
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_rest rest = {.key = NULL};
    struct tr_arena arena;

    tr_arena_init(&arena, 64, 1 << 20);
    int rc = states && batch ? store_rest(batch, &arena, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = commit_states(states, batch, diag);
    if (!rc)
        rc = tr_rest_load(&rest, states, "s.t", &arena, diag);
    for (struct tr_rest_range *range = rest.left; !rc && range; range = range->next)
        tell(tr_slice_of(range->through.count ? range->through.parts[0] : "its end"));
    tr_arena_finish(&arena);
    tr_states_free(states);
    tr_batch_free(batch);
    return rc;
}

/* Lists of tables that are others than those before. */
static int add_tables(struct tr_diag *diag)
{
    static const char *const two[] = {"s[.]a", "s[.]b.*"}, *const one[] = {"s[.]a"};
    struct tr_connector_options options = {.snapshot.mode = TR_SNAPSHOT_INITIAL,
                                           .capture.table_include = {one, 1}};
    struct tr_states *states = tr_states_new();
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_added *added = NULL;
    const struct tr_onward onward = {.options = &options, .states = states};

    int rc = states && batch ? tr_added_store(&onward, batch, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = commit_states(states, batch, diag);
    options.capture.table_include = (struct tr_list){two, 2};
    if (!rc)
        rc = tr_added_new(&onward, &added, diag);
    if (!rc) {
        tell(tr_slice_of(tr_added_wants(added, "s", "a") ? "a" : "not a"));
        tell(tr_slice_of(tr_added_wants(added, "s", "b1") ? "b1" : "not b1"));
    }
    tr_added_free(added);
    tr_states_free(states);
    tr_batch_free(batch);
    return rc;
}

/* A source that gets no batch doesn't wait for ever: the sink's side says why. */
static int pass_batches(struct tr_diag *diag)
{
    const struct tr_ring_params params = {.limit = 1 << 20};
    struct tr_ring *ring;

    if (tr_ring_new(&params, &ring, diag) < 0)
        return -1;
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *batch = outlet->impl->take(outlet);
    if (batch)
        outlet->impl->put(outlet, batch);
    struct tr_batch *popped = tr_ring_pop(ring);
    assert_ptr_equal(popped, batch);
    assert_int_equal(tr_ring_starved(ring), !batch);
    if (popped)
        tr_ring_recycle(ring, popped);
    tr_ring_free(ring);
    return batch ? 0 : tr_fail_memory(diag);
}

static int copy_mysql(struct tr_slice json, struct tr_diag *diag)
{
    struct tr_mysql_position position = {.stage = TR_MYSQL_NOTHING};
    struct tr_mysql_position copy = {.stage = TR_MYSQL_NOTHING};
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_stored_position *stored = NULL;

    int rc = batch ? tr_stored_position_parse(json, &stored, diag) : tr_fail_memory(diag);
    if (!rc)
        rc = tr_mysql_position_read(stored, false, &position, diag);
    if (!rc)
        rc = tr_mysql_position_copy(&position, &copy, diag);
    if (!rc)
        rc = tr_mysql_position_write(batch, &copy, NULL, diag);
    if (!rc)
        tell(batch->position.json);
    tr_mysql_position_finish(&position);
    tr_mysql_position_finish(&copy);
    tr_stored_position_free(stored);
    tr_batch_free(batch);
    return rc;
}

static int keep_mysql(struct tr_diag *diag)
{
    return copy_mysql(
        TR_SLICE("{\"ts_sec\":17,\"file\":\"b.000003\",\"pos\":5000,\"gtids\":"
                 "\"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3:5,3e11fa47-71ca-11e1-9e33-"
                 "c80aa9429563:a:7\",\"tailrace_server_id\":7}"),
        diag);
}

static int keep_postgres(struct tr_diag *diag)
{
    struct tr_batch *batch = tr_batch_new(64, 1 << 20);
    struct tr_stored_position *stored = NULL;
    struct tr_pg_position position;
    int rc = batch ? tr_stored_position_parse(
                         TR_SLICE("{\"lsn\":5,\"lsn_commit\":5,\"lsn_proc\":5,\"txId\":7,"
                                  "\"messageType\":\"COMMIT\",\"tailrace_resume_lsn\":9,"
                                  "\"tailrace_pg_system_identifier\":\"77\"}"),
                         &stored, diag)
                   : tr_fail_memory(diag);
    if (!rc)
        rc = tr_pg_position_read(stored, &position, diag);
    if (!rc)
        rc = tr_pg_position_write(batch, &position, NULL, diag);
    if (!rc)
        tell(batch->position.json);
    tr_stored_position_free(stored);
    tr_batch_free(batch);
    return rc;
}

const struct scenario storing_scenarios[] = {
    {"offsets", write_offsets},
    {"states", wrap_states},
    {"the offsets file", keep_file},
    {"an incremental snapshot's progress", keep_backlog},
    {"an interrupted snapshot", interrupt_snapshot},
    {"added tables", add_tables},
    {"MySQL's position", keep_mysql},
    {"PostgreSQL's position", keep_postgres},
    {"batches", pass_batches},
    {NULL, NULL},
};
