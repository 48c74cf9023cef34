#include "base/arena.h"

#include "support/cmocka.h"

static void test_alloc_is_aligned_and_apart(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 64, 1024);
    char *a = tr_arena_alloc(&arena, 1);
    char *b = tr_arena_alloc(&arena, 9);
    char *c = tr_arena_alloc(&arena, 0);
    assert_non_null(a);
    assert_non_null(c);
    assert_int_equal((uintptr_t)a % 8, 0);
    assert_int_equal(b - a, 8);
    assert_int_equal(c - b, 16);
    tr_arena_finish(&arena);
}

static void test_cap_bounds_all_chunks(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 64, 160);
    assert_non_null(tr_arena_alloc(&arena, 64));
    assert_non_null(tr_arena_alloc(&arena, 96));
    assert_false(arena.capped);
    assert_null(tr_arena_alloc(&arena, 1));
    assert_true(arena.capped);
    assert_null(tr_arena_alloc(&arena, SIZE_MAX));
    assert_null(tr_arena_alloc(&arena, SIZE_MAX - 7));
    assert_null(tr_arena_zalloc(&arena, SIZE_MAX / 2, 3));
    tr_arena_reset(&arena);
    assert_false(arena.capped);
    tr_arena_finish(&arena);
}

static void test_reset_keeps_a_usual_chunk(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 64, 4096);
    tr_arena_reset(&arena);
    assert_non_null(tr_arena_alloc(&arena, 10));
    char *second = tr_arena_alloc(&arena, 64);
    assert_int_equal(arena.used, 128);
    tr_arena_reset(&arena);
    assert_int_equal(arena.used, 64);
    assert_ptr_equal(tr_arena_alloc(&arena, 64), second);
    tr_arena_finish(&arena);
}

static void test_reset_gives_a_huge_chunk_back(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 64, 4096);
    assert_non_null(tr_arena_alloc(&arena, 1000));
    tr_arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(tr_arena_alloc(&arena, 1));
    tr_arena_finish(&arena);
}

static void test_texts(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 16, 4096);
    assert_string_equal(tr_arena_strdup(&arena, TR_SLICE("relation")), "relation");
    assert_string_equal(tr_arena_strdup(&arena, (struct tr_slice){"", 0}), "");
    assert_string_equal(tr_arena_printf(&arena, "%s-%d", "a longer text than a chunk", 7),
                        "a longer text than a chunk-7");
    int *zeros = tr_arena_zalloc(&arena, 10, sizeof *zeros);
    for (int i = 0; i < 10; i++)
        assert_int_equal(zeros[i], 0);
    tr_arena_finish(&arena);
}

static void test_extend_moves_what_was_written(void **state)
{
    struct tr_arena arena;
    (void)state;

    tr_arena_init(&arena, 16, 4096);
    char *place = tr_arena_extend(&arena, NULL, 0, 16);
    memcpy(place, "0123456789abcdef", 16);
    assert_ptr_equal(tr_arena_extend(&arena, place, 8, 8), place);
    char *moved = tr_arena_extend(&arena, place, 16, 1);
    assert_ptr_not_equal(moved, place);
    assert_memory_equal(moved, "0123456789abcdef", 16);
    assert_true(arena.end - moved >= 32);
    assert_null(tr_arena_extend(&arena, moved, 16, SIZE_MAX));
    assert_null(tr_arena_extend(&arena, moved, 16, 5000));
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_aligned_and_apart),
        cmocka_unit_test(test_cap_bounds_all_chunks),
        cmocka_unit_test(test_reset_keeps_a_usual_chunk),
        cmocka_unit_test(test_reset_gives_a_huge_chunk_back),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_extend_moves_what_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
