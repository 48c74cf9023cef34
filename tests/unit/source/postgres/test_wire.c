#include "source/postgres/wire.h"

#include "support/cmocka.h"

static void test_data(void **state)
{
    static const char packet[] = "w\0\0\0\1\0\0\0\2........````````payload";
    struct tr_pg_wire wire;
    struct tr_diag diag;
    (void)state;

    assert_int_equal(tr_pg_wire_read(TR_SLICE(packet), &wire, &diag), 0);
    assert_int_equal(wire.kind, TR_PG_WIRE_DATA);
    assert_int_equal(wire.lsn, UINT64_C(0x100000002));
    assert_true(tr_slice_is(wire.bytes, "payload"));
}

static void test_keepalive(void **state)
{
    static const char packet[] = "k\0\0\0\0\0\0\1\2........\1";
    struct tr_pg_wire wire;
    struct tr_diag diag;
    (void)state;

    assert_int_equal(tr_pg_wire_read(TR_SLICE(packet), &wire, &diag), 0);
    assert_int_equal(wire.wal_end, 0x102);
    assert_true(wire.reply);
}

static void test_what_is_no_message(void **state)
{
    struct tr_pg_wire wire;
    struct tr_diag diag;
    (void)state;

    assert_int_equal(tr_pg_wire_read(TR_SLICE("k\0\0\0"), &wire, &diag), -1);
    assert_int_equal(tr_pg_wire_read(TR_SLICE("w\0\0\0\1\0\0\0\2......"), &wire, &diag), -1);
    assert_int_equal(tr_pg_wire_read(TR_SLICE("x........"), &wire, &diag), -1);
    assert_int_equal(tr_pg_wire_read(TR_SLICE(""), &wire, &diag), -1);
    assert_int_equal(diag.reaction, TR_STOP);
}

static void test_status(void **state)
{
    const struct tr_pg_wire_status status = {.received = 0x102, .confirmed = 0x101, .reply = true};
    char packet[TR_PG_WIRE_STATUS];
    (void)state;

    /* one microsecond after 2000-01-01 */
    tr_pg_wire_write(&status, INT64_C(946684800000001), packet);
    assert_memory_equal(packet,
                        "r\0\0\0\0\0\0\1\2\0\0\0\0\0\0\1\1\0\0\0\0\0\0\1\1\0\0\0\0\0\0\0\1\1", 34);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_keepalive),
        cmocka_unit_test(test_what_is_no_message),
        cmocka_unit_test(test_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
