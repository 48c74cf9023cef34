#include "source/postgres/position.h"

#include <stdio.h>

#include "source/source.h"
#include "support/cmocka.h"

static struct tr_pg_position read_json(const char *json)
{
    struct tr_stored_position *stored;
    struct tr_pg_position position;
    struct tr_diag diag;

    assert_int_equal(tr_stored_position_parse(tr_slice_of(json), &stored, &diag), 0);
    assert_int_equal(tr_pg_position_read(stored, &position, &diag), 0);
    tr_stored_position_free(stored);
    return position;
}

static const struct tr_pg_identity identity = {
    .system = "7710509616614450028", .timeline = 3, .database = "sh\"op", .slot = "s1"};

/* Write a position, check its text, read it again. */
static struct tr_pg_position round_trip(const struct tr_pg_position *position, const char *expected)
{
    struct tr_batch *batch = tr_batch_new(4096, 1 << 20);
    char json[2048];
    struct tr_diag diag;

    assert_non_null(batch);
    assert_int_equal(tr_pg_position_write(batch, position, NULL, &diag), 0);
    assert_true(batch->boundary);
    snprintf(json, sizeof json, "{%.*s}", (int)batch->position.json.n, batch->position.json.p);
    assert_string_equal(json, expected);
    tr_batch_free(batch);
    return read_json(json);
}

#define OURS                                                                                       \
    "\"tailrace_pg_format\":1,\"tailrace_pg_system_identifier\":\"7710509616614450028\","          \
    "\"tailrace_pg_database\":\"sh\\\"op\",\"tailrace_slot\":\"s1\",\"tailrace_pg_timeline\":3"

static void test_stream(void **state)
{
    const struct tr_pg_position position = {
        .stage = TR_PG_STREAM,
        .identity = identity,
        .resume_lsn = 2000,
        .commit_lsn = 1500,
        .lsn = 1500,
        .xid = 77,
        .ts_us = 123456,
    };
    (void)state;

    struct tr_pg_position again = round_trip(
        &position, "{\"lsn_proc\":1500,\"messageType\":\"COMMIT\",\"lsn_commit\":1500,\"lsn\":1500,"
                   "\"txId\":77,\"ts_usec\":123456," OURS ",\"tailrace_resume_lsn\":2000}");
    assert_int_equal(again.stage, TR_PG_STREAM);
    assert_false(again.foreign);
    assert_int_equal(again.resume_lsn, 2000);
    assert_int_equal(again.commit_lsn, 1500);
    assert_int_equal(again.identity.timeline, 3);
    assert_string_equal(again.identity.database, "sh\"op");
    assert_int_equal(again.skip_lsn, 0);
}

/* For Debezium it begins anew. */
static void test_inside_a_transaction(void **state)
{
    struct tr_pg_position position = {
        .stage = TR_PG_STREAM,
        .identity = identity,
        .resume_lsn = 2000,
        .commit_lsn = 1500,
        .lsn = 1500,
        .xid = 77,
        .ts_us = 123456,
        .partial = {.commit_lsn = 3000, .xid = 78, .ordinal = 5},
    };
    struct tr_stored_position *stored;
    struct tr_diag diag;
    (void)state;

#define HALF   OURS ",\"tailrace_resume_lsn\":2000,\"tailrace_partial\":5"
#define INSIDE HALF ",\"tailrace_partial_lsn\":3000,\"tailrace_partial_xid\":78}"
    struct tr_pg_position again =
        round_trip(&position, "{\"lsn_proc\":1500,\"messageType\":\"COMMIT\",\"lsn_commit\":1500,"
                              "\"lsn\":1500,\"txId\":77,\"ts_usec\":123456," INSIDE);
    assert_int_equal(again.resume_lsn, 2000);
    assert_int_equal(again.commit_lsn, 1500);
    assert_int_equal(again.partial.commit_lsn, 3000);
    assert_int_equal(again.partial.xid, 78);
    assert_int_equal(again.partial.ordinal, 5);
    assert_int_equal(again.skip_lsn, 0);
    position.commit_lsn = 0;
    again = round_trip(&position, "{\"last_snapshot_record\":true,\"lsn\":1500,\"txId\":77,"
                                  "\"ts_usec\":123456,\"snapshot\":\"INITIAL\","
                                  "\"snapshot_completed\":true," INSIDE);
    assert_int_equal(again.stage, TR_PG_STREAM);
    assert_int_equal(again.partial.ordinal, 5);
    assert_int_equal(tr_stored_position_parse(TR_SLICE("{" HALF "}"), &stored, &diag), 0);
    assert_int_equal(tr_pg_position_read(stored, &again, &diag), -1);
    assert_non_null(strstr(diag.message, "tailrace_partial_lsn"));
    tr_stored_position_free(stored);
}

static void test_intent_and_snapshot(void **state)
{
    struct tr_pg_position position = {.stage = TR_PG_INTENT, .identity = identity, .lsn = 10};
    (void)state;

#define BEFORE                                                                                     \
    "{\"last_snapshot_record\":false,\"lsn\":10,\"txId\":0,\"ts_usec\":0,\"snapshot\":"            \
    "\"INITIAL\","                                                                                 \
    "\"snapshot_completed\":false," OURS
    assert_int_equal(round_trip(&position, BEFORE ",\"tailrace_intent\":true}").stage,
                     TR_PG_INTENT);
    position.stage = TR_PG_SNAPSHOT;
    assert_int_equal(round_trip(&position, BEFORE "}").stage, TR_PG_SNAPSHOT);
    position.resume_lsn = 9;
    assert_int_equal(round_trip(&position, BEFORE ",\"tailrace_resume_lsn\":9}").resume_lsn, 9);
}

static void test_behind_a_snapshot(void **state)
{
    const struct tr_pg_position position = {
        .stage = TR_PG_STREAM, .identity = identity, .resume_lsn = 10, .lsn = 10};
    (void)state;

    struct tr_pg_position again =
        round_trip(&position, "{\"last_snapshot_record\":true,\"lsn\":10,\"txId\":0,\"ts_usec\":0,"
                              "\"snapshot\":\"INITIAL\",\"snapshot_completed\":true," OURS
                              ",\"tailrace_resume_lsn\":10}");
    assert_int_equal(again.stage, TR_PG_STREAM);
    assert_int_equal(again.commit_lsn, 0);
}

/* Positions as Debezium 3.6.1 was seen to write them. */
static void test_of_debezium(void **state)
{
    (void)state;

    struct tr_pg_position position =
        read_json("{\"lsn_proc\":758781592,\"messageType\":\"INSERT\",\"lsn_commit\":758780264,"
                  "\"lsn\":758781592,\"txId\":3451,\"ts_usec\":1795230954268746}");
    assert_true(position.foreign);
    assert_int_equal(position.stage, TR_PG_STREAM);
    assert_int_equal(position.resume_lsn, 758780264);
    assert_int_equal(position.skip_lsn, 758781592);
    assert_int_equal(position.skip_xid, 3451);
    assert_int_equal(position.skip_events, 1);

    position = read_json("{\"lsn_proc\":571558128,\"messageType\":\"COMMIT\",\"lsn_commit\":"
                         "571558128,\"lsn\":571558128,\"txId\":2499,\"ts_usec\":1}");
    assert_int_equal(position.resume_lsn, 571558128);
    assert_int_equal(position.skip_lsn, 0);

    /* the first record behind a commit has its LSN; so has BEGIN that of the first change */
    position = read_json("{\"lsn_proc\":571558128,\"messageType\":\"INSERT\",\"lsn_commit\":"
                         "571558128,\"lsn\":571558128,\"txId\":2500,\"ts_usec\":1}");
    assert_int_equal(position.skip_lsn, 571558128);
    assert_int_equal(position.skip_events, 1);
    assert_false(position.skip_counted);
    position = read_json("{\"lsn_proc\":571558130,\"messageType\":\"BEGIN\",\"lsn_commit\":"
                         "571558128,\"lsn\":571558130,\"txId\":2500,\"ts_usec\":1}");
    assert_int_equal(position.skip_lsn, 571558130);
    assert_int_equal(position.skip_events, 0);
    assert_true(position.skip_counted);

    position = read_json("{\"last_snapshot_record\":true,\"lsn\":758778552,\"txId\":3439,"
                         "\"ts_usec\":1,\"snapshot\":\"INITIAL\",\"snapshot_completed\":true}");
    assert_int_equal(position.stage, TR_PG_STREAM);
    assert_int_equal(position.resume_lsn, 758778552);
    assert_int_equal(position.skip_lsn, 0);

    position = read_json("{\"last_snapshot_record\":false,\"lsn\":7,\"txId\":1,\"ts_usec\":1,"
                         "\"snapshot\":\"INITIAL\",\"snapshot_completed\":false}");
    assert_int_equal(position.stage, TR_PG_SNAPSHOT);
}

static void test_refused(void **state)
{
    static const char *const wrong[] = {"{\"tailrace_pg_format\":2}", "{\"txId\":1}"};
    struct tr_stored_position *stored;
    struct tr_pg_position position;
    struct tr_diag diag;
    (void)state;

    for (size_t i = 0; i < TR_COUNT(wrong); i++) {
        assert_int_equal(tr_stored_position_parse(tr_slice_of(wrong[i]), &stored, &diag), 0);
        assert_int_equal(tr_pg_position_read(stored, &position, &diag), -1);
        assert_int_equal(diag.reaction, TR_STOP);
        tr_stored_position_free(stored);
    }
}

static void assert_reached(const char *committed, const char *mark, int expected, const char *words)
{
    struct tr_stored_position *there, *here;
    struct tr_diag diag = {.message = ""};

    assert_int_equal(tr_stored_position_parse(tr_slice_of(committed), &there, &diag), 0);
    assert_int_equal(tr_stored_position_parse(tr_slice_of(mark), &here, &diag), 0);
    assert_int_equal(tr_pg_position_reached(there, here, &diag), expected);
    assert_non_null(strstr(diag.message, words));
    tr_stored_position_free(there);
    tr_stored_position_free(here);
}

#define AT(lsn, system)                                                                            \
    "{\"tailrace_pg_format\":1,\"tailrace_pg_system_identifier\":\"" system                        \
    "\",\"tailrace_pg_database\":\"d\",\"tailrace_resume_lsn\":" lsn "}"

static void test_reached(void **state)
{
    (void)state;
    assert_reached(AT("256", "1"), AT("256", "1"), 0, "");
    assert_reached(AT("255", "1"), AT("256", "1"), TR_SOURCE_BEHIND,
                   "up to 0/FF, 1 bytes before 0/100");
    assert_reached(AT("256", "2"), AT("256", "1"), -1, "of system 2, and the table of");
    assert_reached("{\"lsn_proc\":300,\"lsn_commit\":300,\"lsn\":300}", AT("256", "1"), 0, "");
    assert_reached("{\"lsn\":300,\"snapshot\":\"INITIAL\",\"snapshot_completed\":false}",
                   AT("256", "1"), TR_SOURCE_BEHIND, "isn't finished");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_inside_a_transaction),
        cmocka_unit_test(test_intent_and_snapshot),
        cmocka_unit_test(test_behind_a_snapshot),
        cmocka_unit_test(test_of_debezium),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
