#include "base/cursor.h"

#include "support/cmocka.h"

static void test_reads_in_order(void **state)
{
    static const char bytes[] = "\x01\x02\x03\x04\x05\x06\x07\xff\xff\xff\xff\xff\xff\xff\xfe"
                                "name\0abc";
    struct tr_cursor cursor = tr_cursor_of((struct tr_slice){bytes, sizeof bytes - 1});
    (void)state;

    assert_int_equal(tr_cursor_u8(&cursor), 1);
    assert_int_equal(tr_cursor_be16(&cursor), 0x0203);
    assert_int_equal(tr_cursor_be32(&cursor), 0x04050607);
    assert_int_equal((int64_t)tr_cursor_be64(&cursor), -2);
    assert_true(tr_slice_is(tr_cursor_cstring(&cursor), "name"));
    assert_int_equal(tr_cursor_left(&cursor), 3);
    assert_true(tr_slice_is(tr_cursor_slice(&cursor, 3), "abc"));
    assert_int_equal(tr_cursor_left(&cursor), 0);
    assert_false(cursor.failed);
}

static void test_little_endian(void **state)
{
    static const char bytes[] = "\x01\x02\x03\x01\x02\x03\x04\xfe\xff\xff\xff\xff\xff\xff\xff";
    struct tr_cursor cursor = tr_cursor_of((struct tr_slice){bytes, sizeof bytes - 1});
    (void)state;

    assert_int_equal(tr_cursor_le(&cursor, 3), 0x030201);
    assert_int_equal(tr_cursor_le32(&cursor), 0x04030201);
    assert_int_equal((int64_t)tr_cursor_le64(&cursor), -2);
    assert_int_equal(tr_cursor_le16(&cursor), 0);
    assert_true(cursor.failed);
}

static void test_error_is_sticky(void **state)
{
    struct tr_cursor cursor = tr_cursor_of(TR_SLICE("abc"));
    (void)state;

    assert_int_equal(tr_cursor_be32(&cursor), 0);
    assert_true(cursor.failed);
    assert_int_equal(tr_cursor_u8(&cursor), 0);
    assert_null(tr_cursor_take(&cursor, 0));
    assert_int_equal(tr_cursor_slice(&cursor, 1).n, 0);
    assert_int_equal(tr_cursor_cstring(&cursor).n, 0);
}

static void test_lengths_are_checked(void **state)
{
    struct tr_cursor cursor = tr_cursor_of(TR_SLICE("abc"));
    (void)state;

    assert_int_equal(tr_cursor_slice(&cursor, SIZE_MAX).n, 0);
    assert_true(cursor.failed);
    cursor = tr_cursor_of(TR_SLICE("no end"));
    assert_int_equal(tr_cursor_cstring(&cursor).n, 0);
    assert_true(cursor.failed);
}

static void test_nothing_to_read(void **state)
{
    struct tr_cursor cursor = tr_cursor_of((struct tr_slice){NULL, 0});
    (void)state;

    assert_int_equal(tr_cursor_left(&cursor), 0);
    assert_int_equal(tr_cursor_slice(&cursor, 0).n, 0);
    assert_false(cursor.failed);
    assert_int_equal(tr_cursor_u8(&cursor), 0);
    assert_true(cursor.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_in_order),  cmocka_unit_test(test_little_endian),
        cmocka_unit_test(test_error_is_sticky), cmocka_unit_test(test_lengths_are_checked),
        cmocka_unit_test(test_nothing_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
