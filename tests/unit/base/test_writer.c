#include "base/writer.h"

#include "support/cmocka.h"

static void test_object_grows_over_chunks(void **state)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice object, next;
    (void)state;

    tr_arena_init(&arena, 64, 1 << 20);
    tr_writer_begin(&writer, &arena);
    for (int i = 0; i < 1000; i++)
        tr_writer_literal(&writer, "0123456789");
    assert_int_equal(tr_writer_end(&writer, &object), 0);
    assert_int_equal(object.n, 10000);
    for (size_t i = 0; i < object.n; i++)
        assert_int_equal(object.p[i], '0' + (int)(i % 10));
    tr_writer_begin(&writer, &arena);
    tr_writer_text(&writer, "next");
    assert_int_equal(tr_writer_end(&writer, &next), 0);
    assert_true(tr_slice_is(next, "next"));
    assert_int_equal(object.p[9999], '9');
    tr_arena_finish(&arena);
}

static void test_no_room_is_sticky(void **state)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice object;
    (void)state;

    tr_arena_init(&arena, 16, 32);
    tr_writer_begin(&writer, &arena);
    tr_writer_literal(&writer, "0123456789");
    tr_writer_literal(&writer, "0123456789");
    tr_writer_literal(&writer, "0123456789");
    tr_writer_char(&writer, 'x');
    assert_int_equal(tr_writer_end(&writer, &object), -1);
    tr_arena_reset(&arena);
    tr_writer_begin(&writer, &arena);
    tr_writer_char(&writer, 'x');
    assert_int_equal(tr_writer_end(&writer, &object), 0);
    tr_arena_finish(&arena);
}

static void test_empty_object(void **state)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice object;
    (void)state;

    tr_arena_init(&arena, 16, 32);
    tr_writer_begin(&writer, &arena);
    assert_int_equal(tr_writer_end(&writer, &object), 0);
    assert_non_null(object.p);
    assert_int_equal(object.n, 0);
    tr_arena_finish(&arena);
}

static void test_numbers(void **state)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice object;
    (void)state;

    tr_arena_init(&arena, 256, 1024);
    tr_writer_begin(&writer, &arena);
    tr_writer_int(&writer, INT64_MIN);
    tr_writer_char(&writer, ' ');
    tr_writer_int(&writer, -1);
    tr_writer_int(&writer, 0);
    tr_writer_char(&writer, ' ');
    tr_writer_uint(&writer, UINT64_MAX);
    tr_writer_printf(&writer, " %s/%X", "abc", 0x1F);
    assert_int_equal(tr_writer_end(&writer, &object), 0);
    assert_true(tr_slice_is(object, "-9223372036854775808 -10 18446744073709551615 abc/1F"));
    tr_arena_finish(&arena);
}

static void test_base64(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xff\xfe\xfd", "//79"}};
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 256, 1024);
    for (size_t i = 0; i < TR_COUNT(pairs); i++) {
        struct tr_writer writer;
        struct tr_slice object;
        tr_writer_begin(&writer, &arena);
        tr_writer_base64(&writer, tr_slice_of(pairs[i][0]));
        assert_int_equal(tr_writer_end(&writer, &object), 0);
        assert_true(tr_slice_is(object, pairs[i][1]));
    }
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object_grows_over_chunks),
        cmocka_unit_test(test_no_room_is_sticky),
        cmocka_unit_test(test_empty_object),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
