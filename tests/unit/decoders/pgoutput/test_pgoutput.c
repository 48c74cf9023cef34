/* The bytes were captured from PostgreSQL 15 (pg_logical_slot_get_binary_changes). */
#include "pgoutput/pgoutput.h"

#include <stdio.h>

#include "support/hex.h"

#define BEGIN          "420000000001552c70000303c1ecec9f39000002dc"
#define COMMIT         "43000000000001552c700000000001552ca0000303c1ecec9f39"
#define ORIGIN         "4f0000000000123abc656c7365776865726500"
#define TYPE           "590000400d7075626c6963006d6f6f6400"
#define RELATION \
    "52000040007075626c696300706c61696e006400040169640000000017ffffffff006e616d650000000019ffff" \
    "ffff0071747900000006a400080006006269670000000019ffffffff"
#define INSERT \
    "49000040004e0004740000000131740000000465696e737400000004312e35307400000003787878"
#define INSERT_NULLS   "49000040004e00047400000001326e6e7400000000"
#define INSERT_NOTHING "490000401d4e0000"
#define UPDATE \
    "55000040004e00047400000001317400000003756e6f7400000004312e35307400000003787878"
#define UPDATE_KEY \
    "55000040004b00047400000001316e6e6e4e0004740000000231307400000003756e6f7400000004312e353074" \
    "00000003787878"
#define UPDATE_TOAST \
    "55000040004e0004740000000133740000001974616209616e64202271756f746522205c20c3bc20f09f988074" \
    "00000004352e303075"
#define UPDATE_FULL    "55000040074f00027400000001317400000001614e0002740000000131740000000162"
#define DELETE_KEY     "44000040004b00047400000001326e6e6e"
#define DELETE_FULL    "44000040074f0002740000000131740000000162"
#define TRUNCATE       "5400000002030000400000004007"
#define TRUNCATE_ONE   "54000000010000004011"
#define MESSAGE        "4d0100000000015534287072650000000007636f6e74656e74"
#define MESSAGE_OUT    "4d0000000000015534606f75740000000000"

static const char *const captured[] = {
    BEGIN,        COMMIT,         ORIGIN,   TYPE,         RELATION,     INSERT,
    INSERT_NULLS, INSERT_NOTHING, UPDATE,   UPDATE_KEY,   UPDATE_TOAST, UPDATE_FULL,
    DELETE_KEY,   DELETE_FULL,    TRUNCATE, TRUNCATE_ONE, MESSAGE,      MESSAGE_OUT,
};

struct fixture {
    struct tr_pgoutput_decoder decoder;
    struct tr_pgoutput_message message;
    struct tr_diag diag;
    struct tr_slice bytes;
};

static struct tr_pgoutput_message *decode(struct fixture *fixture, const char *hex)
{
    free((char *)fixture->bytes.p);
    fixture->bytes = hex_bytes(hex);
    int result =
        tr_pgoutput_decode(&fixture->decoder, fixture->bytes, &fixture->message, &fixture->diag);
    assert_int_equal(result, 0);
    return &fixture->message;
}

static void refuse(struct fixture *fixture, const char *hex, const char *part_of_message)
{
    free((char *)fixture->bytes.p);
    fixture->bytes = hex_bytes(hex);
    int result =
        tr_pgoutput_decode(&fixture->decoder, fixture->bytes, &fixture->message, &fixture->diag);
    assert_int_equal(result, -1);
    assert_int_equal(fixture->diag.cls, TR_DATA);
    assert_int_equal(fixture->diag.reaction, TR_STOP);
    if (!strstr(fixture->diag.message, part_of_message))
        fail_msg("\"%s\" lacks \"%s\"", fixture->diag.message, part_of_message);
}

static void assert_cell(const struct tr_cell *cell, const char *text)
{
    assert_int_equal(cell->kind, TR_CELL_VALUE);
    assert_true(tr_slice_is(cell->bytes, text));
}

static void test_transaction(void **state)
{
    struct fixture *fixture = *state;

    struct tr_pgoutput_message *message = decode(fixture, BEGIN);
    assert_int_equal(message->type, TR_PGOUTPUT_BEGIN);
    assert_int_equal(message->begin.final_lsn, 0x1552c70);
    assert_int_equal(message->begin.xid, 732);
    int64_t commit_us = message->begin.commit_us;
    message = decode(fixture, COMMIT);
    assert_int_equal(message->type, TR_PGOUTPUT_COMMIT);
    assert_int_equal(message->commit.commit_lsn, 0x1552c70);
    assert_int_equal(message->commit.end_lsn, 0x1552ca0);
    assert_true(message->commit.commit_us == commit_us);
    /* 2021-02-03 04:05:06 UTC, as set with pg_replication_origin_xact_setup */
    message = decode(fixture, "42000000000155378800025d6575fcc080000002e9");
    assert_true(message->begin.commit_us == INT64_C(1612325106000000));
    message = decode(fixture, ORIGIN);
    assert_int_equal(message->origin.lsn, 0x123abc);
    assert_true(tr_slice_is(message->origin.name, "elsewhere"));
}

static void test_relation(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, RELATION);

    assert_int_equal(message->type, TR_PGOUTPUT_RELATION);
    assert_int_equal(message->relation.id, 0x4000);
    assert_true(tr_slice_is(message->relation.schema, "public"));
    assert_true(tr_slice_is(message->relation.name, "plain"));
    assert_int_equal(message->relation.identity, 'd');
    assert_int_equal(message->relation.ncolumns, 4);
    const struct tr_pgoutput_column *columns = message->relation.columns;
    assert_true(tr_slice_is(columns[0].name, "id"));
    assert_true(columns[0].identity);
    assert_int_equal(columns[0].type, 23);
    assert_int_equal(columns[0].modifier, -1);
    assert_true(tr_slice_is(columns[2].name, "qty"));
    assert_false(columns[2].identity);
    assert_int_equal(columns[2].type, 1700);
    assert_int_equal(columns[2].modifier, (8 << 16 | 2) + 4);
    assert_int_equal(decode(*state, TYPE)->type, TR_PGOUTPUT_TYPE);
}

static void test_insert(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, INSERT);

    assert_int_equal(message->type, TR_PGOUTPUT_INSERT);
    assert_int_equal(message->row.id, 0x4000);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_NONE);
    assert_null(message->row.before);
    assert_int_equal(message->row.nafter, 4);
    assert_cell(&message->row.after[0], "1");
    assert_cell(&message->row.after[2], "1.50");
    message = decode(*state, INSERT_NULLS);
    assert_int_equal(message->row.after[1].kind, TR_CELL_NULL);
    assert_cell(&message->row.after[3], "");
    assert_int_equal(decode(*state, INSERT_NOTHING)->row.nafter, 0);
}

static void test_update(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, UPDATE);

    assert_int_equal(message->type, TR_PGOUTPUT_UPDATE);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_NONE);
    assert_null(message->row.before);
    assert_cell(&message->row.after[1], "uno");
    message = decode(*state, UPDATE_KEY);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_KEY);
    assert_int_equal(message->row.nbefore, 4);
    assert_cell(&message->row.before[0], "1");
    assert_int_equal(message->row.before[1].kind, TR_CELL_NULL);
    assert_cell(&message->row.after[0], "10");
    message = decode(*state, UPDATE_TOAST);
    assert_cell(&message->row.after[1], "tab\tand \"quote\" \\ \u00fc \U0001F600");
    assert_int_equal(message->row.after[3].kind, TR_CELL_UNCHANGED);
    message = decode(*state, UPDATE_FULL);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_ROW);
    assert_cell(&message->row.before[1], "a");
    assert_cell(&message->row.after[1], "b");
}

static void test_delete(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, DELETE_KEY);

    assert_int_equal(message->type, TR_PGOUTPUT_DELETE);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_KEY);
    assert_null(message->row.after);
    assert_cell(&message->row.before[0], "2");
    message = decode(*state, DELETE_FULL);
    assert_int_equal(message->row.old, TR_PGOUTPUT_OLD_ROW);
    assert_cell(&message->row.before[1], "b");
}

static void test_truncate(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, TRUNCATE);

    assert_int_equal(message->type, TR_PGOUTPUT_TRUNCATE);
    assert_int_equal(message->truncate.count, 2);
    assert_int_equal(message->truncate.ids[0], 0x4000);
    assert_int_equal(message->truncate.ids[1], 0x4007);
    assert_true(message->truncate.cascade);
    assert_true(message->truncate.restart_identity);
    message = decode(*state, TRUNCATE_ONE);
    assert_int_equal(message->truncate.count, 1);
    assert_false(message->truncate.cascade);
    assert_false(message->truncate.restart_identity);
}

static void test_logical_message(void **state)
{
    struct tr_pgoutput_message *message = decode(*state, MESSAGE);

    assert_int_equal(message->type, TR_PGOUTPUT_MESSAGE);
    assert_true(message->message.transactional);
    assert_int_equal(message->message.lsn, 0x1553428);
    assert_true(tr_slice_is(message->message.prefix, "pre"));
    assert_true(tr_slice_is(message->message.content, "content"));
    message = decode(*state, MESSAGE_OUT);
    assert_false(message->message.transactional);
    assert_int_equal(message->message.content.n, 0);
}

/* Each message cut at each place, and each with a byte too many. */
static void test_wrong_lengths(void **state)
{
    for (size_t i = 0; i < TR_COUNT(captured); i++) {
        char hex[512];
        for (size_t n = 2; n < strlen(captured[i]); n += 2) {
            snprintf(hex, sizeof hex, "%.*s", (int)n, captured[i]);
            refuse(*state, hex, "is cut off (at byte ");
        }
        snprintf(hex, sizeof hex, "%s00", captured[i]);
        refuse(*state, hex, "bytes left over");
    }
}

static void test_refusals(void **state)
{
    struct fixture *fixture = *state;

    refuse(fixture, "", "of 0 bytes has the unknown type 0x00");
    refuse(fixture, "53000000010100", "unknown type 0x53"); /* a streamed transaction */
    refuse(fixture, "ff", "unknown type 0xff");
    refuse(fixture, "43010000000001552c700000000001552ca0000303c1ecec9f39", "unknown flags");
    refuse(fixture, "5400000001040000400", "unknown flags");
    refuse(fixture, "4d0200000000015534606f75740000000000", "unknown flags");
    refuse(fixture, "5200004000700070006400010269640000000017ffffffff", "unknown column flags");
    refuse(fixture, "49000040004e00016200000001ff", "neither text, null nor unchanged");
    refuse(fixture, "490000401d580000", "no new row");
    refuse(fixture, "55000040004b00016e580000", "no new row");
    refuse(fixture, "44000040004e00016e", "no old row");
    refuse(fixture, "49000040004e0681", "more cells than");
    refuse(fixture, "5200004000700070006d0681", "more columns than");
    refuse(fixture, "540001000100", "more tables at once");
    refuse(fixture, "540000ffff00", "is cut off");
    refuse(fixture, "49000040004e000174ffffffff", "is cut off");
    refuse(fixture, "420000000001552c707fffffffffffffff000002dc", "impossible time");
}

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    free((char *)fixture->bytes.p);
    free(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_transaction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_relation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_insert, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_update, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_delete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_truncate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_logical_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
